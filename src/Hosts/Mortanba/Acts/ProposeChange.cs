using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: an act on one diploma or many, with its reason. Out: an order that waits for a second person, or all that is wrong with
/// it. Nothing changes yet.
/// </summary>
public sealed class ProposeChange(Installation home, DiplomaFlow flow)
{
    /// <param name="version">Null for a new order; for one that was returned, the version that was seen.</param>
    public Task<Outcome<ChangeOrder>> RunAsync(
        Actor by, Role? role, ChangeProposal proposal, int? version, CancellationToken cancel = default) =>
        RunAsync(by, role, proposal, version, null, cancel);

    /// <inheritdoc cref="RunAsync(Actor, Role?, ChangeProposal, int?, CancellationToken)"/>
    /// <param name="list">The corrected list it was made of, as it was read; locked with the proposal.</param>
    public async Task<Outcome<ChangeOrder>> RunAsync(
        Actor by, Role? role, ChangeProposal proposal, int? version, Draft? list, CancellationToken cancel = default)
    {
        if (!flow.Reasons().TryGet(out var reasons, out var problem))
        {
            return problem;
        }

        return await home.Database.DecideAsync<ChangeOrder>(
            async t =>
            {
                var known = await home.ChangeOrders.FindAsync(t, proposal.Institution, proposal.Id, cancel);
                var isNew = version is null && known is null;
                if (await OriginRefusalAsync(t, known, proposal, list, cancel) is { } elsewhere)
                {
                    return elsewhere;
                }

                if (await UnblockedData.RefusalAsync(t, proposal.Act, [.. proposal.Changes.Select(c => c.Asset)], cancel) is { } blocked)
                {
                    return blocked;
                }

                var outcome = version is { } seen
                    ? await home.ChangeOrders.ReviseAsync(t, seen, proposal, reasons, cancel)
                    : await home.ChangeOrders.ProposeAsync(t, proposal, reasons, cancel);
                if (outcome.TryGet(out var order, out _) && (isNew || version is not null))
                {
                    if (list is not null
                        && (await home.Drafts.SubmitAsync(t, list.Id, list.Version, by.Id, proposal.At, cancel)).Problem is { } changed)
                    {
                        return changed;
                    }

                    await AuditTrail.AppendAsync(
                        t, proposal.At,
                        new TrailEvent(
                            TrailAct.Change, version is null ? "changes/proposed" : "changes/revised", by,
                            new TrailSubject("change", order.Id), role, order.Institution,
                            Facts: [.. Facts(order)]),
                        cancel);
                    CrashPoint.Reach("in-change-proposal");
                }

                return outcome;
            },
            cancel);
    }

    /// <summary>
    /// What came from a list is proposed anew from that list alone, so that whoever made the list does not decide on it
    /// (requirement X-13); and an order answers only a request that waits, about its own diploma.
    /// </summary>
    private async Task<Problem?> OriginRefusalAsync(
        DbTransaction transaction, ChangeOrder? known, ChangeProposal proposal, Draft? list, CancellationToken cancel)
    {
        if ((known is null ? null : CorrectedList.IdOf(known)) is { } made && made != list?.Id)
        {
            return new Problem("changes/made-of-a-list", "This order was made of a corrected list and is proposed anew from that list.");
        }

        return proposal.Origin?.Split(':', 2) is not ["request", var id]
            || (await new HolderRequests(home.Vault).FindAsync(transaction, id, cancel) is { Kind: RequestKind.Correct, State: RequestState.Open } asked
                && asked.Institution == proposal.Institution
                && proposal.Changes is [var only] && only.Asset == asked.Credential)
            ? null
            : new Problem("me/no-request", "There is no such request.");
    }

    internal static IEnumerable<(string Name, string Value)> Facts(ChangeOrder order) =>
        [("act", $"{order.Act}".ToLowerInvariant()), ("reason", order.ReasonCode), ("count", $"{order.RowCount}")];
}
