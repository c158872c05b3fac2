using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;
using static Mortanba.Flow.Tests.Recognition.CaseWorld;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>The terms before the clock runs: the body's look at a filing, and the answer of an applicant who is silent.</summary>
public sealed class CaseAnswerTests
{
    private static readonly CaseClock Clock = new(new WorkingCalendar(CaseWorld.Rules));
    private static readonly DateTimeOffset Asked = Filed.AddDays(1);
    private static readonly RuleBook WithTerms = CaseWorld.With(BodyPack().Replace("feeIndices: 0}", "feeIndices: 0, intakeWorkingDays: 5, answerWorkingDays: 10}", StringComparison.Ordinal));

    [Fact, Trait("Requirement", "RQ-6"), Trait("Requirement", "RQ-7")]
    public void A_look_at_a_filing_is_due_in_the_published_term_and_again_after_an_answer()
    {
        var walk = CaseWorld.At(CaseStage.Intake, rules: WithTerms);
        // Filed on Tuesday 20 October 2026; 25 October, a Sunday, is a holiday whose rest moves to Monday.
        Assert.Equal(Clock.After(Filed, 5).Value, walk.Now.IntakeDue(Clock)!.Value);
        Assert.Equal([5, 10], Guide(walk.Now, WithTerms).Own is { Value: var own } ? [own.IntakeWorkingDays!.Value, own.AnswerWorkingDays!.Value] : []);
        Assert.Contains(walk.Now.Terms!.Rules, r => r.EndsWith("/recognition-body-terms", StringComparison.Ordinal));
        var asked = CaseWorld.At(CaseStage.Incomplete, rules: WithTerms);
        Assert.Null(asked.Now.IntakeDue(Clock));
        asked.Do(c => AnswerMissing.Of(c, Applicant, Filed.AddDays(8)));
        Assert.Equal(Clock.After(Filed.AddDays(8), 5).Value, asked.Now.IntakeDue(Clock)!.Value);
        Assert.Null(CaseWorld.At(CaseStage.Intake).Now.IntakeDue(Clock));
    }

