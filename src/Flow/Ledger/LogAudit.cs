using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>What an audit found. Clean means: every stored hash, tile, checkpoint follows from the stored entries.</summary>
/// <param name="Root">The root over the entries as they should be.</param>
/// <param name="Findings">In the order of the log; empty when clean.</param>
public sealed record LedgerAuditReport(long Size, TreeHash Root, int Checkpoints, IReadOnlyList<Problem> Findings)
{
    public bool IsClean => Findings.Count == 0;
}

/// <summary>
/// Recomputes the whole ledger from its entries. In: the database and the log's public key. Out: what does not follow,
/// each place named. Memory stays flat; writers may go on, for only what is committed at the start is looked at.
/// </summary>
/// <remarks>
/// Each leaf stands in three places (entry, leaf hash, tile). When one differs, the two that agree are believed and the
/// third is named, so that one changed byte gives one finding and not a wrong root all the way up.
/// </remarks>
public sealed class LogAudit
{
    private const int FindingsMax = 100;

    private readonly DbConnection connection;
    private readonly NoteVerifier logKey;
    private readonly IReadOnlyList<PastLog> past;
    private readonly CancellationToken cancel;
    private readonly List<Problem> findings = [];
    private readonly Frontier frontier = new();
    private readonly List<List<TreeHash>> open = [];
    private readonly Dictionary<long, TreeHash> rootsAt = [];
    private List<StoredCheckpoint> checkpoints = [];
    private HashSet<long> checkpointSizes = [];

    private LogAudit(DbConnection connection, NoteVerifier logKey, IReadOnlyList<PastLog> past, CancellationToken cancel)
    {
        this.past = past;
        this.connection = connection;
        this.logKey = logKey;
        this.cancel = cancel;
    }

    public static async Task<LedgerAuditReport> RunAsync(
        Database database, NoteVerifier logKey, CancellationToken cancel = default) =>
        await RunAsync(database, logKey, [], cancel);

    /// <param name="past">Logs that this one goes on from: their checkpoints stand among its own.</param>
    public static async Task<LedgerAuditReport> RunAsync(
        Database database, NoteVerifier logKey, IReadOnlyList<PastLog> past, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await new LogAudit(connection, logKey, past, cancel).RunAsync();
    }

    private async Task<LedgerAuditReport> RunAsync()
    {
        var (size, savedFrontier, last) = await ReadTreeAsync();
        if (last != size - 1)
        {
            Find("ledger/size-mismatch", $"The tree has {size} entries, and the last stored entry is {last}.", ("size", size));
        }

        checkpoints = await connection.QueryAsync(
            $"SELECT {StoredCheckpoint.Columns} FROM ledger_checkpoints ORDER BY size", StoredCheckpoint.Read, cancel);
        checkpointSizes = [.. checkpoints.Select(c => c.Size)];
        RememberRoot();
        for (var first = 0L; first < size && findings.Count < FindingsMax; first += TileId.WidthMax)
        {
            if (!await CheckTileOfEntriesAsync(first, Math.Min(size, first + TileId.WidthMax)))
            {
                return new LedgerAuditReport(size, frontier.Root(), checkpoints.Count, findings);
            }
        }

        if (!frontier.Save().AsSpan().SequenceEqual(savedFrontier))
        {
            Find("ledger/tree-changed", $"The stored frontier is not the one of the {size} entries.", ("size", size));
        }

        await CheckNoMoreTilesAsync(size);
        checkpoints.ForEach(checkpoint => CheckCheckpoint(checkpoint, size));
        return new LedgerAuditReport(size, frontier.Root(), checkpoints.Count, findings);
    }

    private async Task<(long Size, byte[] Frontier, long Last)> ReadTreeAsync()
    {
        // One statement, so that a writer cannot come between the size and the last entry.
        var rows = await connection.QueryAsync(
            """
            SELECT (SELECT size FROM ledger_tree WHERE id = 1), (SELECT frontier FROM ledger_tree WHERE id = 1),
                   (SELECT MAX(idx) FROM ledger_entries)
            """,
            r => (r.IsDBNull(0) ? 0 : r.GetInt64(0), r.GetBytesOrNull(1) ?? [], r.IsDBNull(2) ? -1 : r.GetInt64(2)),
            cancel);
        return rows[0];
    }

    /// <summary>One tile's worth of entries, full or not. False when an entry is missing: nothing after it can be said.</summary>
    private async Task<bool> CheckTileOfEntriesAsync(long first, long end)
    {
        var entries = await connection.QueryAsync(
            "SELECT idx, leaf_hash, entry FROM ledger_entries WHERE idx >= @first AND idx < @end ORDER BY idx",
            r => (Index: r.GetInt64(0), Stored: r.GetBytes(1), Leaf: MerkleTree.Leaf(r.GetBytes(2))),
            cancel,
            ("first", first),
            ("end", end));
        for (var i = 0; i < end - first; i++)
        {
            if (i >= entries.Count || entries[i].Index != first + i)
            {
                Find("ledger/entry-missing", $"Entry {first + i} is missing.", ("index", first + i));
                return false;
            }
        }

        var tile = end - first == TileId.WidthMax ? await ReadTileAsync(0, first / TileId.WidthMax) : null;
        for (var i = 0; i < entries.Count; i++)
        {
            Append(Settle(entries[i].Index, entries[i].Leaf, entries[i].Stored, Slot(tile, i), tile));
        }

        await CloseFullTilesAsync(tile);
        return true;
    }

