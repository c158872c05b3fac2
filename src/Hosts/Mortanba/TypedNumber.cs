namespace Mortanba.Host;

/// <summary>The number of a diploma as people type it: the letters of its series are Latin, and keyboards here often are not.</summary>
internal static class TypedNumber
{
    // Letters that look alike, and those people type for a Latin one that sounds so: Б, Д, П, Ф.
    private const string Cyrillic = "АВЕКМНОРСТХБДПФ";
    private const string Latin = "ABEKMHOPCTXBDPF";

    /// <summary>Upper case, Cyrillic letters as the Latin ones they stand for; all else as it is.</summary>
    public static string InLatin(string typed) => string.Create(typed.Length, typed, (into, text) =>
    {
        for (var i = 0; i < into.Length; i++)
        {
            var letter = char.ToUpperInvariant(text[i]);
            var at = Cyrillic.IndexOf(letter, StringComparison.Ordinal);
            into[i] = at < 0 ? letter : Latin[at];
        }
    });
}
