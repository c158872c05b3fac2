using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;
using static Mortanba.Flow.Tests.Recognition.CaseWorld;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>Each decided case counts once in the figures, whatever became of its appeals.</summary>
public sealed class CaseCountTests
{
    private static readonly DateTimeOffset Later = Filed.AddDays(20);
    private static readonly DateTimeOffset DecidedAt = Filed.AddDays(6);

    [Fact, Trait("Requirement", "RQ-30"), Trait("Requirement", "RQ-18")]
    public void A_case_that_is_taken_back_after_a_return_counts_where_it_was_decided()
    {
        var walk = CaseWorld.At(CaseStage.Appealed);
        Assert.Equal((DecidedAt, RecognitionOutcome.Conditional, null), (walk.Now.CountedAt(), walk.Now.CountedOutcome(), walk.Now.CountedAppeal()));
        Answer(walk, AppealOutcome.Return);
        // It is looked at again: open, not decided.
        Assert.Equal((null, null, AppealOutcome.Return), (walk.Now.CountedAt(), walk.Now.CountedOutcome(), walk.Now.CountedAppeal()));

        walk.Do(c => WithdrawCase.Of(c, Applicant, Later.AddDays(30)));
        Assert.Equal((CaseStage.Withdrawn, null), (walk.Now.Stage, walk.Now.DecidedAt));
        Assert.Equal((DecidedAt, RecognitionOutcome.NoDecision, AppealOutcome.Return), (walk.Now.CountedAt(), walk.Now.CountedOutcome(), walk.Now.CountedAppeal()));
        var clock = new CaseClock(new WorkingCalendar(CaseWorld.Rules));
        Assert.Equal(clock.Read(Filed, [], 30, DecidedAt).Value.Used, walk.Now.Clock(clock, Later.AddDays(30))!.Value.Value.Used);
    }

    [Fact, Trait("Requirement", "RQ-30"), Trait("Requirement", "RQ-18")]
    public void A_later_appeal_that_is_taken_back_or_open_takes_nothing_from_the_one_before_it()
    {
        var walk = CaseWorld.At(CaseStage.Appealed);
        Answer(walk, AppealOutcome.Return);
        walk.Do(c => Outcome<CaseEvent>.From(new CaseDecided(Later, Maker, c.Appeal!.Original with { At = Later, AppealUntil = new DateOnly(2026, 12, 20) })));
        walk.Do(c => FileAppeal.Of(c, Applicant, "Once more.", new DateOnly(2026, 12, 1), Later.AddDays(1)));
        Assert.Equal((Later, AppealOutcome.Return), (walk.Now.CountedAt(), walk.Now.CountedAppeal()));
        walk.Do(c => WithdrawAppeal.Of(c, Applicant, Later.AddDays(2)));
        Assert.Equal((Later, AppealOutcome.Return), (walk.Now.CountedAt(), walk.Now.CountedAppeal()));

        walk.Do(c => FileAppeal.Of(c, Applicant, "After all.", new DateOnly(2026, 12, 3), Later.AddDays(3)));
        // Whoever decided the first appeal stays out of it.
        Answer(walk, AppealOutcome.Uphold, Later.AddDays(4), "another");
        Assert.Equal((CaseStage.Closed, AppealOutcome.Return), (walk.Now.Stage, walk.Now.CountedAppeal()));
    }

    [Fact, Trait("Requirement", "RQ-30")]
    public void What_was_never_decided_and_an_appeal_that_only_was_taken_back_count_for_nothing()
    {
        var early = CaseWorld.At(CaseStage.Evaluation);
        early.Do(c => WithdrawCase.Of(c, Applicant, Later));
        Assert.Equal((null, null), (early.Now.CountedAt(), early.Now.CountedOutcome()));

        var taken = CaseWorld.At(CaseStage.Appealed);
        taken.Do(c => WithdrawAppeal.Of(c, Applicant, Later));
        Assert.Equal((DecidedAt, RecognitionOutcome.Conditional, null), (taken.Now.CountedAt(), taken.Now.CountedOutcome(), taken.Now.CountedAppeal()));
        var upheld = CaseWorld.At(CaseStage.Appealed);
        Answer(upheld, AppealOutcome.Uphold);
        Assert.Equal((DecidedAt, AppealOutcome.Uphold), (upheld.Now.CountedAt(), upheld.Now.CountedAppeal()));
    }

    private static void Answer(Walk walk, AppealOutcome outcome, DateTimeOffset? at = null, string by = Reviewer)
    {
        walk.Do(c => TakeAppeal.Of(c, by, at ?? Later));
        walk.Do(_ => Outcome<CaseEvent>.From(DecideAppeal.Event(by, outcome, "So.", null, at ?? Later)));
    }
}
