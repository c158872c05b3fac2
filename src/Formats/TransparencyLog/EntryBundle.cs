using System.Buffers.Binary;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>A bundle of entries: each is its length (16 bits, big-endian) and its bytes (C2SP tlog-tiles, "Log entries").</summary>
public static class EntryBundle
{
    public const int EntryMaxBytes = ushort.MaxValue;
    private const int LengthBytes = 2;

    /// <summary>Writes a bundle of 1 to 256 entries. Throws <see cref="ArgumentException"/> for more, or an entry of over 65,535 bytes.</summary>
    public static byte[] Write(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        if (entries.Count is 0 or > TileId.WidthMax || entries.Any(entry => entry.Length > EntryMaxBytes))
        {
            throw new ArgumentException("A bundle has 1 to 256 entries of at most 65,535 bytes.", nameof(entries));
        }

        var bundle = new byte[entries.Sum(entry => LengthBytes + entry.Length)];
        var rest = bundle.AsSpan();
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)entry.Length);
            entry.Span.CopyTo(rest[LengthBytes..]);
            rest = rest[(LengthBytes + entry.Length)..];
        }

        return bundle;
    }

    /// <summary>Reads a bundle of exactly <paramref name="count"/> entries; they are slices of <paramref name="bundle"/>.</summary>
    public static Outcome<IReadOnlyList<ReadOnlyMemory<byte>>> Parse(ReadOnlyMemory<byte> bundle, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TileId.WidthMax);
        var entries = new ReadOnlyMemory<byte>[count];
        for (var i = 0; i < count; i++)
        {
            if (bundle.Length < LengthBytes)
            {
                return Malformed(count);
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            if (bundle.Length - LengthBytes < length)
            {
                return Malformed(count);
            }

            entries[i] = bundle.Slice(LengthBytes, length);
            bundle = bundle[(LengthBytes + length)..];
        }

        return bundle.IsEmpty ? Outcome<IReadOnlyList<ReadOnlyMemory<byte>>>.From(entries) : Malformed(count);
    }

    private static Problem Malformed(int count) =>
        new("log/entry-bundle-malformed", $"The bundle does not hold exactly {count} whole entries.");
}
