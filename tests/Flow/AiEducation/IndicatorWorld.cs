using Mortanba.AiEducation;
using Mortanba.Rules;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Facts of an invented country, counted under the pack in force: two regions, of a few schools each.</summary>
internal sealed class IndicatorWorld
{
    public static readonly DateTimeOffset September = new(2025, 9, 10, 6, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset July = new(2026, 7, 1, 6, 0, 0, TimeSpan.Zero);

    private static readonly RuleBook Book = RuleBook.Load(RuleBook.DefaultFolder).Value;

    private readonly Dictionary<string, int> numbers = [];

    public static AiIndicators Rules { get; } = Book.Resolve(RuleKeys.AiIndicators, new DateOnly(2026, 7, 1)).Value.Value;

    public static AiRoadmap Roadmap { get; } = Book.Resolve(RuleKeys.AiRoadmap, new DateOnly(2026, 7, 1)).Value.Value;

    public static CivilTime Time { get; } = Book.Resolve(RuleKeys.CivilTime, new DateOnly(2026, 7, 1)).Value.Value;

    public static MeasureList Measures { get; } = new(Rules);

    public static YearParts Parts { get; } = new(Rules, Time);

    public List<KeptFact> Facts { get; } = [];

    public static IndicatorRun Run(IReadOnlyList<long>? closings = null, IEnumerable<long>? ahead = null) => new(Rules, Time, closings ?? [], ahead ?? []);

    public static AiIndicator Indicator(string id) => Rules.Find(id)!;

    /// <summary>The region is the first letter of a school, the district the second.</summary>
    public static SchoolPlace? PlaceOf(string school) => school.Length < 2 ? null
        : new SchoolPlace($"KZ-{school[0]}", $"District {school[1]}", school[0] == 'A' ? "urban" : "rural", "school");

    public static IndicatorTables Tables(IndicatorRun run, int closed = 0, IndicatorTables? older = null) =>
        new(Rules, Measures, Parts, new AreaCounts(Measures, Parts, run.Counts.ToDictionary(c => c.School, c => c.Counts), PlaceOf), closed, older);

    /// <summary>A count of everybody at one school, as it stands at the end of a part.</summary>
    public static int Count(IndicatorRun run, AiMeasure measure, string school, int part) => new AreaCounts(
        Measures, Parts, run.Counts.ToDictionary(c => c.School, c => c.Counts), PlaceOf).At(
            new Area($"KZ-{school[0]}", $"District {school[1]}", school), null, part)[Measures.Of(measure)];

    public KeptFact Add(DateTimeOffset at, string school, string type, string subject, params (string, string)[] values)
    {
        var number = numbers[subject] = numbers.GetValueOrDefault(subject) + 1;
        Facts.Add(new KeptFact(Facts.Count + 1, at, school, new EventFact(type, subject, values), "stream-" + subject, number));
        return Facts[^1];
    }

    public void Enrol(DateTimeOffset at, string school, string learner, string sex = "female", string grade = "9") =>
        Add(at, school, "learner.enrolled", learner, ("grade", grade), ("language", "kk"), ("sex", sex), ("disability", "no"));

    public IndicatorRun Counted(DateTimeOffset? now = null)
    {
        var run = Run();
        Facts.ForEach(f => run.Take(f, now ?? July));
        return run;
    }
}
