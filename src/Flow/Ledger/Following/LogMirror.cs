using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>
/// A copy of another's log, in a database of its own with the tables of <see cref="LedgerSchema"/>: read, proved from and audited
/// like one's own. It takes nothing that does not lead to the signed root.
/// </summary>
/// <remarks>
/// In steps of at most <see cref="StepMax"/> entries, each one transaction: before a step commits, a consistency proof
/// leads from its root to the root of the checkpoint. A kill leaves whole steps, and the next call goes on behind them.
/// </remarks>
public sealed class LogMirror(Database database, RemoteLog log)
{
    private const int FetchesAtOnce = 8;

    /// <summary>Entries of one step, whole tiles of them.</summary>
    internal int StepMax { get; init; } = 16_384;

    /// <summary>Entries copied by now.</summary>
    public Task<long> SizeAsync(CancellationToken cancel = default) => new LogReader(database).SizeAsync(cancel);

    /// <summary>
    /// The first note of at most that many entries with which a copy was begun and not ended; null when there is none. One that is
    /// still here when as much has been copied is contradicted by the copy: the log has signed two trees.
    /// </summary>
    public async Task<string?> BegunAsync(long sizeMax, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return (await BegunAsync(connection, sizeMax, cancel)).FirstOrDefault()?.Note;
    }

    /// <summary>Copies what is missing up to a checkpoint whose signature the caller has verified, and keeps its note.</summary>
    /// <returns>Null when all of it is here; else why what the log serves is not what it signed. Then nothing of the last step is kept.</returns>
    public async Task<Problem?> CatchUpAsync(Checkpoint checkpoint, string note, CancellationToken cancel = default)
    {
        // Before the first step: whatever is copied after it, this word of the log can be held against it.
        await database.WriteAsync(t => WriteNoteAsync(t, checkpoint, note, isCopied: false, cancel), cancel);
        var tree = log.Tree(checkpoint.Size);
        var size = await SizeAsync(cancel);
        var coming = FetchAsync(size, checkpoint.Size, cancel);
        while (size < checkpoint.Size)
        {
            if (!(await coming).TryGet(out var entries, out var problem))
            {
                return problem;
            }

            var end = size + entries.Count;
            var proof = Outcome<TreeHash[]>.From([]);
            if (end < checkpoint.Size)
            {
                proof = await tree.ConsistencyProofAsync(end, cancel);
            }

            // The next entries come while these are stored.
            coming = FetchAsync(end, checkpoint.Size, cancel);
            if (!proof.TryGet(out var hashes, out problem)
                || (problem = await StoreAsync(size, entries, checkpoint, hashes, cancel)) is not null)
            {
                await Task.WhenAny(coming);
                return problem;
            }

            size = end;
        }

        return await KeepNoteAsync(checkpoint, note, cancel);
    }

    /// <summary>The entries of the next step; none when there is no more.</summary>
    private async Task<Outcome<List<ReadOnlyMemory<byte>>>> FetchAsync(long first, long size, CancellationToken cancel)
    {
        if (first >= size)
        {
            return new List<ReadOnlyMemory<byte>>();
        }

        var end = Math.Min(size, first - (first % TileId.WidthMax) + StepMax);
        var from = first / TileId.WidthMax;
        var bundles = new IReadOnlyList<ReadOnlyMemory<byte>>[((end - 1) / TileId.WidthMax) - from + 1];
        Problem? wrong = null;
        await Parallel.ForAsync(
            0L,
            bundles.Length,
            new ParallelOptions { MaxDegreeOfParallelism = FetchesAtOnce, CancellationToken = cancel },
            async (i, token) =>
            {
                var width = (int)Math.Min(TileId.WidthMax, size - ((from + i) * TileId.WidthMax));
                if ((await log.EntriesAsync(from + i, width, token)).TryGet(out var entries, out var problem))
                {
                    bundles[i] = entries;
                }
                else
                {
                    wrong = problem;
                }
            });
        return wrong is not null
            ? wrong
            : bundles.SelectMany(bundle => bundle).Skip((int)(first - (from * TileId.WidthMax))).Take((int)(end - first)).ToList();
    }

