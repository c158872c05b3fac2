using Mortanba.Intake.Checks;
using Mortanba.Intake.Reading;
using Mortanba.Permits;

namespace Mortanba.Intake;

/// <summary>One reading of both tables side by side. The first pass collects findings, the second gives diplomas.</summary>
internal sealed class ListPass : IDisposable
{
    private readonly RowSource graduates;
    private readonly RowSource courses;
    private readonly RowContext row;
    private readonly RowContext courseRow;
    private readonly GraduateReader reader;
    private readonly DiplomaCheck check;
    private readonly CourseGroups groups;
    private readonly FindingBook findings;

    public ListPass(
        ListTables tables, IntakeRules rules, Func<string, Programme?> programmes, DateOnly today, FindingBook findings,
        bool isIndexed)
    {
        this.findings = findings;
        graduates = tables.Open(ListPart.Graduates);
        courses = tables.Open(ListPart.Courses);
        row = new RowContext(graduates, tables.GraduateColumns, findings);
        courseRow = new RowContext(courses, tables.CourseColumns, findings);
        reader = new GraduateReader(rules, programmes, today);
        check = new DiplomaCheck(rules);
        var book = new CourseBook(rules.Grades);
        groups = isIndexed ? new IndexedCourses(courseRow, book) : new StreamedCourses(courseRow, book);
    }

    public RowContext Row => row;

    /// <summary>Each row with its diploma, null when it has an error. The row stays current until the next one.</summary>
    public IEnumerable<(GraduateRow Graduate, ValidatedDiploma? Diploma, CourseGroup Courses, decimal? Gpa)> Rows()
    {
        while (graduates.Read())
        {
            var graduate = reader.Read(row);
            var group = groups.Take(graduate.StudentNumber);
            var diploma = check.Check(row, graduate, group, out var gpa);
            yield return (graduate, diploma, group, gpa);
        }

        // To the end even when nothing is left to read: merged cells stand behind the rows.
        groups.Finish();
        foreach (var leftover in groups is IndexedCourses indexed ? indexed.Leftover : [])
        {
            findings.Add(new Finding(
                ListPart.Courses, leftover, "", -1, "", "intake/courses-without-graduate", FindingSeverity.Error,
                new Dictionary<string, string>()));
        }
    }

    public void Dispose()
    {
        graduates.Dispose();
        courses.Dispose();
    }
}
