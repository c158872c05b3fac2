using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Assessment;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// A learner's tasks: hand in with the statement on the use of AI; the learner or a parent asks which data were used, or objects
/// (requirements AI-15, AI-20).
/// </summary>
internal static class MyTaskPages
{
    /// <summary>Rows for tools in the statement.</summary>
    public const int ToolsMax = 3;

    private const string Anybody = "/me/ai/tasks";

    /// <summary>Address of a task that is the same for everybody, for a link in a course: it leads each to their own page of the task.</summary>
    public static string LinkOf(AssessmentTask task) => $"{Anybody}/{task.Id}";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapWork(Anybody).MapGet("/{task}", OpenAsync).Needs(null);
        var mine = pages.MapWork(MeAiPages.Base + "/tasks");
        mine.MapGet("", IndexAsync).Needs(null);
        mine.MapGet("/{task}", (HttpContext context, string person, string task) => OneAsync(context, person, task, [], DeskForm.None)).Needs(null);
        mine.MapPost("/{task}", HandInAsync).Needs(null);
        mine.MapPost("/{task}/object", ObjectAsync).Needs(null);
        mine.MapGet("/{task}/export/{form}", ExportAsync).Needs(null);
    }

    private static async Task OpenAsync(HttpContext context, string task)
    {
        var (home, visitor, cancel) = (context.Home(), context.Visit().Actor, context.RequestAborted);
        if (await new AiDesk(home).FindAsync(TaskStreams.Tasks, task, null, cancel) is not { School: { } school, Now: var found })
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var directory = new SchoolDirectory(home.Vault);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var learner = (await directory.OfAccountAsync(connection, visitor.Id, cancel)).Concat(await directory.ChildrenAsync(connection, visitor.Id, cancel))
            .FirstOrDefault(p => p.Kind == SchoolPersonKind.Learner && p.School == school && p.Class == found.Terms.Class);
        if (learner is null && !visitor.May(Right.ViewSchool, school))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var path = learner is null ? $"/console/{school}/ai/tasks/{task}" : MeAiPages.PathOf(learner, $"/tasks/{task}");
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{path}");
    }

    private static async Task IndexAsync(HttpContext context, string person)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } learner)
        {
            return;
        }

        var (home, cancel) = (context.Home(), context.RequestAborted);
        var events = new AiDesk(home).Events;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var tasks = new List<(AssessmentTask Task, LearnerWork? Work)>();
        foreach (var (task, _) in (await EventStore.AllAsync(connection, TaskStreams.Tasks, learner.School, cancel))
            .Where(t => t.Now.Terms.Class == learner.Class && !t.Now.IsWithdrawn).Select(t => (t.Now, t.School)).OrderByDescending(t => t.Now.Terms.DueAt))
        {
            tasks.Add((task, (await events.FindAsync(connection, TaskStreams.Works, LearnerWork.IdOf(task.Id, learner.Id), cancel))?.Now));
        }

        await AiPages.WriteAsync<MyTasksPage>(context, [], (nameof(MyTasksPage.Person), learner), (nameof(MyTasksPage.Tasks), tasks));
    }

    /// <summary>The learner with a task of their class; null, and a page that says so, when there is none.</summary>
    private static async Task<(SchoolPerson Learner, AssessmentTask Task, LearnerWork? Work)?> FindAsync(HttpContext context, string person, string id)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } learner)
        {
            return null;
        }

        var desk = new AiDesk(context.Home());
        var work = await desk.FindAsync(TaskStreams.Works, LearnerWork.IdOf(id, learner.Id), learner.School, context.RequestAborted);
        if (await desk.FindAsync(TaskStreams.Tasks, id, learner.School, context.RequestAborted) is { Now: var task }
            && (work is not null || (task.Terms.Class == learner.Class && !task.IsWithdrawn)))
        {
            return (learner, task, work?.Now);
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    private static async Task OneAsync(HttpContext context, string person, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        if (await FindAsync(context, person, id) is not var (learner, task, work))
        {
            return;
        }

        var (desk, cancel) = (new TaskDesk(context.Home()), context.RequestAborted);
        await AiPages.WriteAsync<MyTaskPage>(
            context, problems, (nameof(MyTaskPage.Person), learner), (nameof(MyTaskPage.Task), task), (nameof(MyTaskPage.Work), work),
            (nameof(MyTaskPage.Rules), await desk.RulesAsync(learner.School, cancel)), (nameof(MyTaskPage.Tools), await desk.NamesAsync(learner.School, work, cancel)),
            (nameof(MyTaskPage.IsSelf), MeAiPages.IsSelf(context, learner)), (nameof(MyTaskPage.Today), desk.Desk.Today()), (nameof(MyTaskPage.Typed), typed));
    }

    private static async Task HandInAsync(HttpContext context, string person, string task)
    {
        if (await FindAsync(context, person, task) is not var (learner, found, _))
        {
            return;
        }

        var form = await DeskPages.FormAsync(context);
        var done = MeAiPages.IsSelf(context, learner)
            ? await new TaskDesk(context.Home()).HandInAsync(
                context.Visit().Actor, learner, found, new WorkDraft(form["text"], Statement(form)), context.RequestAborted)
            : new Problem("tasks/learner-hands-in", "The learner hands in the work, and states how AI was used.");
        await AfterAsync(context, person, task, done, done.Problem?.Code switch
        {
            "tasks/statement-incomplete" or "tasks/no-tool-named" => "tool0",
            "tasks/own-part-range" => "own",
            _ => "text",
        }, form);
    }

    // Nothing ticked and nothing named: nothing was stated. "No AI" is a statement.
    private static UseStatement? Statement(DeskForm form)
    {
        if (form.Has("use", "none"))
        {
            return new UseStatement([], 100);
        }

        if (!form.Has("use", "some"))
        {
            return null;
        }

        var tools = Enumerable.Range(0, ToolsMax)
            .Select(i => new UsedTool(
                form["tool" + i] is { Length: > 0 } known and not "other" ? known : form["other" + i], form["purpose" + i], form["parts" + i], form["prompts" + i]))
            .Where(t => t.Tool.Trim().Length + t.Purpose.Trim().Length + t.Parts.Trim().Length > 0).ToList();
        return new UseStatement(tools, form.Number("own") ?? -1);
    }

    private static async Task ObjectAsync(HttpContext context, string person, string task)
    {
        if (await FindAsync(context, person, task) is not var (learner, _, _))
        {
            return;
        }

        var form = await DeskPages.FormAsync(context);
        var asks = EventWords.Parse<ObjectionKind>(form["asks"]) ?? ObjectionKind.Explanation;
        var role = MeAiPages.IsSelf(context, learner) ? Role.Learner : Role.Guardian;
        var done = await new TaskDesk(context.Home()).ObjectAsync(
            context.Visit().Actor, role, learner, LearnerWork.IdOf(task, learner.Id), asks, form["words"], context.RequestAborted);
        await AfterAsync(context, person, task, done, "words", form);
    }

    private static Task AfterAsync(HttpContext context, string person, string task, Outcome<LearnerWork> done, string field, DeskForm form)
    {
        if (!done.IsDone)
        {
            return OneAsync(context, person, task, [(field, done.Problem)], form);
        }

        AiPages.See(context, $"/me/ai/{person}/tasks/{task}");
        return Task.CompletedTask;
    }

    private static async Task ExportAsync(HttpContext context, string person, string task, string form)
    {
        if (await FindAsync(context, person, task) is not var (learner, found, work))
        {
            return;
        }

        if (work is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await TaskPages.File(context, work, found, await new TaskDesk(context.Home()).RulesAsync(learner.School, context.RequestAborted), form).ExecuteAsync(context);
    }
}
