using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Pages;

namespace Mortanba.Host.Web;

/// <summary>A person's own ways of signing in: password, authenticator app, recovery codes, passkeys.</summary>
internal static class SecurityPages
{
    private const int RecoveryCodeCount = 10;

    public static void Map(RouteGroupBuilder pages)
    {
        var own = pages.MapWork("/me/security");
        own.MapGet("", (HttpContext context) => ShowAsync(context, [])).Needs(null);
        own.MapPost("/password", PasswordAsync).WithMetadata(new Guessable()).Needs(null);
        own.MapPost("/confirm", ConfirmAsync).WithMetadata(new Guessable()).Needs(null);
        own.MapPost("/app/start", AppStartAsync).Needs(null);
        own.MapPost("/app", AppOnAsync).Needs(null);
        own.MapPost("/app/off", AppOffAsync).Needs(null);
        own.MapPost("/codes", CodesAsync).Needs(null);
        own.MapPost("/elsewhere", ElsewhereAsync).Needs(null);
    }

    internal static async Task<Account> AccountAsync(HttpContext context, UserManager<Account> accounts) =>
        await accounts.FindByIdAsync(context.Visit().Actor.Id)
        ?? throw new InvalidOperationException("The gate let somebody in whose account is gone.");

    internal static TrailEvent Changed(HttpContext context, string what)
    {
        var actor = context.Visit().Actor;
        return new TrailEvent(TrailAct.Change, what, actor, new TrailSubject("account", actor.Id));
    }

    /// <summary>After a change the other sessions end and this one goes on.</summary>
    /// <param name="withFactor">The change was itself the proof of a second factor.</param>
    internal static async Task StoreAsync(HttpContext context, IdentityResult stored, bool withFactor = false)
    {
        if (!stored.Succeeded)
        {
            await ShowAsync(context, [("main", ChangedMeanwhile)]);
            return;
        }

        var signIn = context.RequestServices.GetRequiredService<SignInManager<Account>>();
        var account = await AccountAsync(context, signIn.UserManager);
        if (withFactor)
        {
            await Sessions.ProveAsync(context, signIn, account, withFactor: true);
        }
        else
        {
            await signIn.RefreshSignInAsync(account);
        }

        await BackAsync(context);
    }

