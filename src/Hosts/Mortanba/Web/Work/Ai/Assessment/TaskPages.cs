using System.Text;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Assessment;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>The school's side of tasks: set one, see who handed in, read a work, grade it, answer an objection (requirements AI-14, AI-15, AI-19).</summary>
internal static class TaskPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var tasks = pages.MapWork("/console/{bin}/ai/tasks");
        tasks.MapGet("", IndexAsync).Needs(Right.ViewSchool);
        tasks.MapGet("/new", (HttpContext context) => NewAsync(context, [], DeskForm.None)).Needs(Right.Teach);
        tasks.MapPost("", SetAsync).Needs(Right.Teach);
        tasks.MapGet("/{task}", (HttpContext context, string task) => OneAsync(context, task, [], DeskForm.None)).Needs(Right.ViewSchool);
        tasks.MapPost("/{task}/withdraw", WithdrawAsync).Needs(Right.Teach);
        tasks.MapPost("/{task}/hand-over", HandOverAsync).Needs(Right.ViewSchool);
        tasks.MapGet("/{task}/{person}", (HttpContext context, string task, string person) => WorkAsync(context, task, person, [], DeskForm.None))
            .Needs(Right.ViewSchool);
        tasks.MapPost("/{task}/{person}/grade", GradeAsync).Needs(Right.Teach);
        tasks.MapPost("/{task}/{person}/answer", AnswerAsync).Needs(Right.ViewSchool);
        tasks.MapGet("/{task}/{person}/export/{form}", ExportAsync).Needs(Right.ViewSchool);
    }

    public static string Address(HttpContext context, string rest = "") =>
        $"/console/{context.Visit().Institution}/ai/tasks{rest}";

    /// <summary>A work as a file, with its mark (requirement AI-13).</summary>
    public static IResult File(HttpContext context, LearnerWork work, AssessmentTask task, Resolved<AiTaskRules> rules, string form)
    {
        var (texts, language) = (context.RequestServices.GetRequiredService<Texts>(), Readers.LanguageOf(context.Request));
        string T(string key) => texts.Get(language, "tasks/statement." + key);
        var words = new ExportWords(
            texts.Get(language, "tasks/statement"), T("own-part"), T("no-tools"), T("tool"), T("purpose"), T("parts"), T("prompts"), T("none"));
        var mark = SyntheticMark.Of(work.Draft.Statement, rules.Value);
        return form switch
        {
            "html" => Results.File(Encoding.UTF8.GetBytes(WorkExport.ToHtml(work, task.Terms, mark, words, language)), "text/html; charset=utf-8", work.Id + ".html"),
            "json" => Results.File(Encoding.UTF8.GetBytes(WorkExport.ToJson(work, task.Terms, mark)), "application/json", work.Id + ".json"),
            "txt" => Results.File(
                Encoding.UTF8.GetBytes(WorkExport.ToText(work, task.Terms, mark, words, language)), "text/plain; charset=utf-8", work.Id + ".txt"),
            // For whoever carries it to a tool by hand: with placeholders, whatever the school chose for tools it is connected to.
            "tool" => Results.File(
                Encoding.UTF8.GetBytes(PersonalDataGate.Masked(WorkExport.ToText(work, task.Terms, mark, words, language))), "text/plain; charset=utf-8",
                work.Id + ".masked.txt"),
            "pdf" => Results.File(WorkSheet.Write(work, task.Terms, mark, words, language), "application/pdf", work.Id + ".pdf"),
            _ => Results.NotFound(),
        };
    }

    // Its teacher, and the coordinator also when that teacher is there no more.
    private static bool HandsOver(Visit visit, AssessmentTask task) => !task.IsWithdrawn
        && (task.Teacher == visit.Actor.Id || visit.Actor.May(Right.CoordinateAi, visit.Institution!.Value));

    // Teachers see their own tasks, the head and the coordinator those of the school.
    private static bool Sees(Visit visit, AssessmentTask task) => task.Teacher == visit.Actor.Id
        || visit.Actor.May(Right.CoordinateAi, visit.Institution!.Value) || visit.Actor.May(Right.AdoptRegulation, visit.Institution.Value);

    private static async Task IndexAsync(HttpContext context)
    {
        var (home, visit, cancel) = (context.Home(), context.Visit(), context.RequestAborted);
        var bin = visit.Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var tasks = (await EventStore.AllAsync(connection, TaskStreams.Tasks, bin, cancel)).Select(t => t.Now).Where(t => Sees(visit, t))
            .OrderByDescending(t => t.SetAt).ToList();
        var asked = await EventStore.RowsAsync(connection, TaskStreams.Works, new StreamSearch(bin, ["asked"]), 100, cancel);
        var events = new AiDesk(home).Events;
        var waiting = new List<(LearnerWork Work, AssessmentTask Task)>();
        foreach (var row in asked)
        {
            if (await events.FindAsync(connection, TaskStreams.Works, row.Id, cancel) is { Now: var work }
                && await events.FindAsync(connection, TaskStreams.Tasks, work.Task, cancel) is { Now: var task } && Sees(visit, task))
            {
                waiting.Add((work, task));
            }
        }

        await AiPages.WriteAsync<TasksPage>(
            context, [], (nameof(TasksPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), (nameof(TasksPage.Tasks), tasks),
            (nameof(TasksPage.Waiting), waiting), (nameof(TasksPage.Today), new TaskDesk(home).Desk.Today()));
    }

    private static async Task NewAsync(HttpContext context, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        var (home, visit, cancel) = (context.Home(), context.Visit(), context.RequestAborted);
        var (desk, bin) = (new TaskDesk(home), visit.Institution!.Value);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var teacher = (await desk.Desk.Directory.OfAccountAsync(connection, visit.Actor.Id, cancel))
            .FirstOrDefault(p => p.School == bin && p.Kind == SchoolPersonKind.Teacher);
        await AiPages.WriteAsync<NewTaskPage>(
            context, problems, (nameof(NewTaskPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(NewTaskPage.Rules), await desk.RulesAsync(bin, cancel)), (nameof(NewTaskPage.Tools), await desk.ToolsAsync(bin, cancel)),
            (nameof(NewTaskPage.Classes), teacher?.Classes ?? []), (nameof(NewTaskPage.Typed), typed),
            (nameof(NewTaskPage.FormId), typed.IsSent ? typed["id"] : EventStore.NewId(TaskStreams.Tasks)));
    }

    private static async Task SetAsync(HttpContext context)
    {
        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var desk = new TaskDesk(context.Home());
        Problem? problem = null;
        var level = form.Number("level") ?? 0;
        if (form.Day("due") is not { } due)
        {
            problem = new Problem("tasks/no-day", "Say until which day the work is handed in.");
        }
        else
        {
            // Until the end of that day, by the civil clock.
            var end = desk.Desk.BeginningOf(due.AddDays(1)).AddSeconds(-1);
            var terms = new TaskTerms(
                form["title"], form["words"], form["class"], level, form.All("tool"), form.Number("own") ?? -1, form.Has("controlled", "yes"),
                form.Number("max") ?? 0, end);
            var done = await desk.SetAsync(
                visit.Actor, visit.Role, visit.Institution!.Value, terms, TaskStreams.Tasks.IdOf(form["id"]), context.RequestAborted);
            if (done.IsDone)
            {
                AiPages.See(context, Address(context, "/" + done.Value.Id));
                return;
            }

            problem = done.Problem;
        }

        await NewAsync(context, [(FieldOf(problem!), problem!)], form);
    }

    private static string FieldOf(Problem problem) => problem.Code switch
    {
        "tasks/no-level" => "level",
        "ai-school/not-your-class" => "class",
        "tasks/not-controlled" => "controlled",
        "tasks/own-part" => "own",
        "tasks/no-day" or "tasks/due-in-past" => "due",
        "tasks/max-score" => "max",
        "tasks/no-tools-here" or "tasks/tool-not-allowed" or "tasks/tool-for-nobody" => "tools",
        _ => "title",
    };

    /// <summary>A task of this school that the visitor may see; null, and a page that says so, when not.</summary>
    private static async Task<AssessmentTask?> TaskAsync(HttpContext context, string id)
    {
        var visit = context.Visit();
        if (await new AiDesk(context.Home()).FindAsync(TaskStreams.Tasks, id, visit.Institution, context.RequestAborted) is { Now: var task }
            && Sees(visit, task))
        {
            return task;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    private static async Task OneAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        if (await TaskAsync(context, id) is not { } task)
        {
            return;
        }

        var (home, bin, cancel) = (context.Home(), context.Visit().Institution!.Value, context.RequestAborted);
        var desk = new TaskDesk(home);
        var teachers = HandsOver(context.Visit(), task) ? await desk.TeachersAsync(bin, task.Terms.Class, cancel) : null;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var works = new List<(SchoolPerson Learner, LearnerWork? Work)>();
        foreach (var learner in (await desk.Desk.Directory.PeopleAsync(connection, bin, SchoolPersonKind.Learner, task.Terms.Class, cancel)).Where(p => p.Left is null))
        {
            works.Add((learner, (await desk.Desk.Events.FindAsync(connection, TaskStreams.Works, LearnerWork.IdOf(id, learner.Id), cancel))?.Now));
        }

        await AiPages.WriteAsync<TaskPage>(
            context, problems, (nameof(TaskPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), (nameof(TaskPage.Task), task),
            (nameof(TaskPage.Rules), await desk.RulesAsync(bin, cancel)), (nameof(TaskPage.Tools), await desk.ToolsAsync(bin, cancel)),
            (nameof(TaskPage.Works), works), (nameof(TaskPage.Fits), await desk.FitsAsync(bin, task.Terms, cancel)), (nameof(TaskPage.Typed), typed),
            (nameof(TaskPage.Teachers), teachers), (nameof(TaskPage.Site), SchoolPages.Home(context).Settings.Site));
    }

    private static async Task WithdrawAsync(HttpContext context, string task)
    {
        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var done = await new TaskDesk(context.Home()).WithdrawAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, task, form.Version, form["reason"], context.RequestAborted);
        if (done.IsDone)
        {
            AiPages.See(context, Address(context, "/" + task));
        }
        else
        {
            await OneAsync(context, task, [("reason", done.Problem!)], form);
        }
    }

    private static async Task HandOverAsync(HttpContext context, string task)
    {
        // Whoever may not look at a task hands nothing over.
        if (await TaskAsync(context, task) is null)
        {
            return;
        }

        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var done = await new TaskDesk(context.Home()).HandOverAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, task, form.Version, form["to"], context.RequestAborted);
        if (done.TryGet(out var over, out var refused))
        {
            AiPages.See(context, Address(context, Sees(visit, over) ? "/" + task : ""));
        }
        else
        {
            await OneAsync(context, task, [("to", refused)], form);
        }
    }

    private static async Task WorkAsync(HttpContext context, string id, string person, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        var (home, visit, cancel) = (context.Home(), context.Visit(), context.RequestAborted);
        var (desk, bin) = (new TaskDesk(home), visit.Institution!.Value);
        if (await TaskAsync(context, id) is not { } task)
        {
            return;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        var learner = await desk.Desk.Directory.PersonAsync(connection, person, cancel);
        var work = await desk.Desk.Events.FindAsync(connection, TaskStreams.Works, LearnerWork.IdOf(id, person), cancel);
        if (learner is null || learner.School != bin || work is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await AiPages.WriteAsync<LearnerWorkPage>(
            context, problems, (nameof(LearnerWorkPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(LearnerWorkPage.Task), task), (nameof(LearnerWorkPage.Learner), learner), (nameof(LearnerWorkPage.Work), work.Now),
            (nameof(LearnerWorkPage.Rules), await desk.RulesAsync(bin, cancel)), (nameof(LearnerWorkPage.Tools), await desk.NamesAsync(bin, work.Now, cancel)),
            (nameof(LearnerWorkPage.Today), desk.Desk.Today()), (nameof(LearnerWorkPage.Typed), typed));
    }

    private static async Task GradeAsync(HttpContext context, string task, string person)
    {
        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var done = await new TaskDesk(context.Home()).GradeAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, LearnerWork.IdOf(task, person), form.Version, form.Number("score") ?? -1, form["reason"],
            context.RequestAborted);
        await AfterAsync(context, task, person, done, done.Problem?.Code == "tasks/score-range" ? "score" : "reason", form);
    }

    private static async Task AnswerAsync(HttpContext context, string task, string person)
    {
        // Whoever may not look at a work answers nothing about it.
        if (await TaskAsync(context, task) is null)
        {
            return;
        }

        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var isChanged = form.Has("outcome", "changed");
        var done = await new TaskDesk(context.Home()).AnswerAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, LearnerWork.IdOf(task, person), form.Version,
            EventWords.Parse<ObjectionKind>(form["to"]) ?? ObjectionKind.Explanation, form["words"], form["data"],
            isChanged ? form.Number("score") ?? -1 : null, context.RequestAborted);
        await AfterAsync(context, task, person, done, "words-" + form["to"], form);
    }

    private static Task AfterAsync(HttpContext context, string task, string person, Outcome<LearnerWork> done, string field, DeskForm form)
    {
        if (!done.IsDone)
        {
            return WorkAsync(context, task, person, [(field, done.Problem)], form);
        }

        AiPages.See(context, Address(context, $"/{task}/{person}"));
        return Task.CompletedTask;
    }

    private static async Task ExportAsync(HttpContext context, string task, string person, string form)
    {
        var bin = context.Visit().Institution!.Value;
        if (await TaskAsync(context, task) is not { } found)
        {
            return;
        }

        var desk = new TaskDesk(context.Home());
        if (await desk.Desk.FindAsync(TaskStreams.Works, LearnerWork.IdOf(task, person), bin, context.RequestAborted) is not { } work)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await File(context, work.Now, found, await desk.RulesAsync(bin, context.RequestAborted), form).ExecuteAsync(context);
    }
}
