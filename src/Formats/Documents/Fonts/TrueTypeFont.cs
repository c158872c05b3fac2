using System.Buffers.Binary;

namespace Mortanba.Documents;

/// <summary>One parsed TrueType face: what a PDF needs to measure, encode and subset (ISO/IEC 14496-22).</summary>
/// <remarks>Reads our own embedded faces only, so a malformed table throws.</remarks>
internal sealed class TrueTypeFont
{
    private readonly byte[] file;
    private readonly Dictionary<string, (int Start, int Size)> tables = new(StringComparer.Ordinal);
    private readonly ushort[] glyphOfCharacter = new ushort[0x10000];
    private readonly ushort[] advances;
    private readonly int[] widths;
    private readonly bool longOffsets;

    public TrueTypeFont(byte[] file)
    {
        this.file = file;
        int tableCount = U16(4);
        for (var i = 0; i < tableCount; i++)
        {
            var record = 12 + (16 * i);
            var tag = System.Text.Encoding.ASCII.GetString(file, record, 4);
            tables[tag] = ((int)U32(record + 8), (int)U32(record + 12));
        }

        var head = Start("head");
        UnitsPerEm = U16(head + 18);
        Box = [Em(S16(head + 36)), Em(S16(head + 38)), Em(S16(head + 40)), Em(S16(head + 42))];
        longOffsets = S16(head + 50) == 1;

        var hhea = Start("hhea");
        Ascent = Em(S16(hhea + 4));
        Descent = Em(S16(hhea + 6));
        GlyphCount = U16(Start("maxp") + 4);
        CapHeight = Em(S16(Start("OS/2") + 88));
        advances = ReadAdvances(U16(hhea + 34));
        widths = [.. advances.Select(advance => Em(advance))];
        ReadCharacterMap();
    }

    public int UnitsPerEm { get; }

    public int GlyphCount { get; }

    /// <summary>Bounding box, ascent, descent and capital height in thousandths of the em, as PDF wants them.</summary>
    public int[] Box { get; }

    public int Ascent { get; }

    public int Descent { get; }

    public int CapHeight { get; }

    /// <summary>Glyph of a character of the basic plane; 0 when the face has none.</summary>
    public int Glyph(char character) => glyphOfCharacter[character];

    /// <summary>Advance width in thousandths of the em.</summary>
    public int Width(int glyph) => widths[glyph];

    /// <summary>Advance width and left side bearing in font units, for a subset's hmtx.</summary>
    public (ushort Advance, short Bearing) Metrics(int glyph)
    {
        var longCount = U16(Start("hhea") + 34);
        var hmtx = Start("hmtx");
        var bearing = glyph < longCount
            ? S16(hmtx + (4 * glyph) + 2)
            : S16(hmtx + (4 * longCount) + (2 * (glyph - longCount)));
        return (advances[glyph], bearing);
    }

    /// <summary>The outline of a glyph as stored; empty for a space.</summary>
    public ReadOnlySpan<byte> Outline(int glyph)
    {
        var loca = Start("loca");
        var (from, until) = longOffsets
            ? ((int)U32(loca + (4 * glyph)), (int)U32(loca + (4 * glyph) + 4))
            : (2 * U16(loca + (2 * glyph)), 2 * U16(loca + (2 * glyph) + 2));
        return file.AsSpan(Start("glyf") + from, until - from);
    }

    public ReadOnlySpan<byte> Table(string tag) => file.AsSpan(tables[tag].Start, tables[tag].Size);

    private int Start(string tag) => tables[tag].Start;

    private int Em(int units) => (int)Math.Round(units * 1000.0 / UnitsPerEm);

    private ushort[] ReadAdvances(int longCount)
    {
        var all = new ushort[GlyphCount];
        var hmtx = Start("hmtx");
        for (var glyph = 0; glyph < GlyphCount; glyph++)
        {
            all[glyph] = U16(hmtx + (4 * Math.Min(glyph, longCount - 1)));
        }

        return all;
    }

    // Format 4, the segments of the basic plane (ISO/IEC 14496-22 section 5.2.1.3.3): all that diplomas are printed in.
    private void ReadCharacterMap()
    {
        var cmap = Start("cmap");
        for (var i = 0; i < U16(cmap + 2); i++)
        {
            var table = cmap + (int)U32(cmap + 4 + (8 * i) + 4);
            if (U16(table) == 4)
            {
                ReadSegments(table);
                return;
            }
        }

        throw new FormatException("The face has no format 4 character map.");
    }

    private void ReadSegments(int table)
    {
        var segmentCount = U16(table + 6) / 2;
        var ends = table + 14;
        var starts = ends + (2 * segmentCount) + 2;
        var deltas = starts + (2 * segmentCount);
        var offsets = deltas + (2 * segmentCount);
        for (var segment = 0; segment < segmentCount; segment++)
        {
            int start = U16(starts + (2 * segment)), end = U16(ends + (2 * segment));
            int delta = U16(deltas + (2 * segment)), offset = U16(offsets + (2 * segment));
            for (var c = start; c <= end && c < 0xffff; c++)
            {
                int glyph = offset == 0 ? c : U16(offsets + (2 * segment) + offset + (2 * (c - start)));
                glyphOfCharacter[c] = offset != 0 && glyph == 0 ? (ushort)0 : (ushort)((glyph + delta) & 0xffff);
            }
        }
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));

    private short S16(int at) => BinaryPrimitives.ReadInt16BigEndian(file.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
}
