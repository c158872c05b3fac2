namespace Mortanba.Documents;

/// <summary>The embedded faces (SIL Open Font License, <c>Fonts/OFL.txt</c>); all carry the Kazakh letters.</summary>
public enum FontFace
{
    SerifRegular,
    SerifBold,
    SansRegular,
    SansBold,
}

/// <summary>Parses each face once in the life of the process, on first use.</summary>
internal static class FontFaces
{
    private static readonly Lazy<TrueTypeFont>[] Parsed =
        [.. Enum.GetValues<FontFace>().Select(face => new Lazy<TrueTypeFont>(() => Load(face)))];

    public static TrueTypeFont Font(this FontFace face) => Parsed[(int)face].Value;

    /// <summary>PostScript name without the subset tag.</summary>
    public static string PostScriptName(this FontFace face) => face switch
    {
        FontFace.SerifRegular => "NotoSerif-Regular",
        FontFace.SerifBold => "NotoSerif-Bold",
        FontFace.SansRegular => "NotoSans-Regular",
        FontFace.SansBold => "NotoSans-Bold",
    };

    public static bool IsSerif(this FontFace face) => face is FontFace.SerifRegular or FontFace.SerifBold;

    private static TrueTypeFont Load(FontFace face)
    {
        using var stream = typeof(FontFaces).Assembly.GetManifestResourceStream($"Fonts/{face.PostScriptName()}.ttf")
            ?? throw new InvalidOperationException($"The face {face} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new TrueTypeFont(bytes);
    }
}
