using System.Text.Json.Serialization;

namespace Mortanba.AiEducation;

/// <summary>Something that happened to a teacher's portfolio; the portfolio is nothing but these in their order (<see cref="TeacherPortfolio"/>).</summary>
/// <param name="By">Account of who did it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PortfolioOpened), "opened")]
[JsonDerivedType(typeof(EvidenceHandedIn), "handed-in")]
[JsonDerivedType(typeof(EvidenceWithdrawn), "withdrawn")]
[JsonDerivedType(typeof(EvidenceAssessed), "assessed")]
[JsonDerivedType(typeof(AssessmentRevoked), "revoked")]
[JsonDerivedType(typeof(QualificationRaised), "raised")]
[JsonDerivedType(typeof(LevelCertified), "certified")]
public abstract record PortfolioEvent(DateTimeOffset At, string By) : IHappened;

/// <param name="By">Account of the teacher whose portfolio it is.</param>
/// <param name="Teacher">Pseudonym in the school's directory.</param>
/// <param name="School">BIN of the school where the teacher works.</param>
public sealed record PortfolioOpened(DateTimeOffset At, string By, string Teacher, string School) : PortfolioEvent(At, By);

/// <param name="Evidence">Id within the portfolio.</param>
/// <param name="What">What was done and what shows the block, in words.</param>
/// <param name="Address">Where it can be looked at; null when the words are all.</param>
public sealed record EvidenceHandedIn(DateTimeOffset At, string By, string Evidence, string Block, string What, string? Address) : PortfolioEvent(At, By);

/// <param name="Lost">Levels that are held no more without it; null or empty when none is.</param>
public sealed record EvidenceWithdrawn(DateTimeOffset At, string By, string Evidence, IReadOnlyList<LevelReached>? Lost = null) : PortfolioEvent(At, By);

/// <summary>A person other than the teacher looked at it.</summary>
/// <param name="Body">BIN of the organisation for which they assess.</param>
/// <param name="Block">Repeated, with its level, for whoever counts.</param>
/// <param name="Reached">Levels that this assessment completed; empty when it completed none.</param>
/// <param name="Rule">The rules of the day, as <c>pack@version#hash/rule</c>.</param>
public sealed record EvidenceAssessed(
    DateTimeOffset At, string By, string Body, string Evidence, string Block, string Level, bool Met, string Reason, IReadOnlyList<LevelReached> Reached,
    string Rule)
    : PortfolioEvent(At, By);

/// <summary>What was assessed turned out not to be so: the evidence shows nothing any more.</summary>
/// <param name="Annulled">Asset ids of certificates that rested on it and end with it.</param>
/// <param name="Lost">Levels that are held no more without it; null or empty when none is.</param>
public sealed record AssessmentRevoked(
    DateTimeOffset At, string By, string Body, string Evidence, string Block, string Level, string Reason, IReadOnlyList<string> Annulled,
    IReadOnlyList<LevelReached>? Lost = null)
    : PortfolioEvent(At, By);

/// <summary>A level that is now held.</summary>
/// <param name="Aspect">Of one aspect; <see cref="Whole"/> for all of them.</param>
public sealed record LevelReached(string Level, string Aspect)
{
    public const string Whole = "all";
}

/// <summary>The teacher's qualification was raised (requirement AI-18).</summary>
/// <param name="Day">Last day of the course.</param>
public sealed record QualificationRaised(DateTimeOffset At, string By, DateOnly Day, string Course) : PortfolioEvent(At, By);

/// <param name="Certificate">Asset id of the certificate.</param>
/// <param name="Body">BIN of the organisation that issued it.</param>
public sealed record LevelCertified(DateTimeOffset At, string By, string Level, string Certificate, string Number, string Body) : PortfolioEvent(At, By);
