using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Pages;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>
/// Signing in with a digital signature (the national EDS), and binding one to an account: the person downloads a text, signs
/// it with any tool and hands in the signature, as a file or pasted. Works without script.
/// </summary>
internal static class EdsPages
{
    /// <summary>Name under which a bound signature stands among an account's outside logins.</summary>
    public const string Provider = "eds";

    private const string Cookie = "eds";

    public static void Map(RouteGroupBuilder guessable, RouteGroupBuilder pages)
    {
        guessable.MapGet("/sign-in/eds", (HttpContext context, string? to) => ShowAsync(context, false, to, null));
        guessable.MapPost("/sign-in/eds/start", (HttpContext context) => StartAsync(context, false));
        guessable.MapGet("/sign-in/eds/text", (HttpContext context) => TextAsync(context, false));
        guessable.MapPost("/sign-in/eds", SignInAsync);
        var own = pages.MapWork("/me/security/eds").WithMetadata(new Guessable());
        own.MapGet("", (HttpContext context) => ShowAsync(context, true, null, null)).Needs(null);
        own.MapPost("/start", (HttpContext context) => StartAsync(context, true)).Needs(null);
        own.MapGet("/text", (HttpContext context) => TextAsync(context, true)).Needs(null);
        own.MapPost("", BindAsync).Needs(null);
        own.MapPost("/remove", RemoveAsync).Needs(null);
    }

    /// <summary>The login of a person: the fingerprint of the IIN, never the IIN.</summary>
    internal static string SubjectOf(IKeyVault vault, Iin iin) => Convert.ToHexStringLower(Persons.Fingerprint(vault, iin));

    private static async Task StartAsync(HttpContext context, bool isBinding)
    {
        if (!await MayAsync(context) || (!isBinding && !await IsGenuineAsync(context)))
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var home = context.RequestServices.GetRequiredService<Installation>();
        var at = home.Time.GetUtcNow();
        // Whole seconds: the text names the time, and the cookie must give the same text again.
        var pending = new Pending(
            EdsChallenges.NewNonce(), PurposeOf(context, isBinding), DateTimeOffset.FromUnixTimeSeconds((at + EdsChallenges.Term).ToUnixTimeSeconds()));
        await home.Database.WriteAsync(
            t => EdsChallenges.AddAsync(t, pending.Text(home.Settings.Site), at, context.RequestAborted), context.RequestAborted);
        var isTls = home.Settings.Site.StartsWith("https://", StringComparison.Ordinal);
        context.Response.Cookies.Append(AccountServices.Named(Cookie, isTls), Protector(context).Protect(JsonSerializer.Serialize(pending)), new CookieOptions
        {
            HttpOnly = true,
            Secure = isTls,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            MaxAge = EdsChallenges.Term,
        });
        var to = SignInPages.LocalOr(form["to"], "");
        context.Response.Redirect(Address(context, isBinding) + (to.Length > 0 ? "?to=" + Uri.EscapeDataString(to) : ""));
    }

    private static async Task TextAsync(HttpContext context, bool isBinding)
    {
        if (!await MayAsync(context))
        {
            return;
        }

        if (PendingOf(context, isBinding) is not { } pending)
        {
            context.Response.Redirect(Address(context, isBinding));
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"mortanba-challenge.txt\"";
        await context.Response.Body.WriteAsync(pending.Text(context.RequestServices.GetRequiredService<Installation>().Settings.Site), context.RequestAborted);
    }

    private static async Task SignInAsync(
        HttpContext context, Installation home, SignInManager<Account> signIn, AccountStore store, TimeProvider time)
    {
        if (!await MayAsync(context) || !await IsGenuineAsync(context))
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!(await SubjectAsync(context, isBinding: false)).TryGet(out var subject, out var refused))
        {
            await ShowAsync(context, false, form["to"], refused);
            return;
        }

        if (await store.FindByLoginAsync(Provider, SubjectOf(home.Vault, subject.Iin), context.RequestAborted) is not { BlockedAt: null } account)
        {
            await ShowAsync(context, false, form["to"], new Problem(
                "accounts/eds-nobody", "No account is bound to this signature; sign in another way and bind it on the page of security."));
            return;
        }

        await signIn.SignInAsync(account, isPersistent: false, Provider);
        await SignInPages.RecordAsync(
            home.Database, time, new Actor(ActorKind.Person, account.Id, account.Name, []), "accounts/signed-in-eds", context.RequestAborted);
        Forget(context, home);
        context.Response.Redirect(SignInPages.LocalOr(form["to"], $"/{Readers.LanguageOf(context.Request).Tag()}/console"));
    }

