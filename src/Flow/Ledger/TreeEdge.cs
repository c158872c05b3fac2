using System.Runtime.InteropServices;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>A full tile, ready to be stored.</summary>
internal sealed record FullTile(int Level, long Index, byte[] Root, byte[] Hashes);

/// <summary>
/// The growing side of the tree: the frontier, and on each level the hashes of the tile that is not full yet.
/// Memory is bounded by 8 KiB a level, and there is a level for each factor of 256.
/// </summary>
internal sealed class TreeEdge(Frontier frontier, List<List<TreeHash>> open)
{
    public TreeEdge()
        : this(new Frontier(), [])
    {
    }

    public long Size => frontier.Size;

    public byte[] Saved() => frontier.Save();

    public TreeHash Root() => frontier.Root();

    /// <summary>Takes one more leaf; tiles that become full are added to <paramref name="completed"/>.</summary>
    public void Append(in TreeHash leaf, List<FullTile> completed)
    {
        frontier.Append(leaf);
        var hash = leaf;
        for (var level = 0; ; level++)
        {
            if (level == open.Count)
            {
                open.Add(new List<TreeHash>(TileId.WidthMax));
            }

            var tile = open[level];
            tile.Add(hash);
            if (tile.Count < TileId.WidthMax)
            {
                return;
            }

            var hashes = CollectionsMarshal.AsSpan(tile);
            hash = MerkleTree.Root(hashes);
            var index = (Size >> (8 * (level + 1))) - 1;
            completed.Add(new FullTile(level, index, hash.ToArray(), MemoryMarshal.AsBytes(hashes).ToArray()));
            tile.Clear();
        }
    }
}
