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

    private const string ReviewerRole = "appeal-reviewer";

    /// <param name="draft">The other decision; null unless it is changed.</param>
    /// <param name="findings">The reviewer's comparison behind it.</param>
    /// <returns>The case, or the refusals of <see cref="DecideAppeal"/>, <see cref="CaseDesk"/> and <see cref="IssueRecognition"/>.</returns>
    public async Task<Outcome<RecognitionCase>> RunAsync(
        Actor by, Role? role, string id, int version, AppealOutcome outcome, string reason, DecisionDraft? draft,
        IReadOnlyList<ElementFinding> findings, IReadOnlyList<Precedent> precedents, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        Outcome<CaseEvent> Decided(RecognitionCase now, string? certificate) =>
            DecideAppeal.Check(now, by.Id, outcome, reason, draft, findings, precedents).TryGet(out var changed, out var against)
                ? DecideAppeal.Event(
                    by.Id, outcome, reason, changed is null ? null : new DecisionTaken(changed, reason.Trim(), at, null, certificate, null), at)
                : against;

        var decide = new DecideRecognition(home, flow, desk);
        if (await decide.FindAsync(id, cancel) is not { } read
            || !DecideAppeal.Check(read, by.Id, outcome, reason, draft, findings, precedents).TryGet(out var decision, out _)
            || decision is null or { Outcome: RecognitionOutcome.NoDecision })
        {
            return await desk.ActAsync(by, role, id, version, (now, _) => Decided(now, null), cancel, new ForgeryNotice(home).Before(With));
        }

        var made = await DecideRecognition.FactsAsync(home, read, decision, by.Name, ReviewerRole, reason, desk.Today(), null, at, cancel);
        if (!made.TryGet(out var facts, out var problem))
        {
            return problem;
        }

        RecognitionCase? decided = null;
        var issued = await new IssueRecognition(home, flow).RunAsync(
            facts, AssetId.TryParse(read.Decision!.Certificate, out var old) ? old : null,
            async (transaction, certificate) =>
            {
                var acted = await desk.InAsync(
                    transaction, by, role, id, version, (_, now, _) => Task.FromResult(Decided(now.Case, certificate.Asset.ToString())), at, cancel, With);
                return acted.TryGet(out decided, out var refused) ? null : refused;
            },
            cancel);
        if (issued.Problem is { } notIssued)
        {
            return notIssued;
        }

        // The list of the old certificate says so at once, and with it every other: it does not show which one changed.
        await flow.PublishAsync(allStatusLists: true, cancel);
        return decided!;
    }
}
