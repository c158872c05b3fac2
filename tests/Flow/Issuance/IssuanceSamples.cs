using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;

namespace Mortanba.Issuance.Samples;

/// <summary>Invented graduates and institutions, the same every time. Shared with the storage tests.</summary>
public static class IssuanceSamples
{
    public const string Site = "http://localhost:5080";

    public static DateTimeOffset Now { get; } = new(2026, 6, 25, 9, 0, 0, TimeSpan.Zero);

    public static Bin InitiatorBin { get; } = Bin.Parse(Number("98024000123"));

    public static Bin OperatorBin { get; } = Bin.Parse(Number("05014000456"));

    public static string KeyId => Did(InitiatorBin) + "#key-1";

    public static string OperatorKeyId => Did(OperatorBin) + "#key-1";

    public static IssuePermission Permission { get; } = new(
        Organisation(InitiatorBin, OrganisationRole.Initiator, new LocalizedText(
            "Жайық инженерлік университеті", "Жайыкский инженерный университет", "Zhaiyq Engineering University")),
        Organisation(OperatorBin, OrganisationRole.IssuerOperator, LocalizedText.Same("Bilim Tirek JSC")),
        "KZ-DA-2026-0001",
        "2026-001",
        "secured-digital-asset",
        "kz.digital-assets@2026.1#sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        Commitment.Sha3_512,
        Now);

    public static Programme Programme { get; } = new(
        InitiatorBin,
        "6B06103",
        new LocalizedText("Бағдарламалық инженерия", "Программная инженерия", "Software Engineering"),
        new LocalizedText(
            "«6B06103 – Бағдарламалық инженерия» білім беру бағдарламасы бойынша ақпараттық-коммуникациялық "
                + "технологиялар бакалавры",
            "Бакалавр информационно-коммуникационных технологий по образовательной программе «6B06103 – Программная "
                + "инженерия»",
            "Bachelor of Information and Communication Technologies in 6B06103 Software Engineering"),
        new LocalizedText("Ақпараттық технологиялар", "Информационные технологии", "Information technology"),
        "0613",
        6,
        240,
        new LocalizedText("4 жыл", "4 года", "4 years"),
        new LocalizedText("Жалпы орта білім", "Общее среднее образование", "General secondary education"),
        new LocalizedText(
            "Бағдарламалық жүйелерді жобалайды, жасайды және сүйемелдейді.",
            "Проектирует, разрабатывает и сопровождает программные системы.",
            "Designs, builds and maintains software systems."),
        new LocalizedText("Магистратура", "Магистратура", "Master's programmes"),
        new LocalizedText("Бағдарламашы", "Программист", "Software engineer"),
        "KZ83LAA00018510",
        new DateOnly(2018, 1, 10),
        null,
        "IAAR",
        new DateOnly(2022, 5, 1),
        new DateOnly(2027, 4, 30));

    /// <summary>Graduate number <paramref name="i"/>; every personal value names the number, so a leak is found by text.</summary>
    public static ValidatedDiploma Diploma(int i, int courses = 30) => new(
        Row: i + 2,
        Kind: "bachelor",
        Series: "BD",
        Number: $"{10_000_000 + i}",
        Iin: IinOf(i),
        Name: new GraduateName(
            new LocalizedText($"Оңғарбай{i}", $"Онгарбай{i}", $"Ongharbay{i}"),
            new LocalizedText("Әйгерім", "Айгерим", "Aigerim"),
            new LocalizedText("Қуанышқызы", "Куанышкызы", "Quanyshqyzy"),
            $"ONGARBAY{i}",
            "AIGERIM"),
        BirthDate: new DateOnly(2004, 3, 17).AddDays(i % 365),
        StudentNumber: $"ST-{i:000000}",
        Programme: Programme,
        MinutesNumber: "14",
        MinutesDate: new DateOnly(2026, 6, 18),
        AwardDate: new DateOnly(2026, 6, 20),
        Form: StudyForm.FullTime,
        Instruction: Language.Kk,
        StudyFrom: new DateOnly(2022, 9, 1),
        StudyUntil: new DateOnly(2026, 6, 20),
        Credits: 240,
        Gpa: 3.45m,
        Honours: i % 7 == 0,
        Courses: [.. Enumerable.Range(1, courses).Select(Course)]);

    /// <summary>Serial and day tell 280,000 graduates apart; the year moves on where no check digit fits.</summary>
    public static Iin IinOf(int i)
    {
        for (var year = 1; ; year++)
        {
            if (TryNumber($"{year:00}03{1 + (i / 10_000):00}6{i % 10_000:0000}", out var text) && Iin.TryParse(text, out var iin))
            {
                return iin;
            }
        }
    }

    private static CourseResult Course(int n) => new(
        $"CSE{1000 + n}",
        new LocalizedText($"Деректер қоры жүйелері {n}", $"Системы баз данных, часть {n}", $"Database systems {n}"),
        Credits: 4 + (n % 3),
        Percent: 70 + n % 30,
        Letter: "B+",
        Points: 3.33m);

    private static Organisation Organisation(Bin bin, OrganisationRole role, LocalizedText name) => new(
        bin,
        Did(bin),
        role,
        name,
        new LocalizedText("Орал", "Уральск", "Oral"),
        new LocalizedText("Ректор", "Ректор", "Rector"),
        new LocalizedText("Коммерциялық емес АҚ", "НАО", "Non-profit JSC"));

    private static string Did(Bin bin) => $"did:web:localhost%3A5080:institutions:{bin.Value}";

    private static string Number(string eleven) =>
        TryNumber(eleven, out var text) ? text : throw new ArgumentException("No check digit fits.", nameof(eleven));

    // The check digit of requirement X-12; some numbers have none.
    private static bool TryNumber(string eleven, out string text)
    {
        int Sum(int first) => Enumerable.Range(0, 11).Sum(i => (((first - 1 + i) % 11) + 1) * (eleven[i] - '0')) % 11;
        var check = Sum(1) == 10 ? Sum(3) : Sum(1);
        text = eleven + check;
        return check < 10;
    }
}
