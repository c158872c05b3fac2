using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Pages;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>Signing in and out: password with an authenticator app; passkeys and EDS beside it.</summary>
internal static class SignInPages
{
    /// <summary>The same words for an unknown address, a wrong password and a locked account: nobody learns who has one.</summary>
    private static readonly Problem Wrong = new(
        "accounts/wrong-credentials", "E-mail or password is wrong; after five attempts an account rests for fifteen minutes.");
    private static readonly Problem WrongCode = new("accounts/wrong-code", "The code is wrong or was used before.");
    private static readonly Problem Locked = new("accounts/locked", "Too many attempts; try again in fifteen minutes.");

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/sign-in", (HttpContext context, string? to) => ShowAsync(context, to, "", null, sessionEnded: false));
        pages.MapPost("/sign-in", SignInAsync);
        pages.MapGet("/sign-in/code", (HttpContext context, string? to) => ShowCodeAsync(context, to, null));
        pages.MapPost("/sign-in/code", CodeAsync);
        pages.MapPost("/sign-out", SignOutAsync);
    }

    /// <summary>Shown in place of a working page to somebody who is not signed in. What they had typed is kept.</summary>
    public static async Task AskAsync(HttpContext context)
    {
        var language = Readers.LanguageOf(context.Request).Tag();
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Redirect($"/{language}/sign-in?to={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
            return;
        }

        if (CellAnswers.IsAsked(context))
        {
            // A script that saves in the background: its page says so, keeps what was typed, and sends the whole form.
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        // Whoever is not signed in writes here: as slow as guessing.
        if (!await context.RequestServices.GetRequiredService<LookupLimits>().AllowSignInAsync(context)
            || (context.Request.HasFormContentType && !await FormGuard.TryReadAsync(context)))
        {
            return;
        }

        var token = context.Request.HasFormContentType
            ? await context.RequestServices.GetRequiredService<UnsentForms>().KeepAsync(context)
            : null;
        await ShowAsync(
            context, token is null ? context.Request.Headers.Referer.ToString() : $"/{language}/me/unsent/{token}", "", null,
            sessionEnded: true);
    }

    /// <summary>An address of this site to go on to, or the console: never another site's.</summary>
    internal static string LocalOr(string? to, string fallback) =>
        to is ['/', ..] && to is not ['/', '/', ..] && to.All(c => c is > ' ' and <= '~' and not '\\')
            ? to
            : fallback;

    private static async Task SignInAsync(HttpContext context, SignInManager<Account> signIn, Database database, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (to, email) = (form["to"].ToString(), form["email"].ToString());
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var account = await signIn.UserManager.FindByEmailAsync(email);
        if (account is not { BlockedAt: null } || await signIn.UserManager.IsLockedOutAsync(account))
        {
            // The same work as for a known address, so that the time tells nothing.
            signIn.UserManager.PasswordHasher.HashPassword(NoAccount(time), form["password"].ToString());
            await ShowAsync(context, to, email, Wrong, sessionEnded: false);
            return;
        }

        var result = await signIn.PasswordSignInAsync(account, form["password"].ToString(), isPersistent: false, lockoutOnFailure: true);
        if (result.RequiresTwoFactor)
        {
            context.Response.Redirect(
                $"/{Readers.LanguageOf(context.Request).Tag()}/sign-in/code?to={Uri.EscapeDataString(LocalOr(to, ""))}");
            return;
        }

        await AfterAsync(context, result, account, database, time, to, () => ShowAsync(
            context, to, email, Wrong, sessionEnded: false));
    }

    private static async Task CodeAsync(HttpContext context, SignInManager<Account> signIn, Database database, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var to = form["to"].ToString();
        if (!await FormGuard.IsGenuineAsync(context) || await signIn.GetTwoFactorAuthenticationUserAsync() is not { } account)
        {
            await ShowAsync(context, to, "", null, sessionEnded: true);
            return;
        }

        var code = form["code"].ToString().Replace(" ", "", StringComparison.Ordinal);
        var result = code.Length == 6
            ? await signIn.TwoFactorAuthenticatorSignInAsync(code, isPersistent: false, rememberClient: false)
            : await signIn.TwoFactorRecoveryCodeSignInAsync(code);
        await AfterAsync(context, result, account, database, time, to, () => ShowCodeAsync(
            context, to, result.IsLockedOut ? Locked : WrongCode));
    }

    private static async Task AfterAsync(
        HttpContext context, SignInResult result, Account account, Database database, TimeProvider time, string to, Func<Task> refuse)
    {
        var actor = new Actor(ActorKind.Person, account.Id, account.Name, []);
        await RecordAsync(database, time, actor, result.Succeeded ? "accounts/signed-in" : "accounts/sign-in-refused", context.RequestAborted);
        if (!result.Succeeded)
        {
            await refuse();
            return;
        }

        context.Response.Redirect(LocalOr(to, $"/{Readers.LanguageOf(context.Request).Tag()}/console"));
    }

    private static async Task SignOutAsync(HttpContext context, SignInManager<Account> signIn, Database database, TimeProvider time)
    {
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        if (await context.ActorAsync() is { } actor)
        {
            await RecordAsync(database, time, actor, "accounts/signed-out", context.RequestAborted);
        }

        await signIn.SignOutAsync();
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}");
    }

    internal static Task RecordAsync(Database database, TimeProvider time, Actor actor, string what, CancellationToken cancel) =>
        database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, time.GetUtcNow(), new TrailEvent(TrailAct.Access, what, actor, new TrailSubject("account", actor.Id)), cancel),
            cancel);

    internal static Task ShowAsync(HttpContext context, string? to, string email, Problem? refused, bool sessionEnded)
    {
        context.Response.Headers.CacheControl = "no-store";
        var path = Uri.TryCreate(to, UriKind.Absolute, out var whole) && whole.Authority == context.Request.Host.Value ? whole.PathAndQuery : to;
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<SignInPage>(
            context, Readers.LanguageOf(context.Request),
            refused is null && !sessionEnded ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized,
            (nameof(SignInPage.To), LocalOr(path, "")), (nameof(SignInPage.Email), email), (nameof(SignInPage.Refused), refused),
            (nameof(SignInPage.SessionEnded), sessionEnded),
            (nameof(SignInPage.OidcLabel), context.RequestServices.GetService<OidcClient>()?.Label),
            (nameof(SignInPage.HasEds), context.RequestServices.GetRequiredService<EdsTrust>().IsConfigured));
    }

    private static Task ShowCodeAsync(HttpContext context, string? to, Problem? refused)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CodePage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized,
            (nameof(CodePage.To), LocalOr(to, "")), (nameof(CodePage.Refused), refused));
    }

    private static Account NoAccount(TimeProvider time) =>
        new() { Id = "", Email = "", Name = "", CreatedAt = time.GetUtcNow() };
}
