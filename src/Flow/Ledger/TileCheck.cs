using System.Runtime.InteropServices;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>Hashes the entries of the tiles that became full between two sizes again and compares them; freezes on a difference.</summary>
internal static class TileCheck
{
    public static async Task RunAsync(LedgerSource source, long from, long to, CancellationToken cancel)
    {
        for (var tile = from / TileId.WidthMax; tile < to / TileId.WidthMax; tile++)
        {
            var leaves = await source.QueryAsync(
                "SELECT entry FROM ledger_entries WHERE idx >= @first AND idx < @end ORDER BY idx",
                r => MerkleTree.Leaf(r.GetBytes(0)),
                cancel,
                ("first", tile * TileId.WidthMax),
                ("end", (tile + 1) * TileId.WidthMax));
            await CompareAsync(source, 0, tile, leaves, cancel);
        }

        for (var level = 1; to >> (8 * (level + 1)) > 0; level++)
        {
            for (var tile = from >> (8 * (level + 1)); tile < to >> (8 * (level + 1)); tile++)
            {
                var roots = await source.QueryAsync(
                    "SELECT root FROM ledger_tiles WHERE level = @level AND idx >= @first AND idx < @end ORDER BY idx",
                    r => new TreeHash(r.GetBytes(0)),
                    cancel,
                    ("level", level - 1),
                    ("first", tile * TileId.WidthMax),
                    ("end", (tile + 1) * TileId.WidthMax));
                await CompareAsync(source, level, tile, roots, cancel);
            }
        }
    }

    private static async Task CompareAsync(
        LedgerSource source, int level, long tile, List<TreeHash> hashes, CancellationToken cancel)
    {
        var stored = (await source.QueryAsync(
            "SELECT root, hashes FROM ledger_tiles WHERE level = @level AND idx = @idx",
            r => (Root: r.GetBytes(0), Hashes: r.GetBytes(1)),
            cancel,
            ("level", level),
            ("idx", tile))).FirstOrDefault();
        var span = CollectionsMarshal.AsSpan(hashes);
        if (stored.Hashes is null
            || !MemoryMarshal.AsBytes(span).SequenceEqual(stored.Hashes)
            || !MerkleTree.Root(span).Bytes.SequenceEqual(stored.Root))
        {
            throw new LedgerFrozenException($"Tile {tile} of level {level} is not the one of the stored entries.");
        }
    }
}
