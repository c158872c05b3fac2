using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>
/// Everything that a decision prints and certifies (requirements RQ-16, RQ-17, RQ-22). Letter and certificate are pure functions of it;
/// it is stored with them, encrypted.
/// </summary>
/// <param name="CaseNumber">As in letters; says nothing of the person.</param>
/// <param name="Scope">What a partial decision recognises, as the body wrote it; empty otherwise.</param>
/// <param name="Findings">What was compared, an element each; both evaluators' where two compared.</param>
/// <param name="Measures">Conditions of a conditional decision, advice of any other.</param>
/// <param name="Basis">The treaties that were applied; none: national law alone.</param>
/// <param name="Rules">Every rule that was used.</param>
/// <param name="Appeal">To whom and until when; null only where nothing can be appealed.</param>
/// <param name="DecidedBy">The person who decided.</param>
/// <param name="Date">Day of the decision in Kazakhstan's civil time.</param>
/// <param name="Body">Name of the recognition body.</param>
public sealed record RecognitionDecisionFacts(
    string CaseNumber,
    DecisionHolder Holder,
    ForeignQualification Qualification,
    RecognitionPurpose Purpose,
    RecognitionOutcome Outcome,
    string Scope,
    IReadOnlyList<ElementFinding> Findings,
    IReadOnlyList<Measure> Measures,
    IReadOnlyList<CitedTreaty> Basis,
    IReadOnlyList<CitedRule> Rules,
    DecisionAppeal? Appeal,
    DecisionSigner DecidedBy,
    DateOnly Date,
    LocalizedText Body)
{
    /// <summary>Random id of the case; the ledger commits to it.</summary>
    public required string CaseId { get; init; }

    /// <summary>Why there is no decision; null where there is one.</summary>
    public NoDecisionReason? NoDecision { get; init; }

    /// <summary>Codes that the body gave beside those that follow from the differences.</summary>
    public IReadOnlyList<string> GivenCodes { get; init; } = [];

    /// <summary>Digest (lower-case hexadecimal SHA-256) of the receipt of the verification that is evidence; null when none is.</summary>
    public string? Receipt { get; init; }

    /// <summary>Asset id of the Mortanba diploma that was presented; null when none was.</summary>
    public string? Diploma { get; init; }

    /// <summary>How long it holds, where it rests on what stands in for documents; null where nothing limits it.</summary>
    public Validity? Validity { get; init; }

    /// <summary>Last day of the conditions of a conditional decision; null of any other.</summary>
    public DateOnly? ConditionUntil => Outcome == RecognitionOutcome.Conditional ? Measures.Max(m => m.Until) : null;

    /// <summary>What the differences consist in: <c>workload/duration</c>, <c>learning-outcomes/content</c> …</summary>
    public IReadOnlyList<string> ReasonCodes =>
    [
        .. Findings.Where(f => f.Difference == Difference.Substantial)
            .SelectMany(f => f.Grounds.Select(g => $"{Code(f.Element)}/{Code(g)}")).Concat(GivenCodes).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Commits to the exact rule versions; public rules, so that anybody can compute it again.</summary>
    public Commitment RulesHash() => Commitment.OfSigned(
        Encoding.UTF8.GetBytes(string.Join('\n', Rules.Select(r => r.Reference).Distinct().Order(StringComparer.Ordinal))), Commitment.Sha256);

    /// <summary>A word on the wire: <c>further-study</c>.</summary>
    public static string Code<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>
    /// What a letter cannot go without: reasons per element, measures, basis, appeal (requirement RQ-17). Refuses with
    /// <c>recognition/letter-incomplete</c> and the member. That the decision itself may be taken says <see cref="DecisionRules"/>.
    /// </summary>
    public Problem? Check()
    {
        var missing = string.IsNullOrWhiteSpace(CaseNumber) || string.IsNullOrWhiteSpace(CaseId) ? "case"
            : string.IsNullOrWhiteSpace(Holder.Name.Kk + Holder.Name.Ru + Holder.Name.En) ? "holder"
            : string.IsNullOrWhiteSpace(Qualification.OriginalTitle) ? "qualification"
            : Rules.Count == 0 ? "basis"
            : Outcome == RecognitionOutcome.NoDecision ? "outcome"
            : Outcome == RecognitionOutcome.Full ? null
            : Findings.All(f => f.Difference != Difference.Substantial) ? "reasons"
            : Measures.Count == 0 ? "measures"
            : Appeal is null ? "appeal"
            : null;
        return missing is null
            ? null
            : new Problem("recognition/letter-incomplete", $"The decision cannot be sent: its {missing} is missing.", ("member", missing));
    }
}

/// <summary>Whom the decision is about, as in the identity document. Personal data.</summary>
public sealed record DecisionHolder(LocalizedText Name, DateOnly? BirthDate);

/// <summary>The qualification from abroad.</summary>
/// <param name="OriginalTitle">As the document has it, in its own language.</param>
/// <param name="OriginalLanguage">BCP 47 tag of that language; <c>und</c> when it was not said.</param>
/// <param name="Title">The same for the reader; what was not translated repeats the original.</param>
/// <param name="Institution">As the document has it.</param>
/// <param name="Countries">The awarding states; several for a joint degree.</param>
/// <param name="Level">Level at home, or of the framework it was compared in.</param>
public sealed record ForeignQualification(
    string OriginalTitle,
    string OriginalLanguage,
    LocalizedText Title,
    string Institution,
    IReadOnlyList<AwardingState> Countries,
    DateOnly Awarded,
    LocalizedText Level);

/// <param name="Code">ISO 3166.</param>
public sealed record AwardingState(string Code, LocalizedText Name);

/// <summary>A treaty that was applied, with the articles that bind the body.</summary>
public sealed record CitedTreaty(string Id, LocalizedText Name, IReadOnlyList<string> Articles);

/// <summary>A rule that was used.</summary>
/// <param name="Reference"><c>pack@version#hash/rule</c>.</param>
public sealed record CitedRule(string Reference, LocalizedText Act, string Article)
{
    public static CitedRule Of(RuleReference rule) => new(rule.ToString(), rule.Source.Name, rule.Source.Article);
}

/// <summary>To whom an appeal goes.</summary>
/// <param name="Until">Last day; null where no rule sets one.</param>
/// <param name="Way">How an appeal is filed, as the rule has it.</param>
public sealed record DecisionAppeal(LocalizedText Body, DateOnly? Until, LocalizedText Way);

/// <summary>Who decided.</summary>
/// <param name="Name">As it is shown to those affected.</param>
/// <param name="Reason">In words, for the person affected.</param>
public sealed record DecisionSigner(string Name, string Role, DateTimeOffset At, string Reason)
{
    public static DecisionSigner Of(HumanDecision decision) => new(decision.DecidedBy, decision.Role, decision.At, decision.Reason);
}

/// <summary>The citations of a legal basis, for <see cref="RecognitionDecisionFacts"/>.</summary>
public static class Citations
{
    public static IReadOnlyList<CitedTreaty> Treaties(this BasisDecision basis) =>
        [.. basis.Applied.Select(t => new CitedTreaty(t.Treaty.Id, t.Treaty.Name, [.. t.Duties.Select(d => d.Article).Distinct()]))];

    public static IReadOnlyList<CitedRule> CitedRules(this BasisDecision basis) =>
        [.. basis.Rules.Prepend(basis.National.Reference).Distinct().Select(CitedRule.Of)];

    public static IReadOnlyList<AwardingState> States(this BasisDecision basis) =>
        [.. basis.Countries.Select(c => new AwardingState(c.Code, c.Name))];
}
