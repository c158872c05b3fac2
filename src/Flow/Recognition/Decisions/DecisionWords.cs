using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>The fixed words of letter and certificate, in the three languages.</summary>
/// <remarks>Names are set beside labels, never inside a sentence: no Kazakh or Russian ending has to be guessed.</remarks>
public static class DecisionWords
{
    internal static readonly LocalizedText Republic = new("Қазақстан Республикасы", "Республика Казахстан", "Republic of Kazakhstan");
    internal static readonly LocalizedText Title = new("Тану туралы шешім", "Решение о признании", "Recognition decision");
    internal static readonly LocalizedText CaseNumber = new("Істің нөмірі", "Номер дела", "Case number");
    internal static readonly LocalizedText CertificateNumber = new("Куәліктің нөмірі", "Номер удостоверения", "Certificate number");
    internal static readonly LocalizedText Holder = new("Білім иесі", "Обладатель квалификации", "Holder");
    internal static readonly LocalizedText BirthDate = new("Туған күні", "Дата рождения", "Date of birth");
    internal static readonly LocalizedText Qualification = new("Шетелдік біліктілік", "Иностранная квалификация", "Foreign qualification");
    internal static readonly LocalizedText Original = new("Құжаттағы атауы", "Название в документе", "As in the document");
    internal static readonly LocalizedText Institution = new("Берген ұйым", "Кем выдана", "Awarded by");
    internal static readonly LocalizedText Country = new("Ел", "Страна", "Country");
    internal static readonly LocalizedText Awarded = new("Берілген күні", "Дата выдачи", "Date of award");
    internal static readonly LocalizedText Level = new("Деңгейі", "Уровень", "Level");
    internal static readonly LocalizedText Asked = new("Тану мақсаты", "Цель признания", "Recognition sought for");
    internal static readonly LocalizedText Scope = new("Танылатын бөлігі", "Что признаётся", "What is recognised");
    internal static readonly LocalizedText Reasons = new("Салыстыру және негіздер", "Сравнение и основания", "Comparison and reasons");
    internal static readonly LocalizedText ComparedWith = new("Салыстырылды", "Сравнивалось с", "Compared with");
    internal static readonly LocalizedText WhyItMatters = new("Неге маңызды", "Почему это важно", "Why it matters");
    internal static readonly LocalizedText Impact = new("Оқу нәтижелеріне әсері", "Влияние на результаты обучения", "Effect on learning outcomes");
    internal static readonly LocalizedText Conditions = new("Орындалуға тиіс шарттар", "Условия признания", "Conditions to be fulfilled");
    internal static readonly LocalizedText Advice = new("Сіз не істей аласыз", "Что вы можете сделать", "What you can do");
    internal static readonly LocalizedText Until = new("мерзімі", "срок", "by");
    internal static readonly LocalizedText Basis = new("Құқықтық негіз", "Правовое основание", "Legal basis");
    internal static readonly LocalizedText Articles = new("баптар", "статьи", "articles");
    internal static readonly LocalizedText National = new(
        "Қолданылатын халықаралық шарт жоқ: ұлттық заңнама қолданылды.",
        "Применимого договора нет: применено национальное законодательство.",
        "No treaty applies: national law was applied.");

    internal static readonly LocalizedText Rules = new("Қолданылған ережелер", "Применённые правила", "Rules applied");
    internal static readonly LocalizedText Evidence = new("Дәлелдемелер", "Доказательства", "Evidence");
    internal static readonly LocalizedText Receipt = new("Тексеру түбіртегі", "Квитанция о проверке", "Verification receipt");
    internal static readonly LocalizedText Diploma = new("Ұсынылған диплом", "Представленный диплом", "Presented diploma");
    internal static readonly LocalizedText Appeal = new("Шағымдану", "Обжалование", "Appeal");
    internal static readonly LocalizedText AppealTo = new("Шағым берілетін орган", "Куда подать жалобу", "Where to appeal");
    internal static readonly LocalizedText AppealUntil = new("Соңғы күні", "Последний день", "Last day");
    internal static readonly LocalizedText NoDay = new(
        "мерзім белгіленбеген", "срок не установлен", "no time limit is set");

    internal static readonly LocalizedText Holds = new("Танудың қолданылу мерзімі", "Срок действия признания", "Recognition valid until");

    /// <summary>Of a recognition that rests on what stands in for documents, where the terms set no end.</summary>
    public static readonly LocalizedText NoEnd = new("мерзімсіз", "бессрочно", "no end date");

    internal static readonly LocalizedText DecidedBy = new("Шешім қабылдады", "Решение принял(а)", "Decided by");
    internal static readonly LocalizedText DecidedOn = new("Шешім күні", "Дата решения", "Date of decision");
    internal static readonly LocalizedText Reason = new("Қысқаша түйін", "Кратко", "In short");
    internal static readonly LocalizedText Replaces = new(
        "Бұл шешім бұрынғы шешімді алмастырады. Ауыстырылған куәлік",
        "Это решение заменяет прежнее. Заменённое удостоверение",
        "This decision replaces an earlier one. Replaced certificate");

    internal static readonly LocalizedText Check = new("Тексеру", "Проверка", "Verification");
    internal static readonly LocalizedText CheckHow = new(
        "Кодты сканерлеңіз, мекенжайды ашыңыз немесе куәліктің нөмірін енгізіңіз. Осы PDF файлының ішінде қол қойылған деректер бар: оны тұтас файл ретінде, желісіз де тексеруге болады.",
        "Отсканируйте код, откройте адрес или введите номер удостоверения. Внутри этого PDF лежат подписанные данные: файл можно проверить целиком, в том числе без сети.",
        "Scan the code, open the address or enter the certificate number. This PDF carries the signed data: the file itself can be checked, also without a network.");