    /// <summary>To the page that the form named, when it is one of this site, else to this one.</summary>
    internal static async Task BackAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        context.Response.Redirect(SignInPages.LocalOr(form["to"], $"/{Readers.LanguageOf(context.Request).Tag()}/me/security"));
    }

    /// <summary>Two forms of one account at once: the later one finds another version of it.</summary>
    private static Problem ChangedMeanwhile => new("accounts/changed-meanwhile", "The account was changed meanwhile; look and try again.");

    internal static Problem LastWayIn => new("accounts/last-way-in", "This is the only way into the account; add another first.");

    private static Problem FactorFirst => new(
        "accounts/factor-first", "This account has a passkey, an app or a digital signature: prove with one that it is you, before this change.");

    internal static Problem LastFactor => new("accounts/last-factor", "A role of yours wants a second factor; add another first.");

    /// <summary>True when the account can still be signed in to without the key or outside login named.</summary>
    internal static async Task<bool> HasAnotherWayInAsync(
        UserManager<Account> accounts, Account account, byte[]? exceptPasskey = null, UserLoginInfo? exceptLogin = null) =>
        account.Password is not null
        || (await accounts.GetPasskeysAsync(account)).Any(k => exceptPasskey is null || !k.CredentialId.AsSpan().SequenceEqual(exceptPasskey))
        || (await accounts.GetLoginsAsync(account)).Any(l => l.LoginProvider != exceptLogin?.LoginProvider || l.ProviderKey != exceptLogin.ProviderKey);

    /// <summary>
    /// True unless the account has a second factor and this session was opened without: only the first factor may rest on a
    /// password, or whoever learnt it would add a factor of their own.
    /// </summary>
    internal static async Task<bool> IsProvedAsync(HttpContext context, Account account) =>
        await Sessions.HasFactorAsync(context) || !await SecondFactor.HasAsync(context, account);

    /// <summary>False when the person must first prove who they are, with the factor they have; the page then says so.</summary>
    internal static async Task<bool> IsProvedAsync(HttpContext context)
    {
        if (await IsProvedAsync(context, await AccountAsync(context, context.RequestServices.GetRequiredService<UserManager<Account>>())))
        {
            return true;
        }

        await ShowAsync(context, [("confirm", FactorFirst)]);
        return false;
    }

    /// <summary>False when the person must first prove again who they are; the page then says so.</summary>
    internal static async Task<bool> IsFreshAsync(HttpContext context)
    {
        if (!await IsProvedAsync(context))
        {
            return false;
        }

        if (await Sessions.IsFreshAsync(context))
        {
            return true;
        }

        await ShowAsync(context, [("confirm", Sessions.NotFresh)]);
        return false;
    }

    internal static Task ShowAsync(HttpContext context, IReadOnlyList<(string, Problem)> problems) => ShowAsync(context, problems, []);

    /// <summary>The present password is asked as at the sign-in: wrong ones count. Who has none proves by another way who they are.</summary>
    private static async Task PasswordAsync(HttpContext context, SignInManager<Account> signIn)
    {
        var accounts = signIn.UserManager;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = await AccountAsync(context, accounts);
        var isFirst = account.Password is null;
        if (!await IsProvedAsync(context))
        {
            return;
        }

        if (isFirst ? !await IsFreshAsync(context) : !await IsPasswordAsync(context, signIn, account, form["current"].ToString(), "current"))
        {
            return;
        }

        account.Record(Changed(context, "accounts/password-changed"));
        var result = isFirst
            ? await accounts.AddPasswordAsync(account, form["new"].ToString())
            : await accounts.ChangePasswordAsync(account, form["current"].ToString(), form["new"].ToString());
        switch (result.Errors.FirstOrDefault()?.Code)
        {
            case "PasswordTooShort":
                await ShowAsync(context, [("new", new Problem("accounts/password-short", "A password has at least 12 characters."))]);
                break;
            default:
                await StoreAsync(context, result);
                break;
        }
    }

    /// <summary>The password again, so that changes are open for some minutes. Wrong ones count as they do at the sign-in.</summary>
    private static async Task ConfirmAsync(HttpContext context, SignInManager<Account> signIn)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = await AccountAsync(context, signIn.UserManager);
        if (!await IsPasswordAsync(context, signIn, account, form["password"].ToString(), "confirm"))
        {
            return;
        }

        await Sessions.ProveAsync(context, signIn, account);
        await BackAsync(context);
    }

    /// <summary>False when it is wrong or too many were: the page then says so at the field.</summary>
    private static async Task<bool> IsPasswordAsync(
        HttpContext context, SignInManager<Account> signIn, Account account, string password, string field)
    {
        var result = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            await ShowAsync(context, [(field, result.IsLockedOut
                ? new Problem("accounts/locked", "Too many attempts; try again in fifteen minutes.")
                : new Problem("accounts/wrong-password", "The present password is wrong."))]);
        }

        return result.Succeeded;
    }

    /// <summary>Makes the key of an app that is being set up: kept until the first code proves it.</summary>
    private static async Task AppStartAsync(HttpContext context, UserManager<Account> accounts)
    {
        if (!await IsFreshAsync(context))
        {
            return;
        }

        var account = await AccountAsync(context, accounts);
        if (account.TwoFactor || account.TotpKey is not null || account.Password is null)
        {
            await BackAsync(context);
            return;
        }

        await StoreAsync(context, await accounts.ResetAuthenticatorKeyAsync(account));
    }

    private static async Task AppOnAsync(HttpContext context, UserManager<Account> accounts)
    {
        if (!await IsFreshAsync(context))
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = await AccountAsync(context, accounts);
        var code = form["code"].ToString().Replace(" ", "", StringComparison.Ordinal);
        if (!await accounts.VerifyTwoFactorTokenAsync(account, accounts.Options.Tokens.AuthenticatorTokenProvider, code))
        {
            await ShowAsync(context, [("code", new Problem("accounts/wrong-code", "The code is wrong or was used before."))]);
            return;
        }

        account.Record(Changed(context, "accounts/app-added"));
        if (await accounts.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodeCount) is not { } made)
        {
            await ShowAsync(context, [("main", ChangedMeanwhile)]);
            return;
        }

        var codes = made.ToList();
        await accounts.SetTwoFactorEnabledAsync(account, true);
        await Sessions.ProveAsync(context, context.RequestServices.GetRequiredService<SignInManager<Account>>(), account, withFactor: true);
        await ShowAsync(context, [], codes);
    }

    private static async Task AppOffAsync(HttpContext context, UserManager<Account> accounts)
    {
        if (!await IsFreshAsync(context))
        {
            return;
        }

        var account = await AccountAsync(context, accounts);
        if (await context.RequestServices.GetRequiredService<SecondFactor>().NeedsAsync(context, account, app: true))
        {
            await ShowAsync(context, [("app", LastFactor)]);
            return;
        }

        account.Record(Changed(context, "accounts/app-removed"));
        account.TotpKey = null;
        account.RecoveryCodes.Clear();
        await StoreAsync(context, await accounts.SetTwoFactorEnabledAsync(account, false));
    }

    private static async Task CodesAsync(HttpContext context, UserManager<Account> accounts)
    {
        if (!await IsFreshAsync(context))
        {
            return;
        }

        var account = await AccountAsync(context, accounts);
        account.Record(Changed(context, "accounts/codes-renewed"));
        // The codes are stored together with it.
        account.SecurityStamp = Guid.NewGuid().ToString("N");
        if (await accounts.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodeCount) is not { } made)
        {
            await ShowAsync(context, [("main", ChangedMeanwhile)]);
            return;
        }

        var codes = made.ToList();
        await context.RequestServices.GetRequiredService<SignInManager<Account>>().RefreshSignInAsync(account);
        await ShowAsync(context, [], codes);
    }

    private static async Task ElsewhereAsync(HttpContext context, UserManager<Account> accounts)
    {
        var account = await AccountAsync(context, accounts);
        account.Record(Changed(context, "accounts/signed-out-elsewhere"));
        await StoreAsync(context, await accounts.UpdateSecurityStampAsync(account));
    }

    private static async Task ShowAsync(HttpContext context, IReadOnlyList<(string, Problem)> problems, IReadOnlyList<string> codes)
    {
        var accounts = context.RequestServices.GetRequiredService<UserManager<Account>>();
        var account = await AccountAsync(context, accounts);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<SecurityPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(SecurityPage.Account), account), (nameof(SecurityPage.Passkeys), (await accounts.GetPasskeysAsync(account)).AsReadOnly()),
            (nameof(SecurityPage.Codes), codes), (nameof(SecurityPage.Refused), problems),
            (nameof(SecurityPage.IsFresh), await Sessions.IsFreshAsync(context)),
            (nameof(SecurityPage.IsProved), await IsProvedAsync(context, account)),
            (nameof(SecurityPage.Logins), (await accounts.GetLoginsAsync(account)).AsReadOnly()),
            (nameof(SecurityPage.HasPlatforms), await HasPlatformsAsync(context, account)),
            (nameof(SecurityPage.OidcLabel), context.RequestServices.GetService<OidcClient>()?.Label),
            (nameof(SecurityPage.HasEds), context.RequestServices.GetRequiredService<EdsTrust>().IsConfigured));
    }

    private static async Task<bool> HasPlatformsAsync(HttpContext context, Account account)
    {
        await using var connection = await context.RequestServices.GetRequiredService<Installation>().Database.ConnectAsync(context.RequestAborted);
        return (await LtiStore.BindingsAsync(connection, account.Id, context.RequestAborted)).Count > 0;
    }

    /// <summary>The address an authenticator app reads (Key URI format); issuer and account for the person's eyes.</summary>
    internal static string AppAddress(Account account)
    {
        var label = Uri.EscapeDataString("Mortanba:" + account.Email);
        return string.Create(CultureInfo.InvariantCulture, $"otpauth://totp/{label}?secret={account.TotpKey}&issuer=Mortanba&digits=6&period=30");
    }

    /// <summary>The secret in groups of four, for typing.</summary>
    internal static string Spaced(string secret)
    {
        var text = new StringBuilder();
        foreach (var group in secret.Chunk(4))
        {
            text.Append(text.Length == 0 ? "" : " ").Append(group);
        }

        return text.ToString();
    }
}
