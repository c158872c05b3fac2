using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Mortanba.TransparencyLog;

/// <summary>A SHA-256 hash of the tree (leaf, node or root): 32 bytes, held by value so that proofs need no heap.</summary>
[StructLayout(LayoutKind.Sequential, Size = SizeBytes)]
public readonly struct TreeHash : IEquatable<TreeHash>
{
    public const int SizeBytes = 32;

    private readonly ulong word0;
    private readonly ulong word1;
    private readonly ulong word2;
    private readonly ulong word3;

    /// <summary>Takes exactly 32 bytes; throws <see cref="ArgumentOutOfRangeException"/> otherwise.</summary>
    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, SizeBytes, nameof(bytes));
        this = MemoryMarshal.Read<TreeHash>(bytes);
    }

    /// <summary>The 32 bytes, in place.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<TreeHash>(in this));

    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>Standard base64 (RFC 4648 section 4), 44 characters: the form of checkpoints and proofs.</summary>
    public string ToBase64() => Convert.ToBase64String(Bytes);

    /// <summary>Lower-case hexadecimal, 64 characters: the form people compare.</summary>
    public string Hex() => Convert.ToHexStringLower(Bytes);

    /// <summary>Reads the base64 form; refuses another length and a non-canonical encoding.</summary>
    public static bool TryParse(ReadOnlySpan<char> base64, out TreeHash hash)
    {
        hash = default;
        if (!StrictBase64.TryDecode(base64, out var bytes) || bytes.Length != SizeBytes)
        {
            return false;
        }

        hash = new TreeHash(bytes);
        return true;
    }

    /// <summary>Reads a proof kept as byte strings; false when one is not 32 bytes or there are more than 64.</summary>
    public static bool TryReadAll(IReadOnlyList<ReadOnlyMemory<byte>> hashes, Span<TreeHash> into)
    {
        if (hashes.Count > into.Length)
        {
            return false;
        }

        for (var i = 0; i < hashes.Count; i++)
        {
            if (hashes[i].Length != SizeBytes)
            {
                return false;
            }

            into[i] = new TreeHash(hashes[i].Span);
        }

        return true;
    }

    /// <summary>A proof as byte strings.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> ToMemories(ReadOnlySpan<TreeHash> hashes)
    {
        var all = MemoryMarshal.AsBytes(hashes).ToArray();
        var slices = new ReadOnlyMemory<byte>[hashes.Length];
        for (var i = 0; i < slices.Length; i++)
        {
            slices[i] = all.AsMemory(i * SizeBytes, SizeBytes);
        }

        return slices;
    }

    public bool Equals(TreeHash other) =>
        word0 == other.word0 && word1 == other.word1 && word2 == other.word2 && word3 == other.word3;

    public override bool Equals(object? obj) => obj is TreeHash other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(word0, word1);

    public override string ToString() => ToBase64();

    public static bool operator ==(TreeHash left, TreeHash right) => left.Equals(right);

    public static bool operator !=(TreeHash left, TreeHash right) => !left.Equals(right);
}
