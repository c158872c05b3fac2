using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>An evaluator of the case writes down, or finishes, their comparison; each their own.</summary>
public static class AssessCase
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, IReadOnlyList<ElementFinding> findings, bool isFinished, DateTimeOffset at)
    {
        if (now.Unless(CaseStage.Evaluation) is { } wrong)
        {
            return wrong;
        }

        if (by != now.Evaluator && by != now.SecondEvaluator)
        {
            return new Problem("recognition/not-assigned", "Only the evaluators of a case compare it.");
        }

        var assessment = new Assessment(now.Purpose, by, findings);
        return isFinished && DecisionRules.Gaps(assessment, now.Evidence).FirstOrDefault() is { } gap ? gap : new AssessmentSaved(at, by, assessment, isFinished);
    }
}

/// <summary>Two evaluators hold a structured interview in place of documents that cannot be had (requirement RQ-19).</summary>
public static class HoldInterview
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string document, DateTimeOffset at) =>
        now.Unless(CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation) is { } wrong ? wrong
        : now.IsInterviewConfirmed ? new Problem("recognition/interview-confirmed", "Both evaluators stand by the record of an interview already.")
        : !now.Terms!.WithoutDocuments ? new Problem("recognition/no-interview", "An interview stands in for documents only where the rules say so.")
        : now.Evaluator is null || now.SecondEvaluator is null || (by != now.Evaluator && by != now.SecondEvaluator)
            ? new Problem("recognition/interview-of-two", "Both evaluators of the case hold the interview.")
        : now.Document(document) is not { Item: DocumentItems.Interview, Source: EvidenceSource.Authority } ? new Problem("recognition/no-document", "The record of the interview is added first.", ("document", document))
        : new InterviewHeld(at, by, by == now.Evaluator ? now.SecondEvaluator : now.Evaluator, document);
}

/// <summary>The other evaluator stands by the record: the interview was held by two, and counts from here on (requirement RQ-19).</summary>
public static class ConfirmInterview
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateTimeOffset at) =>
        now.Unless(CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation) is { } wrong ? wrong
        : now.Interview is null || by != now.InterviewOther || (by != now.Evaluator && by != now.SecondEvaluator)
            ? new Problem("recognition/interview-of-two", "Both evaluators of the case hold the interview.")
        : now.IsInterviewConfirmed ? new Problem("recognition/interview-confirmed", "Both evaluators stand by the record of an interview already.")
        : new InterviewConfirmed(at, by);
}
