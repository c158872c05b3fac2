using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// Gives the case to people: two evaluators and a decision maker, each somebody else, and none of them the applicant. Nobody compares it who
/// worked on it as an officer, and saw the person (requirement RQ-20).
/// </summary>
public static class AssignCase
{
    /// <summary>To whoever compares a case, and would act in it where the person is seen.</summary>
    public static Problem SeesNoPerson { get; } = new("recognition/sees-no-person", "Whoever compares a case does not see whose it is: another officer does this.");

    public static Outcome<CaseEvent> Of(
        RecognitionCase now, string by, string? evaluator, string? second, string? decisionMaker, DateTimeOffset at)
    {
        // Of a decided case only who looks at its conditions may still be another.
        if (!now.Stage.IsOpen() && (now.Stage != CaseStage.Condition || evaluator is not null || second is not null))
        {
            return now.Unless()!;
        }

        var people = new[] { evaluator ?? now.Evaluator, second ?? now.SecondEvaluator, decisionMaker ?? now.DecisionMaker }.OfType<string>().ToList();
        return evaluator is null && second is null && decisionMaker is null ? new Problem("recognition/nobody", "Choose who is to work on the case.")
            : people.Distinct().Count() != people.Count || people.Contains(now.Applicant)
                ? new Problem("recognition/same-person", "Evaluators and decision maker are different people, and none of them is the applicant.")
            : new[] { evaluator, second }.OfType<string>().Any(e => e == by || e == now.AuthenticityBy) ? SeesNoPerson
            : now.PastAppeals.Append(now.Appeal).Any(a => a?.Reviewer is { } reviewer && new[] { evaluator, second, decisionMaker }.Contains(reviewer))
                ? new Problem("recognition/took-part", "Whoever reviewed an appeal takes no other part in the case.")
            : decisionMaker is not null && now.Assessments.Any(a => a.Assessment.Evaluator == decisionMaker)
                ? new Problem("recognition/decides-own-assessment", "Whoever compared the qualification does not decide about it.")
            : new CaseAssigned(at, by, evaluator, second, decisionMaker);
    }
}
