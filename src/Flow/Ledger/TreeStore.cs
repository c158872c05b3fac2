using System.Data.Common;
using System.Runtime.InteropServices;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>Reads and writes the stored tree. Every reader compares what it reads; a contradiction freezes the ledger.</summary>
internal static class TreeStore
{
    public const string LockName = "ledger";

    private static readonly string[] TileColumns = ["level", "idx", "root", "hashes"];

    /// <summary>Size and frontier as stored; a ledger without the row is empty.</summary>
    public static async Task<(long Size, byte[] Frontier)> ReadTreeAsync(LedgerSource source, CancellationToken cancel)
    {
        var rows = await source.QueryAsync(
            """
            SELECT t.size, t.frontier, (SELECT MAX(idx) FROM ledger_entries) FROM ledger_tree t WHERE t.id = 1
            """,
            r => (Size: r.GetInt64(0), Frontier: r.GetBytes(1), Last: r.IsDBNull(2) ? -1 : r.GetInt64(2)),
            cancel);
        if (rows.Count == 0)
        {
            var entries = await source.QueryAsync("SELECT idx FROM ledger_entries LIMIT 1", r => r.GetInt64(0), cancel);
            return entries.Count == 0 ? (0, []) : throw new LedgerFrozenException("There are entries but no stored tree.");
        }

        return rows[0].Last == rows[0].Size - 1
            ? (rows[0].Size, rows[0].Frontier)
            : throw new LedgerFrozenException(
                $"The stored tree has {rows[0].Size} entries, and the last stored entry is {rows[0].Last}.");
    }

    /// <summary>
    /// Builds the growing side of the tree of that size again: its open leaves from the stored entries, its open upper
    /// tiles from the stored tiles below, each hashed anew. Reads at most 255 rows a level.
    /// </summary>
    public static async Task<TreeEdge> RebuildAsync(
        LedgerSource source, long size, byte[] storedFrontier, CancellationToken cancel)
    {
        var open = new List<List<TreeHash>> { await OpenLeavesAsync(source, size, cancel) };
        for (var level = 1; size >> (8 * level) > 0; level++)
        {
            open.Add(await OpenRootsAsync(source, level, size, cancel));
        }

        byte[] frontier =
        [
            .. Enumerable.Reverse(open).SelectMany(hashes =>
            {
                var part = new Frontier();
                part.Append(CollectionsMarshal.AsSpan(hashes));
                return part.Save();
            }),
        ];
        return frontier.AsSpan().SequenceEqual(storedFrontier)
            && Frontier.Load(size, frontier).TryGet(out var loaded, out _)
            ? new TreeEdge(loaded, open)
            : throw new LedgerFrozenException($"The stored frontier of {size} entries is not the one of the stored entries.");
    }

    /// <summary>Writes entries, full tiles and the new tree row; all of it in the caller's transaction.</summary>
    public static async Task AppendAsync(
        DbTransaction transaction, TreeEdge edge, IReadOnlyList<object?[]> rows, IReadOnlyList<TreeHash> leaves, CancellationToken cancel)
    {
        await LogTransaction.StoreAsync(transaction, rows, cancel);
        var tiles = new List<FullTile>();
        foreach (var leaf in leaves)
        {
            edge.Append(leaf, tiles);
        }

        if (tiles.Count > 0)
        {
            await transaction.BulkInsertAsync(
                "ledger_tiles", TileColumns, tiles.Select(t => new object?[] { t.Level, t.Index, t.Root, t.Hashes }), cancel);
        }

        await transaction.ExecuteAsync(
            """
            INSERT INTO ledger_tree (id, size, frontier) VALUES (1, @size, @frontier)
            ON CONFLICT (id) DO UPDATE SET size = excluded.size, frontier = excluded.frontier
            """,
            cancel,
            ("size", edge.Size),
            ("frontier", edge.Saved()));
    }

    public static async Task<StoredCheckpoint?> LastCheckpointAsync(LedgerSource source, CancellationToken cancel) =>
        (await source.QueryAsync(
            $"SELECT {StoredCheckpoint.Columns} FROM ledger_checkpoints ORDER BY size DESC LIMIT 1",
            StoredCheckpoint.Read,
            cancel)).FirstOrDefault();

    /// <summary>The newest that strangers are shown.</summary>
    public static async Task<StoredCheckpoint?> LastPublishedAsync(LedgerSource source, CancellationToken cancel) =>
        (await source.QueryAsync(
            $"SELECT {StoredCheckpoint.Columns} FROM ledger_checkpoints WHERE published_at IS NOT NULL ORDER BY size DESC LIMIT 1",
            StoredCheckpoint.Read,
            cancel)).FirstOrDefault();

    private static async Task<List<TreeHash>> OpenLeavesAsync(LedgerSource source, long size, CancellationToken cancel)
    {
        var first = size - (size % TileId.WidthMax);
        var rows = await source.QueryAsync(
            "SELECT idx, leaf_hash, entry FROM ledger_entries WHERE idx >= @first AND idx < @size ORDER BY idx",
            r => (Index: r.GetInt64(0), Stored: r.GetBytes(1), Leaf: MerkleTree.Leaf(r.GetBytes(2))),
            cancel,
            ("first", first),
            ("size", size));
        var wrong = rows.FindIndex(r => !r.Leaf.Bytes.SequenceEqual(r.Stored));
        return rows.Count == size - first && wrong < 0
            ? [.. rows.Select(r => r.Leaf)]
            : throw new LedgerFrozenException(
                wrong < 0 ? $"An entry from {first} on is missing." : $"Entry {rows[wrong].Index} is not the one that was hashed.");
    }

    private static async Task<List<TreeHash>> OpenRootsAsync(
        LedgerSource source, int level, long size, CancellationToken cancel)
    {
        var count = size >> (8 * level);
        var first = count - (count % TileId.WidthMax);
        var rows = await source.QueryAsync(
            "SELECT idx, root, hashes FROM ledger_tiles WHERE level = @level AND idx >= @first AND idx < @count ORDER BY idx",
            r => (Index: r.GetInt64(0), Stored: r.GetBytes(1), Root: RootOf(r.GetBytes(2))),
            cancel,
            ("level", level - 1),
            ("first", first),
            ("count", count));
        var wrong = rows.FindIndex(r => !r.Root.Bytes.SequenceEqual(r.Stored));
        return rows.Count == count - first && wrong < 0
            ? [.. rows.Select(r => r.Root)]
            : throw new LedgerFrozenException(
                wrong < 0
                    ? $"A tile of level {level - 1} from {first} on is missing."
                    : $"Tile {rows[wrong].Index} of level {level - 1} does not have its root.");
    }

    public static TreeHash RootOf(byte[] hashes) => hashes.Length == TileId.WidthMax * TreeHash.SizeBytes
        ? MerkleTree.Root(MemoryMarshal.Cast<byte, TreeHash>(hashes))
        : default;
}

/// <summary>A signed checkpoint as stored; columns repeat what the note says, for finding it.</summary>
/// <param name="PublishedAt">Since when strangers are shown it: the policy's witnesses have cosigned. Null before.</param>
internal sealed record StoredCheckpoint(long Size, byte[] Root, string Note, DateTimeOffset SignedAt, DateTimeOffset? PublishedAt)
{
    public const string Columns = "size, root, note, signed_at, published_at";

    public static StoredCheckpoint Read(DbDataReader r) => new(
        r.GetInt64(0), r.GetBytes(1), r.GetString(2), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(3)),
        r.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(4)));
}
