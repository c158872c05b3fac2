using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Mortanba.Documents;

/// <summary>Makes a small TrueType file of chosen glyphs, renumbered from 0, without hinting.</summary>
/// <remarks>
/// The tables a CIDFontType2 program must have (ISO 32000-1 section 9.9, table 126): glyf, head, hhea, hmtx, loca, maxp.
/// Hints are dropped with cvt, fpgm and prep: half the size, and print and screens today render outlines unhinted.
/// </remarks>
internal static class FontSubset
{
    private const int ComponentHasWords = 0x0001;
    private const int ComponentHasScale = 0x0008;
    private const int ComponentHasMore = 0x0020;
    private const int ComponentHasTwoScales = 0x0040;
    private const int ComponentHasMatrix = 0x0080;
    private const int ComponentHasInstructions = 0x0100;

    /// <summary>Builds the file. Parts of composite glyphs are appended after the glyphs asked for.</summary>
    /// <param name="glyphs">Old glyph numbers; the place in the list is the new number. The first must be 0.</param>
    public static byte[] Build(TrueTypeFont font, IReadOnlyList<int> glyphs)
    {
        var order = new List<int>(glyphs);
        var renumbered = new Dictionary<int, int>();
        for (var i = 0; i < order.Count; i++)
        {
            renumbered.TryAdd(order[i], i);
        }

        var glyf = new ArrayBufferWriter<byte>(64 * 1024);
        var loca = new List<int> { 0 };
        for (var i = 0; i < order.Count; i++)
        {
            Copy(font.Outline(order[i]), glyf, Renumber);
            while (glyf.WrittenCount % 4 != 0)
            {
                glyf.Write("\0"u8);
            }

            loca.Add(glyf.WrittenCount);
        }

        return Assemble(font, order, glyf.WrittenSpan, loca);

        int Renumber(int old)
        {
            if (!renumbered.TryGetValue(old, out var number))
            {
                number = order.Count;
                renumbered.Add(old, number);
                order.Add(old);
            }

            return number;
        }
    }

    private static void Copy(ReadOnlySpan<byte> outline, ArrayBufferWriter<byte> glyf, Func<int, int> renumber)
    {
        if (outline.IsEmpty)
        {
            return;
        }

        if (BinaryPrimitives.ReadInt16BigEndian(outline) >= 0)
        {
            CopySimple(outline, glyf);
        }
        else
        {
            CopyComposite(outline, glyf, renumber);
        }
    }

    // Header, contour ends, instruction length and instructions, then flags and points.
    private static void CopySimple(ReadOnlySpan<byte> outline, ArrayBufferWriter<byte> glyf)
    {
        var instructionsAt = 10 + (2 * BinaryPrimitives.ReadInt16BigEndian(outline));
        var instructionSize = BinaryPrimitives.ReadUInt16BigEndian(outline[instructionsAt..]);
        glyf.Write(outline[..instructionsAt]);
        glyf.Write("\0\0"u8);
        glyf.Write(outline[(instructionsAt + 2 + instructionSize)..]);
    }

    private static void CopyComposite(ReadOnlySpan<byte> outline, ArrayBufferWriter<byte> glyf, Func<int, int> renumber)
    {
        var copy = outline.ToArray();
        var at = 10;
        int flags;
        do
        {
            flags = BinaryPrimitives.ReadUInt16BigEndian(copy.AsSpan(at));
            var part = BinaryPrimitives.ReadUInt16BigEndian(copy.AsSpan(at + 2));
            BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(at), (ushort)(flags & ~ComponentHasInstructions));
            BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(at + 2), (ushort)renumber(part));
            at += 4 + ((flags & ComponentHasWords) != 0 ? 4 : 2);
            at += (flags & ComponentHasScale) != 0 ? 2
                : (flags & ComponentHasTwoScales) != 0 ? 4
                : (flags & ComponentHasMatrix) != 0 ? 8
                : 0;
        }
        while ((flags & ComponentHasMore) != 0);
        glyf.Write(copy.AsSpan(0, at));
    }

    private static byte[] Assemble(TrueTypeFont font, List<int> order, ReadOnlySpan<byte> glyf, List<int> offsets)
    {
        var head = font.Table("head").ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), 0);
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(50), 1);
        var hhea = font.Table("hhea").ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(hhea.AsSpan(34), (ushort)order.Count);
        var maxp = font.Table("maxp").ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(maxp.AsSpan(4), (ushort)order.Count);
        var hmtx = new byte[4 * order.Count];
        var loca = new byte[4 * offsets.Count];
        for (var i = 0; i < order.Count; i++)
        {
            var (advance, bearing) = font.Metrics(order[i]);
            BinaryPrimitives.WriteUInt16BigEndian(hmtx.AsSpan(4 * i), advance);
            BinaryPrimitives.WriteInt16BigEndian(hmtx.AsSpan((4 * i) + 2), bearing);
        }

        for (var i = 0; i < offsets.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(loca.AsSpan(4 * i), (uint)offsets[i]);
        }

        return File(
            ("glyf", glyf.ToArray()), ("head", head), ("hhea", hhea), ("hmtx", hmtx), ("loca", loca), ("maxp", maxp));
    }

    // The table directory, sorted by tag, with checksums; head's checkSumAdjustment makes the whole sum 0xB1B0AFBA.
    private static byte[] File(params (string Tag, byte[] Content)[] tables)
    {
        var start = 12 + (16 * tables.Length);
        var size = start + tables.Sum(t => Padded(t.Content.Length));
        var file = new byte[size];
        BinaryPrimitives.WriteUInt32BigEndian(file, 0x00010000);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(4), (ushort)tables.Length);
        var power = (int)Math.Log2(tables.Length);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(6), (ushort)(16 << power));
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(8), (ushort)power);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(10), (ushort)((16 * tables.Length) - (16 << power)));
        var at = start;
        var headAt = 0;
        for (var i = 0; i < tables.Length; i++)
        {
            var (tag, content) = tables[i];
            content.CopyTo(file, at);
            var record = file.AsSpan(12 + (16 * i));
            Encoding.ASCII.GetBytes(tag, record);
            BinaryPrimitives.WriteUInt32BigEndian(record[4..], Checksum(file.AsSpan(at, Padded(content.Length))));
            BinaryPrimitives.WriteUInt32BigEndian(record[8..], (uint)at);
            BinaryPrimitives.WriteUInt32BigEndian(record[12..], (uint)content.Length);
            headAt = tag == "head" ? at : headAt;
            at += Padded(content.Length);
        }

        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(headAt + 8), unchecked(0xB1B0AFBA - Checksum(file)));
        return file;
    }

    private static uint Checksum(ReadOnlySpan<byte> padded)
    {
        var sum = 0u;
        for (var i = 0; i < padded.Length; i += 4)
        {
            sum = unchecked(sum + BinaryPrimitives.ReadUInt32BigEndian(padded[i..]));
        }

        return sum;
    }

    private static int Padded(int size) => (size + 3) & ~3;
}