    private static async Task BindAsync(HttpContext context, Installation home, SignInManager<Account> signIn)
    {
        if (!await MayAsync(context))
        {
            return;
        }

        if (!await SecurityPages.IsFreshAsync(context))
        {
            return;
        }

        if (!(await SubjectAsync(context, isBinding: true)).TryGet(out var subject, out var refused))
        {
            await ShowAsync(context, true, null, refused);
            return;
        }

        var account = await SecurityPages.AccountAsync(context, signIn.UserManager);
        var print = Persons.Fingerprint(home.Vault, subject.Iin);
        if (account.Person is { } known && !known.AsSpan().SequenceEqual(print))
        {
            await ShowAsync(context, true, null, new Problem("accounts/eds-other-person", "This account belongs to another person than the signature."));
            return;
        }

        var login = new UserLoginInfo(Provider, Convert.ToHexStringLower(print), Provider);
        account.Person = print;
        account.SecurityStamp = Guid.NewGuid().ToString("N");
        account.Record(SecurityPages.Changed(context, "accounts/eds-bound"));
        try
        {
            var bound = await signIn.UserManager.AddLoginAsync(account, login);
            if (bound.Succeeded)
            {
                Forget(context, home);
                await SecurityPages.StoreAsync(context, bound, withFactor: true);
                return;
            }
        }
        catch (System.Data.Common.DbException taken) when (taken.IsUniqueViolation())
        {
            // Another account holds this person or this signature.
        }

        await ShowAsync(context, true, null, new Problem("accounts/eds-taken", "Another account is bound to this person."));
    }

    private static async Task RemoveAsync(HttpContext context, SignInManager<Account> signIn)
    {
        var accounts = signIn.UserManager;
        var account = await SecurityPages.AccountAsync(context, accounts);
        var bound = (await accounts.GetLoginsAsync(account)).Where(l => l.LoginProvider == Provider).ToList();
        if (!await SecurityPages.IsFreshAsync(context))
        {
            return;
        }

        if (bound.Count > 0 && !await SecurityPages.HasAnotherWayInAsync(accounts, account, exceptLogin: bound[0]))
        {
            await SecurityPages.ShowAsync(context, [("eds", SecurityPages.LastWayIn)]);
        }
        else if (await context.RequestServices.GetRequiredService<SecondFactor>().NeedsAsync(context, account, eds: true))
        {
            await SecurityPages.ShowAsync(context, [("eds", SecurityPages.LastFactor)]);
        }
        else
        {
            account.Record(SecurityPages.Changed(context, "accounts/eds-unbound"));
            foreach (var login in bound)
            {
                // Renews the security stamp as well.
                await accounts.RemoveLoginAsync(account, login.LoginProvider, login.ProviderKey);
            }

            await SecurityPages.StoreAsync(context, IdentityResult.Success);
        }
    }

    /// <summary>The person behind the handed-in signature, whose challenge is used up by it.</summary>
    private static async Task<Outcome<EdsSubject>> SubjectAsync(HttpContext context, bool isBinding)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var at = home.Time.GetUtcNow();
        if (PendingOf(context, isBinding) is not { } pending)
        {
            return new Problem("accounts/eds-challenge-unknown", "This text was not given to this browser; ask for a new one.");
        }

