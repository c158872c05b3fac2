using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>How long an operator's permit runs from the day it was granted (requirement DA-2).</summary>
/// <param name="WarningDays">Days before the end on which the operator is warned.</param>
public sealed record PermitTerm(int Years, IReadOnlyList<int> WarningDays)
{
    /// <summary>Last day of a permit granted on that day.</summary>
    public DateOnly LastDay(DateOnly granted) => granted.AddYears(Years).AddDays(-1);

    internal static PermitTerm Read(PackNode node) =>
        new(node["years"].Integer, node["warningDays"].List(n => n.Integer));
}

/// <summary>The seven points a secured digital asset must meet (Law on Digital Assets, article 5; requirement
/// DA-7).</summary>
public sealed record ArticleFive(IReadOnlyList<GatePoint> Points)
{
    internal static ArticleFive Read(PackNode node) => new(node["points"].List(n =>
        new GatePoint(n["id"].Text, n["article"].Text, n["title"].Localized, n.Find("cited")?.Localized)));
}

/// <param name="Id">Names the check in code and in the locale files.</param>
/// <param name="Article">The articles this point rests on, for example <c>5(1)(2), 6(7), 7(1)</c>.</param>
/// <param name="Title">What is asked, in our own words.</param>
/// <param name="Cited">The articles as each reader names them; null where they are numbers alone.</param>
public sealed record GatePoint(string Id, string Article, LocalizedText Title, LocalizedText? Cited = null);

/// <summary>Types of secured digital asset recognised in the country (article 4(1)(8)).</summary>
public sealed record RecognisedTypes(IReadOnlyList<RecognisedType> Types)
{
    public RecognisedType? Find(string code) => Types.FirstOrDefault(t => t.Code == code);

    internal static RecognisedTypes Read(PackNode node) => new(node["types"].List(n =>
        new RecognisedType(
            n["code"].Text, n["title"].Localized,
                n["right"].Localized, n["unitOfAccount"].Boolean, n["financialInstrument"].Boolean)));
}

/// <param name="Right">The right such an asset certifies.</param>
public sealed record RecognisedType(
    string Code, LocalizedText Title, LocalizedText Right, bool UnitOfAccount, bool FinancialInstrument);

public enum AssetClass
{
    SecuredDigitalAsset,
    IdentificationRecord,
    DigitalFinancialAsset,
}

public enum AssetClassStatus
{
    /// <summary>Somebody says so; the ministry's list was not found. No page may state it as a fact.</summary>
    AssertedUnverified,
    Confirmed,
}

/// <summary>What a diploma is in law on that day, and how sure that is (requirement DA-30).</summary>
public sealed record LegalClass(AssetClass Class, AssetClassStatus Status)
{
    /// <summary>The text ledger entries carry: <c>sda</c>, with <c>-asserted-unverified</c> behind it while that is
    /// so.</summary>
    public string Wire
    {
        get
        {
            var name = Class switch
            {
                AssetClass.SecuredDigitalAsset => "sda",
                AssetClass.IdentificationRecord => "identification-record",
                AssetClass.DigitalFinancialAsset => "digital-financial-asset",
            };
            return Status == AssetClassStatus.Confirmed ? name : name + "-asserted-unverified";
        }
    }

    internal static LegalClass Read(PackNode node) =>
        new(node["class"].OneOf<AssetClass>(), node["status"].OneOf<AssetClassStatus>());
}

/// <summary>The hash new records are committed with; older ones keep the one they name (requirement DA-14).</summary>
public sealed record RecordHash(string Algorithm)
{
    internal static RecordHash Read(PackNode node)
    {
        var algorithm = node["algorithm"].Text;
        return algorithm is Commitment.Sha3_512 or Commitment.Sha256
            ? new RecordHash(algorithm)
            : throw node.Wrong($"'{algorithm}' is not a hash this program has");
    }
}

/// <summary>Who grants permits and inspects on that day (requirement X-17).</summary>
public sealed record Regulator(string Code, LocalizedText Name)
{
    internal static Regulator Read(PackNode node) => new(node["code"].Text, node["name"].Localized);
}

/// <summary>How often status lists are published again, changed or not, and how long a copy may be relied on.</summary>
public sealed record StatusRhythm(TimeSpan Every, TimeSpan TimeToLive)
{
    internal static StatusRhythm Read(PackNode node) =>
        new(TimeSpan.FromMinutes(
            node["everyMinutes"].Integer), TimeSpan.FromMinutes(node["timeToLiveMinutes"].Integer));
}
