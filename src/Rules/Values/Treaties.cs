using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Treaties on recognition with the days on which they bound each state (requirement RQ-2).</summary>
/// <param name="Home">The state whose body decides.</param>
public sealed record Treaties(string Home, IReadOnlyList<Treaty> All)
{
    internal static Treaties Read(PackNode node)
    {
        var all = node["treaties"].List(Treaty.Read);
        return all.Select(t => t.Id).Distinct().Count() == all.Count
            ? new Treaties(node["home"].Text, all)
            : throw node.Wrong("two treaties have one id");
    }
}

public enum TreatyKind
{
    Regional,
    Global,
    Bilateral,
}

/// <summary>One treaty as far as it was read. What is not known is null, and said in <paramref name="Doubt"/>.</summary>
/// <param name="Short">As a sentence names it.</param>
/// <param name="Tag">Of this treaty; the whole table has its own.</param>
/// <param name="InForceFrom">First day of force between any parties; null: not found.</param>
/// <param name="PartiesComplete">True: a state that is not in the list is not a party. False: it may be.</param>
/// <param name="DecisionMonthsMax">Months from complete information within which it wants a decision; null when it names none.</param>
/// <param name="HomeRanking">A rank that the home state asks for besides; null when it asks for none.</param>
public sealed record Treaty(
    string Id,
    TreatyKind Kind,
    LocalizedText Name,
    LocalizedText Short,
    SourceTag Tag,
    Confidence Confidence,
    RuleSource Source,
    IReadOnlyList<EducationLevel> Levels,
    DateOnly? InForceFrom,
    bool PartiesComplete,
    IReadOnlyList<TreatyParty> Parties,
    IReadOnlyList<TreatyReservation> Reservations,
    IReadOnlyList<TreatyDuty> Duties,
    int? DecisionMonthsMax,
    TreatyRanking? HomeRanking,
    LocalizedText? Doubt)
{
    /// <summary>As <see cref="RuleReference.Unconfirmed"/>, for this treaty alone.</summary>
    public bool Unconfirmed => Confidence == Confidence.Low || Tag == SourceTag.C;

    public TreatyParty? Party(string state) => Parties.FirstOrDefault(p => p.State == state);

    internal static Treaty Read(PackNode node) => new(
        node["id"].Text,
        node["kind"].OneOf<TreatyKind>(),
        node["name"].Localized,
        node["short"].Localized,
        node["tag"].OneOf<SourceTag>(),
        node["confidence"].OneOf<Confidence>(),
        node["source"].As(PackReader.ReadSource),
        node["levels"].List(n => n.OneOf<EducationLevel>()),
        node.Find("inForceFrom")?.Date,
        node["partiesComplete"].Boolean,
        node.Find("parties")?.List(TreatyParty.Read) ?? [],
        node.Find("reservations")?.List(TreatyReservation.Read) ?? [],
        node.Find("duties")?.List(n => new TreatyDuty(n["article"].Text, n["text"].Localized)) ?? [],
        node.Find("decisionMonthsMax")?.Integer,
        node.Find("homeRanking")?.As(TreatyRanking.Read),
        node.Find("doubt")?.Localized);
}

/// <param name="From">First day on which it bound the state; null: not found, and then it is not applied.</param>
/// <param name="Until">Last day; null while nothing ends it.</param>
/// <param name="Deposited">Day of the instrument, when it was found; it binds nobody by itself.</param>
public sealed record TreatyParty(string State, DateOnly? From, DateOnly? Until, DateOnly? Deposited)
{
    internal static TreatyParty Read(PackNode node) => new(
        node["state"].Text, node.Find("from")?.Date, node.Find("until")?.Date, node.Find("deposited")?.Date);
}

/// <summary>Articles that a state took itself out of (requirement RQ-3).</summary>
/// <param name="PartialStudies">Those of them on parts of studies; with them reserved, the treaty gives such a case nothing.</param>
/// <param name="NonTraditional">Those of them on non-traditional modes.</param>
public sealed record TreatyReservation(
    string State, IReadOnlyList<string> Articles, IReadOnlyList<string> PartialStudies, IReadOnlyList<string> NonTraditional)
{
    internal static TreatyReservation Read(PackNode node)
    {
        var reservation = new TreatyReservation(
            node["state"].Text,
            node["articles"].List(n => n.Text),
            node.Find("partialStudies")?.List(n => n.Text) ?? [],
            node.Find("nonTraditional")?.List(n => n.Text) ?? []);
        return reservation.PartialStudies.Concat(reservation.NonTraditional).Except(reservation.Articles).Any()
            ? throw node.Wrong("an article of a kind of case is not among the reserved ones")
            : reservation;
    }
}

/// <summary>What the treaty makes a body do, with its article.</summary>
public sealed record TreatyDuty(string Article, LocalizedText Text);

/// <summary>The institution stands within the first so many of any of the rankings, when one of the purposes is sought.</summary>
public sealed record TreatyRanking(
    IReadOnlyList<RankingSystem> Systems, int Top, IReadOnlyList<RecognitionPurpose> Purposes)
{
    internal static TreatyRanking Read(PackNode node) => new(
        node["systems"].List(n => n.OneOf<RankingSystem>()),
        node["top"].Integer,
        node["purposes"].List(n => n.OneOf<RecognitionPurpose>()));
}

/// <summary>Which awards a treaty covers.</summary>
public enum TreatiesCover
{
    /// <summary>Those made while it bound both states.</summary>
    AwardsSince,

    /// <summary>All, when it binds both states on the day of the application.</summary>
    AnyAward,
}

public sealed record TreatyTiming(TreatiesCover Covers)
{
    internal static TreatyTiming Read(PackNode node) => new(node["treatiesCover"].OneOf<TreatiesCover>());
}
