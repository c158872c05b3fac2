using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: an appeal before its reviewer, and how it ends. Out: upheld or returned, an event of the case; changed, the new decision with a
/// certificate of its own, and the old certificate superseded by it, in one transaction with the event.
/// </summary>
public sealed class DecideRecognitionAppeal(Installation home, DiplomaFlow flow, CaseDesk desk)
{
    /// <summary>Written in the transaction of the decision: the message to the applicant (<see cref="CaseMail"/>).</summary>
    public CaseDesk.With? With { get; init; }

    /// <param name="draft">The other decision; null unless it is changed.</param>
    /// <param name="findings">The reviewer's comparison behind it.</param>
    /// <returns>The case, or the refusals of <see cref="DecideAppeal"/>, <see cref="CaseDesk"/> and <see cref="IssueRecognition"/>.</returns>
    public async Task<Outcome<RecognitionCase>> RunAsync(
        Actor by, Role? role, string id, int version, AppealOutcome outcome, string reason, DecisionDraft? draft,
        IReadOnlyList<ElementFinding> findings, IReadOnlyList<Precedent> precedents, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        DecisionTaken Changed(RecognitionCase now, ProposedDecision decision, string? certificate) => new(
            decision, reason.Trim(), at, null, certificate, null, Validity.Of(now, decision.Outcome, desk.Today()));
        Outcome<CaseEvent> Decided(RecognitionCase now, string? certificate) =>
            DecideAppeal.Check(now, by.Id, outcome, reason, draft, findings, precedents, desk.Today()).TryGet(out var changed, out var against)
                ? DecideAppeal.Event(by.Id, outcome, reason, changed is null ? null : Changed(now, changed, certificate), at)
                : against;

        var certify = new CertifyDecision(home, flow, desk) { With = With };
        if (await certify.FindAsync(id, cancel) is not { } read
            || !DecideAppeal.Check(read, by.Id, outcome, reason, draft, findings, precedents, desk.Today()).TryGet(out var decision, out _)
            || decision is null or { Outcome: RecognitionOutcome.NoDecision })
        {
            var with = new ForgeryNotice(home).Before(With);
            return outcome == AppealOutcome.Change
                ? await new EndCertificate(home, flow, desk) { With = with }.RunAsync(
                    by, role, id, version, EndCertificate.NotAuthentic, (now, _) => Decided(now, null), cancel)
                : await desk.ActAsync(by, role, id, version, (now, _) => Decided(now, null), cancel, with);
        }

        return await certify.RunAsync(
            new DecidingPerson(by, role, CertifyDecision.ReviewerCapacity), read, version, Changed(read, decision, null), Decided, cancel);
    }
}
