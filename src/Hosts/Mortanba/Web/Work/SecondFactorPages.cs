using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Pages;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>Asks for the second factor that a role wants: to use the one there is, or to add one.</summary>
internal static class SecondFactorPages
{
    private const string Path = "/me/second-factor";

    private static readonly Problem WrongCode = new("accounts/wrong-code", "The code is wrong or was used before.");
    private static readonly Problem Locked = new("accounts/locked", "Too many attempts; try again in fifteen minutes.");

    public static void Map(RouteGroupBuilder pages)
    {
        var own = pages.MapWork(Path);
        own.MapGet("", (HttpContext context, string? to) => ShowAsync(context, to, StatusCodes.Status200OK, null)).Needs(null);
        own.MapPost("/code", CodeAsync).WithMetadata(new Guessable(), new NeverKept()).Needs(null);
    }

    /// <summary>In place of a page that a waiting role would open. What had been typed is kept, as at the sign-in.</summary>
    public static async Task AskAsync(HttpContext context)
    {
        var language = Readers.LanguageOf(context.Request).Tag();
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            var to = context.Request.Path + context.Request.QueryString;
            context.Response.Redirect($"/{language}{Path}?to={Uri.EscapeDataString(to)}");
            return;
        }

        if (CellAnswers.IsAsked(context))
        {
            await CellAnswers.WaitsAsync(context);
            return;
        }

        if (context.Request.HasFormContentType && !await FormGuard.TryReadAsync(context))
        {
            return;
        }

        var token = context.Request.HasFormContentType
            ? await context.RequestServices.GetRequiredService<UnsentForms>().KeepAsync(context)
            : null;
        await ShowAsync(
            context, token is null ? null : $"/{language}/me/unsent/{token}", StatusCodes.Status403Forbidden, null);
    }

    /// <summary>A code of the app or a recovery code, for a session that was opened without. Wrong ones count as at the sign-in.</summary>
    private static async Task CodeAsync(HttpContext context, SignInManager<Account> signIn, Database database, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var to = form["to"].ToString();
        var accounts = signIn.UserManager;
        var account = await SecurityPages.AccountAsync(context, accounts);
        var isLocked = await accounts.IsLockedOutAsync(account);
        var code = form["code"].ToString().Replace(" ", "", StringComparison.Ordinal);
        var isRight = !isLocked && account.TwoFactor && (code.Length == 6
            ? await accounts.VerifyTwoFactorTokenAsync(account, accounts.Options.Tokens.AuthenticatorTokenProvider, code)
            : (await accounts.RedeemTwoFactorRecoveryCodeAsync(account, code)).Succeeded);
        if (!isRight)
        {
            if (!isLocked)
            {
                await accounts.AccessFailedAsync(account);
            }

            await SignInPages.RecordAsync(database, time, context.Visit().Actor, "accounts/sign-in-refused", context.RequestAborted);
            var refused = isLocked || await accounts.IsLockedOutAsync(account) ? Locked : WrongCode;
            await (context.Visit().Waiting.Count > 0
                ? ShowAsync(context, to, StatusCodes.Status422UnprocessableEntity, refused)
                : SecurityPages.ShowAsync(context, [("confirm", refused)]));
            return;
        }

        await accounts.ResetAccessFailedCountAsync(account);
        await Sessions.ProveAsync(context, signIn, account, withFactor: true);
        context.Response.Redirect(SignInPages.LocalOr(to, $"/{Readers.LanguageOf(context.Request).Tag()}/console"));
    }

    private static async Task ShowAsync(HttpContext context, string? to, int status, Problem? refused)
    {
        var language = Readers.LanguageOf(context.Request);
        var visit = context.VisitOrNull() ?? new Visit((await context.ActorAsync())!, null, null) { Waiting = context.WaitingRoles() };
        context.Remember(visit);
        var onward = SignInPages.LocalOr(to, $"/{language.Tag()}/console");
        if (visit.Waiting.Count == 0)
        {
            context.Response.Redirect(onward);
            return;
        }

        var accounts = context.RequestServices.GetRequiredService<UserManager<Account>>();
        var account = await SecurityPages.AccountAsync(context, accounts);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<SecondFactorPage>(
            context, language, status, (nameof(SecondFactorPage.Account), account),
            (nameof(SecondFactorPage.HasPasskey), (await accounts.GetPasskeysAsync(account)).Count > 0),
            (nameof(SecondFactorPage.HasEds), (await accounts.GetLoginsAsync(account)).Any(l => l.LoginProvider == EdsPages.Provider)),
            (nameof(SecondFactorPage.IsFresh), await Sessions.IsFreshAsync(context)), (nameof(SecondFactorPage.To), onward),
            (nameof(SecondFactorPage.Here), $"/{language.Tag()}{Path}?to={Uri.EscapeDataString(onward)}"),
            (nameof(SecondFactorPage.Refused), refused));
    }
}
