using System.Globalization;
using Microsoft.Extensions.Primitives;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>What an applicant says of themselves and of the qualification.</summary>
public sealed record CaseDescription(
    Holder Holder, HolderKind Kind, RecognitionPurpose Purpose, Qualification Qualification, Representation? Representation)
{
    /// <summary>The event of it, or why it cannot be so.</summary>
    /// <param name="today">Civil day at the body.</param>
    public Outcome<CaseEvent> Of(RecognitionCase? now, string by, DateOnly today, DateTimeOffset at) =>
        DescribeCase.Of(now, by, Holder, Kind, Purpose, Qualification, Representation, today, at);
}

/// <summary>The form of a case as it was typed: kept whole whatever is wrong with it.</summary>
public sealed class CaseForm
{
    private const int ValueLengthMax = 2_000;

    private static readonly string[] DayForms = ["yyyy-MM-dd", "dd.MM.yyyy"];
    private static readonly string[] Sexes = ["", "female", "male"];

    private readonly Dictionary<string, string[]> values;

    private CaseForm(Dictionary<string, string[]> values) => this.values = values;

    /// <summary>From a form, or from the address that the guide leads with.</summary>
    public static CaseForm Of(IEnumerable<KeyValuePair<string, StringValues>> sent) => new(sent.ToDictionary(
        pair => pair.Key, pair => pair.Value.Select(v => Clean(v ?? "")).Take(AwardQuestion.CountriesMax).ToArray(), StringComparer.Ordinal));

