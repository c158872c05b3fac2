using Mortanba.Intake.Columns;
using Mortanba.Rules;

namespace Mortanba.Intake.Checks;

/// <summary>Joins a graduate and the courses, and compares what the list says with what follows from them.</summary>
internal sealed class DiplomaCheck(IntakeRules rules)
{
    /// <summary>The diploma when row and courses are without error.</summary>
    /// <param name="gpa">What the courses give, also beside errors of the row; null when they are not whole.</param>
    public ValidatedDiploma? Check(RowContext row, GraduateRow graduate, in CourseGroup group, out decimal? gpa)
    {
        gpa = null;
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
        var lowest = decimal.MaxValue;
        foreach (var course in group.Courses)
        {
            credits += course.Credits;
            lowest = Math.Min(lowest, course.Points);
        }

        var computed = rules.GpaRounding.Gpa(group.Courses.Select(course => (course.Credits, course.Points))) ?? 0;
        gpa = computed;
        var kind = graduate.Kind is null ? null : rules.Kinds.Find(graduate.Kind);
        CompareCredits(row, graduate, credits, kind?.CreditsMin ?? 0);
        CompareGpa(row, graduate, computed);
        if (kind is not null)
        {
            CompareHonours(row, graduate, computed, lowest, kind.Honours);
        }

        return row.HasError ? null : new ValidatedDiploma(
            row.Row, graduate.Kind!, graduate.Series!, graduate.Number!, graduate.Iin!.Value, graduate.Name,
            graduate.BirthDate!.Value, graduate.StudentNumber, graduate.Programme!, graduate.MinutesNumber,
            graduate.MinutesDate!.Value, graduate.AwardDate!.Value, graduate.Form!.Value, graduate.Instruction!.Value,
            graduate.StudyFrom!.Value, graduate.StudyUntil!.Value, credits, computed, graduate.Honours!.Value, group.Courses)
        {
            Contact = graduate.Contact,
        };
    }

    private static void CompareCredits(RowContext row, GraduateRow graduate, int credits, int kindMin)
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
        var required = Math.Max(programme.Credits, kindMin);
        if (credits < required)
        {
            row.Error(field, "intake/credits-too-few", ("sum", $"{credits}"), ("required", $"{required}"));
        }
        else if (credits > required)
        {
            row.Warn(field, "intake/credits-more", ("sum", $"{credits}"), ("required", $"{required}"));
        }
    }

    private void CompareGpa(RowContext row, GraduateRow graduate, decimal gpa)
    {
        if (graduate.GpaGiven is not { } given)
        {
            return;
        }

        var difference = Math.Abs(given - gpa);
        if (difference > rules.GpaRounding.DifferenceMax)
        {
            row.Error(Field.Gpa, "intake/gpa-differs", ("computed", FormattableString.Invariant($"{gpa:0.00}")));
        }
        else if (difference > 0)
        {
            row.Warn(Field.Gpa, "intake/gpa-rounded", ("computed", FormattableString.Invariant($"{gpa:0.00}")));
        }
    }

    // The list does not say which result is the final attestation, so that part of the rule stays with the commission.
    private static void CompareHonours(
        RowContext row, GraduateRow graduate, decimal gpa, decimal lowest, HonoursRule? rule)
    {
        if (rule is null)
        {
            if (graduate.Honours == true)
            {
                row.Error(Field.Honours, "intake/honours-not-for-kind", ("kind", graduate.Kind!));
            }

            return;
        }

        var earned = gpa >= rule.GpaMin && lowest >= rule.LowestCoursePoints;
        if (graduate.Honours == true && !earned)
        {
            row.Error(
                Field.Honours, "intake/honours-not-earned",
                ("gpa", FormattableString.Invariant($"{gpa:0.00}")),
                ("minGpa", FormattableString.Invariant($"{rule.GpaMin:0.00}")),
                ("lowest", FormattableString.Invariant($"{lowest:0.00}")),
                ("minPoints", FormattableString.Invariant($"{rule.LowestCoursePoints:0.00}")));
        }
        else if (graduate.Honours == false && earned)
        {
            row.Warn(Field.Honours, "intake/honours-not-claimed");
        }
    }
}
