using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>What is measured of AI in education, and how it is shown (requirements AI-26, AI-33).</summary>
/// <param name="FirstYear">The school year in which counting begins: its first calendar year.</param>
/// <param name="Years">How many school years are counted.</param>
/// <param name="PartStarts">Days on which the parts of a school year begin; the first begins the year.</param>
/// <param name="ClosesAfterDays">Days after the end of a part until nothing is counted into it any more and it is published.</param>
/// <param name="AheadMinutes">How far the time of a fact may lie ahead of the moment it was recorded.</param>
/// <param name="Smallest">The smallest count that is shown.</param>
public sealed record AiIndicators(
    int FirstYear, int Years, IReadOnlyList<AiYearPart> PartStarts, int ClosesAfterDays, int AheadMinutes, int Smallest,
    IReadOnlyList<AiPopulation> Populations, IReadOnlyList<AiIndicator> Indicators)
{
    // Packed counts give a part of a year one byte.
    private const int PartsMax = 255;

    /// <summary>Breakdowns that come with the school.</summary>
    public static IReadOnlyList<string> OfSchool { get; } = ["setting", "kind"];

    /// <summary>Breakdowns that come with the learner, from the enrolment.</summary>
    public static IReadOnlyList<string> OfLearner { get; } = ["sex", "language", "disability"];

    public AiIndicator? Find(string id) => Indicators.FirstOrDefault(i => i.Id == id);

    internal static AiIndicators Read(PackNode node)
    {
        var rules = new AiIndicators(
            node["firstYear"].Integer, node["years"].Integer, node["parts"].List(AiYearPart.Read), node["closesAfterDays"].Integer,
            node["aheadMinutes"].Integer, node["smallest"].Integer, node["populations"].List(AiPopulation.Read), [.. node["indicators"].List(AiIndicator.ReadAll).SelectMany(i => i)]);
        var populations = rules.Populations.Select(p => p.Id).ToHashSet();
        return populations.Count != rules.Populations.Count || rules.Indicators.Select(i => i.Id).Distinct().Count() != rules.Indicators.Count
                ? throw node.Wrong("two populations, or two indicators, have one id")
            : rules.Measures().Any(m => m.Of is { } of && !populations.Contains(of)) ? throw node.Wrong("a measure is of a population that is not defined")
            : rules.Indicators.SelectMany(i => i.Breakdown).Except(OfSchool).Except(OfLearner).Any() ? throw node.Wrong("a breakdown is by something that is not known")
            : rules.Indicators.Any(i => i.PartOf is { } whole && rules.Find(whole) is null) ? throw node.Wrong("'partOf' names no indicator")
            : rules is { Years: > 0, ClosesAfterDays: >= 0, AheadMinutes: >= 0, Smallest: > 1 } && rules.Years * rules.PartStarts.Count <= PartsMax
                && rules.PartStarts.Zip(rules.PartStarts.Skip(1)).All(p => Order(p.First) < Order(p.Second)) ? rules
            : throw node.Wrong("years, days, minutes and the smallest count are positive, and the parts of a year follow each other");

        // Days since the school year began, roughly: enough to tell what comes first.
        int Order(AiYearPart part) => (((part.Month - rules.PartStarts[0].Month + 12) % 12) * 31) + part.Day;
    }

    private IEnumerable<AiMeasure> Measures() => Indicators.SelectMany(i => i.Measures);
}

/// <summary>A part of a school year begins.</summary>
public sealed record AiYearPart(int Month, int Day)
{
    internal static AiYearPart Read(PackNode node)
    {
        var part = new AiYearPart(node["month"].Integer, node["day"].Integer);
        return part is { Month: >= 1 and <= 12, Day: >= 1 and <= 28 } ? part : throw node.Wrong("a part begins on a day from 1 to 28 of a month");
    }
}

