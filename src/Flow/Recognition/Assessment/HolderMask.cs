using System.Globalization;
using System.Text.RegularExpressions;

namespace Mortanba.Recognition;

/// <summary>
/// Hides a holder in a text that evaluators read (requirement RQ-20): the parts of the name in the spellings of Kazakh, Russian and Latin
/// letters, the day of birth as it is usually written, and every number of twelve digits. Length is kept, so that places in the text stay places.
/// </summary>
/// <remarks>
/// GAP: a name in other alphabets, a translated one, initials, and words that give somebody away, are not found; whoever takes a document
/// in looks at it first.
/// </remarks>
public sealed partial class HolderMask(RecognitionCase one)
{
    private const char Hidden = '▇';

    // An automaton has a size that it must keep.
    private const int PartsAtOnce = 3;

    // From the beginning to the end of a word, in time that grows with the text alone: the name is a stranger's choice.
    private readonly Regex[] hidden =
    [
        .. Parts(one).Chunk(PartsAtOnce).Select(parts => new Regex(
            $@"\A(?:{string.Join('|', parts)})(?:[^\p{{L}}\p{{N}}]|\z)",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)),
    ];

    public string Apply(string text)
    {
        var shown = text.ToCharArray();
        for (var at = 0; at < text.Length; at++)
        {
            if (at > 0 && IsOfWord(text[at - 1]))
            {
                continue;
            }

            foreach (var part in hidden)
            {
                foreach (var found in part.EnumerateMatches(text.AsSpan(at)))
                {
                    // What ends a word stays.
                    shown.AsSpan(at, IsOfWord(text[at + found.Length - 1]) ? found.Length : found.Length - 1).Fill(Hidden);
                }
            }
        }

        foreach (var found in LongNumber().EnumerateMatches(text))
        {
            shown.AsSpan(found.Index, found.Length).Fill(Hidden);
        }

        return new string(shown);
    }

    private static bool IsOfWord(char letter) => char.IsLetter(letter) || char.IsNumber(letter);

    /// <summary>Patterns, the longest name first.</summary>
    private static IEnumerable<string> Parts(RecognitionCase one)
    {
        foreach (var name in new[] { one.Holder.Name, one.Representation?.Name ?? "" })
        {
            foreach (var part in HolderNames.Parts(name).OrderByDescending(p => p.Length))
            {
                yield return NameSpellings.Pattern(part);
            }
        }

        if (one.Holder.Born is { } born)
        {
            foreach (var format in new[] { "yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d MMMM yyyy", "MMMM d, yyyy" })
            {
                yield return Regex.Escape(born.ToString(format, CultureInfo.InvariantCulture));
            }

            yield return $"{born.Day} {LocalSuggestions.MonthsRu[born.Month - 1]} {born.Year}";
            yield return $@"{born.Year} жыл\p{{L}}* {born.Day} {LocalSuggestions.MonthsKk[born.Month - 1]}\p{{L}}*";
            yield return $@"{born.Day} {LocalSuggestions.MonthsKk[born.Month - 1]}\p{{L}}* {born.Year}";
        }
    }

    [GeneratedRegex(@"(?<!\d)\d{12}(?!\d)")]
    private static partial Regex LongNumber();
}
