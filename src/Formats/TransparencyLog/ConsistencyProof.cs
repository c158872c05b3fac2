using System.Numerics;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>Checks that a tree only grew from an earlier one (RFC 9162 section 2.1.4.2).</summary>
public static class ConsistencyProof
{
    public const int HashesMax = 64;

    /// <summary>Gives null when the later tree starts with the earlier one, else why not.</summary>
    /// <remarks>An earlier tree of size 0 is refused: everything is consistent with it, so such a proof says nothing.</remarks>
    public static Problem? Verify(
        long earlierSize, long laterSize, ReadOnlySpan<TreeHash> proof, in TreeHash earlierRoot, in TreeHash laterRoot)
    {
        if (earlierSize <= 0 || earlierSize > laterSize)
        {
            return new Problem("log/consistency-sizes", "The earlier tree is empty or larger than the later one.");
        }

        if (earlierSize == laterSize)
        {
            return !proof.IsEmpty ? WrongLength() : earlierRoot == laterRoot ? null : Mismatch();
        }

        if (proof.IsEmpty)
        {
            return WrongLength();
        }

        // A complete earlier tree is itself the first node; its root is then left out of the proof.
        var startsWithRoot = BitOperations.IsPow2(earlierSize);
        var first = startsWithRoot ? earlierRoot : proof[0];
        var rest = startsWithRoot ? proof : proof[1..];
        return Walk(earlierSize, laterSize, first, rest, earlierRoot, laterRoot);
    }

    private static Problem? Walk(
        long earlierSize,
        long laterSize,
        TreeHash first,
        ReadOnlySpan<TreeHash> rest,
        in TreeHash earlierRoot,
        in TreeHash laterRoot)
    {
        var node = earlierSize - 1;
        var last = laterSize - 1;
        var shift = BitOperations.TrailingZeroCount(~node);
        node >>= shift;
        last >>= shift;
        var earlier = first;
        var later = first;
        foreach (ref readonly var hash in rest)
        {
            if (last == 0)
            {
                return WrongLength();
            }

            if ((node & 1) != 0 || node == last)
            {
                earlier = MerkleTree.Node(hash, earlier);
                later = MerkleTree.Node(hash, later);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                later = MerkleTree.Node(later, hash);
            }

            node >>= 1;
            last >>= 1;
        }

        return last != 0 ? WrongLength() : earlier == earlierRoot && later == laterRoot ? null : Mismatch();
    }

    private static Problem WrongLength() =>
        new("log/consistency-proof-length", "The consistency proof does not have the hashes that the two sizes need.");

    private static Problem Mismatch() =>
        new("log/consistency-root-mismatch", "The two trees are not consistent: the log was rewritten or the proof is wrong.");
}
