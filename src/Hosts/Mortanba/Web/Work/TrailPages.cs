using Mortanba.Accounts;
using Mortanba.Host.Web.Work.Pages;

namespace Mortanba.Host.Web;

/// <summary>The record of who did what at an institution, newest first (requirement X-6).</summary>
internal static class TrailPages
{
    private const int RowsOnPage = 100;

    public static void Map(RouteGroupBuilder pages) =>
        pages.MapWork("/console/{bin}/trail").MapGet("", ShowAsync).Needs(Right.ViewTrail);

    private static async Task ShowAsync(HttpContext context, Installation home, PageWriter writer, long? before)
    {
        var bin = context.Visit().Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var rows = await AuditTrail.OfInstitutionAsync(connection, bin, before, RowsOnPage + 1, context.RequestAborted);
        var names = await AccountNames.OfAsync(connection, rows.Select(r => r.Actor), context.RequestAborted);
        await SitePages.Write<TrailPage>(
            context, writer, (nameof(TrailPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(TrailPage.Rows), rows.Take(RowsOnPage).ToList()), (nameof(TrailPage.HasMore), rows.Count > RowsOnPage),
            (nameof(TrailPage.Names), names));
    }
}
