using System.Reflection;
using System.Text.Json.Serialization;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>Something that happened in a case. A case is nothing but its events in their order (<see cref="RecognitionCase"/>).</summary>
/// <param name="By">Account id of who did it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CaseDescribed), "described")]
[JsonDerivedType(typeof(DocumentAdded), "document-added")]
[JsonDerivedType(typeof(DocumentRemoved), "document-removed")]
[JsonDerivedType(typeof(CaseSubmitted), "submitted")]
[JsonDerivedType(typeof(MissingAsked), "missing-asked")]
[JsonDerivedType(typeof(MissingAnswered), "missing-answered")]
[JsonDerivedType(typeof(AnswerReminded), "answer-reminded")]
[JsonDerivedType(typeof(AnswerLapsed), "answer-lapsed")]
[JsonDerivedType(typeof(CaseUnanswered), "unanswered")]
[JsonDerivedType(typeof(InformationComplete), "complete")]
[JsonDerivedType(typeof(CaseAssigned), "assigned")]
[JsonDerivedType(typeof(WaitBegan), "wait-began")]
[JsonDerivedType(typeof(WaitEnded), "wait-ended")]
[JsonDerivedType(typeof(AuthenticityFound), "authenticity-found")]
[JsonDerivedType(typeof(IssuerRightFound), "issuer-right-found")]
[JsonDerivedType(typeof(QualificationCorrected), "qualification-corrected")]
[JsonDerivedType(typeof(InterviewHeld), "interview-held")]
[JsonDerivedType(typeof(InterviewConfirmed), "interview-confirmed")]
[JsonDerivedType(typeof(AssessmentSaved), "assessment-saved")]
[JsonDerivedType(typeof(DecisionProposed), "proposed")]
[JsonDerivedType(typeof(CaseSentBack), "sent-back")]
[JsonDerivedType(typeof(CaseDecided), "decided")]
[JsonDerivedType(typeof(AppealFiled), "appeal-filed")]
[JsonDerivedType(typeof(AppealTaken), "appeal-taken")]
[JsonDerivedType(typeof(AppealReleased), "appeal-released")]
[JsonDerivedType(typeof(AppealDecided), "appeal-decided")]
[JsonDerivedType(typeof(AppealWithdrawn), "appeal-withdrawn")]
[JsonDerivedType(typeof(ConditionBrought), "condition-brought")]
[JsonDerivedType(typeof(ConditionLapsed), "condition-lapsed")]
[JsonDerivedType(typeof(ConditionDecided), "condition-decided")]
[JsonDerivedType(typeof(ConditionEnded), "condition-ended")]
[JsonDerivedType(typeof(CaseWithdrawn), "withdrawn")]
[JsonDerivedType(typeof(CaseRebased), "rebased")]
[JsonDerivedType(typeof(CaseEnded), "ended")]
[JsonDerivedType(typeof(CeilingRaised), "ceiling-raised")]
[JsonDerivedType(typeof(RemarkAdded), "remark-added")]
[JsonDerivedType(typeof(SuggestionMade), "suggestion-made")]
[JsonDerivedType(typeof(SuggestionAnswered), "suggestion-answered")]
public abstract record CaseEvent(DateTimeOffset At, string By)
{
    private static readonly Dictionary<Type, string> Kinds = typeof(CaseEvent).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    /// <summary>The stable word of its kind: in the stored event, and in the record of acts as <c>recognition/…</c>.</summary>
    [JsonIgnore]
    public string Kind => Kinds[GetType()];
}

/// <summary>What the applicant says of themselves and of the qualification: opens the case, and replaces itself while it is a draft.</summary>
public sealed record CaseDescribed(
    DateTimeOffset At, string By, Holder Holder, HolderKind HolderKind, RecognitionPurpose Purpose, Qualification Qualification,
    Representation? Representation = null) : CaseEvent(At, By);

public sealed record DocumentAdded(DateTimeOffset At, string By, CaseDocument Document) : CaseEvent(At, By);

/// <summary>Taken back by the applicant before filing.</summary>
public sealed record DocumentRemoved(DateTimeOffset At, string By, string Document) : CaseEvent(At, By);

public sealed record CaseSubmitted(DateTimeOffset At, string By, string Number, CaseTerms Terms) : CaseEvent(At, By);

public sealed record MissingAsked(DateTimeOffset At, string By, IReadOnlyList<MissingItem> Items) : CaseEvent(At, By);

/// <summary>The applicant brought what they can.</summary>
/// <param name="Words">Why the rest cannot be had; null where they say nothing of it.</param>
public sealed record MissingAnswered(DateTimeOffset At, string By, string? Words = null) : CaseEvent(At, By);

