using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>A program proposes a grade (requirement AI-14). Nobody reads it before the teacher has decided, and it decides nothing.</summary>
public static class ProposeGrade
{
    /// <param name="proposal">Of a system that may look at this work: that was asked before.</param>
    /// <returns>The event, or the refusal; the same proposal once more is <c>tasks/same-again</c>: it counts once.</returns>
    public static Outcome<WorkEvent> Of(LearnerWork now, AssessmentTask task, Doer by, GradeProposal proposal, DateTimeOffset at)
    {
        var data = proposal.Data.Where(d => !string.IsNullOrWhiteSpace(d)).Select(d => d.Trim()).ToList();
        if (!by.Systems.Contains(proposal.System))
        {
            return ReadWork.OtherSystem;
        }

        if (now.State != WorkState.HandedIn)
        {
            return TaskRefusals.OtherState;
        }

        if (!now.ReadBy.Contains(proposal.System))
        {
            return TaskRefusals.NotRead;
        }

        if (proposal.Score < 0 || proposal.Score > task.Terms.MaxScore)
        {
            return TaskRefusals.ScoreRange(task.Terms.MaxScore);
        }

        if (data.Count == 0)
        {
            return new Problem("tasks/data-not-said", "A proposal says which data it was made of.");
        }

        if (!TaskRefusals.Words(proposal.Model).TryGet(out var model, out var problem))
        {
            return problem;
        }

        var whole = proposal with { Model = model, Words = (proposal.Words ?? "").Trim(), Data = data };
        return IsSame(now.Sealed, whole) ? TaskRefusals.SameAgain : new GradeProposed(at, by.Id, whole);
    }

    private static bool IsSame(GradeProposal? a, GradeProposal b) => a is not null && a.Data.SequenceEqual(b.Data) && a == (b with { Data = a.Data });
}

/// <summary>The teacher of the class decides on the grade: their own decision, before they see what a program proposed (requirement AI-14).</summary>
public static class DecideGrade
{
    /// <summary>Only the teacher of a task grades its works.</summary>
    public static Problem NotOwnClass { get; } = new("tasks/not-own-class", "The teacher of this class does that.");

    /// <param name="role">In which capacity, for those affected.</param>
    public static Outcome<WorkEvent> Of(
        LearnerWork now, AssessmentTask task, Doer by, string role, int score, string reason, RuleReference rule, DateTimeOffset at)
    {
        if (!by.IsPerson)
        {
            return TaskRefusals.Program;
        }

        if (by.Id != task.Teacher)
        {
            return NotOwnClass;
        }

        if (now.State != WorkState.HandedIn)
        {
            return TaskRefusals.OtherState;
        }

        if (score < 0 || score > task.Terms.MaxScore)
        {
            return TaskRefusals.ScoreRange(task.Terms.MaxScore);
        }

        return TaskRefusals.Words(reason).TryGet(out var words, out var problem)
            && HumanDecision.Make(by.Id, role, at, [now.Id], words, rule).TryGet(out var decision, out problem)
                ? new GradeDecided(at, by.Id, IsPerson: true, decision.Role, score, decision.Reason, decision.Evidence, $"{decision.Rule}")
                : problem;
    }
}
