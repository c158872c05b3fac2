using Mortanba.Intake.Checks;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;
using Mortanba.Permits;

namespace Mortanba.Intake;

/// <summary>
/// Checks one diploma whose cells somebody corrected by hand, by the same rules as a row of a list. In: cells. Out: the
/// diploma, or what is wrong with which cell. Keeps nothing; nothing is written to disk.
/// </summary>
/// <param name="today">Civil date: no award lies in the future.</param>
public sealed class CorrectDiploma(IntakeRules rules, DateOnly today)
{
    private const int FindingsKept = 200;

    /// <param name="row">Number that the diploma and its findings carry.</param>
    /// <param name="programmes">The programme by its code; null when the institution has none of that code.</param>
    public (ValidatedDiploma? Diploma, IReadOnlyList<Finding> Findings) Check(
        int row, DiplomaCells cells, Func<string, Programme?> programmes)
    {
        var findings = new FindingBook(FindingsKept);
        var student = cells.Graduate.GetValueOrDefault(Field.StudentNumber.WireName(), "").Trim();
        var graduates = new CellRows(ListPart.Graduates, row, DiplomaCells.GraduateColumns, [cells.Graduate]);
        var courses = new CellRows(
            ListPart.Courses, 1, [Field.StudentNumber.WireName(), .. DiplomaCells.CourseColumns],
            [.. cells.Courses.Select(c => new Dictionary<string, string>(c, StringComparer.Ordinal) { ["student-number"] = student })]);
        var graduateRow = new RowContext(graduates, Columns(graduates), findings);
        var courseRow = new RowContext(courses, Columns(courses), findings);
        var groups = new IndexedCourses(courseRow, new CourseBook(rules.Grades));
        graduates.Read();
        var graduate = new GraduateReader(rules, programmes, today).Read(graduateRow);
        var diploma = new DiplomaCheck(rules).Check(graduateRow, graduate, groups.Take(student), out _);
        return (findings.ErrorCount == 0 ? diploma : null, [.. findings.Errors, .. findings.Warnings]);
    }

    private static TableColumns Columns(CellRows rows) => new(
        rows.Part, [.. rows.Names.Select((name, i) => new ColumnChoice(i, name, name, ColumnCertainty.Confirmed, []))]);

    /// <summary>Cells in memory as a table; the header is not a row of it.</summary>
    private sealed class CellRows(
        ListPart part, int firstRow, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyDictionary<string, string>> rows) : RowSource
    {
        private int at = -1;

        public IReadOnlyList<string> Names => names;

        public override ListPart Part => part;

        public override ReadOnlySpan<char> this[int column] =>
            column < names.Count ? rows[at].GetValueOrDefault(names[column], "") : default;

        public override bool Read()
        {
            if (++at >= rows.Count)
            {
                return false;
            }

            (Row, Count) = (firstRow + at, names.Count);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
