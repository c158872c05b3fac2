using System.Text.Json.Serialization;

namespace Mortanba.AiEducation;

/// <summary>How a review of ethics ended.</summary>
public enum EthicsOutcome
{
    Favourable,

    /// <summary>Back to who proposed it, with what is to be changed.</summary>
    SentBack,

    Unfavourable,
}

/// <summary>Why a system may not be used for now.</summary>
public enum SuspensionCause
{
    /// <summary>Its yearly review did not come (requirement AI-7).</summary>
    ReviewOverdue,

    Incident,

    /// <summary>A forbidden function was found (article 18(2), requirement AI-8).</summary>
    ForbiddenFunction,

    /// <summary>The last day of its approval is over.</summary>
    ApprovalEnded,

    /// <summary>By what is known now it would not be admitted.</summary>
    NoLongerMet,
}

/// <summary>Something that happened to a system of the register. A system is nothing but its events in their order (<see cref="AiSystem"/>).</summary>
/// <param name="By">Account of who did it; the program itself writes <see cref="AiSystem.Program"/>.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SystemOffered), "offered")]
[JsonDerivedType(typeof(SystemProposed), "proposed")]
[JsonDerivedType(typeof(SystemDescribed), "described")]
[JsonDerivedType(typeof(VendorNamed), "vendor-named")]
[JsonDerivedType(typeof(VendorAnswered), "vendor-answered")]
[JsonDerivedType(typeof(SystemClassified), "classified")]
[JsonDerivedType(typeof(ImpactAssessed), "impact-assessed")]
[JsonDerivedType(typeof(ValueShown), "value-shown")]
[JsonDerivedType(typeof(EthicsReviewed), "ethics-reviewed")]
[JsonDerivedType(typeof(SystemApproved), "approved")]
[JsonDerivedType(typeof(SystemRejected), "rejected")]
[JsonDerivedType(typeof(SystemReviewed), "reviewed")]
[JsonDerivedType(typeof(SystemSuspended), "suspended")]
[JsonDerivedType(typeof(SystemReinstated), "reinstated")]
[JsonDerivedType(typeof(SystemEnded), "ended")]
public abstract record AiSystemEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>A vendor answers before anybody asked: the entry waits for a school or the ministry to propose it.</summary>
public sealed record SystemOffered(DateTimeOffset At, string By, SystemDescription Description, VendorAnswers Answers) : AiSystemEvent(At, By);

/// <summary>Opens the entry, or takes up what a vendor offered.</summary>
/// <param name="School">BIN of the school that took up an offer; an entry that a school opened belongs to it from the start.</param>
public sealed record SystemProposed(DateTimeOffset At, string By, SystemDescription Description, string? School = null) : AiSystemEvent(At, By);

public sealed record SystemDescribed(DateTimeOffset At, string By, SystemDescription Description) : AiSystemEvent(At, By);

/// <param name="Account">Who answers for the vendor from now on.</param>
public sealed record VendorNamed(DateTimeOffset At, string By, string Account) : AiSystemEvent(At, By);

public sealed record VendorAnswered(DateTimeOffset At, string By, VendorAnswers Answers) : AiSystemEvent(At, By);

/// <param name="Forbidden">Functions of it that the rules of the day forbid: not empty, and the system is prohibited.</param>
/// <param name="HighImpact">Whether the rules of the day count it among the uses with high impact.</param>
/// <param name="Rule">The rule of the day: pack, version, hash and id.</param>
public sealed record SystemClassified(
    DateTimeOffset At, string By, Classification Classification, IReadOnlyList<string> Forbidden, bool HighImpact, string Rule)
    : AiSystemEvent(At, By);

public sealed record ImpactAssessed(DateTimeOffset At, string By, ImpactAssessment Assessment) : AiSystemEvent(At, By);

public sealed record ValueShown(DateTimeOffset At, string By, EducationalValue Value) : AiSystemEvent(At, By);

public sealed record EthicsReviewed(DateTimeOffset At, string By, EthicsOutcome Outcome, string Reason) : AiSystemEvent(At, By);

/// <param name="ReviewBy">Day by which it has to be reviewed.</param>
public sealed record SystemApproved(DateTimeOffset At, string By, Allowed Allowed, string Reason, DateOnly ReviewBy, string Rule) : AiSystemEvent(At, By);

public sealed record SystemRejected(DateTimeOffset At, string By, string Reason) : AiSystemEvent(At, By);

/// <summary>The yearly look at its risks (article 18(1)(4)).</summary>
public sealed record SystemReviewed(DateTimeOffset At, string By, string Finding, DateOnly NextBy, string Rule) : AiSystemEvent(At, By);

/// <summary>In all schools at once.</summary>
public sealed record SystemSuspended(DateTimeOffset At, string By, SuspensionCause Cause, string Reason) : AiSystemEvent(At, By);

public sealed record SystemReinstated(DateTimeOffset At, string By, string Reason) : AiSystemEvent(At, By);

/// <param name="DeletionCertificate">Where the vendor's word that everything was deleted can be read; null when it never held data.</param>
public sealed record SystemEnded(DateTimeOffset At, string By, string Reason, string? DeletionCertificate) : AiSystemEvent(At, By);