    public static CaseForm Of(RecognitionCase now)
    {
        var (holder, award) = (now.Holder, now.Qualification);
        return new CaseForm(new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["holder"] = [BasisRecord.Code(now.HolderKind)],
            ["filer"] = [BasisRecord.Code(now.Ask().Filer)],
            ["representative"] = [now.Representation?.Name ?? ""],
            ["name"] = [holder.Name],
            ["born"] = [holder.Born?.ToString("O", CultureInfo.InvariantCulture) ?? ""],
            ["citizenship"] = [holder.Citizenship],
            ["sex"] = [holder.Sex],
            ["purpose"] = [BasisRecord.Code(now.Purpose)],
            ["title"] = [award.Title],
            ["language"] = [award.Language],
            ["institution"] = [.. award.Institutions.Select(i => i.Name)],
            ["country"] = [.. award.Institutions.Select(i => i.Country)],
            ["awarded"] = [award.Awarded.ToString("O", CultureInfo.InvariantCulture)],
            ["isced"] = [award.Isced.ToString(CultureInfo.InvariantCulture)],
            ["field"] = [award.Field],
            ["credits"] = [award.Credits?.ToString(CultureInfo.InvariantCulture) ?? ""],
            ["years"] = [award.Years?.ToString(CultureInfo.InvariantCulture) ?? ""],
            ["extent"] = [BasisRecord.Code(award.Extent)],
            ["mode"] = [BasisRecord.Code(award.Mode)],
        });
    }

    /// <summary>Rows for more institutions are asked for; nothing is saved yet.</summary>
    public bool IsMore => this["more"] == "1";

    /// <summary>How many rows for institutions are filled in, at least one.</summary>
    public int Rows => Math.Max(1, Enumerable.Range(0, AwardQuestion.CountriesMax).Where(i => At("institution", i).Length + At("country", i).Length > 0)
        .Select(i => i + 1).DefaultIfEmpty(1).Max());

    public string this[string name] => At(name, 0);

    public string At(string name, int row) => values.GetValueOrDefault(name) is { } all && row < all.Length ? all[row] : "";

    /// <summary>What it says, or everything that cannot be read: name of the field, and why.</summary>
    public (CaseDescription? Description, IReadOnlyList<(string Field, Problem Problem)> Wrong) Read()
    {
        var wrong = new List<(string, Problem)>();
        var (isRepresented, representative) = (Word("filer", Filer.Holder) == Filer.Representative, this["representative"]);
        if (isRepresented != representative.Length > 0)
        {
            wrong.Add(("representative", new Problem("recognition/no-representative", "Whoever acts for a holder gives their own name, and nobody else does.")));
        }

        var institutions = new List<AwardingInstitution>();
        for (var row = 0; row < AwardQuestion.CountriesMax; row++)
        {
            var (name, country) = (At("institution", row), At("country", row).ToUpperInvariant());
            if (name.Length > 0 && country.Length == 0)
            {
                wrong.Add(($"country{row}", new Problem(
                    "recognition/no-country", "One to six awarding countries are named.", ("max", $"{AwardQuestion.CountriesMax}"))));
            }
            else if (name.Length > 0 || country.Length > 0)
            {
                institutions.Add(new AwardingInstitution(name, country));
            }
        }

        var awarded = Day("awarded") ?? Missing("awarded", new Problem("recognition/no-day", "The day of award is a date, year-month-day."));
        var born = Day("born") ?? Missing("born", new Problem("recognition/no-birth", "The day of birth lies in the past."));
        var isced = int.TryParse(this["isced"], NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? level : 0;
        var award = new Qualification(
            this["title"], institutions, awarded, LevelOf(isced), isced, this["field"], Word("extent", StudyExtent.Whole),
            Word("mode", StudyMode.Usual), Number("credits"), Number("years"), this["language"]);
        var holder = new Holder(this["name"], born, Country("citizenship"), Sexes.Contains(this["sex"]) ? this["sex"] : "");
        return wrong.Count > 0
            ? (null, wrong)
            : (new CaseDescription(
                holder, Word("holder", HolderKind.Graduate), Word("purpose", RecognitionPurpose.FurtherStudy), award,
                isRepresented ? new Representation(representative) : null), []);

        DateOnly Missing(string name, Problem problem)
        {
            wrong.Add((name, problem));
            return default;
        }

        decimal? Number(string name)
        {
            var text = this[name].Replace(',', '.');
            if (text.Length == 0)
            {
                return null;
            }

            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            wrong.Add((name, new Problem($"recognition/no-{name}", "A number above 0.")));
            return null;
        }
    }

    /// <summary>Which field of the form a refusal is about.</summary>
    public static string FieldOf(Problem problem) => problem.Code switch
    {
        "recognition/no-name" => "name",
        "recognition/no-birth" => "born",
        "recognition/no-representative" => "representative",
        "recognition/no-title" => "title",
        "recognition/no-language" => "language",
        "recognition/no-institution" => "institution0",
        "recognition/no-level" => "isced",
        "recognition/no-field" => "field",
        "recognition/no-credits" => "credits",
        "recognition/no-years" => "years",
        "recognition/award-in-future" or "recognition/award-too-early" or "recognition/award-before-birth" or "recognition/no-day" => "awarded",
        "recognition/exempt" => "holder",
        _ => "country0",
    };

    /// <summary>Which of the two orders a level falls under: colleges after school (ISCED 5) go with school and vocational education.</summary>
    internal static EducationLevel LevelOf(int isced) => isced >= 6 ? EducationLevel.Higher : EducationLevel.SchoolOrVocational;

    private DateOnly? Day(string name) =>
        DateOnly.TryParseExact(this[name], DayForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private string Country(string name) => this[name].ToUpperInvariant() is { Length: 2 } code && code.All(char.IsAsciiLetterUpper) ? code : "";

    private T Word<T>(string name, T usual)
        where T : struct, Enum => BasisRecord.Parse<T>(this[name]) ?? usual;

    // One line, without what only a machine sees; direction marks would turn the words around it.
    private static string Clean(string value)
    {
        var line = string.Concat((value.Length > ValueLengthMax ? value[..ValueLengthMax] : value)
            .Where(letter => !char.IsControl(letter) && CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.Format));
        return line.Trim();
    }
}
