using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;
using static Mortanba.Flow.Tests.Recognition.CaseWorld;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>A case by its acts: what leads on, and what each stage refuses.</summary>
public sealed class CaseActsTests
{
    private static readonly DateTimeOffset Later = Filed.AddDays(20);

    public static TheoryData<CaseStage> Open => [.. Enum.GetValues<CaseStage>().Where(s => s == CaseStage.Draft || s.IsOpen())];

    [Fact]
    [Trait("Requirement", "RQ-4")]
    public void A_case_goes_from_a_draft_to_a_changed_decision()
    {
        var walk = CaseWorld.At(CaseStage.Appealed);
        walk.Do(c => TakeAppeal.Of(c, Reviewer, Later));
        var changed = DecideAppeal.Check(
            walk.Now, Reviewer, AppealOutcome.Change, "The course is there.", new DecisionDraft(RecognitionOutcome.Full, []), Findings(Difference.None), [], DecidedOn).Value!;
        walk.Do(_ => Outcome<CaseEvent>.From(DecideAppeal.Event(
            Reviewer, AppealOutcome.Change, "The course is there.", new DecisionTaken(changed, "Full.", Later, null, "certificate-2", null), Later)));

        Assert.Equal((CaseStage.Closed, RecognitionOutcome.Full), (walk.Now.Stage, walk.Now.Decision!.Decision.Outcome));
        Assert.Equal((RecognitionOutcome.Conditional, "certificate-1"), (walk.Now.Appeal!.Original.Decision.Outcome, walk.Now.Appeal.Original.Certificate));
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public void No_case_is_filed_with_a_body_that_has_not_set_its_terms()
    {
        var draft = CaseWorld.At(CaseStage.Draft);
        draft.Do(c => AddDocument.Of(c, Applicant, Document("document"), Filed));
        Assert.Equal("recognition/terms-not-set", draft.Refused(c => SubmitCase.Of(c, Applicant, Guide(c, CaseWorld.With(null)), "R-2026-00001", Filed)));
    }

    [Fact]
    [Trait("Requirement", "RQ-12")]
    public void An_exempt_award_opens_no_case()
    {
        var draft = CaseWorld.At(CaseStage.Draft, HolderKind.Bolashak);
        draft.Do(c => AddDocument.Of(c, Applicant, Document("document"), Filed));
        Assert.Equal("recognition/exempt", draft.Refused(c => SubmitCase.Of(c, Applicant, Guide(c), "R-2026-00001", Filed)));
    }

    [Fact]
    [Trait("Requirement", "RQ-5")]
    public void Everything_that_is_missing_is_asked_for_once_and_only_what_was_published()
    {
        var intake = CaseWorld.At(CaseStage.Intake);
        Assert.Equal("recognition/not-demanded", intake.Refused(c => AskForMissing.Of(c, Officer, [new("blood-group", "why")], Later)));
        Assert.Equal("recognition/nothing-missing", intake.Refused(c => AskForMissing.Of(c, Officer, [], Later)));
        Assert.Equal("recognition/no-words", intake.Refused(c => AskForMissing.Of(c, Officer, [new("translation", " ")], Later)));
        Assert.Equal("recognition/asked-twice", intake.Refused(c => AskForMissing.Of(c, Officer, [new("translation", "a"), new("translation", "b")], Later)));

        var asked = CaseWorld.At(CaseStage.Incomplete);
        Assert.Equal(["translation"], asked.Now.Missing.Select(m => m.Item));
        asked.Do(c => AddDocument.Of(c, Applicant, Document("translation", at: Filed.AddDays(3)), Filed.AddDays(3)));
        Assert.Empty(asked.Now.Missing);
        asked.Do(c => AnswerMissing.Of(c, Applicant, Filed.AddDays(3)));
        Assert.Equal("recognition/asked-once", asked.Refused(c => AskForMissing.Of(c, Officer, [new("identity", "now this")], Later)));
        asked.Do(c => AskForMissing.Of(c, Officer, [new("translation", "It cannot be read.")], Later));
        Assert.Equal(CaseStage.Incomplete, asked.Now.Stage);
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public void The_clock_runs_from_the_last_missing_item_not_from_the_day_somebody_looked()
    {
        var asked = CaseWorld.At(CaseStage.Incomplete);
        asked.Do(c => AddDocument.Of(c, Applicant, Document("translation", at: Filed.AddDays(3)), Filed.AddDays(3)));
        asked.Do(c => AddDocument.Of(c, Applicant, Document("other", at: Filed.AddDays(5)), Filed.AddDays(5)));
        asked.Do(c => AnswerMissing.Of(c, Applicant, Filed.AddDays(5)));
        Assert.Equal(Filed.AddDays(3), asked.Do(c => AcceptComplete.Of(c, Officer, Later)).CompleteAt);
        Assert.Equal(Filed, CaseWorld.At(CaseStage.Authenticity).Now.CompleteAt);
    }

    [Fact]
    [Trait("Requirement", "RQ-8")]
    public void Silence_is_no_no_and_a_no_needs_evidence()
    {
        var walk = CaseWorld.At(CaseStage.Authenticity);
        Outcome<CaseEvent> Find(RecognitionCase c, Authenticity result, params string[] evidence) =>
            FindAuthenticity.Of(c, Officer, new AuthenticityFinding(result, AuthenticityWay.Letter, evidence, ""), Later);
        Assert.Equal("recognition/no-evidence", walk.Refused(c => Find(c, Authenticity.NotConfirmed)));
        Assert.Equal("recognition/no-document", walk.Refused(c => Find(c, Authenticity.Confirmed, "letter")));
        Assert.Equal("recognition/no-result", walk.Refused(c => Find(c, Authenticity.NotAsked)));
        // A scan says nothing of itself, by whichever way; what was verified here does, by that way.
        Assert.Equal("recognition/confirmed-by-nobody", walk.Refused(c => Find(c, Authenticity.Confirmed, "document-document")));
        var signed = walk.Now with { Documents = [.. walk.Now.Documents.Select(d => d with { Receipt = d.Id == "register" ? null : "receipt" })] };
        Assert.Equal("recognition/confirmed-by-nobody", Find(signed, Authenticity.Confirmed, "document-document").Problem?.Code);
        Assert.True(FindAuthenticity.Of(
            signed, Officer, new AuthenticityFinding(Authenticity.Confirmed, AuthenticityWay.Credential, ["document-document"], ""), Later).IsDone);
        walk.Do(c => BeginWait.Of(c, Officer, "wait-1", WaitFor.Issuer, "Is it yours?", Filed.AddDays(3)));
        Assert.Equal("recognition/still-waiting", walk.Refused(c => Find(c, Authenticity.Confirmed, "register")));
        Assert.Equal("recognition/waits-already", walk.Refused(c => BeginWait.Of(c, Officer, "wait-2", WaitFor.Issuer, "And this?", Later)));
        Assert.Equal("recognition/no-wait", walk.Refused(c => EndWait.Of(c, Applicant, "wait-1", Later)));
        walk.Do(c => EndWait.Of(c, Officer, "wait-1", Later));
        Assert.Equal("recognition/no-wait", walk.Refused(c => EndWait.Of(c, Officer, "wait-1", Later)));
        Assert.Equal(CaseStage.IssuerRight, walk.Do(c => Find(c, Authenticity.NotAnswered)).Stage);
    }

    [Fact]
    [Trait("Requirement", "RQ-29")]
    public void What_is_not_authentic_is_ended_by_the_decision_maker_and_can_be_sent_back()
    {
        var walk = CaseWorld.At(CaseStage.Authenticity);
        walk.Do(c => FindAuthenticity.Of(c, Officer, new AuthenticityFinding(Authenticity.NotConfirmed, AuthenticityWay.Letter, ["register"], ""), Later));
        Assert.Equal(CaseStage.Decision, walk.Now.Stage);
        // Found out, nobody slips away before it is decided.
        Assert.Equal("recognition/forgery-open", walk.Refused(c => WithdrawCase.Of(c, Applicant, Later)));
        Assert.Equal("recognition/authenticity-open", DecideCase.Check(walk.Now, Maker, Conditional, [], "No.", DecidedOn).Problem?.Code);
        var ended = new DecisionDraft(RecognitionOutcome.NoDecision, [], NoDecision: NoDecisionReason.NotAuthentic);
        Assert.Equal("recognition/not-assigned", DecideCase.Check(walk.Now, First, ended, [], "No.", DecidedOn).Problem?.Code);
        Assert.True(DecideCase.Check(walk.Now, Maker, ended, [], "The university never gave it.", DecidedOn).IsDone);
        Assert.Equal(CaseStage.Authenticity, walk.Do(c => SendBack.Of(c, Maker, "Ask once more.", Later)).Stage);
    }

    [Fact]
    [Trait("Requirement", "RQ-29")]
    public void Whoever_found_a_document_false_does_not_decide_about_it_though_the_place_was_given_to_them_later()
    {
        var walk = CaseWorld.At(CaseStage.Authenticity);
        walk.Do(c => FindAuthenticity.Of(c, Officer, new AuthenticityFinding(Authenticity.NotConfirmed, AuthenticityWay.Letter, ["register"], ""), Later));
        walk.Do(c => AssignCase.Of(c, "another officer", null, null, Officer, Later));
        var ended = new DecisionDraft(RecognitionOutcome.NoDecision, [], NoDecision: NoDecisionReason.NotAuthentic);
        Assert.Equal("recognition/decides-own-assessment", DecideCase.Check(walk.Now, Officer, ended, [], "Never given.", DecidedOn).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "RQ-10")]
    public void Where_the_rules_open_the_short_way_while_it_is_compared_the_case_goes_to_its_decision()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        walk.Do(c => Outcome<CaseEvent>.From(new CaseRebased(Later, Officer, c.Terms! with { Route = CaseRoute.AuthenticityOnly }, "ranks were found")));
        Assert.Equal(CaseStage.Decision, walk.Now.Stage);
        Assert.True(DecideCase.Check(walk.Now, Maker, new DecisionDraft(RecognitionOutcome.Full, []), [], "Genuine.", DecidedOn).IsDone);
    }

    [Fact]
    [Trait("Requirement", "RQ-16")]
    public void A_proposal_that_lay_until_its_own_last_day_was_over_is_not_decided_as_it_is()
    {
        var walk = CaseWorld.At(CaseStage.Decision);
        Assert.True(DecideCase.Check(walk.Now, Maker, null, [], "So it is.", new DateOnly(2027, 6, 30)).IsDone);
        Assert.Equal("recognition/measure-past", DecideCase.Check(walk.Now, Maker, null, [], "So it is.", new DateOnly(2027, 7, 1)).Problem?.Code);
        var appeal = CaseWorld.At(CaseStage.Appealed);
        appeal.Do(c => TakeAppeal.Of(c, Reviewer, Later));
        Assert.Equal("recognition/measure-past", DecideAppeal.Check(
            appeal.Now, Reviewer, AppealOutcome.Change, "Milder.",
            Conditional with { Measures = [Conditional.Measures[0] with { Text = "Pass one of two courses." }] }, Findings(Difference.Substantial), [], new DateOnly(2027, 7, 1)).Problem?.Code);
    }

    [Theory]
    [InlineData("Conditional", "2027-06-29", 1, "recognition/appeal-worse")]
    [InlineData("Conditional", "2027-06-30", 1, "recognition/appeal-same")]
    [InlineData("Conditional", "2027-06-30", 2, "recognition/appeal-worse")]
    [InlineData("Conditional", "2027-12-31", 1, null)]
    [InlineData("Partial", "2027-12-31", 1, "recognition/appeal-worse")]
    [Trait("Requirement", "RQ-18")]
    public void On_appeal_the_same_outcome_comes_on_better_terms_or_not_at_all(string outcome, string until, int conditions, string? code)
    {
        var walk = CaseWorld.At(CaseStage.Appealed);
        walk.Do(c => TakeAppeal.Of(c, Reviewer, Later));
        Measure[] measures = [Conditional.Measures[0] with { Until = DateOnly.Parse(until, CultureInfo.InvariantCulture) }, new Measure(Element.Workload, "One more term.", new DateOnly(2028, 6, 30))];
        var draft = new DecisionDraft(Enum.Parse<RecognitionOutcome>(outcome), [.. measures.Take(conditions)], "The first two years");
        Assert.Equal(code, DecideAppeal.Check(walk.Now, Reviewer, AppealOutcome.Change, "So.", draft, Findings(Difference.Substantial), [], DecidedOn).Problem?.Code);
        Assert.Equal([RecognitionOutcome.Full, RecognitionOutcome.Conditional], DecideAppeal.Possible(walk.Now.Appeal!.Original.Decision));
    }

    [Theory]
    [InlineData(Authenticity.Confirmed, IssuerRight.Entitled, CaseRoute.AuthenticityOnly)]
    [InlineData(Authenticity.NotAnswered, IssuerRight.Entitled, CaseRoute.Case)]
    [InlineData(Authenticity.Confirmed, IssuerRight.NotKnown, CaseRoute.Case)]
    [Trait("Requirement", "RQ-7"), Trait("Requirement", "RQ-10"), Trait("Requirement", "RQ-30")]
    public void A_case_goes_the_short_way_until_a_finding_closes_it(Authenticity authenticity, IssuerRight right, CaseRoute way)
    {
        var walk = CaseWorld.At(CaseStage.Authenticity);
        walk.Do(c => Outcome<CaseEvent>.From(new CaseRebased(Later, Officer, c.Terms! with { Route = CaseRoute.AuthenticityOnly }, "ranks were found")));
        Assert.Equal(CaseRoute.AuthenticityOnly, walk.Now.Way);
        walk.Do(_ => Outcome<CaseEvent>.From(new AuthenticityFound(Later, Officer, new AuthenticityFinding(authenticity, AuthenticityWay.Letter, [], ""))));
        walk.Do(_ => Outcome<CaseEvent>.From(new IssuerRightFound(Later, Officer, new IssuerRightFinding(right, [], [], ""))));
        Assert.Equal((way, way), (walk.Now.Way, walk.Now.Route));
    }

    [Fact]
    [Trait("Requirement", "RQ-10")]
    public void By_the_short_way_nothing_is_compared_and_nothing_is_refused()
    {
        var walk = CaseWorld.At(CaseStage.IssuerRight);
        walk.Do(c => Outcome<CaseEvent>.From(new CaseRebased(Later, Officer, c.Terms! with { Route = CaseRoute.AuthenticityOnly }, "ranks were found")));
        walk.Do(c => FindIssuerRight.Of(c, Officer, new IssuerRightFinding(IssuerRight.Entitled, [], ["register"], ""), null, Later));
        Assert.Equal(CaseStage.Decision, walk.Now.Stage);
        Assert.Equal("recognition/short-way-is-full", DecideCase.Check(walk.Now, Maker, Conditional, [], "No.", DecidedOn).Problem?.Code);
        Assert.True(DecideCase.Check(walk.Now, Maker, new DecisionDraft(RecognitionOutcome.Full, []), [], "Genuine.", DecidedOn).IsDone);
    }

    [Fact]
    [Trait("Requirement", "RQ-14")]
    public void A_refusal_without_a_shown_difference_cannot_even_be_proposed()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        Assert.Equal("recognition/not-finished", walk.Refused(c => ProposeDecision.Of(c, First, Conditional, [], DecidedOn, Later)));
        walk.Do(c => AssessCase.Of(c, First, Findings(Difference.None), true, Later));
        var refusal = Conditional with { Outcome = RecognitionOutcome.Refusal };
        Assert.Equal("recognition/no-substantial-difference", walk.Refused(c => ProposeDecision.Of(c, First, refusal, [], DecidedOn, Later)));
        Assert.Equal("recognition/not-assigned", walk.Refused(c => AssessCase.Of(c, Maker, [], false, Later)));
        Assert.Equal("recognition/element-missing", walk.Refused(c => AssessCase.Of(c, Second, [], true, Later)));
        walk.Do(c => AssessCase.Of(c, Second, [], false, Later));
        Assert.Equal("recognition/not-finished", walk.Refused(c => ProposeDecision.Of(c, First, Conditional, [], DecidedOn, Later)));
    }

