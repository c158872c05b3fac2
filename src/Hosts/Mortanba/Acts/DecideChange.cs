using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// The second person's act on an order: approve, or send back with a note; and taking it back. Which version was seen is said:
/// of two decisions at once one counts.
/// </summary>
public sealed class DecideChange(Installation home)
{
    /// <param name="office">In which office, for example <c>rector</c>; stands with the decision of each diploma.</param>
    public Task<Outcome<ChangeOrder>> ApproveAsync(
        Actor by, Role? role, Bin institution, string id, int version, string office, CancellationToken cancel = default) =>
        RunAsync(
            by, role, "changes/approved",
            async (t, at) =>
                await CorrectedList.SamePersonAsync(home, t, institution, id, by.Id, office, at, cancel) is { } same ? same
                : await BlockedAsync(t, institution, id, cancel) is { } blocked ? blocked
                : await home.ChangeOrders.ApproveAsync(
                    t, institution, id, version, by.Id, office, at, new DiplomaFlow(home).Quota(at), cancel),
            cancel);

    public Task<Outcome<ChangeOrder>> ReturnAsync(
        Actor by, Role? role, Bin institution, string id, int version, string office, string note, CancellationToken cancel = default) =>
        RunAsync(
            by, role, "changes/returned",
            async (t, at) => await CorrectedList.SamePersonAsync(home, t, institution, id, by.Id, office, at, cancel) is { } same
                ? same
                : await home.ChangeOrders.ReturnAsync(t, institution, id, version, by.Id, office, note, at, cancel),
            cancel);

    public Task<Outcome<ChangeOrder>> WithdrawAsync(
        Actor by, Role? role, Bin institution, string id, int version, CancellationToken cancel = default) =>
        RunAsync(by, role, "changes/withdrawn", (t, _) => home.ChangeOrders.WithdrawAsync(t, institution, id, version, cancel), cancel);

    /// <summary>Of an order that replaces a diploma whose data were blocked since it was proposed.</summary>
    private async Task<Problem?> BlockedAsync(DbTransaction transaction, Bin institution, string id, CancellationToken cancel) =>
        await home.ChangeOrders.FindAsync(transaction, institution, id, cancel) is { Act: StateAct.Supersede } order
        && await UnblockedData.RefusalAsync(
            transaction, order.Act, await ChangeRows.AssetsAsync(transaction, id, cancel), cancel) is not null
            ? new Problem("changes/data-blocked", "The personal data of a diploma of this order are blocked.")
            : null;

    private Task<Outcome<ChangeOrder>> RunAsync(
        Actor by, Role? role, string what, Func<DbTransaction, DateTimeOffset, Task<Outcome<ChangeOrder>>> act, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.DecideAsync(
            async t =>
            {
                var outcome = await act(t, at);
                if (outcome.TryGet(out var order, out _))
                {
                    await CorrectedList.FollowAsync(home, t, order, by.Id, at, cancel);
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, what, by, new TrailSubject("change", order.Id), role, order.Institution,
                            Facts: [.. ProposeChange.Facts(order)]),
                        cancel);
                    CrashPoint.Reach("in-change-decision");
                }

                return outcome;
            },
            cancel);
    }
}
