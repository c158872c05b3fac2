using System.Security.Cryptography;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake;

/// <summary>The two tables of a list that lies in one or two files, CSV or XLSX.</summary>
internal sealed class FileTables : ListTables
{
    private readonly IntakeLimits limits;
    private readonly ListFile graduatesFile;
    private readonly ListFile coursesFile;
    private readonly string? graduatesSheet;
    private readonly string? coursesSheet;

    /// <param name="courses">Null: the workbook's second sheet.</param>
    /// <param name="besides">Where courses are when neither is there; null when nothing lies beside the list.</param>
    /// <param name="mapping">Confirmed columns; null when the headers are to be guessed.</param>
    public FileTables(
        ListBytes graduates, ListBytes? courses, ListBytes? besides, IntakeLimits limits,
        Func<ListPart, IReadOnlyList<string>, TableColumns>? mapping = null)
    {
        this.limits = limits;
        graduatesFile = ListFile.Inspect(graduates, ListPart.Graduates, limits);
        if (graduatesFile.IsWorkbook)
        {
            (graduatesSheet, coursesSheet) = ChooseSheets(graduatesFile, courses is null, besides?.LengthBytes is not null);
        }

        if (coursesSheet is not null)
        {
            coursesFile = graduatesFile;
        }
        else
        {
            var second = courses ?? besides ?? throw new ListRefusal(
                "intake/courses-file-missing", "The file of courses is not there.", ("file", graduates.Name));
            coursesFile = ListFile.Inspect(second, ListPart.Courses, limits);
            coursesSheet = coursesFile.IsWorkbook ? ChooseSheets(coursesFile, false, true).Graduates : null;
        }

        mapping ??= (part, headers) => ColumnGuesser.Guess(part, headers, Words.Default);
        GraduateColumns = mapping(ListPart.Graduates, Headers(ListPart.Graduates));
        CourseColumns = mapping(ListPart.Courses, Headers(ListPart.Courses));
    }

    public override TableColumns GraduateColumns { get; }

    public override TableColumns CourseColumns { get; }

    public override bool ReadsKz1048 => graduatesFile.IsKz1048 || coursesFile.IsKz1048;

    public static FileTables Of(GraduationList list, IntakeLimits limits) => new(
        ListBytes.OfFile(list.GraduatesFile),
        list.CoursesFile is null ? null : ListBytes.OfFile(list.CoursesFile),
        ListBytes.OfFile(Path.ChangeExtension(list.GraduatesFile, ".courses.csv")),
        limits,
        (part, headers) => File.Exists(list.MappingPath)
            ? MappingFile.Read(list.MappingPath, part, headers)
            : list.MappingFile is null
                ? ColumnGuesser.Guess(part, headers, Words.Default)
                : throw new ListRefusal(
                    "intake/file-missing", "The mapping file is not there.",
                    ("file", Path.GetFileName(list.MappingFile))));

    public override void AppendTo(IncrementalHash whole)
    {
        graduatesFile.Hashes.AppendTo(whole);
        if (!ReferenceEquals(graduatesFile, coursesFile))
        {
            coursesFile.Hashes.AppendTo(whole);
        }
    }

    public override RowSource OpenAtHeader(ListPart part)
    {
        var file = part == ListPart.Graduates ? graduatesFile : coursesFile;
        if (!file.IsWorkbook)
        {
            return new CsvRows(file, limits);
        }

        var sheet = part == ListPart.Graduates ? graduatesSheet! : coursesSheet!;
        return new XlsxRows(file, part, Workbook.Open(file, limits), sheet, limits);
    }

    private (string Graduates, string? Courses) ChooseSheets(ListFile file, bool needsCourses, bool hasBesides)
    {
        using var workbook = Workbook.Open(file, limits);
        var name = file.Name;
        if (workbook.Sheets.Count == 0)
        {
            throw Workbook.Damaged(name, "it has no sheet");
        }

        string? Named(ListPart part) => workbook.Sheets.FirstOrDefault(sheet =>
            Words.Default.Sheets.TryGetValue(Words.Normalise(sheet.Name), out var named) && named == part).Path;
        var courses = Named(ListPart.Courses);
        var graduates = Named(ListPart.Graduates) ?? workbook.Sheets.FirstOrDefault(sheet => sheet.Path != courses).Path
            ?? workbook.Sheets[0].Path;
        if (!needsCourses)
        {
            return (graduates, null);
        }

        courses ??= workbook.Sheets.FirstOrDefault(sheet => sheet.Path != graduates).Path;
        return courses is null && !hasBesides
            ? throw new ListRefusal("intake/courses-sheet-missing", "The workbook has one sheet only.", ("file", name))
            : (graduates, courses);
    }

    private List<string> Headers(ListPart part)
    {
        using var source = OpenAtHeader(part);
        var file = part == ListPart.Graduates ? graduatesFile.Name : coursesFile.Name;
        if (!source.Read())
        {
            throw new ListRefusal("intake/no-rows", $"The table of {part} is blank.", ("file", file));
        }

        var headers = new List<string>();
        for (var i = 0; i < source.Count; i++)
        {
            headers.Add(source[i].Trim().ToString());
        }

        while (headers.Count > 0 && headers[^1].Length == 0)
        {
            headers.RemoveAt(headers.Count - 1);
        }

        return headers.Where(header => header.Length > 0).GroupBy(header => header, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new ListRefusal(
                "intake/header-twice", "Two columns have the same header.", ("file", file), ("header", Short(twice.Key)))
            : headers;
    }

    private static string Short(string header) => header.Length <= 60 ? header : header[..60] + "…";
}
