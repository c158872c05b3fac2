using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>The measures by which AI comes to schools and colleges (requirement AI-25).</summary>
/// <param name="DueSoonDays">Days before its end from which a measure that is not done stands out.</param>
public sealed record AiRoadmap(int DueSoonDays, IReadOnlyList<RoadmapMeasure> Measures)
{
    public RoadmapMeasure? Find(string id) => Measures.FirstOrDefault(m => m.Id == id);

    internal static AiRoadmap Read(PackNode node)
    {
        var roadmap = new AiRoadmap(node["dueSoonDays"].Integer, node["measures"].List(RoadmapMeasure.Read));
        return roadmap.Measures.Select(m => m.Id).Distinct().Count() == roadmap.Measures.Count ? roadmap : throw node.Wrong("two measures have one id");
    }
}

/// <summary>One measure of the roadmap.</summary>
/// <param name="Until">Its last day.</param>
/// <param name="BudgetTenge">Null: no source names it.</param>
/// <param name="Evidence">What has to be shown for it to count as done.</param>
/// <param name="Indicator">The indicator in which its effect is seen; null when there is none.</param>
/// <param name="Source">Where the measure is written; what was only chosen here says so.</param>
/// <param name="Tag">Of this measure; the whole list has its own.</param>
public sealed record RoadmapMeasure(
    string Id, LocalizedText Name, LocalizedText Owner, DateOnly From, DateOnly Until, long? BudgetTenge, LocalizedText Evidence, string? Indicator,
    string Source, SourceTag Tag, Confidence Confidence)
{
    internal static RoadmapMeasure Read(PackNode node)
    {
        var measure = new RoadmapMeasure(
            node["id"].Text, node["name"].Localized, node["owner"].Localized, node["from"].Date, node["until"].Date, (long?)node.Find("budgetTenge")?.Decimal,
            node["evidence"].Localized, node.Find("indicator")?.Text, node["source"].Text, node["tag"].OneOf<SourceTag>(),
            node["confidence"].OneOf<Confidence>());
        return measure.From <= measure.Until ? measure : throw node.Wrong("a measure begins before it ends");
    }
}
