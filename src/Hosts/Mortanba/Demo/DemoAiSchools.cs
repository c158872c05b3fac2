using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.AiEducation;
using Mortanba.Foundation;

namespace Mortanba.Host.Demo;

/// <summary>An invented place of learning.</summary>
/// <param name="Drive">How far it has come with AI, in percent: what happens there follows from it.</param>
internal sealed record DemoAiSchool(School Place, int Learners, int Teachers, int Drive);

/// <summary>
/// Invented places of learning in three regions, with their people: 40 places, 2,000 teachers, 20,000 learners. Pure, and the same at each
/// start: pseudonyms too are made of the place and a number, and of nobody's name. Names stand only at the first school, where people sign in.
/// </summary>
internal static class DemoAiSchools
{
    private const int ClassSize = 25;
    private const int CollegeYears = 4;
    private const int SchoolYears = 11;
    private const int CollegesFrom = 35;

    // From here on each of the forty has a check digit.
    private const int NumberFrom = 100;
    private const int DepartmentsFrom = 90_000;

    /// <summary>Sizes: how many places of a kind, learners and teachers of each.</summary>
    private static readonly (int Places, int Learners, int Teachers, bool IsRural)[] Sizes =
        [(8, 825, 83, false), (12, 700, 70, false), (10, 350, 35, true), (10, 150, 15, true)];

    private static readonly (string Code, string Kk, string Ru, string En, string[] Districts)[] Regions =
    [
        ("KZ-75", "Алматы қаласы", "город Алматы", "the city of Almaty", ["Алмалы", "Әуезов", "Медеу"]),
        ("KZ-61", "Түркістан облысы", "Туркестанская область", "Turkistan Region", ["Сайрам", "Сауран", "Түлкібас"]),
        ("KZ-59", "Солтүстік Қазақстан облысы", "Северо-Казахстанская область", "North Kazakhstan Region", ["Қызылжар", "Айыртау", "Есіл"]),
    ];

    /// <summary>The first school: its people sign in, and its examples are whole.</summary>
    public static DemoAiSchool First { get; } = All()[0];

    public static IReadOnlyList<School> Departments() =>
    [
        .. Regions.Select((r, i) => new School(
            BinOf(DepartmentsFrom + i),
            new LocalizedText($"Білім басқармасы, {r.Kk} (ойдан шығарылған)", $"Управление образования, {r.Ru} (вымышленное)", $"Department of Education of {r.En} (invented)"),
            r.Code, r.Districts[0], SchoolKind.School, Setting.Urban, ["kk", "ru"], Connectivity.Good) { IsDepartment = true }),
    ];

    /// <summary>The largest first; each region has of every size.</summary>
    public static IReadOnlyList<DemoAiSchool> All()
    {
        var (all, random) = (new List<DemoAiSchool>(), new DemoRandom(2029));
        foreach (var (places, learners, teachers, isRural) in Sizes)
        {
            for (var i = 0; i < places; i++)
            {
                // Four of the largest have one teacher fewer: 2,000 in all.
                var number = all.Count;
                all.Add(new DemoAiSchool(Place(number, isRural, ref random), learners, number is >= 4 and < 8 ? teachers - 1 : teachers, 35 + random.Next(60)));
            }
        }

        return all;
    }

    /// <summary>Who is there since the first day of the year that is shown.</summary>
    /// <param name="joined">The moment they came.</param>
    public static IReadOnlyList<SchoolPerson> People(DemoAiSchool school, DateTimeOffset joined, DemoNames names)
    {
        var people = new List<SchoolPerson>(school.Learners + school.Teachers);
        var random = new DemoRandom(SeedOf(school.Place.Bin, "people"));
        var years = school.Place.Kind == SchoolKind.School ? SchoolYears : CollegeYears;
        var isFirst = school.Place.Bin == First.Place.Bin;
        for (var i = 0; i < school.Learners; i++)
        {
            var place = i / ClassSize;
            var (grade, letter) = ((place % years) + 1, (char)('A' + (place / years)));
            var (isMale, born) = (random.Next(100) < 51, new DateOnly(joined.Year - grade - 6, 1 + random.Next(12), 1 + random.Next(28)));
            people.Add(new SchoolPerson(
                Pseudonym(school.Place.Bin, "l", i), school.Place.Bin, SchoolPersonKind.Learner, string.Create(CultureInfo.InvariantCulture, $"{grade}{letter}"), [], grade,
                school.Place.Languages[(place / years) % school.Place.Languages.Count], isMale ? "male" : "female", random.Next(100) < 3, null, [],
                isFirst ? new PersonWords(NameOf(names, ref random, isMale), born) : null, joined, null));
        }

        var classes = people.Select(p => p.Class).Distinct().ToArray();
        for (var i = 0; i < school.Teachers; i++)
        {
            var isMale = random.Next(100) < 24;
            people.Add(new SchoolPerson(
                Pseudonym(school.Place.Bin, "t", i), school.Place.Bin, SchoolPersonKind.Teacher, "", [classes[i % classes.Length], classes[(i + 1) % classes.Length]], 0,
                school.Place.Languages[i % school.Place.Languages.Count], isMale ? "male" : "female", false, null, [],
                isFirst ? new PersonWords(NameOf(names, ref random, isMale), null) : null, joined, null));
        }

        return people;
    }

    internal static ulong SeedOf(Bin school, string what) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"demo/{school}/{what}")));

    private static School Place(int number, bool isRural, ref DemoRandom random)
    {
        var region = Regions[number % Regions.Length];
        var kind = number == 2 ? SchoolKind.Higher : number >= CollegesFrom || number == 7 ? SchoolKind.College : SchoolKind.School;
        var (kk, ru, en) = kind switch
        {
            SchoolKind.School => ($"№ {number + 1} жалпы білім беретін мектеп", $"Общеобразовательная школа № {number + 1} (вымышленная)", $"General school No {number + 1}"),
            SchoolKind.College => ($"№ {number + 1} колледж", $"Колледж № {number + 1} (вымышленный)", $"College No {number + 1}"),
            SchoolKind.Higher => ("Педагогикалық университет", "Педагогический университет (вымышленный)", "Pedagogical university"),
        };
        return new School(
            BinOf(number), new LocalizedText($"{kk} (ойдан шығарылған)", ru, $"{en} (invented)"),
            region.Code, region.Districts[number / Regions.Length % region.Districts.Length], kind, isRural ? Setting.Rural : Setting.Urban,
            (number % 4) switch { 0 => ["kk", "ru"], 1 => ["kk"], 2 => ["ru", "kk"], _ => isRural ? ["kk"] : ["ru"] },
            isRural ? (random.Next(4) == 0 ? Connectivity.None : Connectivity.Weak) : random.Next(5) == 0 ? Connectivity.Weak : Connectivity.Good);
    }

    // Of the ten numbers that differ in their last digit one is a number.
    private static Bin BinOf(int number) => Bin.Parse(
        Enumerable.Range(0, 10).Select(check => string.Create(CultureInfo.InvariantCulture, $"990240{NumberFrom + number:00000}{check}")).First(text => Bin.TryParse(text, out _)));

    private static string Pseudonym(Bin school, string kind, int number) =>
        "p-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"demo/{school}/{kind}/{number}"))).AsSpan(0, 8));

    private static string NameOf(DemoNames names, ref DemoRandom random, bool isMale)
    {
        var person = names.Invent(ref random, isMale, onlyRussianLetters: false);
        return $"{person.Family.Kk} {person.Given.Kk}";
    }
}
