using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Tasks, works, grades and objections (requirements AI-13 to AI-15, AI-19, AI-20): what the acts in <c>AiEducation/Tasks</c> ask for is
/// read here, from the directory, the school's tools and the packs of its kind of school.
/// </summary>
public sealed class TaskDesk(Installation home)
{
    public AiDesk Desk { get; } = new(home);

    public static Doer DoerOf(Actor actor) => new(actor.Id, actor.Kind == ActorKind.Person) { Systems = actor.Systems };

    /// <summary>
    /// The rules of today for a school: those of its kind (higher education is another ministry's, requirement AI-34), and the school's own
    /// regulation where it is stricter (requirement AI-21).
    /// </summary>
    public async Task<Resolved<AiTaskRules>> RulesAsync(Bin school, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var isHigher = (await SchoolDirectory.FindAsync(connection, school, cancel))?.Kind == SchoolKind.Higher;
        var national = home.Rules.Resolve(isHigher ? RuleKeys.AiTasksHigher : RuleKeys.AiTasks, Desk.Today()).Value;
        var template = home.Rules.Resolve(isHigher ? RuleKeys.AiHigherRegulation : RuleKeys.AiSchoolRegulation, Desk.Today()).Value;
        var own = await Desk.Events.FindAsync(connection, SchoolStreams.Regulation, SchoolStreams.RegulationOf(school), cancel);
        return new Resolved<AiTaskRules>(
            TaskRulesInForce.Of(national.Value, new RegulationInForce(template.Value, own?.Now.On(Desk.Today()))), national.Reference);
    }

    /// <summary>The systems that the school allows to its learners today, by id, with their names.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ToolsAsync(Bin school, CancellationToken cancel) =>
        await AllowedAsync(school, tool => tool.Roles.Contains(ToolRole.Learner), cancel);

    /// <summary>Names for a work's page: those of the allowed systems, and of the one whose proposal may be read.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(Bin school, LearnerWork? work, CancellationToken cancel)
    {
        var names = new Dictionary<string, string>(await ToolsAsync(school, cancel), StringComparer.Ordinal);
        if (work?.Proposal is { System: var id } && !names.ContainsKey(id)
            && await Desk.FindAsync(SystemStream.Kind, id, null, cancel) is { Now.Description.Name: var name })
        {
            names[id] = name;
        }

        return names;
    }

    /// <summary>Those that may look at works for a teacher.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> AssessingAsync(Bin school, CancellationToken cancel) =>
        await AllowedAsync(school, tool => tool.ReadsWorks, cancel);

    /// <summary>How the tools that a task allows, and the school does today, fit the ages of its class (requirement AI-9).</summary>
    public async Task<IReadOnlyList<ToolForClass>> FitsAsync(Bin school, TaskTerms terms, CancellationToken cancel)
    {
        var schools = new SchoolDesk(home);
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (terms.Tools.Count == 0 || await schools.ReadAsync(connection, school, cancel) is not { } now)
        {
            return [];
        }

        var learners = await Desk.Directory.PeopleAsync(connection, school, SchoolPersonKind.Learner, terms.Class.Trim(), cancel);
        var ages = learners.Where(p => p.Left is null).Select(p => p.AgeOn(now.Today)).ToList();
        var fits = new List<ToolForClass>();
        foreach (var id in terms.Tools.Distinct())
        {
            if (now.Tool(id) is { } tool && tool.Until >= now.Today && await schools.SystemAsync(connection, id, cancel) is { } system && system.IsAllowedAt(school))
            {
                fits.Add(ToolForClass.Of(id, system.Description.Name, ages, age => schools.MayAtAge(now, tool, system, age)));
            }
        }

        return fits;
    }

