using System.Globalization;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;
using static Mortanba.Flow.Tests.AiEducation.SchoolTrial;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Who may use an AI system, for what, on which day: what each single reason against it does, and that each counts at once.</summary>
public sealed class UseOfAiTests
{
    private static readonly AiNotice Notices = Book.Resolve(RuleKeys.AiNotice, Today).Value.Value;
    private static readonly UseNotice Notice = UseNotice.Of(Tutor, Tool, Notices);
    private static readonly DateOnly Fourteen = new(2012, 3, 4);
    private static readonly ConsentFor Whom = new("p-1", "Learner (invented)", Fourteen, ["parent"]);

    /// <summary>Each changes one thing of a use that is allowed, and names the one reason against it.</summary>
    public static TheoryData<string, string> Reasons => new()
    {
        { "suspended everywhere", "ai-school/system-suspended" },
        { "only proposed", "ai-school/system-not-allowed" },
        { "approval over", "ai-school/approval-ended" },
        { "not approved for this", "ai-school/purpose-not-approved" },
        { "approved for older ones", "ai-school/age-not-approved" },
        { "not of the school", "ai-school/not-of-school" },
        { "over at the school", "ai-school/tool-ended" },
        { "for teachers only", "ai-school/role" },
        { "not for this at the school", "ai-school/purpose" },
        { "for older ones at the school", "ai-school/age" },
        { "against the regulation", "ai-school/purpose-by-regulation" },
        { "too young by the regulation", "ai-school/too-young" },
        { "alone", "ai-school/supervised-only" },
        { "no consent", "ai-school/no-consent" },
        { "consent for something else", "ai-school/no-consent" },
        { "consent withdrawn", "ai-school/consent-withdrawn" },
        { "consent to other data", "ai-school/consent-other" },
        { "consent to another operator", "ai-school/consent-other" },
        { "consent over", "ai-school/consent-ended" },
        { "switched off", "ai-school/switched-off" },
        { "all switched off", "ai-school/switched-off" },
        { "refused", "ai-school/refused" },
        { "all refused", "ai-school/refused" },
        { "notice not read", "ai-school/notice-not-read" },
        { "other notice read", "ai-school/notice-not-read" },
        { "birthday not known", "ai-school/age-unknown" },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    [Trait("Requirement", "AI-8")]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-11")]
    [Trait("Requirement", "AI-12")]
    [Trait("Requirement", "AI-30")]
    public void One_reason_alone_keeps_a_learner_from_using_a_system_and_is_named(string change, string code)
    {
        var (asked, grounds) = Spoilt(change);
        var answer = UseOfAi.MayUse(asked, grounds);
        Assert.Equal([code], answer.Against.Select(p => p.Code));
        Assert.Equal(code, answer.First.Problem?.Code);
        Assert.False(answer.IsAllowed);
    }

    [Fact]
    [Trait("Requirement", "AI-11")]
    public void With_everything_in_place_it_is_allowed_and_all_reasons_are_given_when_many_stand_against_it()
    {
        var allowed = UseOfAi.MayUse(Asked(), Grounds());
        Assert.True(allowed.IsAllowed);
        Assert.True(allowed is { NeedsConsent: true, NeedsSupervision: true });

        var many = UseOfAi.MayUse(Asked() with { IsSupervised = false }, Grounds() with { Consents = [], Learner = null });
        Assert.Equal(["ai-school/supervised-only", "ai-school/no-consent", "ai-school/notice-not-read"], many.Against.Select(p => p.Code));
    }

    [Fact]
    [Trait("Requirement", "AI-11")]
    public void A_teacher_is_asked_for_role_and_purpose_alone()
    {
        var teacher = new AiUser("p-2", ToolRole.Teacher);
        Assert.True(UseOfAi.MayUse(Asked() with { Who = teacher, IsSupervised = false }, Grounds() with { Consents = [], Learner = null }).IsAllowed);
        Assert.Equal(
            ["ai-school/role"],
            UseOfAi.MayUse(Asked() with { Who = new AiUser("p-3", ToolRole.Administration) }, Grounds()).Against.Select(p => p.Code));
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-11")]
    public void Of_nobody_in_particular_consent_and_notice_are_conditions_and_age_school_and_register_are_reasons()
    {
        var nobody = Grounds() with { Consents = [], Learner = null, Class = null };
        UseAnswer Of(int age, ToolRole role = ToolRole.Learner, bool isSupervised = true, AiPurpose purpose = AiPurpose.Tutoring) =>
            UseOfAi.MayAnybody(role, age, Tutor, purpose, isSupervised, Today, nobody);
        Assert.True(Of(14) is { IsAllowed: true, NeedsConsent: true, NeedsSupervision: true });
        Assert.Equal(["ai-school/supervised-only"], Of(14, isSupervised: false).Against.Select(p => p.Code));
        Assert.Contains("ai-school/too-young", Of(12).Against.Select(p => p.Code));
        Assert.Equal(["ai-school/age-not-approved", "ai-school/age"], Of(18).Against.Select(p => p.Code));
        Assert.Equal(["ai-school/purpose"], Of(0, ToolRole.Teacher, purpose: AiPurpose.Creation).Against.Select(p => p.Code));
        Assert.Equal(["ai-school/role"], Of(0, ToolRole.Administration).Against.Select(p => p.Code));
        Assert.True(Of(0, ToolRole.Teacher) is { IsAllowed: true, NeedsConsent: false, NeedsSupervision: false });
    }

    /// <summary>Each changes one thing of a work that may be read, and names the one reason against it.</summary>
    public static TheoryData<string, string?> ReasonsAgainstReading => new()
    {
        { "nothing", null },
        { "of age, without consent", null },
        { "suspended everywhere", "ai-school/system-suspended" },
        { "approval over", "ai-school/approval-ended" },
        { "approved anew without help with assessment", "ai-school/purpose-not-approved" },
        { "approved anew for older ones", "ai-school/age-not-approved" },
        { "not of the school", "ai-school/not-of-school" },
        { "over at the school", "ai-school/tool-ended" },
        { "for learners only", "ai-school/role" },
        { "not for this at the school", "ai-school/purpose" },
        { "no consent", "ai-school/no-consent" },
        { "consent for something else", "ai-school/no-consent" },
        { "consent over", "ai-school/consent-ended" },
        { "consent withdrawn", "ai-school/consent-withdrawn" },
        { "switched off", "ai-school/switched-off" },
        { "all switched off", "ai-school/switched-off" },
        { "refused", "ai-school/refused" },
        { "notice not read", "ai-school/notice-not-read" },
        { "other notice read", "ai-school/notice-not-read" },
        { "birthday not known", "ai-school/age-unknown" },
    };

    [Theory]
    [MemberData(nameof(ReasonsAgainstReading))]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-11")]
    [Trait("Requirement", "AI-12")]
    [Trait("Requirement", "AI-30")]
    public void What_a_learner_wrote_is_read_by_a_tool_of_the_teacher_only_while_nothing_protects_the_learner_from_it(string change, string? code)
    {
        // Only teachers use it: parents, learner and class are asked all the same.
        var grounds = Grounds() with { Tool = Reader, Consents = [ToRead()] };
        var asked = Asked() with { System = ApprovedFor(ForReading), Purpose = AiPurpose.AssessmentAid };
        (asked, grounds) = change switch
        {
            "nothing" => (asked, grounds),
            "of age, without consent" => (asked with { Who = asked.Who with { Born = Today.AddYears(-18) } }, grounds with { Consents = [] }),
            "suspended everywhere" => (asked with { System = asked.System with { State = AiSystemState.Suspended } }, grounds),
            "approval over" => (asked with { System = ApprovedFor(a => ForReading(a) with { Until = Today.AddDays(-1) }) }, grounds),
            "approved anew without help with assessment" => (asked with { System = ApprovedFor(a => ForReading(a) with { Purposes = [AiPurpose.Tutoring] }) }, grounds),
            "approved anew for older ones" => (asked with { System = ApprovedFor(a => ForReading(a) with { AgeFrom = 15 }) }, grounds),
            "not of the school" => (asked, grounds with { Tool = null }),
            "over at the school" => (asked, grounds with { Tool = Reader with { Until = Today.AddDays(-1) } }),
            "for learners only" => (asked, grounds with { Tool = Reader with { Roles = [ToolRole.Learner] } }),
            "not for this at the school" => (asked, grounds with { Tool = Reader with { Purposes = [AiPurpose.Tutoring] } }),
            "no consent" => (asked, grounds with { Consents = [] }),
            "consent for something else" => (asked, grounds with { Consents = Grounds().Consents }),
            "consent over" => (asked with { Day = Today.AddDays(1) }, grounds),
            "consent withdrawn" => (asked, grounds with { Consents = [ToRead().With(new ConsentWithdrawn(Now, "parent"))] }),
            "switched off" => (asked, grounds with { Class = Off("system-1") }),
            "all switched off" => (asked, grounds with { Class = Off(null) }),
            "refused" => (asked, grounds with { Learner = Refused("system-1") }),
            "notice not read" => (asked, grounds with { Learner = null }),
            "other notice read" => (asked, grounds with { Notice = Notice with { WithoutAi = "Another way." } }),
            "birthday not known" => (asked with { Who = asked.Who with { Born = null } }, grounds),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "No such change."),
        };
        Assert.Equal(code is null ? [] : [code], UseOfAi.MayRead(asked, grounds).Against.Select(p => p.Code));
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    public void To_a_tool_that_reads_nothing_of_learners_nobody_is_asked() => Assert.Equal(
        "ai-school/not-of-school",
        GiveConsent.Elements(Whom, "School", Place, Tutor, Reader with { Purposes = [AiPurpose.Tutoring] }, InForce(), "KZ", Today).Problem?.Code);

    [Theory]
    [Trait("Requirement", "AI-9")]
    [InlineData("2013-11-24", 12)]
    [InlineData("2013-11-23", 13)]
    [InlineData("2008-11-24", 17)]
    [InlineData("2008-11-23", 18)]
    public void Thirteen_and_eighteen_begin_on_the_birthday(string born, int age)
    {
        var day = DateOnly.Parse(born, CultureInfo.InvariantCulture);
        Assert.Equal(age, Age.On(day, Today));
        var forAll = Tutor with { Approval = Tutor.Approval! with { Allowed = Approved with { AgeFrom = 0, AgeTo = null } } };
        var answer = UseOfAi.MayUse(
            Asked() with { Who = new AiUser("p-1", ToolRole.Learner, day, "8A"), System = forAll, IsSupervised = false },
            Grounds() with { Tool = Tool with { AgeFrom = 0, AgeTo = null }, Consents = [] });
        string[] expected = age < 13 ? ["ai-school/too-young", "ai-school/supervised-only", "ai-school/no-consent"]
            : age < 18 ? ["ai-school/supervised-only", "ai-school/no-consent"]
            : [];
        Assert.Equal(expected, answer.Against.Select(p => p.Code));
    }

    [Theory]
    [Trait("Requirement", "AI-9")]
    [InlineData("2008-11-24", true)]
    [InlineData("2008-11-23", false)]
    [InlineData("2008-02-29", false)]
    [InlineData(null, true)]
    public void Parents_speak_for_a_learner_until_the_birthday_of_majority(string? born, bool isRepresented)
    {
        var learner = new SchoolPerson(
            "p-1", Place, SchoolPersonKind.Learner, "11A", [], 11, "kk", "", false, null, ["parent"],
            new PersonWords("Learner (invented)", born is null ? null : DateOnly.Parse(born, CultureInfo.InvariantCulture)), Now, null);
        Assert.Equal(isRepresented, learner.IsRepresentedOn(Today, Register.Value.ConsentUntilAge));
    }

    [Theory]
    [Trait("Requirement", "AI-9")]
    [InlineData("2012-02-29", "2025-02-28", 12)]
    [InlineData("2012-02-29", "2025-03-01", 13)]
    [InlineData("2012-02-29", "2028-02-28", 15)]
    [InlineData("2012-02-29", "2028-02-29", 16)]
    [InlineData("2008-02-29", "2026-02-28", 17)]
    [InlineData("2008-02-29", "2026-03-01", 18)]
    [InlineData("2012-02-28", "2025-02-28", 13)]
    [InlineData("2012-03-01", "2025-02-28", 12)]
    public void Who_was_born_on_29_February_is_a_year_older_on_1_March_of_a_common_year(string born, string day, int age) =>
        Assert.Equal(age, Age.On(
            DateOnly.Parse(born, CultureInfo.InvariantCulture),
            DateOnly.Parse(day, CultureInfo.InvariantCulture)));

    [Fact]
    [Trait("Requirement", "AI-9")]
    public void A_parent_withdraws_in_the_middle_and_the_next_question_is_answered_no()
    {
        var given = ParentalConsent.Of("consent-1", [Give().Value]);
        Assert.True(UseOfAi.MayUse(Asked(), Grounds() with { Consents = [given] }).IsAllowed);
        Assert.Equal("ai-school/not-guardian", WithdrawConsent.Of(given, "neighbour", Whom.Guardians, false, Now).Problem?.Code);

        var withdrawn = given.With(WithdrawConsent.Of(given, "parent", Whom.Guardians, false, Now).Value);
        Assert.Equal("ai-school/consent-withdrawn", UseOfAi.MayUse(Asked(), Grounds() with { Consents = [withdrawn] }).First.Problem?.Code);
        Assert.Equal("ai-school/is-withdrawn", WithdrawConsent.Of(withdrawn, "parent", Whom.Guardians, false, Now).Problem?.Code);

        // A new one counts again, whatever became of the old one.
        var again = ParentalConsent.Of("consent-2", [Give().Value]);
        Assert.True(UseOfAi.MayUse(Asked(), Grounds() with { Consents = [withdrawn, again] }).IsAllowed);
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "X-7")]
    public void A_consent_has_its_eight_elements_and_is_given_by_a_parent_for_offered_purposes_and_term()
    {
        var offered = Offered();
        Assert.Equal(("School (invented)", Place, "Learner (invented)"), (offered.Operator, offered.OperatorBin, offered.Subject));
        Assert.Equal((Tool.Until, "Owner (invented)", false), (offered.Until, offered.ToThirdParties, offered.IsPublished));
        Assert.Equal(("Answers of learners", "Tutor (invented)"), (offered.Data.En, offered.SystemName));
        Assert.Empty(offered.AcrossBorder);
        Assert.Equal([AiPurpose.Tutoring], offered.Purposes);
        Assert.Equal(Today.AddMonths(2), Offered(InForce((RegulationItems.ConsentMonths, "2"))).Until);

        Assert.Equal("ai-school/not-guardian", Give(by: "neighbour").Problem?.Code);
        Assert.Equal("ai-school/consent-term", Give(until: offered.Until.AddDays(1)).Problem?.Code);
        Assert.Equal("ai-school/consent-term", Give(until: Today.AddDays(-1)).Problem?.Code);
        Assert.Equal("ai-school/consent-purposes", Give(purposes: []).Problem?.Code);
        Assert.Equal("ai-school/consent-purposes", Give(purposes: [AiPurpose.Creation]).Problem?.Code);
        Assert.Equal("ai-school/of-age", Give(whom: Whom with { Born = Today.AddYears(-18) }).Problem?.Code);
        Assert.True(Give(whom: Whom with { Born = Today.AddYears(-18).AddDays(1) }).IsDone);

        // Whoever has no account signs on paper; the school records which.
        Assert.Equal("ai/no-words", Give(by: "coordinator", paper: " ").Problem?.Code);
        var paper = Assert.IsType<ConsentGiven>(Give(by: "coordinator", paper: "No 12 of 1 September 2026").Value);
        Assert.Equal((ConsentChannel.Paper, "coordinator"), (paper.Channel, paper.By));
    }

    [Fact]
    [Trait("Requirement", "AI-11")]
    public void A_school_allows_less_than_the_approval_and_its_regulation_never_more()
    {
        Assert.Equal("ai-school/no-regulation", Allow(Tool, new RegulationInForce(Template.Value, null)).Problem?.Code);
        Assert.Equal("ai-school/until", Allow(Tool with { Until = Approved.Until.AddDays(1) }).Problem?.Code);
        Assert.Equal("ai-school/until", Allow(Tool with { Until = Today.AddDays(-1) }).Problem?.Code);
        Assert.Equal("ai-school/purpose-not-approved", Allow(Tool with { Purposes = [AiPurpose.Translation] }).Problem?.Code);
        Assert.Equal("ai-school/age-not-approved", Allow(Tool with { AgeFrom = 12 }).Problem?.Code);
        Assert.Equal("ai-school/age-not-approved", Allow(Tool with { AgeTo = null }).Problem?.Code);
        Assert.Equal("ai-school/age-not-approved", Allow(Tool with { AgeFrom = 16, AgeTo = 15 }).Problem?.Code);
        Assert.Equal("ai-school/nobody", Allow(Tool with { Roles = [] }).Problem?.Code);
        Assert.Equal("ai-school/no-way-without", Allow(Tool with { WithoutAi = " " }).Problem?.Code);
        Assert.Equal("ai-school/purpose-by-regulation", Allow(Tool, InForce((RegulationItems.LearnerPurposes, "translation"))).Problem?.Code);
        Assert.Equal("ai-school/system-suspended", Allow(Tool, system: Tutor with { State = AiSystemState.Suspended }).Problem?.Code);

        var tools = SchoolTools.Of("tools-1", [Allow(Tool).Value, Allow(Tool with { AgeFrom = 15 }).Value]);
        Assert.Equal(15, tools.Allowed["system-1"].AgeFrom);
        Assert.Empty(tools.With(EndTool.Of(tools, "coordinator", "system-1", "Not needed.", Now).Value).Allowed);
        Assert.Equal("ai-school/not-of-school", EndTool.Of(tools, "coordinator", "system-2", "Not needed.", Now).Problem?.Code);
        Assert.True(Allow(Tool with { Roles = [ToolRole.Teacher], WithoutAi = "", AgeFrom = 0, AgeTo = null }).IsDone);
    }

    [Fact]
    [Trait("Requirement", "AI-30")]
    public void The_teacher_switches_off_for_the_class_and_alone_puts_it_back()
    {
        var off = ClassAi.Of("class-1", [SwitchOffAi.Of(null, Place, "8A", "teacher", null, Now).Value]);
        Assert.True(off.IsOff("system-1"));
        Assert.Equal("ai-school/is-off", SwitchOffAi.Of(off, Place, "8A", "teacher", null, Now).Problem?.Code);

        // A second teacher's switch holds for itself.
        var both = off.With(SwitchOffAi.Of(off, Place, "8A", "colleague", "system-1", Now).Value);
        Assert.Equal("ai-school/not-your-switch", SwitchOnAi.Of(both, "head", "teacher", null, isGone: false, Now).Problem?.Code);
        var one = both.With(SwitchOnAi.Of(both, "teacher", "teacher", null, isGone: false, Now).Value);
        Assert.True(one.IsOff("system-1"));
        Assert.False(one.IsOff("system-2"));
        Assert.False(one.With(SwitchOnAi.Of(one, "head", "colleague", "system-1", isGone: true, Now).Value).IsOff("system-1"));
        Assert.Equal("ai-school/is-on", SwitchOnAi.Of(one, "teacher", "teacher", null, isGone: false, Now).Problem?.Code);

        // What indicators get names neither teacher nor class.
        var fact = Assert.Single(SchoolStreams.Class.Facts(off, SwitchOffAi.Of(null, Place, "8A", "teacher", null, Now).Value));
        Assert.Equal("tool.switched-off", fact.Type);
        Assert.Null(fact.Subject);
        Assert.Empty(fact.Values);
    }

    [Fact]
    [Trait("Requirement", "AI-12")]
    public void A_notice_says_what_it_is_its_limits_the_agreement_and_the_way_without_and_is_read_anew_when_it_changes()
    {
        Assert.Equal(("Tutor (invented)", "https://owner.example/agreement", Tool.WithoutAi), (Notice.Name, Notice.Agreement, Notice.WithoutAi));
        Assert.Equal(Notices.Limits.Count + Notices.GenerativeLimits.Count, Notice.Limits.Count);

        var changed = UseNotice.Of(
            Tutor with { Description = Tutor.Description with { Agreement = "https://owner.example/agreement-2" } }, Tool, Notices);
        Assert.NotEqual(Notice.Edition, changed.Edition);
        Assert.Equal("ai-school/notice-changed", ReadNotice.Of(null, "p-1", "learner", changed, Notice.Edition, Now).Problem?.Code);
        Assert.True(ReadNotice.Of(null, "p-1", "learner", changed, changed.Edition, Now).IsDone);
    }

    [Fact]
    [Trait("Requirement", "AI-12")]
    public void A_learner_refuses_and_takes_it_back()
    {
        var refused = LearnerAi.Of("learner-1", [RefuseAi.Of(null, "p-1", "learner", null, Now).Value]);
        Assert.True(refused.Refuses("system-1"));
        Assert.Equal("ai-school/is-refused", RefuseAi.Of(refused, "p-1", "learner", null, Now).Problem?.Code);
        Assert.Equal("ai-school/not-refused", RefuseAi.TakeBack(refused, "learner", "system-1", Now).Problem?.Code);
        Assert.False(refused.With(RefuseAi.TakeBack(refused, "learner", null, Now).Value).Refuses("system-1"));
    }

    // Used by teachers alone, to help with assessment.
    private static AllowedTool Reader => Tool with { Roles = [ToolRole.Teacher], Purposes = [AiPurpose.AssessmentAid], WithoutAi = "" };

    private static Allowed ForReading(Allowed approved) => approved with { Purposes = [AiPurpose.AssessmentAid], AgeTo = 19 };

    private static ParentalConsent ToRead() => ParentalConsent.Of(
        "consent-1", [GiveConsent.Of(
            Whom, "parent", "system-1", GiveConsent.Elements(Whom, "School", Place, Tutor, Reader, InForce(), "KZ", Today).Value, Today,
            [AiPurpose.AssessmentAid], null, 18, Today, Now).Value]);

    private static UseAsked Asked() => new(new AiUser("p-1", ToolRole.Learner, Fourteen, "8A"), Tutor, AiPurpose.Tutoring, true, Today);

    private static UseGrounds Grounds() => new(
        Register.Value, InForce(), Tool, null, LearnerAi.Of("learner-1", [ReadNotice.Of(null, "p-1", "learner", Notice, Notice.Edition, Now).Value]),
        [ParentalConsent.Of("consent-1", [Give().Value])], Notice);

    [Fact]
    [Trait("Requirement", "AI-11")]
    public void A_pilot_is_for_the_schools_it_names_alone()
    {
        var pilot = ApprovedFor(a => a with { IsPilot = true, Schools = [Place] }) with { State = AiSystemState.Pilot };
        var other = Bin.Parse("940540002029");
        Assert.True(Allow(Tool, system: pilot).IsDone);
        Assert.Equal((true, false), (pilot.IsAllowedAt(Place), pilot.IsAllowedAt(other)));
        Assert.Equal(
            "ai-school/not-of-pilot", GiveConsent.Elements(Whom, "School", other, pilot, Tool, InForce(), "KZ", Today).Problem?.Code);
        Assert.Equal("ai-school/not-of-pilot", AllowTool.Of(null, other, "coordinator", pilot, Tool, InForce(), Today, Now).Problem?.Code);

        var asked = Asked() with { System = pilot };
        Assert.True(UseOfAi.MayUse(asked, Grounds() with { School = Place }).IsAllowed);
        foreach (var school in (Bin?[])[other, null])
        {
            Assert.Equal(["ai-school/not-of-pilot"], UseOfAi.MayUse(asked, Grounds() with { School = school }).Against.Select(p => p.Code));
            Assert.Contains(UseOfAi.MayRead(asked, Grounds() with { School = school }).Against, p => p.Code == "ai-school/not-of-pilot");
        }
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    public void A_consent_ends_by_an_event_after_its_last_day_and_the_parents_are_told_once_before()
    {
        var given = ParentalConsent.Of("consent-1", [Give().Value]);
        var last = given.Given.Elements.Until;
        var days = Register.Value.ConsentReminderDays;
        Assert.Equal(30, days);

        Assert.Equal("ai-school/consent-holds", RemindOfConsent.Of(given, Today, days, last.AddDays(-days - 1), Now).Problem?.Code);
        var told = given.With(RemindOfConsent.Of(given, Today, days, last.AddDays(-days), Now).Value);
        Assert.Equal("ai-school/consent-holds", RemindOfConsent.Of(told, Today, days, last, Now).Problem?.Code);
        Assert.Equal("ai-school/consent-holds", RemindOfConsent.Of(given, last.AddDays(-days), days, last, Now).Problem?.Code);
        Assert.Equal("near", SchoolStreams.Consent.Summary(told).State);
        Assert.Empty(SchoolStreams.Consent.Facts(told, told.Reminded!));
        Assert.True(told.HoldsOn(last));

        Assert.Equal("ai-school/consent-holds", ExpireConsent.Of(told, last, Now).Problem?.Code);
        var over = told.With(ExpireConsent.Of(told, last.AddDays(1), Now).Value);
        Assert.Equal(("consent.expired", "expired"), (Assert.Single(SchoolStreams.Consent.Facts(over, over.Expired!)).Type, SchoolStreams.Consent.Summary(over).State));
        Assert.Equal("ai-school/consent-over", ExpireConsent.Of(over, last.AddDays(1), Now).Problem?.Code);
        Assert.Equal("ai-school/consent-over", WithdrawConsent.Of(over, "parent", Whom.Guardians, false, Now).Problem?.Code);
        Assert.Equal("ai-school/consent-over", RemindOfConsent.Of(over, Today, days, last, Now).Problem?.Code);
        Assert.Equal("ai-school/consent-ended", UseOfAi.MayUse(Asked(), Grounds() with { Consents = [over] }).First.Problem?.Code);

        // What was withdrawn does not end a second time.
        var withdrawn = given.With(WithdrawConsent.Of(given, "parent", Whom.Guardians, false, Now).Value);
        Assert.Equal("ai-school/consent-over", ExpireConsent.Of(withdrawn, last.AddDays(1), Now).Problem?.Code);
        Assert.Throws<InvalidDataException>(() => withdrawn.With(new ConsentExpired(Now, AiSystem.Program)));
    }

    private static ConsentElements Offered(RegulationInForce? regulation = null) =>
        GiveConsent.Elements(Whom, "School (invented)", Place, Tutor, Tool, regulation ?? InForce(), Register.Value.DataIn, Today).Value;

    private static Outcome<ParentalConsentEvent> Give(
        ConsentFor? whom = null, string by = "parent", DateOnly? until = null, IReadOnlyList<AiPurpose>? purposes = null, string? paper = null) =>
        GiveConsent.Of(
            whom ?? Whom, by, "system-1", Offered(), until ?? Today.AddMonths(3), purposes ?? [AiPurpose.Tutoring], paper,
            Register.Value.ConsentUntilAge, Today, Now);

    private static Outcome<SchoolToolsEvent> Allow(AllowedTool tool, RegulationInForce? regulation = null, AiSystem? system = null) =>
        AllowTool.Of(null, Place, "coordinator", system ?? Tutor, tool, regulation ?? InForce(), Today, Now);

    private static ClassAi Off(string? system) => ClassAi.Of("class-1", [SwitchOffAi.Of(null, Place, "8A", "teacher", system, Now).Value]);

    private static LearnerAi Refused(string? system)
    {
        var read = Grounds().Learner!;
        return read.With(RefuseAi.Of(read, "p-1", "learner", system, Now).Value);
    }

    private static ParentalConsent Consent(Func<ConsentGiven, ConsentGiven> change) => ParentalConsent.Of("consent-1", [change((ConsentGiven)Give().Value)]);

    private static AiSystem ApprovedFor(Func<Allowed, Allowed> change) =>
        Tutor with { Approval = Tutor.Approval! with { Allowed = change(Approved) } };

    private static (UseAsked Asked, UseGrounds Grounds) Spoilt(string change) => change switch
    {
        "suspended everywhere" => (Asked() with { System = Tutor with { State = AiSystemState.Suspended } }, Grounds()),
        "only proposed" => (Asked() with { System = Tutor with { State = AiSystemState.Proposed } }, Grounds()),
        "approval over" => (Asked() with { System = ApprovedFor(a => a with { Until = Today.AddDays(-1) }) }, Grounds()),
        "not approved for this" => (Asked() with { System = ApprovedFor(a => a with { Purposes = [AiPurpose.Creation] }) }, Grounds()),
        "approved for older ones" => (Asked() with { System = ApprovedFor(a => a with { AgeFrom = 15 }) }, Grounds()),
        "not of the school" => (Asked(), Grounds() with { Tool = null }),
        "over at the school" => (Asked(), Grounds() with { Tool = Tool with { Until = Today.AddDays(-1) } }),
        "for teachers only" => (Asked(), Grounds() with { Tool = Tool with { Roles = [ToolRole.Teacher] } }),
        "not for this at the school" => (Asked(), Grounds() with { Tool = Tool with { Purposes = [AiPurpose.Creation] } }),
        "for older ones at the school" => (Asked(), Grounds() with { Tool = Tool with { AgeFrom = 15 } }),
        "against the regulation" => (Asked(), Grounds() with { Regulation = InForce((RegulationItems.LearnerPurposes, "translation")) }),
        "too young by the regulation" => (Asked(), Grounds() with { Regulation = InForce((RegulationItems.GenerativeFromAge, "15")) }),
        "alone" => (Asked() with { IsSupervised = false }, Grounds()),
        "no consent" => (Asked(), Grounds() with { Consents = [] }),
        "consent for something else" => (Asked(), Grounds() with { Consents = [Consent(g => g with { System = "system-2" })] }),
        "consent withdrawn" => (Asked(), Grounds() with { Consents = [Consent(g => g).With(new ConsentWithdrawn(Now, "parent"))] }),
        "consent to other data" => (Asked(), Grounds() with { Consents = [Consent(g => g with { Elements = g.Elements with { Data = LocalizedText.Same("Names") } })] }),
        "consent to another operator" => (Asked(), Grounds() with { Consents = [Consent(g => g with { Elements = g.Elements with { ToThirdParties = "Somebody else" } })] }),
        "consent over" => (Asked(), Grounds() with { Consents = [Consent(g => g with { Elements = g.Elements with { Until = Today.AddDays(-1) } })] }),
        "switched off" => (Asked(), Grounds() with { Class = Off("system-1") }),
        "all switched off" => (Asked(), Grounds() with { Class = Off(null) }),
        "refused" => (Asked(), Grounds() with { Learner = Refused("system-1") }),
        "all refused" => (Asked(), Grounds() with { Learner = Refused(null) }),
        "notice not read" => (Asked(), Grounds() with { Learner = null }),
        "other notice read" => (Asked(), Grounds() with { Notice = Notice with { WithoutAi = "Another way." } }),
        "birthday not known" => (Asked() with { Who = new AiUser("p-1", ToolRole.Learner) }, Grounds()),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "No such change."),
    };
}
