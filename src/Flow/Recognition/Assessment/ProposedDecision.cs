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

    /// <summary>Nothing was decided about the qualification: withdrawn, or proved not to be authentic.</summary>
    NoDecision,
}

public enum NoDecisionReason
{
    Withdrawn,
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
public sealed record ProposedDecision(
    RecognitionOutcome Outcome,
    RecognitionPurpose Purpose,
    string DecidedBy,
    IReadOnlyList<Assessment> Assessments,
    IReadOnlyList<Evidence> Evidence,
    Authenticity Authenticity,
    IReadOnlyList<Measure> Measures,
    string Scope = "",
    NoDecisionReason? NoDecision = null);
