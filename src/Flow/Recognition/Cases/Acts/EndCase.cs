using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>The applicant takes the case back, at any stage before it is decided.</summary>
public static class WithdrawCase
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateTimeOffset at) =>
        now.Applicant != by ? CaseRefusals.NotYours
        : now.Stage != CaseStage.Draft && !now.Stage.IsOpen() ? now.Unless()!
        : new CaseWithdrawn(at, by);
}

/// <summary>The ceiling of a treaty comes near, or is reached, while the body owes a decision (requirement RQ-6): each is told once.</summary>
public static class RaiseCeiling
{
    /// <summary>Days before the ceiling on which it counts as near. Ours, not law.</summary>
    public const int NearDays = 14;

    private static Problem NothingNew { get; } = new("recognition/no-ceiling", "There is nothing new to say of the ceiling of a treaty.");

    /// <param name="today">Civil day at the body.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, CaseClock clock, DateOnly today, DateTimeOffset at) =>
        !now.Stage.IsOpen() ? now.Unless()!
        : now.Ceiling(clock) is not { } due ? NothingNew
        : !due.TryGet(out var ceiling, out var problem) ? problem
        : today < ceiling.AddDays(-NearDays) || now.CeilingTold == true || (now.CeilingTold == false && today < ceiling) ? NothingNew
        : new CeilingRaised(at, by, today >= ceiling);
}

/// <summary>The term of appeal is over: the case is closed.</summary>
public static class EndCase
{
    /// <param name="today">Civil day at the body.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateOnly today, DateTimeOffset at) =>
        !now.Stage.IsAppealable() ? now.Unless()!
        : now.Decision!.AppealUntil is not { } until || today <= until ? new Problem("recognition/appeal-open", "An appeal is still possible.")
        : new CaseEnded(at, by);
}
