using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>Learners' competences before the teachers of their school (requirement AI-17).</summary>
internal static class LearnerPages
{
    private const int ProjectsMax = 50;

    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork("/console/{bin}/ai/learners");
        desk.MapGet("", ListAsync).Needs(Right.Teach);
        desk.MapGet("/{person}", (HttpContext context, string person) => ShowAsync(context, person, DeskForm.None, [])).Needs(Right.Teach);
        desk.MapPost("/{person}", SeeAsync).Needs(Right.Teach);
    }

    /// <summary>The blocks of a learner, whether or not anything was seen yet.</summary>
    public static async Task<IReadOnlyList<BlockProgress>> BlocksAsync(HttpContext context, SchoolPerson person)
    {
        var desk = PortfolioPages.Desk(context);
        var record = await desk.Ai.FindAsync(
            CompetenceStreams.Learner, CompetenceDesk.IdOf(CompetenceStreams.Learner, person), person.School, context.RequestAborted);
        return (record?.Now ?? new LearnerRecord { Id = "", Learner = person.Id, School = person.School.Value })
            .Progress(desk.Learners.Value, desk.Crosswalk.Value, person.Grade);
    }

    /// <summary>The projects of a learner, newest first.</summary>
    public static async Task<IReadOnlyList<Project>> ProjectsAsync(HttpContext context, SchoolPerson person)
    {
        var desk = PortfolioPages.Desk(context);
        await using var connection = await context.Home().Database.ConnectAsync(context.RequestAborted);
        var projects = new List<Project>();
        foreach (var row in await EventStore.RowsAsync(
            connection, CompetenceStreams.Project, new StreamSearch(person.School, Subject: person.Id), ProjectsMax, context.RequestAborted))
        {
            if (await desk.Ai.Events.FindAsync(connection, CompetenceStreams.Project, row.Id, context.RequestAborted) is { } found)
            {
                projects.Add(found.Now);
            }
        }

        return projects;
    }

    private static async Task ListAsync(HttpContext context, Installation home, PageWriter writer)
    {
        var (bin, cancel) = (context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var people = (await new SchoolDirectory(home.Vault).PeopleAsync(connection, bin, SchoolPersonKind.Learner, null, cancel))
            .Where(p => p.Left is null).ToList();
        var classes = people.OrderBy(p => p.Grade).ThenBy(p => p.Class, StringComparer.Ordinal).Select(p => p.Class).Distinct().ToList();
        var asked = context.Request.Query["class"].ToString();

        // The teacher's own class is shown first.
        var own = (await PortfolioPages.TeacherAsync(context))?.Classes.FirstOrDefault(classes.Contains);
        var shown = classes.Contains(asked) ? asked : own ?? classes.FirstOrDefault() ?? "";
        await SitePages.Write<LearnersPage>(
            context, writer, (nameof(LearnersPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(LearnersPage.Base), PortfolioPages.Address(context, "learners")), (nameof(LearnersPage.Classes), classes), (nameof(LearnersPage.Class), shown),
            (nameof(LearnersPage.People), people.Where(p => p.Class == shown).OrderBy(p => p.Words?.Name, StringComparer.CurrentCulture).ToList()));
    }

    private static async Task<SchoolPerson?> FindAsync(HttpContext context, string id)
    {
        if (await PortfolioPages.Desk(context).PersonAsync(id, context.RequestAborted) is { Kind: SchoolPersonKind.Learner, Left: null } person
            && person.School == context.Visit().Institution)
        {
            return person;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    private static async Task ShowAsync(HttpContext context, string id, DeskForm typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await FindAsync(context, id) is not { } person)
        {
            return;
        }

        await AiPages.WriteAsync<LearnerPage>(
            context, refused, (nameof(LearnerPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, person.School)),
            (nameof(LearnerPage.Base), PortfolioPages.Address(context, "learners/" + id)), (nameof(LearnerPage.Name), person.Words?.Name ?? person.Id),
            (nameof(LearnerPage.Blocks), await BlocksAsync(context, person)), (nameof(LearnerPage.Projects), await ProjectsAsync(context, person)),
            (nameof(LearnerPage.Typed), typed));
    }

    // The first block opens the record.
    private static async Task SeeAsync(HttpContext context, string person)
    {
        if (await FindAsync(context, person) is not { } learner)
        {
            return;
        }

        var (visit, form, desk, cancel) = (context.Visit(), await DeskPages.FormAsync(context), PortfolioPages.Desk(context), context.RequestAborted);
        var (kind, id) = (CompetenceStreams.Learner, CompetenceDesk.IdOf(CompetenceStreams.Learner, learner));
        var opened = await desk.Ai.OpenAsync(
            visit.Actor, visit.Role, kind, learner.School,
            at => new LearnerRecordOpened(at, visit.Actor.Id, learner.Id, learner.School.Value), cancel, id: id);
        var done = opened.IsDone
            ? await desk.Ai.ActAsync(
                visit.Actor, visit.Role, kind, id, learner.School, null,
                (now, at) => ShowBlock.Of(
                    now, visit.Actor.Id, learner.Account, form["block"], learner.Grade, form["basis"], desk.Learners.Value, desk.Crosswalk.Value, at), cancel)
            : opened;
        if (done.Problem is { } problem)
        {
            await ShowAsync(context, person, form, [("basis", problem)]);
            return;
        }

        AiPages.See(context, PortfolioPages.Address(context, "learners/" + person));
    }
}
