using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>One step of a case as its applicant reads it.</summary>
/// <param name="Word">Of the texts <c>cases/course.*</c>.</param>
/// <param name="State"><c>done</c>, <c>now</c> or <c>todo</c>.</param>
/// <param name="At">When it was done; for the present step, since when.</param>
/// <param name="Note">Of the same texts; null without one.</param>
public sealed record CourseStep(string Word, string State, DateTimeOffset? At = null, string? Note = null);

/// <summary>The course of a case, step by step with its days (requirement RQ-7). It names nobody who compares.</summary>
public static class CaseCourse
{
    public static IReadOnlyList<CourseStep> Of(RecognitionCase now, IReadOnlyList<CaseEvent> events)
    {
        var isFalse = now.Authenticity?.Result == Authenticity.NotConfirmed;
        var steps = new List<CourseStep>();
        DateTimeOffset? before = null;
        Add("filed", CaseStage.Draft, now.SubmittedAt, null);
        Add("complete", CaseStage.Intake, now.CompleteAt, now.Stage == CaseStage.Incomplete ? "asked" : now.CompleteAt is null ? null : "started");
        Add("authentic", CaseStage.Authenticity, Last<AuthenticityFound>(), now.Authenticity is { } a ? "authentic." + BasisRecord.Code(a.Result) : null);
        if (!isFalse)
        {
            Add("entitled", CaseStage.IssuerRight, Last<IssuerRightFound>(), now.IssuerRight is { } r ? "entitled." + BasisRecord.Code(r.Result) : null);
            if (now.Way != CaseRoute.AuthenticityOnly)
            {
                Add("compared", CaseStage.Evaluation, Last<DecisionProposed>(), "compared.note");
            }
        }

        Add("decided", CaseStage.Decision, now.Decision?.At ?? now.Appeal?.Original.At, null);
        var after = new List<CourseStep>();
        if (now.Appeal is { } appeal)
        {
            after.Add(new CourseStep("appealed", "done", appeal.At));
            after.Add(appeal.Outcome is { } outcome
                ? new CourseStep("appeal-" + BasisRecord.Code(outcome), "done", Last<AppealDecided>())
                : new CourseStep(
                    "reviewed", now.Stage == CaseStage.Appealed ? "now" : "todo", appeal.At, appeal.Reviewer is null ? "reviewed.nobody" : "reviewed.note"));
        }

        foreach (var check in now.Conditions)
        {
            after.Add(check.IsFulfilled is { } isFulfilled
                ? new CourseStep(isFulfilled ? "condition-fulfilled" : "condition-not-fulfilled", "done", check.DecidedAt)
                : new CourseStep("condition", now.Stage == CaseStage.Condition ? "now" : "todo", check.At, check.IsLapsed ? "condition-lapsed" : null));
        }

        // Conditions may be looked at before an appeal and after it: what is done stands in the order of its days.
        steps.AddRange(after.OrderBy(s => s.State == "done" ? s.At : DateTimeOffset.MaxValue));
        if (now.Stage == CaseStage.Withdrawn)
        {
            steps.Add(new CourseStep("withdrawn", "done", now.EndedAt));
        }

        return steps;

        DateTimeOffset? Last<T>()
            where T : CaseEvent => events.OfType<T>().LastOrDefault()?.At;

        // A case that went back from an appeal walks the last steps again: the stage says what is done, not that it was done once.
        void Add(string word, CaseStage stage, DateTimeOffset? at, string? note)
        {
            var place = Place(now.Stage);
            var isDone = place is { } here ? Place(stage) < here : at is not null;
            var isNow = place == Place(stage);
            steps.Add(isDone ? new CourseStep(word, "done", at, word == "compared" ? null : note)
                : isNow ? new CourseStep(word, "now", before, note)
                : new CourseStep(word, "todo"));
            before = isDone ? at : before;
        }
    }

    // Null for a case that stopped on its way.
    private static int? Place(CaseStage stage) => stage switch
    {
        CaseStage.Draft => 0,
        CaseStage.Intake or CaseStage.Incomplete or CaseStage.Unanswered => 1,
        CaseStage.Authenticity => 2,
        CaseStage.IssuerRight => 3,
        CaseStage.Evaluation => 4,
        CaseStage.Decision => 5,
        CaseStage.Issued or CaseStage.Appealed or CaseStage.Closed or CaseStage.NotAuthentic or CaseStage.Condition => 6,
        CaseStage.Withdrawn => null,
    };
}
