using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// What asking after the document brought (requirement RQ-8): confirmed, not confirmed, or not answered, which is no "no". A document
/// is held to be false only on evidence, and only a decision maker ends the case for it (requirement RQ-29).
/// </summary>
public static class FindAuthenticity
{
    private static readonly CaseStage[] BeforeDecided = [CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation, CaseStage.Decision];

    /// <remarks>An answer may come late: until the case is decided it replaces what was found before, and voids what was proposed on that.</remarks>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, AuthenticityFinding finding, DateTimeOffset at) =>
        now.Unless(BeforeDecided) is { } wrong ? wrong
        : now.OpenWaits.Any() ? CaseRefusals.StillWaiting
        : finding.Result == Authenticity.NotAsked ? new Problem("recognition/no-result", "Choose what came out of it.")
        : finding.Result == Authenticity.NotAnswered && !now.Terms!.WithoutDocuments && now.Waits.All(w => w.Wait.For == WaitFor.Applicant)
            ? new Problem("recognition/nobody-asked", "Nobody was asked yet: write down who was, and wait for the answer.")
        : finding.Result != Authenticity.NotAnswered && finding.Evidence.Count == 0
            ? new Problem("recognition/no-evidence", "Name the document that shows it.")
        : CaseRefusals.NoDocument(now, finding.Evidence) is { } missing ? missing
        : finding.Result == Authenticity.NotConfirmed && finding.Evidence.All(id => now.Document(id)!.Source != EvidenceSource.Authority)
            ? new Problem("recognition/forgery-needs-own-evidence", "That a document is not authentic is shown by evidence of the body's own: an answer, an extract, a report.")
        : finding.Result == Authenticity.NotConfirmed && by == now.DecisionMaker
            ? new Problem("recognition/decides-own-assessment", "Whoever finds that a document is not authentic does not decide about it.")
        : new AuthenticityFound(at, by, finding);
}

/// <summary>Whether the institution was entitled on the day of the award, not today (requirement RQ-9).</summary>
public static class FindIssuerRight
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, IssuerRightFinding finding, DateTimeOffset at) =>
        now.Unless(CaseStage.IssuerRight, CaseStage.Evaluation, CaseStage.Decision) is { } wrong ? wrong
        : now.Authenticity is null or { Result: Authenticity.NotConfirmed } ? new Problem("recognition/authenticity-open", "First it is established that the document is authentic.")
        : finding.Result == IssuerRight.NotAsked ? new Problem("recognition/no-result", "Choose what came out of it.")
        : finding.Result != IssuerRight.NotKnown && finding.Entries.Count + finding.Evidence.Count == 0
            ? new Problem("recognition/no-evidence", "Name the entry of the register or the document that shows it.")
        : CaseRefusals.NoDocument(now, finding.Evidence) is { } missing ? missing
        : Found(now, new IssuerRightFound(at, by, finding));

    // By the short way this leads to the decision, where nobody is waited for any more.
    private static Outcome<CaseEvent> Found(RecognitionCase now, IssuerRightFound found) =>
        now.OpenWaits.Any() && now.With(found).Stage == CaseStage.Decision ? CaseRefusals.StillWaiting : found;
}

/// <summary>
/// The body sets right what was written of the qualification: its institution in the register, its day, its level, subject and workload.
/// </summary>
public static class CorrectQualification
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, Qualification qualification, string reason, DateOnly today, DateTimeOffset at) =>
        now.Unless(CaseStage.Intake, CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation) is { } wrong ? wrong
        : qualification.Wrong(today) is { } problem ? problem
        : qualification.Awarded < now.Holder.Born ? new Problem("recognition/award-before-birth", "The award lies before the birth of its holder.")
        : CaseRefusals.Words(reason).TryGet(out var words, out problem) ? new QualificationCorrected(at, by, qualification, words) : problem;
}
