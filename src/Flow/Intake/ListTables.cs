using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake;

/// <summary>The two tables of a list, wherever they lie, ready to be opened again and again.</summary>
internal sealed class ListTables
{
    private readonly IntakeLimits limits;
    private readonly ListFile graduatesFile;
    private readonly ListFile coursesFile;
    private readonly string? graduatesSheet;
    private readonly string? coursesSheet;

    public ListTables(GraduationList list, IntakeLimits limits)
    {
        this.limits = limits;
        graduatesFile = ListFile.Inspect(list.GraduatesFile, ListPart.Graduates, limits);
        if (graduatesFile.IsWorkbook)
        {
            (graduatesSheet, coursesSheet) = ChooseSheets(graduatesFile, list.CoursesFile is null);
        }

        if (coursesSheet is not null)
        {
            coursesFile = graduatesFile;
        }
        else
        {
            var path = list.CoursesFile ?? Path.ChangeExtension(list.GraduatesFile, ".courses.csv");
            coursesFile = ListFile.Inspect(path, ListPart.Courses, limits);
            coursesSheet = coursesFile.IsWorkbook ? ChooseSheets(coursesFile, false).Graduates : null;
        }

        GraduateColumns = Columns(ListPart.Graduates, list);
        CourseColumns = Columns(ListPart.Courses, list);
    }

    public TableColumns GraduateColumns { get; }

    public TableColumns CourseColumns { get; }

    public bool ReadsKz1048 => graduatesFile.IsKz1048 || coursesFile.IsKz1048;

    public IEnumerable<BlockHashes> Hashes =>
        ReferenceEquals(graduatesFile, coursesFile) ? [graduatesFile.Hashes] : [graduatesFile.Hashes, coursesFile.Hashes];

    /// <summary>The table, its header row already passed.</summary>
    public RowSource Open(ListPart part)
    {
        var source = OpenAtHeader(part);
        source.Read();
        return source;
    }

    public RowSource OpenAtHeader(ListPart part)
    {
        var file = part == ListPart.Graduates ? graduatesFile : coursesFile;
        if (!file.IsWorkbook)
        {
            return new CsvRows(file, limits);
        }

        var sheet = part == ListPart.Graduates ? graduatesSheet! : coursesSheet!;
        return new XlsxRows(file, part, Workbook.Open(file, limits), sheet, limits);
    }

    private (string Graduates, string? Courses) ChooseSheets(ListFile file, bool needsCourses)
    {
        using var workbook = Workbook.Open(file, limits);
        var name = Path.GetFileName(file.Path);
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
        var beside = Path.ChangeExtension(file.Path, ".courses.csv");
        return courses is null && !File.Exists(beside)
            ? throw new ListRefusal("intake/courses-sheet-missing", "The workbook has one sheet only.", ("file", name))
            : (graduates, courses);
    }

    private TableColumns Columns(ListPart part, GraduationList list)
    {
        using var source = OpenAtHeader(part);
        var file = Path.GetFileName(part == ListPart.Graduates ? graduatesFile.Path : coursesFile.Path);
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

        if (headers.Where(header => header.Length > 0).GroupBy(header => header, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ListRefusal(
                "intake/header-twice", "Two columns have the same header.", ("file", file), ("header", Short(twice.Key)));
        }

        return File.Exists(list.MappingPath)
            ? MappingFile.Read(list.MappingPath, part, headers)
            : list.MappingFile is null
                ? ColumnGuesser.Guess(part, headers, Words.Default)
                : throw new ListRefusal(
                    "intake/file-missing", "The mapping file is not there.",
                    ("file", Path.GetFileName(list.MappingFile)));
    }

    private static string Short(string header) => header.Length <= 60 ? header : header[..60] + "…";
}
