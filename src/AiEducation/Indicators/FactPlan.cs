using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>A measure that adds up facts, or keeps the last number.</summary>
internal sealed record FlowMeasure(byte Index, AiMeasureKind Kind, IReadOnlyList<AiCondition> Where, string? Value);

/// <summary>A measure of who is in a population; with a flag, of who has something besides.</summary>
/// <param name="Flag">One bit; 0 for everybody.</param>
internal sealed record StockMeasure(byte Index, ulong Flag);

/// <summary>A fact gives a flag when it meets the conditions.</summary>
/// <param name="Replaces">And takes it away when it does not.</param>
/// <param name="Pile">Where it is kept how often it was given; -1 when once is as good as twice.</param>
internal sealed record Gift(ulong Flag, IReadOnlyList<AiCondition> Where, bool Replaces, int Pile);

/// <summary>What the facts of one type do, made of the definitions once.</summary>
/// <param name="HasLearners">They are broken down by what is known of the learner.</param>
internal sealed record FactPlan(
    string Type, (byte Population, IReadOnlyList<AiCondition> Where)[] Enters, byte[] Leaves, Gift[] Gives, Gift[] Less, Gift[] Takes,
    FlowMeasure[] Flows, FlowMeasure[] Latest, bool HasLearners)
{
    // One bit each.
    private const int FlagsMax = 64;

    public bool MovesStock { get; } = Enters.Length > 0 || Leaves.Length > 0 || Gives.Length > 0 || Less.Length > 0 || Takes.Length > 0;

    /// <summary>Whether it matters whom the fact is about.</summary>
    public bool IsAboutSubject => MovesStock || HasLearners || Array.Exists(Flows, f => f.Kind == AiMeasureKind.Subjects);

    /// <summary>Plans by type of fact, and by population the measures of it.</summary>
    public static (Dictionary<string, FactPlan> Plans, StockMeasure[][] Stocks) Of(AiIndicators rules, MeasureList measures)
    {
        var flags = measures.All.Where(m => m.Kind == AiMeasureKind.Having).Select(Flag).Distinct().ToList();
        if (flags.Count > FlagsMax)
        {
            throw new ArgumentException($"More than {FlagsMax} different things to have.", nameof(rules));
        }

        var having = measures.All.Where(m => m.Kind == AiMeasureKind.Having).DistinctBy(Flag).ToList();
        var piles = having.Where(m => m.Less.Count > 0).Select(Flag).ToList();
        var types = rules.Populations.SelectMany(p => p.Enter.Concat(p.Leave)).Concat(measures.All.SelectMany(m => m.Facts.Concat(m.Less).Concat(m.Until))).Distinct();
        var plans = types.Select(type => new FactPlan(
            type,
            [.. rules.Populations.Index().Where(p => p.Item.Enter.Contains(type)).Select(p => ((byte)p.Index, p.Item.Where))],
            [.. rules.Populations.Index().Where(p => p.Item.Leave.Contains(type)).Select(p => (byte)p.Index)],
            [.. having.Where(m => m.Facts.Contains(type)).Select(GiftOf)],
            [.. having.Where(m => m.Less.Contains(type)).Select(GiftOf)],
            [.. having.Where(m => m.Until.Contains(type)).Select(GiftOf)],
            [.. Counting(type, AiMeasureKind.Facts, AiMeasureKind.Subjects, AiMeasureKind.Median)],
            [.. Counting(type, AiMeasureKind.Latest)],
            Counting(type, AiMeasureKind.Facts, AiMeasureKind.Median).Any(m => measures.Breakdowns[m.Index].Intersect(AiIndicators.OfLearner).Any())));
        var stocks = rules.Populations.Select(p => measures.All.Index().Where(m => m.Item.Of == p.Id)
            .Select(m => new StockMeasure((byte)m.Index, m.Item.Kind == AiMeasureKind.Having ? FlagOf(m.Item) : 0)).ToArray());
        return (plans.ToDictionary(p => p.Type, StringComparer.Ordinal), [.. stocks]);

        ulong FlagOf(AiMeasure measure) => 1UL << flags.IndexOf(Flag(measure));

        Gift GiftOf(AiMeasure measure) => new(FlagOf(measure), measure.Where, measure.Replaces, piles.IndexOf(Flag(measure)));

        IEnumerable<FlowMeasure> Counting(string type, params AiMeasureKind[] kinds) => measures.All.Index()
            .Where(m => kinds.Contains(m.Item.Kind) && m.Item.Facts.Contains(type))
            .Select(m => new FlowMeasure((byte)m.Index, m.Item.Kind, m.Item.Where, m.Item.Value));
    }

    // Two measures that give and take the same share a flag, whatever population they are of.
    private static string Flag(AiMeasure measure) => (measure with { Of = "" }).Formula;
}
