using System.Text;

namespace Mortanba.Credentials;

/// <summary>One text of a foreign file in the languages in which it stands there; at least one.</summary>
public sealed record ReadText(IReadOnlyList<ReadWords> Words)
{
    /// <summary>Longer texts are cut: a stranger's file must not fill a page or a database.</summary>
    public const int LengthMax = 4000;

    private const int LanguagesMax = 24;

    /// <summary>In that language; else in English, else in the first one that is there.</summary>
    /// <param name="language">BCP 47; <c>en</c> also finds <c>en-GB</c>.</param>
    public string In(string language) =>
        (Find(language) ?? Find("en") ?? Words[0]).Text;

    public static ReadText Of(string? language, string text) => new([new ReadWords(language, text)]);

    /// <summary>Null when there is no word in it; blank texts are left out.</summary>
    public static ReadText? From(IEnumerable<ReadWords> words)
    {
        var kept = words.Where(word => word.Text.Length > 0).Take(LanguagesMax).ToList();
        return kept.Count == 0 ? null : new ReadText(kept);
    }

    public bool Equals(ReadText? other) => other is not null && Words.SequenceEqual(other.Words);

    public override int GetHashCode() => Words[0].GetHashCode();

    public override string ToString() => In("en");

    /// <summary>One line: white space becomes one blank, other control characters go, and what is too long ends in "…".</summary>
    internal static string Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "";
        }

        var clean = new StringBuilder(Math.Min(text.Length, LengthMax));
        var blank = false;
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter))
            {
                blank = clean.Length > 0;
                continue;
            }

            if (char.IsControl(letter) || IsDirectionMark(letter))
            {
                continue;
            }

            if (clean.Length >= LengthMax - 2)
            {
                return clean.Append('…').ToString();
            }

            _ = blank ? clean.Append(' ') : clean;
            clean.Append(letter);
            blank = false;
        }

        return clean.ToString();
    }

    /// <summary>The same without tags: the text between them, for formats that carry HTML. Never to be shown as markup.</summary>
    internal static string WithoutTags(string? text)
    {
        if (text is null || !HasTags(text))
        {
            return Clean(text);
        }

        var plain = new StringBuilder(text.Length);
        var inTag = false;
        for (var i = 0; i < text.Length; i++)
        {
            inTag = IsTagAt(text, i) || (inTag && text[i] != '>');
            plain.Append(inTag || text[i] == '>' ? ' ' : text[i]);
        }

        return Clean(System.Net.WebUtility.HtmlDecode(plain.ToString()));
    }

    private static bool HasTags(string text)
    {
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0; at = text.IndexOf('<', at + 1))
        {
            if (IsTagAt(text, at))
            {
                return true;
            }
        }

        return false;
    }

    // "a < b" is no tag.
    private static bool IsTagAt(string text, int at) =>
        text[at] == '<' && at + 1 < text.Length && (char.IsAsciiLetter(text[at + 1]) || text[at + 1] is '/' or '!');

    // Marks that turn the direction of writing: with them a name can be made to read as another.
    private static bool IsDirectionMark(char letter) =>
        letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\uFEFF';

    private ReadWords? Find(string language) => Words.FirstOrDefault(word => word.Language is { } own
        && own.StartsWith(language, StringComparison.OrdinalIgnoreCase)
        && (own.Length == language.Length || own[language.Length] == '-'));
}

/// <param name="Language">BCP 47 as the file gives it; null when it does not.</param>
public sealed record ReadWords(string? Language, string Text);
