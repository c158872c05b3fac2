using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>The tree of one size, put together from the tiles that a log serves. Not for concurrent use.</summary>
public sealed class RemoteTree(RemoteLog log, long size)
{
    private readonly TiledTree tree = new(size);

    public long Size => size;

    /// <summary>The consistency proof from an earlier size that is neither 0 nor this one.</summary>
    public async Task<Outcome<TreeHash[]>> ConsistencyProofAsync(long earlierSize, CancellationToken cancel = default) =>
        await BringAsync(tree, tree.MissingForConsistency(earlierSize), cancel) is { } problem
            ? problem
            : tree.ConsistencyProof(earlierSize);

    /// <summary>The root that this tree had when it had that many entries.</summary>
    public async Task<Outcome<TreeHash>> RootAtAsync(long earlierSize, CancellationToken cancel = default)
    {
        var earlier = new TiledTree(earlierSize);
        return earlierSize > 0 && await BringAsync(earlier, earlier.MissingForInclusion(earlierSize - 1), cancel) is { } problem
            ? problem
            : earlier.Root();
    }

    /// <summary>Tiles as wide as this tree has them, cut to the width that the asking tree has: partial ones need not be kept by a log.</summary>
    private async Task<Problem?> BringAsync(TiledTree asking, IReadOnlyList<TileId> missing, CancellationToken cancel)
    {
        foreach (var id in missing)
        {
            var here = id with { Width = TileId.WidthAt(id.Level, id.Index, size) };
            var hashes = await log.TileAsync(here, cancel);
            if (hashes.Length != here.Width * TreeHash.SizeBytes)
            {
                return new Problem("log/tile-malformed", $"{here.Path()} does not have {here.Width} hashes.", ("tile", here.Path()));
            }

            if (asking.Add(id.Level, id.Index, hashes.AsSpan(0, id.Width * TreeHash.SizeBytes)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }
}
