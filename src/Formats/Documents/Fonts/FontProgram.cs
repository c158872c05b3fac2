using System.Globalization;
using System.Text;

namespace Mortanba.Documents;

/// <summary>A subset ready to be put in a file: what follows from its list of glyphs alone.</summary>
/// <param name="Tag">Six capitals that differ with the glyphs (ISO 32000-1 section 9.6.4).</param>
/// <param name="Widths">Advance widths of the glyphs in order, thousandths of the em.</param>
/// <param name="Size">Bytes of the font file before deflating.</param>
/// <param name="Deflated">The font file.</param>
/// <param name="ToUnicode">The map from codes to characters, deflated.</param>
internal sealed record FontProgram(string Tag, string Widths, int Size, byte[] Deflated, byte[] ToUnicode)
{
    private const int RangeCountMax = 100;

    /// <param name="glyphs">Glyph numbers of the face; the place in the list is the code. The first is 0.</param>
    /// <param name="characters">The character of each code.</param>
    public static FontProgram Of(
        TrueTypeFont font, IReadOnlyList<int> glyphs, IReadOnlyList<char> characters, Func<ReadOnlySpan<byte>, byte[]> deflate)
    {
        var subset = FontSubset.Build(font, glyphs);
        return new FontProgram(
            TagOf(glyphs), string.Join(' ', glyphs.Select(font.Width)), subset.Length, deflate(subset), deflate(MapOf(characters)));
    }

    private static string TagOf(IReadOnlyList<int> glyphs)
    {
        var hash = 2166136261u;
        foreach (var glyph in glyphs)
        {
            hash = unchecked((hash ^ (uint)glyph) * 16777619u);
        }

        var tag = new char[6];
        for (var i = 0; i < tag.Length; i++)
        {
            tag[i] = (char)('A' + (hash % 26));
            hash = (hash / 26) + ((uint)i * 7919);
        }

        return new string(tag);
    }

    private static byte[] MapOf(IReadOnlyList<char> characters)
    {
        var map = new StringBuilder(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            + "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
            + "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
            + "1 begincodespacerange<0000><FFFF>endcodespacerange\n");
        var ranges = RangesOf(characters);
        foreach (var part in ranges.Chunk(RangeCountMax))
        {
            map.Append(CultureInfo.InvariantCulture, $"{part.Length} beginbfrange\n");
            foreach (var (first, last) in part)
            {
                map.Append(CultureInfo.InvariantCulture, $"<{first:X4}><{last:X4}><{(int)characters[first]:X4}>\n");
            }

            map.Append("endbfrange\n");
        }

        return Encoding.ASCII.GetBytes(
            map.Append("endcmap CMapName currentdict/CMap defineresource pop end end").ToString());
    }

    // Codes whose characters follow one another. A range may change the last byte only, of both (ISO 32000-1 section 9.10.3).
    private static List<(int First, int Last)> RangesOf(IReadOnlyList<char> characters)
    {
        var ranges = new List<(int First, int Last)>();
        for (var code = 1; code < characters.Count; code++)
        {
            var continues = ranges.Count > 0 && characters[code] == characters[code - 1] + 1
                && code % 256 != 0 && characters[code] % 256 != 0;
            if (continues)
            {
                ranges[^1] = (ranges[^1].First, code);
            }
            else
            {
                ranges.Add((code, code));
            }
        }

        return ranges;
    }
}
