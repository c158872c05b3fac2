using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>
/// Makes proofs for a tree of one size out of its tiles (C2SP tlog-tiles). The caller brings the tiles that
/// <see cref="MissingForInclusion"/> and <see cref="MissingForConsistency"/> name: at most two for each 8 levels.
/// </summary>
/// <remarks>
/// A tile's inner nodes are computed once when it comes in, so that proofs out of known tiles only copy hashes.
/// Tiles are taken as they are; whoever does not trust their source compares <see cref="Root"/> with a signed
/// checkpoint, which covers the edge, and verifies the proofs, which covers the rest. Safe for concurrent use.
/// </remarks>
public sealed class TiledTree
{
    private const int TileHeight = 8;
    private const int TilesKeptMax = 4096;

    private readonly ConcurrentDictionary<(int Level, long Index), TreeHash[]> tiles = new();
    private readonly Lazy<TreeHash[]> edges;

    public TiledTree(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Size = size;
        edges = new Lazy<TreeHash[]>(ComputeEdges);
    }

    public long Size { get; }

    /// <summary>Takes the tile's hashes, cut to the width it has at this size; refuses another length.</summary>
    public Problem? Add(int level, long index, ReadOnlySpan<byte> hashes)
    {
        var width = TileId.WidthAt(level, index, Size);
        if (width == 0 || hashes.Length != width * TreeHash.SizeBytes)
        {
            return new Problem("log/tile-malformed", "The tile does not have the hashes that the size of the tree gives it.");
        }

        if (tiles.Count >= TilesKeptMax)
        {
            DropLeafTiles();
        }

        tiles[(level, index)] = Expand(MemoryMarshal.Cast<byte, TreeHash>(hashes));
        return null;
    }

    /// <summary>The tiles that a proof for this index needs and that were not brought yet.</summary>
    public IReadOnlyList<TileId> MissingForInclusion(long index) => Missing(index);

    /// <summary>The tiles that a proof from this earlier size needs and that were not brought yet.</summary>
    public IReadOnlyList<TileId> MissingForConsistency(long earlierSize) => Missing(Math.Max(earlierSize - 1, 0));

    /// <summary>Sibling hashes, leaf to root (RFC 6962 section 2.1.1).</summary>
    public TreeHash[] InclusionProof(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
        Span<TreeHash> proof = stackalloc TreeHash[TransparencyLog.InclusionProof.HashesMax];
        var count = 0;
        for (var height = 0; height < 63 && Size > 1L << height; height++)
        {
            var sibling = (index >> height) ^ 1;
            var start = sibling << height;
            if (start < Size)
            {
                proof[count++] = Size - start >= 1L << height ? Node(height, sibling) : edges.Value[height];
            }
        }

        return proof[..count].ToArray();
    }

    /// <summary>The hashes that lead from the earlier root to this one (RFC 6962 section 2.1.2).</summary>
    public TreeHash[] ConsistencyProof(long earlierSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(earlierSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(earlierSize, Size);
        var proof = new List<TreeHash>();
        var (low, high) = (0L, Size);
        var isEarlierTree = true;
        while (earlierSize != high)
        {
            var split = low + (1L << BitOperations.Log2((ulong)(high - low - 1)));
            if (earlierSize <= split)
            {
                proof.Add(Range(split, high));
                high = split;
            }
            else
            {
                proof.Add(Range(low, split));
                low = split;
                isEarlierTree = false;
            }
        }

        if (!isEarlierTree)
        {
            proof.Add(Range(low, high));
        }

        proof.Reverse();
        return [.. proof];
    }

    /// <summary>The root, from the tiles of the right edge.</summary>
    public TreeHash Root() => Size == 0 ? MerkleTree.EmptyRoot : Range(0, Size);

    private TreeHash Range(long low, long high)
    {
        var height = high - low == 1 ? 0 : BitOperations.Log2((ulong)(high - low - 1)) + 1;
        return high - low == 1L << height ? Node(height, low >> height) : edges.Value[height];
    }

    private List<TileId> Missing(long index)
    {
        var missing = new List<TileId>();
        for (var level = 0; level < 8 && Size >> (TileHeight * level) > 0; level++)
        {
            Want(level, index >> (TileHeight * (level + 1) > 62 ? 62 : TileHeight * (level + 1)));
            var hashes = Size >> (TileHeight * level);
            if (hashes % TileId.WidthMax != 0)
            {
                Want(level, hashes / TileId.WidthMax);
            }
        }

        return missing;

        void Want(int level, long tile)
        {
            var width = TileId.WidthAt(level, tile, Size);
            var id = new TileId(level, tile, width);
            if (width > 0 && !tiles.ContainsKey((level, tile)) && !missing.Contains(id))
            {
                missing.Add(id);
            }
        }
    }

    /// <summary>The root of the complete subtree of 2^height leaves at that position.</summary>
    private TreeHash Node(int height, long position)
    {
        var row = height % TileHeight;
        var tile = position >> (TileHeight - row);
        return tiles.TryGetValue((height / TileHeight, tile), out var nodes)
            ? nodes[RowStart(row) + (int)(position - (tile << (TileHeight - row)))]
            : throw new InvalidOperationException("A tile that the proof needs was not brought.");
    }

    /// <summary>By height h, the root over the last Size mod 2^h leaves: the subtree that is still growing.</summary>
    private TreeHash[] ComputeEdges()
    {
        var byHeight = new TreeHash[64];
        var isEmpty = true;
        for (var height = 0; height < 63 && Size >> height > 0; height++)
        {
            byHeight[height + 1] = byHeight[height];
            if ((Size >> height & 1) != 0)
            {
                var complete = Node(height, (Size >> height) - 1);
                byHeight[height + 1] = isEmpty ? complete : MerkleTree.Node(complete, byHeight[height]);
                isEmpty = false;
            }
        }

        return byHeight;
    }

    /// <summary>Rows of a tile, one behind the other: 256 hashes, 128 nodes, … 2 nodes.</summary>
    private static TreeHash[] Expand(ReadOnlySpan<TreeHash> hashes)
    {
        var nodes = new TreeHash[RowStart(TileHeight)];
        hashes.CopyTo(nodes);
        for (var row = 1; row < TileHeight; row++)
        {
            var below = nodes.AsSpan(RowStart(row - 1));
            var here = nodes.AsSpan(RowStart(row));
            for (var i = 0; i < hashes.Length >> row; i++)
            {
                here[i] = MerkleTree.Node(below[2 * i], below[(2 * i) + 1]);
            }
        }

        return nodes;
    }

    private static int RowStart(int row) => 512 - (512 >> row);

    private void DropLeafTiles()
    {
        var edge = Size / TileId.WidthMax;
        foreach (var key in tiles.Keys)
        {
            if (key.Level == 0 && key.Index != edge)
            {
                tiles.TryRemove(key, out _);
            }
        }
    }
}
