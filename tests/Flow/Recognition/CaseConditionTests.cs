using Mortanba.Foundation;
using Mortanba.Recognition;
using Xunit;
using static Mortanba.Flow.Tests.Recognition.CaseWorld;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>The conditions of a decision: proof, a person's finding, and what time alone may not do. Appeals that are taken back.</summary>
public sealed class CaseConditionTests
{
    private static readonly DateOnly LastDay = new(2027, 6, 30);
    private static readonly DateOnly Before = new(2026, 12, 1);
    private static readonly DateTimeOffset Later = Filed.AddDays(40);

    [Fact, Trait("Requirement", "RQ-16")]
    public void Proof_of_every_condition_leads_to_a_full_decision_and_the_conditional_one_stays_in_the_file()
    {
        var walk = CaseWorld.At(CaseStage.Issued);
        Assert.Equal(LastDay, walk.Now.ConditionUntil());
        Assert.Equal("recognition/condition-without-proof", walk.Refused(c => BringConditions.Of(c, Applicant, Before, Later)));
        Assert.Equal("recognition/other-stage", walk.Refused(c => AddDocument.Of(c, Applicant, Document("other", at: Later), Later)));
        Bring(walk, Later);
        Assert.Equal("recognition/no-case", walk.Refused(c => BringConditions.Of(c, Officer, Before, Later)));
        Assert.Equal("recognition/condition-late", walk.Refused(c => BringConditions.Of(c, Applicant, LastDay.AddDays(1), Later)));
        walk.Do(c => BringConditions.Of(c, Applicant, LastDay, Later));
        Assert.Equal((CaseStage.Condition, "certificate-1"), (walk.Now.Stage, walk.Now.Decision!.Certificate));

        Assert.Equal("recognition/not-assigned", DecideConditions.Check(walk.Now, First, true, "Passed.").Problem?.Code);
        Assert.Equal("recognition/no-words", DecideConditions.Check(walk.Now, Maker, true, " ").Problem?.Code);
        Decide(walk, true, Later.AddDays(1));
        Assert.Equal((CaseStage.Closed, RecognitionOutcome.Full, "certificate-2"), (walk.Now.Stage, walk.Now.Decision!.Decision.Outcome, walk.Now.Decision.Certificate));
        var check = Assert.Single(walk.Now.Conditions);
        Assert.Equal(("certificate-1", RecognitionOutcome.Conditional), (check.Original.Certificate, check.Original.Decision.Outcome));
        // Like cases are compared with what was found of the qualification, not with what its holder did afterwards.
        Assert.Equal(RecognitionOutcome.Conditional, walk.Now.ComparedOutcome());
        Assert.False(walk.Now.HasConditions());
        Assert.Equal(CaseRecord.Canonical(walk.Now), CaseRecord.Canonical(RecognitionCase.Of("case-1", walk.Events.Select(e => CaseRecord.Read(CaseRecord.Write(e))))));
    }

    [Fact, Trait("Requirement", "RQ-16"), Trait("Requirement", "RQ-18")]
    public void Not_fulfilled_keeps_the_conditional_decision_opens_an_appeal_and_lets_more_be_brought()
    {
        var walk = NotFulfilled(Later);
        Assert.Equal((CaseStage.Issued, RecognitionOutcome.Conditional, "certificate-1"), (walk.Now.Stage, walk.Now.Decision!.Decision.Outcome, walk.Now.Decision.Certificate));
        Assert.Equal("recognition/condition-nothing-new", walk.Refused(c => BringConditions.Of(c, Applicant, Before, Later.AddDays(2))));
        var again = NotFulfilled(Later);
        Bring(again, Later.AddDays(2));
        Assert.Equal(CaseStage.Condition, again.Do(c => BringConditions.Of(c, Applicant, Before, Later.AddDays(2))).Stage);

        walk.Do(c => FileAppeal.Of(c, Applicant, "It is the very course.", Before, Later.AddDays(3)));
        Assert.Equal("Looked at.", Assert.Single(walk.Now.ContestedChecks()).Reason);
        walk.Do(c => TakeAppeal.Of(c, Reviewer, Later.AddDays(4)));
        walk.Do(_ => Outcome<CaseEvent>.From(DecideAppeal.Event(Reviewer, AppealOutcome.Return, "Look at it again.", null, Later.AddDays(5))));
        Assert.Equal((CaseStage.Condition, "certificate-1", 2), (walk.Now.Stage, walk.Now.Decision!.Certificate, walk.Now.Conditions.Count));
        Assert.Equal((false, null), (walk.Now.Conditions[0].IsFulfilled, walk.Now.Conditions[1].IsFulfilled));
        Assert.Equal("recognition/appealed", walk.Refused(c => FileAppeal.Of(c, Applicant, "Again.", Before, Later.AddDays(6))));
        // What was brought before still counts: the same file cannot be brought again.
        Decide(walk, true, Later.AddDays(6));
        Assert.Equal((CaseStage.Closed, RecognitionOutcome.Full), (walk.Now.Stage, walk.Now.Decision!.Decision.Outcome));
    }

