using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: confirmed orders about keys whose time has come. Out: the entries in the ledger, the new key in use, orders of change that
/// replace the fallen diplomas, everything published. Each step is one transaction; goes on after a kill, does nothing twice.
/// </summary>
public sealed class CarryOutKeyOrders(Installation home, DiplomaFlow flow)
{
    private readonly ReissueFallen reissue = new(home, flow);

    /// <summary>Gives how many orders came to their end. One that fails does not stop those behind it: it is thrown at the end.</summary>
    public async Task<int> RunAsync(CancellationToken cancel = default)
    {
        IReadOnlyList<KeyOrder> due;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            due = await home.KeyOrders.DueAsync(connection, home.Time.GetUtcNow(), cancel);
        }

        return await EachInTurn.RunAsync(due, order => RunAsync(order, cancel), cancel);
    }

    /// <summary>False while too few witnesses have cosigned: the next beat goes on from here.</summary>
    private async Task<bool> RunAsync(KeyOrder order, CancellationToken cancel)
    {
        if (order.State == KeyOrderState.Approved)
        {
            CrashPoint.Reach("before-key-act");
            if (!(await ActAsync(order, cancel)).TryGet(out var executed, out var problem))
            {
                throw new InvalidOperationException($"A confirmed order about a key was refused: {problem.Code}.");
            }

            order = executed;
            CrashPoint.Reach("after-key-act");
        }

        if (order.Reissued is null)
        {
            await reissue.RunAsync(order, cancel);
            CrashPoint.Reach("after-key-reissue");
        }

        await flow.PublishAsync(allStatusLists: true, cancel);
        CrashPoint.Reach("after-key-publication");
        if (await home.Log.QuorumProblemAsync(cancel) is not null)
        {
            return false;
        }

        await TrustBundles.WriteAsync(home, cancel);
        return await home.Database.WriteAsync(t => home.KeyOrders.FinishAsync(t, order.Id, home.Time.GetUtcNow(), cancel), cancel);
    }

    /// <summary>
    /// The entries of the act and the state of the order in one transaction of the ledger: from then on the new key signs, and the old
    /// one nothing.
    /// </summary>
    private async Task<Outcome<KeyOrder>> ActAsync(KeyOrder order, CancellationToken cancel)
    {
        if (order.Act == KeyAct.Reissue)
        {
            return await home.Database.WriteAsync(async t => await EndAsync(t, order, null, cancel), cancel);
        }

        if (order.Act == KeyAct.Decisions)
        {
            return await ConfirmDecisionsAsync(order, cancel);
        }

        // Made before the transaction: a vault is not taken back with it. After a kill the key of that number is found again.
        SigningKey? next = null;
        if (order.Act != KeyAct.Retire)
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            var keys = await PermitRegister.KeysAsync(connection, order.Institution, cancel);
            if (keys.Any(k => k.Kid == order.Kid && k.Ended is null))
            {
                next = home.NewKeyOf(order.Institution, keys.Max(k => k.Number) + 1);
            }
        }

        return await flow.WithLedgerAsync<KeyOrder>(
            async (t, append) =>
            {
                // Whoever withdraws it at this moment is before or behind all of this.
                await Database.LockAsync(t, "issuance", cancel);
                if (await home.KeyOrders.FindAsync(t, order.Id, cancel) is not { State: KeyOrderState.Approved } now)
                {
                    // Another process did it between the reading and the lock.
                    return (await home.KeyOrders.FindAsync(t, order.Id, cancel))!;
                }

                var at = home.Time.GetUtcNow();
                var entries = new List<LedgerEntry>();
                if (next is not null)
                {
                    var registered = await RegisterKey.RunAsync(
                        t, new(order.Institution, next.KeyId, next.Signer.ToPublicKey().Multibase, at), cancel);
                    if (!registered.TryGet(out var entry, out var refused))
                    {
                        return refused;
                    }

                    entries.Add(entry);
                }

                var isCompromise = order.Act == KeyAct.Compromise;
                long? size = isCompromise ? await LogReader.ShownBeforeAsync(t, order.Since, cancel) : null;
                var ended = await EndKey.RunAsync(t, new(order.Kid, isCompromise, isCompromise ? order.Since : at, at, size), cancel);
                if (!ended.TryGet(out var end, out var problem))
                {
                    return problem;
                }

                entries.Add(end);
                var first = await append([.. entries.Select(e => e.Bytes)]);
                for (var i = 0; i < entries.Count; i++)
                {
                    await AuthorityEntries.SetIndexAsync(t, entries[i], first + i, cancel);
                }

                return await EndAsync(t, now, next?.KeyId, cancel);
            },
            cancel);
    }

    /// <summary>Each chosen decision signed with the key in force, and said in the ledger. One that was closed meanwhile stays closed.</summary>
    private async Task<Outcome<KeyOrder>> ConfirmDecisionsAsync(KeyOrder order, CancellationToken cancel)
    {
        var signed = new List<(string Id, string Signature)>();
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            var key = await home.SigningKeyAsync(connection, order.Institution, cancel);
            foreach (var id in ProposeKeyOrder.ReadDecisions(order.Decisions))
            {
                if (await IssueDecisions.FindAsync(connection, id, cancel) is { } decision)
                {
                    signed.Add((id, DecisionSignature.Sign(key.Signer, key.KeyId, decision.Bytes.Span)));
                }
            }
        }

        return await flow.WithLedgerAsync<KeyOrder>(
            async (t, append) =>
            {
                await Database.LockAsync(t, "issuance", cancel);
                if (await home.KeyOrders.FindAsync(t, order.Id, cancel) is not { State: KeyOrderState.Approved } now)
                {
                    return (await home.KeyOrders.FindAsync(t, order.Id, cancel))!;
                }

                var at = home.Time.GetUtcNow();
                foreach (var (id, signature) in signed)
                {
                    var confirmed = await new ConfirmDecision(DiplomaFlow.VerifySignature).RunAsync(t, id, signature, at, cancel);
                    if (confirmed.TryGet(out var entry, out var problem))
                    {
                        await AuthorityEntries.SetIndexAsync(t, entry, await append([entry.Bytes]), cancel);
                    }
                    else if (problem.Code is not ("permits/decision-closed" or "permits/decision-stands"))
                    {
                        return problem;
                    }
                }

                return await EndAsync(t, now, null, cancel);
            },
            cancel);
    }

    private async Task<KeyOrder> EndAsync(DbTransaction transaction, KeyOrder order, string? newKid, CancellationToken cancel)
    {
        var reach = await ProposeKeyOrder.ReachAsync(transaction, order, cancel);
        var executed = await home.KeyOrders.ExecutedAsync(transaction, order.Id, newKid, reach, cancel);
        if (executed is not null)
        {
            await AuditTrail.AppendAsync(
                transaction, home.Time.GetUtcNow(), DecideKeyOrder.Event("keys/carried-out", ReissueFallen.For(order.Origin), null, order), cancel);
            CrashPoint.Reach("in-key-act");
        }

        return executed ?? (await home.KeyOrders.FindAsync(transaction, order.Id, cancel))!;
    }
}
