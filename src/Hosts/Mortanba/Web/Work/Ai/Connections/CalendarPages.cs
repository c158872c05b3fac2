using System.Data.Common;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Connections;

namespace Mortanba.Host.Web;

/// <summary>
/// What is due, in the calendar that somebody uses: behind a secret address of their own, which is shown once, can be made anew and ended.
/// </summary>
internal static class CalendarPages
{
    private const int SecretLengthMax = 64;

    public static void Map(WebApplication app, RouteGroupBuilder pages)
    {
        var own = pages.MapWork("/me/calendar");
        own.MapGet("", (HttpContext context) => ShowAsync(context, null)).Needs(null);
        own.MapPost("", MakeAsync).Needs(null);
        own.MapPost("/end", EndAsync).Needs(null);
        app.MapGet("/calendar/{secret}.ics", FeedAsync);
    }

    private static async Task FeedAsync(HttpContext context, Installation home, Texts texts, UserManager<Account> accounts, string secret)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        var cancel = context.RequestAborted;
        (string Account, string Language)? whose = null;
        if (secret.Length <= SecretLengthMax)
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            whose = await CalendarLinks.FindAsync(connection, secret, cancel);
        }

        if (whose is not (var account, var word) || !Languages.TryParse(word, out var language)
            || await accounts.FindByIdAsync(account) is not { BlockedAt: null })
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var due = await new DueDays(home, texts).OfAsync(account, language, cancel);
        context.Response.ContentType = ReviewCalendar.MediaType;
        await context.Response.WriteAsync(
            ReviewCalendar.Write(due, new Uri(home.Settings.Site).Host, texts.Get(language, "connections/calendar"), home.Time.GetUtcNow()), Encoding.UTF8, cancel);
    }

    private static async Task ShowAsync(HttpContext context, string? address)
    {
        var (home, visitor, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit().Actor, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        await SitePages.Write<CalendarPage>(
            context, context.RequestServices.GetRequiredService<PageWriter>(), (nameof(CalendarPage.Made), await CalendarLinks.MadeAsync(connection, visitor.Id, cancel)),
            (nameof(CalendarPage.NewAddress), address),
            (nameof(CalendarPage.Due), await new DueDays(home, context.RequestServices.GetRequiredService<Texts>()).OfAsync(
                visitor.Id, Readers.LanguageOf(context.Request), cancel)));
    }

    private static async Task MakeAsync(HttpContext context, Installation home)
    {
        var (visitor, at, cancel) = (context.Visit().Actor, home.Time.GetUtcNow(), context.RequestAborted);
        var secret = await home.Database.WriteAsync(
            async t =>
            {
                var made = await CalendarLinks.MakeAsync(t, visitor.Id, Readers.LanguageOf(context.Request).Tag(), at, cancel);
                await NoteAsync(t, visitor, "connections/calendar-made", at, cancel);
                return made;
            },
            cancel);
        // Answered in place: the secret is in no address of a page, no cookie and no second page.
        await ShowAsync(context, $"{home.Settings.Site}/calendar/{secret}.ics");
    }

    private static async Task EndAsync(HttpContext context, Installation home)
    {
        var (visitor, at, cancel) = (context.Visit().Actor, home.Time.GetUtcNow(), context.RequestAborted);
        await home.Database.WriteAsync(
            async t =>
            {
                await CalendarLinks.EndAsync(t, visitor.Id, cancel);
                await NoteAsync(t, visitor, "connections/calendar-ended", at, cancel);
            },
            cancel);
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/calendar");
    }

    private static Task NoteAsync(DbTransaction transaction, Actor visitor, string what, DateTimeOffset at, CancellationToken cancel) =>
        AuditTrail.AppendAsync(transaction, at, new TrailEvent(TrailAct.Change, what, visitor, new TrailSubject("account", visitor.Id)), cancel);
}
