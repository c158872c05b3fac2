using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a case before its decision maker, and how it ends. Out: the decision in the case and its certificate (<see cref="CertifyDecision"/>).
/// A case that ends without a decision gets no certificate, and one of a decision before it ends (<see cref="EndCertificate"/>); whoever issues such documents is told once no appeal can take it back
/// (<see cref="ForgeryNotice"/>).
/// </summary>
public sealed class DecideRecognition(Installation home, DiplomaFlow flow, CaseDesk desk)
{
    /// <summary>Written in the transaction of the decision: the message to the applicant (<see cref="CaseMail"/>).</summary>
    public CaseDesk.With? With { get; init; }

    /// <param name="version">The version that was read.</param>
    /// <param name="draft">Null takes the proposal as it is.</param>
    /// <param name="reason">In words, for the applicant.</param>
    /// <returns>The case, or the refusals of <see cref="DecideCase"/>, <see cref="CaseDesk"/> and <see cref="IssueRecognition"/>.</returns>
    public async Task<Outcome<RecognitionCase>> RunAsync(
        Actor by, Role? role, string id, int version, DecisionDraft? draft, IReadOnlyList<Precedent> precedents, string reason,
        CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        Outcome<CaseEvent> Taken(RecognitionCase now, string? certificate) =>
            DecideCase.Check(now, by.Id, draft, precedents, reason, desk.Today()).TryGet(out var checkedOne, out var against)
                && desk.AppealUntil(now).TryGet(out var last, out against)
                // A letter without a certificate is made from the case and its law whenever it is taken: without that law nobody could have it.
                && (certificate is not null || CaseGuide.Own(home.Rules, now).TryGet(out _, out against))
                    ? DecideCase.Event(
                        by.Id, checkedOne, reason, last, certificate, null, at, Validity.Of(now, checkedOne.Outcome, desk.Today()))
                    : against;

        var certify = new CertifyDecision(home, flow, desk) { With = With };
        if (await certify.FindAsync(id, cancel) is not { } read
            || !DecideCase.Check(read, by.Id, draft, precedents, reason, desk.Today()).TryGet(out var decision, out _)
            || decision.Outcome == RecognitionOutcome.NoDecision)
        {
            return await new EndCertificate(home, flow, desk) { With = With }.RunAsync(
                by, role, id, version, EndCertificate.NotAuthentic, (now, _) => Taken(now, null), cancel);
        }

        return desk.AppealUntil(read).TryGet(out var until, out var problem)
            ? await certify.RunAsync(
                new DecidingPerson(by, role, CertifyDecision.MakerCapacity), read, version,
                new DecisionTaken(decision, reason.Trim(), at, until, null, null, Validity.Of(read, decision.Outcome, desk.Today())), Taken, cancel)
            : problem;
    }
}