    /// <summary>Which hash to go on with, after naming what disagrees.</summary>
    private TreeHash Settle(long index, TreeHash leaf, byte[] stored, ReadOnlySpan<byte> inTile, StoredTile? tile)
    {
        var isStored = leaf.Bytes.SequenceEqual(stored);
        if (isStored && (inTile.IsEmpty || leaf.Bytes.SequenceEqual(inTile)))
        {
            return leaf;
        }

        if (!isStored && leaf.Bytes.SequenceEqual(inTile))
        {
            Find("ledger/leaf-hash-changed", $"The stored leaf hash of entry {index} is another.", ("index", index));
            return leaf;
        }

        // Entry and leaf hash may have been changed together; then the tile still has its root.
        var isTileWhole = tile is not null && TreeStore.RootOf(tile.Hashes).Bytes.SequenceEqual(tile.Root);
        if (isStored && !isTileWhole)
        {
            Find(
                "ledger/tile-changed",
                $"Tile {tile!.Index} of level 0 has another hash for entry {index}.",
                ("level", 0),
                ("tile", tile.Index));
            return leaf;
        }

        Find("ledger/entry-changed", $"Entry {index} is not the one that was logged.", ("index", index));
        return isStored ? new TreeHash(inTile) : stored.Length == TreeHash.SizeBytes ? new TreeHash(stored) : leaf;
    }

    private void Append(TreeHash leaf)
    {
        if (open.Count == 0)
        {
            open.Add([]);
        }

        frontier.Append(leaf);
        open[0].Add(leaf);
        RememberRoot();
    }

    private void RememberRoot()
    {
        if (checkpointSizes.Contains(frontier.Size))
        {
            rootsAt[frontier.Size] = frontier.Root();
        }
    }

    private async Task CloseFullTilesAsync(StoredTile? leafTile)
    {
        for (var level = 0; open.Count > level && open[level].Count == TileId.WidthMax; level++)
        {
            var hashes = CollectionsMarshal.AsSpan(open[level]);
            var root = MerkleTree.Root(hashes);
            var expected = MemoryMarshal.AsBytes(hashes).ToArray();
            var index = (frontier.Size >> (8 * (level + 1))) - 1;
            var tile = level == 0 ? leafTile : await ReadTileAsync(level, index);
            if (tile is null)
            {
                Find("ledger/tile-missing", $"Tile {index} of level {level} is missing.", ("level", level), ("tile", index));
            }
            else if (!root.Bytes.SequenceEqual(tile.Root) || !expected.AsSpan().SequenceEqual(tile.Hashes))
            {
                FindOnce(
                    "ledger/tile-changed",
                    $"Tile {index} of level {level} is not the one of the stored entries.",
                    ("level", level),
                    ("tile", index));
            }

            open[level].Clear();
            if (open.Count == level + 1)
            {
                open.Add([]);
            }

            open[level + 1].Add(root);
        }
    }

    private async Task CheckNoMoreTilesAsync(long size)
    {
        var tiles = await connection.QueryAsync(
            "SELECT level, MAX(idx) FROM ledger_tiles GROUP BY level ORDER BY level",
            r => (Level: r.GetInt32(0), Last: r.GetInt64(1)),
            cancel);
        var (now, _, _) = await ReadTreeAsync();
        foreach (var (level, last) in tiles)
        {
            if (level is < 0 or > 6 || last >= Math.Max(size, now) >> (8 * (level + 1)))
            {
                Find(
                    "ledger/tile-beyond-tree",
                    $"Tile {last} of level {level} lies beyond the tree.",
                    ("level", level),
                    ("tile", last));
            }
        }
    }

    private void CheckCheckpoint(StoredCheckpoint stored, long size)
    {
        if (stored.Size > size)
        {
            Find(
                "ledger/checkpoint-beyond-tree", $"A checkpoint over {stored.Size} entries; the tree has {size}.", ("size", stored.Size));
            return;
        }

        var opened = PastLog.Open(stored.Note, logKey, past);
        if (!opened.TryGet(out var checkpoint, out var problem))
        {
            Find(
                "ledger/checkpoint-changed", $"The checkpoint over {stored.Size} entries: {problem.Detail}", ("size", stored.Size));
        }
        else if (checkpoint.Size != stored.Size
            || !checkpoint.Root.Bytes.SequenceEqual(stored.Root)
            || !rootsAt.TryGetValue(stored.Size, out var root)
            || root != checkpoint.Root)
        {
            Find(
                "ledger/checkpoint-changed",
                $"The checkpoint over {stored.Size} entries is not the one of the stored entries.",
                ("size", stored.Size));
        }
    }

    private async Task<StoredTile?> ReadTileAsync(int level, long index) => (await connection.QueryAsync(
        "SELECT root, hashes FROM ledger_tiles WHERE level = @level AND idx = @idx",
        r => new StoredTile(index, r.GetBytes(0), r.GetBytes(1)),
        cancel,
        ("level", level),
        ("idx", index))).FirstOrDefault();

    private static ReadOnlySpan<byte> Slot(StoredTile? tile, int i) =>
        tile is not null && tile.Hashes.Length == TileId.WidthMax * TreeHash.SizeBytes
            ? tile.Hashes.AsSpan(i * TreeHash.SizeBytes, TreeHash.SizeBytes)
            : default;

    private void Find(string code, string detail, params (string Name, long Value)[] args) => findings.Add(new Problem(
        code, detail, [.. args.Select(a => (a.Name, a.Value.ToString(CultureInfo.InvariantCulture)))]));

    /// <summary>A tile that was named for one of its hashes is not named again for its root.</summary>
    private void FindOnce(string code, string detail, params (string Name, long Value)[] args)
    {
        if (!findings.Exists(f =>
            f.Code == code && args.All(a => f.Args.GetValueOrDefault(a.Name) == a.Value.ToString(CultureInfo.InvariantCulture))))
        {
            Find(code, detail, args);
        }
    }

    private sealed record StoredTile(long Index, byte[] Root, byte[] Hashes);
}
