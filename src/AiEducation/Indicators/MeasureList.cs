using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>The counts that the indicators need, each once: two indicators with one denominator share it, and it is hidden in both or in none.</summary>
public sealed class MeasureList
{
    // Packed counts give a measure one byte.
    private const int CountMax = 255;

    private readonly Dictionary<string, int> byFormula = new(StringComparer.Ordinal);

    public MeasureList(AiIndicators rules)
    {
        var measures = new List<AiMeasure>();
        foreach (var measure in rules.Indicators.SelectMany(i => i.Measures).Where(m => byFormula.TryAdd(m.Formula, byFormula.Count)))
        {
            measures.Add(measure);
        }

        All = measures.Count <= CountMax ? measures : throw new ArgumentException($"More than {CountMax} measures.", nameof(rules));
        Breakdowns = [.. measures.Select(m => (IReadOnlyList<string>)[.. Using(rules, m).SelectMany(i => i.Breakdown).Distinct()])];
        IsPublic = [.. measures.Select(m => Using(rules, m).All(i => i.IsPublic))];
        var within = new List<(int Whole, int Part)>();
        foreach (var one in rules.Indicators)
        {
            if (one is { Unit: AiUnit.Share, Denominator: { } denominator })
            {
                within.Add((Of(denominator), Of(one.Numerator)));
            }

            if (one.PartOf is { } whole)
            {
                within.Add((Of(rules.Find(whole)!.Numerator), Of(one.Numerator)));
            }
        }

        Traits = new MeasureTraits([.. within.Distinct()], IsPublic, [.. measures.Select(m => !m.IsStock)]);
    }

    public IReadOnlyList<AiMeasure> All { get; }

    /// <summary>By what each is broken down.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Breakdowns { get; }

    /// <summary>Whether what each counts stands by name in a public register.</summary>
    public IReadOnlyList<bool> IsPublic { get; }

    /// <summary>What any reader knows of them.</summary>
    public MeasureTraits Traits { get; }

    public int Of(AiMeasure measure) => byFormula[measure.Formula];

    private static IEnumerable<AiIndicator> Using(AiIndicators rules, AiMeasure measure) =>
        rules.Indicators.Where(i => i.Measures.Any(m => m.Formula == measure.Formula));
}
