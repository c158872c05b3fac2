using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>Passkeys (WebAuthn): options for the browser, a new key for an account, signing in with one.</summary>
/// <remarks>The challenge travels in a protected cookie of the framework; a key is bound to the host of the site.</remarks>
internal static class PasskeyPages
{
    /// <summary>How a session says that a passkey opened it.</summary>
    public const string Method = "passkey";

    private const int NameLengthMax = 60;
    private static readonly Problem Refused = new("accounts/passkey-refused", "The passkey was not accepted.");

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapPost("/sign-in/passkey/options", RequestOptionsAsync);
        pages.MapPost("/sign-in/passkey", SignInAsync);
        var own = pages.MapWork("/me/security/passkey");
        own.MapPost("/options", CreationOptionsAsync).Needs(null);
        own.MapPost("/confirm/options", ConfirmOptionsAsync).Needs(null);
        own.MapPost("/confirm", ConfirmAsync).WithMetadata(new Guessable()).Needs(null);
        own.MapPost("", AddAsync).Needs(null);
        own.MapPost("/remove", RemoveAsync).Needs(null);
    }

    private static async Task RequestOptionsAsync(HttpContext context, SignInManager<Account> signIn)
    {
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        // Without a name: the browser offers the keys it has, and nobody learns which addresses have accounts.
        await SendAsync(context, await signIn.MakePasskeyRequestOptionsAsync(null));
    }

    private static async Task SignInAsync(HttpContext context, SignInManager<Account> signIn, Database database, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var to = form["to"].ToString();
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        // Wrong passwords lock the password only: whoever sends them for somebody else does not lock them out.
        if (await AssertAsync(signIn, form["credential"].ToString()) is not { User: { BlockedAt: null } account } asserted)
        {
            await SignInPages.ShowAsync(context, to, form["email"].ToString(), Refused, sessionEnded: false);
            return;
        }

        // The counter of the key moves on, so that a copied key shows.
        var stored = await signIn.UserManager.AddOrUpdatePasskeyAsync(account, asserted.Passkey);
        if (!stored.Succeeded)
        {
            await SignInPages.ShowAsync(context, to, "", Refused, sessionEnded: false);
            return;
        }

        await signIn.SignInAsync(account, isPersistent: false, Method);
        await SignInPages.RecordAsync(
            database, time, new Actor(ActorKind.Person, account.Id, account.Name, []), "accounts/signed-in", context.RequestAborted);
        context.Response.Redirect(SignInPages.LocalOr(to, $"/{Readers.LanguageOf(context.Request).Tag()}/console"));
    }

    private static async Task ConfirmOptionsAsync(HttpContext context, SignInManager<Account> signIn) =>
        await SendAsync(context, await signIn.MakePasskeyRequestOptionsAsync(await SecurityPages.AccountAsync(context, signIn.UserManager)));

    /// <summary>A passkey again, of the same account, so that changes are open for some minutes.</summary>
    private static async Task ConfirmAsync(HttpContext context, SignInManager<Account> signIn)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = await SecurityPages.AccountAsync(context, signIn.UserManager);
        if (await AssertAsync(signIn, form["credential"].ToString()) is not { } asserted || asserted.User.Id != account.Id
            || !(await signIn.UserManager.AddOrUpdatePasskeyAsync(account, asserted.Passkey)).Succeeded)
        {
            await SecurityPages.ShowAsync(context, [("confirm", Refused)]);
            return;
        }

        await Sessions.ProveAsync(context, signIn, account, withFactor: true);
        await SecurityPages.BackAsync(context);
    }

    private static async Task CreationOptionsAsync(HttpContext context, SignInManager<Account> signIn)
    {
        var account = await SecurityPages.AccountAsync(context, signIn.UserManager);
        await SendAsync(context, await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
        {
            Id = account.Id,
            Name = account.Email,
            DisplayName = account.Name,
        }));
    }

    private static async Task AddAsync(HttpContext context, SignInManager<Account> signIn)
    {
        if (!await SecurityPages.IsFreshAsync(context))
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = await SecurityPages.AccountAsync(context, signIn.UserManager);
        if (await AttestAsync(signIn, form["credential"].ToString()) is not { } attested)
        {
            await SecurityPages.ShowAsync(context, [("passkey", Refused)]);
            return;
        }

        var name = form["name"].ToString().Trim();
        attested.Name = name.Length is > 0 and <= NameLengthMax && !name.Any(char.IsControl) ? name : null;
        account.Record(SecurityPages.Changed(context, "accounts/passkey-added"));
        var stored = await signIn.UserManager.AddOrUpdatePasskeyAsync(account, attested);
        await SecurityPages.StoreAsync(
            context, stored.Succeeded ? await signIn.UserManager.UpdateSecurityStampAsync(account) : stored, withFactor: true);
    }

    private static async Task RemoveAsync(HttpContext context, SignInManager<Account> signIn)
    {
        if (!await SecurityPages.IsFreshAsync(context))
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = await SecurityPages.AccountAsync(context, signIn.UserManager);
        var keys = await signIn.UserManager.GetPasskeysAsync(account);
        if (keys.FirstOrDefault(k => Convert.ToHexStringLower(k.CredentialId) == form["id"]) is not { } key)
        {
            await SecurityPages.ShowAsync(context, [("passkeys", new Problem("accounts/no-passkey", "There is no such passkey."))]);
            return;
        }

        if (!await SecurityPages.HasAnotherWayInAsync(signIn.UserManager, account, exceptPasskey: key.CredentialId))
        {
            await SecurityPages.ShowAsync(context, [("passkeys", SecurityPages.LastWayIn)]);
            return;
        }

        if (await context.RequestServices.GetRequiredService<SecondFactor>().NeedsAsync(context, account, passkey: key.CredentialId))
        {
            await SecurityPages.ShowAsync(context, [("passkeys", SecurityPages.LastFactor)]);
            return;
        }

        account.Record(SecurityPages.Changed(context, "accounts/passkey-removed"));
        var stored = await signIn.UserManager.RemovePasskeyAsync(account, key.CredentialId);
        await SecurityPages.StoreAsync(context, stored.Succeeded ? await signIn.UserManager.UpdateSecurityStampAsync(account) : stored);
    }

    /// <summary>Null for a credential that does not fit or is none, and when this browser was given no challenge: the library throws then.</summary>
    private static async Task<Asserted?> AssertAsync(SignInManager<Account> signIn, string credential)
    {
        try
        {
            var asserted = await signIn.PerformPasskeyAssertionAsync(credential);
            return asserted.Succeeded ? new Asserted(asserted.User, asserted.Passkey) : null;
        }
        catch (Exception unfit) when (unfit is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<UserPasskeyInfo?> AttestAsync(SignInManager<Account> signIn, string credential)
    {
        try
        {
            var attested = await signIn.PerformPasskeyAttestationAsync(credential);
            return attested.Succeeded ? attested.Passkey : null;
        }
        catch (Exception unfit) when (unfit is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private sealed record Asserted(Account User, UserPasskeyInfo Passkey);

    private static async Task SendAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }
}
