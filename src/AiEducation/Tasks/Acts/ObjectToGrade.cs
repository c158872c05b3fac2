using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>A learner or a parent asks which data were used, or objects (requirement AI-15).</summary>
public static class ObjectToGrade
{
    /// <param name="by">The learner or a parent: whether they may is said by the school's directory.</param>
    /// <param name="answerBy">Last day of the pack's term, in working days.</param>
    public static Outcome<WorkEvent> Of(LearnerWork now, Doer by, ObjectionKind asks, string words, DateOnly answerBy, DateTimeOffset at) =>
        !by.IsPerson ? new Problem("tasks/person-objects", "The learner or a parent asks, not a program.")
        : asks == ObjectionKind.Objection && now.Grade is null ? new Problem("tasks/not-graded", "There is no grade yet to object to.")
        : now.Objections.Any(o => o.IsOpen && o.Kind == asks) ? new Problem("tasks/asked-already", "This was asked already and waits for its answer.")
        : TaskRefusals.Words(words).TryGet(out var said, out var problem) ? new ObjectionMade(at, by.Id, asks, said, answerBy)
        : problem;
}

/// <summary>A person answers; an objection is answered by somebody else than who graded. After the term, too, but late is said.</summary>
public static class AnswerObjection
{
    /// <param name="data">Which data were used.</param>
    /// <param name="score">The new score; null leaves the grade.</param>
    public static Outcome<WorkEvent> Of(
        LearnerWork now, AssessmentTask task, Doer by, string role, ObjectionKind to, string words, string data, int? score, RuleReference rule, DateOnly today,
        DateTimeOffset at)
    {
        if (!by.IsPerson)
        {
            return TaskRefusals.Program;
        }

        if (now.Objections.FirstOrDefault(o => o.IsOpen && o.Kind == to) is not { } open)
        {
            return TaskRefusals.OtherState;
        }

        if (open.By == by.Id || (to == ObjectionKind.Objection && now.Graders.Contains(by.Id)))
        {
            return new Problem("tasks/own-grade", "Somebody else than who graded, or who asked, answers an objection.");
        }

        if (score is not null && to == ObjectionKind.Explanation)
        {
            return new Problem("tasks/explanation-only", "An explanation leaves the grade; only an objection can change it.");
        }

        if (score < 0 || score > task.Terms.MaxScore)
        {
            return TaskRefusals.ScoreRange(task.Terms.MaxScore);
        }

        return TaskRefusals.Words(words).TryGet(out var said, out var problem)
            && TaskRefusals.Words(data).TryGet(out var used, out problem)
            && HumanDecision.Make(by.Id, role, at, [now.Id], said, rule).TryGet(out var decision, out problem)
                ? new ObjectionAnswered(at, by.Id, IsPerson: true, decision.Role, to, said, used, score, today <= open.AnswerBy)
                : problem;
    }
}
