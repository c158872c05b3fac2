namespace Mortanba.Documents;

/// <summary>
/// The characters of a face that every document carries, so that its subset is made once in the life of the process.
/// A document with a character beyond them gets a subset of its own.
/// </summary>
/// <remarks>
/// Making and deflating subsets took a fifth of a diploma's time; the fixed alphabets cost some 10 KB a diploma.
/// In the order of Unicode, so that the map back to characters is short.
/// </remarks>
internal sealed class FontAlphabet
{
    private const string Figures = " %'()+,-./0123456789:;«»·–—№";
    private const string Latin = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Russian = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяё";
    private const string Kazakh = "ІіҒғҚқҢңҮүҰұһӘәӨө";

    private static readonly Lazy<FontAlphabet>[] Made =
        [.. Enum.GetValues<FontFace>().Select(face => new Lazy<FontAlphabet>(() => new FontAlphabet(face)))];

    private readonly ushort[] codes = new ushort[0x10000];

    private FontAlphabet(FontFace face)
    {
        var font = face.Font();
        List<int> glyphs = [0];
        List<char> characters = ['\0'];
        foreach (var character in Figures + Russian + Kazakh + Latin)
        {
            if (font.Glyph(character) is var glyph and not 0 && codes[character] == 0)
            {
                codes[character] = (ushort)glyphs.Count;
                glyphs.Add(glyph);
                characters.Add(character);
            }
        }

        Glyphs = glyphs;
        Characters = characters;
        Program = FontProgram.Of(font, glyphs, characters, PdfObjects.DeflateBest);
    }

    /// <summary>Glyph numbers of the face by code; code 0 is the missing glyph.</summary>
    public IReadOnlyList<int> Glyphs { get; }

    /// <summary>Characters by code.</summary>
    public IReadOnlyList<char> Characters { get; }

    public FontProgram Program { get; }

    public static FontAlphabet Of(FontFace face) => Made[(int)face].Value;

    /// <summary>Code of a character; 0 when the alphabet lacks it.</summary>
    public int Code(char character) => codes[character];
}
