using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Mortanba.Recognition;

/// <summary>
/// Reads credits, length, day of award and level by patterns in English, Russian and Kazakh, and the field by its words. Deterministic: the same
/// text gives the same proposals, and nothing leaves the process. It offers no translation.
/// </summary>
/// <remarks>
/// The field is the narrow one of ISCED-F 2013 whose words are nearest to a line, by the cosine of vectors weighted with inverse frequency (G.
/// Salton, C. Buckley, "Term-weighting approaches in automatic text retrieval", 1988); below <see cref="NearestMin"/> nothing is proposed.
/// </remarks>
public sealed partial class LocalSuggestions : ISuggestionTool
{
    private const double NearestMin = 0.2;
    private const int EachFieldMax = 5;
    private const int PatternTimeoutMs = 500;
    private const int IdSizeBytes = 6;

    private static readonly string[] Months =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    /// <summary>As they stand in a date, January first.</summary>
    internal static readonly string[] MonthsRu =
        ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];

    /// <summary>As they stand in a date, January first.</summary>
    internal static readonly string[] MonthsKk =
        ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"];

    private static readonly (string Isced, string[] Words)[] Levels =
    [
        ("8", ["doctor of philosophy", "doctorate", "doctoral", "phd", "доктор философии", "доктора философии", "phd докторы"]),
        ("7", ["master of", "master's", "magister", "магистр", "магистра", "магистрі"]),
        ("6", ["bachelor of", "bachelor's", "baccalaureate", "бакалавр", "бакалавра", "бакалавры"]),
    ];

    // Narrow fields with words of three languages: a table to read by, not the classification.
    private static readonly (string Field, string[] Words)[] Fields =
    [
        ("0114", ["education", "teaching", "teacher", "pedagogy", "педагогика", "педагогическое", "образование", "мұғалім"]),
        ("0222", ["history", "archaeology", "история", "археология", "тарих"]),
        ("0231", ["language", "languages", "linguistics", "philology", "translation", "филология", "лингвистика", "перевод"]),
        ("0311", ["economics", "economy", "экономика", "экономики"]),
        ("0313", ["psychology", "психология"]),
        ("0413", ["management", "administration", "business", "менеджмент", "бизнес", "управление"]),
        ("0411", ["accounting", "taxation", "audit", "учёт", "аудит", "налогообложение"]),
        ("0421", ["law", "jurisprudence", "legal", "право", "юриспруденция", "құқық"]),
        ("0511", ["biology", "биология"]),
        ("0531", ["chemistry", "химия"]),
        ("0533", ["physics", "физика"]),
        ("0541", ["mathematics", "математика"]),
        ("0613", ["informatics", "computer", "computing", "software", "информатика", "программная", "программирование"]),
        ("0715", ["mechanical", "mechanics", "engineering", "машиностроение", "механика", "инженерия"]),
        ("0732", ["civil", "construction", "building", "строительство", "құрылыс"]),
        ("0912", ["medicine", "medical", "surgery", "медицина", "лечебное", "медицинская"]),
        ("0913", ["nursing", "midwifery", "сестринское"]),
        ("0916", ["pharmacy", "pharmaceutical", "фармация"]),
    ];

    private static readonly Dictionary<string, double> Weights = Fields.SelectMany(f => f.Words).GroupBy(w => w, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => Math.Log(1 + ((double)Fields.Length / g.Count())), StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "mortanba-rules 1";

    /// <inheritdoc/>
    public Task<IReadOnlyList<Suggestion>> ProposeAsync(SuggestionQuestion question, CancellationToken cancel = default) =>
        Task.FromResult(Propose(question));

    private IReadOnlyList<Suggestion> Propose(SuggestionQuestion question)
    {
        var text = question.Text.Length <= SuggestionQuestion.TextLengthMax ? question.Text : question.Text[..SuggestionQuestion.TextLengthMax];
        var found = Numbers(CreditsPattern(), text, SuggestionFields.Credits, 2_000)
            .Concat(Numbers(YearsPattern(), text, SuggestionFields.Years, 20))
            .Concat(Dates(text)).Concat(LevelsIn(text)).Concat(FieldsIn(text));
        return
        [
            .. found.GroupBy(f => f.Field, StringComparer.Ordinal).SelectMany(g => g.DistinctBy(f => f.Value).Take(EachFieldMax))
                .OrderBy(f => f.Start).ThenBy(f => f.Field, StringComparer.Ordinal)
                .Select(f => new Suggestion(
                    Id(question.Document, f), Name, question.Document, f.Start, f.Length, text.Substring(f.Start, f.Length), f.Field, f.Value)),
        ];
    }

    // The same proposal has the same id: asked twice, a tool proposes nothing new.
    private string Id(string document, Span span) => "suggestion-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{Name}\n{document}\n{span.Field}\n{span.Start}\n{span.Value}"))).AsSpan(0, IdSizeBytes));

    private static IEnumerable<Span> Numbers(Regex pattern, string text, string field, int above) => pattern.Matches(text)
        .Select(m => (Match: m, Value: decimal.TryParse(m.Groups["n"].Value.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) ? n : 0))
        .Where(m => m.Value > 0 && m.Value <= above)
        .Select(m => new Span(m.Match.Index, m.Match.Length, field, m.Value.ToString("0.##", CultureInfo.InvariantCulture)));

    private static IEnumerable<Span> Dates(string text)
    {
        foreach (Match match in DatePattern().Matches(text))
        {
            int Part(string name) => int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
            var word = match.Groups["m"].Value.ToLowerInvariant();
            var month = match.Groups["mm"].Success ? Part("mm")
                : new[] { Months, MonthsRu, MonthsKk }.Select(names => Array.FindIndex(names, n => word.StartsWith(n, StringComparison.Ordinal)) + 1).Max();
            if (month is >= 1 and <= 12 && Part("y") is >= 1900 and <= 2100 and var year && Part("d") is >= 1 and var day && day <= DateTime.DaysInMonth(year, month))
            {
                yield return new Span(
                    match.Index, match.Length, SuggestionFields.Awarded, new DateOnly(year, month, day).ToString("O", CultureInfo.InvariantCulture));
            }
        }
    }

    // The whole phrase only: "master of" in "the master of ceremonies" is what a person turns down.
    private static IEnumerable<Span> LevelsIn(string text)
    {
        foreach (var (isced, words) in Levels)
        {
            foreach (var word in words)
            {
                if (text.IndexOf(word, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
                {
                    yield return new Span(at, word.Length, SuggestionFields.Level, isced);
                }
            }
        }
    }

    private static IEnumerable<Span> FieldsIn(string text)
    {
        foreach (Match line in LinePattern().Matches(text))
        {
            var words = WordPattern().Matches(line.Value).Select(w => (w.Index, w.Length, Word: w.Value.ToLowerInvariant())).ToList();
            var known = words.Where(w => Weights.ContainsKey(w.Word)).ToList();
            if (known.Count == 0)
            {
                continue;
            }

            var best = Fields.Select(f => (f.Field, Hits: known.Where(w => f.Words.Contains(w.Word)).ToList(), f.Words))
                .Select(f => (f.Field, f.Hits, Nearness: Cosine(f.Hits.Select(h => h.Word), f.Words, known.Select(k => k.Word))))
                .MaxBy(f => f.Nearness);
            if (best.Nearness >= NearestMin)
            {
                var (first, last) = (best.Hits[0], best.Hits[^1]);
                yield return new Span(line.Index + first.Index, last.Index + last.Length - first.Index, SuggestionFields.Field, best.Field);
            }
        }
    }

    private static double Cosine(IEnumerable<string> hits, IEnumerable<string> field, IEnumerable<string> line)
    {
        static double Square(IEnumerable<string> words) => words.Distinct().Sum(w => Weights[w] * Weights[w]);
        return Square(hits) / Math.Sqrt(Square(field) * Square(line));
    }

    private readonly record struct Span(int Start, int Length, string Field, string Value);

    [GeneratedRegex(@"(?<![\d.,])(?<n>\d{1,4}([.,]\d{1,2})?)\s*(ects|credits?\b|credit points|кредит\w*|зачётн\w+ единиц\w*)(\s+credits?)?", RegexOptions.IgnoreCase, PatternTimeoutMs)]
    private static partial Regex CreditsPattern();

    [GeneratedRegex(@"(?<![\d.,])(?<n>\d{1,2}([.,]\d)?)\s*[- ]?(years?\b|года?\b|лет\b|жыл\b)", RegexOptions.IgnoreCase, PatternTimeoutMs)]
    private static partial Regex YearsPattern();

    [GeneratedRegex(@"(?<!\d)((?<y>\d{4})-(?<mm>\d{2})-(?<d>\d{2})|(?<d>\d{1,2})\.(?<mm>\d{1,2})\.(?<y>\d{4})|(?<d>\d{1,2})\s+(?<m>\p{L}{3,12})\s+(?<y>\d{4}))(?!\d)", RegexOptions.None, PatternTimeoutMs)]
    private static partial Regex DatePattern();

    [GeneratedRegex(@"[^\r\n]{3,500}", RegexOptions.None, PatternTimeoutMs)]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"\p{L}{3,30}", RegexOptions.None, PatternTimeoutMs)]
    private static partial Regex WordPattern();
}
