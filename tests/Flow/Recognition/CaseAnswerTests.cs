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

    [Fact, Trait("Requirement", "RQ-6"), Trait("Requirement", "RQ-7")]
    public void A_question_that_the_applicant_does_not_answer_holds_the_clock_for_the_published_term_only()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation, rules: WithTerms);
        var (half, last) = (Clock.After(Filed.AddDays(4), 5).Value, Clock.After(Filed.AddDays(4), 10).Value);
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => LapseAnswer.Of(c, "service", Clock, last.AddDays(1), At(last.AddDays(1)))));
        walk.Do(c => BeginWait.Of(c, Officer, "wait", WaitFor.Applicant, "Which courses did you take?", Filed.AddDays(4)));
        Assert.Equal((last, null), (walk.Now.QuestionDue(Clock)!.Value, walk.Now.AnswerDue(Clock)));
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => RemindOfMissing.Of(c, "service", Clock, half.AddDays(-1), Asked)));
        walk.Do(c => RemindOfMissing.Of(c, "service", Clock, half, At(half)));
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => RemindOfMissing.Of(c, "service", Clock, last, At(last))));
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => LapseAnswer.Of(c, "service", Clock, last, At(last))));
        walk.Do(c => LapseAnswer.Of(c, "service", Clock, last.AddDays(1), At(last.AddDays(1))));
        Assert.Equal((CaseStage.Evaluation, null), (walk.Now.Stage, walk.Now.LapsedAt));
        var clock = walk.Now.Clock(Clock, At(last.AddDays(1)))!.Value.Value;
        Assert.Equal((null, true), (clock.Waiting, clock.Due > last));

        // Without a published term the officer ends it.
        var open = CaseWorld.At(CaseStage.Evaluation);
        open.Do(c => BeginWait.Of(c, Officer, "wait", WaitFor.Applicant, "Which courses did you take?", Filed.AddDays(4)));
        Assert.Equal("recognition/answer-term-runs", open.Refused(c => LapseAnswer.Of(c, "service", Clock, last.AddDays(90), At(last.AddDays(90)))));
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
        Assert.Equal("recognition/nothing-brought", walk.Refused(c => AnswerMissing.Of(c, Applicant, over.AddDays(100), " ")));
        walk.Do(c => AddDocument.Of(c, Applicant, Document("translation", at: over.AddDays(100)), over.AddDays(100)));
        walk.Do(c => AnswerMissing.Of(c, Applicant, over.AddDays(100)));
        Assert.Equal((CaseStage.Intake, "R-2026-00001", null), (walk.Now.Stage, walk.Now.Number, walk.Now.EndedAt));

        var refugee = CaseWorld.At(CaseStage.Incomplete, HolderKind.Refugee, WithTerms);
        refugee.Do(c => LapseAnswer.Of(c, "service", Clock, DateOnly.FromDateTime(over.UtcDateTime), over));
        Assert.Equal("recognition/goes-without-documents", refugee.Refused(c => EndUnanswered.Of(c, Officer, "Nothing came.", over)));
    }

    [Fact, Trait("Requirement", "RQ-4"), Trait("Requirement", "RQ-14")]
    public void Who_cannot_get_a_document_opens_the_case_again_by_saying_why_and_it_goes_on_with_what_is_there()
    {
        var walk = CaseWorld.At(CaseStage.Incomplete, rules: WithTerms);
        var over = Lapse(walk, Asked);
        walk.Do(c => EndUnanswered.Of(c, Officer, "There is no translation.", over));
        Assert.Equal("recognition/no-case", walk.Refused(c => AnswerMissing.Of(c, Officer, over.AddDays(1), "The archive burnt.")));
        walk.Do(c => AnswerMissing.Of(c, Applicant, over.AddDays(1), " The archive burnt. "));
        Assert.Equal((CaseStage.Intake, null), (walk.Now.Stage, walk.Now.EndedAt));
        Assert.Equal(new Remark(over.AddDays(1), Applicant, "The archive burnt.", true), walk.Now.Remarks[^1]);
        Assert.Equal("recognition/asked-already", walk.Refused(c => AskForMissing.Of(c, Officer, [new("translation", "Once more.")], over.AddDays(2))));
        Assert.Equal("recognition/other-stage", walk.Refused(c => EndUnanswered.Of(c, Officer, "Again.", over.AddDays(2))));
        Assert.Equal(over.AddDays(1), walk.Do(c => AcceptComplete.Of(c, Officer, over.AddDays(9))).CompleteAt);
    }

    [Fact, Trait("Requirement", "RQ-5"), Trait("Requirement", "RQ-19")]
    public void A_power_of_attorney_is_asked_for_until_it_is_there_and_for_want_of_it_every_case_may_end()
    {
        // The first list forgot it.
        var walk = CaseWorld.At(CaseStage.Incomplete, rules: WithTerms, by: Agent);
        MissingItem proof = new(DocumentItems.PowerOfAttorney, "You act for somebody.");
        Assert.Equal("recognition/still-waiting", walk.Refused(c => AskForMissing.Of(c, Officer, [proof], Asked.AddDays(1))));
        walk.Do(c => AnswerMissing.Of(c, Applicant, Asked.AddDays(1)));
        Assert.Equal("recognition/no-proof", walk.Refused(c => AcceptComplete.Of(c, Officer, Asked.AddDays(2))));
        Assert.Equal("recognition/asked-once", walk.Refused(c => AskForMissing.Of(c, Officer, [new("identity", "This, too.")], Asked.AddDays(2))));
        walk.Do(c => AskForMissing.Of(c, Officer, [proof], Asked.AddDays(2)));
        walk.Do(c => AnswerMissing.Of(c, Applicant, Asked.AddDays(3), "The notary is away."));
        walk.Do(c => AskForMissing.Of(c, Officer, [proof], Asked.AddDays(4)));
        var over = Lapse(walk, Asked.AddDays(4));
        Assert.Equal("recognition/no-proof", walk.Refused(c => AcceptComplete.Of(c, Officer, over)));
        Assert.Equal("recognition/asked-already", walk.Refused(c => AskForMissing.Of(c, Officer, [new("translation", "Once more.")], over)));
        Assert.Null(walk.Refused(c => AskForMissing.Of(c, Officer, [proof], over)));
        walk.Do(c => Outcome<CaseEvent>.From(new CaseRebased(over, Officer, c.Terms! with { WithoutDocuments = true }, "A refugee.")));
        Assert.Null(walk.Refused(c => EndUnanswered.Of(c, Officer, "Nobody knows for whom.", over)));
        walk.Do(c => AddDocument.Of(c, Applicant, Document(DocumentItems.PowerOfAttorney, at: over), over));
        // Once it is there it is an item like the others.
        Assert.Equal("recognition/goes-without-documents", walk.Refused(c => EndUnanswered.Of(c, Officer, "No translation.", over)));
        Assert.Equal(CaseStage.Authenticity, walk.Do(c => AcceptComplete.Of(c, Officer, over)).Stage);
    }

    [Fact, Trait("Requirement", "RQ-6")]
    public void The_clock_waits_for_the_answer_to_the_second_list_not_for_that_to_the_first()
    {
        var walk = CaseWorld.At(CaseStage.Incomplete, rules: WithTerms);
        walk.Do(c => AddDocument.Of(c, Applicant, Document("translation", at: Asked.AddDays(1)), Asked.AddDays(1)));
        walk.Do(c => AnswerMissing.Of(c, Applicant, Asked.AddDays(1)));
        Assert.Null(walk.Do(c => AskForMissing.Of(c, Officer, [new("translation", "It cannot be read.")], Asked.AddDays(3))).AnsweredAt);
        var over = Lapse(walk, Asked.AddDays(3));
        Assert.Equal(over, walk.Do(c => AcceptComplete.Of(c, Officer, over.AddDays(5))).CompleteAt);
    }

    [Fact, Trait("Requirement", "RQ-5"), Trait("Requirement", "RQ-6")]
    public void Once_everything_came_no_term_of_the_applicant_runs_and_the_body_owes_a_look()
    {
        var walk = CaseWorld.At(CaseStage.Incomplete, rules: WithTerms);
        walk.Do(c => AddDocument.Of(c, Applicant, Document("translation", at: Asked.AddDays(2)), Asked.AddDays(2)));
        var late = Clock.After(Asked, 10).Value.AddDays(30);
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => RemindOfMissing.Of(c, "service", Clock, late, At(late))));
        Assert.Equal("recognition/answer-term-runs", walk.Refused(c => LapseAnswer.Of(c, "service", Clock, late, At(late))));
        Assert.Null(walk.Now.AnswerDue(Clock));
        Assert.Equal(Clock.After(Asked.AddDays(2), 5).Value, walk.Now.IntakeDue(Clock)!.Value);
        // What came and cannot be used is asked for without waiting for a button; else it goes on.
        Assert.Null(walk.Refused(c => AskForMissing.Of(c, Officer, [new("translation", "It cannot be read.")], At(late))));
        Assert.Equal(Asked.AddDays(2), walk.Do(c => AcceptComplete.Of(c, Officer, At(late))).CompleteAt);
    }

    [Fact, Trait("Requirement", "RQ-6"), Trait("Requirement", "RQ-10")]
    public void Nobody_is_waited_for_in_a_case_that_is_withdrawn_or_comes_to_its_decision()
    {
        static Outcome<CaseEvent> Wait(RecognitionCase c) => BeginWait.Of(c, Officer, "wait-1", WaitFor.InformationCentre, "Is it yours?", Asked);
        static Outcome<CaseEvent> Right(RecognitionCase c) => FindIssuerRight.Of(
            c, Officer, new IssuerRightFinding(IssuerRight.Entitled, [], ["register"], ""), null, Asked);
        var withdrawn = CaseWorld.At(CaseStage.IssuerRight);
        withdrawn.Do(Wait);
        withdrawn.Do(c => WithdrawCase.Of(c, Applicant, Asked.AddDays(3)));
        Assert.Equal((0, Asked.AddDays(3)), (withdrawn.Now.OpenWaits.Count(), withdrawn.Now.Waits.Single().Wait.Until));
        Assert.Equal("recognition/other-stage", BeginWait.Against(withdrawn.Now)?.Code);

        // The long way goes on to the comparison, and the answer may come meanwhile.
        var walk = CaseWorld.At(CaseStage.IssuerRight);
        walk.Do(Wait);
        Assert.Null(walk.Refused(Right));
        walk.Do(c => Outcome<CaseEvent>.From(new CaseRebased(Asked, Officer, c.Terms! with { Route = CaseRoute.AuthenticityOnly }, "Ranks were found.")));
        Assert.Equal("recognition/still-waiting", walk.Refused(Right));
        walk.Do(c => EndWait.Of(c, Officer, "wait-1", Asked.AddDays(1)));
        Assert.Equal(CaseStage.Decision, walk.Do(Right).Stage);

        var decision = CaseWorld.At(CaseStage.Decision);
        decision.Do(_ => Outcome<CaseEvent>.From(new WaitBegan(Asked, Officer, "wait-1", WaitFor.InformationCentre, "Is it yours?")));
        Assert.Equal("recognition/still-waiting", DecideCase.Check(decision.Now, Maker, null, [], "As proposed.", DecidedOn).Problem?.Code);
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
        Assert.Equal("recognition/decides-otherwise", DecideCase.Check(walk.Now, Maker, Conditional with { ReasonCodes = ["other"] }, [], "Otherwise.", DecidedOn).Problem?.Code);
        Assert.Equal("recognition/no-words", walk.Refused(c => SendBack.Of(c, Maker, " ", Asked)));
        Assert.True(DecideCase.Check(walk.Now, Maker, null, [], "As proposed.", DecidedOn).IsDone);
    }

    [Fact, Trait("Requirement", "RQ-6")]
    public void The_ceiling_of_a_treaty_is_told_once_when_it_is_near_and_once_when_it_is_reached()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        Assert.Equal("recognition/no-ceiling", walk.Refused(c => RaiseCeiling.Of(c, "service", Clock, new DateOnly(2030, 1, 1), Asked)));
        walk.Do(c => Outcome<CaseEvent>.From(new CaseRebased(Asked, Officer, c.Terms! with { LimitMonthsMax = 4 }, "A treaty applies.")));
        var ceiling = walk.Now.Ceiling(Clock)!.Value.Value;
        Assert.Equal("recognition/no-ceiling", walk.Refused(c => RaiseCeiling.Of(c, "service", Clock, ceiling.AddDays(-15), Asked)));
        Assert.False(walk.Do(c => RaiseCeiling.Of(c, "service", Clock, ceiling.AddDays(-14), Asked)).CeilingTold);
        Assert.Equal("recognition/no-ceiling", walk.Refused(c => RaiseCeiling.Of(c, "service", Clock, ceiling.AddDays(-1), Asked)));
        Assert.True(walk.Do(c => RaiseCeiling.Of(c, "service", Clock, ceiling, Asked)).CeilingTold);
        Assert.Equal("recognition/no-ceiling", walk.Refused(c => RaiseCeiling.Of(c, "service", Clock, ceiling.AddDays(9), Asked)));
        Assert.Equal("recognition/other-stage", CaseWorld.At(CaseStage.Issued).Refused(c => RaiseCeiling.Of(c, "service", Clock, ceiling, Asked)));
    }

    [Theory, Trait("Requirement", "RQ-6")]
    [InlineData(18, "2027-03-30")]
    [InlineData(20, "2027-04-01")]
    public void A_ceiling_runs_from_the_civil_day_at_the_body(int hourUtc, string ceiling)
    {
        var complete = new DateTimeOffset(2026, 11, 30, hourUtc, 0, 0, TimeSpan.Zero);
        var walk = CaseWorld.At(CaseStage.Evaluation);
        var now = walk.Now with { CompleteAt = complete, Terms = walk.Now.Terms! with { LimitMonthsMax = 4 } };
        // The last hours of a day in Greenwich are the first of the next in Kazakhstan.
        Assert.Equal(ceiling, $"{now.Ceiling(Clock)!.Value.Value:yyyy-MM-dd}");
    }

    [Fact, Trait("Requirement", "RQ-16")]
    public void A_condition_whose_day_is_over_at_the_body_cannot_be_proposed_late_in_the_evening_either()
    {
        var walk = CaseWorld.At(CaseStage.Decision);
        var evaluated = RecognitionCase.Of("case-1", walk.Events.Take(walk.Events.FindIndex(e => e is DecisionProposed)));
        var evening = new DateTimeOffset(2027, 6, 30, 20, 0, 0, TimeSpan.Zero);
        var today = Clock.DayOf(evening).Value;
        Assert.Equal("recognition/measure-past", ProposeDecision.Of(evaluated, First, Conditional, [], today, evening).Problem?.Code);
        Assert.True(ProposeDecision.Of(evaluated, First, Conditional, [], today.AddDays(-1), evening).IsDone);
    }

    /// <summary>Nothing came in the term of what was asked then.</summary>
    private static DateTimeOffset Lapse(Walk walk, DateTimeOffset asked)
    {
        var day = Clock.After(asked, 10).Value.AddDays(1);
        walk.Do(c => LapseAnswer.Of(c, "service", Clock, day, At(day)));
        return At(day);
    }

    private static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(9, 0)), TimeSpan.FromHours(5));
}
