using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>The second person's act on an order about a key: confirm it; and ending it, by either of them, a suspicion by whoever raised it alone.</summary>
public sealed class DecideKeyOrder(Installation home)
{
    /// <param name="version">The one that was seen: of two decisions at once one counts.</param>
    /// <param name="office">In which office, for example <c>rector</c>.</param>
    public Task<Outcome<KeyOrder>> ConfirmAsync(
        Actor by, Role? role, Bin institution, string id, int version, string office, CancellationToken cancel = default) =>
        RunAsync(
            by, role, "keys/confirmed",
            (t, at) => home.KeyOrders.ApproveAsync(t, institution, id, version, by.Id, office, at, cancel), cancel);

    public Task<Outcome<KeyOrder>> WithdrawAsync(
        Actor by, Role? role, Bin institution, string id, int version, CancellationToken cancel = default) =>
        RunAsync(
            by, role, "keys/withdrawn", (t, at) => home.KeyOrders.WithdrawAsync(t, institution, id, version, by.Id, at, cancel), cancel);

    internal static TrailEvent Event(string what, Actor by, Role? role, KeyOrder order) => new(
        TrailAct.Change, what, by, new TrailSubject("key-order", order.Id), role, order.Institution,
        Facts: [("act", $"{order.Act}".ToLowerInvariant()), ("key", order.Kid[(order.Kid.IndexOf('#', StringComparison.Ordinal) + 1)..])]);

    private Task<Outcome<KeyOrder>> RunAsync(
        Actor by, Role? role, string what, Func<DbTransaction, DateTimeOffset, Task<Outcome<KeyOrder>>> act, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.DecideAsync(
            async t =>
            {
                var outcome = await act(t, at);
                if (outcome.TryGet(out var order, out _))
                {
                    await AuditTrail.AppendAsync(t, at, Event(what, by, role, order), cancel);
                    CrashPoint.Reach("in-key-decision");
                }

                return outcome;
            },
            cancel);
    }
}
