using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>The hashes of the tree (RFC 6962 section 2.1, RFC 9162 section 2.1.1; SHA-256).</summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;

    /// <summary>The root of a tree without entries: SHA-256 of the empty string.</summary>
    public static TreeHash EmptyRoot { get; } =
        new(Convert.FromHexString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));

    /// <summary>The leaf hash of one log entry: SHA-256(0x00 || entry).</summary>
    /// <remarks>
    /// The prefix keeps leaves and inner nodes apart, so that a proof for an inner node can never pass as a proof for
    /// an entry.
    /// </remarks>
    public static TreeHash Leaf(ReadOnlySpan<byte> entry) => Hash(LeafPrefix, entry, default);

    /// <summary>The hash of an inner node: SHA-256(0x01 || left || right).</summary>
    public static TreeHash Node(in TreeHash left, in TreeHash right) => Hash(NodePrefix, left.Bytes, right.Bytes);

    /// <summary>The root over these leaf hashes, in order.</summary>
    public static TreeHash Root(ReadOnlySpan<TreeHash> leaves)
    {
        var frontier = new Frontier();
        frontier.Append(leaves);
        return frontier.Root();
    }

    private static TreeHash Hash(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> digest = stackalloc byte[TreeHash.SizeBytes];
        ShortSha256.Hash(prefix, first, second, digest);
        return new TreeHash(digest);
    }
}
