namespace Mortanba.Documents;

/// <summary>One face as one document uses it: its alphabet's codes, then a code for each further character on first use.</summary>
/// <remarks>
/// Type 0 font, Identity-H, CIDToGIDMap Identity (ISO 32000-1 section 9.7; ISO 19005-3 section 6.2.11): code, CID and
/// glyph number of the subset are the same number. Equal input is equal output.
/// </remarks>
internal sealed class PdfFont(FontFace face)
{
    private const char Replacement = '\uFFFD';

    private readonly TrueTypeFont font = face.Font();
    private readonly FontAlphabet alphabet = FontAlphabet.Of(face);
    private readonly List<char> further = [];

    /// <summary>Resource name on every page.</summary>
    public string Name { get; } = $"F{(int)face}";

    /// <summary>Appends the text as a literal string of two-byte codes.</summary>
    public void Encode(string text, PdfBuffer output)
    {
        output.Append((byte)'(');
        foreach (var character in text)
        {
            var code = Code(character);
            Escape((byte)(code >> 8), output);
            Escape((byte)code, output);
        }

        output.Append((byte)')');
    }

    /// <summary>Width of a text in points at this size.</summary>
    public static double Width(FontFace face, ReadOnlySpan<char> text, double size)
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
        int descendant = objects.Reserve(), descriptor = objects.Reserve(), stream = objects.Reserve();
        var unicode = objects.Reserve();
        var program = Program();
        var name = program.Tag + "+" + face.PostScriptName();
        objects.PutSmall(
            id,
            $"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            + $"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>");
        objects.PutSmall(
            descendant,
            $"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDToGIDMap/Identity"
            + "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            + $"/FontDescriptor {descriptor} 0 R/DW 0/W[0[{program.Widths}]]>>");

        // Flags: 4 symbolic (codes are our own), 2 serif (table 123).
        var flags = face.IsSerif() ? 6 : 4;
        var weight = face is FontFace.SerifBold or FontFace.SansBold ? 140 : 80;
        objects.PutSmall(
            descriptor,
            $"<</Type/FontDescriptor/FontName/{name}/Flags {flags}/FontBBox[{string.Join(' ', font.Box)}]/ItalicAngle 0"
            + $"/Ascent {font.Ascent}/Descent {font.Descent}/CapHeight {font.CapHeight}/StemV {weight}"
            + $"/FontFile2 {stream} 0 R>>");
        objects.PutDeflated(stream, $"/Length1 {program.Size}", program.Deflated);
        objects.PutDeflated(unicode, "", program.ToUnicode);
    }

    /// <summary>Letters with a mark as one character, where Unicode has it: the faces are laid out for that.</summary>
    public static string Composed(string text) =>
        text.AsSpan().ContainsAnyInRange('\u0300', '\u036f') ? text.Normalize() : text;

    private FontProgram Program() => further.Count == 0
        ? alphabet.Program
        : FontProgram.Of(
            font,
            [.. alphabet.Glyphs, .. further.Select(character => Glyph(font, character))],
            [.. alphabet.Characters, .. further.Select(character => font.Glyph(character) == 0 ? Replacement : character)],
            PdfObjects.Deflate);

    private int Code(char character)
    {
        if (alphabet.Code(character) is var code and not 0)
        {
            return code;
        }

        var place = further.IndexOf(character);
        if (place < 0)
        {
            place = further.Count;
            further.Add(character);
        }

        return alphabet.Glyphs.Count + place;
    }

    // Section 7.3.4.2: parentheses and the backslash are escaped, and a bare CR would be read as LF.
    private static void Escape(byte value, PdfBuffer output)
    {
        switch (value)
        {
            case (byte)'(' or (byte)')' or (byte)'\\':
                output.Append((byte)'\\');
                output.Append(value);
                break;
            case (byte)'\r':
                output.Append("\\r"u8);
                break;
            default:
                output.Append(value);
                break;
        }
    }

    // .notdef may not be shown in PDF/A (ISO 19005-3 section 6.2.11.8): an unknown character is a visible U+FFFD.
    private static int Glyph(TrueTypeFont font, char character)
    {
        var glyph = font.Glyph(character);
        return glyph != 0 ? glyph
            : font.Glyph(Replacement) is var replacement and not 0 ? replacement
            : font.Glyph('?');
    }
}
