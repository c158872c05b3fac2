using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Kinds of education document with their series and required content (requirement DA-9).</summary>
public sealed record DocumentKinds(IReadOnlyList<DocumentKind> Kinds)
{
    public DocumentKind? Find(string id) => Kinds.FirstOrDefault(k => k.Id == id);

    /// <summary>The kinds a programme code can lead to; a worker's kind is never guessed when two fit.</summary>
    public IEnumerable<DocumentKind> ForProgramme(string code) => Kinds.Where(k => k.ProgrammeCode.IsMatch(code));

    internal static DocumentKinds Read(PackNode node) => new(node["kinds"].List(DocumentKind.Read));
}

/// <param name="Id"><c>bachelor</c>, <c>master</c> …</param>
/// <param name="Series">Printed before the number; Latin capitals.</param>
/// <param name="Number">What the state module's number looks like.</param>
/// <param name="NqfLevel">National qualifications framework, 1 to 8.</param>
/// <param name="RequiredFields">Fields that may not be empty on such a document.</param>
/// <param name="CreditsMin">ECTS; null when the kind is not counted in credits from a confirmed source.</param>
/// <param name="Honours">Null when the kind has no honours.</param>
/// <param name="StateRegister">Which state register knows it: EPVO (higher) or NOBD (school, TVET).</param>
/// <param name="Confidence">Of this kind's series and level; the whole table has its own.</param>
public sealed record DocumentKind(
    string Id,
    LocalizedText Title,
    string Series,
    Regex Number,
    int NqfLevel,
    Regex ProgrammeCode,
    IReadOnlyList<string> RequiredFields,
    int? CreditsMin,
    HonoursRule? Honours,
    StateRegisterKind StateRegister,
    Confidence Confidence)
{
    internal static DocumentKind Read(PackNode node) => new(
        node["id"].Text,
        node["title"].Localized,
        node["series"].Text,
        Pattern(node["numberPattern"]),
        node["nqfLevel"].Integer,
        Pattern(node["programmeCodePattern"]),
        node["requiredFields"].List(n => n.Text),
        node.Find("creditsMin")?.Integer,
        node.Find("honours")?.As(HonoursRule.Read),
        node["stateRegister"].OneOf<StateRegisterKind>(),
        node["confidence"].OneOf<Confidence>());

    private static Regex Pattern(PackNode node)
    {
        try
        {
            return new Regex(node.Text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (ArgumentException wrong)
        {
            throw node.Wrong($"not a pattern: {wrong.Message}");
        }
    }
}

public enum StateRegisterKind
{
    Epvo,
    Nobd,
}

/// <summary>When a diploma is "with honours".</summary>
/// <param name="GpaMin">0 to 4.</param>
/// <param name="LowestCoursePoints">No course grade lies below this.</param>
/// <param name="FinalAttestationPointsMin">Nor the final attestation below this.</param>
public sealed record HonoursRule(decimal GpaMin, decimal LowestCoursePoints, decimal FinalAttestationPointsMin)
{
    /// <param name="finalAttestationPoints">Null when the list does not say which result is the final
    /// attestation.</param>
    public bool Holds(decimal gpa, IEnumerable<decimal> coursePoints, decimal? finalAttestationPoints = null) =>
        gpa >= GpaMin
        && coursePoints.All(p => p >= LowestCoursePoints)
        && (finalAttestationPoints is null || finalAttestationPoints >= FinalAttestationPointsMin);

    internal static HonoursRule Read(PackNode node) => new(
        node["gpaMin"].Decimal, node["lowestCoursePoints"].Decimal, node["finalAttestationPointsMin"].Decimal);
}
