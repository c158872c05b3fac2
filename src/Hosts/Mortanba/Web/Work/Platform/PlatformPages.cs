using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Platform;
using Mortanba.Host.Web.Work.Platform;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>
/// The whole installation for the operator, the compliance officer, the data-protection officer and the regulator (requirement
/// DA-23). All of it is read; what may be done stands on pages of its own, behind rights of their own.
/// </summary>
internal static partial class PlatformPages
{
    private const int DaysMeasured = 90;
    private const int RowsOnPage = 100;

    /// <summary>What the record calls things and people. Whatever might be an IIN, an address or a name stands in no address of ours.</summary>
    internal const string IdPattern = "(?![0-9]*$)[0-9A-Za-z:_\\-]{8,100}";

    public static void Map(RouteGroupBuilder pages)
    {
        var platform = pages.MapWork("/console/platform");
        platform.MapGet("", OverviewAsync).Needs(Right.ViewPlatform);
        platform.MapGet("/institutions", InstitutionsAsync).Needs(Right.ViewPlatform);
        platform.MapGet("/institutions.csv", ExportAsync).Needs(Right.ViewPlatform);
        platform.MapGet("/compliance", ComplianceAsync).Needs(Right.ViewPlatform);
        platform.MapGet("/keys", KeysAsync).Needs(Right.ViewPlatform);
        platform.MapGet("/trail", TrailAsync).Needs(Right.ViewTrail);
    }

    private static async Task OverviewAsync(HttpContext context, Installation home, IPublicRegistry registry, PageWriter writer)
    {
        var (now, cancel) = (home.Time.GetUtcNow(), context.RequestAborted);
        var parts = await registry.AvailabilityAsync(DaysMeasured, cancel);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var figures = await PlatformFigures.ReadAsync(connection, now, Today(home), cancel);
        var institutions = await InstitutionFigures.AllAsync(connection, home.Rules, now, cancel);
        await SitePages.Write<OverviewPage>(
            context, writer, (nameof(OverviewPage.Figures), figures), (nameof(OverviewPage.Institutions), institutions),
            (nameof(OverviewPage.Parts), parts), (nameof(OverviewPage.Matters), OpenMatters.Of(figures, institutions, parts, now)));
    }

    private static async Task InstitutionsAsync(HttpContext context, Installation home, PageWriter writer)
    {
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        await SitePages.Write<PlatformInstitutionsPage>(
            context, writer,
            (nameof(PlatformInstitutionsPage.Institutions),
                await InstitutionFigures.AllAsync(connection, home.Rules, home.Time.GetUtcNow(), context.RequestAborted)));
    }

    /// <summary>The figures as a table for an inspection, in the reader's language.</summary>
    private static async Task ExportAsync(HttpContext context, Installation home)
    {
        var language = Readers.LanguageOf(context.Request);
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var csv = new StringBuilder("bin;name;role;permit;permit_status;permit_until;issued;in_force;suspended;annulled;superseded;erased;open_decisions\r\n");
        foreach (var one in await InstitutionFigures.AllAsync(connection, home.Rules, home.Time.GetUtcNow(), context.RequestAborted))
        {
            var (permit, status, _) = one.Permits.Count > 0 ? one.Permits[^1] : default;
            object?[] cells =
            [
                one.Organisation.Bin, one.Organisation.Name.In(language), System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName($"{one.Organisation.Role}"), permit?.Number, status,
                permit?.Until.ToString("O", CultureInfo.InvariantCulture), one.Issued, one.In(DiplomaState.Active), one.In(DiplomaState.Suspended),
                one.In(DiplomaState.Annulled), one.In(DiplomaState.Superseded), one.In(DiplomaState.Erased), one.OpenDecisions,
            ];
            csv.AppendJoin(';', cells.Select(Cell)).Append("\r\n");
        }

        context.Response.Headers.ContentDisposition = "attachment; filename=\"mortanba-institutions.csv\"";
        context.Response.ContentType = "text/csv; charset=utf-8";
        await context.Response.WriteAsync("\ufeff" + csv, context.RequestAborted);
    }

    private static async Task ComplianceAsync(HttpContext context, Installation home, PageWriter writer)
    {
        var (now, cancel) = (home.Time.GetUtcNow(), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        await SitePages.Write<CompliancePage>(
            context, writer, (nameof(CompliancePage.Institutions), await InstitutionFigures.AllAsync(connection, home.Rules, now, cancel)),
            (nameof(CompliancePage.Decisions), await IssueDecisions.ListAsync(connection, cancel)),
            (nameof(CompliancePage.Issued), await DiplomaCounts.ByDecisionAsync(connection, cancel)),
            (nameof(CompliancePage.Refusals), await GateReport.RefusedAsync(connection, RowsOnPage, cancel)),
            (nameof(CompliancePage.Term), home.Rules.Resolve(RuleKeys.PermitTerm, Today(home)).Value), (nameof(CompliancePage.Now), now));
    }

    private static async Task KeysAsync(HttpContext context, Installation home, PageWriter writer, EdsTrust eds)
    {
        var now = home.Time.GetUtcNow();
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        await SitePages.Write<KeysPage>(
            context, writer, (nameof(KeysPage.Institutions), await InstitutionFigures.AllAsync(connection, home.Rules, now, context.RequestAborted)),
            (nameof(KeysPage.Log), home.Settings.Origin), (nameof(KeysPage.Now), now),
            (nameof(KeysPage.Roots), eds.Roots.Concat(eds.Between).Select(c => (c.Subject, new DateTimeOffset(c.NotAfter))).ToList()));
    }

    private static async Task TrailAsync(
        HttpContext context, Installation home, PageWriter writer, long? before, string? bin, string? act, string? thing, string? from, string? until)
    {
        var (cancel, calendar) = (context.RequestAborted, new WorkingCalendar(home.Rules));
        DateTimeOffset? Start(string? day, int after) =>
            DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 2000 and < 3000
                ? calendar.TimeAt(home.Time.GetUtcNow()).Value.BeginningOf(date.AddDays(after)).ToUniversalTime()
                : null;
        var search = new TrailSearch(
            Bin.TryParse(bin, out var institution) ? institution : null,
            Enum.TryParse<TrailAct>(act, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : null,
            thing?.Trim() is { } id && IdShape().IsMatch(id) ? id : null,
            Start(from, 0), Start(until, 1));
        await using var connection = await home.Database.ConnectAsync(cancel);
        var rows = await AuditTrail.SearchAsync(connection, search, before, RowsOnPage + 1, cancel);
        await SitePages.Write<PlatformTrailPage>(
            context, writer, (nameof(PlatformTrailPage.Rows), rows.Take(RowsOnPage).ToList()),
            (nameof(PlatformTrailPage.HasMore), rows.Count > RowsOnPage), (nameof(PlatformTrailPage.Search), search),
            (nameof(PlatformTrailPage.FromDay), search.From is null ? "" : from!), (nameof(PlatformTrailPage.UntilDay), search.Until is null ? "" : until!),
            (nameof(PlatformTrailPage.Organisations), await PermitRegister.OrganisationsAsync(connection, cancel)),
            (nameof(PlatformTrailPage.Names), await AccountNames.OfAsync(connection, rows.Select(r => r.Actor), cancel)));
    }

    [GeneratedRegex("^" + IdPattern + "$")]
    private static partial Regex IdShape();

    private static DateOnly Today(Installation home) => new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;

    /// <summary>Quoted; a cell that a spreadsheet would compute is made text.</summary>
    private static string Cell(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return $"\"{(text is ['=' or '+' or '-' or '@', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
