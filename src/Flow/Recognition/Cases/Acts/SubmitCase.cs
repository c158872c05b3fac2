using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The applicant files. Every qualification is assessed on request (requirement RQ-4): a file with gaps is taken, too, and asked
/// about once. The law and the terms are taken now and stay with the case.
/// </summary>
public static class SubmitCase
{
    /// <param name="guide">The answer of the guide for this case, today.</param>
    /// <param name="number">The next of the body's numbers.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, RecognitionGuide guide, string number, DateTimeOffset at) =>
        now.Applicant != by ? CaseRefusals.NotYours
        : now.Unless(CaseStage.Draft) is { } wrong ? wrong
        : now.Documents.Count == 0 && now.HolderKind != Rules.HolderKind.Refugee
            ? new Problem("recognition/nothing-added", "Add the document that is to be recognised.")
        : CaseTerms.Of(guide).TryGet(out var terms, out var problem) ? new CaseSubmitted(at, by, number, terms) : problem;
}

/// <summary>An officer puts the case under the rules of today; the case never changes its rules by itself.</summary>
public static class RebaseCase
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, RecognitionGuide guide, string reason, DateTimeOffset at) =>
        !now.Stage.IsOpen() ? now.Unless()!
        : !CaseRefusals.Words(reason).TryGet(out var words, out var problem) ? problem
        : CaseTerms.Of(guide).TryGet(out var terms, out problem) ? new CaseRebased(at, by, terms, words) : problem;
}
