using System.Globalization;
using System.Text;

namespace Mortanba.Documents;

/// <summary>One face as one document uses it: gives a character its code on first use, so equal input is equal output.</summary>
/// <remarks>
/// Type 0 font, Identity-H, CIDToGIDMap Identity (ISO 32000-1 section 9.7; ISO 19005-3 section 6.2.11): code, CID and
/// glyph number of the subset are the same number.
/// </remarks>
internal sealed class PdfFont(FontFace face)
{
    private const char Replacement = '\uFFFD';

    private readonly TrueTypeFont font = face.Font();
    private readonly Dictionary<char, string> codeOf = [];
    private readonly List<int> glyphs = [0];
    private readonly List<char> characters = ['\0'];

    /// <summary>Resource name on every page.</summary>
    public string Name { get; } = "F" + ((int)face).ToString(CultureInfo.InvariantCulture);

    /// <summary>Appends the text as a hexadecimal string of two-byte codes.</summary>
    public void Encode(string text, StringBuilder output)
    {
        output.Append('<');
        foreach (var character in text)
        {
            output.Append(Code(character));
        }

        output.Append('>');
    }

    /// <summary>Width of a text in points at this size.</summary>
    public static double Width(FontFace face, string text, double size)
    {
        var font = face.Font();
        var thousandths = 0;
        foreach (var character in text)
        {
            thousandths += font.Width(Glyph(font, character));
        }

        return thousandths * size / 1000;
    }

    public void Write(PdfObjects objects, int id)
    {
        int descendant = objects.Reserve(), descriptor = objects.Reserve(), program = objects.Reserve();
        var unicode = objects.Reserve();
        var name = Tag() + "+" + face.PostScriptName();
        objects.Put(
            id,
            $"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            + $"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>");
        var widths = string.Join(' ', glyphs.Select(font.Width));
        objects.Put(
            descendant,
            $"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDToGIDMap/Identity"
            + "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            + $"/FontDescriptor {descriptor} 0 R/DW 0/W[0[{widths}]]>>");

        // Flags: 4 symbolic (codes are our own), 2 serif (table 123).
        var flags = face.IsSerif() ? 6 : 4;
        var weight = face is FontFace.SerifBold or FontFace.SansBold ? 140 : 80;
        objects.Put(
            descriptor,
            $"<</Type/FontDescriptor/FontName/{name}/Flags {flags}/FontBBox[{string.Join(' ', font.Box)}]/ItalicAngle 0"
            + $"/Ascent {font.Ascent}/Descent {font.Descent}/CapHeight {font.CapHeight}/StemV {weight}"
            + $"/FontFile2 {program} 0 R>>");
        var subset = FontSubset.Build(font, glyphs);
        objects.PutStream(program, $"/Length1 {subset.Length}", subset);
        objects.PutStream(unicode, "", Encoding.ASCII.GetBytes(ToUnicode()));
    }

    /// <summary>Letters with a mark as one character, where Unicode has it: the faces are laid out for that.</summary>
    public static string Composed(string text) =>
        text.AsSpan().ContainsAnyInRange('\u0300', '\u036f') ? text.Normalize() : text;

    private string Code(char character)
    {
        if (!codeOf.TryGetValue(character, out var code))
        {
            code = glyphs.Count.ToString("X4", CultureInfo.InvariantCulture);
            codeOf.Add(character, code);
            glyphs.Add(Glyph(font, character));
            characters.Add(font.Glyph(character) == 0 ? Replacement : character);
        }

        return code;
    }

    // .notdef may not be shown in PDF/A (ISO 19005-3 section 6.2.11.8): an unknown character is a visible U+FFFD.
    private static int Glyph(TrueTypeFont font, char character)
    {
        var glyph = font.Glyph(character);
        return glyph != 0 ? glyph
            : font.Glyph(Replacement) is var replacement and not 0 ? replacement
            : font.Glyph('?');
    }

    // Six capitals that differ with the set of glyphs (ISO 32000-1 section 9.6.4), the same for the same set.
    private string Tag()
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

    private string ToUnicode()
    {
        var map = new StringBuilder(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            + "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
            + "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
            + "1 begincodespacerange<0000><FFFF>endcodespacerange\n");
        for (var first = 1; first < characters.Count; first += 100)
        {
            var count = Math.Min(100, characters.Count - first);
            map.Append(CultureInfo.InvariantCulture, $"{count} beginbfchar\n");
            for (var code = first; code < first + count; code++)
            {
                map.Append(CultureInfo.InvariantCulture, $"<{code:X4}><{(int)characters[code]:X4}>\n");
            }

            map.Append("endbfchar\n");
        }

        return map.Append("endcmap CMapName currentdict/CMap defineresource pop end end").ToString();
    }
}
