using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;

namespace Mortanba.Delivery;

/// <summary>The diploma supplement as data: eight sections of numbered items, each filled or with the reason why not.</summary>
/// <remarks>
/// Model of the Council of Europe, the European Commission and UNESCO, revised 2018. Makes no value judgement, states no
/// equivalence. The table of courses stands between items 4.2 and 4.4 and is taken from the record by the printer.
/// </remarks>
internal static class Supplement
{
    /// <param name="Paragraphs">Value in the three languages; several for section 8.</param>
    internal sealed record Item(string Number, LocalizedText Label, IReadOnlyList<LocalizedText> Paragraphs);

    internal sealed record Section(int Number, LocalizedText Title, IReadOnlyList<Item> Items);

    public static IReadOnlyList<Section> Of(DiplomaRecord record, SupplementWording wording, bool forHolder = true)
    {
        IReadOnlyList<Item>[] sections =
        [
            Holder(record.Content, forHolder),
            Qualification(record),
            Level(record.Content),
            Results(record.Content, wording),
            Function(record.Content),
            Additional(record, wording),
            Certification(record),
            [new Item("8", Words.NationalSystem, wording.NationalSystem)],
        ];
        return [.. sections.Select((items, i) => new Section(i + 1, wording.Sections[i], items))];
    }

    private static Item[] Holder(ValidatedDiploma content, bool forHolder)
    {
        var name = content.Name;
        var given = name.Patronymic is { } patronymic
            ? new LocalizedText(
                $"{name.Given.Kk} {patronymic.Kk}", $"{name.Given.Ru} {patronymic.Ru}", $"{name.Given.En} {patronymic.En}".Trim())
            : name.Given;
        return
        [
            One("1.1", Words.FamilyName, name.Family),
            One("1.2", Words.GivenName, given),
            One("", Words.PassportName, LocalizedText.Same($"{name.PassportFamily} {name.PassportGiven}")),
            One("1.3", Words.BirthDate, forHolder ? Day(content.BirthDate) : Words.HoldersCopyOnly),
            One("1.4", Words.StudentNumber, content.StudentNumber.Length == 0
                ? Words.NotSupplied
                : forHolder ? LocalizedText.Same(content.StudentNumber) : Words.HoldersCopyOnly),
        ];
    }

    private static Item[] Qualification(DiplomaRecord record)
    {
        var programme = record.Content.Programme;
        return
        [
            One("2.1", Words.QualificationTitle, programme.Qualification),
            One("2.2", Words.Field, Join(programme.Field, LocalizedText.Same($"(ISCED-F {programme.IscedField})"), " ")),
            One("2.3", Words.AwardingInstitution, Join(record.Initiator.Name, record.Initiator.Status, ". ")),
            One("2.4", Words.AdministeringInstitution, Words.SameAsAwarding),
            One("2.5", Words.Instruction, PaperWords.Of(record.Content.Instruction)),
        ];
    }

    private static Item[] Level(ValidatedDiploma content)
    {
        var level = PaperWords.Number(content.Programme.NqfLevel);
        var credits = PaperWords.Number(content.Credits);
        return
        [
            One("3.1", Words.Level, new(
                $"Ұлттық біліктілік шеңберінің {level}-деңгейі",
                $"Уровень {level} национальной рамки квалификаций",
                $"Level {level} of the national qualifications framework")),
            One("3.2", Words.Duration, Join(
                new($"{credits} кредит (ECTS)", $"{credits} кредитов (ECTS)", $"{credits} credits (ECTS)"),
                content.Programme.Duration,
                ", ")),
            One("3.3", Words.Access, content.Programme.AccessRequirements),
        ];
    }