    [Fact, Trait("Requirement", "RQ-16")]
    public void Of_two_conditions_only_the_one_that_was_not_proved_is_proved_again()
    {
        var walk = Decided(new Measure(Element.Profile, "Pass the course.", LastDay), new Measure(Element.Workload, "Earn 60 credits.", LastDay));
        Bring(walk, Later);
        Bring(walk, Later, Element.Workload);
        walk.Do(c => BringConditions.Of(c, Applicant, Before, Later));
        Decide(walk, false, Later.AddDays(1));
        Assert.Equal("recognition/condition-nothing-new", walk.Refused(c => BringConditions.Of(c, Applicant, Before, Later.AddDays(2))));
        Bring(walk, Later.AddDays(2), Element.Workload);
        walk.Do(c => BringConditions.Of(c, Applicant, Before, Later.AddDays(2)));
        Decide(walk, true, Later.AddDays(3));
        Assert.Equal(RecognitionOutcome.Full, walk.Now.Decision!.Decision.Outcome);
    }

    [Fact, Trait("Requirement", "RQ-16"), Trait("Requirement", "RQ-18")]
    public void Neither_time_nor_proof_that_comes_early_takes_the_appeal_against_the_decision_away()
    {
        var early = Decided(new Measure(Element.Profile, "Pass the course.", new DateOnly(2026, 11, 10)));
        Assert.Equal("recognition/appeal-open", early.Refused(c => LapseConditions.Of(c, "service", new DateOnly(2026, 11, 20), Later)));
        Assert.Equal(CaseStage.Condition, early.Do(c => LapseConditions.Of(c, "service", new DateOnly(2026, 11, 21), Later)).Stage);
        Assert.Equal("recognition/appeal-late", early.Refused(c => FileAppeal.Of(c, Applicant, "No.", new DateOnly(2026, 11, 21), Later)));

        var taken = Appealed();
        taken.Do(c => WithdrawAppeal.Of(c, Applicant, Filed.AddDays(14)));
        Assert.Equal((CaseStage.Condition, 1), (taken.Now.Stage, taken.Now.Conditions.Count));
        Assert.True(FileAppeal.IsPossible(taken.Now, new DateOnly(2026, 11, 20)));
        Assert.False(FileAppeal.IsPossible(taken.Now, new DateOnly(2026, 11, 21)));

        var upheld = Appealed();
        Answer(upheld, AppealOutcome.Uphold);
        Assert.Equal((CaseStage.Condition, null, 1), (upheld.Now.Stage, upheld.Now.EndedAt, upheld.Now.Conditions.Count));
        Assert.Equal("recognition/appealed", upheld.Refused(c => FileAppeal.Of(c, Applicant, "Again.", new DateOnly(2026, 11, 20), Later)));
        Decide(upheld, true, Later);
        Assert.Equal((CaseStage.Closed, RecognitionOutcome.Full), (upheld.Now.Stage, upheld.Now.Decision!.Decision.Outcome));

        var returned = Appealed();
        Answer(returned, AppealOutcome.Return);
        Assert.Equal((CaseStage.Evaluation, null, 0), (returned.Now.Stage, returned.Now.Decision, returned.Now.Conditions.Count));
    }