    /// <param name="formId">Id that the form was given: the same form sent twice sets one task.</param>
    public async Task<Outcome<AssessmentTask>> SetAsync(
        Actor by, Role? role, Bin school, TaskTerms terms, string? formId, CancellationToken cancel)
    {
        if (!await TeachesAsync(by.Id, school, terms.Class.Trim(), cancel))
        {
            return new Problem("ai-school/not-your-class", "You do not teach this class.");
        }

        var (rules, tools) = (await RulesAsync(school, cancel), await ToolsAsync(school, cancel));

        // What a teacher switched off in this class is not allowed to it (requirement AI-30).
        var switches = await Desk.FindAsync(SchoolStreams.Class, SchoolStreams.ClassOf(school, terms.Class.Trim()), school, cancel);
        var allowed = tools.Keys.Where(t => switches?.Now.IsOff(t) != true).ToHashSet(StringComparer.Ordinal);
        var fits = await FitsAsync(school, terms, cancel);
        return await Desk.OpenAsync(
            by, role, TaskStreams.Tasks, school, at => SetTask.Of(DoerOf(by), school.Value, terms, allowed, fits, rules, at), cancel, id: formId);
    }

    public Task<Outcome<AssessmentTask>> WithdrawAsync(
        Actor by, Role? role, Bin school, string task, int version, string reason, CancellationToken cancel) => Desk.ActAsync(
            by, role, TaskStreams.Tasks, task, school, version, (now, at) => WithdrawTask.Of(now, DoerOf(by), reason, at), cancel);

