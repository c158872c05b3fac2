using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Cases;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// Recognition from the applicant's side, <c>/{lang}/me/cases</c>: the list, and what its pages share. Another's case is not there,
/// neither by its id nor by its number.
/// </summary>
internal static class CasePages
{
    private const int ListMax = 100;

    public const string Route = "/me/cases/{id}";

    public static void Map(RouteGroupBuilder pages)
    {
        var me = pages.MapWork("");
        me.MapGet("/me/cases", IndexAsync).Needs(null);
        CaseFormPages.Map(me);
        CaseDocumentPages.Map(me);
        CaseFilingPages.Map(me);
        OneCasePages.Map(me);
    }

    /// <summary>The visitor's own case; null, and a page that says there is none, when it is not theirs.</summary>
    internal static async Task<RecognitionCase?> OwnAsync(HttpContext context, string id)
    {
        var (home, desk) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestServices.GetRequiredService<CaseDesk>());
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var found = await desk.Cases.FindAsync(connection, id, context.RequestAborted);
        if (found?.Case is { } now && now.Applicant == context.Visit().Actor.Id)
        {
            return now;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    internal static int VersionOf(IFormCollection form) =>
        int.TryParse(form["version"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var read) ? read : -1;

    internal static void Go(HttpContext context, string path) =>
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/cases{path}");

    /// <summary>Today's answer of the guide for a case.</summary>
    internal static Outcome<RecognitionGuide> GuideOf(HttpContext context, RecognitionCase now) =>
        context.RequestServices.GetRequiredService<RecognitionDesk>().Guide(now.Ask());

    /// <summary>Cases may be filed: the body has set its terms. Any question tells it.</summary>
    internal static bool IsOpen(HttpContext context) => context.RequestServices.GetRequiredService<RecognitionDesk>().CanFile;

    /// <summary>The visitor's own draft; null, and on to its page, when it was filed.</summary>
    internal static async Task<RecognitionCase?> DraftAsync(HttpContext context, string id)
    {
        if (await OwnAsync(context, id) is not { } now)
        {
            return null;
        }

        if (now.Stage == CaseStage.Draft)
        {
            return now;
        }

        Go(context, "/" + id);
        return null;
    }

    private static async Task IndexAsync(HttpContext context, Installation home, CaseDesk desk, PageWriter writer)
    {
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var rows = await desk.Lists.FindAsync(connection, new CaseSearch(Applicant: context.Visit().Actor.Id), ListMax, context.RequestAborted);
        await SitePages.Write<CasesPage>(
            context, writer, (nameof(CasesPage.Rows), rows), (nameof(CasesPage.Desk), context.RequestServices.GetRequiredService<RecognitionDesk>()),
            (nameof(CasesPage.IsOpen), IsOpen(context)));
    }

    internal static int StatusOf(IReadOnlyList<(string, Problem)> wrong) =>
        wrong.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}
