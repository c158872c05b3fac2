using System.Text.Json.Serialization;

namespace Mortanba.AiEducation;

/// <summary>Something that happened to a learner's work on one task. Personal: its payload is sealed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WorkHandedIn), "handed-in")]
[JsonDerivedType(typeof(WorkRead), "read")]
[JsonDerivedType(typeof(WorkNotReadable), "not-readable")]
[JsonDerivedType(typeof(GradeProposed), "grade-proposed")]
[JsonDerivedType(typeof(GradeDecided), "grade-decided")]
[JsonDerivedType(typeof(ObjectionMade), "objection-made")]
[JsonDerivedType(typeof(ObjectionAnswered), "objection-answered")]
public abstract record WorkEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>Handed in, or again after it went back.</summary>
/// <param name="Task">Id of the task.</param>
/// <param name="School">BIN.</param>
/// <param name="Learner">Pseudonym.</param>
/// <param name="Level">Of the task, 1 to 5.</param>
/// <param name="Findings">By the rules of the day; with one that sends back the work is returned at once.</param>
/// <param name="OtherTools">Tools that were used and are not allowed.</param>
public sealed record WorkHandedIn(
    DateTimeOffset At, string By, string Task, string School, string Learner, int Level, WorkDraft Draft, IReadOnlyList<WorkFinding> Findings,
    IReadOnlyList<string> OtherTools) : WorkEvent(At, By);

/// <summary>Its text went to a tool.</summary>
/// <param name="System">Id of the AI system in the register.</param>
public sealed record WorkRead(DateTimeOffset At, string By, string System) : WorkEvent(At, By);

/// <summary>A tool that got the text says that it cannot read the work, and proposes nothing.</summary>
/// <param name="System">Id of the AI system in the register.</param>
public sealed record WorkNotReadable(DateTimeOffset At, string By, string System) : WorkEvent(At, By);

/// <param name="By">The program's client id, or a person's account.</param>
public sealed record GradeProposed(DateTimeOffset At, string By, GradeProposal Proposal) : WorkEvent(At, By);

/// <summary>The teacher's own decision.</summary>
/// <param name="IsPerson">Always true; an event that says otherwise does not fold.</param>
/// <param name="Evidence">What was looked at: ids.</param>
public sealed record GradeDecided(
    DateTimeOffset At, string By, bool IsPerson, string Role, int Score, string Reason, IReadOnlyList<string> Evidence, string Rule)
    : WorkEvent(At, By);

public sealed record ObjectionMade(DateTimeOffset At, string By, ObjectionKind Asks, string Words, DateOnly AnswerBy) : WorkEvent(At, By);

/// <summary>A person's answer; to an objection by somebody else than who graded.</summary>
/// <param name="Data">Which data were used, in words.</param>
/// <param name="Score">The new score, where the grade changes; null: it stays.</param>
/// <param name="IsPerson">Always true; an event that says otherwise does not fold.</param>
public sealed record ObjectionAnswered(
    DateTimeOffset At, string By, bool IsPerson, string Role, ObjectionKind To, string Words, string Data, int? Score, bool InTime) : WorkEvent(At, By);
