using System.Globalization;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;

namespace Mortanba.Host.Demo;

/// <summary>One written list, ready for Intake.</summary>
/// <param name="Description">What is special about it: encoding, language of the headers.</param>
public sealed record DemoList(Bin Initiator, string GraduatesFile, int Count, string Description);

/// <summary>
/// The data of the demonstration. Everything is invented and follows from the seed; the graduates go through the real
/// Intake: three universities (CSV in UTF-8, a workbook, CSV with commas) and a college (CSV in Windows-1251).
/// </summary>
public sealed class DemoLists(IntakeRules rules, DateOnly today, ulong seed = 20260630)
{
    private const int WorkbookGraduatesMax = 2_000;

    // Far from the numbers of the good lists.
    private const int BadListFirst = 900_000;
    private const int NextListFirst = 800_000;

    private readonly IReadOnlyList<DemoProgramme> programmes = DemoWords.Default.Programmes(today);
    private readonly DemoGraduates graduates = new(rules, seed, today);

    static DemoLists() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The operator first, then three universities and the college.</summary>
    public static IReadOnlyList<Organisation> Organisations(string siteAddress) =>
        DemoWords.Default.Organisations(siteAddress);

    /// <summary>Every programme of every initiator, with licence and accreditation in force on <paramref name="today"/>.</summary>
    public static IReadOnlyList<Programme> Programmes(DateOnly today) =>
        [.. DemoWords.Default.Programmes(today).Select(programme => programme.Programme)];

    /// <summary>The institution whose enrolment register is entered: the third university.</summary>
    public static Bin Registered { get; } = DemoWords.Default.Programmes(new DateOnly(2026, 1, 1))
        .GroupBy(programme => programme.Programme.Initiator).ElementAt(2).Key;

    /// <summary>When the graduates of the lists began their studies.</summary>
    public int EntryYear => DemoGraduates.AwardDay(today).Year - DemoGraduates.YearsOfStudy;

    /// <summary>How many graduates of each programme the list of an institution has, of <paramref name="count"/> over all lists.</summary>
    public IReadOnlyDictionary<string, int> GraduatesOf(Bin initiator, int count)
    {
        var byInitiator = programmes.GroupBy(programme => programme.Programme.Initiator).ToList();
        var place = byInitiator.FindIndex(group => group.Key == initiator);
        var share = ((count * (place + 1)) / byInitiator.Count) - ((count * place) / byInitiator.Count);
        var offered = byInitiator[place].ToList();
        var counts = offered.ToDictionary(programme => programme.Programme.Code, _ => 0, StringComparer.Ordinal);
        for (var i = 0; i < share; i++)
        {
            counts[offered[i * offered.Count / share].Programme.Code]++;
        }

        return counts;
    }

    /// <summary>Running number of the first graduate of an institution's list.</summary>
    public int FirstOf(Bin initiator, int count)
    {
        var byInitiator = programmes.GroupBy(programme => programme.Programme.Initiator).ToList();
        return (count * byInitiator.FindIndex(group => group.Key == initiator)) / byInitiator.Count;
    }

    /// <summary>IIN and programme of invented people of an institution, from a running number on.</summary>
    internal IEnumerable<(string Iin, string Programme)> LearnersOf(Bin initiator, int first, int count) =>
        graduates.Invent([.. programmes.Where(programme => programme.Programme.Initiator == initiator)], first, count)
            .Select(person => (person.Cells[1], person.Programme.Programme.Code));

    /// <summary>Writes the lists of all four institutions into a folder; together <paramref name="count"/> graduates.</summary>
    public IReadOnlyList<DemoList> WriteAll(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        var byInitiator = programmes.GroupBy(programme => programme.Programme.Initiator).ToList();
        var lists = new List<DemoList>();
        var first = 0;
        for (var i = 0; i < byInitiator.Count; i++)
        {
            var share = ((count * (i + 1)) / byInitiator.Count) - ((count * i) / byInitiator.Count);
            if (share > 0)
            {
                lists.Add(Write(folder, i, byInitiator[i].Key, [.. byInitiator[i]], first, share));
            }

            first += share;
        }

        return lists;
    }