    [Fact]
    [Trait("Requirement", "RQ-21")]
    public void Deciding_otherwise_than_most_like_cases_needs_a_reason()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        walk.Do(c => AssessCase.Of(c, First, Findings(Difference.Substantial), true, Later));
        Precedent[] full = [new("R-2025-00001", RecognitionOutcome.Full), new("R-2025-00002", RecognitionOutcome.Full), new("R-2025-00003", RecognitionOutcome.Conditional)];
        Assert.Equal("recognition/deviation-without-reason", walk.Refused(c => ProposeDecision.Of(c, First, Conditional, full, DecidedOn, Later)));
        Assert.Null(walk.Refused(c => ProposeDecision.Of(c, First, Conditional with { DeviationReason = "The course was dropped in 2025." }, full, DecidedOn, Later)));
        Assert.Null(walk.Refused(c => ProposeDecision.Of(c, First, Conditional, [full[0], full[2]], DecidedOn, Later)));
    }

    [Fact]
    [Trait("Requirement", "RQ-18")]
    public void An_appeal_comes_in_time_goes_to_somebody_else_and_never_makes_it_worse()
    {
        var issued = CaseWorld.At(CaseStage.Issued);
        Assert.Equal("recognition/appeal-late", issued.Refused(c => FileAppeal.Of(c, Applicant, "No.", new DateOnly(2026, 11, 21), Later)));
        Assert.Equal("recognition/no-case", issued.Refused(c => FileAppeal.Of(c, "stranger", "No.", new DateOnly(2026, 11, 20), Later)));
        var walk = CaseWorld.At(CaseStage.Appealed);
        foreach (var one in new[] { First, Second, Maker, Applicant })
        {
            Assert.Equal("recognition/took-part", walk.Refused(c => TakeAppeal.Of(c, one, Later)));
        }

        walk.Do(c => TakeAppeal.Of(c, Reviewer, Later));
        Assert.Equal("recognition/appeal-taken", walk.Refused(c => TakeAppeal.Of(c, "another", Later)));
        var refusal = Conditional with { Outcome = RecognitionOutcome.Refusal };
        Assert.Equal(
            "recognition/appeal-worse",
            DecideAppeal.Check(walk.Now, Reviewer, AppealOutcome.Change, "Worse.", refusal, Findings(Difference.Substantial), [], DecidedOn).Problem?.Code);
        Assert.Equal("recognition/not-assigned", DecideAppeal.Check(walk.Now, "another", AppealOutcome.Uphold, "So.", null, [], [], DecidedOn).Problem?.Code);
        walk.Do(_ => Outcome<CaseEvent>.From(DecideAppeal.Event(Reviewer, AppealOutcome.Return, "Look again.", null, Later)));
        Assert.Equal((CaseStage.Evaluation, null), (walk.Now.Stage, walk.Now.Decision));
        Assert.Equal(RecognitionOutcome.Conditional, walk.Now.Appeal!.Original.Decision.Outcome);
    }

    [Theory]
    [MemberData(nameof(Open))]
    public void The_applicant_may_withdraw_at_every_stage_before_a_decision_and_nobody_else_may(CaseStage stage)
    {
        var walk = CaseWorld.At(stage);
        Assert.Equal("recognition/no-case", walk.Refused(c => WithdrawCase.Of(c, Officer, Later)));
        Assert.Equal(CaseStage.Withdrawn, walk.Do(c => WithdrawCase.Of(c, Applicant, Later)).Stage);
        Assert.Equal("recognition/other-stage", walk.Refused(c => WithdrawCase.Of(c, Applicant, Later)));
        Assert.Equal("recognition/other-stage", walk.Refused(c => AddDocument.Of(c, Applicant, Document("other"), Later)));
    }

    [Fact]
    public void Decided_cases_are_not_withdrawn_and_close_when_the_term_of_appeal_is_over()
    {
        var issued = CaseWorld.At(CaseStage.Issued);
        Assert.Equal("recognition/other-stage", issued.Refused(c => WithdrawCase.Of(c, Applicant, Later)));
        Assert.Equal("recognition/appeal-open", issued.Refused(c => EndCase.Of(c, "service", new DateOnly(2026, 11, 20), Later)));
        Assert.Equal(CaseStage.Closed, issued.Do(c => EndCase.Of(c, "service", new DateOnly(2026, 11, 21), Later)).Stage);
    }

    [Fact]
    public void A_case_keeps_its_terms_when_the_packs_change_until_a_person_puts_it_under_the_new_ones()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        var shorter = CaseWorld.With(BodyPack(days: 10));
        Assert.Equal((30, 0), (walk.Now.Terms!.LimitDays, walk.Now.Terms.FeeIndices));
        Assert.Equal("recognition/no-words", walk.Refused(c => RebaseCase.Of(c, Officer, Guide(c, shorter), " ", Later)));
        walk.Do(c => RebaseCase.Of(c, Officer, Guide(c, shorter), "The body halved its term for everybody.", Later));
        Assert.Equal(10, walk.Now.Terms!.LimitDays);
        Assert.Contains(walk.Now.Terms.Rules, r => r.StartsWith("body.recognition@2026.1#", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "RQ-19")]
    public void A_refugee_files_without_a_document_and_two_evaluators_talk_with_them()
    {
        var walk = new Walk(Described(HolderKind.Refugee));
        walk.Do(c => SubmitCase.Of(c, Applicant, Guide(c), "R-2026-00001", Filed));
        Assert.True(walk.Now.Terms!.WithoutDocuments);
        walk.Do(c => AcceptComplete.Of(c, Officer, Filed));
        walk.Do(c => AddDocument.Of(c, Officer, Document(DocumentItems.Interview, EvidenceSource.Authority), Filed));
        Assert.Equal("recognition/interview-of-two", walk.Refused(c => HoldInterview.Of(c, First, "document-interview", Filed)));
        walk.Do(c => AssignCase.Of(c, Officer, First, Second, Maker, Filed));
        Assert.Equal("document-interview", walk.Do(c => HoldInterview.Of(c, First, "document-interview", Filed)).Interview);
        // One alone asserts it: no evidence yet.
        Assert.DoesNotContain(walk.Now.Evidence, e => e.Id == "document-interview");
        Assert.Equal("recognition/interview-of-two", walk.Refused(c => ConfirmInterview.Of(c, First, Filed)));
        Assert.Equal("recognition/interview-of-two", walk.Refused(c => ConfirmInterview.Of(c, Officer, Filed)));
        walk.Do(c => ConfirmInterview.Of(c, Second, Filed));
        Assert.Contains(walk.Now.Evidence, e => e.Id == "document-interview");
        Assert.Equal("recognition/interview-confirmed", walk.Refused(c => HoldInterview.Of(c, First, "document-interview", Filed)));
        Assert.Equal("recognition/no-interview", CaseWorld.At(CaseStage.Evaluation).Refused(c => HoldInterview.Of(c, First, "x", Filed)));
    }

    [Fact]
    [Trait("Requirement", "RQ-27")]
    public void A_proposal_of_a_tool_counts_for_nothing_until_a_person_answers_it_once()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        var proposal = new Suggestion("s-1", "local/1", "document-document", 10, 8, "180 ECTS", "credits", "180", ConfirmedBy: "the tool itself");
        Assert.Equal("recognition/no-document", walk.Refused(c => Suggest.Of(c, "tool", proposal with { Document = "none" }, Later)));
        Assert.Null(walk.Do(c => Suggest.Of(c, "tool", proposal, Later)).Suggestions[0].ConfirmedBy);
        Assert.Equal("recognition/suggested", walk.Refused(c => Suggest.Of(c, "tool", proposal, Later)));
        Assert.Equal(First, walk.Do(c => AnswerSuggestion.Of(c, First, "s-1", true, Later)).Suggestions[0].ConfirmedBy);
        Assert.Equal("recognition/suggestion-answered", walk.Refused(c => AnswerSuggestion.Of(c, First, "s-1", false, Later)));
        Assert.Equal("recognition/no-suggestion", walk.Refused(c => AnswerSuggestion.Of(c, First, "s-2", true, Later)));
    }

    [Fact]
    public void Nobody_is_given_two_places_in_a_case_and_the_applicant_none()
    {
        var walk = CaseWorld.At(CaseStage.Authenticity);
        Assert.Equal("recognition/same-person", walk.Refused(c => AssignCase.Of(c, Officer, Second, null, null, Later)));
        Assert.Equal("recognition/same-person", walk.Refused(c => AssignCase.Of(c, Officer, Applicant, null, null, Later)));
        Assert.Equal("recognition/nobody", walk.Refused(c => AssignCase.Of(c, Officer, null, null, null, Later)));
        // An officer of the case saw the person.
        Assert.Equal("recognition/sees-no-person", walk.Refused(c => AssignCase.Of(c, Officer, null, Officer, null, Later)));
        Assert.Equal("recognition/sees-no-person", CaseWorld.At(CaseStage.Evaluation).Refused(c => AssignCase.Of(c, "another officer", Officer, null, null, Later)));
    }

    [Fact]
    public void A_new_decision_maker_answers_for_the_proposal_and_is_nobody_who_compared()
    {
        var walk = CaseWorld.At(CaseStage.Decision);
        Assert.Equal("recognition/decides-own-assessment", walk.Refused(c => AssignCase.Of(c, Officer, "third", null, First, Later)));
        walk.Do(c => AssignCase.Of(c, Officer, null, null, "other maker", Later));
        Assert.Equal("other maker", DecideCase.Check(walk.Now, "other maker", null, [], "So it is.", DecidedOn).Value.DecidedBy);
    }

    [Fact]
    [Trait("Requirement", "RQ-18")]
    public void Whoever_had_a_hand_in_a_case_reviews_no_appeal_though_somebody_else_has_their_place_now()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        walk.Do(c => AssessCase.Of(c, First, Findings(Difference.None), true, Later));
        walk.Do(c => AssignCase.Of(c, Officer, "third", null, null, Later));
        walk.Do(c => AssessCase.Of(c, "third", Findings(Difference.Substantial), true, Later));
        walk.Do(c => ProposeDecision.Of(c, "third", Conditional, [], DecidedOn, Later));
        walk.Do(Decided);
        Assert.Equal(["third"], walk.Now.Decision!.Decision.Assessments.Select(a => a.Evaluator));
        walk.Do(c => FileAppeal.Of(c, Applicant, "No.", new DateOnly(2026, 11, 2), Later));
        Assert.Equal("recognition/took-part", walk.Refused(c => TakeAppeal.Of(c, First, Later)));
        Assert.Equal("recognition/took-part", walk.Refused(c => TakeAppeal.Of(c, Officer, Later)));
        walk.Do(c => TakeAppeal.Of(c, Reviewer, Later));
        Assert.Null(walk.Do(c => ReleaseAppeal.Of(c, Officer, Later)).Appeal!.Reviewer);
        Assert.Null(walk.Refused(c => TakeAppeal.Of(c, "another", Later)));
    }

    [Fact]
    [Trait("Requirement", "RQ-18")]
    public void After_a_return_new_people_compare_and_the_time_of_the_appeal_is_nobodys_delay()
    {
        var walk = CaseWorld.At(CaseStage.Appealed);
        walk.Do(c => TakeAppeal.Of(c, Reviewer, Later));
        walk.Do(_ => Outcome<CaseEvent>.From(DecideAppeal.Event(Reviewer, AppealOutcome.Return, "Look again.", null, Later)));
        var clock = new CaseClock(new WorkingCalendar(CaseWorld.Rules));
        var used = clock.Read(Filed, [], 30, Filed.AddDays(6)).Value.Used;
        Assert.Equal(used, walk.Now.Clock(clock, Later)!.Value.Value.Used);
        Assert.Equal("recognition/took-part", walk.Refused(c => AssignCase.Of(c, Officer, Reviewer, null, null, Later)));
        walk.Do(c => AssignCase.Of(c, Officer, "third", "fourth", null, Later));
        walk.Do(c => AssessCase.Of(c, "third", Findings(Difference.None), true, Later));
        walk.Do(c => ProposeDecision.Of(c, "third", new DecisionDraft(RecognitionOutcome.Full, []), [], DecidedOn, Later));
        walk.Do(Decided);
        Assert.Equal(RecognitionOutcome.Full, walk.Now.Decision!.Decision.Outcome);
        walk.Do(c => FileAppeal.Of(c, Applicant, "Once more.", new DateOnly(2026, 11, 2), Later));
        Assert.Equal((1, "recognition/took-part"), (walk.Now.PastAppeals.Count, walk.Refused(c => TakeAppeal.Of(c, Reviewer, Later))));
    }

    [Fact]
    [Trait("Requirement", "RQ-8")]
    public void A_late_answer_replaces_what_was_found_and_voids_what_was_proposed_on_it()
    {
        var walk = CaseWorld.At(CaseStage.Decision);
        var forged = new AuthenticityFinding(Authenticity.NotConfirmed, AuthenticityWay.Letter, ["register"], "");
        Assert.Equal("recognition/decides-own-assessment", walk.Refused(c => FindAuthenticity.Of(c, Maker, forged, Later)));
        Assert.Equal(
            "recognition/forgery-needs-own-evidence", walk.Refused(c => FindAuthenticity.Of(c, Officer, forged with { Evidence = ["document-document"] }, Later)));
        walk.Do(c => FindAuthenticity.Of(c, Officer, forged, Later));
        Assert.Equal((CaseStage.Decision, null), (walk.Now.Stage, walk.Now.Proposal));
        walk.Do(c => FindAuthenticity.Of(c, Officer, forged with { Result = Authenticity.Confirmed }, Later));
        Assert.Equal(CaseStage.Evaluation, walk.Now.Stage);
        Assert.Equal(
            "recognition/nobody-asked",
            CaseWorld.At(CaseStage.Authenticity).Refused(c => FindAuthenticity.Of(c, Officer, new AuthenticityFinding(Authenticity.NotAnswered, AuthenticityWay.Letter, [], ""), Later)));
    }

    [Theory]
    [Trait("Requirement", "RQ-9")]
    [Trait("Requirement", "RQ-10")]
    [InlineData(IssuerRight.NotEntitled)]
    [InlineData(IssuerRight.NotKnown)]
    public void The_short_way_is_only_for_what_was_awarded_by_right(IssuerRight right)
    {
        var walk = CaseWorld.At(CaseStage.IssuerRight);
        walk.Do(c => Outcome<CaseEvent>.From(new CaseRebased(Later, Officer, c.Terms! with { Route = CaseRoute.AuthenticityOnly }, "ranks were found")));
        walk.Do(c => FindIssuerRight.Of(c, Officer, new IssuerRightFinding(right, [], ["register"], ""), null, Later));
        Assert.Equal((CaseStage.Evaluation, CaseRoute.Case), (walk.Now.Stage, walk.Now.Route));
    }

    [Fact]
    [Trait("Requirement", "RQ-14")]
    public void What_the_applicant_brought_does_not_become_evidence_of_the_body()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        var copy = walk.Now.Document("document-document")! with { Id = "copy", Item = DocumentItems.RegisterExtract, Source = EvidenceSource.Authority };
        Assert.Equal("recognition/document-of-other-side", walk.Refused(c => AddDocument.Of(c, Officer, copy, Later)));
        var onPaper = Document("translation");
        Assert.Equal("recognition/no-case", walk.Refused(c => AddDocument.Of(c, Officer, onPaper, Later)));
        Assert.Equal(EvidenceSource.Applicant, walk.Do(c => AddDocument.Of(c, Officer, onPaper, Later, forApplicant: true)).Documents[^1].Source);
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public void The_law_is_asked_about_this_case_and_ranks_stand_in_an_edition()
    {
        var draft = CaseWorld.At(CaseStage.Draft);
        draft.Do(c => AddDocument.Of(c, Applicant, Document("document"), Filed));
        RecognitionGuide Asked(AwardQuestion question) => RecognitionGuide.For(CaseWorld.Rules, question, new DateOnly(2026, 10, 20)).Value;
        var own = draft.Now.Ask();
        foreach (var other in new[]
        {
            own with { Countries = ["FR"] }, own with { Purpose = RecognitionPurpose.Title }, own with { Awarded = own.Awarded.AddDays(1) },
            own with { Rankings = [new RankingPosition(RankingSystem.Qs, 1)] },
        })
        {
            Assert.Equal("recognition/other-question", draft.Refused(c => SubmitCase.Of(c, Applicant, Asked(other), "R-2026-00001", Filed)));
        }

        Assert.Null(draft.Refused(c => SubmitCase.Of(
            c, Applicant, Asked(own with { Rankings = [new RankingPosition(RankingSystem.Qs, 1, "2026", new DateOnly(2026, 6, 1))] }), "R-2026-00001", Filed)));
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public void Nothing_gets_worse_for_the_applicant_by_new_rules()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        walk.Do(c => RebaseCase.Of(c, Officer, Guide(c, CaseWorld.With(BodyPack(days: 90))), "The body made its term longer.", Later));
        Assert.Equal(30, walk.Now.Terms!.LimitDays);
        var slower = CaseWorld.With(BodyPack(days: 90).Replace("appealFileWorkingDays: 20, appealDecideWorkingDays: 15", "appealFileWorkingDays: 10, appealDecideWorkingDays: 40", StringComparison.Ordinal));
        var bound = walk.Now with { Terms = walk.Now.Terms with { LimitMonthsMax = 4 } };
        var rebased = bound.With(RebaseCase.Of(bound, Officer, Guide(bound, slower), "The body made its terms longer.", Later).Value).Terms!;
        Assert.Equal((30, 4, 20, 15), (rebased.LimitDays, rebased.LimitMonthsMax, rebased.AppealDays, rebased.AppealDecideDays));
        Assert.Contains(walk.Now.Remarks, r => r.IsForApplicant && r.Text.Contains("longer", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "RQ-5")]
    public void What_does_not_come_is_not_asked_for_again_and_the_clock_runs_from_that_answer()
    {
        var asked = CaseWorld.At(CaseStage.Incomplete);
        Assert.Equal("recognition/still-waiting", asked.Refused(c => AcceptComplete.Of(c, Officer, Later)));
        asked.Do(c => AnswerMissing.Of(c, Applicant, Filed.AddDays(9)));
        Assert.Equal("recognition/asked-already", asked.Refused(c => AskForMissing.Of(c, Officer, [new("translation", "Once more.")], Later)));
        Assert.Equal(Filed.AddDays(9), asked.Do(c => AcceptComplete.Of(c, Officer, Later)).CompleteAt);
    }

    [Fact]
    public void Somebody_who_acts_for_a_holder_brings_the_proof()
    {
        var walk = CaseWorld.At(CaseStage.Intake, by: Agent);
        Assert.Equal("recognition/no-proof", walk.Refused(c => AcceptComplete.Of(c, Officer, Later)));
        walk.Do(c => AddDocument.Of(c, Officer, Document("power-of-attorney"), Later, forApplicant: true));
        Assert.Equal(CaseStage.Authenticity, walk.Do(c => AcceptComplete.Of(c, Officer, Later)).Stage);
    }

    [Fact]
    [Trait("Requirement", "RQ-29")]
    public void An_end_as_not_authentic_can_be_appealed_and_comes_back_to_be_asked_after()
    {
        var walk = CaseWorld.At(CaseStage.Authenticity);
        walk.Do(c => FindAuthenticity.Of(c, Officer, new AuthenticityFinding(Authenticity.NotConfirmed, AuthenticityWay.Letter, ["register"], ""), Later));
        var ended = DecideCase.Check(walk.Now, Maker, new DecisionDraft(RecognitionOutcome.NoDecision, [], NoDecision: NoDecisionReason.NotAuthentic), [], "Never given.", DecidedOn).Value;
        walk.Do(_ => Outcome<CaseEvent>.From(DecideCase.Event(Maker, ended, "Never given.", new DateOnly(2026, 12, 20), null, null, Later)));
        Assert.Equal(CaseStage.NotAuthentic, walk.Now.Stage);
        walk.Do(c => FileAppeal.Of(c, Applicant, "Ask the archive.", new DateOnly(2026, 12, 1), Later));
        walk.Do(c => TakeAppeal.Of(c, Reviewer, Later));
        walk.Do(_ => Outcome<CaseEvent>.From(DecideAppeal.Event(Reviewer, AppealOutcome.Return, "Ask the archive.", null, Later)));
        Assert.Equal(CaseStage.Authenticity, walk.Now.Stage);
    }

    [Fact]
    public void What_the_applicant_wrote_of_the_qualification_is_set_right_with_a_reason_they_read()
    {
        var walk = CaseWorld.At(CaseStage.IssuerRight);
        var right = Bachelor with { Institutions = [new AwardingInstitution("University of Somewhere", "DE", "de-somewhere")] };
        Assert.Equal("recognition/no-words", walk.Refused(c => Correct(c, right, "")));
        Assert.Equal("recognition/award-before-birth", walk.Refused(c => Correct(c, right with { Awarded = new DateOnly(1999, 12, 31) }, "It stands so.")));
        walk.Do(c => Correct(c, right, "Found in the register."));
        Assert.Equal(("de-somewhere", true), (walk.Now.Qualification.Institutions[0].Id, walk.Now.Remarks[^1].IsForApplicant));
    }

    [Fact]
    [Trait("Requirement", "RQ-9")]
    public void The_right_is_shown_by_the_register_or_by_the_body_and_not_by_words()
    {
        var walk = CaseWorld.At(CaseStage.IssuerRight);
        Outcome<CaseEvent> Find(RegisterWords? register, IssuerRight result, params string[] entries) => FindIssuerRight.Of(
            walk.Now, Officer, new IssuerRightFinding(result, entries, [], ""), register, Later);
        Assert.Equal("recognition/no-evidence", Find(null, IssuerRight.Entitled).Problem?.Code);
        Assert.Equal("recognition/register-alone", Find(null, IssuerRight.Entitled, "x").Problem?.Code);
        var says = new RegisterWords(Entitlement.Entitled, new Dictionary<string, string> { ["entry-1"] = "Register of the state, 2020 – open" });
        Assert.Equal("recognition/register-alone", Find(says, IssuerRight.Entitled, "x").Problem?.Code);
        Assert.Equal("recognition/register-alone", Find(says, IssuerRight.NotEntitled, "entry-1").Problem?.Code);
        // One of two institutions is in the register: that speaks for itself alone.
        Assert.Equal("recognition/register-alone", Find(says with { Standing = Entitlement.NotKnown }, IssuerRight.Entitled, "entry-1").Problem?.Code);
        Assert.Equal(["Register of the state, 2020 – open"], ((IssuerRightFound)Find(says, IssuerRight.Entitled, "entry-1").Value).Finding.Entries);
        Assert.Equal("recognition/register-alone", FindIssuerRight.Of(
            walk.Now, Officer, new IssuerRightFinding(IssuerRight.Entitled, [], ["document-document"], ""), null, Later).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "RQ-10")]
    public void Once_set_right_a_case_leaves_the_short_way_of_another_institution_until_a_person_puts_it_under_its_law()
    {
        var walk = CaseWorld.At(CaseStage.Authenticity);
        RankingPosition[] high = [.. Enum.GetValues<RankingSystem>().Select(s => new RankingPosition(s, 10, "2026", new DateOnly(2026, 6, 1)))];
        var ranked = Bachelor with { Institutions = [new AwardingInstitution("University of Somewhere", "DE", "de-ranked")] };
        walk.Do(c => Correct(c, ranked, "In the register.", high));
        Assert.True(walk.Now.IsLawOther);
        walk.Do(c => RebaseCase.Of(c, Officer, RecognitionGuide.For(CaseWorld.Rules, c.Ask(high), c.Terms!.LawOf()).Value, "So it is.", Later));
        Assert.Equal((false, CaseRoute.AuthenticityOnly), (walk.Now.IsLawOther, walk.Now.Terms!.Route));

        walk.Do(c => Correct(c, Bachelor, "Another of that name."));
        walk.Do(c => FindAuthenticity.Of(c, Officer, new AuthenticityFinding(Authenticity.Confirmed, AuthenticityWay.Letter, ["register"], ""), Later));
        walk.Do(c => FindIssuerRight.Of(c, Officer, new IssuerRightFinding(IssuerRight.Entitled, [], ["register"], ""), null, Later));
        Assert.Equal(CaseStage.Evaluation, walk.Now.Stage);
        walk.Do(c => AssessCase.Of(c, First, Findings(Difference.Substantial), true, Later));
        Assert.Equal("recognition/other-question", walk.Refused(c => ProposeDecision.Of(c, First, Conditional, [], DecidedOn, Later)));
        // Of another subject nothing is asked of the law: it neither opens nor ends what was found.
        walk.Do(c => Correct(c, Bachelor with { Title = "Bachelor of Engineering" }, "It stands so."));
        Assert.True(walk.Now.IsLawOther);
        walk.Do(c => RebaseCase.Of(c, Officer, Guide(c), "Nothing is ranked.", Later));
        Assert.Equal((CaseStage.Evaluation, CaseRoute.Case), (walk.Now.Stage, walk.Now.Terms!.Route));
        Assert.Null(walk.Refused(c => ProposeDecision.Of(c, First, Conditional, [], DecidedOn, Later)));
    }

    [Theory]
    [Trait("Requirement", "RQ-1")]
    [InlineData("1999-09-30", true)]
    [InlineData("1999-10-02", false)]
    public void A_day_before_a_treaty_bound_leaves_it(string awarded, bool isOther)
    {
        var walk = new Walk(Described(what: Bachelor with { Institutions = [new AwardingInstitution("University of Elsewhere", "RU")], Awarded = new DateOnly(2020, 6, 30) }));
        walk.Do(c => AddDocument.Of(c, Applicant, Document("document"), Filed));
        walk.Do(c => SubmitCase.Of(c, Applicant, Guide(c), "R-2026-00001", Filed));
        Assert.NotEmpty(walk.Now.Terms!.Treaties);
        var old = walk.Now with { Holder = walk.Now.Holder with { Born = new DateOnly(1970, 1, 1) } };
        Assert.Equal(isOther, ((QualificationCorrected)Correct(old, old.Qualification with { Awarded = DateOnly.ParseExact(awarded, "yyyy-MM-dd") }, "It stands so.").Value).IsLawOther);
    }

    [Theory]
    [Trait("Requirement", "RQ-9")]
    [InlineData("title", CaseStage.Evaluation)]
    [InlineData("institution", CaseStage.IssuerRight)]
    [InlineData("awarded", CaseStage.IssuerRight)]
    [InlineData("level", CaseStage.IssuerRight)]
    [InlineData("credits", CaseStage.Evaluation)]
    public void The_right_of_another_institution_or_of_another_day_or_level_is_looked_up_anew(string what, CaseStage stage)
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        var right = what switch
        {
            "title" => Bachelor with { Title = "Bachelor of Engineering" },
            "institution" => Bachelor with { Institutions = [new AwardingInstitution("University of Somewhere", "DE", "de-somewhere")] },
            "level" => Bachelor with { Isced = 7 },
            "credits" => Bachelor with { Credits = 240 },
            _ => Bachelor with { Awarded = Bachelor.Awarded.AddDays(-1) },
        };
        walk.Do(c => Correct(c, right, "It stands so on the document."));
        Assert.Equal((stage, stage == CaseStage.IssuerRight), (walk.Now.Stage, walk.Now.IssuerRight is null));
    }

    [Fact]
    [Trait("Requirement", "RQ-13")]
    public void Whoever_compared_another_subject_or_workload_looks_again_before_it_counts()
    {
        var walk = CaseWorld.At(CaseStage.Evaluation);
        walk.Do(c => AssessCase.Of(c, First, Findings(Difference.Substantial), true, Later));
        foreach (var (wrong, code) in new[]
        {
            (Bachelor with { Isced = 9 }, "recognition/no-level"), (Bachelor with { Field = "06<3" }, "recognition/no-field"),
            (Bachelor with { Credits = 0 }, "recognition/no-credits"), (Bachelor with { Years = 21 }, "recognition/no-years"),
        })
        {
            Assert.Equal(code, walk.Refused(c => Correct(c, wrong, "It stands so.")));
        }

        walk.Do(c => Correct(c, Bachelor with { Title = "Bachelor of Engineering" }, "It stands so."));
        Assert.True(Assert.Single(walk.Now.CountedAssessments).IsFinished);
        walk.Do(c => Correct(c, Bachelor with { Field = "0715", Credits = 240 }, "It stands so."));
        Assert.Equal(("0715", 240m, 5), (walk.Now.Qualification.Field, walk.Now.Qualification.Credits, Assert.Single(walk.Now.CountedAssessments).Assessment.Findings.Count));
        Assert.Equal("recognition/not-finished", walk.Refused(c => ProposeDecision.Of(c, First, Conditional, [], DecidedOn, Later)));
        walk.Do(c => AssessCase.Of(c, First, Findings(Difference.Substantial), true, Later));
        Assert.Null(walk.Refused(c => ProposeDecision.Of(c, First, Conditional, [], DecidedOn, Later)));
    }

    [Theory]
    [InlineData("2999-01-01", "recognition/award-in-future")]
    [InlineData("1999-12-31", "recognition/award-before-birth")]
    public void An_award_that_cannot_be_is_refused(string awarded, string code) =>
        Assert.Equal(code, DescribeCase.Of(
            null, Applicant, new Holder("Aigerim Samplekyzy", new DateOnly(2000, 1, 1)), HolderKind.Graduate, RecognitionPurpose.Title,
            Bachelor with { Awarded = DateOnly.ParseExact(awarded, "yyyy-MM-dd") }, null, new DateOnly(2026, 10, 20), Filed).Problem?.Code);

    [Fact]
    [Trait("Requirement", "RQ-1")]
    public void The_same_events_and_packs_give_the_same_case_and_terms_byte_for_byte()
    {
        var walk = CaseWorld.At(CaseStage.Appealed);
        var stored = walk.Events.Select(CaseRecord.Write).ToList();
        var again = RecognitionCase.Of("case-1", stored.Select(s => CaseRecord.Read(s)));
        Assert.Equal(CaseRecord.Canonical(walk.Now), CaseRecord.Canonical(again));
        var terms = CaseTerms.Of(Guide(again, CaseWorld.With(BodyPack()))).Value;
        Assert.Equal((again.Terms!.Basis, string.Join('\n', again.Terms.Rules)), (terms.Basis, string.Join('\n', terms.Rules)));
        Assert.Equal(stored, stored.Select(s => CaseRecord.Write(CaseRecord.Read(s))));
    }
}
