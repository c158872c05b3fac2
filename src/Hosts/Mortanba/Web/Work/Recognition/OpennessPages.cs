using System.Globalization;
using System.Text;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// What the body looks at to keep itself even-handed: like cases that ended differently, outcomes by sex and kind of holder (requirements RQ-20,
/// RQ-21), and closed cases to take away without anything of a person.
/// </summary>
internal static class OpennessPages
{
    private const int AlarmDays = 365;

    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork("/console/recognition");
        desk.MapGet("/consistency", ConsistencyAsync).Needs(Right.ViewCases);
        desk.MapGet("/disparity", DisparityAsync).Needs(Right.ManageCases);
        desk.MapGet("/closed.csv", ExportAsync).Needs(Right.ManageCases);
        desk.MapGet("/closed.json", ExportAsync).Needs(Right.ManageCases);
    }

    private static async Task ConsistencyAsync(HttpContext context, Installation home, CaseFigures figures, RecognitionDesk desk, PageWriter writer)
    {
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        await SitePages.Write<ConsistencyPage>(
            context, writer, (nameof(ConsistencyPage.Desk), desk), (nameof(ConsistencyPage.Days), AlarmDays),
            (nameof(ConsistencyPage.MayManage), context.Visit().Actor.PlatformRoleFor(Right.ManageCases) is not null),
            (nameof(ConsistencyPage.Uneven), await figures.UnevenAsync(connection, desk.Today.AddDays(-AlarmDays), context.RequestAborted)));
    }

    private static async Task DisparityAsync(HttpContext context, Installation home, CaseFigures figures, RecognitionDesk desk, PageWriter writer)
    {
        const int monthsAQuarter = 3;
        var last = RecognitionStatistics.QuarterStart(desk.Today).AddMonths(-monthsAQuarter);
        var quarters = Enumerable.Range(0, RecognitionStatistics.QuartersShown).Select(back => last.AddMonths(-monthsAQuarter * back)).ToList();
        var asked = context.Request.Query["quarter"].ToString();
        var quarter = quarters.FirstOrDefault(q => RecognitionStatistics.QuarterOf(q) == asked, last);
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        await SitePages.Write<DisparityPage>(
            context, writer, (nameof(DisparityPage.Quarters), quarters), (nameof(DisparityPage.Quarter), quarter),
            (nameof(DisparityPage.Rows), await figures.DisparityAsync(connection, quarter, context.RequestAborted)));
    }

    private static async Task ExportAsync(HttpContext context, Installation home, CaseFigures figures)
    {
        var visit = context.Visit();
        var cancel = context.RequestAborted;
        var rows = await home.Database.WriteAsync(
            async t =>
            {
                var found = await figures.ClosedAsync(t, cancel);
                await AuditTrail.AppendAsync(
                    t, home.Time.GetUtcNow(),
                    new TrailEvent(TrailAct.View, "recognition/closed-exported", visit.Actor, new TrailSubject("recognition", "closed"), visit.Role), cancel);
                return found;
            },
            cancel);
        var isCsv = context.Request.Path.Value!.EndsWith(".csv", StringComparison.Ordinal);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"recognition-closed.{(isCsv ? "csv" : "json")}\"";
        context.Response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/json";
        await context.Response.WriteAsync(isCsv ? Csv(rows) : JsonSerializer.Serialize(rows, JsonSerializerOptions.Web), cancel);
    }

    private static string Csv(IReadOnlyList<ClosedCase> rows)
    {
        var csv = new StringBuilder("quarter,countries,isced,field,purpose,holder_kind,extent,mode,route,used_days,limit_days,outcome,appeal_outcome\r\n");
        foreach (var r in rows)
        {
            object?[] cells =
                [r.Quarter, r.Countries, r.Isced, r.Field, r.Purpose, r.HolderKind, r.Extent, r.Mode, r.Route, r.UsedDays, r.LimitDays, r.Outcome, r.AppealOutcome];
            csv.AppendJoin(',', cells.Select(c => Convert.ToString(c, CultureInfo.InvariantCulture))).Append("\r\n");
        }

        return csv.ToString();
    }
}
