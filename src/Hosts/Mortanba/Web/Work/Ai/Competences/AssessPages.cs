using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// Evidence of teachers before those who assess it (requirement AI-16): the people of a school for its own teachers, those of a region's
/// department for all schools of the region, by pseudonym.
/// </summary>
internal static class AssessPages
{
    private const int RowsMax = 200;

    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork("/console/{bin}/ai/assess");
        desk.MapGet("", ListAsync).Needs(Right.AssessCompetence);
        desk.MapGet("/{portfolio}", (HttpContext context, string portfolio) => ShowAsync(context, portfolio, DeskForm.None, [])).Needs(Right.AssessCompetence);
        desk.MapPost("/{portfolio}", AssessAsync).Needs(Right.AssessCompetence);
        desk.MapPost("/{portfolio}/certify", CertifyAsync).Needs(Right.AssessCompetence);
        desk.MapPost("/{portfolio}/revoke", RevokeAsync).Needs(Right.AssessCompetence);
        desk.MapPost("/{portfolio}/raised", RaiseAsync).Needs(Right.AssessCompetence);
    }

    private static async Task ListAsync(HttpContext context, Installation home, PageWriter writer)
    {
        var (bin, cancel) = (context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var place = await SchoolDirectory.FindAsync(connection, bin, cancel);
        IReadOnlyList<School> schools = place is null ? []
            : place.IsDepartment ? await SchoolDirectory.AllAsync(connection, place.Region, cancel)
            : [place];
        var rows = new List<AssessListPage.Row>();
        var directory = new SchoolDirectory(home.Vault);
        foreach (var school in schools)
        {
            foreach (var row in await EventStore.RowsAsync(connection, CompetenceStreams.Portfolio, new StreamSearch(school.Bin), RowsMax, cancel))
            {
                rows.Add(new AssessListPage.Row(
                    row.Id, await NameAsync(row.Summary.Subject!, school.Bin == bin), school.Name, row.Summary.State == CompetenceStreams.Waiting, row.Changed));
            }
        }

        await SitePages.Write<AssessListPage>(
            context, writer, (nameof(AssessListPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(AssessListPage.Base), PortfolioPages.Address(context, "assess")),
            (nameof(AssessListPage.Rows), rows.OrderByDescending(r => r.IsWaiting).ThenBy(r => r.Changed).Take(RowsMax).ToList()));

        async Task<string> NameAsync(string person, bool isOwn) =>
            isOwn ? (await directory.PersonAsync(connection, person, cancel))?.Words?.Name ?? person : person;
    }

    // A portfolio of another school than those covered is as if it were not there.
    private static async Task<Stored<TeacherPortfolio>?> FindAsync(HttpContext context, string id)
    {
        var (desk, cancel) = (PortfolioPages.Desk(context), context.RequestAborted);
        if (await desk.Ai.FindAsync(CompetenceStreams.Portfolio, id, null, cancel) is { School: { } school } found
            && await desk.CoversAsync(context.Visit().Institution!.Value, school, cancel))
        {
            return found;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    private static async Task ShowAsync(HttpContext context, string id, DeskForm typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await FindAsync(context, id) is not { } found)
        {
            return;
        }

        var (desk, bin) = (PortfolioPages.Desk(context), context.Visit().Institution!.Value);
        var name = found.School == bin ? (await desk.PersonAsync(found.Now.Teacher, context.RequestAborted))?.Words?.Name : null;
        await AiPages.WriteAsync<AssessPage>(
            context, refused, (nameof(AssessPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(AssessPage.Base), PortfolioPages.Address(context, "assess/" + id)), (nameof(AssessPage.Name), name ?? found.Now.Teacher),
            (nameof(AssessPage.Framework), desk.Teachers), (nameof(AssessPage.Qualification), desk.Qualification), (nameof(AssessPage.Today), desk.Ai.Today()),
            (nameof(AssessPage.Portfolio), found.Now), (nameof(AssessPage.Typed), typed));
    }

    private static Task AssessAsync(HttpContext context, string portfolio) => ActAsync(
        context, portfolio, form => "re-" + form["evidence"],
        (desk, visit, form, now, at) => form["outcome"] is "met" or "not-met"
            ? AssessEvidence.Of(
                now, visit.Actor.Id, visit.Institution!.Value.Value, form["evidence"], form["outcome"] == "met", form["reason"], desk.Teachers,
                desk.Assessing.Value, at)
            : CompetenceDesk.NoOutcome);

    private static Task RaiseAsync(HttpContext context, string portfolio) => ActAsync(
        context, portfolio, _ => "day",
        (desk, visit, form, now, at) => form.Day("day") is { } day
            ? RaiseQualification.Of(now, visit.Actor.Id, day, form["course"], desk.Ai.Today(), at)
            : CompetenceDesk.NoDay);

    private static async Task ActAsync(
        HttpContext context, string id, Func<DeskForm, string> field,
        Func<CompetenceDesk, Visit, DeskForm, TeacherPortfolio, DateTimeOffset, Outcome<PortfolioEvent>> act)
    {
        if (await FindAsync(context, id) is not { } found)
        {
            return;
        }

        var (desk, visit, form) = (PortfolioPages.Desk(context), context.Visit(), await DeskPages.FormAsync(context));
        var done = await desk.Ai.ActAsync(
            visit.Actor, visit.Role, CompetenceStreams.Portfolio, id, found.School, form["version"].Length > 0 ? form.Version : null,
            (now, at) => act(desk, visit, form, now, at), context.RequestAborted);
        await AnswerAsync(context, id, form, field(form), done.Problem);
    }

    private static async Task CertifyAsync(HttpContext context, string portfolio)
    {
        if (await FindAsync(context, portfolio) is null)
        {
            return;
        }

        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var issued = await PortfolioPages.Desk(context).CertifyLevelAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, portfolio, form.Version, form["level"], context.RequestAborted);
        await AnswerAsync(context, portfolio, form, "levels", issued.Problem);
    }

    private static async Task RevokeAsync(HttpContext context, string portfolio)
    {
        if (await FindAsync(context, portfolio) is null)
        {
            return;
        }

        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var done = await PortfolioPages.Desk(context).RevokeAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, portfolio, form.Version, form["evidence"], form["reason"], context.RequestAborted);
        await AnswerAsync(context, portfolio, form, "ev", done.Problem);
    }

    private static async Task AnswerAsync(HttpContext context, string id, DeskForm form, string field, Problem? refused)
    {
        if (refused is not null)
        {
            await ShowAsync(context, id, form, [(field, refused)]);
            return;
        }

        AiPages.See(context, PortfolioPages.Address(context, "assess/" + id));
    }
}
