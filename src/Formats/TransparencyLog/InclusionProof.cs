using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>Checks that an entry stands at an index of a tree (RFC 9162 section 2.1.3.2). Nothing is allocated on success.</summary>
public static class InclusionProof
{
    /// <summary>A tree of 2^63 leaves needs no more hashes.</summary>
    public const int HashesMax = 63;

    /// <summary>Gives null when the proof leads from the leaf to the root, else why not.</summary>
    /// <param name="proof">Sibling hashes, leaf to root (RFC 6962 section 2.1.1).</param>
    public static Problem? Verify(
        in TreeHash leaf, long index, long size, ReadOnlySpan<TreeHash> proof, in TreeHash root)
    {
        if (index < 0 || index >= size)
        {
            return new Problem("log/index-beyond-tree", "The index does not lie within the tree.");
        }

        var node = index;
        var last = size - 1;
        var hash = leaf;
        foreach (ref readonly var sibling in proof)
        {
            if (last == 0)
            {
                return WrongLength();
            }

            if ((node & 1) != 0 || node == last)
            {
                hash = MerkleTree.Node(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = MerkleTree.Node(hash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        if (last != 0)
        {
            return WrongLength();
        }

        return hash == root
            ? null
            : new Problem("log/inclusion-root-mismatch", "The inclusion proof leads to another root.");
    }

    /// <summary>The same for the exact entry bytes and a proof kept as byte strings.</summary>
    public static Problem? VerifyEntry(
        ReadOnlySpan<byte> entry, long index, long size, IReadOnlyList<ReadOnlyMemory<byte>> proof, in TreeHash root)
    {
        Span<TreeHash> hashes = stackalloc TreeHash[HashesMax];
        return TreeHash.TryReadAll(proof, hashes)
            ? Verify(MerkleTree.Leaf(entry), index, size, hashes[..proof.Count], root)
            : WrongLength();
    }

    private static Problem WrongLength() =>
        new("log/inclusion-proof-length", "The inclusion proof does not have the hashes that index and size need.");
}