    [Fact, Trait("Requirement", "RQ-16"), Trait("Requirement", "RQ-18")]
    public void What_was_found_of_conditions_that_an_appeal_put_aside_ends_no_certificate()
    {
        var walk = NotFulfilled(Later);
        walk.Do(c => FileAppeal.Of(c, Applicant, "It is the very course.", Before, Later.AddDays(3)));
        var last = new DateOnly(2027, 12, 31);
        var milder = walk.Now.Decision!.Decision with { Measures = [new Measure(Element.Profile, "Pass one of two courses.", last)] };
        Answer(walk, AppealOutcome.Change, new DecisionTaken(milder, "One is enough.", Later.AddDays(5), null, "certificate-3", null));
        Assert.Equal((CaseStage.Closed, last), (walk.Now.Stage, walk.Now.ConditionUntil()));
        Assert.Equal("recognition/no-conditions", walk.Refused(c => EndConditions.Of(c, "service", last.AddDays(1), Later.AddDays(6))));
        walk.Do(c => LapseConditions.Of(c, "service", last.AddDays(1), Later.AddDays(6)));
        Decide(walk, false, Later.AddDays(7));
        walk.Do(c => EndCase.Of(c, "service", last.AddDays(2), Later.AddDays(8)));
        Assert.NotNull(walk.Do(c => EndConditions.Of(c, "service", last.AddDays(2), Later.AddDays(8))).Conditions[^1].EndedAt);
    }

    [Fact, Trait("Requirement", "RQ-16")]
    public void Time_alone_only_lays_the_case_before_a_person_and_what_comes_late_is_still_looked_at()
    {
        var walk = CaseWorld.At(CaseStage.Issued);
        Assert.Equal("recognition/condition-open", walk.Refused(c => LapseConditions.Of(c, "service", LastDay, Later)));
        walk.Do(c => LapseConditions.Of(c, "service", LastDay.AddDays(1), Later));
        Assert.Equal((CaseStage.Condition, true, "certificate-1"), (walk.Now.Stage, walk.Now.Conditions[0].IsLapsed, walk.Now.Decision!.Certificate));
        Assert.Equal("recognition/condition-without-proof", DecideConditions.Check(walk.Now, Maker, true, "Yes.").Problem?.Code);
        Bring(walk, Later.AddDays(1));
        Decide(walk, true, Later.AddDays(2));
        Assert.Equal(RecognitionOutcome.Full, walk.Now.Decision!.Decision.Outcome);
    }

    [Fact, Trait("Requirement", "RQ-16")]
    public void A_certificate_ends_only_after_a_persons_finding_the_last_day_and_the_term_of_appeal()
    {
        var walk = NotFulfilled(Later);
        Assert.Equal("recognition/no-conditions", walk.Refused(c => LapseConditions.Of(c, "service", LastDay.AddDays(1), Later)));
        Assert.Equal("recognition/other-stage", walk.Refused(c => EndConditions.Of(c, "service", LastDay.AddDays(1), Later)));
        walk.Do(c => EndCase.Of(c, "service", new DateOnly(2027, 2, 1), Later));
        Assert.Equal("recognition/condition-open", walk.Refused(c => EndConditions.Of(c, "service", LastDay, Later)));
        walk.Do(c => EndConditions.Of(c, "service", LastDay.AddDays(1), Later));
        Assert.NotNull(walk.Now.Conditions[0].EndedAt);
        Assert.Null(walk.Now.ConditionUntil());
        Assert.Equal("recognition/no-conditions", walk.Refused(c => EndConditions.Of(c, "service", LastDay.AddDays(1), Later)));
    }

    [Fact, Trait("Requirement", "RQ-16")]
    public void After_a_person_looked_past_the_last_day_no_upload_prolongs_what_was_not_fulfilled()
    {
        var walk = NotFulfilled(Later);
        // After the last day something comes even now: it is looked at, once.
        Bring(walk, Later.AddDays(2));
        walk.Do(c => LapseConditions.Of(c, "service", LastDay.AddDays(1), Later.AddDays(3)));
        Bring(walk, Later.AddDays(4));
        Decide(walk, false, Later.AddDays(5));
        var late = Document(DocumentItems.ConditionOf(Element.Profile), at: Later.AddDays(6)) with { Sha256 = "f" };
        Assert.Equal("recognition/condition-late", walk.Refused(c => AddDocument.Of(c, Applicant, late, Later.AddDays(6))));

        // An appeal that sends the finding back opens it again; one that does not leaves it shut.
        walk.Do(c => FileAppeal.Of(c, Applicant, "It is the very course.", Before, Later.AddDays(7)));
        Answer(walk, AppealOutcome.Return);
        Bring(walk, Later.AddDays(8));
        Decide(walk, false, Later.AddDays(9));
        Assert.False(walk.Now.TakesProof());
        walk.Do(c => EndCase.Of(c, "service", LastDay.AddDays(30), Later.AddDays(30)));
        Assert.NotNull(walk.Do(c => EndConditions.Of(c, "service", LastDay.AddDays(30), Later.AddDays(30))).Conditions[^1].EndedAt);
    }

