using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai.Connections;

namespace Mortanba.Host.Web;

/// <summary>Somebody a platform named who is bound to no account yet; kept in a protected cookie until they say who they are here.</summary>
internal sealed record LtiStranger(string Platform, string Subject, string To, DateTimeOffset Until);

/// <summary>
/// Launches from learning platforms (LTI 1.3, the tool's side). A launch opens the session of the account that its own person bound to the
/// platform's, and of no other; whoever is bound to none signs in first. It is never proof enough to change a way of signing in, and opens
/// no role that wants a second factor.
/// </summary>
internal static class LtiPages
{
    private const string AskCookie = "lti";
    private const string StrangerCookie = "lti-who";
    private static readonly TimeSpan StrangerTerm = TimeSpan.FromMinutes(15);

    public static void Map(WebApplication app, RouteGroupBuilder pages)
    {
        // Addresses that platforms write down: without a language.
        app.MapGet("/lti/login", (HttpContext context) => LoginAsync(context, name => context.Request.Query[name]));
        app.MapPost("/lti/login", async (HttpContext context) =>
        {
            if (await FormGuard.TryReadAsync(context))
            {
                await LoginAsync(context, name => context.Request.Form[name]);
            }
        });
        app.MapPost("/lti/launch", LaunchAsync);
        app.MapGet("/lti/jwks", JwksAsync);
        var own = pages.MapWork("/me/lti");
        own.MapGet("", (HttpContext context) => StrangerAsync(context, null)).Needs(null);
        own.MapPost("", BindAsync).Needs(null);
        own.MapPost("/end", UnbindAsync).Needs(null);
    }

    private static async Task LoginAsync(HttpContext context, Func<string, string?> field)
    {
        context.Response.Headers.CacheControl = "no-store";
        var (home, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestAborted);
        if (!await context.RequestServices.GetRequiredService<LookupLimits>().AllowSignInAsync(context))
        {
            return;
        }

        var asked = new LtiLoginRequest(
            field("iss"), field("login_hint"), field("target_link_uri"), field("lti_message_hint"), field("client_id"), field("lti_deployment_id"));
        await using var connection = await home.Database.ConnectAsync(cancel);
        var known = asked.Issuer is { Length: > 0 } issuer ? await LtiStore.OfIssuerAsync(connection, issuer, cancel) : [];
        if (!BeginLtiLogin.Of(asked, known, home.Settings.Site, home.Time.GetUtcNow()).TryGet(out var begun, out var refused))
        {
            await RefuseAsync(context, asked.Target, refused);
            return;
        }

        // None: the platform's page sends the form of the launch, from its own site.
        LtiCookies.Keep(context, AskCookie, begun.Ask, BeginLtiLogin.AskTerm, isCrossSite: true);
        context.Response.Redirect(begun.Address.AbsoluteUri);
    }

