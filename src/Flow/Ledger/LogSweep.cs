using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>What a stretch of the log came to.</summary>
/// <param name="Next">Where the next stretch begins; the size of the log when this was the last.</param>
/// <param name="Entries">Of the stretch, in order, from where it began.</param>
/// <param name="Findings">What does not follow from what, each place named; empty when all does.</param>
public sealed record LogStretch(long Next, long Size, IReadOnlyList<ReadOnlyMemory<byte>> Entries, IReadOnlyList<Problem> Findings)
{
    /// <summary>Nothing lies behind it.</summary>
    public bool IsLast => Next == Size;
}

/// <summary>
/// Looks at the log stretch by stretch, for whoever looks all the time: each entry against its leaf hash and its tile, each tile
/// against the one above, and at the end the growing side and the newest signed root. Together the stretches cover what
/// <see cref="LogAudit"/> covers in one go. Entries never change, so no lock is needed and writers go on.
/// </summary>
public static class LogSweep
{
    /// <summary>Looks at so many tiles of 256 entries from an index on, which is rounded down to its tile.</summary>
    public static async Task<LogStretch> LookAsync(
        Database database, NoteVerifier logKey, long from, int tiles, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        var findings = new List<Problem>();
        var entries = new List<ReadOnlyMemory<byte>>();
        var first = from - (from % TileId.WidthMax);
        try
        {
            var (size, frontier) = await TreeStore.ReadTreeAsync(connection, cancel);
            var next = Math.Min(size, first + ((long)tiles * TileId.WidthMax));
            for (var tile = first / TileId.WidthMax; tile * TileId.WidthMax < next; tile++)
            {
                entries.AddRange(await LookAtTileAsync(connection, tile, size, findings, cancel));
            }

            if (next == size && findings.Count == 0)
            {
                await LookAtEndAsync(database, connection, logKey, size, frontier, findings, cancel);
            }

            return new LogStretch(next, size, entries, findings);
        }
        catch (LedgerFrozenException broken)
        {
            // What no reader can get past is a finding of the place where the look began.
            findings.Add(Found("ledger/contradicts-itself", broken.Message, ("index", first)));
            return new LogStretch(first, first, entries, findings);
        }
    }

    private static async Task<IEnumerable<ReadOnlyMemory<byte>>> LookAtTileAsync(
        DbConnection connection, long tile, long size, List<Problem> findings, CancellationToken cancel)
    {
        var first = tile * TileId.WidthMax;
        var end = Math.Min(size, first + TileId.WidthMax);
        var rows = await connection.QueryAsync(
            "SELECT idx, leaf_hash, entry FROM ledger_entries WHERE idx >= @first AND idx < @end ORDER BY idx",
            r => (Index: r.GetInt64(0), Stored: r.GetBytes(1), Entry: r.GetBytes(2)),
            cancel, ("first", first), ("end", end));
        for (var index = first; index < end; index++)
        {
            if (index - first >= rows.Count || rows[(int)(index - first)].Index != index)
            {
                findings.Add(Found("ledger/entry-missing", $"Entry {index} is missing.", ("index", index)));
                return [];
            }
        }

        TreeHash[] leaves = [.. rows.Select(r => MerkleTree.Leaf(r.Entry))];
        var stored = end - first == TileId.WidthMax ? await TileAsync(connection, 0, tile, cancel) : null;
        if (stored is { Hashes.Length: not TileId.WidthMax * TreeHash.SizeBytes } || (stored is null && end - first == TileId.WidthMax))
        {
            findings.Add(Tile("ledger/tile-changed", 0, tile));
            return rows.Select(r => new ReadOnlyMemory<byte>(r.Entry));
        }

        for (var i = 0; i < leaves.Length; i++)
        {
            var inTile = stored is null ? leaves[i] : new TreeHash(stored.Value.Hashes.AsSpan(i * TreeHash.SizeBytes, TreeHash.SizeBytes));
            var isStored = leaves[i].Bytes.SequenceEqual(rows[i].Stored);
            if (!isStored && (stored is null || inTile != leaves[i]))
            {
                findings.Add(Found("ledger/entry-changed", $"Entry {first + i} is not the one that was logged.", ("index", first + i)));
            }
            else if (!isStored)
            {
                findings.Add(Found("ledger/leaf-hash-changed", $"The stored leaf hash of entry {first + i} is another.", ("index", first + i)));
            }
            else if (inTile != leaves[i])
            {
                findings.Add(IsWhole(stored!.Value)
                    ? Found("ledger/entry-changed", $"Entry {first + i} is not the one that was logged.", ("index", first + i))
                    : Tile("ledger/tile-changed", 0, tile));
            }
        }

        if (stored is { } whole && findings.Count == 0)
        {
            await LookUpAsync(connection, tile, whole, findings, cancel);
        }

        return rows.Select(r => new ReadOnlyMemory<byte>(r.Entry));
    }

