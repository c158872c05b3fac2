using System.Numerics;
using System.Runtime.InteropServices;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>
/// A tree that only grows: its size and the roots of its complete subtrees, largest first. One appended leaf costs
/// one node hash on average; the root costs at most 63 more. Not safe for concurrent use.
/// </summary>
public sealed class Frontier
{
    private const int HeightMax = 63;

    private readonly TreeHash[] nodes = new TreeHash[HeightMax];
    private int count;

    /// <summary>How many leaves were appended.</summary>
    public long Size { get; private set; }

    public void Append(in TreeHash leaf)
    {
        var hash = leaf;
        for (var rest = Size; (rest & 1) != 0; rest >>= 1)
        {
            hash = MerkleTree.Node(nodes[--count], hash);
        }

        nodes[count++] = hash;
        Size++;
    }

    public void Append(ReadOnlySpan<TreeHash> leaves)
    {
        foreach (ref readonly var leaf in leaves)
        {
            Append(leaf);
        }
    }

    /// <summary>The root over all leaves so far (RFC 6962 section 2.1).</summary>
    public TreeHash Root()
    {
        if (count == 0)
        {
            return MerkleTree.EmptyRoot;
        }

        var root = nodes[count - 1];
        for (var i = count - 2; i >= 0; i--)
        {
            root = MerkleTree.Node(nodes[i], root);
        }

        return root;
    }

    /// <summary>The subtree roots, largest first, 32 bytes each: with the size, all there is to store.</summary>
    public byte[] Save() => MemoryMarshal.AsBytes(nodes.AsSpan(0, count)).ToArray();

    /// <summary>Takes up a stored frontier; refuses a count of hashes that the size does not have.</summary>
    public static Outcome<Frontier> Load(long size, ReadOnlySpan<byte> saved)
    {
        if (size < 0 || saved.Length != BitOperations.PopCount((ulong)size) * TreeHash.SizeBytes)
        {
            return new Problem("log/frontier-malformed", "The stored frontier does not have the hashes its size needs.");
        }

        var frontier = new Frontier { Size = size, count = saved.Length / TreeHash.SizeBytes };
        MemoryMarshal.Cast<byte, TreeHash>(saved).CopyTo(frontier.nodes);
        return frontier;
    }

    public Frontier Clone()
    {
        var clone = new Frontier { Size = Size, count = count };
        nodes.AsSpan(0, count).CopyTo(clone.nodes);
        return clone;
    }
}
