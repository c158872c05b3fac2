using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Permits;

namespace Mortanba.Host.Demo;

/// <summary>Organisations, programmes and courses of the demonstration. All invented; the data stand in the JSON files beside.</summary>
internal sealed class DemoWords
{
    private const int UniversityCredits = 240;
    private const int CollegeCredits = 180;

    public static readonly DemoWords Default = new();

    private readonly JsonElement programmes = Load("programmes.json");
    private readonly JsonElement courses = Load("courses.json");

    public DemoNames Names { get; } = new(Load("names.json"));

    /// <summary>The operator first, then the initiators.</summary>
    public IReadOnlyList<Organisation> Organisations(string siteAddress)
    {
        var host = new Uri(siteAddress).Authority.Replace(":", "%3A", StringComparison.Ordinal);
        return [.. programmes.GetProperty("organisations").EnumerateArray().Select(o =>
        {
            var bin = BinOf(o);
            return new Organisation(
                bin, $"did:web:{host}:institutions:{bin.Value}",
                o.GetProperty("role").GetString() == "operator"
                    ? OrganisationRole.IssuerOperator : OrganisationRole.Initiator,
                Text(o.GetProperty("name")), Text(o.GetProperty("city")), Text(o.GetProperty("head")),
                Text(o.GetProperty("status")));
        })];
    }

    /// <param name="today">Licences and accreditations are in force around this day.</param>
    public IReadOnlyList<DemoProgramme> Programmes(DateOnly today)
    {
        var bins = programmes.GetProperty("organisations").EnumerateArray()
            .ToDictionary(o => o.GetProperty("key").GetString()!, BinOf);
        return [.. programmes.GetProperty("programmes").EnumerateArray()
            .Select((p, index) => Programme(p, bins[p.GetProperty("org").GetString()!], index, today))];
    }

    private DemoProgramme Programme(JsonElement p, Bin bin, int index, DateOnly today)
    {
        var pool = p.GetProperty("pool").GetString()!;
        var isCollege = pool == "college";
        var name = Text(p.GetProperty("name"));
        var field = Text(p.GetProperty("field"));
        var skills = Text(p.GetProperty("skills"));
        var programme = new Programme(
            bin, p.GetProperty("code").GetString()!, name,
            isCollege ? name : new LocalizedText(
                $"«{name.Kk}» білім беру бағдарламасы бойынша бакалавр",
                $"Бакалавр по образовательной программе «{name.Ru}»",
                $"Bachelor in {name.En}"),
            field, p.GetProperty("isced").GetString()!, isCollege ? 4 : 6,
            isCollege ? CollegeCredits : UniversityCredits,
            isCollege
                ? new LocalizedText("3 жыл 10 ай, күндізгі", "3 года 10 месяцев, очно", "3 years 10 months, full time")
                : new LocalizedText("4 жыл, күндізгі", "4 года, очно", "4 years, full time"),
            isCollege
                ? new LocalizedText("Негізгі орта білім (9 сынып)", "Основное среднее образование (9 классов)", "Basic secondary education (9 years)")
                : new LocalizedText(
                    "Жалпы орта білім және ұлттық бірыңғай тестілеу",
                    "Общее среднее образование и единое национальное тестирование",
                    "General secondary education and the Unified National Testing"),
            new LocalizedText($"Түлек {skills.Kk}.", $"Выпускник {skills.Ru}.", $"The graduate {skills.En}."),
            isCollege
                ? new LocalizedText("Жоғары білім бағдарламаларына түсуге болады.", "Даёт право поступать на программы высшего образования.", "Gives access to higher education.")
                : new LocalizedText("Магистратураға түсуге құқық береді.", "Даёт право поступать в магистратуру.", "Gives access to master's programmes."),
            new LocalizedText(
                $"Мамандық бойынша жұмыс істеу құқығы: {field.Kk}.", $"Право работать по профессии в области: {field.Ru}.",
                $"Entitles to work in the field of {field.En}."),
            $"KZ{index + 11:D2}LAA{25_000 + (index * 37):D8}", today.AddYears(-9), null,
            "IQAA", today.AddYears(-2), today.AddYears(3));
        return new DemoProgramme(programme, isCollege ? "tvet" : "bachelor", isCollege ? "TKB" : "BD", Courses(p, pool));
    }

    // 240 = 12 × 5 + 14 × 8 + 3 × 10 + 18 + 20; 180 = 30 × 6.
    private List<DemoCourse> Courses(JsonElement p, string pool)
    {
        var list = new List<DemoCourse>();
        void Add(JsonElement names, int credits)
        {
            foreach (var name in names.EnumerateArray())
            {
                list.Add(new DemoCourse($"{p.GetProperty("code").GetString()![^4..]}-{list.Count + 1:D2}", Text(name), credits));
            }
        }

        if (pool == "college")
        {
            Add(courses.GetProperty("college"), 6);
            Add(p.GetProperty("courses"), 6);
            return list;
        }

        Add(courses.GetProperty("general"), 5);
        Add(courses.GetProperty(pool), 8);
        Add(p.GetProperty("courses"), 10);
        Add(courses.GetProperty("final"), 18);
        list[^1] = list[^1] with { Credits = 20 };
        return list;
    }

    private static Bin BinOf(JsonElement organisation)
    {
        var prefix = organisation.GetProperty("bin").GetString()!;
        for (var digit = 0; digit <= 9; digit++)
        {
            if (Bin.TryParse($"{prefix}{digit}", out var bin))
            {
                return bin;
            }
        }

        throw new InvalidOperationException($"No check digit makes a BIN of {prefix}.");
    }

    private static LocalizedText Text(JsonElement three) =>
        new(three[0].GetString()!, three[1].GetString()!, three[2].GetString()!);

    /// <summary>What somebody wrote in their own language, of every two one in Kazakh and one in Russian; marked as invented.</summary>
    public static string Said(int number, string kk, string ru) => number % 2 == 0 ? kk + " (ойдан шығарылған)" : ru + " (вымышлено)";

    private static JsonElement Load(string name)
    {
        using var stream = typeof(DemoWords).Assembly.GetManifestResourceStream("demo/" + name)!;
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.Clone();
    }
}

/// <summary>A programme with its document kind, its series and the courses every graduate takes.</summary>
internal sealed record DemoProgramme(Programme Programme, string Kind, string Series, IReadOnlyList<DemoCourse> Courses)
{
    /// <summary>The first few courses with all the credits of the programme, spread evenly: for measuring.</summary>
    public DemoProgramme WithCourses(int count) => this with
    {
        Courses =
        [
            .. Courses.Take(count).Select((course, i) => course with
            {
                Credits = (Programme.Credits * (i + 1) / count) - (Programme.Credits * i / count),
            }),
        ],
    };
}

internal sealed record DemoCourse(string Code, LocalizedText Name, int Credits);
