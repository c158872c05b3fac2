using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Delivery;

/// <summary>Every fixed word printed on the diploma and its supplement, in the three languages.</summary>
/// <remarks>Names are set beside labels, never inside a sentence: no Kazakh or Russian ending has to be guessed.</remarks>
internal static class PaperWords
{
    public static readonly LocalizedText Republic = new("Қазақстан Республикасы", "Республика Казахстан", "Republic of Kazakhstan");
    public static readonly LocalizedText Diploma = new("Диплом", "Диплом", "Diploma");
    public static readonly LocalizedText DiplomaWithHonours = new("Үздік диплом", "Диплом с отличием", "Diploma with honours");
    public static readonly LocalizedText Supplement = new("Дипломға қосымша", "Приложение к диплому", "Diploma Supplement");
    public static readonly LocalizedText Certifies = new(
        "Осы диплом төменде көрсетілген біліктіліктің берілгенін куәландырады.",
        "Настоящий диплом удостоверяет присвоение указанной ниже квалификации.",
        "This diploma certifies the award of the qualification named below.");

    public static readonly LocalizedText Institution = new("Білім беру ұйымы", "Организация образования", "Institution");
    public static readonly LocalizedText Degree = new("Дәрежесі", "Степень", "Degree");
    public static readonly LocalizedText Qualification = new("Біліктілігі", "Квалификация", "Qualification");
    public static readonly LocalizedText Programme = new("Білім беру бағдарламасы", "Образовательная программа", "Programme");
    public static readonly LocalizedText Form = new("Оқу нысаны", "Форма обучения", "Form of study");
    public static readonly LocalizedText Accreditation = new("Аккредиттеу", "Аккредитация", "Accreditation");
    public static readonly LocalizedText SignedElectronically = new(
        "Ұйымның электрондық кілтімен қол қойылған",
        "Подписано электронным ключом организации",
        "Signed with the institution's electronic key");

    public static readonly LocalizedText CheckAt = new("Тексеру мекенжайы", "Адрес для проверки", "Check at");
    public static readonly LocalizedText CodeLimits = new(
        "Код желісіз де тексеріледі: нөмірін, аты-жөнін, біліктілікті және күнін растайды; бағаларды қамтымайды.",
        "Код проверяется и без сети: подтверждает номер, имя, квалификацию и дату; оценки не охватывает.",
        "The code can be checked without a network: it proves number, name, qualification and date, not the grades.");

    public static readonly LocalizedText CodeAlternative = new(
        "Тексеру QR-коды", "QR-код для проверки", "QR code for verification");

    public static readonly LocalizedText SealAlternative = new(
        "Мөртаңба белгісі", "Знак «Мөртаңба»", "Mortanba mark");

    public static readonly LocalizedText Page = new("бет", "стр.", "page");

    public static LocalizedText Of(StudyForm form) => form switch
    {
        StudyForm.FullTime => new("күндізгі", "очная", "full-time"),
        StudyForm.PartTime => new("сырттай", "заочная", "part-time"),
        StudyForm.Distance => new("қашықтан", "дистанционная", "distance"),
    };

    public static LocalizedText Of(Language language) => language switch
    {
        Language.Kk => new("қазақ тілі", "казахский язык", "Kazakh"),
        Language.Ru => new("орыс тілі", "русский язык", "Russian"),
        Language.En => new("ағылшын тілі", "английский язык", "English"),
    };

    /// <summary>Bachelor, master and doctor are degrees; anything else is a qualification (Education Law articles 35, 36).</summary>
    public static LocalizedText LabelOfQualification(string kind) =>
        kind is "bachelor" or "master" or "doctorate" ? Degree : Qualification;

    public static LocalizedText Minutes(string number, DateOnly date)
    {
        var day = Date(date);
        return new(
            $"Аттестаттау комиссиясының № {number} хаттамасы, {day.Kk}",
            $"Протокол аттестационной комиссии № {number}, {day.Ru}",
            $"Minutes No {number} of the attestation commission, {day.En}");
    }

    /// <summary>A date in words.</summary>
    public static LocalizedText Date(DateOnly date)
    {
        var (year, day) = (Number(date.Year), Number(date.Day));
        var month = Months[date.Month - 1];
        return new($"{year} жылғы {day} {month.Kk}", $"{day} {month.Ru} {year} года", $"{day} {month.En} {year}");
    }

    /// <summary>Numbers as each language writes them: decimal comma in Kazakh and Russian.</summary>
    public static LocalizedText Decimal(decimal value)
    {
        var text = value.ToString("0.00", CultureInfo.InvariantCulture);
        var comma = text.Replace('.', ',');
        return new(comma, comma, text);
    }

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static readonly LocalizedText[] Months =
    [
        new("қаңтар", "января", "January"),
        new("ақпан", "февраля", "February"),
        new("наурыз", "марта", "March"),
        new("сәуір", "апреля", "April"),
        new("мамыр", "мая", "May"),
        new("маусым", "июня", "June"),
        new("шілде", "июля", "July"),
        new("тамыз", "августа", "August"),
        new("қыркүйек", "сентября", "September"),
        new("қазан", "октября", "October"),
        new("қараша", "ноября", "November"),
        new("желтоқсан", "декабря", "December"),
    ];
}
