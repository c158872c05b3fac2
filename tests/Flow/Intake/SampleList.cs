using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Intake;

/// <summary>A small list in a folder of its own; invented people. Cells are changed by field before it is written.</summary>
internal sealed class SampleList : IDisposable
{
    public static readonly string[] Headers =
    [
        "number", "iin", "family-kk", "given-kk", "patronymic-kk", "family-ru", "given-ru", "patronymic-ru",
        "family-en", "given-en", "patronymic-en", "passport-family", "passport-given", "birth-date", "student-number",
        "programme-code", "kind", "form", "instruction", "minutes-number", "minutes-date", "award-date", "study-from",
        "study-until", "honours", "credits", "gpa",
    ];

    public static readonly string[] CourseHeaders =
        ["student-number", "course-code", "course-name-kk", "course-name-ru", "course-name-en", "course-credits", "percent", "letter"];

    public static readonly IntakeRules Rules =
        IntakeRules.For(RuleBook.Load(RuleBook.DefaultFolder).Value, new DateOnly(2026, 6, 30)).Value;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mortanba-intake-");

    public List<string> HeaderRow { get; set; } = [.. Headers];

    public List<string> CourseHeaderRow { get; set; } = [.. CourseHeaders];

    public List<List<string>> Graduates { get; } =
    [
        [
            "BD 00412867", "061211600012", "Әбдірахманова", "Айгерім", "Серікқызы", "Абдрахманова", "Айгерим",
            "Сериковна", "Abdirakhmanova", "Aigerim", "Serikkyzy", "ABDIRAKHMANOVA", "AIGERIM", "11.12.2006",
            "S0001", "6B06103", "bachelor", "full-time", "kk", "14", "20.06.2026", "30.06.2026", "01.09.2022",
            "15.06.2026", "no", "240", "3.00",
        ],
        [
            "BD 00412868", "050101600808", "Иванов", "Пётр", "Сергеевич", "Иванов", "Пётр", "Сергеевич",
            "Ivanov", "Pyotr", "Sergeevich", "IVANOV", "PYOTR", "2005-01-01", "S0002", "6B06103", "Бакалавр",
            "очная", "русский", "14", "2026-06-20", "2026-06-30", "2022-09-01", "2026-06-15", "нет", "240", "3,00",
        ],
    ];

    public List<List<string>> Courses { get; } =
    [
        .. from student in new[] { "S0001", "S0002" }
           from course in Enumerable.Range(1, 30)
           select new List<string>
           {
               student, $"CS{course:D3}", $"Алгоритмдер {course}", $"Алгоритмы {course}", $"Algorithms {course}", "8", "82", "B",
           },
    ];

    public IIssuedDiplomas Issued { get; set; } = new NothingIssued();

    public IntakeLimits Limits { get; set; } = new();

    public string Csv => Path.Combine(folder.FullName, "graduates.csv");

    public string CoursesCsv => Path.Combine(folder.FullName, "graduates.courses.csv");

    public string Xlsx => Path.Combine(folder.FullName, "graduates.xlsx");

    public static Programme Programme { get; } = new(
        Bin.Parse("170240014901"), "6B06103", LocalizedText.Same("Programme"), LocalizedText.Same("Bachelor"),
        LocalizedText.Same("Field"), "0613", 6, 240, LocalizedText.Same("4 years"), LocalizedText.Same("UNT"),
        LocalizedText.Same("Outcomes"), LocalizedText.Same("Master"), LocalizedText.Same("Status"), "KZ1",
        new DateOnly(2015, 1, 1), null, "IQAA", new DateOnly(2020, 1, 1), new DateOnly(2030, 1, 1));

    public SampleList Set(string field, string value, int row = 0)
    {
        Graduates[row][Array.IndexOf(Headers, field)] = value;
        return this;
    }

    public SampleList SetCourse(string field, string value, int row = 0)
    {
        Courses[row][Array.IndexOf(CourseHeaders, field)] = value;
        return this;
    }

    public SampleList WriteCsv(Encoding? encoding = null, char delimiter = ';')
    {
        Write(Csv, Graduates.Prepend(HeaderRow), encoding ?? new UTF8Encoding(true), delimiter);
        Write(CoursesCsv, Courses.Prepend(CourseHeaderRow), new UTF8Encoding(false), delimiter);
        return this;
    }

    public SampleList WriteXlsx()
    {
        WorkbookWriter.Write(Xlsx, ("graduates", Graduates.Prepend(HeaderRow)), ("courses", Courses.Prepend(CourseHeaderRow)));
        return this;
    }

    public async Task<Outcome<IntakeResult>> ReadAsync(string? file = null, string? mapping = null) =>
        await new ListIntake(
            Rules, code => code == Programme.Code ? Programme : null, Issued, new FixedTime(), Limits)
            .RunAsync(new GraduationList(file ?? Csv, null, mapping), cancel: CancellationToken.None);

    /// <summary>The one error of a list that was spoilt in one place.</summary>
    public async Task<Finding> OnlyErrorAsync() =>
        Assert.Single((await WriteCsv().ReadAsync()).Value.Errors);

    /// <summary>The refusal of a file that is no list.</summary>
    public async Task<Problem> RefusalAsync(string? file = null)
    {
        var outcome = await ReadAsync(file);
        Assert.False(outcome.IsDone);
        return outcome.Problem;
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static void Write(string path, IEnumerable<IEnumerable<string>> rows, Encoding encoding, char delimiter) =>
        File.WriteAllText(
            path,
            string.Concat(rows.Select(row => string.Join(delimiter, row.Select(cell =>
                cell.IndexOfAny([delimiter, '"', '\n']) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"")) + "\r\n")),
            encoding);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 7, 1, 6, 0, 0, TimeSpan.Zero);
    }
}
