using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a case before its decision maker, and how it ends. Out: the decision in the case, its certificate and its entry in the ledger, in
/// one transaction; then the checkpoint over it. A case that ends without a decision gets no certificate; whoever issues such documents is told
/// once no appeal can take it back (<see cref="ForgeryNotice"/>).
/// </summary>
public sealed class DecideRecognition(Installation home, DiplomaFlow flow, CaseDesk desk)
{
    /// <summary>Written in the transaction of the decision: the message to the applicant (<see cref="CaseMail"/>).</summary>
    public CaseDesk.With? With { get; init; }

    internal const string MakerRole = "decision-maker";

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
            DecideCase.Check(now, by.Id, draft, precedents, reason).TryGet(out var checkedOne, out var against)
                && desk.AppealUntil(now).TryGet(out var last, out against)
                    ? DecideCase.Event(by.Id, checkedOne, reason, last, certificate, null, at)
                    : against;

        if (await FindAsync(id, cancel) is not { } read
            || !DecideCase.Check(read, by.Id, draft, precedents, reason).TryGet(out var decision, out _)
            || decision.Outcome == RecognitionOutcome.NoDecision)
        {
            return await desk.ActAsync(by, role, id, version, (now, _) => Taken(now, null), cancel, With);
        }

        if (!desk.AppealUntil(read).TryGet(out var until, out var problem)
            || !(await FactsAsync(home, read, decision, by.Name, MakerRole, reason, desk.Today(), until, at, cancel)).TryGet(out var facts, out problem))
        {
            return problem;
        }

        RecognitionCase? decided = null;
        var issued = await new IssueRecognition(home, flow).RunAsync(
            facts, null,
            async (transaction, certificate) =>
            {
                var outcome = await desk.InAsync(
                    transaction, by, role, id, version, (_, now, _) => Task.FromResult(Taken(now.Case, certificate.Asset.ToString())), at, cancel, With);
                return outcome.TryGet(out decided, out var refused) ? null : refused;
            },
            cancel);
        if (issued.Problem is { } notIssued)
        {
            return notIssued;
        }

        await flow.PublishAsync(cancel: cancel);
        return decided!;
    }

    internal async Task<RecognitionCase?> FindAsync(string id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await desk.Cases.FindAsync(connection, id, cancel))?.Case;
    }

    /// <summary>What a decision prints and certifies, with the person who took it.</summary>
    internal static async Task<Outcome<RecognitionDecisionFacts>> FactsAsync(
        Installation home, RecognitionCase now, ProposedDecision decision, string name, string role, string reason, DateOnly today, DateOnly? until,
        DateTimeOffset at, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var body = (await PermitRegister.OrganisationsAsync(connection, cancel)).Find(o => o.Role == OrganisationRole.RecognitionBody);
        if (body is null)
        {
            return new Problem("recognition/no-body", "No recognition body with a key in force is registered here, or more than one.");
        }

        if (!new WorkingCalendar(home.Rules).DateOf(now.SubmittedAt ?? now.OpenedAt).TryGet(out var filed, out var problem)
            || !RecognitionGuide.For(home.Rules, now.Qualification.Ask(now.Purpose, now.HolderKind), filed).TryGet(out var law, out problem)
            || !HumanDecision.Make(
                name, role, at, [now.Number!, .. decision.Evidence.Select(e => e.Id)], reason, law.Appeal.Reference, until)
                .TryGet(out var human, out problem))
        {
            return problem;
        }

        return DecisionFacts.Of(now, decision, law, body.Name, human, today, until);
    }
}
