using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Host.Demo;

/// <summary>One invented graduate: the cells of the list, and a percent for each course of the programme.</summary>
/// <param name="Cells">In the order of <see cref="DemoHeaders"/>.</param>
internal sealed record DemoGraduate(DemoProgramme Programme, string StudentNumber, string[] Cells, int[] Percents);

/// <summary>Invents graduates one after another; the same seed gives the same people.</summary>
/// <param name="today">Everything happened before this day.</param>
internal sealed class DemoGraduates(IntakeRules rules, ulong seed, DateOnly today)
{
    public const int YearsOfStudy = 4;
    private const int BirthDays = 1_500;
    // The largest prime below 99,000,000: the demonstration's register knows no number from there on.
    private const int NumberPrime = 98_999_987;

    /// <param name="first">Running number of the first graduate over all lists: keeps numbers and IINs unique.</param>
    public IEnumerable<DemoGraduate> Invent(
        IReadOnlyList<DemoProgramme> programmes, int first, int count, bool onlyRussianLetters = false)
    {
        var award = AwardDay(today);
        for (var i = 0; i < count; i++)
        {
            var index = first + i;
            yield return One(programmes[i * programmes.Count / count], index, award, onlyRussianLetters);
        }
    }

    /// <summary>The last 30 June before a day; minutes ten days earlier.</summary>
    public static DateOnly AwardDay(DateOnly today)
    {
        var award = new DateOnly(today.Year, 6, 30);
        return award < today ? award : award.AddYears(-1);
    }

    private DemoGraduate One(DemoProgramme programme, int index, DateOnly award, bool onlyRussianLetters)
    {
        var random = new DemoRandom(unchecked(seed + ((ulong)index * 0x2545F4914F6CDD1D)));
        var isMale = random.Next(2) == 0;
        var person = DemoWords.Default.Names.Invent(ref random, isMale, onlyRussianLetters);
        var years = programme.Kind == "tvet" ? 19 : 22;
        var birth = award.AddYears(-years).AddDays(-(index % BirthDays));
        var iin = InventIin(birth, isMale, index / BirthDays);
        var percents = Grades(ref random, programme);
        var (gpa, honours) = Outcome(programme, percents);
        var student = string.Create(CultureInfo.InvariantCulture, $"S{award.Year % 100:D2}{index:D7}");
        var number = ((((long)index + 1) * 7_368_787) + ((long)(seed % 1_000_003) * 97)) % NumberPrime;
        var form = random.Next(20) == 0 ? "очная" : "full-time";
        var language = random.Next(10) switch { < 6 => "kk", < 9 => "ru", _ => "en" };
        string[] cells =
        [
            string.Create(CultureInfo.InvariantCulture, $"{programme.Series} {number:D8}"), iin,
            person.Family.Kk, person.Given.Kk, person.Patronymic.Kk,
            person.Family.Ru, person.Given.Ru, person.Patronymic.Ru,
            person.Family.En, person.Given.En, person.Patronymic.En,
            DemoNames.Transliterate(person.Family.Kk).ToUpperInvariant(),
            DemoNames.Transliterate(person.Given.Kk).ToUpperInvariant(),
            Date(birth), student, programme.Programme.Code, programme.Kind, form, language,
            string.Create(CultureInfo.InvariantCulture, $"{(index % 40) + 1}"), Date(award.AddDays(-10)), Date(award),
            Date(new DateOnly(award.Year - YearsOfStudy, 9, 1)), Date(award.AddDays(-15)), honours ? "иә" : "жоқ",
            string.Create(CultureInfo.InvariantCulture, $"{programme.Programme.Credits}"),
            gpa.ToString("0.00", CultureInfo.InvariantCulture),
        ];
        return new DemoGraduate(programme, student, cells, percents);
    }

    // Good students are good in most courses: an ability, and a little luck in each.
    private static int[] Grades(ref DemoRandom random, DemoProgramme programme)
    {
        var ability = 79 + (7 * random.NextBell());
        var percents = new int[programme.Courses.Count];
        for (var c = 0; c < percents.Length; c++)
        {
            percents[c] = Math.Clamp((int)Math.Round(ability + (4.5 * random.NextBell())), 50, 100);
        }

        return percents;
    }