    /// <summary>A full tile has the root of its hashes, and stands in the tile above; where that one ends with it, the same goes for that one.</summary>
    private static async Task LookUpAsync(
        DbConnection connection, long tile, (byte[] Root, byte[] Hashes) stored, List<Problem> findings, CancellationToken cancel)
    {
        for (var level = 0; ; level++, tile /= TileId.WidthMax)
        {
            if (!IsWhole(stored))
            {
                findings.Add(Tile("ledger/tile-changed", level, tile));
                return;
            }

            if (await TileAsync(connection, level + 1, tile / TileId.WidthMax, cancel) is not { } above)
            {
                // Not full yet: the growing side is compared at the end of the log.
                return;
            }

            var slot = (int)(tile % TileId.WidthMax) * TreeHash.SizeBytes;
            if (above.Hashes.Length != TileId.WidthMax * TreeHash.SizeBytes
                || !above.Hashes.AsSpan(slot, TreeHash.SizeBytes).SequenceEqual(stored.Root))
            {
                findings.Add(Tile("ledger/tile-changed", level + 1, tile / TileId.WidthMax));
                return;
            }

            if (tile % TileId.WidthMax != TileId.WidthMax - 1)
            {
                return;
            }

            stored = above;
        }
    }

    private static async Task LookAtEndAsync(
        Database database, DbConnection connection, NoteVerifier logKey, long size, byte[] frontier, List<Problem> findings, CancellationToken cancel)
    {
        await TreeStore.RebuildAsync(connection, size, frontier, cancel);
        if (await TreeStore.LastCheckpointAsync(connection, cancel) is not { } last || last.Size == 0)
        {
            return;
        }

        if (!Checkpoint.Open(last.Note, logKey, logKey.Name).TryGet(out var checkpoint, out _)
            || checkpoint.Size != last.Size || await new LogProver(database, last.Size).RootAsync(cancel) != checkpoint.Root)
        {
            findings.Add(Found(
                "ledger/checkpoint-changed", $"The checkpoint over {last.Size} entries is not the one of the stored entries.", ("size", last.Size)));
        }
    }

    private static async Task<(byte[] Root, byte[] Hashes)?> TileAsync(DbConnection connection, int level, long index, CancellationToken cancel)
    {
        var rows = await connection.QueryAsync(
            "SELECT root, hashes FROM ledger_tiles WHERE level = @level AND idx = @idx",
            r => (r.GetBytes(0), r.GetBytes(1)), cancel, ("level", level), ("idx", index));
        return rows.Count == 1 ? rows[0] : null;
    }

    private static bool IsWhole((byte[] Root, byte[] Hashes) tile) =>
        TreeStore.RootOf(tile.Hashes).Bytes.SequenceEqual(tile.Root);

    private static Problem Tile(string code, int level, long tile) => Found(
        code, $"Tile {tile} of level {level} is not the one of the stored entries.", ("level", level), ("tile", tile));

    private static Problem Found(string code, string detail, params (string Name, long Value)[] args) =>
        new(code, detail, [.. args.Select(a => (a.Name, a.Value.ToString(CultureInfo.InvariantCulture)))]);
}
