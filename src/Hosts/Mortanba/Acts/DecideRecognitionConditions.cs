using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a case whose conditions lie before its decision maker, and whether they are fulfilled. Out: fulfilled, a full decision with a
/// certificate of its own, and the conditional one superseded by it, in one transaction with the event; not fulfilled, an event with a new
/// term of appeal: the certificate stays until that is over (<see cref="Beats.CaseEnding"/>).
/// </summary>
public sealed class DecideRecognitionConditions(Installation home, DiplomaFlow flow, CaseDesk desk)
{
    /// <summary>Written in the transaction of the decision: the message to the applicant (<see cref="CaseMail"/>).</summary>
    public CaseDesk.With? With { get; init; }

    /// <param name="version">The version that was read.</param>
    /// <param name="reason">In words, for the applicant.</param>
    /// <returns>The case, or the refusals of <see cref="DecideConditions"/>, <see cref="CaseDesk"/> and <see cref="IssueRecognition"/>.</returns>
    public async Task<Outcome<RecognitionCase>> RunAsync(
        Actor by, Role? role, string id, int version, bool isFulfilled, string reason, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        Outcome<CaseEvent> Decided(RecognitionCase now, string? certificate) =>
            DecideConditions.Check(now, by.Id, isFulfilled, reason).TryGet(out var full, out var against)
                && desk.AppealUntil(now).TryGet(out var until, out against)
                    ? DecideConditions.Event(now, by.Id, full, reason, until, certificate, at)
                    : against;

        var certify = new CertifyDecision(home, flow, desk) { With = With, ReplacedFor = IssueRecognition.ConditionFulfilled };
        if (await certify.FindAsync(id, cancel) is not { } read
            || !DecideConditions.Check(read, by.Id, isFulfilled, reason).TryGet(out var decision, out _)
            || decision is null)
        {
            return await desk.ActAsync(by, role, id, version, (now, _) => Decided(now, null), cancel, With);
        }

        return await certify.RunAsync(
            new DecidingPerson(by, role, CertifyDecision.MakerCapacity), read, version,
            new DecisionTaken(decision, reason.Trim(), at, null, null, null, read.Decision!.Validity), Decided, cancel);
    }
}
