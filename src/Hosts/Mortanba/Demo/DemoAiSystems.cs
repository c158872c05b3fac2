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
                "Privacy and equal treatment of learners; nobody is graded by it (invented).", "Wrong answers that sound right; dependence (invented).",
                "The teacher sees every answer and can cancel it; the coordinator looks at a sample each month (invented)."), at));
            Do(16, (s, at) => ShowValue.Of(s, demo.Proposer, new EducationalValue(
                "The same exercises on paper with the teacher's answers (invented).", "Feedback on the same day instead of after a week (invented).",
                ["https://demo.example/comparison"])
            {
                Proportionality = "It sees the answers of one task and nothing else (invented).",
                Subsidiarity = "Paper gives the same practice, later (invented).",
                Necessity = "Without it nobody answers on the same day (invented).",
            }, at));
            if (state == AiSystemState.SentBack)
            {
                Do(24, (s, at) => ReviewEthics.Of(s, demo.Ethics, EthicsOutcome.SentBack, "Say who looks at its answers, and how often (invented).", at));
                return events;
            }

            Do(24, (s, at) => ReviewEthics.Of(s, demo.Ethics, EthicsOutcome.Favourable, "Its risks are named and watched by people (invented).", at));
            if (state == AiSystemState.Rejected)
            {
                Do(30, (s, at) => RejectSystem.Of(s, demo.Approver, "The school can do the same without it (invented).", at));
                return events;
            }

            Do(30, (s, at) => ApproveSystem.Of(
                s, demo.Approver, new Allowed([kind.Purpose], 13, null, Day(30).AddMonths(demo.Rules.ReviewMonths).AddDays(-1), state == AiSystemState.Pilot),
                "Everything asked for is shown (invented).", Resolved, Day(30), at));
            if (state == AiSystemState.Suspended)
            {
                Do(90, (s, at) => SuspendSystem.Of(s, demo.Approver, SuspensionCause.Incident, "It showed learners answers of others (invented).", at));
            }
            else if (state == AiSystemState.Ended)
            {
                Do(120, (s, at) => EndSystem.Of(s, demo.Approver, "The contract was not renewed (invented).", "https://demo.example/deleted", at));
            }
            else if (number % 3 == 0)
            {
                Do(110, (s, at) => ReviewSystem.Of(s, demo.Approver, "Nothing new: looked at answers of a month (invented).", Resolved, Day(110), at));
            }

            return events;
        }

        private Resolved<AiRegisterRules> Resolved => new(demo.Rules, demo.Reference);

        private void Open(AiSystemState state)
        {
            var said = new SystemDescription(
                $"{kind.En} {number + 1} (invented)", new LocalizedText(kind.Kk, kind.Ru, kind.En), "Owner Ltd (invented)", "https://demo.example/contact",
                new LocalizedText("Оқушының жауаптары, атысыз", "Ответы обучающегося, без имени", "Answers of learners, without names"), kind.Purpose != AiPurpose.Administration,
                // Of some nobody said it yet: the register shows the blank.
                state == AiSystemState.Proposed ? null : "https://demo.example/agreement", number % 4 == 3 ? null : $"{number + 1} of the year (invented)")
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
