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
        in TreeHash leaf, long index, long size, ReadOnlySpan<TreeHash> proof, in TreeHash root) =>
        Walk(leaf, index, size, proof, [], out var top)
            ?? (top == root ? null : new Problem("log/inclusion-root-mismatch", "The inclusion proof leads to another root."));

    /// <summary>The steps from the leaf to the root that the proof leads to, for those who want to see or repeat them.</summary>
    public static Outcome<IReadOnlyList<ProofStep>> Steps(
        in TreeHash leaf, long index, long size, ReadOnlySpan<TreeHash> proof)
    {
        var steps = new ProofStep[proof.Length];
        return Walk(leaf, index, size, proof, steps, out _) is { } problem ? problem : steps;
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

    private static Problem? Walk(
        in TreeHash leaf, long index, long size, ReadOnlySpan<TreeHash> proof, Span<ProofStep> steps, out TreeHash hash)
    {
        hash = leaf;
        if (index < 0 || index >= size)
        {
            return new Problem("log/index-beyond-tree", "The index does not lie within the tree.");
        }

        var node = index;
        var last = size - 1;
        for (var i = 0; i < proof.Length; i++)
        {
            if (last == 0)
            {
                return WrongLength();
            }

            var isLeft = (node & 1) != 0 || node == last;
            if (isLeft)
            {
                hash = MerkleTree.Node(proof[i], hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = MerkleTree.Node(hash, proof[i]);
            }

            if (!steps.IsEmpty)
            {
                steps[i] = new ProofStep(proof[i], isLeft, hash);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 ? null : WrongLength();
    }

    private static Problem WrongLength() =>
        new("log/inclusion-proof-length", "The inclusion proof does not have the hashes that index and size need.");
}

/// <summary>One step of an inclusion proof: the hash it gives, and what this makes with the hash before.</summary>
/// <param name="IsLeft">The given hash stands on the left.</param>
public readonly record struct ProofStep(TreeHash Sibling, bool IsLeft, TreeHash Result);
