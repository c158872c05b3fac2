using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// What asking after the document brought (requirement RQ-8): confirmed, not confirmed, or not answered, which is no "no". A document
/// is held to be false only on evidence, and only a decision maker ends the case for it (requirement RQ-29).
/// </summary>
public static class FindAuthenticity
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, AuthenticityFinding finding, DateTimeOffset at) =>
        now.Unless(CaseStage.Authenticity) is { } wrong ? wrong
        : now.OpenWaits.Any(w => w.Wait.For != WaitFor.Applicant) && finding.Result != Authenticity.NotAnswered
            ? new Problem("recognition/still-waiting", "An answer is waited for; end the wait first.")
        : finding.Result == Authenticity.NotAsked ? new Problem("recognition/no-result", "Choose what came out of it.")
        : finding.Result != Authenticity.NotAnswered && finding.Evidence.Count == 0
            ? new Problem("recognition/no-evidence", "Name the document that shows it.")
        : CaseRefusals.NoDocument(now, finding.Evidence) is { } missing ? missing
        : new AuthenticityFound(at, by, finding);
}

/// <summary>Whether the institution was entitled on the day of the award, not today (requirement RQ-9).</summary>
public static class FindIssuerRight
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, IssuerRightFinding finding, DateTimeOffset at) =>
        now.Unless(CaseStage.IssuerRight) is { } wrong ? wrong
        : finding.Result == IssuerRight.NotAsked ? new Problem("recognition/no-result", "Choose what came out of it.")
        : finding.Result != IssuerRight.NotKnown && finding.Entries.Count + finding.Evidence.Count == 0
            ? new Problem("recognition/no-evidence", "Name the entry of the register or the document that shows it.")
        : CaseRefusals.NoDocument(now, finding.Evidence) is { } missing ? missing
        : new IssuerRightFound(at, by, finding);
}
