using System.Globalization;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>Courses of AI at a school, the Day of AI among them: groups, lessons, who completed (requirements AI-18, AI-27).</summary>
internal static class CoursePages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork("/console/{bin}/ai/courses");
        desk.MapGet("", (HttpContext context) => ListAsync(context, DeskForm.None, [])).Needs(Right.ViewSchool);
        desk.MapPost("", OpenAsync).Needs(Right.ViewSchool);
        desk.MapGet("/{group}", (HttpContext context, string group) => ShowAsync(context, group, [])).Needs(Right.ViewSchool);
        desk.MapPost("/{group}/enrol", EnrolAsync).Needs(Right.ViewSchool);
        desk.MapPost("/{group}/lesson", LessonAsync).Needs(Right.ViewSchool);
        desk.MapPost("/{group}/certify", CertifyAsync).Needs(Right.AssessCompetence);
    }

    private static Bin School(HttpContext context) => context.Visit().Institution!.Value;

    private static async Task ListAsync(HttpContext context, DeskForm typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        var (home, desk, cancel) = (context.Home(), PortfolioPages.Desk(context), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var courses = await EventStore.AllAsync(connection, CompetenceStreams.Course, cancel: cancel);
        var groups = await EventStore.AllAsync(connection, CompetenceStreams.Group, School(context), cancel);
        await AiPages.WriteAsync<CoursesPage>(
            context, refused, (nameof(CoursesPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, School(context))),
            (nameof(CoursesPage.Base), PortfolioPages.Address(context, "courses")), (nameof(CoursesPage.Courses), courses.Select(c => c.Now).ToList()),
            (nameof(CoursesPage.Groups), groups.Select(g => g.Now).ToList()), (nameof(CoursesPage.Rules), desk.Courses.Value),
            (nameof(CoursesPage.NewId), EventStore.NewId(CompetenceStreams.Group)), (nameof(CoursesPage.Typed), typed));
    }

    private static async Task OpenAsync(HttpContext context)
    {
        var (visit, form, desk) = (context.Visit(), await DeskPages.FormAsync(context), PortfolioPages.Desk(context));
        if (await desk.Ai.FindAsync(CompetenceStreams.Course, form["course"], null, context.RequestAborted) is not { Now: var course })
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var opened = await desk.Ai.OpenAsync(
            visit.Actor, visit.Role, CompetenceStreams.Group, School(context),
            at => OpenGroup.Of(course, visit.Actor.Id, form["name"], School(context).Value, desk.Courses, desk.Ai.Today(), at), context.RequestAborted,
            id: CompetenceStreams.Group.IdOf(form["id"]));
        if (!opened.TryGet(out var group, out var problem))
        {
            await ListAsync(context, form, [("name", problem)]);
            return;
        }

        AiPages.See(context, PortfolioPages.Address(context, "courses/" + group.Id));
    }

    private static async Task ShowAsync(HttpContext context, string id, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        var (home, desk, cancel) = (context.Home(), PortfolioPages.Desk(context), context.RequestAborted);
        if (await desk.Ai.FindAsync(CompetenceStreams.Group, id, School(context), cancel) is not { Now: var group }
            || await desk.Ai.FindAsync(CompetenceStreams.Course, group.Opened.Course, null, cancel) is not { Now.Terms: var terms })
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        var people = (await desk.Ai.Directory.PeopleAsync(connection, School(context), KindOf(group), null, cancel)).Where(p => p.Left is null).ToList();
        await AiPages.WriteAsync<CourseGroupPage>(
            context, refused, (nameof(CourseGroupPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, School(context))),
            (nameof(CourseGroupPage.Base), PortfolioPages.Address(context, "courses/" + id)), (nameof(CourseGroupPage.Group), group),
            (nameof(CourseGroupPage.Course), terms), (nameof(CourseGroupPage.Names), people.ToDictionary(p => p.Id, p => p.Words?.Name ?? p.Id)),
            (nameof(CourseGroupPage.Classes), people.Select(p => p.Class).Distinct().Order(StringComparer.Ordinal).ToList()),
            (nameof(CourseGroupPage.Today), desk.Ai.Today()),
            (nameof(CourseGroupPage.MayCertify), context.Visit().Actor.May(Right.AssessCompetence, School(context))));
    }

    private static SchoolPersonKind KindOf(CourseGroup group) => group.Opened.ForTeachers ? SchoolPersonKind.Teacher : SchoolPersonKind.Learner;

    // A whole class at once, whoever is in the group already passed over.
    private static Task EnrolAsync(HttpContext context, string group) => ActAsync(context, group, "class", async (desk, visit, form, now) =>
    {
        await using var connection = await context.Home().Database.ConnectAsync(context.RequestAborted);
        var people = await desk.Ai.Directory.PeopleAsync(connection, School(context), KindOf(now), form["class"], context.RequestAborted);
        var joining = people.Where(p => p.Left is null).Select(p => p.Id).ToList();
        return (one, at) => EnrolPeople.Of(one, visit.Actor.Id, joining, at);
    });

    private static Task LessonAsync(HttpContext context, string group) => ActAsync(context, group, "lesson", (desk, visit, form, _) =>
        Task.FromResult<Func<CourseGroup, DateTimeOffset, Outcome<CourseGroupEvent>>>((one, at) => form.Day("day") is not { } day
            ? CompetenceDesk.NoDay
            : HoldLesson.Of(
                one, visit.Actor.Id, int.TryParse(form["lesson"], NumberStyles.None, CultureInfo.InvariantCulture, out var lesson) ? lesson : 0, day,
                form.All("present"), desk.Ai.Today(), at)));

    private static async Task CertifyAsync(HttpContext context, string group)
    {
        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var issued = await PortfolioPages.Desk(context).CertifyCourseAsync(
            visit.Actor, visit.Role, School(context), group, form.Version, form["person"], context.RequestAborted);
        await AnswerAsync(context, group, "person", issued.Problem);
    }

    private static async Task ActAsync(
        HttpContext context, string id, string field,
        Func<CompetenceDesk, Visit, DeskForm, CourseGroup, Task<Func<CourseGroup, DateTimeOffset, Outcome<CourseGroupEvent>>>> prepare)
    {
        var (desk, visit) = (PortfolioPages.Desk(context), context.Visit());
        if (await desk.Ai.FindAsync(CompetenceStreams.Group, id, School(context), context.RequestAborted) is not { Now: var now })
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var act = await prepare(desk, visit, await DeskPages.FormAsync(context), now);
        var done = await desk.Ai.ActAsync(visit.Actor, visit.Role, CompetenceStreams.Group, id, School(context), null, act, context.RequestAborted);
        await AnswerAsync(context, id, field, done.Problem);
    }

    private static async Task AnswerAsync(HttpContext context, string id, string field, Problem? refused)
    {
        if (refused is not null)
        {
            await ShowAsync(context, id, [(field, refused)]);
            return;
        }

        AiPages.See(context, PortfolioPages.Address(context, "courses/" + id));
    }
}