    /// <summary>One large list of one university as CSV, streamed: for measuring.</summary>
    /// <param name="courses">Courses of each graduate; null: as many as the programmes have.</param>
    public DemoList WriteLarge(string graduatesFile, int count, int? courses = null)
    {
        var group = programmes.GroupBy(programme => programme.Programme.Initiator).First();
        var people = graduates.Invent(
            [.. group.Select(programme => courses is { } few ? programme.WithCourses(few) : programme)], 0, count);
        WriteCsv(graduatesFile, DemoHeaders.Ru, DemoHeaders.CoursesRu, people, ';', new UTF8Encoding(true));
        return new DemoList(group.Key, graduatesFile, count, "CSV");
    }

    /// <summary>A list of the next cohort that nobody has issued, with e-mail addresses: for the console.</summary>
    public DemoList WriteNext(string graduatesFile, int count)
    {
        var group = programmes.GroupBy(programme => programme.Programme.Initiator).First().ToList();
        var bin = group[0].Programme.Initiator;
        var people = graduates.Invent(group, NextListFirst, count).Select((person, i) => person with
        {
            Cells = [.. person.Cells, FormattableString.Invariant($"graduate-{i + 1}@{bin.Value}.example")],
        });
        WriteCsv(graduatesFile, [.. DemoHeaders.Ru, "E-mail"], DemoHeaders.CoursesRu, people, ';', new UTF8Encoding(true));
        return new DemoList(bin, graduatesFile, count, "next cohort");
    }

    /// <summary>A list of more graduates of the first university, those from <paramref name="first"/> on.</summary>
    public DemoList WriteMore(string graduatesFile, int first, int count)
    {
        var group = programmes.GroupBy(programme => programme.Programme.Initiator).First().ToList();
        WriteCsv(
            graduatesFile, DemoHeaders.Ru, DemoHeaders.CoursesRu, graduates.Invent(group, first, count), ';', new UTF8Encoding(true));
        return new DemoList(group[0].Programme.Initiator, graduatesFile, count, "CSV");
    }

    /// <summary>Further graduates of one institution, whom no other list of the demonstration holds.</summary>
    /// <param name="first">Where in the endless row of invented people they begin.</param>
    public DemoList WriteMore(string graduatesFile, Bin initiator, int first, int count)
    {
        var offered = programmes.Where(programme => programme.Programme.Initiator == initiator).ToList();
        WriteCsv(graduatesFile, DemoHeaders.Ru, DemoHeaders.CoursesRu, graduates.Invent(offered, first, count), ';', new UTF8Encoding(true));
        return new DemoList(initiator, graduatesFile, count, "CSV");
    }

    /// <summary>A list with one fault a row, to see how each is reported. Nothing of it may be issued.</summary>
    public DemoList WriteBad(string graduatesFile)
    {
        var group = programmes.GroupBy(programme => programme.Programme.Initiator).First().ToList();
        var people = graduates.Invent(group, BadListFirst, 16).ToList();
        DemoFaults.Spoil(people);
        WriteCsv(graduatesFile, DemoHeaders.Ru, DemoHeaders.CoursesRu, people, ';', new UTF8Encoding(true));
        return new DemoList(group[0].Programme.Initiator, graduatesFile, people.Count, "faults");
    }