    private (decimal Gpa, bool Honours) Outcome(DemoProgramme programme, int[] percents)
    {
        decimal sum = 0;
        var credits = 0;
        var lowest = decimal.MaxValue;
        for (var c = 0; c < percents.Length; c++)
        {
            var points = rules.Grades.OfPercent(percents[c]).Points;
            sum += programme.Courses[c].Credits * points;
            credits += programme.Courses[c].Credits;
            lowest = Math.Min(lowest, points);
        }

        var gpa = Math.Round(sum / credits, rules.GpaRounding.Decimals, rules.GpaRounding.Rounding);
        var honours = rules.Kinds.Find(programme.Kind)?.Honours;
        return (gpa, honours is not null && gpa >= honours.GpaMin && lowest >= honours.LowestCoursePoints);
    }

    // Serials from 5301 on step in where a prefix has no check digit, so no number comes twice.
    private static string InventIin(DateOnly birth, bool isMale, int serial)
    {
        var century = (birth.Year >= 2000 ? 5 : 3) + (isMale ? 0 : 1);
        for (var step = 0; step < 2; step++)
        {
            for (var digit = 0; digit <= 9; digit++)
            {
                var text = string.Create(
                    CultureInfo.InvariantCulture, $"{birth:yyMMdd}{century}{serial + 301 + (step * 5_000):D4}{digit}");
                if (Iin.TryParse(text, out _))
                {
                    return text;
                }
            }
        }

        throw new InvalidOperationException("Two prefixes in a row have no check digit.");
    }

    private static string Date(DateOnly date) => date.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);
}

/// <summary>Headers of the lists in three languages, in the order of the cells.</summary>
internal static class DemoHeaders
{
    public static readonly string[] Kk =
    [
        "Диплом нөмірі", "ЖСН", "Тегі", "Аты", "Әкесінің аты", "Тегі (орысша)", "Аты (орысша)", "Әкесінің аты (орысша)",
        "Тегі (ағылшынша)", "Аты (ағылшынша)", "Әкесінің аты (ағылшынша)", "Паспорттағы тегі", "Паспорттағы аты",
        "Туған күні", "Студент нөмірі", "Бағдарлама коды", "Құжат түрі", "Оқу түрі", "Оқыту тілі", "Хаттама нөмірі",
        "Хаттама күні", "Берілген күні", "Оқуға түскен күні", "Оқуды бітірген күні", "Үздік", "Кредиттер", "GPA",
    ];

    public static readonly string[] Ru =
    [
        "Номер диплома", "ИИН", "Фамилия (каз.)", "Имя (каз.)", "Отчество (каз.)", "Фамилия", "Имя", "Отчество",
        "Фамилия (англ.)", "Имя (англ.)", "Отчество (англ.)", "Фамилия в паспорте", "Имя в паспорте",
        "Дата рождения", "Номер студента", "Код программы", "Вид документа", "Форма обучения", "Язык обучения",
        "Номер протокола", "Дата протокола", "Дата выдачи", "Дата поступления", "Дата окончания", "С отличием",
        "Кредиты", "GPA",
    ];

    public static readonly string[] En =
    [
        "Diploma number", "IIN", "Surname (Kazakh)", "First name (Kazakh)", "Patronymic (Kazakh)", "Surname (Russian)",
        "First name (Russian)", "Patronymic (Russian)", "Surname", "First name", "Patronymic", "Passport surname",
        "Passport given names", "Date of birth", "Student number", "Programme code", "Document kind", "Form of study",
        "Language of instruction", "Minutes number", "Date of minutes", "Date of award", "Start of study",
        "End of study", "Honours", "Credits", "GPA",
    ];

    public static readonly string[] CoursesKk =
        ["Студент нөмірі", "Пән коды", "Пәннің атауы", "Пәннің атауы (орысша)", "Пәннің атауы (ағылшынша)", "Кредиттер", "Пайыз", "Әріптік баға"];

    public static readonly string[] CoursesRu =
        ["Номер студента", "Код дисциплины", "Дисциплина (каз.)", "Дисциплина", "Дисциплина (англ.)", "Кредиты", "Баллы", "Буквенная оценка"];

    public static readonly string[] CoursesEn =
        ["Student number", "Course code", "Course name (Kazakh)", "Course name (Russian)", "Course name", "Credits", "Score", "Letter grade"];
}
