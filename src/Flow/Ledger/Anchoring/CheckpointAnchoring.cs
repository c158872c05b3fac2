using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Anchoring;

/// <summary>What one step of <see cref="CheckpointAnchoring"/> came to.</summary>
public enum AnchorStep
{
    /// <summary>Everything that is worth it is anchored.</summary>
    Nothing,

    /// <summary>A transaction was sent.</summary>
    Sent,

    /// <summary>The anchor is on its way, or has not the confirmations it needs.</summary>
    Waiting,

    /// <summary>The anchor stands, and the ledger says so.</summary>
    Anchored,
}

/// <summary>
/// Brings the newest signed checkpoint to the chain and, once it stands there, appends <c>checkpoint.anchored</c>. In: nothing;
/// it looks at ledger and chain. Out: one step; call it again and again.
/// </summary>
/// <remarks>
/// Nothing that matters is remembered between two steps: what is on the chain is asked anew, by size and root, and the
/// contract takes the same checkpoint twice without complaint. So a crash, a lost transaction, a chain that was away or
/// that took blocks back all end the same way: the next step finds the checkpoint missing and sends it. Not for concurrent use in one
/// process; two processes cost a superfluous transaction at worst.
/// </remarks>
public sealed class CheckpointAnchoring(
    Database database, LogWriter log, LogReader reader, HttpClient http, ChainOptions options, TimeProvider time)
{
    private readonly Chain chain = new(http, options);
    private readonly byte[] logId = SHA256.HashData(Encoding.UTF8.GetBytes(log.Key.Name));
    private (string Note, DateTimeOffset At)? pending;
    private bool isLost;

    public async Task<Outcome<AnchorStep>> StepAsync(CancellationToken cancel = default)
    {
        // What is under way goes first as long as it may still arrive: a later checkpoint sent behind it would be proved
        // from a size that is about to be overtaken.
        if ((IsOnItsWay() ? pending?.Note : await reader.CheckpointAsync(cancel)) is not { } note
            || CheckpointOf(note) is not { Size: > 0 } checkpoint)
        {
            return AnchorStep.Nothing;
        }

        if (!(await chain.LookAsync(logId, checkpoint.Size, cancel)).TryGet(out var view, out var problem))
        {
            return problem;
        }

        // Read after the chain was: what another process published and anchored meanwhile is in it.
        var newest = CheckpointOf((await reader.CheckpointAsync(cancel))!);
        if (Contradiction(checkpoint, newest, view) is { } contradiction)
        {
            return contradiction;
        }

        var last = await LastAsync(cancel);
        if (last is not null && last.Genesis == view.Genesis && last.Contract.Equals(options.Contract))
        {
            // The chain took it back: what the ledger says of its place is no longer so, and is said anew.
            isLost |= view.Size < last.Size;
            if (!isLost && view.Size == last.Size && IsAllOf(last, checkpoint.Size))
            {
                return AnchorStep.Nothing;
            }
        }

        if (view.Confirmed == checkpoint.Root)
        {
            (pending, isLost) = (null, false);
            return await RecordAsync(checkpoint, view.Genesis, cancel);
        }

        if (view.Size > checkpoint.Size)
        {
            // Another process was faster with a later one.
            pending = null;
            return AnchorStep.Waiting;
        }

        return view.Root is not null || IsOnItsWay()
            ? AnchorStep.Waiting
            : await SendAsync(note, checkpoint, view.Size, cancel);
    }

    /// <summary>Nothing came since that anchor but its own entry, which is not worth another.</summary>
    private static bool IsAllOf(AnchorRow last, long size) =>
        size == last.Size || (last.Index == last.Size && size == last.Size + 1);

    private static Problem? Contradiction(Checkpoint checkpoint, Checkpoint newest, AgreedView view)
    {
        if ((view.Root ?? view.Confirmed) is { } root && root != checkpoint.Root)
        {
            return new Problem(
                "chain/fork",
                $"Another root is anchored for {checkpoint.Size} entries: the log has two histories.",
                ("size", Text(checkpoint.Size)));
        }

        // Only an older copy of the database knows fewer entries than it once anchored.
        return view.Size > newest.Size
            ? new Problem(
                "chain/is-ahead",
                $"The chain has a checkpoint over {view.Size} entries, the log only one over {newest.Size}: it is an older copy.",
                ("anchored", Text(view.Size)), ("size", Text(newest.Size)))
            : null;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private Checkpoint CheckpointOf(string note) => Checkpoint.Open(note, log.Key, log.Key.Name).Value;

    private bool IsOnItsWay() => pending is { } sent && time.GetUtcNow() - sent.At < options.ResendAfter;

    private async Task<Outcome<AnchorStep>> SendAsync(
        string note, Checkpoint checkpoint, long anchored, CancellationToken cancel)
    {
        var proof = anchored == 0
            ? []
            : await reader.Prover(checkpoint.Size).ConsistencyProofAsync(anchored, cancel);
        var call = ContractCode.CheckpointAnchor.Call("anchor(bytes32,uint64,bytes32,bytes32,bytes32[])")
            .Bytes32(logId)
            .Number(checkpoint.Size)
            .Bytes32(checkpoint.Root.Bytes)
            .Bytes32(SHA256.HashData(Encoding.UTF8.GetBytes(note)))
            .Hashes(proof);
        return (await chain.SendAsync(ContractCode.CheckpointAnchor, options.Contract, call, cancel)).Then<AnchorStep>(_ =>
        {
            pending = (note, time.GetUtcNow());
            return AnchorStep.Sent;
        });
    }

    private async Task<Outcome<AnchorStep>> RecordAsync(Checkpoint checkpoint, string genesis, CancellationToken cancel)
    {
        var place = await chain.PlaceAsync(logId, checkpoint.Size, cancel);
        var at = time.GetUtcNow();
        return await log.RunAsync<Outcome<AnchorStep>>(
            async open =>
            {
                // Another process may have told it meanwhile; the log's lock is held here.
                var last = await AnchorStore.LastAsync(open.Transaction, cancel);
                if (last is not null && last.Size == checkpoint.Size && last.Genesis == genesis && last.Place == place
                    && last.Contract.Equals(options.Contract))
                {
                    return AnchorStep.Nothing;
                }

                var index = await open.AppendAsync(EntryOf(checkpoint, genesis, place, at).Bytes, cancel);
                await AnchorStore.AddAsync(
                    open.Transaction,
                    new AnchorRow(index, checkpoint.Size, checkpoint.Root, options.ChainId, options.Contract, genesis, place, at),
                    cancel);
                return AnchorStep.Anchored;
            },
            cancel);
    }

    private LedgerEntry EntryOf(Checkpoint checkpoint, string genesis, AnchorPlace? place, DateTimeOffset at) => LedgerEntry.Create(
        LedgerEntryTypes.CheckpointAnchored, at,
        ("size", JsonValue.Create(checkpoint.Size)),
        ("root", checkpoint.Root.ToBase64()),
        ("chain", "eip155:" + Text(options.ChainId)),
        ("genesis", genesis),
        ("contract", options.Contract.ToString()),
        ("block", place is null ? null : JsonValue.Create(place.Block)),
        ("blockHash", place?.BlockHash),
        ("transaction", place?.Transaction));

    private async Task<AnchorRow?> LastAsync(CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await AnchorStore.LastAsync(connection, cancel);
    }
}
