using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>Reads a question on recognition from the values of an address or of a command: the same names and words everywhere.</summary>
/// <remarks><c>country</c> (repeated for a joint degree), <c>awarded</c>, <c>purpose</c>, <c>holder</c>, <c>filer</c>, <c>level</c>,
/// <c>extent</c>, <c>mode</c>, and places in rankings as <c>qs</c>, <c>arwu</c>, <c>the</c>. What is left out has the usual value.</remarks>
internal static class GuideQuestion
{
    private const int ValueMax = 60;

    private static readonly string[] DayForms = ["yyyy-MM-dd", "dd.MM.yyyy"];

    /// <summary>The question, or everything that is wrong with it: name of the value, and why.</summary>
    public static (AwardQuestion? Question, IReadOnlyList<(string Field, Problem Problem)> Wrong) Read(Func<string, IEnumerable<string?>> values)
    {
        var wrong = new List<(string, Problem)>();
        var countries = values("country").Select(Clean).Where(c => c.Length > 0).Select(c => c.ToUpperInvariant()).ToList();
        if (countries.Count == 0)
        {
            wrong.Add(("country", NoCountry()));
        }

        if (!DateOnly.TryParseExact(
            One("awarded"), DayForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var awarded))
        {
            wrong.Add(("awarded", new Problem("recognition/no-day", "The day of award is a date, year-month-day.")));
        }

        var question = new AwardQuestion(
            countries, awarded, Word<RecognitionPurpose>("purpose"), Word<HolderKind>("holder"), Word<EducationLevel>("level"),
            Word<StudyExtent>("extent"), Word<StudyMode>("mode"), [.. Enum.GetValues<RankingSystem>().Select(Rank).OfType<RankingPosition>()],
            Word<Filer>("filer"));
        return (wrong.Count == 0 ? question : null, wrong);

        string One(string name) => Clean(values(name).FirstOrDefault());

        // The first value of each enum is the usual one.
        T Word<T>(string name)
            where T : struct, Enum
        {
            var word = One(name);
            if (word.Length == 0)
            {
                return default;
            }

            if (BasisRecord.Parse<T>(word) is { } value)
            {
                return value;
            }

            wrong.Add((name, new Problem(
                "recognition/unknown-word",
                "There is no such answer.",
                ("word", word),
                ("known", string.Join(", ", Enum.GetValues<T>().Select(v => BasisRecord.Code(v)))))));
            return default;
        }

        RankingPosition? Rank(RankingSystem system)
        {
            var (name, word) = (BasisRecord.Code(system), One(BasisRecord.Code(system)));
            if (word.Length == 0)
            {
                return null;
            }

            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position > 0)
            {
                return new RankingPosition(system, position);
            }

            wrong.Add((name, new Problem("recognition/no-position", "A place in a ranking is a whole number from 1.", ("word", word))));
            return null;
        }
    }

    /// <summary>Which value of the form a refusal is about.</summary>
    public static string FieldOf(Problem problem) => problem.Code switch
    {
        "recognition/award-in-future" or "recognition/award-too-early" => "awarded",
        _ => "country",
    };

    private static Problem NoCountry() => new(
        "recognition/no-country", "One to six awarding countries are named.", ("max", $"{AwardQuestion.CountriesMax}"));

    private static string Clean(string? value)
    {
        var text = (value ?? "").Trim();
        return text.Length > ValueMax ? text[..ValueMax] : text;
    }
}