        var text = pending.Text(home.Settings.Site);
        if (await CmsAsync(context) is not { } cms)
        {
            return new Problem("accounts/eds-malformed", "This is not a signature in CMS (PKCS #7).");
        }

        if (!EdsVerifier.Verify(cms, text, context.RequestServices.GetRequiredService<EdsTrust>(), at).TryGet(out var subject, out var refused))
        {
            return refused;
        }

        var taken = await home.Database.WriteAsync(t => EdsChallenges.TakeAsync(t, text, at, context.RequestAborted), context.RequestAborted);
        return taken.Then<EdsSubject>(_ => subject);
    }

    private static async Task<byte[]?> CmsAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form.Files.GetFile("signature") is { Length: > 0 and <= 2 * EdsVerifier.CmsMaxBytes } file)
        {
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, context.RequestAborted);
            return EdsVerifier.Read(bytes.ToArray());
        }

        return EdsVerifier.ReadText(form["text"].ToString());
    }

    private static Task ShowAsync(HttpContext context, bool isBinding, string? to, Problem? refused)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        if (!context.RequestServices.GetRequiredService<EdsTrust>().IsConfigured)
        {
            return Problems.NotFoundAsync(context);
        }

        context.Response.Headers.CacheControl = "no-store";
        var status = refused is null ? StatusCodes.Status200OK
            : isBinding ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status401Unauthorized;
        var text = PendingOf(context, isBinding) is { } pending ? Encoding.ASCII.GetString(pending.Text(home.Settings.Site)) : null;
        var address = Address(context, isBinding);
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<EdsPage>(
            context, Readers.LanguageOf(context.Request), status, (nameof(EdsPage.Address), address), (nameof(EdsPage.IsBinding), isBinding),
            (nameof(EdsPage.To), SignInPages.LocalOr(to, "")), (nameof(EdsPage.Text), text), (nameof(EdsPage.Refused), refused));
    }

    private static async Task<bool> MayAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<EdsTrust>().IsConfigured)
        {
            return true;
        }

        await Problems.NotFoundAsync(context);
        return false;
    }

    private static async Task<bool> IsGenuineAsync(HttpContext context)
    {
        if (await FormGuard.IsGenuineAsync(context))
        {
            return true;
        }

        await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
        return false;
    }

    private static Pending? PendingOf(HttpContext context, bool isBinding)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var isTls = home.Settings.Site.StartsWith("https://", StringComparison.Ordinal);
        if (context.Request.Cookies[AccountServices.Named(Cookie, isTls)] is not { Length: > 0 } cookie)
        {
            return null;
        }

        try
        {
            var pending = JsonSerializer.Deserialize<Pending>(Protector(context).Unprotect(cookie));
            return pending is not null && pending.Purpose == PurposeOf(context, isBinding) && home.Time.GetUtcNow() < pending.Until ? pending : null;
        }
        catch (Exception changed) when (changed is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private static void Forget(HttpContext context, Installation home) => context.Response.Cookies.Delete(
        AccountServices.Named(Cookie, home.Settings.Site.StartsWith("https://", StringComparison.Ordinal)),
        new CookieOptions { Path = "/", Secure = home.Settings.Site.StartsWith("https://", StringComparison.Ordinal) });

    private static IDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("accounts/eds");

    private static string PurposeOf(HttpContext context, bool isBinding) => isBinding ? "bind " + context.Visit().Actor.Id : "sign-in";

    private static string Address(HttpContext context, bool isBinding) =>
        $"/{Readers.LanguageOf(context.Request).Tag()}{(isBinding ? "/me/security/eds" : "/sign-in/eds")}";

    private sealed record Pending(string Nonce, string Purpose, DateTimeOffset Until)
    {
        public byte[] Text(string site) => EdsChallenges.TextOf(site, Purpose, Nonce, Until);
    }
}
