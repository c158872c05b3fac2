using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>
/// Signing in through an outside provider (OpenID Connect), and binding it to an account: an account is never made or found
/// by an address the provider names, only by issuer and subject once bound by its owner.
/// </summary>
internal static class OidcPages
{
    private const string Cookie = "oidc";

    public static void Map(WebApplication app, RouteGroupBuilder guessable, RouteGroupBuilder pages)
    {
        guessable.MapPost("/sign-in/oidc", (HttpContext context) => StartAsync(context, false));
        var own = pages.MapWork("/me/security/oidc").WithMetadata(new Guessable());
        own.MapPost("", (HttpContext context) => StartAsync(context, true)).Needs(null);
        own.MapPost("/remove", RemoveAsync).Needs(null);
        // One address for every language, as it is registered with the provider.
        app.MapGet("/sign-in/oidc/back", BackAsync);
    }

    private static async Task StartAsync(HttpContext context, bool isBinding)
    {
        var client = context.RequestServices.GetService<OidcClient>();
        if (client is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        if (!isBinding && !await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        if (isBinding && !await SecurityPages.IsFreshAsync(context))
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var language = Readers.LanguageOf(context.Request).Tag();
        var ask = client.Ask(isBinding ? $"/{language}/me/security" : SignInPages.LocalOr(form["to"], $"/{language}/console"), isBinding);
        string address;
        try
        {
            address = await client.AddressAsync(ask, context.RequestAborted);
        }
        catch (Exception away) when (away is InvalidOperationException or HttpRequestException or IOException)
        {
            await SignInPages.ShowAsync(context, ask.To, "", Away, sessionEnded: false);
            return;
        }

        context.Response.Cookies.Append(Name(context), Protector(context).Protect(JsonSerializer.Serialize(ask)), new CookieOptions
        {
            HttpOnly = true,
            Secure = IsTls(context),
            // Lax: the provider sends the browser back from its own site.
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = OidcClient.AskTerm,
        });
        context.Response.Redirect(address);
    }

    private static async Task BackAsync(
        HttpContext context, LookupLimits limits, SignInManager<Account> signIn, AccountStore store, Database database, TimeProvider time)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (context.RequestServices.GetService<OidcClient>() is not { } client)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        if (!await limits.AllowSignInAsync(context))
        {
            return;
        }

        var ask = AskOf(context, time);
        context.Response.Cookies.Delete(Name(context), new CookieOptions { Path = "/", Secure = IsTls(context) });
        // This address carries no language: what is shown is shown as the page the sign-in began on.
        var began = ask?.To.Split('/') is [_, var tag, ..] && Languages.TryParse(tag, out var known) ? known : Readers.Preferred(context.Request);
        context.Request.Path = $"/{began.Tag()}/sign-in";
        // Whoever is led here with somebody else's code has not this browser's state.
        if (ask is null || !OidcClient.FixedEquals(context.Request.Query["state"].ToString(), ask.State))
        {
            await SignInPages.ShowAsync(context, "", "", new Problem(
                "accounts/oidc-state", "The sign-in did not begin in this browser, or more than ten minutes ago."), sessionEnded: false);
            return;
        }

        Outcome<string> outcome;
        try
        {
            outcome = context.Request.Query["code"].ToString() is { Length: > 0 } code
                ? await client.SubjectAsync(ask, code, context.RequestAborted)
                : new Problem("accounts/oidc-refused", "The provider did not confirm the sign-in.");
        }
        catch (Exception away) when (away is InvalidOperationException or HttpRequestException or IOException or JsonException)
        {
            outcome = Away;
        }

        if (!outcome.TryGet(out var subject, out var refused))
        {
            await SignInPages.ShowAsync(context, ask.To, "", refused, sessionEnded: false);
        }
        else if (ask.IsBinding)
        {
            await BindAsync(context, client, signIn, subject, ask.To);
        }
        else if (await store.FindByLoginAsync(client.Issuer, subject, context.RequestAborted) is { BlockedAt: null } account)
        {
            await signIn.SignInAsync(account, isPersistent: false, "oidc");
            await SignInPages.RecordAsync(
                database, time, new Actor(ActorKind.Person, account.Id, account.Name, []), "accounts/signed-in-oidc", context.RequestAborted);
            context.Response.Redirect(ask.To);
        }
        else
        {
            await SignInPages.ShowAsync(context, ask.To, "", new Problem(
                "accounts/oidc-nobody", "No account is bound to this sign-in; sign in another way and bind it."), sessionEnded: false);
        }
    }

    private static async Task BindAsync(HttpContext context, OidcClient client, SignInManager<Account> signIn, string subject, string to)
    {
        if (await context.ActorAsync() is not { } actor || await signIn.UserManager.FindByIdAsync(actor.Id) is not { } account
            || !await Sessions.IsFreshAsync(context) || !await SecurityPages.IsProvedAsync(context, account))
        {
            await SignInPages.ShowAsync(context, to, "", Sessions.NotFresh, sessionEnded: false);
            return;
        }

        account.SecurityStamp = Guid.NewGuid().ToString("N");
        account.Record(new TrailEvent(TrailAct.Change, "accounts/oidc-bound", actor, new TrailSubject("account", actor.Id)));
        try
        {
            if ((await signIn.UserManager.AddLoginAsync(account, new UserLoginInfo(client.Issuer, subject, client.Label))).Succeeded)
            {
                await signIn.RefreshSignInAsync(account);
                context.Response.Redirect(to);
                return;
            }
        }
        catch (System.Data.Common.DbException taken) when (taken.IsUniqueViolation())
        {
            // Two at once: the other one has it.
        }

        await SignInPages.ShowAsync(context, to, "", new Problem("accounts/oidc-taken", "An account is bound to this sign-in already."), sessionEnded: false);
    }

    private static async Task RemoveAsync(HttpContext context, SignInManager<Account> signIn)
    {
        if (!await SecurityPages.IsFreshAsync(context))
        {
            return;
        }

        var account = await SecurityPages.AccountAsync(context, signIn.UserManager);
        var bound = (await signIn.UserManager.GetLoginsAsync(account)).FirstOrDefault(l => l.LoginProvider != EdsPages.Provider);
        if (bound is not null && !await SecurityPages.HasAnotherWayInAsync(signIn.UserManager, account, exceptLogin: bound))
        {
            await SecurityPages.ShowAsync(context, [("oidc", SecurityPages.LastWayIn)]);
            return;
        }

        account.Record(SecurityPages.Changed(context, "accounts/oidc-unbound"));
        await SecurityPages.StoreAsync(context, bound is null
            ? IdentityResult.Success
            : await signIn.UserManager.RemoveLoginAsync(account, bound.LoginProvider, bound.ProviderKey));
    }

    private static Problem Away => new("accounts/oidc-away", "The provider does not answer; sign in another way or try later.");

    private static OidcAsk? AskOf(HttpContext context, TimeProvider time)
    {
        try
        {
            return context.Request.Cookies[Name(context)] is { Length: > 0 } cookie
                && JsonSerializer.Deserialize<OidcAsk>(Protector(context).Unprotect(cookie)) is { } ask && time.GetUtcNow() < ask.Until ? ask : null;
        }
        catch (Exception changed) when (changed is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private static bool IsTls(HttpContext context) =>
        context.RequestServices.GetRequiredService<WebOptions>().Site.StartsWith("https://", StringComparison.Ordinal);

    private static string Name(HttpContext context) => AccountServices.Named(Cookie, IsTls(context));

    private static IDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("accounts/oidc");
}