    [Fact, Trait("Requirement", "RQ-18")]
    public void An_appeal_is_taken_back_and_within_its_term_filed_again()
    {
        var walk = CaseWorld.At(CaseStage.Appealed);
        Assert.Equal("recognition/no-case", walk.Refused(c => WithdrawAppeal.Of(c, Reviewer, Later)));
        walk.Do(c => TakeAppeal.Of(c, Reviewer, Later));
        walk.Do(c => WithdrawAppeal.Of(c, Applicant, Later));
        Assert.Equal((CaseStage.Issued, null, "certificate-1"), (walk.Now.Stage, walk.Now.Appeal, walk.Now.Decision!.Certificate));
        Assert.Equal(Later, Assert.Single(walk.Now.PastAppeals).WithdrawnAt);
        Assert.Equal("recognition/appeal-late", walk.Refused(c => FileAppeal.Of(c, Applicant, "Again.", new DateOnly(2026, 11, 21), Later)));
        Assert.Equal(CaseStage.Appealed, walk.Do(c => FileAppeal.Of(c, Applicant, "Again.", new DateOnly(2026, 11, 20), Later)).Stage);
        Assert.Null(walk.Now.Appeal!.Reviewer);
    }

    private static Walk NotFulfilled(DateTimeOffset at)
    {
        var walk = CaseWorld.At(CaseStage.Issued);
        Bring(walk, at);
        walk.Do(c => BringConditions.Of(c, Applicant, Before, at));
        Decide(walk, false, at.AddDays(1));
        return walk;
    }

    /// <summary>Decided on these conditions; the last day of an appeal is 20 November 2026.</summary>
    private static Walk Decided(params Measure[] measures)
    {
        var walk = CaseWorld.At(CaseStage.Decision);
        walk.Do(c => Outcome<CaseEvent>.From(DecideCase.Event(
            Maker, c.Proposal! with { Measures = measures }, "Something is missing.", new DateOnly(2026, 11, 20), "certificate-1", "letter-1", Filed.AddDays(6))));
        return walk;
    }

    /// <summary>Proof was brought in the term of appeal, and then the decision itself was appealed.</summary>
    private static Walk Appealed()
    {
        var walk = CaseWorld.At(CaseStage.Issued);
        Bring(walk, Filed.AddDays(8));
        walk.Do(c => BringConditions.Of(c, Applicant, new DateOnly(2026, 10, 28), Filed.AddDays(8)));
        walk.Do(c => FileAppeal.Of(c, Applicant, "The course is in the transcript.", new DateOnly(2026, 11, 2), Filed.AddDays(13)));
        Assert.False(walk.Now.IsAboutConditions());
        return walk;
    }

    private static void Answer(Walk walk, AppealOutcome outcome, DecisionTaken? changed = null) =>
        walk.Do(_ => Outcome<CaseEvent>.From(DecideAppeal.Event(Reviewer, outcome, "Looked at.", changed, Filed.AddDays(20))));

    private static void Bring(Walk walk, DateTimeOffset at, Element element = Element.Profile) => walk.Do(c => AddDocument.Of(
        c, Applicant, Document(DocumentItems.ConditionOf(element), at: at, id: $"proof-{element}-{at.Day}") with { Sha256 = $"{at.Ticks:x64}" }, at));

    private static void Decide(Walk walk, bool isFulfilled, DateTimeOffset at) => walk.Do(c =>
        DecideConditions.Check(c, Maker, isFulfilled, "Looked at.").TryGet(out var full, out var problem)
            ? Outcome<CaseEvent>.From(DecideConditions.Event(c, Maker, full, "Looked at.", new DateOnly(2027, 1, 15), "certificate-2", at))
            : problem);
}
