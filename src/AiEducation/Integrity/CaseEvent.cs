using System.Text.Json.Serialization;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Something that happened in a case of academic integrity. Personal: its payload is sealed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CaseReported), "reported")]
[JsonDerivedType(typeof(GroundAdded), "ground-added")]
[JsonDerivedType(typeof(LearnerNotified), "learner-notified")]
[JsonDerivedType(typeof(LearnerSaid), "learner-said")]
[JsonDerivedType(typeof(LearnerHeard), "learner-heard")]
[JsonDerivedType(typeof(OralCheckHeld), "oral-check-held")]
[JsonDerivedType(typeof(CommitteeNamed), "committee-named")]
[JsonDerivedType(typeof(MemberReplaced), "member-replaced")]
[JsonDerivedType(typeof(MemberVoted), "member-voted")]
[JsonDerivedType(typeof(CaseDecided), "decided")]
[JsonDerivedType(typeof(CaseDismissed), "dismissed")]
[JsonDerivedType(typeof(CaseAppealed), "appealed")]
[JsonDerivedType(typeof(AppealDecided), "appeal-decided")]
[JsonDerivedType(typeof(CaseClosed), "closed")]
public abstract record IntegrityEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>Opens the case.</summary>
/// <param name="School">BIN.</param>
/// <param name="Learner">Pseudonym.</param>
/// <param name="Work">Id of the work; null for one that is not in the system.</param>
/// <param name="Title">Of the work, without names.</param>
/// <param name="NoticeBy">Last day to tell the learner.</param>
/// <param name="DecisionBy">Last day to decide against the learner.</param>
public sealed record CaseReported(
    DateTimeOffset At, string By, string School, string Learner, string? Work, string Title, Ground Ground, DateOnly NoticeBy, DateOnly DecisionBy,
    string Rule) : IntegrityEvent(At, By);

public sealed record GroundAdded(DateTimeOffset At, string By, Ground Ground) : IntegrityEvent(At, By);

/// <summary>The learner, and a minor's parents, were told all grounds that were there.</summary>
/// <param name="IsMinor">By the exact age on that day.</param>
/// <param name="Guardians">Accounts that were told.</param>
/// <param name="HearFrom">First day on which the learner may be heard: time to prepare.</param>
/// <param name="HearBy">Last day.</param>
public sealed record LearnerNotified(
    DateTimeOffset At, string By, bool IsMinor, IReadOnlyList<string> Guardians, DateOnly HearFrom, DateOnly HearBy) : IntegrityEvent(At, By);

/// <summary>What the learner or a parent writes to the case.</summary>
public sealed record LearnerSaid(DateTimeOffset At, string By, string Words) : IntegrityEvent(At, By);

/// <param name="Words">What the learner said; null: they did not come, though invited.</param>
/// <param name="RepresentativeInvited">A parent or another representative was invited: for a minor always.</param>
public sealed record LearnerHeard(
    DateTimeOffset At, string By, string? Words, bool RepresentativeInvited, bool RepresentativePresent) : IntegrityEvent(At, By);

/// <summary>Asked about their own work; unless they explain it, that is a ground of its own, which is told and heard anew.</summary>
/// <param name="RepresentativeInvited">A parent or another representative was invited: for a minor always.</param>
public sealed record OralCheckHeld(
    DateTimeOffset At, string By, OralResult Result, string Words, bool RepresentativeInvited = false, bool RepresentativePresent = false)
    : IntegrityEvent(At, By);

/// <summary>Who decides: of the case, or of its appeal. Members may be of another school or of the region's department.</summary>
public sealed record CommitteeNamed(DateTimeOffset At, string By, IReadOnlyList<string> Members) : IntegrityEvent(At, By);

/// <summary>A member who has not voted cannot act, and another one sits in their place.</summary>
/// <param name="Reason">Why; for the record of the case.</param>
public sealed record MemberReplaced(DateTimeOffset At, string By, string Member, string With, string Reason) : IntegrityEvent(At, By);

public sealed record MemberVoted(DateTimeOffset At, string By, IntegrityFinding Finding, string Reason) : IntegrityEvent(At, By);

/// <param name="IsPerson">Always true; an event that says otherwise does not fold.</param>
/// <param name="Remedies">What follows, by the ids of the rules; empty without a breach.</param>
/// <param name="Reason">In words the learner understands.</param>
/// <param name="AppealUntil">Last day of an appeal; null without a breach.</param>
/// <param name="Days">Calendar days since the report.</param>
public sealed record CaseDecided(
    DateTimeOffset At, string By, bool IsPerson, IntegrityFinding Finding, IReadOnlyList<string> Remedies, string Reason, DateOnly? AppealUntil,
    int Days, string Rule) : IntegrityEvent(At, By);

/// <summary>Given up before a decision: always possible.</summary>
public sealed record CaseDismissed(DateTimeOffset At, string By, bool IsPerson, string Reason, int Days) : IntegrityEvent(At, By);

/// <param name="DecideBy">Last day to decide it against the learner.</param>
public sealed record CaseAppealed(DateTimeOffset At, string By, string Words, DateOnly DecideBy) : IntegrityEvent(At, By);

/// <summary>Decided by people who took no part before; or ended for the learner, because they did not decide in time.</summary>
/// <param name="LapsedOn">The civil day on which the term was found to be over; null when the committee decided.</param>
public sealed record AppealDecided(
    DateTimeOffset At, string By, bool IsPerson, AppealOutcome Outcome, IntegrityFinding Finding, IReadOnlyList<string> Remedies, string Reason,
    string Rule, DateOnly? LapsedOn = null) : IntegrityEvent(At, By);

/// <param name="Words">What was done of what follows; null where nothing follows.</param>
public sealed record CaseClosed(DateTimeOffset At, string By, bool IsPerson, string? Words, int Days) : IntegrityEvent(At, By);