    private Task<Problem?> StoreAsync(
        long first, List<ReadOnlyMemory<byte>> entries, Checkpoint checkpoint, TreeHash[] proof, CancellationToken cancel) =>
        database.WriteAsync<Problem?>(
            async t =>
            {
                await Database.LockAsync(t, TreeStore.LockName, cancel);
                var (size, frontier) = await TreeStore.ReadTreeAsync(t, cancel);
                if (size != first)
                {
                    // Another process of this witness was faster; the next call goes on behind it.
                    return null;
                }

                var edge = await TreeStore.RebuildAsync(t, size, frontier, cancel);
                var leaves = entries.ConvertAll(entry => MerkleTree.Leaf(entry.Span));
                var grown = Frontier.Load(size, frontier).Value;
                grown.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(leaves));
                if (ConsistencyProof.Verify(grown.Size, checkpoint.Size, proof, grown.Root(), checkpoint.Root) is { } problem)
                {
                    return problem;
                }

                var rows = entries.Select((entry, i) => new object?[] { first + i, leaves[i].ToArray(), entry.ToArray() });
                await TreeStore.AppendAsync(t, edge, [.. rows], leaves, cancel);
                return null;
            },
            cancel);

    private Task<Problem?> KeepNoteAsync(Checkpoint checkpoint, string note, CancellationToken cancel) =>
        database.WriteAsync<Problem?>(
            async t =>
            {
                await Database.LockAsync(t, TreeStore.LockName, cancel);
                var (size, frontier) = await TreeStore.ReadTreeAsync(t, cancel);
                if (size < checkpoint.Size)
                {
                    return null;
                }

                if ((size == checkpoint.Size ? Frontier.Load(size, frontier).Value.Root() : await new LogProver(database, checkpoint.Size).RootAsync(cancel))
                    != checkpoint.Root)
                {
                    return new Problem(
                        "log/consistency-root-mismatch", "The log signed another root over as many entries as were copied.");
                }

                await WriteNoteAsync(t, checkpoint, note, isCopied: true, cancel);
                foreach (var begun in await BegunAsync(t, checkpoint.Size, cancel))
                {
                    // One that the copy does not continue stays: it is the proof.
                    if ((await new LogProver(database, begun.Size).RootAsync(cancel)).Bytes.SequenceEqual(begun.Root))
                    {
                        await t.ExecuteAsync("DELETE FROM ledger_checkpoints WHERE size = @size AND published_at IS NULL", cancel, ("size", begun.Size));
                    }
                }

                return null;
            },
            cancel);

    private static Task<List<StoredCheckpoint>> BegunAsync(LedgerSource source, long sizeMax, CancellationToken cancel) => source.QueryAsync(
        $"SELECT {StoredCheckpoint.Columns} FROM ledger_checkpoints WHERE published_at IS NULL AND size <= @size ORDER BY size",
        StoredCheckpoint.Read,
        cancel,
        ("size", sizeMax));

    private static Task<int> WriteNoteAsync(DbTransaction t, Checkpoint checkpoint, string note, bool isCopied, CancellationToken cancel) => t.ExecuteAsync(
        """
        INSERT INTO ledger_checkpoints (size, root, note, signed_at, published_at) VALUES (@size, @root, @note, 0, @copied)
        ON CONFLICT (size) DO UPDATE SET note = excluded.note, root = excluded.root, published_at = excluded.published_at
        WHERE excluded.published_at IS NOT NULL
        """,
        cancel,
        ("size", checkpoint.Size),
        ("root", checkpoint.Root.ToArray()),
        ("note", note),
        ("copied", isCopied ? 0L : null));
}
