using System.Text;
using System.Text.RegularExpressions;

namespace Mortanba.Recognition;

/// <summary>
/// A pattern for one part of a name in the spellings it may have in Kazakh, Russian and Latin letters, whichever of them it is given in:
/// one sound, several letters. Passports, diplomas and translations of the same person disagree, so the pattern is wide rather than exact.
/// </summary>
/// <remarks>
/// Spellings: the Kazakh Latin alphabets of 2018 and 2021, ICAO Doc 9303, GOST 7.79, BGN/PCGN and the older French one of Soviet passports,
/// as far as they differ letter by letter. Names that were translated (Alexandre for Александр) are other names to it.
/// </remarks>
internal static class NameSpellings
{
    // Each sound with the ways to write it, the longest first, so that a name is cut into sounds greedily.
    private static readonly string[][] Sounds =
    [
        ["shch", "sch", "щ"], ["dzh", "дж", "zh", "dj", "ж", "ž", "j"], ["kh", "x", "х", "һ", "h"], ["ks", "x", "кс"], ["ts", "tz", "ц", "c"],
        ["tch", "ch", "ч", "č", "ç"], ["sh", "ш", "š", "ş"], ["iya", "ия", "ya", "ia", "ja", "я"], ["yu", "iu", "ju", "iou", "ю"],
        ["yo", "io", "jo", "ё", "e", "е"], ["ye", "je", "ie", "е", "э", "e", "є"], ["gh", "g", "г", "ғ", "ğ", "ǵ"],
        ["ng", "нг", "нғ", "n", "н", "ң", "ñ", "ń"], ["ck", "k", "q", "к", "қ"], ["ou", "u", "у", "ұ", "ү", "ū", "ü", "ú", "w"],
        ["a", "а", "ә", "ä", "á"], ["b", "б"], ["v", "в", "w"], ["d", "д"], ["z", "з"],
        ["iy", "ii", "ий", "ый", "y", "i", "j", "и", "й", "і", "ы", "ı", "ï", "í"], ["l", "л"], ["m", "м"], ["o", "о", "ө", "ö", "ó"], ["p", "п"],
        ["r", "р"], ["s", "с"], ["t", "т"], ["ph", "f", "ф"],
    ];

    // Written in one alphabet and dropped in another.
    private const string Silent = "ьъ'’ʼʹ`";
    private const string SilentPattern = "[ьъ'’ʼʹ`]?";

    // What a name takes on in a Russian or Kazakh sentence. In Latin letters nothing is added.
    private const string KazakhEndings = "[дтн][ыі]ң|[ғг][ае]|[қк][ае]|[дтн][ыі]|[дт][ае]|[днт]ан|[днт]ен|[мбп]ен";
    private const string Endings = $"(?:а|у|е|ы|и|ю|я|ии|ию|ие|ией|ой|ей|ым|им|ом|ем|ого|ому|{KazakhEndings})?";

    // A name of three or four letters takes on those of a first name alone: of its stem little is left.
    private const string ShortEndings = $"(?:а|у|е|ы|ю|я|ом|ем|{KazakhEndings})?";
    private const string VowelEndings = "(?:ы|и|е|у|ю|я|ой|ей|ою|ею|ем)";

    private static readonly Dictionary<string, string> Patterns = Sounds
        .SelectMany(ways => ways.Select(way => (Way: way, Sound: ways)))
        .GroupBy(w => w.Way, StringComparer.Ordinal)
        .ToDictionary(
            g => g.Key,
            // A letter of several sounds stands for all of them.
            g => "(?:" + string.Join('|', g.SelectMany(w => w.Sound).Distinct().OrderByDescending(w => w.Length).Select(Regex.Escape)) + ")",
            StringComparer.Ordinal);

    private static readonly int LongestWay = Patterns.Keys.Max(k => k.Length);

    /// <summary>The pattern, to be matched without regard to case and bounded by the caller.</summary>
    /// <param name="part">One word of a name. Below three letters it is taken as it stands: the name Ан is not the word "an".</param>
    public static string Pattern(string part)
    {
        const int spelledMin = 3;
        const int longMin = 5;
        const int spelledMax = 30;
        var word = part.Normalize(NormalizationForm.FormC).ToLowerInvariant();
        if (word.Length < spelledMin)
        {
            return Regex.Escape(word);
        }

        if (word.Length > spelledMax)
        {
            // Nobody else is called so.
            return string.Concat(SoundsOf(word[..spelledMax])) + @"\S*";
        }

        var sounds = SoundsOf(word).ToList();
        var isBent = "aаяәiиыйy".Contains(word[^1], StringComparison.Ordinal);
        if (word.Length < longMin)
        {
            // Олег, Олега; Алия, Алии: the last letter gives way, and something stands in its place.
            return string.Concat(sounds) + ShortEndings + (isBent ? "|" + string.Concat(SoundsOf(word[..^1])) + VowelEndings : "");
        }

        // Иванова, Ивановой; Сергей, Сергею: the last sound gives way to the ending.
        return string.Concat(sounds.SkipLast(1)) + sounds[^1] + (isBent ? "?" : "") + Endings;
    }

    private static IEnumerable<string> SoundsOf(string word)
    {
        for (var at = 0; at < word.Length;)
        {
            var length = Math.Min(LongestWay, word.Length - at);
            while (length > 0 && !Patterns.ContainsKey(word.Substring(at, length)))
            {
                length--;
            }

            yield return length > 0 ? $"(?:{Patterns[word.Substring(at, length)]}{SilentPattern})"
                : Silent.Contains(word[at], StringComparison.Ordinal) ? SilentPattern : Regex.Escape(word[at..(at + 1)]);
            at += Math.Max(length, 1);
        }
    }
}
