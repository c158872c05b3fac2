using Mortanba.Intake.Columns;

namespace Mortanba.Intake.Checks;

/// <summary>Joins a graduate and the courses, and compares what the list says with what follows from them.</summary>
internal sealed class DiplomaCheck(IntakeRules rules)
{
    // The list's GPA may come from a system that rounds in another order.
    private const decimal RoundingDifference = 0.01m;

    /// <summary>The diploma when row and courses are without error.</summary>
    public ValidatedDiploma? Check(RowContext row, GraduateRow graduate, in CourseGroup group)
    {
        if (group.FirstRow == 0)
        {
            row.Error(Field.StudentNumber, "intake/no-courses");
            return null;
        }

        if (!group.IsWhole)
        {
            // The error stands at the course; the sums below would only repeat it.
            return null;
        }

        var credits = 0;
        var lowest = 100;
        foreach (var course in group.Courses)
        {
            credits += course.Credits;
            lowest = Math.Min(lowest, course.Percent);
        }

        var gpa = GradeTable.Gpa(group.Courses);
        CompareCredits(row, graduate, credits);
        CompareGpa(row, graduate, gpa);
        CompareHonours(row, graduate, gpa, lowest);
        return row.HasError ? null : new ValidatedDiploma(
            row.Row, graduate.Kind!, graduate.Series!, graduate.Number!, graduate.Iin!.Value, graduate.Name,
            graduate.BirthDate!.Value, graduate.StudentNumber, graduate.Programme!, graduate.MinutesNumber,
            graduate.MinutesDate!.Value, graduate.AwardDate!.Value, graduate.Form!.Value, graduate.Instruction!.Value,
            graduate.StudyFrom!.Value, graduate.StudyUntil!.Value, credits, gpa, graduate.Honours!.Value, group.Courses);
    }

    private static void CompareCredits(RowContext row, GraduateRow graduate, int credits)
    {
        if (graduate.CreditsGiven is { } given && given != credits)
        {
            row.Error(Field.Credits, "intake/credits-differ", ("sum", $"{credits}"));
        }

        if (graduate.Programme is not { } programme)
        {
            return;
        }

        var field = row.Columns.Has(Field.Credits) ? Field.Credits : Field.ProgrammeCode;
        if (credits < programme.Credits)
        {
            row.Error(field, "intake/credits-too-few", ("sum", $"{credits}"), ("required", $"{programme.Credits}"));
        }
        else if (credits > programme.Credits)
        {
            row.Warn(field, "intake/credits-more", ("sum", $"{credits}"), ("required", $"{programme.Credits}"));
        }
    }

    private static void CompareGpa(RowContext row, GraduateRow graduate, decimal gpa)
    {
        if (graduate.GpaGiven is not { } given)
        {
            return;
        }

        var difference = Math.Abs(given - gpa);
        if (difference > RoundingDifference)
        {
            row.Error(Field.Gpa, "intake/gpa-differs", ("computed", FormattableString.Invariant($"{gpa:0.00}")));
        }
        else if (difference > 0)
        {
            row.Warn(Field.Gpa, "intake/gpa-rounded", ("computed", FormattableString.Invariant($"{gpa:0.00}")));
        }
    }

    private void CompareHonours(RowContext row, GraduateRow graduate, decimal gpa, int lowest)
    {
        var earned = gpa >= rules.HonoursMinGpa && lowest >= rules.HonoursMinPercent;
        if (graduate.Honours == true && !earned)
        {
            row.Error(
                Field.Honours, "intake/honours-not-earned",
                ("gpa", FormattableString.Invariant($"{gpa:0.00}")),
                ("minGpa", FormattableString.Invariant($"{rules.HonoursMinGpa:0.00}")),
                ("lowest", $"{lowest}"), ("minPercent", $"{rules.HonoursMinPercent}"));
        }
        else if (graduate.Honours == false && earned)
        {
            row.Warn(Field.Honours, "intake/honours-not-claimed");
        }
    }
}
