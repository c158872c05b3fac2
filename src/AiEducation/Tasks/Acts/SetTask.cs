using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>A teacher sets a task and says which AI it allows (requirement AI-19).</summary>
public static class SetTask
{
    /// <param name="school">BIN.</param>
    /// <param name="allowedHere">Systems that the school allows to this class for learning: a task allows nothing beyond them.</param>
    /// <param name="fits">How those of the task fit the ages of the class: one that nobody may use is not allowed.</param>
    public static Outcome<TaskEvent> Of(
        Doer by, string school, TaskTerms terms, IReadOnlySet<string> allowedHere, IReadOnlyCollection<ToolForClass> fits, Resolved<AiTaskRules> rules,
        DateTimeOffset at) =>
        !by.IsPerson ? TaskRefusals.Program
        : rules.Value.Level(terms.Level) is not { } level ? new Problem("tasks/no-level", "The level is one of 1 to 5 that the school allows.")
        : Against(terms, level, allowedHere, fits, at) is { } against ? against
        : TaskRefusals.Words(terms.Title).TryGet(out var title, out var problem)
            && TaskRefusals.Words(terms.Words).TryGet(out var words, out problem)
            && TaskRefusals.Words(terms.Class).TryGet(out var group, out problem)
                ? new TaskSet(
                    at, by.Id, school, terms with { Title = title, Words = words, Class = group, Tools = [.. terms.Tools.Distinct()] }, $"{rules.Reference}")
                : problem;

    private static Problem? Against(
        TaskTerms terms, AiLevel level, IReadOnlySet<string> allowedHere, IReadOnlyCollection<ToolForClass> fits, DateTimeOffset at) =>
        level.IsControlled && !terms.IsControlled
            ? new Problem("tasks/not-controlled", $"A task at level {level.Level} is done under supervision only.", ("level", $"{level.Level}"))
        : level.IsControlled && terms.Tools.Count > 0
            ? new Problem("tasks/no-tools-here", $"A task at level {level.Level} allows no AI tool.", ("level", $"{level.Level}"))
        : terms.OwnPart < level.OwnPart || terms.OwnPart > 100
            ? new Problem(
                "tasks/own-part", $"At level {level.Level} the own part is from {level.OwnPart} to 100 percent: a task may ask for more, never for less.",
                ("level", $"{level.Level}"), ("min", $"{level.OwnPart}"))
        : terms.Tools.FirstOrDefault(t => !allowedHere.Contains(t)) is { } other
            ? new Problem("tasks/tool-not-allowed", "The school does not allow one of these tools to this class.", ("tool", other))
        : fits.FirstOrDefault(f => f.IsForNobody && terms.Tools.Contains(f.System)) is { } none
            ? new Problem("tasks/tool-for-nobody", $"By their age nobody in this class may use {none.Name}.", ("tool", none.Name))
        : terms.MaxScore is < 1 or > 100 ? new Problem("tasks/max-score", "The highest score is a whole number from 1 to 100.")
        : terms.DueAt <= at ? new Problem("tasks/due-in-past", "The day to hand in lies in the past.")
        : null;
}

/// <summary>Another teacher of the class takes it over: when its teacher leaves, somebody grades what was handed in.</summary>
public static class HandTaskOver
{
    /// <param name="leads">They coordinate AI at the school, and hand over also what is another's; else only its own teacher does.</param>
    /// <param name="to">Account of who takes it over.</param>
    /// <param name="teachers">Accounts of those who teach its class now.</param>
    public static Outcome<TaskEvent> Of(
        AssessmentTask now, Doer by, bool leads, string to, IReadOnlySet<string> teachers, DateTimeOffset at) =>
        !by.IsPerson ? TaskRefusals.Program
        : by.Id != now.Teacher && !leads ? DecideGrade.NotOwnClass
        : now.IsWithdrawn ? new Problem("tasks/withdrawn", "The task was withdrawn.")
        : to == now.Teacher ? new Problem("tasks/same-teacher", "This teacher has the task already.")
        : !teachers.Contains(to) ? new Problem("tasks/not-teacher", "Choose somebody who teaches this class.")
        : new TaskHandedOver(at, by.Id, to);
}

public static class WithdrawTask
{
    public static Outcome<TaskEvent> Of(AssessmentTask now, Doer by, string reason, DateTimeOffset at) =>
        !by.IsPerson ? TaskRefusals.Program
        : now.IsWithdrawn ? new Problem("tasks/withdrawn", "The task was withdrawn.")
        : by.Id != now.Teacher ? DecideGrade.NotOwnClass
        : TaskRefusals.Words(reason).TryGet(out var words, out var problem) ? new TaskWithdrawn(at, by.Id, words) : problem;
}
