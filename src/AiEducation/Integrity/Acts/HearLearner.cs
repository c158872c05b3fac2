using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>The learner is told all grounds, and a minor's parents with them (requirement AI-23).</summary>
public static class NotifyLearner
{
    /// <param name="learner">The learner of the case: whoever is a minor on this day has a representative, who is told, too.</param>
    public static Outcome<IntegrityEvent> Of(IntegrityCase now, Doer by, SchoolPerson learner, IntegrityClock clock, DateTimeOffset at)
    {
        if (!by.IsPerson)
        {
            return IntegrityRefusals.Program;
        }

        if (now.State != CaseState.Open)
        {
            return IntegrityRefusals.OtherState;
        }

        var today = clock.DayOf(at);
        if (now.Notice is null && today > now.NoticeBy)
        {
            return IntegrityRefusals.TermOver(now.NoticeBy);
        }

        if (now.IsTold)
        {
            return new Problem("integrity/told-already", "The learner was told all grounds that are there.");
        }

        var isMinor = clock.IsMinor(learner, today);
        if (isMinor && learner.Guardians.Count == 0)
        {
            return new Problem("integrity/no-guardian", "The learner is a minor: a parent or another representative is told, too.");
        }

        // A second notice moves the first day of the hearing, never the last.
        return clock.After(at, clock.Rules.Value.PreparationDays).TryGet(out var from, out var problem)
            && clock.After(at, clock.Rules.Value.HearingDays).TryGet(out var last, out problem)
                ? new LearnerNotified(at, by.Id, isMinor, isMinor ? learner.Guardians : [], from, now.Notice?.HearBy ?? last)
                : problem;
    }
}

/// <summary>The learner, or a parent, writes to the case; until it is decided.</summary>
public static class SayInIntegrityCase
{
    /// <param name="by">The learner or a parent: whether they may is said by the school's directory.</param>
    public static Outcome<IntegrityEvent> Of(IntegrityCase now, Doer by, string words, DateTimeOffset at) =>
        !by.IsPerson ? IntegrityRefusals.Program
        : now.State is not (CaseState.Open or CaseState.Appealed) ? IntegrityRefusals.OtherState
        : IntegrityRefusals.Words(words).TryGet(out var said, out var problem) ? new LearnerSaid(at, by.Id, said)
        : problem;
}

/// <summary>The learner is heard; a minor with a representative invited. Not before the time to prepare is over, not after the term.</summary>
public static class HearLearner
{
    /// <param name="words">What the learner said; null: they did not come, which can be written down on the last day only.</param>
    public static Outcome<IntegrityEvent> Of(
        IntegrityCase now, Doer by, string? words, bool invited, bool present, SchoolPerson learner, IntegrityClock clock, DateTimeOffset at)
    {
        if (!by.IsPerson)
        {
            return IntegrityRefusals.Program;
        }

        if (now.State != CaseState.Open)
        {
            return IntegrityRefusals.OtherState;
        }

        if (now.Notice is not { } notice || !now.IsTold)
        {
            return new Problem("integrity/not-told", "The learner has to know all grounds first.");
        }

        var today = clock.DayOf(at);
        if (today < notice.HearFrom)
        {
            return new Problem(
                "integrity/too-early", $"The learner has time to prepare until {IntegrityRefusals.Text(notice.HearFrom)}.",
                ("from", IntegrityRefusals.Text(notice.HearFrom)));
        }

        if (today > notice.HearBy)
        {
            return IntegrityRefusals.TermOver(notice.HearBy);
        }

        if (clock.IsMinor(learner, today) && !invited)
        {
            return new Problem("integrity/not-invited", "The learner is a minor: a representative has to be invited.");
        }

        if (words is null)
        {
            return today < notice.HearBy
                ? new Problem(
                    "integrity/may-still-come", $"The learner may come until {IntegrityRefusals.Text(notice.HearBy)}.",
                    ("last", IntegrityRefusals.Text(notice.HearBy)))
                : new LearnerHeard(at, by.Id, null, invited, present);
        }

        return IntegrityRefusals.Words(words).TryGet(out var said, out var problem) ? new LearnerHeard(at, by.Id, said, invited, present) : problem;
    }
}

/// <summary>
/// The learner is asked about their own work, once; a minor with a representative invited. What comes of it is a ground like any other: it is
/// told, and heard, anew.
/// </summary>
public static class HoldOralCheck
{
    /// <param name="learner">The learner of the case: for whoever is a minor on this day a representative has to be invited.</param>
    /// <remarks>Who explains the work gives no ground, and no term ends what helps the learner.</remarks>
    public static Outcome<IntegrityEvent> Of(
        IntegrityCase now, Doer by, OralResult result, string words, bool invited, bool present, SchoolPerson learner, IntegrityClock clock,
        DateTimeOffset at) =>
        !by.IsPerson ? IntegrityRefusals.Program
        : now.State != CaseState.Open ? IntegrityRefusals.OtherState
        : !now.IsTold ? new Problem("integrity/not-told", "The learner has to know all grounds first.")
        : now.OralCheck is not null ? new Problem("integrity/oral-once", "The learner was asked already; there is one oral check in a case.")
        : clock.IsMinor(learner, clock.DayOf(at)) && !invited
            ? new Problem("integrity/not-invited", "The learner is a minor: a representative has to be invited.")
        : (result == OralResult.Explains ? AddGround.NotHere(now, by) : AddGround.NotNow(now, by, clock, at)) is { } refused ? refused
        : IntegrityRefusals.Words(words).TryGet(out var said, out var problem) ? new OralCheckHeld(at, by.Id, result, said, invited, present)
        : problem;
}
