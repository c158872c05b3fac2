using Mortanba.Foundation;
using Mortanba.Intake.Columns;
using Mortanba.Rules;

namespace Mortanba.Intake.Checks;

/// <summary>
/// Reads course rows. A list names the same thirty courses for every graduate, so each course, and each of its results,
/// is made and checked once; the next row that spells it the same way costs a lookup.
/// </summary>
internal sealed class CourseBook(GradeScale scale)
{
    private const int CourseNameMaxLength = 300;
    private const int CourseCodeMaxLength = 32;
    private const int CourseMaxCredits = 60;
    private const int VariantsMax = 20_000;

    private readonly Dictionary<string, List<Course>> byCode = new(StringComparer.Ordinal);
    private int variantCount;

    /// <summary>Null when the row has an error, which then is in the findings.</summary>
    public CourseResult? Read(RowContext row)
    {
        row.Begin();
        var course = row.Source.HasFlaws ? null : Find(row);
        course ??= Make(row);
        var percent = row.Cell(Field.Percent);
        if (percent.IsEmpty)
        {
            row.Error(Field.Percent, "intake/cell-empty");
            return null;
        }

        if (!ValueParsers.TryWhole(percent, out var value) || value > 100)
        {
            row.Error(Field.Percent, "intake/percent-not-whole");
            return null;
        }

        if (!scale.Passes(value))
        {
            row.Error(Field.Percent, "intake/course-not-passed", ("min", $"{scale.PassPercent}"));
        }

        var grade = scale.OfPercent(value);
        var letter = row.Cell(Field.Letter);
        if (!letter.IsEmpty && !letter.Equals(grade.Letter, StringComparison.Ordinal))
        {
            row.Error(Field.Letter, "intake/letter-differs", ("expected", grade.Letter), ("percent", $"{value}"));
        }

        return row.HasError || course is null ? null : course.Results[value] ??= new CourseResult(
            course.Code, course.Name, course.Credits, value, grade.Letter, grade.Points);
    }

    private Course? Find(RowContext row)
    {
        if (!byCode.GetAlternateLookup<ReadOnlySpan<char>>()
            .TryGetValue(row.Source[row.Columns[Field.CourseCode]], out var courses))
        {
            return null;
        }

        foreach (var course in courses)
        {
            if (row.Source[row.Columns[Field.CourseCredits]].SequenceEqual(course.RawCredits)
                && row.Source[row.Columns[Field.CourseNameKk]].SequenceEqual(course.RawKk)
                && row.Source[row.Columns[Field.CourseNameRu]].SequenceEqual(course.RawRu)
                && row.Source[row.Columns[Field.CourseNameEn]].SequenceEqual(course.RawEn))
            {
                return course;
            }
        }

        return null;
    }

    private Course? Make(RowContext row)
    {
        var code = row.Text(Field.CourseCode, CourseCodeMaxLength);
        var name = new LocalizedText(
            Name(row, Field.CourseNameKk), Name(row, Field.CourseNameRu), Name(row, Field.CourseNameEn));
        if (row.Cell(Field.CourseCredits).IsEmpty)
        {
            row.Error(Field.CourseCredits, "intake/cell-empty");
        }
        else if (!ValueParsers.TryWhole(row.Cell(Field.CourseCredits), out var credits)
            || credits is 0 or > CourseMaxCredits)
        {
            row.Error(Field.CourseCredits, "intake/credits-not-whole", ("max", $"{CourseMaxCredits}"));
        }
        else if (!row.HasError)
        {
            return Keep(row, code, name, credits);
        }

        return null;
    }

    private Course Keep(RowContext row, string code, LocalizedText name, int credits)
    {
        string Raw(Field field) => row.Source[row.Columns[field]].ToString();
        var course = new Course(
            code, name, credits, Raw(Field.CourseCredits),
            Raw(Field.CourseNameKk), Raw(Field.CourseNameRu), Raw(Field.CourseNameEn));

        // A list that spells each course row differently stays flat in memory: it only loses the shortcut.
        if (variantCount < VariantsMax)
        {
            variantCount++;
            var rawCode = Raw(Field.CourseCode);
            if (!byCode.TryGetValue(rawCode, out var courses))
            {
                byCode[rawCode] = courses = [];
            }

            courses.Add(course);
        }

        return course;
    }

    private static string Name(RowContext row, Field field)
    {
        var text = row.Text(field, CourseNameMaxLength);
        if (text.Contains('?', StringComparison.Ordinal) && text.Contains("??", StringComparison.Ordinal))
        {
            row.Error(field, "intake/letter-lost", ("position", $"{text.IndexOf("??", StringComparison.Ordinal) + 1}"));
        }

        var mixed = NameCheck.MixedWordAt(text);
        if (mixed >= 0)
        {
            row.Warn(
                field, "intake/mixed-scripts", ("character", text[mixed..(mixed + 1)]), ("position", $"{mixed + 1}"));
        }

        return text;
    }

    private sealed record Course(
        string Code, LocalizedText Name, int Credits, string RawCredits, string RawKk, string RawRu, string RawEn)
    {
        public CourseResult?[] Results { get; } = new CourseResult?[101];
    }
}
