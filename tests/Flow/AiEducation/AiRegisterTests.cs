using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>The register of AI systems by its acts alone: what is allowed, and what each single fault keeps from being allowed.</summary>
public sealed class AiRegisterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly Resolved<AiRegisterRules> Rules = RuleBook.Load(RuleBook.DefaultFolder).Value.Resolve(RuleKeys.AiRegister, Today).Value;

    private static readonly SystemDescription Whole = new(
        "Tutor (invented)", LocalizedText.Same("Reading tutor"), "Owner (invented)", "https://owner.example/contact", LocalizedText.Same("Answers of learners"),
        true, "https://owner.example/agreement", "17 of 1 September 2026")
    {
        Objection = "https://owner.example/objections",
    };

    private static readonly VendorAnswers Clean = new(Answer.No, "", ["KZ"], Answer.Yes, Answer.No, Answer.No);
    private static readonly EducationalValue Better = new("A printed reader", "Quicker reading", ["https://study.example"])
    {
        Proportionality = "Answers alone, for a lesson",
        Subsidiarity = "Cards were tried",
        Necessity = "Reading aloud needs a listener",
    };

    private static readonly Allowed ForTutoring = new([AiPurpose.Tutoring], 13, 17, Today.AddMonths(10), IsPilot: false);

    /// <summary>Each changes one thing of a system that could be approved, and names the one fault that follows.</summary>
    public static TheoryData<string, string> Faults => new()
    {
        { "no purpose said", "ai/blank" },
        { "no owner said", "ai/blank" },
        { "no contact said", "ai/blank" },
        { "no way to object said", "ai/blank" },
        { "not classed", "ai/not-classed" },
        { "a function is not answered", "ai/function-not-answered" },
        { "nobody can cancel", "ai/high-autonomy" },
        { "cancelling was not tried", "ai/cancel-not-tested" },
        { "high impact without assessment", "ai/impact-not-assessed" },
        { "high impact not weighed", "ai/not-weighed" },
        { "high impact without ethics", "ai/ethics-not-reviewed" },
        { "vendor silent", "ai/vendor-silent" },
        { "trains on learners", "ai/trains-on-learners" },
        { "stored abroad", "ai/stored-abroad" },
        { "nothing is deleted", "ai/no-deletion" },
        { "advertising", "ai/advertising" },
        { "profiles", "ai/profiles" },
        { "value not shown", "ai/value-not-shown" },
        { "no purpose allowed", "ai/no-purpose" },
        { "a pilot without schools", "ai/pilot-schools" },
        { "schools without a pilot", "ai/pilot-schools" },
        { "ages the wrong way round", "ai/ages" },
        { "too young for a generative system", "ai/too-young" },
        { "younger than the vendor's terms", "ai/younger-than-terms" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    [Trait("Requirement", "AI-1")]
    [Trait("Requirement", "AI-3")]
    [Trait("Requirement", "AI-4")]
    [Trait("Requirement", "AI-6")]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-31")]
    public void One_fault_alone_keeps_a_system_from_being_approved_and_is_named(string change, string code)
    {
        var (system, allowed) = Spoilt(change);
        Assert.Equal([code], Admission.Faults(system, allowed, Rules.Value).Select(f => f.Code));
        Assert.Equal(code, Approve(system, allowed).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    [Trait("Requirement", "AI-11")]
    public void A_system_of_which_everything_is_shown_is_approved_for_ages_purposes_and_until_a_day()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        Assert.Equal(AiSystemState.InUse, used.State);
        Assert.Equal(Today.AddMonths(12), used.ReviewBy);
        Assert.Equal(ForTutoring, used.Approval!.Allowed);
        Assert.Equal("ai/end-date", Approve(Ready(), ForTutoring with { Until = Today.AddMonths(Rules.Value.ApprovalMonths).AddDays(1) }).Problem?.Code);
        Assert.Equal("ai/end-date", Approve(Ready(), ForTutoring with { Until = Today.AddDays(-1) }).Problem?.Code);
    }

    [Theory]
    [Trait("Requirement", "AI-2")]
    [Trait("Requirement", "AI-5")]
    [InlineData("subliminal")]
    [InlineData("vulnerability")]
    [InlineData("social-scoring")]
    [InlineData("unlawful-data")]
    [InlineData("biometric-sorting")]
    [InlineData("emotion")]
    [InlineData("banned-output")]
    public void Whatever_calls_itself_minimal_risk_is_prohibited_by_one_forbidden_function(string function)
    {
        var found = Class(Answer.No) with { Functions = new Dictionary<string, Answer>(Class(Answer.No).Functions) { [function] = Answer.Yes } };
        var system = Do(Ready(), ClassifySystem.Of(Ready(), "coordinator", found, Rules, Today, Now));
        Assert.Equal(AiRisk.Minimal, system.Class!.Classification.Risk);
        Assert.Equal(AiSystemState.Prohibited, system.State);
        Assert.Equal("ai/other-state", Approve(system, ForTutoring).Problem?.Code);

        // And what is in use is taken out of use by the same answer.
        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        Assert.Equal(AiSystemState.Prohibited, Do(used, ClassifySystem.Of(used, "coordinator", found, Rules, Today, Now)).State);
    }

    [Theory]
    [Trait("Requirement", "AI-3")]
    [InlineData(0, null)]
    [InlineData(1, "ai/tested-later")]
    public void Cancelling_was_tried_today_at_the_latest(int daysLater, string? code) => Assert.Equal(
        code, ClassifySystem.Of(Ready(), "coordinator", Class(Answer.No) with { CancelTested = Today.AddDays(daysLater) }, Rules, Today, Now).Problem?.Code);

    [Fact]
    [Trait("Requirement", "AI-1")]
    public void Nobody_decides_about_their_own_proposal_or_assessment()
    {
        foreach (var hand in (string[])["proposer", "coordinator"])
        {
            Assert.Equal("ai/own-work", ApproveSystem.Of(Ready(), hand, ForTutoring, "Good.", Rules, Today, Now).Problem?.Code);
            Assert.Equal("ai/own-work", ReviewEthics.Of(Ready(), hand, EthicsOutcome.Favourable, "Good.", Now).Problem?.Code);
            Assert.Equal("ai/own-work", RejectSystem.Of(Ready(), hand, "Bad.", Now).Problem?.Code);
        }

        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        Assert.Equal("ai/own-work", ReviewSystem.Of(used, "coordinator", "Looked at.", Rules, Today, Now).Problem?.Code);

        // Whoever reviewed the ethics does not approve, too.
        var reviewed = Do(HighImpact(), Favourable(HighImpact()));
        Assert.Equal("ai/own-work", ApproveSystem.Of(reviewed, "ethics", ForTutoring, "Good.", Rules, Today, Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-4")]
    public void A_review_of_ethics_is_of_what_it_saw()
    {
        var reviewed = Do(HighImpact(), ReviewEthics.Of(HighImpact(), "ethics", EthicsOutcome.Favourable, "Good.", Now));
        Assert.Empty(Admission.Faults(reviewed, ForTutoring, Rules.Value));
        var changed = Do(reviewed, DescribeSystem.Of(reviewed, "proposer", Whole with { Data = LocalizedText.Same("Faces") }, Now));
        Assert.Equal(["ai/ethics-not-reviewed"], Admission.Faults(changed, ForTutoring, Rules.Value).Select(f => f.Code));

        var back = Do(HighImpact(), ReviewEthics.Of(HighImpact(), "ethics", EthicsOutcome.SentBack, "Say who oversees it.", Now));
        Assert.Equal(AiSystemState.SentBack, back.State);
        Assert.Equal("ai/other-state", Approve(back, ForTutoring).Problem?.Code);
        Assert.Equal(AiSystemState.Proposed, Do(back, AssessImpact.Of(back, "proposer", new("Rights", "Risks", "The teacher"), Now)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-4")]
    public void What_changed_in_use_goes_on_and_is_approved_again_only_after_a_new_review_of_ethics()
    {
        var reviewed = Do(HighImpact(), Favourable(HighImpact()));
        var pilot = Do(reviewed, Approve(reviewed, ForTutoring with { IsPilot = true, Schools = [SchoolTrial.Place] }));
        Assert.Equal("ai/other-state", Favourable(pilot).Problem?.Code);
        var changed = Do(pilot, DescribeSystem.Of(pilot, "proposer", Whole with { Data = LocalizedText.Same("Voices") }, Now));
        Assert.True(changed.IsAllowed);
        Assert.Null(SuspendSystem.Due(changed, Rules.Value, Today, Now));
        Assert.Equal("ai/ethics-not-reviewed", Approve(changed, ForTutoring).Problem?.Code);
        var suspended = Do(changed, SuspendSystem.Of(changed, "ministry", SuspensionCause.Incident, "A leak.", Now));
        Assert.Equal("ai/ethics-not-reviewed", ReinstateSystem.Of(suspended, "board", "Mended.", Rules.Value, Today, Now).Problem?.Code);
        Assert.Equal("ai/suspend-first", ReviewEthics.Of(changed, "ethics", EthicsOutcome.SentBack, "Say more.", Now).Problem?.Code);
        var again = Do(changed, Favourable(changed));
        Assert.Equal(AiSystemState.InUse, Do(again, Approve(again, ForTutoring)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    [Trait("Requirement", "AI-31")]
    public void An_offer_stays_its_vendors_until_somebody_proposes_it()
    {
        var offered = AiSystem.Of("system-1", [OfferSystem.Of("vendor", Whole, Clean, Now).Value]);
        Assert.Equal("ai/other-state", NameVendor.Of(offered, "coordinator", "another", Now).Problem?.Code);
        Assert.Equal("ai/other-state", DescribeSystem.Of(offered, "coordinator", Whole with { Name = "Taken" }, Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-7")]
    public void A_review_that_does_not_come_suspends_after_the_days_of_grace_and_not_before()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring with { Until = Today.AddMonths(24) }));
        var reviewBy = Today.AddMonths(12);
        Assert.Null(SuspendSystem.Due(used, Rules.Value, reviewBy.AddDays(30), Now));
        var due = Assert.IsType<SystemSuspended>(SuspendSystem.Due(used, Rules.Value, reviewBy.AddDays(31), Now));
        Assert.Equal(SuspensionCause.ReviewOverdue, due.Cause);

        var late = reviewBy.AddDays(40);
        var suspended = used.With(due);
        Assert.Equal("ai/still-due", ReinstateSystem.Of(suspended, "board", "Again.", Rules.Value, late, Now).Problem?.Code);
        var reviewed = Do(suspended, ReviewSystem.Of(suspended, "reviewer", "Looked at.", Rules, late, Now));
        Assert.Equal(AiSystemState.Suspended, reviewed.State);
        Assert.Equal(AiSystemState.InUse, Do(reviewed, ReinstateSystem.Of(reviewed, "board", "Reviewed.", Rules.Value, late, Now)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-7")]
    public void What_stands_suspended_for_something_else_is_reviewed_too_before_it_comes_back()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring with { Until = Today.AddMonths(24) }));
        var suspended = Do(used, SuspendSystem.Of(used, "ministry", SuspensionCause.Incident, "A leak.", Now));
        var late = Today.AddMonths(12).AddDays(31);
        Assert.Equal("ai/still-due", ReinstateSystem.Of(suspended, "board", "Mended.", Rules.Value, late, Now).Problem?.Code);
        var reviewed = Do(suspended, ReviewSystem.Of(suspended, "reviewer", "Looked at.", Rules, late, Now));
        Assert.Equal(AiSystemState.InUse, Do(reviewed, ReinstateSystem.Of(reviewed, "board", "Mended.", Rules.Value, late, Now)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-7")]
    [Trait("Requirement", "AI-11")]
    public void What_is_in_use_is_approved_anew_before_its_last_day_by_somebody_who_had_no_hand_in_it()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        var day = ForTutoring.Until;
        var longer = ForTutoring with { Until = day.AddMonths(12) };
        Assert.Equal("ai/own-work", ApproveSystem.Of(used, "coordinator", longer, "Good.", Rules, day, Now).Problem?.Code);
        var renewed = Do(used, ApproveSystem.Of(used, "board", longer, "Still better than paper.", Rules, day, Now));
        Assert.Equal((AiSystemState.InUse, day.AddMonths(12)), (renewed.State, renewed.ReviewBy));
        Assert.Equal(used.FirstAllowedAt, renewed.FirstAllowedAt);
        Assert.Null(SuspendSystem.Due(renewed, Rules.Value, day.AddDays(1), Now));
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    public void What_makes_texts_is_not_said_to_make_none_while_it_is_in_use()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        var none = Whole with { IsGenerative = false };
        Assert.Equal("ai/suspend-first", DescribeSystem.Of(used, "proposer", none, Now).Problem?.Code);
        Assert.True(DescribeSystem.Of(used, "proposer", Whole with { Owner = "Another owner (invented)" }, Now).IsDone);

        // Suspended it may be said; then it does not come back as it was approved.
        var suspended = Do(used, SuspendSystem.Of(used, "ministry", SuspensionCause.Incident, "A leak.", Now));
        var changed = Do(suspended, DescribeSystem.Of(suspended, "proposer", none, Now));
        Assert.Equal("ai/approve-anew", ReinstateSystem.Of(changed, "board", "Mended.", Rules.Value, Today, Now).Problem?.Code);
        Assert.False(Do(changed, Approve(changed, ForTutoring)).IsLessSinceApproval);

        // An event from before this was refused is read, and stops what it talked down.
        var before = used.With(new SystemDescribed(Now, "proposer", none));
        Assert.Equal("ai/approve-anew", Assert.IsType<SystemSuspended>(SuspendSystem.Due(before, Rules.Value, Today, Now)).Reason);
    }

    [Fact]
    [Trait("Requirement", "AI-4")]
    public void A_high_impact_is_not_taken_back_in_use_and_the_board_says_that_it_is_none_any_more()
    {
        var reviewed = Do(HighImpact(), Favourable(HighImpact()));
        var used = Do(reviewed, Approve(reviewed, ForTutoring));
        foreach (var less in (Classification[])[Class(Answer.No), Class(Answer.Yes) with { Functions = Class(Answer.NotAnswered).Functions }])
        {
            Assert.Equal("ai/suspend-first", ClassifySystem.Of(used, "coordinator", less, Rules, Today, Now).Problem?.Code);
        }

        Assert.True(ClassifySystem.Of(used, "coordinator", Class(Answer.Yes) with { Risk = AiRisk.High }, Rules, Today, Now).IsDone);
        var suspended = Do(used, SuspendSystem.Of(used, "ministry", SuspensionCause.Incident, "A leak.", Now));
        var lower = Do(suspended, ClassifySystem.Of(suspended, "coordinator", Class(Answer.No), Rules, Today, Now));
        Assert.Equal("ai/approve-anew", ReinstateSystem.Of(lower, "board", "Mended.", Rules.Value, Today, Now).Problem?.Code);
        Assert.Equal("ai/ethics-not-reviewed", Approve(lower, ForTutoring).Problem?.Code);
        var agreed = Do(lower, Favourable(lower));
        Assert.Equal(AiSystemState.InUse, Do(agreed, Approve(agreed, ForTutoring)).State);

        // An event from before this was refused: the board had the higher class before it.
        var before = used.With(new SystemClassified(Now, "coordinator", Class(Answer.No), [], false, "rule"));
        Assert.Equal("ai/ethics-not-reviewed", Approve(before, ForTutoring).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-7")]
    public void An_approval_ends_on_its_day_and_so_does_what_would_no_longer_be_admitted()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        Assert.Null(SuspendSystem.Due(used, Rules.Value, ForTutoring.Until, Now));
        Assert.Equal(SuspensionCause.ApprovalEnded, ((SystemSuspended)SuspendSystem.Due(used, Rules.Value, ForTutoring.Until.AddDays(1), Now)!).Cause);

        var abroad = Do(used, AnswerAsVendor.Of(used, "vendor", Clean with { StoredIn = ["KZ", "US"] }, Now));
        Assert.Equal(AiSystemState.InUse, abroad.State);
        var due = (SystemSuspended)SuspendSystem.Due(abroad, Rules.Value, Today, Now)!;
        Assert.Equal((SuspensionCause.NoLongerMet, "ai/stored-abroad"), (due.Cause, due.Reason));
    }

    [Fact]
    [Trait("Requirement", "AI-8")]
    public void One_act_suspends_and_only_what_is_in_use()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        var suspended = Do(used, SuspendSystem.Of(used, "ministry", SuspensionCause.Incident, "A leak of data.", Now));
        Assert.False(suspended.IsAllowed);
        Assert.Equal("ai/other-state", SuspendSystem.Of(suspended, "ministry", SuspensionCause.Incident, "Again.", Now).Problem?.Code);
        Assert.Equal("ai/no-words", SuspendSystem.Of(used, "ministry", SuspensionCause.Incident, " ", Now).Problem?.Code);
        Assert.Equal(AiSystemState.Prohibited, Do(used, SuspendSystem.Of(used, "ministry", SuspensionCause.ForbiddenFunction, "Reads emotions.", Now)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-2")]
    [Trait("Requirement", "AI-8")]
    public void A_prohibition_is_lifted_by_a_new_class_alone_and_then_everybody_is_asked_anew()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        var prohibited = Do(used, SuspendSystem.Of(used, "ministry", SuspensionCause.ForbiddenFunction, "Reads emotions.", Now));
        Assert.Equal(AiSystemState.Prohibited, Do(prohibited, DescribeSystem.Of(prohibited, "proposer", Whole, Now)).State);
        Assert.Equal(AiSystemState.Prohibited, Do(prohibited, AnswerAsVendor.Of(prohibited, "vendor", Clean, Now)).State);
        Assert.Equal("ai/other-state", ReinstateSystem.Of(prohibited, "board", "Again.", Rules.Value, Today, Now).Problem?.Code);
        Assert.Equal(AiSystemState.Proposed, Do(prohibited, ClassifySystem.Of(prohibited, "coordinator", Class(Answer.No), Rules, Today, Now)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-31")]
    public void A_vendor_answers_once_and_neither_proposes_nor_decides()
    {
        var offered = AiSystem.Of("system-1", [OfferSystem.Of("vendor", Whole, Clean with { StoredIn = ["kz"] }, Now).Value]);
        Assert.Equal(AiSystemState.Offered, offered.State);
        Assert.Equal(["KZ"], offered.Vendor!.StoredIn);
        Assert.Equal("ai/other-state", ClassifySystem.Of(offered, "coordinator", Class(Answer.No), Rules, Today, Now).Problem?.Code);
        Assert.Equal("ai/vendor-is-self", ProposeSystem.Of(offered, "vendor", Whole, Now).Problem?.Code);
        var proposed = Do(offered, ProposeSystem.Of(offered, "proposer", Whole, Now));
        Assert.Equal((AiSystemState.Proposed, "proposer"), (proposed.State, proposed.ProposedBy));
        Assert.Equal(["KZ"], proposed.Vendor!.StoredIn);
        Assert.Equal("ai/not-vendor", AnswerAsVendor.Of(proposed, "proposer", Clean, Now).Problem?.Code);
        Assert.Equal("ai/own-work", ApproveSystem.Of(Ready(), "vendor", ForTutoring, "Good.", Rules, Today, Now).Problem?.Code);
        Assert.Equal("ai/vendor-is-self", NameVendor.Of(proposed, "proposer", "proposer", Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public void Numbers_of_persons_do_not_come_into_the_public_register()
    {
        Assert.Equal("ai/personal-data-public", ProposeSystem.Of("proposer", Whole with { Owner = "A. B., 061211600012" }, Now).Problem?.Code);
        Assert.Equal("ai/personal-data-public", RejectSystem.Of(Ready(), "board", "Ask +7 701 234 56 78.", Now).Problem?.Code);
        Assert.True(ProposeSystem.Of("proposer", Whole with { Contact = "+7 7172 00 00 00" }, Now).IsDone);
        Assert.Equal("ai/not-withheld", ProposeSystem.Of("proposer", Whole with { Withheld = [new Withheld("purpose", "Secret")] }, Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-4")]
    public void A_suspended_system_with_high_impact_that_changed_comes_back_by_way_of_the_ethics_board()
    {
        var reviewed = Do(HighImpact(), Favourable(HighImpact()));
        var used = Do(reviewed, Approve(reviewed, ForTutoring));
        var suspended = Do(used, SuspendSystem.Of(used, "ministry", SuspensionCause.Incident, "A leak.", Now));
        var changed = Do(suspended, DescribeSystem.Of(suspended, "proposer", Whole, Now));
        Assert.Equal("ai/still-due", ReinstateSystem.Of(changed, "board", "Again.", Rules.Value, Today, Now).Problem?.Code);
        var again = Do(changed, Favourable(changed));
        Assert.Equal(AiSystemState.InUse, Do(again, ReinstateSystem.Of(again, "board", "Mended.", Rules.Value, Today, Now)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-31")]
    public void What_was_used_ends_with_a_certificate_of_deletion()
    {
        var used = Do(Ready(), Approve(Ready(), ForTutoring));
        Assert.Equal("ai/no-deletion-certificate", EndSystem.Of(used, "coordinator", "Contract over.", " ", Now).Problem?.Code);
        var ended = Do(used, EndSystem.Of(used, "coordinator", "Contract over.", "Letter 5 of 1 June 2027", Now));
        Assert.Equal(AiSystemState.Ended, ended.State);
        Assert.Equal("ai/other-state", DescribeSystem.Of(ended, "proposer", Whole, Now).Problem?.Code);
        Assert.Equal(AiSystemState.Ended, Do(Ready(), EndSystem.Of(Ready(), "coordinator", "Never used.", null, Now)).State);
    }

    private static Classification Class(Answer highImpact) => new(
        AiRisk.Minimal, AiAutonomy.Low, AiMode.Closed,
        Rules.Value.Forbidden.Select(f => (f.Id, Answer.No)).Concat(Rules.Value.HighImpact.Select(f => (f.Id, highImpact))).ToDictionary(f => f.Id, f => f.Item2));

    private static AiSystem Ready() => With(Whole, Class(Answer.No));

    private static AiSystem HighImpact() => With(Whole, Class(Answer.Yes));

    private static AiSystem With(
        SystemDescription description, Classification? found, VendorAnswers? vendor = null, bool isSilent = false, bool isAssessed = true, bool isShown = true)
    {
        var system = AiSystem.Of("system-1", [ProposeSystem.Of("proposer", description, Now).Value]);
        system = isSilent ? system : Do(system, NameVendor.Of(system, "proposer", "vendor", Now));
        system = isSilent ? system : Do(system, AnswerAsVendor.Of(system, "vendor", vendor ?? Clean, Now));
        system = found is null ? system : Do(system, ClassifySystem.Of(system, "coordinator", found, Rules, Today, Now));
        system = !isAssessed ? system : Do(system, AssessImpact.Of(system, "coordinator", new("Rights", "Risks", "The teacher, before anything is kept"), Now));
        return !isShown ? system : Do(system, ShowValue.Of(system, "proposer", Better, Now));
    }

    private static (AiSystem System, Allowed Allowed) Spoilt(string change) => change switch
    {
        "no purpose said" => (With(Whole with { Purpose = null }, Class(Answer.No)), ForTutoring),
        "no owner said" => (With(Whole with { Owner = null }, Class(Answer.No)), ForTutoring),
        "no contact said" => (With(Whole with { Contact = null }, Class(Answer.No)), ForTutoring),
        "no way to object said" => (With(Whole with { Objection = null }, Class(Answer.No)), ForTutoring),
        "not classed" => (With(Whole, null), ForTutoring),
        "a function is not answered" => (With(Whole, Class(Answer.No) with { Functions = Class(Answer.No).Functions.Where(f => f.Key != "emotion").ToDictionary() }), ForTutoring),
        "nobody can cancel" => (With(Whole, Class(Answer.No) with { Autonomy = AiAutonomy.High }), ForTutoring),
        "cancelling was not tried" => (With(Whole, Class(Answer.No) with { Autonomy = AiAutonomy.Medium }), ForTutoring),
        "high impact without assessment" => (
            Do(With(Whole, Class(Answer.Yes), isAssessed: false), ReviewEthics.Of(With(Whole, Class(Answer.Yes), isAssessed: false), "ethics", EthicsOutcome.Favourable, "Good.", Now)), ForTutoring),
        "high impact not weighed" => (Do(HalfWeighed(), Favourable(HalfWeighed())), ForTutoring),
        "high impact without ethics" => (HighImpact(), ForTutoring),
        "vendor silent" => (With(Whole, Class(Answer.No), isSilent: true), ForTutoring),
        "trains on learners" => (With(Whole, Class(Answer.No), Clean with { TrainsOnLearners = Answer.Yes }), ForTutoring),
        "stored abroad" => (With(Whole, Class(Answer.No), Clean with { StoredIn = ["KZ", "US"] }), ForTutoring),
        "nothing is deleted" => (With(Whole, Class(Answer.No), Clean with { DeletesAtEnd = Answer.NotAnswered }), ForTutoring),
        "advertising" => (With(Whole, Class(Answer.No), Clean with { ShowsAdvertising = Answer.Yes }), ForTutoring),
        "profiles" => (With(Whole, Class(Answer.No), Clean with { Profiles = Answer.NotAnswered }), ForTutoring),
        "value not shown" => (With(Whole, Class(Answer.No), isShown: false), ForTutoring),
        "no purpose allowed" => (Ready(), ForTutoring with { Purposes = [] }),
        "a pilot without schools" => (Ready(), ForTutoring with { IsPilot = true }),
        "schools without a pilot" => (Ready(), ForTutoring with { Schools = [SchoolTrial.Place] }),
        "ages the wrong way round" => (Ready(), ForTutoring with { AgeTo = 12 }),
        "too young for a generative system" => (Ready(), ForTutoring with { AgeFrom = 12 }),
        "younger than the vendor's terms" => (With(Whole, Class(Answer.No), Clean with { AgeFrom = 14 }), ForTutoring),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "No such change."),
    };

    private static AiSystem HalfWeighed() => Do(HighImpact(), ShowValue.Of(HighImpact(), "proposer", Better with { Necessity = null }, Now));

    private static Outcome<AiSystemEvent> Favourable(AiSystem system) => ReviewEthics.Of(system, "ethics", EthicsOutcome.Favourable, "Good.", Now);

    private static Outcome<AiSystemEvent> Approve(AiSystem system, Allowed allowed) =>
        ApproveSystem.Of(system, "board", allowed, "Shown to be better than paper.", Rules, Today, Now);

    private static AiSystem Do(AiSystem now, Outcome<AiSystemEvent> happened) => now.With(happened.Value);
}
