using Mortanba.Intake.Columns;

namespace Mortanba.Intake.Checks;

/// <summary>The courses of one graduate.</summary>
/// <param name="FirstRow">Row of the first course in its table; 0 when there is none.</param>
/// <param name="LastRow">Row of the last one. In a table without order rows of others may stand in between.</param>
/// <param name="IsWhole">False when a row of the group has an error.</param>
internal readonly record struct CourseGroup(IReadOnlyList<CourseResult> Courses, int FirstRow, int LastRow, bool IsWhole);

/// <summary>Gives the courses of graduate after graduate.</summary>
internal abstract class CourseGroups(RowContext row, CourseBook book)
{
    protected RowContext Row { get; } = row;

    public abstract CourseGroup Take(ReadOnlySpan<char> student);

    /// <summary>To be called after the last graduate.</summary>
    public abstract void Finish();

    protected ReadOnlySpan<char> Student => Row.Cell(Field.StudentNumber);

    protected bool AddTo(List<CourseResult> courses)
    {
        var course = book.Read(Row);
        if (course is null)
        {
            return false;
        }

        foreach (var earlier in courses)
        {
            if (ReferenceEquals(earlier.Code, course.Code) || earlier.Code == course.Code)
            {
                Row.Error(Field.CourseCode, "intake/course-twice", ("code", course.Code));
                return false;
            }
        }

        courses.Add(course);
        return true;
    }
}

/// <summary>The course table lies in the order of the graduates: one pass, nothing kept.</summary>
internal sealed class StreamedCourses : CourseGroups
{
    private bool hasRow;

    public StreamedCourses(RowContext row, CourseBook book)
        : base(row, book) => hasRow = row.Source.Read();

    public override CourseGroup Take(ReadOnlySpan<char> student)
    {
        if (!hasRow || !Student.SequenceEqual(student))
        {
            throw new CoursesOutOfOrder();
        }

        var courses = new List<CourseResult>(32);
        var firstRow = Row.Row;
        var lastRow = firstRow;
        var isWhole = true;
        do
        {
            lastRow = Row.Row;
            isWhole &= AddTo(courses);
            hasRow = Row.Source.Read();
        }
        while (hasRow && Student.SequenceEqual(student));

        return new CourseGroup(courses, firstRow, lastRow, isWhole);
    }

    public override void Finish()
    {
        if (hasRow)
        {
            throw new CoursesOutOfOrder();
        }
    }
}

/// <summary>The streamed way does not fit this list; start again with <see cref="IndexedCourses"/>.</summary>
internal sealed class CoursesOutOfOrder : Exception;

/// <summary>The course table in any order: read whole first. Results are shared, so a row costs about eight bytes.</summary>
internal sealed class IndexedCourses : CourseGroups
{
    private readonly Dictionary<string, Group> groups = new(StringComparer.Ordinal);

    public IndexedCourses(RowContext row, CourseBook book)
        : base(row, book)
    {
        var lookup = groups.GetAlternateLookup<ReadOnlySpan<char>>();
        while (row.Source.Read())
        {
            if (Student.IsEmpty)
            {
                row.Error(Field.StudentNumber, "intake/cell-empty");
                continue;
            }

            if (!lookup.TryGetValue(Student, out var group))
            {
                groups[Student.ToString()] = group = new Group(row.Row);
            }

            group.LastRow = row.Row;
            group.IsWhole &= AddTo(group.Courses);
        }
    }

    public override CourseGroup Take(ReadOnlySpan<char> student)
    {
        if (!groups.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(student, out var group))
        {
            return new CourseGroup([], 0, 0, true);
        }

        group.IsTaken = true;
        return new CourseGroup(group.Courses, group.FirstRow, group.LastRow, group.IsWhole);
    }

    public override void Finish() => Leftover = [.. groups.Values.Where(group => !group.IsTaken).Select(group => group.FirstRow)];

    /// <summary>First rows of groups that no graduate claimed.</summary>
    public IReadOnlyList<int> Leftover { get; private set; } = [];

    private sealed class Group(int firstRow)
    {
        public List<CourseResult> Courses { get; } = [];

        public int FirstRow { get; } = firstRow;

        public int LastRow { get; set; } = firstRow;

        public bool IsWhole { get; set; } = true;

        public bool IsTaken { get; set; }
    }
}