/// <summary>Who or what is there: entered by one kind of fact, left by another.</summary>
/// <param name="Where">Conditions on the fact that enters.</param>
public sealed record AiPopulation(string Id, IReadOnlyList<string> Enter, IReadOnlyList<string> Leave, IReadOnlyList<AiCondition> Where)
{
    internal static AiPopulation Read(PackNode node) => new(
        node["id"].Text, node["enter"].List(n => n.Text), node.Find("leave")?.List(n => n.Text) ?? [], AiCondition.ReadAll(node));
}

/// <summary>A value of a fact is one of these words.</summary>
public sealed record AiCondition(string Value, IReadOnlyList<string> In)
{
    public bool Holds(IReadOnlyDictionary<string, string> values) => values.TryGetValue(Value, out var word) && In.Contains(word);

    /// <summary>The same of a fact that takes away: of what it does not say it takes everything.</summary>
    public bool HoldsIfSaid(IReadOnlyDictionary<string, string> values) => !values.TryGetValue(Value, out var word) || In.Contains(word);

    internal static IReadOnlyList<AiCondition> ReadAll(PackNode node) =>
        node.Find("where")?.List(n => new AiCondition(n["value"].Text, n["in"].List(w => w.Text))) ?? [];
}

/// <summary>What one side of an indicator counts.</summary>
public enum AiMeasureKind
{
    /// <summary>Facts of the school year.</summary>
    Facts,

    /// <summary>Subjects of such facts, each once in a school and school year.</summary>
    Subjects,

    /// <summary>Who is in a population at the end.</summary>
    There,

    /// <summary>Who of a population has something at the end: a fact gave it, and none took it away since.</summary>
    Having,

    /// <summary>A number that the facts of the school year carry: its median is shown.</summary>
    Median,

    /// <summary>A number that each school reported last, added up.</summary>
    Latest,
}

/// <summary>A count as data: over which facts, under which conditions.</summary>
/// <param name="Of">The population of <see cref="AiMeasureKind.There"/> and <see cref="AiMeasureKind.Having"/>.</param>
/// <param name="Facts">Types of facts that count, or give what is had.</param>
/// <param name="Where">Conditions on these facts, and as far as they say the value on those that take away.</param>
/// <param name="Less">Types of facts each of which takes one away: whoever was given it twice has it until it is taken twice.</param>
/// <param name="Until">Types of facts that take all of it away.</param>
/// <param name="Replaces">Whether a later fact of the same type that does not meet the conditions takes it away, too.</param>
/// <param name="Value">Which value carries the number.</param>
public sealed record AiMeasure(
    AiMeasureKind Kind, string? Of, IReadOnlyList<string> Facts, IReadOnlyList<AiCondition> Where, IReadOnlyList<string> Less, IReadOnlyList<string> Until,
    bool Replaces, string? Value)
{
    /// <summary>True when it is counted as it stands at the end, false when it adds up over the school year.</summary>
    public bool IsStock => Kind is AiMeasureKind.There or AiMeasureKind.Having or AiMeasureKind.Latest;

    /// <summary>The formula in one line; two measures with one line are one.</summary>
    public string Formula => $"{$"{Kind}".ToLowerInvariant()}({string.Join("; ", Parts())})";

    internal static AiMeasure Read(PackNode node)
    {
        var measure = new AiMeasure(
            node["kind"].OneOf<AiMeasureKind>(), node.Find("of")?.Text, node.Find("facts")?.List(n => n.Text) ?? [], AiCondition.ReadAll(node),
            node.Find("less")?.List(n => n.Text) ?? [], node.Find("until")?.List(n => n.Text) ?? [], node.Find("replaces")?.Boolean ?? false, node.Find("value")?.Text);
        return (measure.Kind is AiMeasureKind.There or AiMeasureKind.Having) != (measure.Of is not null) ? throw node.Wrong("'of' names the population of who is there or has")
            : (measure.Kind != AiMeasureKind.There) != (measure.Facts.Count > 0) ? throw node.Wrong("'facts' are missing, or are too many")
            : (measure.Kind is AiMeasureKind.Median or AiMeasureKind.Latest) != (measure.Value is not null) ? throw node.Wrong("'value' names the number")
            : measure;
    }

    private IEnumerable<string> Parts()
    {
        IEnumerable<string> parts = [Of ?? "", string.Join(" | ", Facts)];
        parts = parts.Concat(Where.Select(w => $"{w.Value} in {string.Join(" | ", w.In)}"))
            .Append(Less.Count > 0 ? "less " + string.Join(" | ", Less) : "").Append(Until.Count > 0 ? "until " + string.Join(" | ", Until) : "").Append(Replaces ? "last one" : "").Append(Value ?? "");
        return parts.Where(p => p.Length > 0);
    }
}

