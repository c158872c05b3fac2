using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Mortanba.Issuance;

/// <summary>The order in which the indices of one block are given out: a secret random permutation, packed.</summary>
/// <remarks>
/// Shuffled once, when the block is made, so that a claim only reads the next few numbers. 131,072 is the smallest
/// list of Bitstring Status List 1.0 section 3.1 (herd privacy).
/// </remarks>
internal static class ShuffledBlock
{
    public const int Size = 131_072;
    public const int PartSize = 4096;
    public const int PartCount = Size / PartSize;
    private const int IndexSizeBytes = 4;

    /// <summary>A fresh permutation as <see cref="PartCount"/> parts of little-endian 32-bit numbers.</summary>
    public static IEnumerable<byte[]> NewParts()
    {
        var order = new int[Size];
        for (var i = 0; i < Size; i++)
        {
            order[i] = i;
        }

        // Fisher-Yates. One call for all random bits: asking 131,072 times costs fifty times as much.
        var random = new uint[Size];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random.AsSpan()));
        for (var i = Size - 1; i > 0; i--)
        {
            var other = Below((uint)i + 1, random[i]);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order.Chunk(PartSize).Select(Pack);
    }

    public static int IndexAt(ReadOnlySpan<byte> part, int place) =>
        BinaryPrimitives.ReadInt32LittleEndian(part[(place * IndexSizeBytes)..]);

    // An even choice from 32 random bits; the few values that would favour low numbers are drawn again.
    private static int Below(uint bound, uint random)
    {
        var fair = uint.MaxValue - (uint)((uint.MaxValue % (ulong)bound + 1) % bound);
        while (random > fair)
        {
            random = BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(sizeof(uint)));
        }

        return (int)(random % bound);
    }

    private static byte[] Pack(int[] indices)
    {
        var bytes = new byte[indices.Length * IndexSizeBytes];
        for (var i = 0; i < indices.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * IndexSizeBytes), indices[i]);
        }

        return bytes;
    }
}