    private static Item[] Results(ValidatedDiploma content, SupplementWording wording)
    {
        var gpa = PaperWords.Decimal(content.Gpa);
        var classification = content.Honours ? Words.WithHonours : Words.NoClassification;
        var (from, until) = (Day(content.StudyFrom), Day(content.StudyUntil));
        return
        [
            One("4.1", Words.Mode, Join(PaperWords.Of(content.Form), LocalizedText.Same($"({from.Kk} – {until.Kk})"), " ")),
            One("4.2", Words.Outcomes, content.Programme.LearningOutcomes),
            new Item("4.3", Words.Courses, []),
            new Item("4.4", Words.Grading, [wording.GradingScheme, Words.NoDistribution]),
            One("4.5", Words.Classification, new(
                $"GPA {gpa.Kk}. {classification.Kk}", $"GPA {gpa.Ru}. {classification.Ru}", $"GPA {gpa.En}. {classification.En}")),
        ];
    }

    private static Item[] Function(ValidatedDiploma content) =>
    [
        One("5.1", Words.FurtherStudy, content.Programme.FurtherStudy),
        One("5.2", Words.Profession, content.Programme.ProfessionalStatus),
    ];

    private static Item[] Additional(DiplomaRecord record, SupplementWording wording)
    {
        var programme = record.Content.Programme;
        var accreditedUntil = Day(programme.AccreditedUntil).Kk;
        return
        [
            new Item("6.1", Words.Information,
            [
                new(
                    $"Лицензия: {programme.Licence}. Аккредиттеу: {programme.Accreditor}, {accreditedUntil} дейін.",
                    $"Лицензия: {programme.Licence}. Аккредитация: {programme.Accreditor}, до {accreditedUntil}.",
                    $"Licence: {programme.Licence}. Accreditation: {programme.Accreditor}, until {accreditedUntil}."),
                new(
                    $"Шығару туралы шешім: {record.Permission.Decision}. Жазба: {record.Asset}",
                    $"Решение о выпуске: {record.Permission.Decision}. Запись: {record.Asset}",
                    $"Decision on issue: {record.Permission.Decision}. Record: {record.Asset}"),
            ]),
            One("6.2", Words.FurtherSources, wording.FurtherInformation),
        ];
    }

    private static Item[] Certification(DiplomaRecord record) =>
    [
        One("7.1", Words.Date, Day(record.Content.AwardDate)),
        One("7.2", Words.Signature, PaperWords.SignedElectronically),
        One("7.3", Words.Capacity, record.Initiator.HeadTitle),
        One("7.4", Words.Stamp, Words.StampReplaced),
    ];

    private static Item One(string number, LocalizedText label, LocalizedText value) => new(number, label, [value]);

