using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Demo;

/// <summary>How an invented case that is over came to its end.</summary>
internal enum DemoEnd
{
    Decided,
    Withdrawn,
    NotAuthentic,
}

/// <summary>What is to become of one invented case.</summary>
/// <param name="Difference">The element with a substantial difference; null where there is none.</param>
/// <param name="Days">Working days from filing to the proposal.</param>
/// <param name="Stage">Where an open case stands; <see cref="CaseStage.Closed"/> for one that is over.</param>
internal sealed record DemoPlan(
    Holder Holder, HolderKind Kind, RecognitionPurpose Purpose, Qualification Qualification, RecognitionOutcome Outcome, Element? Difference, int Days,
    CaseStage Stage = CaseStage.Closed, DemoEnd End = DemoEnd.Decided, AppealOutcome? Appeal = null, int DaysAgo = 0, bool IsAgent = false, bool IsWaiting = false, bool IsRepresented = false,
    bool IsEntitled = true, bool IsAssessed = false, string Note = "")
{
    public Representation? Representation => IsRepresented ? new Representation("Demo Applicant") : null;

    /// <summary>The text of the diploma and its annex, for whoever reads the file.</summary>
    public string Diploma => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {string.Join(" / ", Qualification.Institutions.Select(i => i.Name))}
        This is to certify that the degree of {Qualification.Title} was conferred on {Holder.Name}
        on {Qualification.Awarded.Day} {Qualification.Awarded:MMMM yyyy}.
        Official length of the programme: {Qualification.Years} years of full-time study, {Qualification.Credits} ECTS credits.
        First cycle, EQF level 6. Invented for the demonstration.
        """);

    public string Extract => $"Extract of the register of {Qualification.Institutions[0].Name}: programme {Qualification.Title} (invented).";

    public DecisionDraft Draft(DateOnly until) => Outcome switch
    {
        RecognitionOutcome.Conditional => new DecisionDraft(Outcome, [new Measure(Difference!.Value, "Pass the bridging course of the faculty.", until)]),
        RecognitionOutcome.Partial => new DecisionDraft(Outcome, [new Measure(Difference!.Value, "Enter the third year of the programme.")], "The first two years of study."),
        RecognitionOutcome.Refusal => new DecisionDraft(Outcome, [new Measure(Difference!.Value, "Enrol at an institution that is entitled to award it.")]),
        _ => new DecisionDraft(RecognitionOutcome.Full, []),
    };
}

/// <summary>The invented cases, the same every time: from a table, by number, without chance.</summary>
internal sealed partial class DemoCases
{
    private static readonly string[] FirstNames = ["Aigerim", "Daniyar", "Madina", "Timur", "Aliya", "Arman", "Zarina", "Yerlan", "Dana", "Ruslan"];
    private static readonly string[] LastNames = ["Sampleova", "Sampleuly", "Inventova", "Demobayev", "Testkyzy", "Exampleov"];

    // Subject, ISCED-F field, length and credits.
    private static readonly (string Title, string Field, decimal Years, decimal Credits)[] Subjects =
    [
        ("Bachelor of Science in Informatics", "0613", 3, 180), ("Bachelor of Engineering", "0715", 4, 240), ("Bachelor of Economics", "0311", 3, 180),
        ("Bachelor of Education", "0114", 4, 240), ("Bachelor of Arts in History", "0222", 3, 180),
    ];

    // Few countries have most of the cases, as they have everywhere.
    private static readonly string[] Awarding = ["RU", "RU", "RU", "CN", "CN", "TR", "TR", "RU", "KR", "AU", "RU", "CN", "JP", "RU", "TR", "MN"];

    private readonly ILookup<string, (string Id, string Name)> institutions = ReadInstitutions(isRanked: false);
    private readonly List<(string Country, string Id, string Name)> ranked =
        [.. ReadInstitutions(isRanked: true).Where(c => c.Key == "CN").SelectMany(c => c.Select(i => (c.Key, i.Id, i.Name)))];

    public DemoPlan Closed(int i)
    {
        var outcome = (i % 20) switch { 3 or 11 or 16 => RecognitionOutcome.Conditional, 7 => RecognitionOutcome.Partial, 14 => RecognitionOutcome.Refusal, _ => RecognitionOutcome.Full };
        var end = i % 50 == 21 ? DemoEnd.NotAuthentic : i % 50 == 33 ? DemoEnd.Withdrawn : DemoEnd.Decided;
        AppealOutcome? appeal = outcome == RecognitionOutcome.Full || end != DemoEnd.Decided ? null
            : i % 3 == 0 ? AppealOutcome.Change
            : i % 3 == 1 ? AppealOutcome.Uphold
            : null;
        return new DemoPlan(
            HolderOf(i), i % 40 == 12 ? HolderKind.Refugee : HolderKind.Graduate, (RecognitionPurpose)(i % 5 == 2 ? 2 : i % 2),
            QualificationOf(i, new DateOnly(2020 + (i % 4), 6, 30), isShortWay: i % 12 == 4 && outcome == RecognitionOutcome.Full), outcome,
            outcome == RecognitionOutcome.Full ? null : outcome == RecognitionOutcome.Refusal ? Element.Quality : Element.Profile,
            i % 9 == 5 ? 33 + (i % 4) : 10 + (i * 7 % 18), End: end, Appeal: appeal, IsRepresented: i % 9 == 4);
    }

    public DemoPlan Open(int i)
    {
        var (stage, assessed) = i switch
        {
            0 or 1 => (CaseStage.Draft, false),
            < 6 => (CaseStage.Intake, false),
            < 9 => (CaseStage.Incomplete, false),
            < 13 => (CaseStage.Authenticity, false),
            < 16 => (CaseStage.IssuerRight, false),
            < 19 => (CaseStage.Evaluation, false),
            < 22 => (CaseStage.Evaluation, true),
            < 26 => (CaseStage.Decision, true),
            < 28 => (CaseStage.Issued, true),
            _ => (CaseStage.Appealed, true),
        };
        // The first in each stage belongs to the applicant, the others to whoever acts for several.
        var isAgent = i is not (0 or 6 or 16 or 26 or 28);
        var days = 12;
        var plan = new DemoPlan(
            HolderOf(i + 7), i == 17 ? HolderKind.Refugee : HolderKind.Graduate, (RecognitionPurpose)(i % 3),
            // One goes the short way.
            QualificationOf(i, new DateOnly(2022, 6, 30), isShortWay: i == 27), RecognitionOutcome.Full, null, days, stage,
            DaysAgo: stage switch
            {
                CaseStage.Draft => 1,
                CaseStage.Intake => 3,
                CaseStage.Incomplete => 6,
                CaseStage.Authenticity => 8 + i,
                CaseStage.IssuerRight => 14,
                // One has been there for too long.
                CaseStage.Evaluation => i == 18 ? 60 : 22 + i,
                CaseStage.Decision => 36,
                _ => 30,
            },
            IsAgent: isAgent, IsRepresented: isAgent, IsWaiting: i == 12, IsAssessed: assessed);
        return i switch
        {
            20 => plan with
            {
                Note = "Demonstration: this case must not be refused. A year shorter is the only difference, and it keeps the holder from nothing.",
                Qualification = plan.Qualification with { Title = "Bachelor of Arts (three years)" },
            },
            23 => plan with
            {
                Note = "Demonstration: this case must be refused. On the day of the award the institution had no right to award it.",
                Qualification = plan.Qualification with { Title = "Master of Business (without accreditation)", Isced = 7 },
                Outcome = RecognitionOutcome.Refusal,
                Difference = Element.Quality,
                IsEntitled = false,
            },
            24 or 26 or 28 or 29 => plan with { Outcome = RecognitionOutcome.Conditional, Difference = Element.Profile },
            _ => plan,
        };
    }

    /// <summary>Five findings; where there is a substantial difference it rests on evidence of the body.</summary>
    public static IReadOnlyList<ElementFinding> Findings(Element? difference, string ofApplicant = "document-1", string ofBody = "document-3") =>
    [
        .. Enum.GetValues<Element>().Select(e => e == difference
            ? new ElementFinding(
                e, [ofBody], "6B06103", Difference.Substantial, [e == Element.Quality ? DifferenceGround.QualityAssurance : DifferenceGround.Content],
                "What is asked for builds on it (invented).", "")
            : new ElementFinding(e, [ofApplicant], "6B06103", Difference.None, [], "", "")),
    ];

    private static Holder HolderOf(int i) => new(
        $"{FirstNames[i % FirstNames.Length]} {LastNames[i / 3 % LastNames.Length]}", new DateOnly(1992 + (i % 9), 1 + (i % 12), 1 + (i % 28)), "KZ",
        i % 7 == 6 ? "" : i % 2 == 0 ? "female" : "male");

    private Qualification QualificationOf(int i, DateOnly awarded, bool isShortWay = false)
    {
        var country = Awarding[i % Awarding.Length];
        var known = institutions[country].ToList();
        var (id, name) = known[i / Awarding.Length % Math.Min(2, known.Count)];
        if (isShortWay)
        {
            (country, id, name) = ranked[i / 12 % ranked.Count];
        }

        var (title, field, years, credits) = Subjects[i % Subjects.Length];
        return new Qualification(title, [new AwardingInstitution(name, country, id)], awarded, EducationLevel.Higher, 6, field, Credits: credits, Years: years);
    }

    // Those of the demonstration's registers that still exist, and stand in a ranking or do not.
    private static ILookup<string, (string Id, string Name)> ReadInstitutions(bool isRanked)
    {
        var places = Lines("rankings").Select(line => line.Split(',')[3]).ToHashSet();
        return Lines("institutions").Where(line => !FoundedAndClosed().IsMatch(line)).Select(line => line.Split(','))
            .Where(cells => places.Contains(cells[0]) == isRanked).ToLookup(cells => cells[1], cells => (cells[0], cells[2].Trim('"')));
    }

    [GeneratedRegex(@"\d-\d\d,\d{4}-\d\d-\d\d,")]
    private static partial Regex FoundedAndClosed();

    private static string[] Lines(string register)
    {
        using var stream = typeof(DemoCases).Assembly.GetManifestResourceStream($"demo/recognition/{register}.csv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
    }
}