/// <summary>How a value is written.</summary>
public enum AiUnit
{
    Count,

    /// <summary>Per cent of the denominator.</summary>
    Share,

    PerHundred,
    PerThousand,

    /// <summary>Median of days.</summary>
    Days,
}

/// <summary>What is aimed at.</summary>
/// <param name="Year">First calendar year of the school year.</param>
/// <param name="Source">Where the aim is written.</param>
public sealed record AiTarget(int Year, decimal Value, string Source);

/// <summary>One indicator: its meaning, formula, aim and breakdowns.</summary>
/// <param name="Version">Counts up with every change of the formula.</param>
/// <param name="Note">What a reader has to know of its limits.</param>
/// <param name="Target">Null: no source names one, and the page says so.</param>
/// <param name="Breakdown">By what it is compared: <see cref="AiIndicators.OfSchool"/> and <see cref="AiIndicators.OfLearner"/>.</param>
/// <param name="PartOf">Another indicator whose numerator holds this one's.</param>
/// <param name="Member">For which word of a value it counts, when one entry of the pack stands for several indicators; else null.</param>
/// <param name="IsPublic">What is counted stands by name in a public register: nothing is hidden.</param>
public sealed record AiIndicator(
    string Id, int Version, LocalizedText Name, LocalizedText? Note, AiUnit Unit, AiMeasure Numerator, AiMeasure? Denominator, AiTarget? Target,
    IReadOnlyList<string> Breakdown, string? PartOf, bool IsPublic, string? Member = null)
{
    public IEnumerable<AiMeasure> Measures => Denominator is { } denominator ? [Numerator, denominator] : [Numerator];

    /// <summary>One entry: an indicator, or one for each word of a value.</summary>
    internal static IReadOnlyList<AiIndicator> ReadAll(PackNode node)
    {
        var each = node.Find("each")?.As(n => new AiCondition(n["value"].Text, n["in"].List(w => w.Text)));
        var one = Read(node);
        return each is null ? [one] : [.. each.In.Select(word => one with
        {
            Id = $"{one.Id}-{word.ToLowerInvariant()}",
            Numerator = one.Numerator with { Where = [.. one.Numerator.Where, new AiCondition(each.Value, [word])] },
            Member = word,
        })];
    }

    private static AiIndicator Read(PackNode node)
    {
        var indicator = new AiIndicator(
            node["id"].Text, node["version"].Integer, node["name"].Localized, node.Find("note")?.Localized, node["unit"].OneOf<AiUnit>(),
            node["numerator"].As(AiMeasure.Read), node.Find("denominator")?.As(AiMeasure.Read),
            node.Find("target")?.As(n => new AiTarget(n["year"].Integer, n["value"].Decimal, n["source"].Text)),
            node.Find("breakdown")?.List(n => n.Text) ?? [], node.Find("partOf")?.Text, node.Find("public")?.Boolean ?? false);
        return (indicator.Unit is AiUnit.Share or AiUnit.PerHundred or AiUnit.PerThousand) != (indicator.Denominator is not null)
            ? throw node.Wrong("a share or a rate has a denominator, nothing else has")
            : indicator;
    }
}
