using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>The applicant has brought proof of every condition of the decision (requirement RQ-16): its decision maker looks at it.</summary>
public static class BringConditions
{
    /// <param name="today">Civil day at the body.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateOnly today, DateTimeOffset at) =>
        now.Applicant != by ? CaseRefusals.NotYours
        : now.Unless(CaseStage.Issued, CaseStage.Closed) is { } wrong ? wrong
        : now.ConditionUntil() is not { } until ? new Problem("recognition/no-conditions", "No condition of the decision is open.")
        : today > until ? new Problem("recognition/condition-late", "The last day of the condition is over.", ("day", $"{until:yyyy-MM-dd}"))
        : now.Unproved().FirstOrDefault() is { } missing
            ? new Problem("recognition/condition-without-proof", "No proof was brought of a condition.", ("element", $"{missing.Element}"))
        : now.IsNothingNew() ? new Problem("recognition/condition-nothing-new", "No proof came since the conditions were found not to be fulfilled.")
        : new ConditionBrought(at, by);
}

/// <summary>
/// The last day of the conditions is over, and so is the term of appeal. Time alone takes nothing away: the case goes to its decision maker,
/// and what comes even then is still looked at.
/// </summary>
public static class LapseConditions
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateOnly today, DateTimeOffset at) =>
        now.Unless(CaseStage.Issued, CaseStage.Closed) is { } wrong ? wrong
        : now.ConditionUntil() is not { } until ? new Problem("recognition/no-conditions", "No condition of the decision is open.")
        : today <= until ? new Problem("recognition/condition-open", "The conditions may still be fulfilled.")
        : now.Stage == CaseStage.Issued && today <= now.Decision!.AppealUntil ? new Problem("recognition/appeal-open", "An appeal is still possible.")
        : now.IsNothingNew() ? new Problem("recognition/no-conditions", "No condition of the decision is open.")
        : new ConditionLapsed(at, by);
}

/// <summary>The decision maker of the case says whether its conditions are fulfilled (requirement RQ-16).</summary>
public static class DecideConditions
{
    /// <returns>Fulfilled: the full decision, for its certificate to be made of. Not fulfilled: null, the conditional one stays.</returns>
    public static Outcome<ProposedDecision?> Check(RecognitionCase now, string by, bool isFulfilled, string reason) =>
        now.Unless(CaseStage.Condition) is { } wrong ? wrong
        : by != now.DecisionMaker ? new Problem("recognition/not-assigned", "Another person is named to decide this case.")
        : !CaseRefusals.Words(reason).TryGet(out _, out var problem) ? problem
        : !isFulfilled ? default(ProposedDecision)
        : now.Unproved().FirstOrDefault() is { } missing
            ? new Problem("recognition/condition-without-proof", "No proof was brought of a condition.", ("element", $"{missing.Element}"))
        : now.Decision!.Decision with { Outcome = RecognitionOutcome.Full, Measures = [], DecidedBy = by };

    /// <param name="full">Null: not fulfilled.</param>
    /// <param name="appealUntil">Last day of an appeal against "not fulfilled"; ignored for what is fulfilled.</param>
    public static CaseEvent Event(
        RecognitionCase now, string by, ProposedDecision? full, string reason, DateOnly? appealUntil, string? certificate, DateTimeOffset at) =>
        new ConditionDecided(
            at, by, full is not null, reason.Trim(),
            full is null ? now.Decision! with { AppealUntil = appealUntil } : new DecisionTaken(full, reason.Trim(), at, null, certificate, null, now.Decision!.Validity));
}

/// <summary>
/// A person found that the conditions are not fulfilled, their last day is over, and so is every appeal: what was recognised until then
/// ends, and its certificate with it.
/// </summary>
public static class EndConditions
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateOnly today, DateTimeOffset at) =>
        now.Unless(CaseStage.Closed) is { } wrong ? wrong
        : now.LastCheck() is not { IsFulfilled: false } || now.ConditionUntil() is not { } until
            ? new Problem("recognition/no-conditions", "No condition of the decision is open.")
        : today <= until || !now.IsNothingNew() ? new Problem("recognition/condition-open", "The conditions may still be fulfilled.")
        : new ConditionEnded(at, by);
}
