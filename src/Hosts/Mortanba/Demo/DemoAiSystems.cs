using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Demo;

/// <summary>
/// Sixty invented AI systems of the register, in every state, each brought there by the acts of the register itself, with days counted from
/// the first start. Pure: gives the events of each.
/// </summary>
internal sealed record DemoAiSystems(
    AiRegisterRules Rules, RuleReference Reference, DateOnly Today, string Proposer, string Ethics, string Approver, string Vendor)
{
    public const int Count = 60;

    private static readonly (string En, string Kk, string Ru, AiPurpose Purpose)[] Kinds =
    [
        ("Reading tutor", "Оқу тәлімгері", "Наставник чтения", AiPurpose.Tutoring), ("Mathematics practice", "Математика жаттығуы", "Тренажёр математики", AiPurpose.Tutoring),
        ("Lesson planner", "Сабақ жоспарлаушы", "Планировщик уроков", AiPurpose.TeachingMaterials), ("Essay feedback", "Эссеге пікір", "Отклик на эссе", AiPurpose.AssessmentAid),
        ("Kazakh translator", "Қазақша аудармашы", "Переводчик на казахский", AiPurpose.Translation), ("Speech to text", "Сөзді мәтінге", "Речь в текст", AiPurpose.Accessibility),
        ("Timetable helper", "Кесте көмекшісі", "Помощник расписания", AiPurpose.Administration), ("Picture maker", "Сурет жасаушы", "Создание картинок", AiPurpose.Creation),
        ("Coding partner", "Бағдарламалау серігі", "Напарник по коду", AiPurpose.Creation), ("Worksheet maker", "Тапсырма құрастырушы", "Создатель заданий", AiPurpose.TeachingMaterials),
    ];

    /// <summary>Where the systems stand, in order.</summary>
    private static readonly (AiSystemState State, int Systems)[] States =
    [
        (AiSystemState.InUse, 24), (AiSystemState.Pilot, 8), (AiSystemState.Proposed, 5), (AiSystemState.Offered, 3), (AiSystemState.SentBack, 4), (AiSystemState.Prohibited, 4),
        (AiSystemState.Suspended, 5), (AiSystemState.Rejected, 4), (AiSystemState.Ended, 3),
    ];

    private static readonly IReadOnlyList<Bin> Schools = [.. DemoAiSchools.All().Select(s => s.Place.Bin)];

    /// <summary>What happened to each; the first stand in use.</summary>
    public IReadOnlyList<IReadOnlyList<AiSystemEvent>> All()
    {
        var (all, random) = (new List<IReadOnlyList<AiSystemEvent>>(), new DemoRandom(17));
        foreach (var state in States.SelectMany(s => Enumerable.Repeat(s.State, s.Systems)))
        {
            all.Add(new One(this, all.Count, random.Next(200)).To(state));
        }

        return all;
    }

    /// <summary>One system under way.</summary>
    /// <param name="ago">Days before the last 150 on which it was proposed.</param>
    private sealed class One(DemoAiSystems demo, int number, int ago)
    {
        private static readonly VendorAnswers Answers = new(Answer.No, "", ["KZ"], Answer.Yes, Answer.No, Answer.No);

        private readonly List<AiSystemEvent> events = [];
        private readonly (string En, string Kk, string Ru, AiPurpose Purpose) kind = Kinds[number % Kinds.Length];
        private AiSystem? now;

        public List<AiSystemEvent> To(AiSystemState state)
        {
            Open(state);
            if (state == AiSystemState.Offered)
            {
                return events;
            }

            if (state == AiSystemState.Proposed && number % 2 == 0)
            {
                return events;
            }

            Do(6, (s, at) => ClassifySystem.Of(s, demo.Proposer, Class(state == AiSystemState.Prohibited), Resolved, Day(6), at));
            if (state is AiSystemState.Prohibited or AiSystemState.Proposed)
            {
                return events;
            }

            Do(8, (s, at) => NameVendor.Of(s, demo.Proposer, demo.Vendor, at));
            Do(10, (s, at) => AnswerAsVendor.Of(s, demo.Vendor, Answers, at));
            Do(14, (s, at) => AssessImpact.Of(s, demo.Proposer, new ImpactAssessment(
                Said("Білім алушылардың құпиялылығы мен теңдігі; ол ешкімді бағаламайды", "Приватность и равенство обучающихся; оценок она не ставит"),
                Said("Шындыққа ұқсас қате жауаптар; тәуелділік", "Ошибки, похожие на правду; зависимость"),
                Said(
                    "Педагог әр жауапты көріп, күшін жоя алады; үйлестіруші ай сайын іріктеп қарайды",
                    "Педагог видит каждый ответ и может его отменить; координатор раз в месяц смотрит выборку")), at));
            Do(16, (s, at) => ShowValue.Of(s, demo.Proposer, new EducationalValue(
                Said("Сол жаттығулар қағазда, педагогтің жауабымен", "Те же упражнения на бумаге с ответами педагога"),
                Said("Пікір бір аптадан кейін емес, сол күні беріледі", "Отклик в тот же день, а не через неделю"), ["https://demo.example/comparison"])
            {
                Proportionality = Said("Бір тапсырманың жауаптарынан басқа ештеңе көрмейді", "Видит ответы одного задания и больше ничего"),
                Subsidiarity = Said("Қағаз да сол жаттығуды береді, бірақ кешірек", "Бумага даёт ту же практику, но позже"),
                Necessity = Said("Онсыз сол күні ешкім жауап бермейді", "Без неё в тот же день не ответит никто"),
            }, at));
            if (state == AiSystemState.SentBack)
            {
                Do(24, (s, at) => ReviewEthics.Of(
                    s, demo.Ethics, EthicsOutcome.SentBack, Said("Жауаптарын кім және қаншалықты жиі қарайтынын жазыңыз", "Напишите, кто и как часто смотрит её ответы"), at));
                return events;
            }

            Do(24, (s, at) => ReviewEthics.Of(
                s, demo.Ethics, EthicsOutcome.Favourable, Said("Тәуекелдері аталған, оларды адамдар бақылайды", "Риски названы, за ними следят люди"), at));
            if (state == AiSystemState.Rejected)
            {
                Do(30, (s, at) => RejectSystem.Of(s, demo.Approver, Said("Мектеп мұны онсыз да істей алады", "Школа может делать то же и без неё"), at));
                return events;
            }

            Do(30, (s, at) => ApproveSystem.Of(
                s, demo.Approver, new Allowed([kind.Purpose], 13, null, Day(30).AddMonths(demo.Rules.ReviewMonths).AddDays(-1), state == AiSystemState.Pilot)
                {
                    Schools = state == AiSystemState.Pilot ? [.. Schools.Skip(number % 8).Take(3)] : [],
                },
                Said("Сұралғанның бәрі көрсетілген", "Показано всё, что требовалось"), Resolved, Day(30), at));
            if (state == AiSystemState.Suspended)
            {
                Do(90, (s, at) => SuspendSystem.Of(
                    s, demo.Approver, SuspensionCause.Incident, Said("Білім алушыларға басқалардың жауабын көрсеткен", "Показывала обучающимся чужие ответы"), at));
            }
            else if (state == AiSystemState.Ended)
            {
                Do(120, (s, at) => EndSystem.Of(s, demo.Approver, Said("Шарт ұзартылмады", "Договор не продлён"), "https://demo.example/deleted", at));
            }
            else if (number % 3 == 0)
            {
                Do(110, (s, at) => ReviewSystem.Of(
                    s, demo.Approver, Said("Жаңа ештеңе жоқ: бір айдың жауаптары қаралды", "Ничего нового: просмотрены ответы за месяц"), Resolved, Day(110), at));
            }

            return events;
        }

        private string Said(string kk, string ru) => DemoWords.Said(number, kk, ru);

        private Resolved<AiRegisterRules> Resolved => new(demo.Rules, demo.Reference);

        private void Open(AiSystemState state)
        {
            var said = new SystemDescription(
                $"{kind.En} {number + 1} (invented)", new LocalizedText(kind.Kk, kind.Ru, kind.En), "Owner Ltd (invented)", "https://demo.example/contact",
                new LocalizedText("Білім алушылардың жауаптары, аты-жөнсіз", "Ответы обучающихся, без имён", "Answers of learners, without names"), kind.Purpose != AiPurpose.Administration,
                // Of some nobody said it yet: the register shows the blank.
                state == AiSystemState.Proposed ? null : "https://demo.example/agreement", number % 4 == 3 ? null : Said($"№ {number + 1}", $"№ {number + 1}"))
            {
                Objection = "https://demo.example/objection",
            };
            events.Add((state == AiSystemState.Offered ? OfferSystem.Of(demo.Vendor, said, Answers, At(0)) : ProposeSystem.Of(demo.Proposer, said, At(0))).Value);
            now = AiSystem.Of("system-of-the-plan", events);
        }

        private Classification Class(bool isForbidden) => new(
            number % 5 == 0 ? AiRisk.Medium : AiRisk.Minimal, number % 3 == 0 ? AiAutonomy.Medium : AiAutonomy.Low, (AiMode)(number % 3),
            demo.Rules.Forbidden.Concat(demo.Rules.HighImpact).Select((f, i) => (f.Id, IsYes: (isForbidden && i == number % demo.Rules.Forbidden.Count)
                || (f.Id == "outcomes" && kind.Purpose == AiPurpose.AssessmentAid))).ToDictionary(f => f.Id, f => f.IsYes ? Answer.Yes : Answer.No, StringComparer.Ordinal),
            Day(5));

        private void Do(int day, Func<AiSystem, DateTimeOffset, Outcome<AiSystemEvent>> act)
        {
            var happened = act(now!, At(day)).Value;
            events.Add(happened);
            now = now!.With(happened);
        }

        private DateOnly Day(int later) => demo.Today.AddDays(later - 150 - ago);

        private DateTimeOffset At(int later) => new(Day(later).ToDateTime(new TimeOnly(6, 0)), TimeSpan.Zero);
    }
}
