using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// What asking after the document brought (requirement RQ-8): confirmed, not confirmed, or not answered, which is no "no". Either
/// answer rests on evidence of the body's own, a "yes" also on a document whose signature was verified here: what an applicant brought says nothing
/// of itself. Only a decision maker ends a case for a false document (requirement RQ-29).
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
        : finding.Result == Authenticity.NotConfirmed && !CaseRefusals.IsOwn(now, finding.Evidence)
            ? new Problem("recognition/forgery-needs-own-evidence", "That a document is not authentic is shown by evidence of the body's own: an answer, an extract, a report.")
        : finding.Result == Authenticity.Confirmed && !CaseRefusals.IsOwn(now, finding.Evidence) && !IsVerified(now, finding)
            ? new Problem("recognition/confirmed-by-nobody", "That a document is authentic is shown by what the body asked for, an answer or an extract, or by a document that was verified here.")
        : finding.Result == Authenticity.NotConfirmed && by == now.DecisionMaker
            ? new Problem("recognition/decides-own-assessment", "Whoever finds that a document is not authentic does not decide about it.")
        : new AuthenticityFound(at, by, finding);

    // A signature speaks for the document that carries it: it was verified when that came in.
    private static bool IsVerified(RecognitionCase now, AuthenticityFinding finding) =>
        finding.Way == AuthenticityWay.Credential && finding.Evidence.Any(id => now.Document(id)!.Receipt is not null);
}

/// <summary>What the registers say of the institutions of a case, for whoever finds its right.</summary>
/// <param name="Standing">For all of them together: of a joint degree nobody answers for who is not linked.</param>
/// <param name="Entries">The entries that say so, by id, in words.</param>
public sealed record RegisterWords(Entitlement Standing, IReadOnlyDictionary<string, string> Entries);

/// <summary>
/// Whether the institution was entitled on the day of the award, not today (requirement RQ-9): by entries of the registers that say the same, or
/// by evidence of the body's own. Words that somebody types are neither.
/// </summary>
public static class FindIssuerRight
{
    /// <param name="finding">Its entries are ids of the registers; what is kept is their words, as registers change.</param>
    /// <param name="register">Null where no institution of the case is linked to them.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, IssuerRightFinding finding, RegisterWords? register, DateTimeOffset at) =>
        now.Unless(CaseStage.IssuerRight, CaseStage.Evaluation, CaseStage.Decision) is { } wrong ? wrong
        : now.Authenticity is null or { Result: Authenticity.NotConfirmed } ? new Problem("recognition/authenticity-open", "First it is established that the document is authentic.")
        : finding.Result == IssuerRight.NotAsked ? new Problem("recognition/no-result", "Choose what came out of it.")
        : finding.Result != IssuerRight.NotKnown && finding.Entries.Count + finding.Evidence.Count == 0
            ? new Problem("recognition/no-evidence", "Name the entry of the register or the document that shows it.")
        : CaseRefusals.NoDocument(now, finding.Evidence) is { } missing ? missing
        : finding.Entries.Any(e => register?.Entries.ContainsKey(e) != true) || (finding.Result != IssuerRight.NotKnown && !IsShown(now, finding, register))
            ? new Problem("recognition/register-alone", "The right is shown by entries of a linked institution in the register, or by evidence of the body's own.")
        : Found(now, new IssuerRightFound(at, by, finding with { Entries = [.. finding.Entries.Select(e => register!.Entries[e])] }));

    private static bool IsShown(RecognitionCase now, IssuerRightFinding finding, RegisterWords? register) =>
        CaseRefusals.IsOwn(now, finding.Evidence)
        || (finding.Entries.Count > 0
            && register?.Standing == (finding.Result == IssuerRight.Entitled ? Entitlement.Entitled : Entitlement.NotEntitled));

    // By the short way this leads to the decision, where nobody is waited for any more.
    private static Outcome<CaseEvent> Found(RecognitionCase now, IssuerRightFound found) =>
        now.OpenWaits.Any() && now.With(found).Stage == CaseStage.Decision ? CaseRefusals.StillWaiting : found;
}

/// <summary>
/// The body sets right what was written of the qualification: its institution in the register, its day, its level, subject and workload. The law
/// of the case is asked about it at once: where that leads elsewhere than its terms, nothing is decided until a person has put the case under it
/// (<see cref="RebaseCase"/>).
/// </summary>
public static class CorrectQualification
{
    /// <param name="law">The law that the terms of the case are of (<see cref="CaseTerms.LawOf"/>), asked about <paramref name="qualification"/>.</param>
    public static Outcome<CaseEvent> Of(
        RecognitionCase now, string by, Qualification qualification, RecognitionGuide law, string reason, DateOnly today, DateTimeOffset at) =>
        now.Unless(CaseStage.Intake, CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation) is { } wrong ? wrong
        : qualification.Wrong(today) is { } problem ? problem
        : qualification.Awarded < now.Holder.Born ? new Problem("recognition/award-before-birth", "The award lies before the birth of its holder.")
        : !Guides.IsOf(law, now with { Qualification = qualification }) ? Guides.OfAnother
        : CaseRefusals.Words(reason).TryGet(out var words, out problem)
            ? new QualificationCorrected(at, by, qualification, words, IsAsked(now, qualification) ? IsOther(law, now.Terms!) : now.IsLawOther)
            : problem;

    // Something that law or rankings are asked by is another now; the subject alone changes neither.
    private static bool IsAsked(RecognitionCase now, Qualification other) =>
        (other.Awarded, other.Level) != (now.Qualification.Awarded, now.Qualification.Level) || !other.Institutions.SequenceEqual(now.Qualification.Institutions);

    private static bool IsOther(RecognitionGuide law, CaseTerms terms) =>
        law.Basis.Route != terms.Route || !law.Basis.Applied.Select(t => t.Treaty.Id).SequenceEqual(terms.Treaties);
}
