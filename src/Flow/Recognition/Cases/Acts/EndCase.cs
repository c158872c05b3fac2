using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The applicant takes the case back, at any stage before it is decided; only not while its document stands found not to be authentic: that is
/// decided, so that whoever issues such documents is told (requirement RQ-29), and can be appealed.
/// </summary>
public static class WithdrawCase
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateTimeOffset at) =>
        now.Applicant != by ? CaseRefusals.NotYours
        : now.Stage != CaseStage.Draft && !now.Stage.IsOpen() ? now.Unless()!
        : IsForgeryOpen(now) ? new Problem("recognition/forgery-open", "The document was found not to be authentic: that is decided before the case ends.")
        : new CaseWithdrawn(at, by);

    /// <summary>What was found of its document keeps the applicant from taking it back.</summary>
    public static bool IsForgeryOpen(RecognitionCase now) => now.Stage.IsOpen() && now.Authenticity?.Result == Authenticity.NotConfirmed;
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
