using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>A kind of harm that can be reported.</summary>
/// <param name="Id">Stable word; kept with every report.</param>
/// <param name="TakeHours">Real hours, not working ones, until a person has it.</param>
/// <param name="CloseHours">Until it is closed.</param>
/// <param name="AtOnce">Goes to the people on duty the moment it comes.</param>
/// <param name="IsData">A breach of personal data.</param>
/// <param name="MustRoute">It is not closed before it went there; null when it may stay with who took it.</param>
public sealed record IncidentKind(string Id, LocalizedText Text, int TakeHours, int CloseHours, bool AtOnce, bool IsData, string? MustRoute)
{
    internal static IncidentKind Read(PackNode node)
    {
        var kind = new IncidentKind(
            node["id"].Text, node["text"].Localized, node["takeHours"].Integer, node["closeHours"].Integer,
            node.Find("atOnce")?.Boolean ?? false, node.Find("isData")?.Boolean ?? false, node.Find("mustRoute")?.Text);
        return kind.TakeHours > 0 && kind.CloseHours >= kind.TakeHours ? kind : throw node.Wrong("hours are 1 or more, and it is closed after it is taken");
    }
}

/// <summary>Where an incident may be passed on to.</summary>
public sealed record IncidentRoute(string Id, LocalizedText Text);

/// <summary>What is reported, to whom it goes and how soon (requirement AI-35).</summary>
public sealed record AiSafetyRules(IReadOnlyList<IncidentKind> Kinds, IReadOnlyList<IncidentRoute> Routes)
{
    public IncidentKind? Kind(string id) => Kinds.FirstOrDefault(k => k.Id == id);

    internal static AiSafetyRules Read(PackNode node)
    {
        var rules = new AiSafetyRules(
            node["kinds"].List(IncidentKind.Read), node["routes"].List(r => new IncidentRoute(r["id"].Text, r["text"].Localized)));
        return rules.Kinds.All(k => k.MustRoute is null || rules.Routes.Any(r => r.Id == k.MustRoute)) ? rules
            : throw node.Wrong("a kind must go to a route that is not named");
    }
}

/// <summary>Where a child can call.</summary>
public sealed record HelpNumber(string Number, LocalizedText Text);

/// <summary>Telephones shown beside every report of harm.</summary>
public sealed record AiSafetyHelp(IReadOnlyList<HelpNumber> Numbers)
{
    internal static AiSafetyHelp Read(PackNode node) =>
        new(node["numbers"].List(n => new HelpNumber(n["number"].Text, n["text"].Localized)));
}

/// <summary>What is said before the first use of an AI system (requirement AI-12).</summary>
/// <param name="GenerativeLimits">Said beside the others of a system that makes texts, pictures, sound or programs.</param>
public sealed record AiNotice(IReadOnlyList<LocalizedText> Limits, IReadOnlyList<LocalizedText> GenerativeLimits)
{
    internal static AiNotice Read(PackNode node) => new(Sentences(node["limits"]), Sentences(node["generativeLimits"]));

    private static IReadOnlyList<LocalizedText> Sentences(PackNode node) => node.List(s => new LocalizedText(s["kk"].Text, s["ru"].Text, s["en"].Text));
}
