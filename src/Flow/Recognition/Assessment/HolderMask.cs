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
    private const int PartLengthMin = 2;

    private readonly Regex hidden = new(
        string.Join('|', Parts(one).Select(part => $@"(?<![\p{{L}}\p{{N}}]){part}(?![\p{{L}}\p{{N}}])").Append(@"(?<!\d)\d{12}(?!\d)")),
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(2));

    public string Apply(string text) => hidden.Replace(text, found => new string(Hidden, found.Length));

    /// <summary>Patterns, the longest name first.</summary>
    private static IEnumerable<string> Parts(RecognitionCase one)
    {
        foreach (var name in new[] { one.Holder.Name, one.Representation?.Name ?? "" })
        {
            foreach (var part in Separators().Split(name).Where(p => p.Length >= PartLengthMin).Distinct().OrderByDescending(p => p.Length))
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

    [GeneratedRegex(@"[\s,;/()]+")]
    private static partial Regex Separators();
}
