using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <content>What comes late: a ground after the hearing, and the decision of an appeal.</content>
public sealed partial class IntegrityCaseTests
{
    [Fact]
    [Trait("Requirement", "AI-23")]
    public void An_oral_check_that_fails_is_a_ground_to_be_told_and_heard_and_one_that_succeeds_is_none()
    {
        var one = Heard(Detector);
        Assert.False(Do(one, Oral(one, OralResult.Partly, 0)).IsTold);
        var explained = Do(one, Oral(one, OralResult.Explains, 3));
        Assert.False(explained.HasIndependentGround);
        Assert.True(explained is { IsTold: true, IsHeard: true });
        Assert.Equal("integrity/oral-check-held", AddGround.Of(one, Coordinator, new Ground(GroundKind.OralCheck, "x"), Clock, Day(1)).Problem?.Code);

        // Not on the hearing that was about the score alone: neither by the acts nor by the events.
        var could = Do(one, Oral(one, OralResult.Partly, 3));
        var voting = Named(could);
        Assert.Equal("integrity/not-told", VoteInCase.Of(voting, new Doer("m1", true), IntegrityFinding.Minor, "x", Clock, Day(4)).Problem?.Code);
        var voted = voting.Panel!.Members.Aggregate(voting, (now, m) => now.With(new MemberVoted(Day(4), m, IntegrityFinding.Minor, "x")));
        var decision = new CaseDecided(
            Day(4), "m1", IsPerson: true, IntegrityFinding.Minor, ["redo"], "x", new DateOnly(2026, 11, 20), 4, $"{Clock.Rules.Reference}");
        Assert.Throws<InvalidDataException>(() => voted.With(decision));

        // Told in the same instant: the order counts, the hearing before it does not.
        could = Do(could, NotifyLearner.Of(could, Coordinator, Child, Clock, Day(3)));
        Assert.True(could is { IsTold: true, IsHeard: false });
        Assert.Equal(could.Notice!.HearBy, could.DueBy);
        Assert.Equal("integrity/not-heard", VoteInCase.Of(Named(could), new Doer("m1", true), IntegrityFinding.Minor, "x", Clock, Day(4)).Problem?.Code);
        could = Do(could, HearLearner.Of(could, Coordinator, "I was nervous.", true, true, Child, Clock, Day(7)));
        Assert.Equal(CaseState.Decided, Decided(Named(could), IntegrityFinding.Minor, ["oral-defence"], 8).State);
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void An_oral_check_is_held_once_with_a_representative_invited_and_while_there_is_time_to_answer_it()
    {
        var one = Heard(Detector);
        Assert.Equal("integrity/not-told", Oral(Reported(Detector), OralResult.Cannot, 1).Problem?.Code);
        Assert.Equal("integrity/not-invited", Oral(one, OralResult.Cannot, 3, invited: false).Problem?.Code);
        Assert.Equal("integrity/ground-late", Oral(one, OralResult.Cannot, 11).Problem?.Code);
        Assert.True(Oral(one, OralResult.Explains, 11).IsDone);

        // What the learner explained stands: no second check takes its place.
        var explained = Do(one, Oral(one, OralResult.Explains, 3));
        Assert.Equal("integrity/oral-once", Oral(explained, OralResult.Cannot, 4).Problem?.Code);
        Assert.Throws<InvalidDataException>(() => explained.With(new OralCheckHeld(Day(4), "coordinator", OralResult.Cannot, "x", true, true)));
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void An_appeal_that_was_not_decided_in_time_ends_for_the_learner_whatever_was_voted()
    {
        var decided = Decided(Named(Heard(History)), IntegrityFinding.Minor, ["redo"], 4);
        var appealed = Named(Do(decided, AppealIntegrityCase.Of(decided, Learner, "Wrong.", Clock, Day(5))), "o");

        // In time most of them found a breach; then nobody wrote the decision down.
        var voted = Voted(appealed, IntegrityFinding.Minor, 7);
        Assert.Equal(new DateOnly(2026, 11, 27), voted.Appeal!.DecideBy);
        Assert.Equal("integrity/appeal-open", LapseAppeal.Of(voted, Head, "Late.", Clock, Day(25)).Problem?.Code);
        Assert.Equal("integrity/term-over", DecideAppeal.Of(voted, new Doer("o1", true), ["redo"], 0, "Late.", Clock, Day(26)).Problem?.Code);
        Assert.Equal("integrity/no-words", LapseAppeal.Of(voted, Head, " ", Clock, Day(26)).Problem?.Code);
        Assert.Equal("integrity/person-decides", LapseAppeal.Of(voted, Program, "Late.", Clock, Day(26)).Problem?.Code);
        Assert.Equal("integrity/other-state", LapseAppeal.Of(decided, Head, "Late.", Clock, Day(26)).Problem?.Code);
        var happened = (AppealDecided)LapseAppeal.Of(voted, Head, "Nobody decided in time.", Clock, Day(26)).Value;
        var over = voted.With(happened);
        Assert.Equal((CaseState.Final, AppealOutcome.Overturned, IntegrityFinding.NoBreach), (over.State, over.AppealDecision!.Outcome, over.Finding));
        Assert.Empty(over.Remedies);
        Assert.Equal("overturned", Assert.Single(IntegrityStreams.Kind.Facts(over, happened)).Values["outcome"]);

        // The events say the same: not before the day, not against the learner; and so it is without a single vote.
        Assert.Throws<InvalidDataException>(() => voted.With(happened with { LapsedOn = new DateOnly(2026, 11, 27) }));
        Assert.Throws<InvalidDataException>(() => voted.With(happened with { IsPerson = false }));
        Assert.Throws<InvalidDataException>(() => appealed.With(happened with { Finding = IntegrityFinding.Minor }));
        Assert.Equal(CaseState.Final, Do(appealed, LapseAppeal.Of(appealed, Coordinator, "Nobody voted.", Clock, Day(26))).State);
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void Whoever_is_of_elsewhere_reads_every_word_with_placeholders()
    {
        const string Phone = "+7 701 234 56 78";
        var one = Reported(History with { Words = $"All of it in one step, ask at {Phone}." });
        one = Do(one, NotifyLearner.Of(one, Coordinator, Child, Clock, Day(0)));
        one = Do(one, SayInIntegrityCase.Of(one, Learner, $"Call me: {Phone}.", Day(1)));
        one = Do(one, HearLearner.Of(one, Coordinator, $"Call my mother: {Phone}.", true, true, Child, Clock, Day(2)));
        one = Decided(Named(one), IntegrityFinding.Minor, ["redo"], 4);
        one = Do(one, AppealIntegrityCase.Of(one, Learner, $"I said it at {Phone}.", Clock, Day(5)));
        var read = CaseForOutsiders.Of(one);
        string[] words = [read.Grounds[0].Ground.Words, read.Said[0].Words, read.Hearing!.Words!, read.Appeal!.Words];
        Assert.All(words, w => Assert.Contains("[phone 1]", w, StringComparison.Ordinal));
        Assert.DoesNotContain(words, w => w.Contains("234", StringComparison.Ordinal));
        Assert.Equal((one.Id, one.Version, one.State, "Chapter 4 is not yours."), (read.Id, read.Version, read.State, read.Decision!.Reason));
        Assert.Contains(Phone, one.Grounds[0].Ground.Words, StringComparison.Ordinal);
    }

    private static Outcome<IntegrityEvent> Oral(IntegrityCase one, OralResult result, int day, bool invited = true) =>
        HoldOralCheck.Of(one, Coordinator, result, "Asked about chapter 4.", invited, true, Child, Clock, Day(day));
}
