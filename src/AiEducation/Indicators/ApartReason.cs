namespace Mortanba.AiEducation;

/// <summary>Why a fact was not counted as the others (requirement AI-26). Nothing is lost silently: each is counted here, by reason and type.</summary>
public enum ApartReason
{
    /// <summary>The same fact was there already.</summary>
    Twice,

    /// <summary>It happens later than now: a wrong clock. Nothing counts it.</summary>
    Ahead,

    /// <summary>
    /// It belongs to a part of a school year that was closed when it came. What was published stays; who is there or has something counts from
    /// the first open part on.
    /// </summary>
    Late,

    /// <summary>It does not carry the number that is to be counted.</summary>
    Unreadable,

    /// <summary>It happened after the last counted school year, or it counts by the year and happened before the first.</summary>
    Outside,
}
