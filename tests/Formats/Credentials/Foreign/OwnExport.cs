using System.Text.Json;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>A qualification as we write it: three languages, parts within parts, a supplement.</summary>
internal static class OwnExport
{
    private static readonly ReadText Scheme = Three("Бағалау шкаласы A–F", "Шкала оценок A–F", "Scale of grades A to F");

    public static QualificationReading Qualification { get; } = new()
    {
        Holder = new HolderReading("Aidana Sarsenova", "Sarsenova", "Aidana", new DateOnly(2004, 5, 17)),
        Title = Three("Бакалавр", "Бакалавр", "Bachelor of Information and Communication Technologies"),
        Institution = Three("«Қазына» университеті", "Университет «Казына»", "Kazyna University & Co. <1>"),
        InstitutionIds = [new ReadIdentifier("bin", "170240014901"), new ReadIdentifier("did", "did:web:kazyna.example")],
        Country = "KZ",
        AwardDate = new DateOnly(2026, 6, 26),
        DocumentDate = new DateOnly(2026, 6, 27),
        Levels = [new ReadLevel("NQF", "6")],
        Credits = 240,
        CreditScheme = "ECTS",
        OverallGrade = "GPA 3.51",
        Languages = ["kk"],
        Courses =
        [
            new CourseReading("MAT1", Three("Алгебра", "Алгебра", "Algebra"), 6, "ECTS", "A- (92)", Scheme, null, 0),
            new CourseReading("MAT1a", Three("Семинар", "Семинар", "Seminar"), 1.5m, "ECTS", null, null, new DateOnly(2024, 1, 9), 1),
            new CourseReading(null, Three("Физика", "Физика", "Physics"), 5, "ECTS", "B", Scheme, null, 0),
        ],
        Supplement = new SupplementReading(
            "ru",
            new DateOnly(2026, 6, 26),
            [
                new SupplementSection("1", "Сведения о владельце", null, [new SupplementSection("1.1", "Фамилия", "Сарсенова", [])]),
                new SupplementSection("8", "Система образования", "Двенадцать лет школы, затем высшее образование.", []),
            ]),
    };

    /// <summary>Lists compare by reference in records, so the two are compared as text.</summary>
    public static void AssertEqual(QualificationReading expected, QualificationReading? read) =>
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(read));

    private static ReadText Three(string kk, string ru, string en) =>
        new([new ReadWords("kk", kk), new ReadWords("ru", ru), new ReadWords("en", en)]);
}
