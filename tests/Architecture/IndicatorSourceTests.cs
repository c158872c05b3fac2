using Mortanba.Rules;
using Xunit;

namespace Mortanba.Architecture.Tests;

/// <summary>What the indicators count is told by the program itself: an indicator without a source would stay empty for ever.</summary>
public class IndicatorSourceTests
{
    [Fact]
    [Trait("Requirement", "AI-26")]
    public void Every_fact_that_an_indicator_counts_is_told_outside_of_the_demonstration_and_the_measurements()
    {
        var rules = RuleBook.Load(RuleBook.DefaultFolder).Value.Resolve(RuleKeys.AiIndicators, new DateOnly(2026, 11, 23)).Value.Value;
        var types = rules.Populations.SelectMany(p => p.Enter.Concat(p.Leave))
            .Concat(rules.Indicators.SelectMany(i => i.Measures).SelectMany(m => m.Facts.Concat(m.Less).Concat(m.Until))).Distinct().ToList();
        Assert.True(types.Count > 20);
        string[] told =
        [
            .. Repository.Files("src", "*.cs").Where(f => !f.Split(Path.DirectorySeparatorChar).Any(p => p is "Demo" or "Bench"))
                .Select(File.ReadAllText).Where(t => t.Contains("EventFact", StringComparison.Ordinal)),
        ];
        // Those of systems are made of the word of their event.
        bool IsTold(string type) => told.Any(t => t.Contains($"\"{type}\"", StringComparison.Ordinal)
            || (type.StartsWith("system.", StringComparison.Ordinal) && t.Contains("\"system.\" + word", StringComparison.Ordinal)
                && t.Contains($"\"{type["system.".Length..]}\"", StringComparison.Ordinal)));
        Assert.Equal([], types.Where(t => !IsTold(t)));
    }
}