    internal static readonly LocalizedText Signed = new(
        "Органның электрондық кілтімен қол қойылған", "Подписано электронным ключом органа", "Signed with the body's electronic key");

    internal static readonly LocalizedText Attached = new(
        "Қол қойылған куәлік", "Подписанное удостоверение", "Signed certificate");

    internal static readonly LocalizedText CodeAlternative = new("Тексеру QR-коды", "QR-код для проверки", "QR code for verification");
    internal static readonly LocalizedText SealAlternative = new("Мөртаңба белгісі", "Знак «Мөртаңба»", "Mortanba mark");
    internal static readonly LocalizedText NoticeTitle = new(
        "Түпнұсқа емес құжат туралы хабарлама", "Уведомление о неподлинном документе", "Notice of a document that is not authentic");

    internal static readonly LocalizedText NoticeTo = new("Кімге", "Кому", "To");
    internal static readonly LocalizedText NoticeDocument = new("Құжат", "Документ", "The document");

    /// <summary>What an institution, or the centre of its country, is told of a document that is not authentic.</summary>
    public static readonly LocalizedText NoticeText = new(
        "Төменде сипатталған құжат бізге тануға ұсынылды және түпнұсқа емес деп табылды. Іс сол себепті жабылды.",
        "Описанный ниже документ был представлен нам для признания и оказался неподлинным. Дело по этой причине закрыто.",
        "The document described below was presented to us for recognition and was found not to be authentic. The case was closed for that reason.");

    internal static readonly LocalizedText Page = new("бет", "стр.", "page");
    internal static readonly LocalizedText AsWritten = new(
        "Органның мәтіні жазылған тілінде келтірілген.", "Текст органа приведён на языке, на котором он написан.",
        "The body's text is given in the language it was written in.");

    public static LocalizedText Of(RecognitionOutcome outcome) => outcome switch
    {
        RecognitionOutcome.Full => new("Толық танылды", "Признана полностью", "Recognised in full"),
        RecognitionOutcome.Partial => new("Ішінара танылды", "Признана частично", "Recognised in part"),
        RecognitionOutcome.Conditional => new("Шартпен танылды", "Признана с условием", "Recognised on conditions"),
        RecognitionOutcome.Refusal => new("Танудан бас тартылды", "В признании отказано", "Recognition refused"),
        RecognitionOutcome.NoDecision => new("Шешім қабылданбады", "Решение не принято", "No decision was taken"),
    };

    public static LocalizedText Of(NoDecisionReason reason) => reason switch
    {
        NoDecisionReason.NotAuthentic => new(
            "Құжат түпнұсқа емес деп табылды, сондықтан іс жабылды.", "Документ признан неподлинным, поэтому дело закрыто.",
            "The document was found not to be authentic, so the case was closed."),
    };

    public static LocalizedText Of(RecognitionPurpose purpose) => purpose switch
    {
        RecognitionPurpose.FurtherStudy => new("оқуды жалғастыру", "продолжение учёбы", "further study"),
        RecognitionPurpose.Title => new("академиялық атақты пайдалану", "использование академического звания", "use of the academic title"),
        RecognitionPurpose.Employment => new(
            "заңнама талаптарына сай жұмысқа орналасу", "трудоустройство с соблюдением законодательства", "employment, subject to law"),
    };

    public static LocalizedText Of(Element element) => element switch
    {
        Element.Level => new("Деңгей", "Уровень", "Level"),
        Element.Workload => new("Оқу жүктемесі", "Объём учёбы", "Workload"),
        Element.Quality => new("Сапа", "Качество", "Quality"),
        Element.Profile => new("Бейін", "Профиль", "Profile"),
        Element.LearningOutcomes => new("Оқу нәтижелері", "Результаты обучения", "Learning outcomes"),
    };

    public static LocalizedText Of(Difference difference) => difference switch
    {
        Difference.None => new("айырмашылық жоқ", "различия нет", "no difference"),
        Difference.Minor => new("болмашы айырмашылық", "несущественное различие", "minor difference"),
        Difference.Substantial => new("елеулі айырмашылық", "существенное различие", "substantial difference"),
    };

    /// <summary>The capacity somebody decided in; what is no code of the platform's roles stands as it is.</summary>
    public static LocalizedText OfRole(string role) => role switch
    {
        "decision-maker" => new("шешім қабылдаушы", "принимающий решение", "decision maker"),
        "appeal-reviewer" => new("шағымды қараушы", "рассматривающий жалобу", "appeal reviewer"),
        _ => LocalizedText.Same(role),
    };

    internal static LocalizedText Date(DateOnly date)
    {
        var (year, day, month) = (Number(date.Year), Number(date.Day), Months[date.Month - 1]);
        return new($"{year} жылғы {day} {month.Kk}", $"{day} {month.Ru} {year} года", $"{day} {month.En} {year}");
    }

    internal static LocalizedText Join(IEnumerable<LocalizedText> texts)
    {
        var all = texts.ToList();
        return new(string.Join(", ", all.Select(t => t.Kk)), string.Join(", ", all.Select(t => t.Ru)), string.Join(", ", all.Select(t => t.En)));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

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