    /// <summary>Names of those who teach a class at the school now, by account: who may take a task over.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TeachersAsync(Bin school, string inClass, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var known = (await Desk.Directory.PeopleAsync(connection, school, SchoolPersonKind.Teacher, cancel: cancel))
            .Where(p => p.Account is not null).ToLookup(p => p.Account!, StringComparer.Ordinal);
        return (await Memberships.OfInstitutionAsync(connection, school, cancel))
            .Where(m => m.EndedAt is null && Rights.Gives(m.Role, Right.Teach)
                && (!known.Contains(m.Account) || known[m.Account].Any(p => p.Left is null && Teaches(p.Classes, inClass))))
            .DistinctBy(m => m.Account).ToDictionary(m => m.Account, m => m.Name, StringComparer.Ordinal);
    }

    /// <summary>Another teacher of its class gets a task, and grades its works from now on.</summary>
    /// <param name="to">Account.</param>
    public async Task<Outcome<AssessmentTask>> HandOverAsync(
        Actor by, Role? role, Bin school, string task, int version, string to, CancellationToken cancel)
    {
        if (await Desk.FindAsync(TaskStreams.Tasks, task, school, cancel) is not { Now.Terms.Class: var inClass })
        {
            return NotThere;
        }

        var teachers = (await TeachersAsync(school, inClass, cancel)).Keys.ToHashSet(StringComparer.Ordinal);
        return await Desk.ActAsync(
            by, role, TaskStreams.Tasks, task, school, version,
            (now, at) => HandTaskOver.Of(now, DoerOf(by), by.May(Right.CoordinateAi, school), to, teachers, at), cancel);
    }

    /// <summary>The learner's work on a task; the same handed in twice is one.</summary>
    public async Task<Outcome<LearnerWork>> HandInAsync(Actor by, SchoolPerson learner, AssessmentTask task, WorkDraft draft, CancellationToken cancel)
    {
        var (rules, id) = (await RulesAsync(learner.School, cancel), LearnerWork.IdOf(task.Id, learner.Id));
        var done = await Desk.OnlyAsync(
            by, Role.Learner, TaskStreams.Works, id, learner.School, null,
            (_, now, at) => Task.FromResult(HandInWork.Of(now, task, DoerOf(by), learner.Id, draft, rules.Value, at)), cancel);
        return await OnceAsync(done, id, learner.School, cancel);
    }

    /// <param name="edition">What was decided about (<see cref="LearnerWork.Edition"/>); null for a program: it is refused whatever it read.</param>
    public async Task<Outcome<LearnerWork>> GradeAsync(
        Actor by, Role? role, Bin school, string work, int? edition, int score, string reason, CancellationToken cancel)
    {
        if (await TaskOfAsync(work, school, cancel) is not { } task)
        {
            return NotThere;
        }

        var rule = (await RulesAsync(school, cancel)).Reference;
        return await Desk.ActAsync(
            by, role, TaskStreams.Works, work, school, null,
            (now, at) => edition is not null && now.Edition != edition
                ? EventStore.ChangedMeanwhile
                : DecideGrade.Of(now, task, DoerOf(by), role?.Word() ?? "", score, reason, rule, at),
            cancel, ToPlatformsAsync);
    }

    public async Task<Outcome<LearnerWork>> ObjectAsync(
        Actor by, Role? role, SchoolPerson learner, string work, ObjectionKind asks, string words, CancellationToken cancel)
    {
        var days = (await RulesAsync(learner.School, cancel)).Value.ObjectionAnswerDays;
        return !Desk.Calendar.AddWorkingDays(Desk.Today(), days).TryGet(out var answerBy, out var problem)
            ? problem
            : await Desk.ActAsync(
                by, role, TaskStreams.Works, work, learner.School, null,
                (now, at) => now.Learner != learner.Id ? NotThere : ObjectToGrade.Of(now, DoerOf(by), asks, words, answerBy.Value, at), cancel);
    }

    /// <param name="edition">What was answered about (<see cref="LearnerWork.Edition"/>).</param>
    public async Task<Outcome<LearnerWork>> AnswerAsync(
        Actor by, Role? role, Bin school, string work, int edition, ObjectionKind to, string words, string data, int? score, CancellationToken cancel)
    {
        if (await TaskOfAsync(work, school, cancel) is not { } task)
        {
            return NotThere;
        }

        var rule = (await RulesAsync(school, cancel)).Reference;
        return await Desk.ActAsync(
            by, role, TaskStreams.Works, work, school, null,
            (now, at) => now.Edition != edition
                ? EventStore.ChangedMeanwhile
                : AnswerObjection.Of(now, task, DoerOf(by), role?.Word() ?? "", to, words, data, score, rule, Desk.Today(), at),
            cancel, ToPlatformsAsync);
    }

    /// <summary>The task of a work; null when there is no such work at this school.</summary>
    public async Task<AssessmentTask?> TaskOfAsync(string work, Bin school, CancellationToken cancel) =>
        await Desk.FindAsync(TaskStreams.Works, work, school, cancel) is { } found
            ? (await Desk.FindAsync(TaskStreams.Tasks, found.Now.Task, school, cancel))?.Now
            : null;

    // In the transaction of the decision: what a person decided reaches the gradebook of the platform the task was opened from.
    private Task ToPlatformsAsync(DbTransaction transaction, Stored<LearnerWork> work, CancellationToken cancel) =>
        LtiScores.DecidedAsync(transaction, work.Now.Task, work.Now.Learner, home.Time.GetUtcNow(), cancel);

    internal static Problem NotThere { get; } = new("ai/not-there", "There is no such entry, or it is not yours.");

    private async Task<bool> TeachesAsync(string account, Bin school, string inClass, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var classes = (await Desk.Directory.OfAccountAsync(connection, account, cancel))
            .Where(p => p.School == school && p.Kind == SchoolPersonKind.Teacher).SelectMany(p => p.Classes).ToList();
        return Teaches(classes, inClass);
    }

    // As for the switches of a class: of whom the directory names no class, they may be all.
    private static bool Teaches(IReadOnlyCollection<string> classes, string inClass) =>
        classes.Count == 0 || classes.Contains(inClass, StringComparer.Ordinal);

    /// <summary>What came twice is answered as it was the first time.</summary>
    internal async Task<Outcome<LearnerWork>> OnceAsync(Outcome<LearnerWork> done, string work, Bin school, CancellationToken cancel) =>
        done.Problem is { Code: "tasks/same-again" } && await Desk.FindAsync(TaskStreams.Works, work, school, cancel) is { } there ? there.Now : done;

    private async Task<IReadOnlyDictionary<string, string>> AllowedAsync(Bin school, Func<AllowedTool, bool> isFor, CancellationToken cancel)
    {
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (await Desk.FindAsync(SchoolStreams.Tools, SchoolStreams.ToolsOf(school), school, cancel) is { } tools)
        {
            foreach (var tool in tools.Now.Allowed.Values.Where(t => t.Until >= Desk.Today() && isFor(t)))
            {
                if (await Desk.FindAsync(SystemStream.Kind, tool.System, null, cancel) is { Now: var system } && system.IsAllowedAt(school))
                {
                    names[tool.System] = system.Description.Name;
                }
            }
        }

        return names;
    }
}
