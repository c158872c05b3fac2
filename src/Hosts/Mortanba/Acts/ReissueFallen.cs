using System.Data.Common;
using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: an order about a compromised key, carried out in the ledger. Out: orders of change that replace its fallen diplomas by the same
/// content under new numbers, proposed and approved by the two people of the order, in one transaction with its count. They count
/// towards the quota as any do; what goes beyond it waits, proposed, for an approver of another day.
/// </summary>
public sealed class ReissueFallen(Installation home, DiplomaFlow flow)
{
    private const string Reason = "key-compromised";

    private const string NumberTaken = "issuance/new-number-taken";

    // Another order changes the diploma, it is in force no more, or its holder has another one of this award already: somebody has it.
    private static readonly string[] Elsewhere = ["issuance/change-open", "issuance/state-not-allowed", "issuance/award-exists"];

    // As many as one order of change takes.
    private const int OrderMax = 20_000;

    public async Task RunAsync(KeyOrder order, CancellationToken cancel)
    {
        if (!flow.Reasons().TryGet(out var reasons, out var problem))
        {
            throw new InvalidOperationException($"No reason codes are in force: {problem.Code}.");
        }

        var fallen = order is { Numbers: not null, Act: KeyAct.Compromise or KeyAct.Reissue } ? await FallenAsync(order, cancel) : [];
        var numbersTaken = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var changes = await ChangesAsync(order, fallen, numbersTaken, cancel);
            var done = await home.Database.DecideAsync(t => StoreAsync(t, order, changes, reasons, cancel), cancel);
            if (done.IsDone)
            {
                return;
            }

            if (done.Problem is not ChangesRefused refused
                || refused.Rows.FirstOrDefault(r => !Elsewhere.Contains(r.Problem.Code) && r.Problem.Code != NumberTaken).Problem is not null)
            {
                throw new InvalidOperationException($"The fallen diplomas cannot be replaced: {done.Problem!.Code}.");
            }

            // A number that another diploma took meanwhile is passed over: its row comes again with the next one.
            numbersTaken.UnionWith(refused.Rows.Where(r => r.Problem.Code == NumberTaken).Select(r => changes[r.Row - 1].Corrected!.FullNumber));
            var left = refused.Rows.Where(r => r.Problem.Code != NumberTaken).Select(r => changes[r.Row - 1].Asset).ToHashSet();
            fallen = [.. fallen.Where(c => !left.Contains(c.Asset))];
        }
    }

    /// <summary>
    /// The service, for the order: both people stand in the rows of the record about the order itself, as whoever they acted as. At the
    /// machine they are names that were typed, and no account did anything.
    /// </summary>
    internal static Actor For(string origin) => new(ActorKind.Service, origin, "", []);

    private async Task<IReadOnlyList<CredentialSummary>> FallenAsync(KeyOrder order, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await AuthorityEntries.KeySpanAsync(connection, order.Institution, order.Kid, cancel) is not { } span)
        {
            return [];
        }

        var loss = await ProposeKeyOrder.LossAsync(connection, span, order.Since, cancel);
        var fallen = await new SignedByKey(home.Credentials).InForceAsync(connection, order.Institution, span, loss, cancel);
        var blocked = await DataBlocks.AmongAsync(connection, [.. fallen.Select(c => c.Asset)], cancel);
        return [.. fallen.Where(c => !blocked.Contains(c.Asset))];
    }

    /// <summary>The same diplomas under the next numbers of their series that no diploma has.</summary>
    private async Task<IReadOnlyList<ProposedChange>> ChangesAsync(
        KeyOrder order, IReadOnlyList<CredentialSummary> fallen, HashSet<string> numbersTaken, CancellationToken cancel)
    {
        var firsts = ProposeKeyOrder.ReadNumbers(order.Numbers).Value;
        var changes = new List<ProposedChange>(fallen.Count);
        await using var connection = await home.Database.ConnectAsync(cancel);
        foreach (var series in fallen.GroupBy(c => c.Series, StringComparer.Ordinal).Where(g => firsts.ContainsKey(g.Key)))
        {
            var taken = (await DiplomaRegister.NumbersFromAsync(
                connection, order.Institution, series.Key, firsts[series.Key], cancel)).ToHashSet(StringComparer.Ordinal);
            var (next, width) = (long.Parse(firsts[series.Key], CultureInfo.InvariantCulture), firsts[series.Key].Length);
            foreach (var credential in series)
            {
                if (await home.Credentials.LoadAsync(connection, credential.Asset, cancel) is not { } old)
                {
                    continue;
                }

                string number;
                do
                {
                    number = next++.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
                }
                while (taken.Contains(number) || numbersTaken.Contains((old.Record.Content with { Number = number }).FullNumber));
                changes.Add(new ProposedChange(credential.Asset, old.Record.Content with { Number = number }));
            }
        }

        return changes;
    }

    private async Task<Outcome<int>> StoreAsync(
        DbTransaction transaction, KeyOrder order, IReadOnlyList<ProposedChange> changes, ReasonCodes reasons, CancellationToken cancel)
    {
        if (!await home.KeyOrders.ReissuedAsync(transaction, order.Id, changes.Count, cancel))
        {
            return 0;
        }

        var at = home.Time.GetUtcNow();
        var quota = flow.Quota(at);
        var row = 0;
        foreach (var part in changes.Chunk(Math.Min(quota.PerList, OrderMax)))
        {
            var proposal = new ChangeProposal(
                Guid.CreateVersion7(at).ToString(), order.Institution, StateAct.Supersede, Reason, order.Basis, order.ProposedBy, at,
                order.Origin, part);
            var proposed = await home.ChangeOrders.ProposeAsync(transaction, proposal, reasons, cancel);
            if (!proposed.TryGet(out var change, out var refused))
            {
                return refused is ChangesRefused rows ? new ChangesRefused([.. rows.Rows.Select(r => (r.Row + row, r.Problem))]) : refused;
            }

            row += part.Length;
            await RecordAsync("changes/proposed", change);
            var approved = await home.ChangeOrders.ApproveAsync(
                transaction, order.Institution, change.Id, change.Version, order.DecidedBy!, order.DecidedAs!, at, quota, cancel);
            if (approved.IsDone)
            {
                await RecordAsync("changes/approved", change);
            }
        }

        CrashPoint.Reach("in-key-reissue");
        return changes.Count;

        Task RecordAsync(string what, ChangeOrder change) => AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, what, For(order.Origin), new TrailSubject("change", change.Id), null, change.Institution,
                Facts: [.. ProposeChange.Facts(change)]),
            cancel);
    }
}