    [Fact, Trait("Requirement", "RQ-5"), Trait("Requirement", "RQ-14")]
    public void A_silent_applicant_is_reminded_at_half_and_then_the_body_goes_on_with_what_is_there()
    {
        var walk = CaseWorld.At(CaseStage.Incomplete, rules: WithTerms);
        var (half, last) = (Clock.After(Asked, 5).Value, Clock.After(Asked, 10).Value);
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => RemindOfMissing.Of(c, "service", Clock, half.AddDays(-1), Asked)));
        walk.Do(c => RemindOfMissing.Of(c, "service", Clock, half, At(half)));
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => RemindOfMissing.Of(c, "service", Clock, last, Asked)));
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => LapseAnswer.Of(c, "service", Clock, last, Asked)));
        Assert.Equal("recognition/still-waiting", walk.Refused(c => AcceptComplete.Of(c, Officer, At(last))));
        walk.Do(c => LapseAnswer.Of(c, "service", Clock, last.AddDays(1), At(last.AddDays(1))));
        Assert.Equal(CaseStage.Incomplete, walk.Now.Stage);
        // The clock runs from the end of the term, not from the day on which an officer looked.
        Assert.Equal(At(last.AddDays(1)), walk.Do(c => AcceptComplete.Of(c, Officer, At(last.AddDays(30)))).CompleteAt);
    }

    [Fact, Trait("Requirement", "RQ-4"), Trait("Requirement", "RQ-16")]
    public void A_case_that_was_not_answered_ends_without_a_decision_and_its_applicant_opens_it_again()
    {
        var walk = CaseWorld.At(CaseStage.Incomplete, rules: WithTerms);
        var over = At(Clock.After(Asked, 10).Value.AddDays(1));
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => EndUnanswered.Of(c, Officer, "There is no diploma.", over)));
        walk.Do(c => LapseAnswer.Of(c, "service", Clock, DateOnly.FromDateTime(over.UtcDateTime), over));
        Assert.Equal("recognition/no-words", walk.Refused(c => EndUnanswered.Of(c, Officer, "", over)));
        walk.Do(c => EndUnanswered.Of(c, Officer, "There is no diploma.", over));
        Assert.Equal((CaseStage.Unanswered, null), (walk.Now.Stage, walk.Now.Decision));
        Assert.Contains(walk.Now.Remarks, r => r is { IsForApplicant: true, Text: "There is no diploma." });
        Assert.Equal("recognition/nothing-added", walk.Refused(c => AnswerMissing.Of(c, Applicant, over.AddDays(100))));
        walk.Do(c => AddDocument.Of(c, Applicant, Document("translation", at: over.AddDays(100)), over.AddDays(100)));
        walk.Do(c => AnswerMissing.Of(c, Applicant, over.AddDays(100)));
        Assert.Equal((CaseStage.Intake, "R-2026-00001", null), (walk.Now.Stage, walk.Now.Number, walk.Now.EndedAt));

        var refugee = CaseWorld.At(CaseStage.Incomplete, HolderKind.Refugee, WithTerms);
        refugee.Do(c => LapseAnswer.Of(c, "service", Clock, DateOnly.FromDateTime(over.UtcDateTime), over));
        Assert.Equal("recognition/goes-without-documents", refugee.Refused(c => EndUnanswered.Of(c, Officer, "Nothing came.", over)));
    }

    [Fact, Trait("Requirement", "RQ-6")]
    public void Without_a_published_term_nobodys_answer_lapses_and_new_rules_never_shorten_it()
    {
        var walk = CaseWorld.At(CaseStage.Incomplete);
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => LapseAnswer.Of(c, "service", Clock, new DateOnly(2027, 6, 1), Asked)));
        walk.Do(c => RebaseCase.Of(c, Officer, Guide(c, WithTerms), "New terms.", Asked));
        Assert.Equal((null, 5), (walk.Now.Terms!.AnswerDays, walk.Now.Terms.IntakeDays));
    }

    [Fact, Trait("Requirement", "RQ-14"), Trait("Requirement", "RQ-16")]
    public void Who_would_decide_otherwise_than_was_proposed_sends_it_back()
    {
        var walk = CaseWorld.At(CaseStage.Decision);
        Assert.Equal("recognition/decides-otherwise", DecideCase.Check(walk.Now, Maker, Conditional with { ReasonCodes = ["other"] }, [], "Otherwise.").Problem?.Code);
        Assert.Equal("recognition/no-words", walk.Refused(c => SendBack.Of(c, Maker, " ", Asked)));
        Assert.True(DecideCase.Check(walk.Now, Maker, null, [], "As proposed.").IsDone);
    }

    [Fact, Trait("Requirement", "RQ-6")]
    public void The_ceiling_of_a_treaty_is_told_once_when_it_is_near_and_once_when_it_is_reached()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        Assert.Equal("recognition/no-ceiling", walk.Refused(c => RaiseCeiling.Of(c, "service", new DateOnly(2030, 1, 1), Asked)));
        walk.Do(c => Outcome<CaseEvent>.From(new CaseRebased(Asked, Officer, c.Terms! with { LimitMonthsMax = 4 }, "A treaty applies.")));
        var ceiling = walk.Now.Ceiling!.Value;
        Assert.Equal("recognition/no-ceiling", walk.Refused(c => RaiseCeiling.Of(c, "service", ceiling.AddDays(-15), Asked)));
        Assert.False(walk.Do(c => RaiseCeiling.Of(c, "service", ceiling.AddDays(-14), Asked)).CeilingTold);
        Assert.Equal("recognition/no-ceiling", walk.Refused(c => RaiseCeiling.Of(c, "service", ceiling.AddDays(-1), Asked)));
        Assert.True(walk.Do(c => RaiseCeiling.Of(c, "service", ceiling, Asked)).CeilingTold);
        Assert.Equal("recognition/no-ceiling", walk.Refused(c => RaiseCeiling.Of(c, "service", ceiling.AddDays(9), Asked)));
        Assert.Equal("recognition/other-stage", CaseWorld.At(CaseStage.Issued).Refused(c => RaiseCeiling.Of(c, "service", ceiling, Asked)));
    }

    private static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(9, 0)), TimeSpan.FromHours(5));
}