    // dd/mm/yyyy, as the model asks for.
    private static LocalizedText Day(DateOnly date) =>
        LocalizedText.Same(date.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture));

    private static LocalizedText Join(LocalizedText a, LocalizedText b, string between) =>
        new(a.Kk + between + b.Kk, a.Ru + between + b.Ru, a.En + between + b.En);

    /// <summary>Labels of the model's items.</summary>
    internal static class Words
    {
        public static readonly LocalizedText FamilyName = new("Тегі", "Фамилия", "Family name");
        public static readonly LocalizedText GivenName = new("Аты (әкесінің аты)", "Имя (отчество)", "Given name(s)");
        public static readonly LocalizedText PassportName = new("Паспорттағы жазылуы", "Написание в паспорте", "As in the passport");
        public static readonly LocalizedText BirthDate = new("Туған күні", "Дата рождения", "Date of birth");
        public static readonly LocalizedText StudentNumber = new("Студенттің нөмірі", "Номер студента", "Student number");
        public static readonly LocalizedText QualificationTitle = new("Біліктілік атауы", "Название квалификации", "Name of qualification");
        public static readonly LocalizedText Field = new("Оқудың негізгі саласы", "Основная область обучения", "Main field of study");
        public static readonly LocalizedText AwardingInstitution = new(
            "Біліктілік берген ұйым және мәртебесі", "Присвоившая организация и её статус", "Awarding institution and its status");

        public static readonly LocalizedText AdministeringInstitution = new(
            "Оқуды жүргізген ұйым", "Организация, проводившая обучение", "Institution administering studies");

        public static readonly LocalizedText SameAsAwarding = new(
            "2.3-тармақтағы ұйым", "Та же, что в пункте 2.3", "The same as in 2.3");

        public static readonly LocalizedText Instruction = new(
            "Оқыту және емтихан тілі", "Язык обучения и экзаменов", "Language of instruction and examination");

        public static readonly LocalizedText Level = new("Деңгейі", "Уровень", "Level of qualification");
        public static readonly LocalizedText Duration = new("Кредиттері және мерзімі", "Кредиты и срок обучения", "Credits and duration");
        public static readonly LocalizedText Access = new("Қабылдау талаптары", "Требования к поступлению", "Access requirements");
        public static readonly LocalizedText Mode = new("Оқу нысаны және кезеңі", "Форма и период обучения", "Mode and period of study");
        public static readonly LocalizedText Outcomes = new("Оқу нәтижелері", "Результаты обучения", "Programme learning outcomes");
        public static readonly LocalizedText Courses = new(
            "Пәндер, кредиттер және бағалар", "Дисциплины, кредиты и оценки", "Courses, credits and grades");

        public static readonly LocalizedText Grading = new(
            "Бағалау жүйесі және бағалардың үлестірімі", "Система оценок и их распределение", "Grading system and distribution");

        public static readonly LocalizedText NoDistribution = new(
            "Бағалардың үлестірімі келтірілмеген: ұйым оны түлектер тізімімен бірге ұсынбаған.",
            "Распределение оценок не приводится: организация не представила его со списком выпускников.",
            "No distribution of grades is given: the institution supplied none with the list of graduates.");

        public static readonly LocalizedText Classification = new(
            "Біліктіліктің жалпы бағасы", "Общая оценка квалификации", "Overall classification");

        public static readonly LocalizedText WithHonours = new("Үздік диплом", "Диплом с отличием", "Diploma with honours");
        public static readonly LocalizedText NoClassification = new(
            "GPA-дан басқа жалпы баға қойылмайды", "Иная общая оценка не выставляется", "No other classification is given");

        public static readonly LocalizedText FurtherStudy = new("Оқуды жалғастыру", "Доступ к дальнейшему обучению", "Access to further study");
        public static readonly LocalizedText Profession = new(
            "Реттелетін кәсіпке рұқсат", "Доступ к регулируемой профессии", "Access to a regulated profession");

        public static readonly LocalizedText Information = new("Қосымша ақпарат", "Дополнительная информация", "Additional information");
        public static readonly LocalizedText FurtherSources = new("Ақпарат көздері", "Источники информации", "Further sources");
        public static readonly LocalizedText Date = new("Күні", "Дата", "Date");
        public static readonly LocalizedText Signature = new("Қолы", "Подпись", "Signature");
        public static readonly LocalizedText Capacity = new("Лауазымы", "Должность", "Capacity");
        public static readonly LocalizedText Stamp = new("Мөрі", "Печать", "Official stamp or seal");
        public static readonly LocalizedText StampReplaced = new(
            "Мөрдің орнына электрондық қолтаңба қойылған; ол файлмен бірге тексеріледі.",
            "Печать заменена электронной подписью; она проверяется вместе с файлом.",
            "The seal is replaced by the electronic signature, which is checked with the file.");

        public static readonly LocalizedText NationalSystem = new("Білім беру жүйесі", "Система образования", "Education system");
        public static readonly LocalizedText NotSupplied = new(
            "Ұйым ұсынбаған", "Организация не представила", "Not supplied by the institution");

        public static readonly LocalizedText HoldersCopyOnly = new(
            "Тек иесінің данасында көрсетіледі", "Указано только в экземпляре владельца", "Only in the holder’s own copy");
    }
}
