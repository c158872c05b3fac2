using System.Globalization;
using System.Text;

namespace Mortanba.Foundation;

/// <summary>Texts in one spelling for a search: small letters, no accents, one blank between words.</summary>
public static class SearchText
{
    // More than a field of a search holds, and few enough for the conditions of one query.
    private const int WordsMax = 60;

    /// <summary>The words of what somebody typed, folded, each once: each is looked for by itself. At most 60, the first ones.</summary>
    public static IReadOnlyList<string> Words(string? asked) =>
        [.. Fold(asked ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Take(WordsMax)];

    /// <summary>True when all words asked for are in the texts, in any spelling.</summary>
    public static bool Has(string texts, string? asked)
    {
        var folded = Fold(texts);
        return Fold(asked ?? "").Split(' ').All(word => folded.Contains(word, StringComparison.Ordinal));
    }

    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKD))
        {
            if (char.IsLetterOrDigit(c))
            {
                folded.Append(char.ToLowerInvariant(c));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && folded.Length > 0 && folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }

        return folded.ToString().TrimEnd();
    }
}
