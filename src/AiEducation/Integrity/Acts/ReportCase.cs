using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Somebody of the school reports a suspicion with a first ground. A detector's score may open a case, and nothing more (requirement AI-22).</summary>
public static class ReportCase
{
    /// <param name="school">BIN.</param>
    /// <param name="learner">Pseudonym.</param>
    /// <param name="work">Id of the work; null for one that is not in the system.</param>
    public static Outcome<IntegrityEvent> Of(
        Doer by, string school, string learner, string? work, string title, Ground ground, IntegrityClock clock, DateTimeOffset at) =>
        !by.IsPerson ? IntegrityRefusals.Program
        : IntegrityRefusals.Words(title).TryGet(out var named, out var problem)
            && AddGround.Checked(ground).TryGet(out var first, out problem)
            && clock.After(at, clock.Rules.Value.NoticeDays).TryGet(out var noticeBy, out problem)
            && clock.After(at, clock.Rules.Value.DecisionDays).TryGet(out var decisionBy, out problem)
                ? new CaseReported(at, by.Id, school, learner, work, named, first, noticeBy, decisionBy, $"{clock.Rules.Reference}")
                : problem;
}

/// <summary>Another ground. Once the learner was told, a new one is told, and heard, anew.</summary>
public static class AddGround
{
    /// <remarks>A ground for whose hearing no time is left comes too late: it is refused, and the case goes on without it.</remarks>
    public static Outcome<IntegrityEvent> Of(IntegrityCase now, Doer by, Ground ground, IntegrityClock clock, DateTimeOffset at) =>
        !by.IsPerson ? IntegrityRefusals.Program
        : now.State != CaseState.Open ? IntegrityRefusals.OtherState
        : NotNow(now, by, clock, at) is { } refused ? refused
        : Checked(ground).TryGet(out var whole, out var problem) ? new GroundAdded(at, by.Id, whole)
        : problem;

    /// <summary>Why nobody, or this person, brings a ground any more; null when they may.</summary>
    internal static Problem? NotNow(IntegrityCase now, Doer by, IntegrityClock clock, DateTimeOffset at) =>
        NotHere(now, by) is { } refused ? refused
        : !clock.After(at, clock.Rules.Value.PreparationDays).TryGet(out var prepared, out var problem) ? problem
        : now.Notice?.HearBy < prepared
            ? new Problem("integrity/ground-late", "No time is left for the learner to prepare and be heard on another ground.")
        : null;

    /// <summary>The same without the term.</summary>
    internal static Problem? NotHere(IntegrityCase now, Doer by) =>
        now.Panel?.Members.Contains(by.Id) == true ? new Problem("integrity/member-accuses", "Who decides the case brings no ground to it.")
        : now.Panel?.Votes.Count > 0 ? new Problem("integrity/voting", "The committee votes already; a ground comes before that.")
        : null;

    internal static Outcome<Ground> Checked(Ground ground) =>
        ground.Kind == GroundKind.Detector && ground.Score is not (>= 0 and <= 100)
            ? new Problem("integrity/score", "The score of a detector is from 0 to 100 percent.")
        : ground.Kind == GroundKind.OralCheck ? new Problem("integrity/oral-check-held", "An oral check is written down as one, with how it went.")
        : IntegrityRefusals.Words(ground.Words).TryGet(out var words, out var problem)
            ? ground with { Words = words, Score = ground.Kind == GroundKind.Detector ? ground.Score : null }
            : problem;
}