/// <summary>Half of the term of an answer is over; the applicant was written to.</summary>
public sealed record AnswerReminded(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <summary>The term of an answer is over: the body may go on with what is there.</summary>
public sealed record AnswerLapsed(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <summary>Ended without a decision, because what was asked for never came; the applicant's answer opens it again.</summary>
public sealed record CaseUnanswered(DateTimeOffset At, string By, string Reason) : CaseEvent(At, By);

/// <param name="Since">When the last item came in, not when somebody looked: the clock runs from there.</param>
public sealed record InformationComplete(DateTimeOffset At, string By, DateTimeOffset Since) : CaseEvent(At, By);

/// <summary>Who works on it; null leaves a place as it is.</summary>
public sealed record CaseAssigned(DateTimeOffset At, string By, string? Evaluator, string? Second, string? DecisionMaker) : CaseEvent(At, By);

public sealed record WaitBegan(DateTimeOffset At, string By, string Wait, WaitFor For, string About) : CaseEvent(At, By);

public sealed record WaitEnded(DateTimeOffset At, string By, string Wait) : CaseEvent(At, By);

public sealed record AuthenticityFound(DateTimeOffset At, string By, AuthenticityFinding Finding) : CaseEvent(At, By);

public sealed record IssuerRightFound(DateTimeOffset At, string By, IssuerRightFinding Finding) : CaseEvent(At, By);

/// <summary>The body sets right what the applicant wrote of the qualification, by what the documents and registers show.</summary>
/// <param name="IsLawOther">The law of the case, asked about it, gives another way or other treaties than its terms.</param>
public sealed record QualificationCorrected(DateTimeOffset At, string By, Qualification Qualification, string Reason, bool IsLawOther = false)
    : CaseEvent(At, By);

/// <summary>A structured interview of two evaluators in place of documents (requirement RQ-19).</summary>
/// <param name="Document">The record of it among the documents.</param>
public sealed record InterviewHeld(DateTimeOffset At, string By, string Other, string Document) : CaseEvent(At, By);

/// <summary>The other evaluator stands by the record of the interview: from here on it counts as evidence.</summary>
public sealed record InterviewConfirmed(DateTimeOffset At, string By) : CaseEvent(At, By);

public sealed record AssessmentSaved(DateTimeOffset At, string By, Assessment Assessment, bool IsFinished) : CaseEvent(At, By);

public sealed record DecisionProposed(DateTimeOffset At, string By, ProposedDecision Proposal) : CaseEvent(At, By);

/// <summary>The decision maker asks the evaluators to look again.</summary>
public sealed record CaseSentBack(DateTimeOffset At, string By, string Reason) : CaseEvent(At, By);

public sealed record CaseDecided(DateTimeOffset At, string By, DecisionTaken Decision) : CaseEvent(At, By);

public sealed record AppealFiled(DateTimeOffset At, string By, string Words) : CaseEvent(At, By);

public sealed record AppealTaken(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <summary>Its reviewer cannot go on: another one may take it.</summary>
public sealed record AppealReleased(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <param name="Changed">The decision in the place of the old one; null unless it was changed.</param>
public sealed record AppealDecided(DateTimeOffset At, string By, AppealOutcome Outcome, string Reason, DecisionTaken? Changed) : CaseEvent(At, By);

/// <summary>Whoever appealed takes it back: the decision stands, and its term of appeal runs as it ran.</summary>
public sealed record AppealWithdrawn(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <summary>The applicant has brought proof of every condition.</summary>
public sealed record ConditionBrought(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <summary>The last day of the conditions is over: the decision maker looks at what came, or did not. Nothing is lost by it yet.</summary>
public sealed record ConditionLapsed(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <param name="Taken">Fulfilled: the full decision with its certificate. Not fulfilled: the conditional one with a new term of appeal.</param>
public sealed record ConditionDecided(DateTimeOffset At, string By, bool IsFulfilled, string Reason, DecisionTaken Taken) : CaseEvent(At, By);

/// <summary>Nothing more can follow a "not fulfilled": the certificate of the conditional decision is ended with this event.</summary>
public sealed record ConditionEnded(DateTimeOffset At, string By) : CaseEvent(At, By);

public sealed record CaseWithdrawn(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <summary>A person puts the case under the rules of today, and says why; never silently.</summary>
public sealed record CaseRebased(DateTimeOffset At, string By, CaseTerms Terms, string Reason) : CaseEvent(At, By);

/// <summary>The term of appeal is over, or an appeal was decided.</summary>
public sealed record CaseEnded(DateTimeOffset At, string By) : CaseEvent(At, By);

/// <summary>The ceiling of a treaty is near, or reached, and the case is not decided: the body was written to.</summary>
public sealed record CeilingRaised(DateTimeOffset At, string By, bool IsReached) : CaseEvent(At, By);

public sealed record RemarkAdded(DateTimeOffset At, string By, string Text, bool IsForApplicant) : CaseEvent(At, By);

public sealed record SuggestionMade(DateTimeOffset At, string By, Suggestion Suggestion) : CaseEvent(At, By);

public sealed record SuggestionAnswered(DateTimeOffset At, string By, string Suggestion, bool IsConfirmed) : CaseEvent(At, By);
