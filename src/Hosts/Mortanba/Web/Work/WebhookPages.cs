using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Pages;
using Mortanba.Host.Webhooks;

namespace Mortanba.Host.Web;

/// <summary>Addresses of an institution's programs that are told what happened: add, end, read the log, send again.</summary>
internal static class WebhookPages
{
    private const int RowsOnPage = 100;

    public static void Map(RouteGroupBuilder pages)
    {
        var hooks = pages.MapWork("/console/{bin}/webhooks");
        hooks.MapGet("", (HttpContext context) => ShowAsync(context, NothingTyped, null, [])).Needs(Right.ManagePeople);
        hooks.MapPost("", AddAsync).Needs(Right.ManagePeople);
        hooks.MapPost("/end", EndAsync).Needs(Right.ManagePeople);
        hooks.MapPost("/replay", ReplayAsync).Needs(Right.ManagePeople);
    }

    private static WebhookForm NothingTyped => new("", WebhookQueue.EventTypes);

    private static async Task AddAsync(HttpContext context, Installation home)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var typed = new WebhookForm(form["url"].ToString(), [.. form["event"].OfType<string>()]);
        var visit = context.Visit();
        var added = await home.Database.WriteAsync(
            t => WebhookEndpoints.AddAsync(
                t, home.Vault, visit.Actor, visit.Institution!.Value, typed.Url, typed.Events, home.Time.GetUtcNow(), context.RequestAborted),
            context.RequestAborted);
        if (!added.TryGet(out var made, out var refused))
        {
            await ShowAsync(context, typed, null, [(refused.Code == "webhooks/events" ? "events" : "url", refused)]);
            return;
        }

        // Answered in place: the secret is in no address, no cookie and no second page.
        await ShowAsync(context, NothingTyped, made.Secret, []);
    }

    private static async Task EndAsync(HttpContext context, Installation home)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        await AnswerAsync(context, await home.Database.WriteAsync(
            t => WebhookEndpoints.EndAsync(
                t, visit.Actor, visit.Institution!.Value, form["id"].ToString(), home.Time.GetUtcNow(), context.RequestAborted),
            context.RequestAborted), "endpoints");
    }

    private static async Task ReplayAsync(HttpContext context, Installation home)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        IReadOnlyList<string>? ids = form["all"] == "failed" ? null : [.. form["id"].OfType<string>()];
        await AnswerAsync(context, await home.Database.WriteAsync(
            t => WebhookQueue.ReplayAsync(
                t, visit.Actor, visit.Role, visit.Institution!.Value, ids, home.Time.GetUtcNow(), context.RequestAborted),
            context.RequestAborted), "log");
    }

    private static async Task AnswerAsync<T>(HttpContext context, Outcome<T> outcome, string place)
    {
        if (outcome.TryGet(out _, out var refused))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/webhooks");
            return;
        }

        await ShowAsync(context, NothingTyped, null, [(place, refused)]);
    }

    private static async Task ShowAsync(HttpContext context, WebhookForm typed, string? secret, IReadOnlyList<(string, Problem)> problems)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var bin = context.Visit().Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var log = await WebhookQueue.LogAsync(
            connection, bin, context.Request.Query["before"].ToString(), RowsOnPage + 1, context.RequestAborted);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<WebhooksPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(WebhooksPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(WebhooksPage.Endpoints), await WebhookEndpoints.OfInstitutionAsync(connection, bin, context.RequestAborted)),
            (nameof(WebhooksPage.Log), log.Take(RowsOnPage).ToList()), (nameof(WebhooksPage.HasMore), log.Count > RowsOnPage),
            (nameof(WebhooksPage.Typed), typed), (nameof(WebhooksPage.NewSecret), secret), (nameof(WebhooksPage.Refused), problems));
    }
}

/// <summary>What was typed, so that a refused form comes back filled.</summary>
public sealed record WebhookForm(string Url, IReadOnlyList<string> Events);
