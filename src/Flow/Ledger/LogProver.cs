using System.Data.Common;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>Proofs into the tree of one size, out of stored tiles. Reads at most two tiles for each 8 levels.</summary>
public sealed class LogProver(Database database, long size)
{
    private readonly TiledTree tree = new(size);

    public long Size => size;

    public async ValueTask<TreeHash[]> InclusionProofAsync(long index, CancellationToken cancel = default)
    {
        await BringAsync(tree.MissingForInclusion(index), cancel);
        return tree.InclusionProof(index);
    }

    public async ValueTask<TreeHash[]> ConsistencyProofAsync(long earlierSize, CancellationToken cancel = default)
    {
        await BringAsync(tree.MissingForConsistency(earlierSize), cancel);
        return tree.ConsistencyProof(earlierSize);
    }

    /// <summary>The root of the tree of that size.</summary>
    public async ValueTask<TreeHash> RootAsync(CancellationToken cancel = default)
    {
        if (size > 0)
        {
            await BringAsync(tree.MissingForInclusion(size - 1), cancel);
        }

        return tree.Root();
    }

    /// <summary>A full tile is one row; a partial one is put together from the rows below it.</summary>
    internal static async Task<byte[]?> ReadTileAsync(DbConnection connection, TileId id, CancellationToken cancel)
    {
        if (id.IsFull)
        {
            return (await connection.QueryAsync(
                "SELECT hashes FROM ledger_tiles WHERE level = @level AND idx = @idx",
                r => r.GetBytes(0),
                cancel,
                ("level", id.Level),
                ("idx", id.Index))).FirstOrDefault();
        }

        var first = id.Index * TileId.WidthMax;
        var hashes = id.Level == 0
            ? await connection.QueryAsync(
                "SELECT leaf_hash FROM ledger_entries WHERE idx >= @first AND idx < @end ORDER BY idx",
                r => r.GetBytes(0),
                cancel,
                ("first", first),
                ("end", first + id.Width))
            : await connection.QueryAsync(
                "SELECT root FROM ledger_tiles WHERE level = @level AND idx >= @first AND idx < @end ORDER BY idx",
                r => r.GetBytes(0),
                cancel,
                ("level", id.Level - 1),
                ("first", first),
                ("end", first + id.Width));
        return hashes.Count == id.Width ? [.. hashes.SelectMany(hash => hash)] : null;
    }

    private async Task BringAsync(IReadOnlyList<TileId> missing, CancellationToken cancel)
    {
        if (missing.Count == 0)
        {
            return;
        }

        await using var connection = await database.ConnectAsync(cancel);
        foreach (var id in missing)
        {
            var hashes = await ReadTileAsync(connection, id, cancel)
                ?? throw new ArgumentOutOfRangeException(nameof(missing), $"The log has no {id.Path()}: it is shorter than asked.");
            if (tree.Add(id.Level, id.Index, hashes) is { } problem)
            {
                throw new LedgerFrozenException($"{id.Path()}: {problem.Detail}");
            }
        }
    }
}
