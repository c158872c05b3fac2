using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Permits;

namespace Mortanba.Intake;

/// <summary>One value that a correction changes. Personal data.</summary>
/// <param name="Column">
/// Column of a list (<c>family-kk</c>), <c>credits</c>, <c>gpa</c>, a particular of the programme (<c>programme.name</c>), or of
/// a course (<c>percent</c>).
/// </param>
/// <param name="Course">Code of the course it belongs to; null for the diploma itself.</param>
/// <param name="Old">Null where there was nothing: a course that is added.</param>
/// <param name="New">Null where nothing stays: a course that is taken out.</param>
public sealed record DiplomaDifference(string Column, string? Course, string? Old, string? New);

/// <summary>What a correction changes, value by value, and nothing that stays.</summary>
public static class DiplomaDifferences
{
    public static IReadOnlyList<DiplomaDifference> Between(ValidatedDiploma old, ValidatedDiploma corrected)
    {
        var (before, after) = (DiplomaCells.Of(old), DiplomaCells.Of(corrected));
        var found = new List<DiplomaDifference>();
        void Compare(string column, string? course, string? was, string? becomes)
        {
            if (was != becomes)
            {
                found.Add(new DiplomaDifference(column, course, was, becomes));
            }
        }

        foreach (var column in DiplomaCells.GraduateColumns)
        {
            Compare(column, null, before.Graduate[column], after.Graduate[column]);
        }

        foreach (var (column, of) in Particulars)
        {
            Compare(column, null, of(old.Programme), of(corrected.Programme));
        }

        Compare("credits", null, Text(old.Credits), Text(corrected.Credits));
        Compare("gpa", null, Text(old.Gpa), Text(corrected.Gpa));
        var courses = after.Courses.ToDictionary(c => c["course-code"], StringComparer.Ordinal);
        foreach (var was in before.Courses)
        {
            var code = was["course-code"];
            if (!courses.Remove(code, out var becomes))
            {
                found.Add(new DiplomaDifference("course", code, $"{was["course-name-en"]}, {was["percent"]}", null));
                continue;
            }

            foreach (var column in DiplomaCells.CourseColumns)
            {
                Compare(column, code, was[column], becomes[column]);
            }
        }

        found.AddRange(courses.Select(added => new DiplomaDifference(
            "course", added.Key, null, $"{added.Value["course-name-en"]}, {added.Value["percent"]}")));
        return found;
    }

    // What the paper and the supplement print of a programme.
    private static readonly (string Column, Func<Programme, string> Of)[] Particulars =
    [
        .. Each("programme.name", p => p.Name), .. Each("programme.qualification", p => p.Qualification),
        .. Each("programme.field", p => p.Field), ("programme.isced", p => p.IscedField), ("programme.level", p => Text(p.NqfLevel)),
        ("programme.credits", p => Text(p.Credits)), .. Each("programme.duration", p => p.Duration),
        .. Each("programme.access", p => p.AccessRequirements), .. Each("programme.outcomes", p => p.LearningOutcomes),
        .. Each("programme.further-study", p => p.FurtherStudy), .. Each("programme.professional-status", p => p.ProfessionalStatus),
        ("programme.licence", p => p.Licence), ("programme.accreditor", p => p.Accreditor),
    ];

    private static IEnumerable<(string Column, Func<Programme, string> Of)> Each(string column, Func<Programme, LocalizedText> of) =>
        Languages.All.Select(language => ($"{column}-{language.Tag()}", (Func<Programme, string>)(p => of(p).In(language))));

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
