using System.Security.Cryptography;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Bench;

/// <summary>The tree: a million leaves appended, and inclusion proofs out of tiles.</summary>
internal static class TreeBench
{
    public static async IAsyncEnumerable<Measurement> RunAsync(int count)
    {
        var leaves = new TreeHash[count];
        for (var i = 0; i < count; i++)
        {
            leaves[i] = MerkleTree.Leaf(BitConverter.GetBytes(i));
        }

        new Frontier().Append(leaves.AsSpan(0, Math.Min(count, 100_000)));
        yield return await Measurement.Of("tree-append", count, () =>
        {
            var frontier = new Frontier();
            frontier.Append(leaves);
            _ = frontier.Root();
        });

        var tree = Tiled(leaves);
        yield return await Measurement.Of("tree-proofs", count, () =>
        {
            for (var i = 0; i < count; i++)
            {
                _ = tree.InclusionProof(RandomNumberGenerator.GetInt32(count));
            }
        });
    }

    // All tiles of the tree in memory, as a reader has them after a while.
    private static TiledTree Tiled(TreeHash[] leaves)
    {
        var tree = new TiledTree(leaves.Length);
        var level = leaves;
        for (var number = 0; level.Length > 0; number++)
        {
            var above = new List<TreeHash>();
            for (var first = 0; first < level.Length; first += TileId.WidthMax)
            {
                var hashes = level.AsSpan(first, Math.Min(TileId.WidthMax, level.Length - first));
                if (tree.Add(number, first / TileId.WidthMax, System.Runtime.InteropServices.MemoryMarshal.AsBytes(hashes)) is { } problem)
                {
                    throw new InvalidOperationException(problem.Detail);
                }

                if (hashes.Length == TileId.WidthMax)
                {
                    above.Add(MerkleTree.Root(hashes));
                }
            }

            level = [.. above];
        }

        return tree;
    }
}
