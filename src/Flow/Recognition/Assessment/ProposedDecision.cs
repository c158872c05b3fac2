using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>How a case may end (requirement RQ-16).</summary>
public enum RecognitionOutcome
{
    Full,

    /// <summary>For a part of the studies, or as another qualification.</summary>
    Partial,

    /// <summary>Once the named measures are fulfilled.</summary>
    Conditional,

    Refusal,

    /// <summary>Nothing was decided about the qualification: it was proved not to be authentic.</summary>
    NoDecision,
}

/// <summary>What keeps a decision maker from deciding about a qualification. An applicant who withdraws ends the case themselves.</summary>
public enum NoDecisionReason
{
    NotAuthentic,
}

/// <summary>What asking after the document brought (requirement RQ-8). Silence is not a no.</summary>
public enum Authenticity
{
    NotAsked,
    Confirmed,
    NotConfirmed,
    NotAnswered,
}

/// <summary>Something the applicant can do about a difference.</summary>
/// <param name="Element">The difference it makes up for.</param>
/// <param name="Until">By when; null where no day is set, as in advice.</param>
public sealed record Measure(Element Element, string Text, DateOnly? Until = null);

/// <summary>A decision before a person signs it.</summary>
/// <param name="Purpose">What recognition was asked for.</param>
/// <param name="DecidedBy">Account id of the person who will sign.</param>
/// <param name="Assessments">One an evaluator, the first one first.</param>
/// <param name="Evidence">All evidence in the file.</param>
/// <param name="Measures">Conditions of a conditional decision, advice of any other (requirement RQ-17).</param>
/// <param name="Scope">What is recognised by a partial decision; empty otherwise.</param>
/// <param name="NoDecision">Set with <see cref="RecognitionOutcome.NoDecision"/> alone.</param>
/// <param name="Route">By which way the case went: with the short way nothing is compared.</param>
/// <param name="Precedents">Like cases that were decided, as they were shown (requirement RQ-21).</param>
/// <param name="DeviationReason">Why it is decided otherwise than those were; empty where it is not.</param>
/// <param name="OnAppeal">Decided by the reviewer of an appeal, who stands in for the evaluators with a comparison of their own.</param>
/// <param name="IssuerRight">Whether the institution might award it then (requirement RQ-9).</param>
/// <param name="ReasonCodes">Codes of the reasons, for who reads the decision as data.</param>
public sealed record ProposedDecision(
    RecognitionOutcome Outcome,
    RecognitionPurpose Purpose,
    string DecidedBy,
    IReadOnlyList<Assessment> Assessments,
    IReadOnlyList<Evidence> Evidence,
    Authenticity Authenticity,
    IReadOnlyList<Measure> Measures,
    string Scope = "",
    NoDecisionReason? NoDecision = null,
    CaseRoute Route = CaseRoute.Case,
    IReadOnlyList<Precedent>? Precedents = null,
    string DeviationReason = "",
    IReadOnlyList<string>? ReasonCodes = null,
    bool OnAppeal = false,
    IssuerRight IssuerRight = IssuerRight.NotAsked)
{
    public IReadOnlyList<Precedent> Precedents { get; init; } = Precedents ?? [];

    public IReadOnlyList<string> ReasonCodes { get; init; } = ReasonCodes ?? [];
}
