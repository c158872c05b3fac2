using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;

namespace Mortanba.Host.Web;

/// <summary>Roles that want more than a password, beyond those that always do (docs/accounts.md).</summary>
/// <param name="Roles">Words of further roles.</param>
/// <param name="InDemo">Asks in the demonstration, too, which otherwise lets its invented people in with their password.</param>
public sealed record SecondFactorSettings(IReadOnlyList<string>? Roles = null, bool? InDemo = null);

/// <summary>
/// Whoever may sign, annul, invite or erase signs in with a passkey, a code beside the password, or a digital signature; until
/// then such a role gives nothing. Settings add roles; none takes one away, and production is never left out.
/// </summary>
internal sealed class SecondFactor(Settings settings)
{
    private static readonly Right[] Weighty = [Right.Approve, Right.ProposeChanges, Right.ManagePeople, Right.OperatePlatform, Right.AnswerPersons, Right.DecideCases, Right.ReviewAppeals, Right.AdoptRegulation, Right.ApproveSystems, Right.OverseeAi];

    private readonly IReadOnlyList<string> more = settings.SecondFactor?.Roles ?? [];

    /// <summary>The demonstration asks nobody, and says so on every working page.</summary>
    public bool IsWaived { get; } = settings.Profile == "demo" && settings.SecondFactor?.InDemo != true;

    /// <summary>True for a role that wants a second factor, whether or not this installation asks for it.</summary>
    public bool IsOf(Role role) => Weighty.Any(right => Rights.Gives(role, right)) || more.Contains(role.Word());

    /// <summary>Roles of the visitor that give nothing yet: the account has no second factor, or this session was opened without.</summary>
    public async Task<IReadOnlyList<Membership>> WaitingAsync(HttpContext context, Account account, IReadOnlyList<Membership> held)
    {
        var asking = IsWaived ? [] : held.Where(m => IsOf(m.Role)).ToList();
        return asking.Count == 0 || (await Sessions.HasFactorAsync(context) && await HasAsync(context, account)) ? [] : asking;
    }

    /// <summary>True when this may not be taken from the account: a role of theirs wants it, and it is the only one.</summary>
    public async Task<bool> NeedsAsync(HttpContext context, Account account, byte[]? passkey = null, bool app = false, bool eds = false) =>
        !IsWaived
        && context.Visit().Actor.Memberships.Concat(context.Visit().Waiting).Any(m => IsOf(m.Role))
        && !await HasAsync(context, account, passkey, app, eds);

    /// <summary>A passkey, an app or a digital signature of the account, beside those named.</summary>
    public static async Task<bool> HasAsync(
        HttpContext context, Account account, byte[]? exceptPasskey = null, bool exceptApp = false, bool exceptEds = false)
    {
        var accounts = context.RequestServices.GetRequiredService<UserManager<Account>>();
        return (account.TwoFactor && !exceptApp)
            || (await accounts.GetPasskeysAsync(account)).Any(k => exceptPasskey is null || !k.CredentialId.AsSpan().SequenceEqual(exceptPasskey))
            || (!exceptEds && (await accounts.GetLoginsAsync(account)).Any(l => l.LoginProvider == EdsPages.Provider));
    }
}