    private DemoList Write(
        string folder, int place, Bin initiator, IReadOnlyList<DemoProgramme> offered, int first, int count)
    {
        string Named(string name) => Path.Combine(folder, name);
        switch (place)
        {
            case 1 when count <= WorkbookGraduatesMax:
                {
                    var file = Named("alatau-university.xlsx");
                    var people = graduates.Invent(offered, first, count).ToList();
                    WorkbookWriter.Write(
                        file,
                        ("Түлектер", people.Select(person => (IReadOnlyList<string>)person.Cells).Prepend(DemoHeaders.Kk)),
                        ("Пәндер", people.SelectMany(CourseRows).Prepend(DemoHeaders.CoursesKk)));
                    return new DemoList(initiator, file, count, "XLSX, Kazakh headers");
                }

            case 2:
                {
                    var file = Named("syrdarya-university.csv");
                    WriteCsv(
                        file, DemoHeaders.En, DemoHeaders.CoursesEn, graduates.Invent(offered, first, count), ',',
                        new UTF8Encoding(false));
                    return new DemoList(initiator, file, count, "CSV, UTF-8, commas, English headers");
                }

            case 3:
                {
                    var file = Named("ertis-college.csv");
                    var people = graduates.Invent(offered, first, count, onlyRussianLetters: true).Select(Russified);
                    WriteCsv(
                        file, DemoHeaders.Ru, DemoHeaders.CoursesRu, people, ';', Encoding.GetEncoding(1251));
                    return new DemoList(initiator, file, count, "CSV, Windows-1251, Russian headers");
                }

            default:
                {
                    var file = Named(place == 0 ? "sarybel-university.csv" : "alatau-university.csv");
                    WriteCsv(
                        file, DemoHeaders.Ru, DemoHeaders.CoursesRu, graduates.Invent(offered, first, count), ';',
                        new UTF8Encoding(true));
                    return new DemoList(initiator, file, count, "CSV, UTF-8, Russian headers");
                }
        }
    }

    // Windows-1251 has no қ: the words of this list are Russian ones.
    private static DemoGraduate Russified(DemoGraduate person)
    {
        var honours = Array.IndexOf(DemoHeaders.Ru, "С отличием");
        person.Cells[honours] = person.Cells[honours] == "иә" ? "да" : "нет";
        return person;
    }

    private IEnumerable<IReadOnlyList<string>> CourseRows(DemoGraduate person)
    {
        for (var c = 0; c < person.Percents.Length; c++)
        {
            var course = person.Programme.Courses[c];
            yield return
            [
                person.StudentNumber, course.Code, course.Name.Kk, course.Name.Ru, course.Name.En,
                course.Credits.ToString(CultureInfo.InvariantCulture),
                person.Percents[c].ToString(CultureInfo.InvariantCulture),
                rules.Grades.OfPercent(person.Percents[c]).Letter,
            ];
        }
    }

    // Course rows differ only in student, percent and letter: the middle is made once a course.
    private void WriteCsv(
        string graduatesFile, string[] headers, string[] courseHeaders, IEnumerable<DemoGraduate> people, char delimiter,
        Encoding encoding)
    {
        using var list = new StreamWriter(graduatesFile, append: false, encoding, 1 << 16);
        using var courses = new StreamWriter(
            Path.ChangeExtension(graduatesFile, ".courses.csv"), append: false, new UTF8Encoding(true), 1 << 16);
        list.Write(string.Join(delimiter, headers) + "\r\n");
        courses.Write(string.Join(delimiter, courseHeaders) + "\r\n");
        var middles = new Dictionary<DemoCourse, string>(ReferenceEqualityComparer.Instance);
        string MiddleOf(DemoCourse course)
        {
            if (!middles.TryGetValue(course, out var middle))
            {
                string[] cells =
                [
                    "", course.Code, Cell(course.Name.Kk, delimiter), Cell(course.Name.Ru, delimiter),
                    Cell(course.Name.En, delimiter), course.Credits.ToString(CultureInfo.InvariantCulture), "",
                ];
                middles[course] = middle = string.Join(delimiter, cells);
            }

            return middle;
        }

        var ends = Enumerable.Range(0, 101)
            .Select(percent => string.Create(
                CultureInfo.InvariantCulture, $"{percent}{delimiter}{rules.Grades.OfPercent(percent).Letter}\r\n"))
            .ToArray();
        foreach (var person in people)
        {
            for (var i = 0; i < person.Cells.Length; i++)
            {
                if (i > 0)
                {
                    list.Write(delimiter);
                }

                list.Write(Cell(person.Cells[i], delimiter));
            }

            list.Write("\r\n");
            for (var c = 0; c < person.Percents.Length; c++)
            {
                courses.Write(person.StudentNumber);
                courses.Write(MiddleOf(person.Programme.Courses[c]));
                courses.Write(ends[person.Percents[c]]);
            }
        }
    }

    private static string Cell(string text, char delimiter) =>
        text.Contains(delimiter, StringComparison.Ordinal) || text.Contains('"', StringComparison.Ordinal)
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
}
