using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>A learner hands in a work with the statement on the use of AI (requirements AI-19, AI-20).</summary>
public static class HandInWork
{
    /// <param name="now">The work as it stands; null when nothing was handed in yet.</param>
    /// <param name="learner">Pseudonym.</param>
    /// <returns>
    /// The event, with what the rules say of the work: a missing statement, or too small an own part, sends it back at once. The same once
    /// more is <c>tasks/same-again</c>: one work stays one.
    /// </returns>
    public static Outcome<WorkEvent> Of(
        LearnerWork? now, AssessmentTask task, Doer by, string learner, WorkDraft draft, AiTaskRules rules, DateTimeOffset at)
    {
        if (!by.IsPerson)
        {
            return new Problem("tasks/learner-hands-in", "The learner hands in the work, and states how AI was used.");
        }

        if (task.IsWithdrawn)
        {
            return new Problem("tasks/withdrawn", "The task was withdrawn.");
        }

        if (now?.Grade is not null)
        {
            return new Problem("tasks/graded", "The work is graded; object to the grade if it is wrong.");
        }

        if (!TaskRefusals.Words(draft.Text, TaskRefusals.WorkLengthMax).TryGet(out var text, out var problem))
        {
            return problem;
        }

        if (Against(draft.Statement, out var statement) is { } against)
        {
            return against;
        }

        var whole = new WorkDraft(text, statement);
        return IsSame(now?.Draft, whole)
            ? TaskRefusals.SameAgain
            : new WorkHandedIn(
                at, by.Id, task.Id, task.School, learner, task.Terms.Level, whole, [.. Findings(task, whole, rules, at)], [.. Others(task, whole.Statement)]);
    }

    /// <summary>Whether a finding sends the work back to the learner.</summary>
    public static bool SendsBack(WorkFinding finding) => finding is WorkFinding.NoStatement or WorkFinding.OwnPartTooSmall;

    private static IEnumerable<WorkFinding> Findings(AssessmentTask task, WorkDraft draft, AiTaskRules rules, DateTimeOffset at)
    {
        if (draft.Statement is null && task.Terms.Level >= rules.StatementFromLevel)
        {
            yield return WorkFinding.NoStatement;
        }

        if (draft.Statement is { } statement && statement.OwnPart < task.Terms.OwnPart)
        {
            yield return WorkFinding.OwnPartTooSmall;
        }

        if (Others(task, draft.Statement).Any())
        {
            yield return WorkFinding.ToolNotAllowed;
        }

        if (at > task.Terms.DueAt)
        {
            yield return WorkFinding.Late;
        }
    }

    private static IEnumerable<string> Others(AssessmentTask task, UseStatement? statement) =>
        (statement?.Tools ?? []).Select(t => t.Tool).Where(t => !task.Terms.Tools.Contains(t)).Distinct();

    private static Problem? Against(UseStatement? statement, out UseStatement? trimmed)
    {
        trimmed = null;
        if (statement is null)
        {
            return null;
        }

        var tools = new List<UsedTool>();
        foreach (var used in statement.Tools)
        {
            if (!TaskRefusals.Words(used.Tool).TryGet(out var tool, out _) || !TaskRefusals.Words(used.Purpose).TryGet(out var purpose, out _)
                || !TaskRefusals.Words(used.Parts).TryGet(out var parts, out _))
            {
                return new Problem("tasks/statement-incomplete", "Say of each tool what it is, what for and in which parts it was used.");
            }

            tools.Add(new UsedTool(tool, purpose, parts, string.IsNullOrWhiteSpace(used.Prompts) ? null : used.Prompts.Trim()));
        }

        trimmed = new UseStatement(tools, statement.OwnPart);
        return statement.OwnPart is < 0 or > 100 ? new Problem("tasks/own-part-range", "The own part is from 0 to 100 percent.")
            : tools.Count == 0 && statement.OwnPart < 100
                ? new Problem("tasks/no-tool-named", "Where no tool was used the own part is 100 percent; name the tool otherwise.")
            : null;
    }

    private static bool IsSame(WorkDraft? a, WorkDraft b) => a is not null && a.Text == b.Text && a.Statement?.OwnPart == b.Statement?.OwnPart
        && (a.Statement is null) == (b.Statement is null) && (a.Statement?.Tools ?? []).SequenceEqual(b.Statement?.Tools ?? []);
}
