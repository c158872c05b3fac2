using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake.Columns;

namespace Mortanba.Intake;

/// <summary>
/// A diploma written as the cells of a list: what a correction form shows and gives back, and what two diplomas are compared
/// by. Personal data.
/// </summary>
/// <param name="Graduate">Cell by column name, for example <c>family-kk</c>; dates are ISO. Empty means no value.</param>
/// <param name="Courses">One row a course, by column name: <c>course-code</c>, <c>course-credits</c>, <c>percent</c> …</param>
public sealed record DiplomaCells(
    IReadOnlyDictionary<string, string> Graduate, IReadOnlyList<IReadOnlyDictionary<string, string>> Courses)
{
    /// <summary>Columns of a graduate in the order of a form; what is computed (credits, GPA) or stands on no diploma is not among them.</summary>
    public static IReadOnlyList<string> GraduateColumns { get; } =
        [.. Fields.Of(ListPart.Graduates).Where(f => f is not (Field.Credits or Field.Gpa or Field.Email or Field.Phone)).Select(f => f.WireName())];

    public static IReadOnlyList<string> CourseColumns { get; } =
    [
        .. new[] { Field.CourseCode, Field.CourseNameKk, Field.CourseNameRu, Field.CourseNameEn, Field.CourseCredits, Field.Percent }
            .Select(f => f.WireName()),
    ];

    public static DiplomaCells Of(ValidatedDiploma diploma)
    {
        var name = diploma.Name;
        (Field Field, string Text)[] cells =
        [
            (Field.Series, diploma.Series), (Field.Number, diploma.Number), (Field.Iin, diploma.Iin.Value),
            (Field.FamilyKk, name.Family.Kk), (Field.GivenKk, name.Given.Kk), (Field.PatronymicKk, name.Patronymic?.Kk ?? ""),
            (Field.FamilyRu, name.Family.Ru), (Field.GivenRu, name.Given.Ru), (Field.PatronymicRu, name.Patronymic?.Ru ?? ""),
            (Field.FamilyEn, name.Family.En), (Field.GivenEn, name.Given.En), (Field.PatronymicEn, name.Patronymic?.En ?? ""),
            (Field.PassportFamily, name.PassportFamily), (Field.PassportGiven, name.PassportGiven),
            (Field.BirthDate, Iso(diploma.BirthDate)), (Field.StudentNumber, diploma.StudentNumber),
            (Field.ProgrammeCode, diploma.Programme.Code), (Field.Kind, diploma.Kind),
            (Field.Form, JsonNamingPolicy.KebabCaseLower.ConvertName($"{diploma.Form}")),
            (Field.Instruction, diploma.Instruction.Tag()), (Field.MinutesNumber, diploma.MinutesNumber),
            (Field.MinutesDate, Iso(diploma.MinutesDate)), (Field.AwardDate, Iso(diploma.AwardDate)),
            (Field.StudyFrom, Iso(diploma.StudyFrom)), (Field.StudyUntil, Iso(diploma.StudyUntil)),
            (Field.Honours, diploma.Honours ? "yes" : "no"),
        ];
        return new DiplomaCells(
            cells.ToDictionary(c => c.Field.WireName(), c => c.Text, StringComparer.Ordinal),
            [.. diploma.Courses.Select(CellsOf)]);
    }

    private static Dictionary<string, string> CellsOf(CourseResult course) => new (Field Field, string Text)[]
    {
        (Field.CourseCode, course.Code), (Field.CourseNameKk, course.Name.Kk), (Field.CourseNameRu, course.Name.Ru),
        (Field.CourseNameEn, course.Name.En), (Field.CourseCredits, course.Credits.ToString(CultureInfo.InvariantCulture)),
        (Field.Percent, course.Percent.ToString(CultureInfo.InvariantCulture)),
    }.ToDictionary(c => c.Field.WireName(), c => c.Text, StringComparer.Ordinal);

    private static string Iso(DateOnly date) => date.ToString("O", CultureInfo.InvariantCulture);
}
