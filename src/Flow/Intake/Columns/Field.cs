using System.Text.Json;

namespace Mortanba.Intake.Columns;

/// <summary>What a column of a list may mean. Wire names (mapping file, words.json) are the kebab-case of these.</summary>
public enum Field
{
    // Graduates.
    Series,
    Number,
    Iin,
    FamilyKk,
    GivenKk,
    PatronymicKk,
    FamilyRu,
    GivenRu,
    PatronymicRu,
    FamilyEn,
    GivenEn,
    PatronymicEn,
    PassportFamily,
    PassportGiven,
    BirthDate,
    StudentNumber,
    ProgrammeCode,
    Kind,
    Form,
    Instruction,
    MinutesNumber,
    MinutesDate,
    AwardDate,
    StudyFrom,
    StudyUntil,
    Honours,
    Credits,
    Gpa,
    Email,
    Phone,

    // Courses; they are keyed by StudentNumber.
    CourseCode,
    CourseNameKk,
    CourseNameRu,
    CourseNameEn,
    CourseCredits,
    Percent,
    Letter,
}

internal static class Fields
{
    public static readonly int Count = Enum.GetValues<Field>().Length;

    private static readonly string[] Names =
        [.. Enum.GetNames<Field>().Select(name => JsonNamingPolicy.KebabCaseLower.ConvertName(name))];

    private static readonly Field[] Optional =
    [
        Field.Series, Field.PatronymicKk, Field.PatronymicRu, Field.PatronymicEn, Field.Credits, Field.Gpa, Field.Letter,
        Field.Email, Field.Phone,
    ];

    public static string WireName(this Field field) => Names[(int)field];

    public static bool TryParse(string name, out Field field)
    {
        var index = Array.IndexOf(Names, name);
        field = (Field)Math.Max(0, index);
        return index >= 0;
    }

    public static IEnumerable<Field> Of(ListPart part) => Enum.GetValues<Field>().Where(field =>
        field == Field.StudentNumber || (field >= Field.CourseCode) == (part == ListPart.Courses));

    public static bool IsRequired(this Field field) => !Optional.Contains(field);
}