    private static async Task LaunchAsync(HttpContext context, Installation home, SignInManager<Account> signIn)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!await context.RequestServices.GetRequiredService<LookupLimits>().AllowSignInAsync(context) || !await FormGuard.TryReadAsync(context))
        {
            return;
        }

        var (form, cancel, at) = (context.Request.Form, context.RequestAborted, home.Time.GetUtcNow());
        var ask = LtiCookies.Find<LtiAsk>(context, AskCookie);
        LtiCookies.End(context, AskCookie);
        if (!(await ReadAsync(home, ask, form["state"], form["id_token"], at, cancel)).TryGet(out var launch, out var refused))
        {
            await RefuseAsync(context, ask?.Target, refused);
            return;
        }

        var (language, to) = Page(context, launch, home.Settings.Site);
        string? bound;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (launch.DeepLink is { } deepLink)
            {
                var school = (await LtiStore.FindAsync(connection, launch.Platform, cancel))!.School;
                to = PlacePages.Begin(
                    context, language, school,
                    new LtiPlace(launch.Platform, launch.Deployment, deepLink.ReturnAddress.AbsoluteUri, deepLink.Data, at));
            }

            bound = await LtiStore.AccountAsync(connection, launch.Platform, launch.Subject, cancel);
        }

        if (bound is not null && await signIn.UserManager.FindByIdAsync(bound) is { BlockedAt: null } account)
        {
            await signIn.SignInAsync(account, Sessions.Unproved(), "lti");
            await SignInPages.RecordAsync(
                home.Database, home.Time, new Actor(ActorKind.Person, account.Id, account.Name, []), "accounts/signed-in-lti", cancel);
            context.Response.Redirect(to);
            return;
        }

        LtiCookies.Keep(context, StrangerCookie, new LtiStranger(launch.Platform, launch.Subject, to, at + StrangerTerm), StrangerTerm);
        context.Response.Redirect($"/{language.Tag()}/me/lti");
    }

    /// <summary>Checked whole, and its nonce taken: the same launch a second time is a replay, at whichever node it comes.</summary>
    private static async Task<Outcome<LtiLaunch>> ReadAsync(
        Installation home, LtiAsk? ask, string? state, string? token, DateTimeOffset at, CancellationToken cancel)
    {
        LtiPlatform? platform = null;
        if (ask is not null)
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            platform = await LtiStore.FindAsync(connection, ask.Platform, cancel);
        }

        if (platform is null)
        {
            return new Problem("connections/lti-state", "The launch did not begin in this browser, or the platform is not connected any more.");
        }

        if (!(await ReadLaunch.OfAsync(platform, ask, state, token, home.Settings.Site, at)).TryGet(out var launch, out var refused))
        {
            return refused;
        }

        var task = LtiTarget.TaskOf(LtiTarget.PathOf(launch.Target, home.Settings.Site));
        var isFirst = await home.Database.WriteAsync(
            async t =>
            {
                if (!await LtiStore.TakeAsync(t, launch, at, cancel))
                {
                    return false;
                }

                await LtiCourses.SeenAsync(t, launch, at, cancel);
                if (task is not null)
                {
                    await LtiScores.OpenAsync(t, launch, task, at, cancel);
                }

                return true;
            },
            cancel);
        return isFirst ? launch : ReadLaunch.Replayed;
    }

    private static async Task JwksAsync(HttpContext context, Installation home)
    {
        using var key = await new LtiStore(home.Vault).KeyAsync(home.Database, home.Time.GetUtcNow(), context.RequestAborted);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "public, max-age=300";
        await context.Response.WriteAsync(key.Jwks(), context.RequestAborted);
    }

    private static async Task StrangerAsync(HttpContext context, Problem? refused)
    {
        var (home, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var platform = Stranger(context, home) is { } stranger ? await LtiStore.FindAsync(connection, stranger.Platform, cancel) : null;
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<LtiBindPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict,
            (nameof(LtiBindPage.Platform), platform), (nameof(LtiBindPage.Refused), refused),
            (nameof(LtiBindPage.School), platform is null ? null : (await SchoolDirectory.FindAsync(connection, platform.School, cancel))?.Name),
            (nameof(LtiBindPage.Bound), await LtiStore.BindingsAsync(connection, context.Visit().Actor.Id, cancel)),
            (nameof(LtiBindPage.AsksPassword), !await Sessions.IsFreshAsync(context)));
    }

    /// <summary>Whoever is bound opens the account from then on: the person proves that they sit there, and that the school knows them.</summary>
    private static async Task<Problem?> RefusalAsync(HttpContext context, Installation home, SignInManager<Account> signIn, LtiStranger stranger)
    {
        var (visitor, cancel) = (context.Visit().Actor, context.RequestAborted);
        if (await FreshSignIn.RefusalAsync(context, signIn, (await context.Request.ReadFormAsync(cancel))["password"].ToString()) is { } notFresh)
        {
            return notFresh;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        var school = (await LtiStore.FindAsync(connection, stranger.Platform, cancel))?.School;
        return (await new SchoolDirectory(home.Vault).OfAccountAsync(connection, visitor.Id, cancel)).Any(p => p.School == school)
            || (await Memberships.OfAccountAsync(connection, visitor.Id, home.Database.Seals, cancel)).Any(m => m.Institution == school)
            ? null : new Problem("connections/not-of-school", "This account is of nobody at the school that connected the platform.");
    }

    private static async Task UnbindAsync(HttpContext context, Installation home)
    {
        var (form, visitor, cancel, at) = (
            await context.Request.ReadFormAsync(context.RequestAborted), context.Visit().Actor, context.RequestAborted, home.Time.GetUtcNow());
        await home.Database.WriteAsync(
            async t =>
            {
                // Ended already: as it was wanted.
                if (await LtiStore.UnbindAsync(t, form["platform"].ToString(), form["subject"].ToString(), visitor.Id, cancel))
                {
                    await AuditTrail.AppendAsync(
                        t, at, new TrailEvent(TrailAct.Change, "accounts/lti-unbound", visitor, new TrailSubject("account", visitor.Id)), cancel);
                }
            },
            cancel);
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/lti");
    }

    private static async Task BindAsync(HttpContext context, Installation home, SignInManager<Account> signIn)
    {
        var (visitor, cancel, at) = (context.Visit().Actor, context.RequestAborted, home.Time.GetUtcNow());
        if (Stranger(context, home) is not { } stranger)
        {
            await StrangerAsync(context, new Problem("connections/lti-state", "The launch did not begin in this browser, or is over."));
            return;
        }

        if (await RefusalAsync(context, home, signIn, stranger) is { } notTheirs)
        {
            await StrangerAsync(context, notTheirs);
            return;
        }

        var bound = await home.Database.WriteAsync(
            async t =>
            {
                var outcome = await LtiStore.BindAsync(t, stranger.Platform, stranger.Subject, visitor.Id, at, cancel);
                if (outcome.IsDone)
                {
                    await AuditTrail.AppendAsync(
                        t, at, new TrailEvent(TrailAct.Change, "accounts/lti-bound", visitor, new TrailSubject("account", visitor.Id)), cancel);
                }

                return outcome;
            },
            cancel);
        if (!bound.TryGet(out _, out var refused))
        {
            await StrangerAsync(context, refused);
            return;
        }

        LtiCookies.End(context, StrangerCookie);
        context.Response.Redirect(stranger.To);
    }

    // Shown as the sign-in page of the language that was wanted: these addresses carry none.
    private static Task RefuseAsync(HttpContext context, string? target, Problem refused)
    {
        var tag = Uri.TryCreate(target, UriKind.Absolute, out var wanted) && wanted.AbsolutePath.Split('/') is [_, var first, ..] && Languages.TryParse(first, out var known)
            ? known.Tag() : Readers.Preferred(context.Request).Tag();
        context.Request.Path = $"/{tag}/sign-in";
        return SignInPages.ShowAsync(context, "", "", refused, sessionEnded: false);
    }

    /// <summary>The page that was wanted; whoever wrote only this site into the link comes to the pages of the role.</summary>
    private static (Language Language, string To) Page(HttpContext context, LtiLaunch launch, string site)
    {
        var path = SignInPages.LocalOr(LtiTarget.PathOf(launch.Target, site), "/");
        var language = path.Split('/', '?') is [_, var first, ..] && Languages.TryParse(first, out var inPath) ? inPath
            : Languages.TryParse(launch.Language?.Split('-', '_')[0], out var said) ? said : Readers.Preferred(context.Request);
        return (language, path is "/" || path.StartsWith("/lti", StringComparison.Ordinal)
            ? $"/{language.Tag()}/{(launch.Role == LtiRole.Teacher ? "console" : "me/ai")}" : path);
    }

    private static LtiStranger? Stranger(HttpContext context, Installation home) =>
        LtiCookies.Find<LtiStranger>(context, StrangerCookie) is { } stranger && home.Time.GetUtcNow() < stranger.Until ? stranger : null;
}
