using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Pages;

namespace Mortanba.Host.Web;

/// <summary>The tab of deliveries: who has their diploma, whose message came back; send, remind, print letters.</summary>
internal static class DeliveryPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var deliveries = pages.MapWork("/console/{bin}/deliveries");
        deliveries.MapGet("", (HttpContext context) => ShowAsync(context, [])).Needs(Right.ViewDiplomas);
        deliveries.MapGet("/table.csv", TableAsync).Needs(Right.ViewDiplomas);
        deliveries.MapPost("/send", SendAsync).Needs(Right.Deliver).WithMetadata(new NeverKept());
        deliveries.MapPost("/run", RunAsync).Needs(Right.Deliver).WithMetadata(new NeverKept());
        deliveries.MapPost("/letters", LettersAsync).Needs(Right.Deliver).WithMetadata(new NeverKept());
        OneDeliveryPages.Map(deliveries);
    }

    /// <summary>To those ticked, or to all that match the filter.</summary>
    private static async Task SendAsync(HttpContext context, SendDeliveries sending)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var ids = Ids(form["id"]);
        Problem? refused;
        if (form["all"] == "yes")
        {
            refused = (await sending.StartAsync(visit.Actor, visit.Institution!.Value, FilterOf(form["state"], form["programme"], form["find"]), context.RequestAborted)).Problem;
        }
        else
        {
            refused = (await sending.ToAsync(visit.Actor, visit.Institution!.Value, ids, context.RequestAborted)).Problem;
        }

        await AnswerAsync(context, refused);
    }

    /// <summary>To all who wait for the first message, or to all who have one and did not claim.</summary>
    private static async Task RunAsync(HttpContext context, SendDeliveries sending)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var state = form["what"] == DeliveryFilter.Unclaimed ? DeliveryFilter.Unclaimed : DeliveryState.Prepared.Word();
        await AnswerAsync(
            context, (await sending.StartAsync(visit.Actor, visit.Institution!.Value, new DeliveryFilter(state), context.RequestAborted)).Problem);
    }

    private static async Task LettersAsync(HttpContext context, Installation home, PrintLetters letters)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var ids = Ids(form["id"]);
        if (form["all"] == "yes")
        {
            await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
            ids = [.. (await DeliveryTable.AfterAsync(
                connection, visit.Institution!.Value, FilterOf(form["state"], form["programme"], form["find"]), 0, PrintLetters.CountMax + 1,
                context.RequestAborted)).Select(l => l.Asset)];
        }

        var printed = await letters.RunAsync(visit.Actor, visit.Institution!.Value, ids, form["kind"] != "code", context.RequestAborted);
        if (!printed.TryGet(out var pdf, out var refused))
        {
            await AnswerAsync(context, refused);
            return;
        }

        await FileAsync(context, pdf, form["kind"] != "code" ? "letters-link.pdf" : "letters-code.pdf", "application/pdf");
    }

    internal static async Task FileAsync(HttpContext context, byte[] bytes, string name, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Numbers, states and times, for the institution's own statistics; no name and no address.</summary>
    private static async Task TableAsync(HttpContext context, Installation home)
    {
        const int Page = 1000;
        var visit = context.Visit();
        var query = context.Request.Query;
        var filter = FilterOf(query["state"], query["programme"], query["find"]);
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"deliveries.csv\"";
        await using var writer = new StreamWriter(context.Response.Body);
        await writer.WriteAsync("series,number,programme,state,messages,sent_at,opened_at,claimed_at\n");
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        for (var after = 0L; ;)
        {
            var lines = await DeliveryTable.AfterAsync(connection, visit.Institution!.Value, filter, after, Page, context.RequestAborted);
            foreach (var line in lines)
            {
                await writer.WriteAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{line.Series},{line.Number},{line.Programme},{line.State.Word()},{line.Row?.SentCount ?? 0},{Text(line.Row?.SentAt)},{Text(line.Row?.OpenedAt)},{Text(line.Row?.ClaimedAt ?? line.TransferredAt)}\n"));
            }

            if (lines.Count < Page)
            {
                return;
            }

            after = lines[^1].CredentialId;
        }
    }

    private static string Text(DateTimeOffset? at) => at is { } set ? LedgerEntry.Time(set) : "";

    internal static DeliveryFilter FilterOf(string? state, string? programme, string? text)
    {
        var filter = new DeliveryFilter(
            DeliveryFilter.States.Contains(state) ? state : null, string.IsNullOrEmpty(programme) ? null : programme);
        return DeliverySearch.NumberOf(text ?? "") is { } number ? filter with { Series = number.Series, Number = number.Number } : filter;
    }

    private static IReadOnlyList<AssetId> Ids(Microsoft.Extensions.Primitives.StringValues ids) =>
        [.. ids.Select(id => Guid.TryParse(id, out var guid) ? new AssetId(guid) : (AssetId?)null).OfType<AssetId>()];

    private static async Task AnswerAsync(HttpContext context, Problem? refused)
    {
        if (refused is null)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/deliveries");
            return;
        }

        await ShowAsync(context, [("recipients", refused)]);
    }

    private static async Task ShowAsync(HttpContext context, IReadOnlyList<(string, Problem)> problems)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        var bin = visit.Institution!.Value;
        var query = context.Request.Query;
        var text = query["find"].ToString();
        text = text.Length > 100 ? text[..100] : text;
        var page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 100_000) : 1;
        var filter = FilterOf(query["state"], query["programme"], null);
        var found = await DeliverySearch.FindAsync(home, bin, filter, text, page, cancel);
        if (found.Lines.Count > 0)
        {
            await home.Database.WriteAsync(
                t => AuditTrail.AppendAsync(
                    t, home.Time.GetUtcNow(),
                    new TrailEvent(
                        TrailAct.View, found.Count is null ? "delivery/searched" : "delivery/viewed", visit.Actor,
                        new TrailSubject("institution", bin.Value), visit.Role, bin, Facts: [("count", $"{found.Lines.Count}")]),
                    cancel),
                cancel);
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<DeliveriesPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(DeliveriesPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(DeliveriesPage.Counts), await DeliveryTable.CountsAsync(connection, bin, cancel)),
            (nameof(DeliveriesPage.Retrying), await SendDeliveries.RetryingAsync(connection, bin, cancel)),
            (nameof(DeliveriesPage.Unclaimed), await DeliveryTable.CountAsync(connection, bin, new DeliveryFilter(DeliveryFilter.Unclaimed), cancel)),
            (nameof(DeliveriesPage.Run), await DeliveryRuns.LatestAsync(connection, bin, cancel)),
            (nameof(DeliveriesPage.Programmes), await DeliveryTable.ProgrammesAsync(connection, bin, cancel)),
            (nameof(DeliveriesPage.Filter), filter), (nameof(DeliveriesPage.Find), text), (nameof(DeliveriesPage.Found), found),
            (nameof(DeliveriesPage.Now), home.Time.GetUtcNow()), (nameof(DeliveriesPage.Refused), problems));
    }
}
