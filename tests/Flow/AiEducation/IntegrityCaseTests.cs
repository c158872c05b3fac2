using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>A case of academic integrity by its acts alone: what it may rest on, who is heard, who decides, and by when.</summary>
public sealed partial class IntegrityCaseTests
{
    private const string School = "940540002029";

    // A Monday; the next days off are in December.
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 6, 0, 0, TimeSpan.Zero);
    private static readonly RuleBook Book = RuleBook.Load(RuleBook.DefaultFolder).Value;
    private static readonly IntegrityClock Clock = new(Book.Resolve(RuleKeys.AiIntegrity, new DateOnly(2026, 11, 2)).Value, new WorkingCalendar(Book));
    private static readonly Doer Reporter = new("reporter", true);
    private static readonly Doer Coordinator = new("coordinator", true);
    private static readonly Doer Head = new("head", true);
    private static readonly Doer Learner = new("learner", true);
    private static readonly Doer Program = new("client", false);
    private static readonly Ground Detector = new(GroundKind.Detector, "A detector says so.", 99);
    private static readonly Ground History = new(GroundKind.VersionHistory, "1 840 words came in one step.");

    [Fact]
    [Trait("Requirement", "AI-22")]
    public void A_detector_alone_decides_nothing_in_any_number_and_at_any_score()
    {
        var one = Heard(Detector);
        one = Do(one, AddGround.Of(one, new Doer("librarian", true), Detector with { Score = 100 }, Clock, Day(1)));
        one = Do(one, NotifyLearner.Of(one, Coordinator, Child, Clock, Day(1)));
        one = Do(one, HearLearner.Of(one, Coordinator, "I wrote it.", true, true, Child, Clock, Day(3)));
        one = Named(one);
        foreach (var finding in (IntegrityFinding[])[IntegrityFinding.Minor, IntegrityFinding.Serious])
        {
            Assert.Equal("integrity/detector-alone", VoteInCase.Of(one, new Doer("m1", true), finding, "The score.", Clock, Day(4)).Problem?.Code);
        }

        Assert.Equal("integrity/detector-alone", DecideIntegrityCase.Of(one, new Doer("m1", true), ["redo"], 0, "The score.", Clock, Day(4)).Problem?.Code);
        Assert.Equal("integrity/detector-alone", CloseCase.Of(one, Head, "The score.", Clock, Day(4)).Problem?.Code);

        // No breach, or giving it up, is always possible.
        Assert.Equal(CaseState.Final, Do(one, DismissCase.Of(one, Head, "A score is no evidence.", Clock, Day(4))).State);
        Assert.Equal(CaseState.Final, Decided(one, IntegrityFinding.NoBreach, [], 4).State);
    }

    [Fact]
    [Trait("Requirement", "AI-22")]
    public void Events_that_find_a_breach_on_a_detector_alone_make_no_case()
    {
        var one = Named(Heard(Detector));
        foreach (var member in one.Panel!.Members)
        {
            one = one.With(new MemberVoted(Day(4), member, IntegrityFinding.Minor, "The score."));
        }

        CaseDecided Decision(bool isPerson, IntegrityFinding finding) =>
            new(Day(4), "m1", isPerson, finding, ["redo"], "The score.", new DateOnly(2026, 11, 20), 4, $"{Clock.Rules.Reference}");
        Assert.Throws<InvalidDataException>(() => one.With(Decision(true, IntegrityFinding.Minor)));

        var grounded = one with { Grounds = [.. one.Grounds, new BroughtGround(History, "librarian", Day(0))] };
        Assert.Equal(CaseState.Decided, grounded.With(Decision(true, IntegrityFinding.Minor)).State);
        Assert.Throws<InvalidDataException>(() => grounded.With(Decision(false, IntegrityFinding.Minor)));
        Assert.Throws<InvalidDataException>(() => grounded.With(Decision(true, IntegrityFinding.Serious)));
        Assert.Throws<InvalidDataException>(() => (grounded with { Hearing = null }).With(Decision(true, IntegrityFinding.Minor)));
        Assert.Throws<InvalidDataException>(() => grounded.With(Decision(true, IntegrityFinding.Minor) with { By = "outsider" }));
    }

    [Theory]
    [Trait("Requirement", "AI-22")]
    [InlineData(GroundKind.VersionHistory)]
    [InlineData(GroundKind.SourceComparison)]
    [InlineData(GroundKind.Confession)]
    [InlineData(GroundKind.Witness)]
    [InlineData(GroundKind.Thing)]
    public void One_ground_that_depends_on_no_detector_is_enough_to_decide(GroundKind kind) =>
        Assert.Equal(CaseState.Decided, Decided(Named(Heard(new Ground(kind, "Found."))), IntegrityFinding.Minor, ["redo"], 4).State);

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void A_member_who_cannot_act_is_replaced_until_they_vote_and_never_by_whoever_accused()
    {
        var one = Named(Heard(History));
        Outcome<IntegrityEvent> Replace(IntegrityCase now, string member, string with, string reason = "Ill.") =>
            ReplaceMember.Of(now, Head, member, with.Length == 0 ? null : new Nominee(with), reason, Day(4), Child);
        Assert.Equal("integrity/person-decides", ReplaceMember.Of(one, Program, "m1", new("m4"), "Ill.", Day(4)).Problem?.Code);
        Assert.Equal("integrity/accuser-decides", Replace(one, "m1", "reporter").Problem?.Code);
        Assert.Equal("integrity/no-other", Replace(one, "m1", "m2").Problem?.Code);
        Assert.Equal("integrity/not-replaced", Replace(one, "m9", "m4").Problem?.Code);
        Assert.Equal("integrity/own-family", Replace(one, "m1", Child.Guardians[0]).Problem?.Code);
        Assert.Equal("integrity/no-words", Replace(one, "m1", "m4", " ").Problem?.Code);

        one = Do(one, VoteInCase.Of(one, new Doer("m1", true), IntegrityFinding.Minor, "Found.", Clock, Day(4)));
        Assert.Equal("integrity/not-replaced", Replace(one, "m1", "m4").Problem?.Code);
        Assert.Throws<InvalidDataException>(() => one.With(new MemberReplaced(Day(4), "head", "m1", "m4", "Ill.")));
        one = Do(one, Replace(one, "m2", "m4"));
        Assert.Equal(["m1", "m4", "m3"], one.Panel!.Members);
        Assert.Equal("integrity/not-member", VoteInCase.Of(one, new Doer("m2", true), IntegrityFinding.Minor, "Found.", Clock, Day(4)).Problem?.Code);
        Assert.Throws<InvalidDataException>(() => one.With(new MemberReplaced(Day(4), "head", "m3", "reporter", "Ill.")));

        // Who sat or was named decides no appeal; whoever sits in the appeal already may be named again with it.
        foreach (var member in (string[])["m4", "m3"])
        {
            one = Do(one, VoteInCase.Of(one, new Doer(member, true), IntegrityFinding.Minor, "Found.", Clock, Day(4)));
        }

        one = Do(one, DecideIntegrityCase.Of(one, new Doer("m1", true), ["redo"], 0, "Write it again.", Clock, Day(4)));
        one = Do(one, AppealIntegrityCase.Of(one, Learner, "I explained it.", Clock, Day(5)));
        one = Do(one, NameCommittee.Of(one, Head, Of("o1", "o2", "o3"), Clock, Day(5)));
        Assert.Equal("integrity/took-part", Replace(one, "o1", "m2").Problem?.Code);
        Assert.Equal("integrity/took-part", NameCommittee.Of(one, Head, Of("o1", "o2", "m4"), Clock, Day(5)).Problem?.Code);
        Assert.Equal(["o1", "o2", "o4"], Do(one, NameCommittee.Of(one, Head, Of("o1", "o2", "o4"), Clock, Day(5))).Panel!.Members);
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void Each_event_is_told_to_those_it_concerns_and_the_family_knows_nothing_before_the_notice()
    {
        var one = Heard(History);
        var silent = one with { Notice = null };
        Assert.Equal(CaseReaders.Coordinators, IntegrityNews.Of(silent, new GroundAdded(Day(1), "librarian", History)));
        Assert.Equal(CaseReaders.Family, IntegrityNews.Of(one, one.Notice!));
        Assert.Equal(CaseReaders.Committee, IntegrityNews.Of(silent, new OralCheckHeld(Day(1), "coordinator", OralResult.Partly, "Some of it.")));
        Assert.Equal(CaseReaders.Family | CaseReaders.Committee, IntegrityNews.Of(one, one.Hearing!));

        one = Named(one);
        var vote = new MemberVoted(Day(4), "m1", IntegrityFinding.Minor, "Found.");
        Assert.Equal(CaseReaders.None, IntegrityNews.Of(one.With(vote), vote));
        var last = vote with { By = "m3" };
        Assert.Equal(CaseReaders.Committee, IntegrityNews.Of(one.With(vote).With(vote with { By = "m2" }).With(last), last));
    }

    [Theory]
    [Trait("Requirement", "AI-23")]
    [InlineData("2008-11-02", false)]
    [InlineData("2008-11-03", true)]
    [InlineData("2008-02-29", false)]
    [InlineData(null, true)]
    public void A_representative_is_told_and_invited_for_whoever_is_a_minor_that_day(string? born, bool isMinor)
    {
        var learner = Child with { Guardians = [], Words = new PersonWords("Trial", born is null ? null : DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture)) };
        var one = Reported(History);
        var told = NotifyLearner.Of(one, Coordinator, learner, Clock, Start);
        Assert.Equal(isMinor ? "integrity/no-guardian" : null, told.Problem?.Code);
        var notified = Do(one, NotifyLearner.Of(one, Coordinator, learner with { Guardians = ["mother"] }, Clock, Start));
        Assert.Equal(isMinor, notified.Notice!.IsMinor);
        Assert.Equal(
            isMinor && born is null ? "integrity/not-invited" : null,
            HearLearner.Of(notified, Coordinator, "I wrote it.", false, false, learner, Clock, Day(2)).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void Whoever_turns_one_on_29_February_is_a_minor_until_the_first_of_March()
    {
        var leap = Child with { Words = new PersonWords("Trial", new DateOnly(2008, 2, 29)) };
        Assert.True(Clock.IsMinor(leap, new DateOnly(2026, 2, 28)));
        Assert.False(Clock.IsMinor(leap, new DateOnly(2026, 3, 1)));
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void The_learner_knows_every_ground_and_is_heard_in_time_to_prepare_before_anybody_decides()
    {
        var one = Reported(History);
        Assert.Equal("integrity/not-told", HearLearner.Of(one, Coordinator, "x", true, true, Child, Clock, Day(0)).Problem?.Code);
        Assert.Equal("integrity/not-told", VoteInCase.Of(Named(one), new Doer("m1", true), IntegrityFinding.Minor, "x", Clock, Day(0)).Problem?.Code);
        one = Do(one, NotifyLearner.Of(one, Coordinator, Child, Clock, Day(0)));
        Assert.Equal("integrity/told-already", NotifyLearner.Of(one, Coordinator, Child, Clock, Day(0)).Problem?.Code);
        Assert.Equal("integrity/too-early", HearLearner.Of(one, Coordinator, "x", true, true, Child, Clock, Day(1)).Problem?.Code);
        Assert.Equal("integrity/not-invited", HearLearner.Of(one, Coordinator, "x", false, false, Child, Clock, Day(2)).Problem?.Code);
        Assert.Equal("integrity/may-still-come", HearLearner.Of(one, Coordinator, null, true, false, Child, Clock, Day(2)).Problem?.Code);
        Assert.Equal("integrity/not-heard", VoteInCase.Of(Named(one), new Doer("m1", true), IntegrityFinding.Minor, "x", Clock, Day(2)).Problem?.Code);
        Assert.Equal("I wrote it.", Do(one, SayInIntegrityCase.Of(one, Learner, " I wrote it. ", Day(1))).Said[0].Words);

        // What comes later is told and heard anew.
        var heard = Do(one, HearLearner.Of(one, Coordinator, "I wrote it.", true, true, Child, Clock, Day(2)));
        var more = Do(heard, AddGround.Of(heard, Reporter, History, Clock, Day(3)));
        Assert.Equal("integrity/not-told", VoteInCase.Of(Named(more), new Doer("m1", true), IntegrityFinding.Minor, "x", Clock, Day(3)).Problem?.Code);
        more = Do(more, NotifyLearner.Of(more, Coordinator, Child, Clock, Day(3)));
        Assert.Equal("integrity/not-heard", VoteInCase.Of(Named(more), new Doer("m1", true), IntegrityFinding.Minor, "x", Clock, Day(4)).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void Every_term_is_counted_in_working_days_and_holds_to_its_last_day()
    {
        var one = Reported(History);
        Assert.Equal((new DateOnly(2026, 11, 4), new DateOnly(2026, 11, 23)), (one.NoticeBy, one.DecisionBy));
        Assert.Equal("integrity/term-over", NotifyLearner.Of(one, Coordinator, Child, Clock, Day(3)).Problem?.Code);
        one = Do(one, NotifyLearner.Of(one, Coordinator, Child, Clock, Day(2)));
        Assert.Equal((new DateOnly(2026, 11, 6), new DateOnly(2026, 11, 16)), (one.Notice!.HearFrom, one.Notice.HearBy));
        Assert.Equal("integrity/ground-late", AddGround.Of(one, Reporter, History, Clock, Day(13)).Problem?.Code);
        Assert.Equal("integrity/term-over", HearLearner.Of(one, Coordinator, "x", true, true, Child, Clock, Day(15)).Problem?.Code);
        Assert.True(HearLearner.Of(one, Coordinator, null, true, false, Child, Clock, Day(14)).IsDone);
        one = Do(one, HearLearner.Of(one, Coordinator, "x", true, true, Child, Clock, Day(14)));

        var voted = Voted(Named(one), IntegrityFinding.Minor, 21);
        Assert.Equal("integrity/term-over", DecideIntegrityCase.Of(voted, new Doer("m1", true), ["redo"], 0, "Late.", Clock, Day(22)).Problem?.Code);
        Assert.True(DismissCase.Of(voted, Head, "The term is over.", Clock, Day(22)).IsDone);
        var decided = Do(voted, DecideIntegrityCase.Of(voted, new Doer("m1", true), ["redo"], 0, "On the last day.", Clock, Day(21)));
        Assert.Equal(21, decided.Decision!.Days);

        var until = decided.Decision.AppealUntil!.Value;
        Assert.Equal(new DateOnly(2026, 12, 7), until);
        Assert.Equal("integrity/may-appeal", CloseCase.Of(decided, Head, "Done.", Clock, Day(35)).Problem?.Code);
        Assert.Equal("integrity/appeal-late", AppealIntegrityCase.Of(decided, Learner, "Wrong.", Clock, Day(36)).Problem?.Code);
        Assert.Equal(CaseState.Closed, Do(decided, CloseCase.Of(decided, Head, "Chapter 4 is written again.", Clock, Day(36))).State);

        // An appeal that was not decided in time can only end for the learner.
        var appealed = Named(Do(decided, AppealIntegrityCase.Of(decided, Learner, "Wrong.", Clock, Day(35))), "o");
        Assert.Equal("integrity/term-over", VoteInCase.Of(appealed, new Doer("o1", true), IntegrityFinding.Minor, "x", Clock, Day(70)).Problem?.Code);
        Assert.True(VoteInCase.Of(appealed, new Doer("o1", true), IntegrityFinding.NoBreach, "x", Clock, Day(70)).IsDone);
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void As_many_people_as_the_pack_says_decide_and_none_who_accused()
    {
        var one = Heard(History);
        Assert.Equal("integrity/committee-size", NameCommittee.Of(one, Head, Of("m1", "m2"), Clock, Day(3)).Problem?.Code);
        Assert.Equal("integrity/committee-size", NameCommittee.Of(one, Head, Of("m1", "m2", "m2"), Clock, Day(3)).Problem?.Code);
        Assert.Equal("integrity/accuser-decides", NameCommittee.Of(one, Head, Of("m1", "m2", "reporter"), Clock, Day(3)).Problem?.Code);

        // Another region's department sends nobody, and none does where the region of the school is not known.
        Outcome<IntegrityEvent> WithDepartment(string region, string? ofSchool) =>
            NameCommittee.Of(one, Head, [.. Of("m1", "m2"), new Nominee("officer", region)], Clock, Day(3), Child, ofSchool);
        Assert.Equal("integrity/other-region", WithDepartment("KZ-10", "KZ-61").Problem?.Code);
        Assert.Equal("integrity/other-region", WithDepartment("KZ-10", null).Problem?.Code);
        var sent = Do(one, WithDepartment("KZ-61", "KZ-61"));
        Assert.Equal("officer", sent.Panel!.Members[^1]);
        Assert.Equal(
            "integrity/other-region",
            ReplaceMember.Of(sent, Head, "m1", new Nominee("far", "KZ-10"), "Ill.", Day(4), Child, "KZ-61").Problem?.Code);
        one = Named(one);
        Assert.Equal("integrity/member-accuses", AddGround.Of(one, new Doer("m1", true), History, Clock, Day(3)).Problem?.Code);
        Assert.Equal("integrity/not-member", VoteInCase.Of(one, Reporter, IntegrityFinding.Minor, "x", Clock, Day(4)).Problem?.Code);
        Assert.Equal("integrity/not-voted", DecideIntegrityCase.Of(one, new Doer("m1", true), ["redo"], 0, "x", Clock, Day(4)).Problem?.Code);
        one = Do(one, VoteInCase.Of(one, new Doer("m1", true), IntegrityFinding.Serious, "x", Clock, Day(4)));
        Assert.Equal("integrity/voted-already", VoteInCase.Of(one, new Doer("m1", true), IntegrityFinding.Minor, "x", Clock, Day(4)).Problem?.Code);
        one = Do(one, VoteInCase.Of(one, new Doer("m2", true), IntegrityFinding.Minor, "x", Clock, Day(4)));
        one = Do(one, VoteInCase.Of(one, new Doer("m3", true), IntegrityFinding.NoBreach, "x", Clock, Day(4)));
        Assert.Equal(IntegrityFinding.Minor, one.Panel!.Majority);
        Assert.Throws<InvalidDataException>(() => one.With(new CommitteeNamed(Day(3), "head", ["reporter", "m2", "m3"])));
        Assert.Throws<InvalidDataException>(() => one.With(new MemberVoted(Day(4), "outsider", IntegrityFinding.Minor, "x")));
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void What_follows_is_what_the_pack_allows_for_the_finding_and_a_first_breach()
    {
        var minor = Voted(Named(Heard(History)), IntegrityFinding.Minor, 4);
        var serious = Voted(Named(Heard(History)), IntegrityFinding.Serious, 4);
        string? Decide(IntegrityCase one, string[] remedies, int earlier = 0, string reason = "Chapter 4 is not yours.") =>
            DecideIntegrityCase.Of(one, new Doer("m2", true), remedies, earlier, reason, Clock, Day(4)).Problem?.Code;
        Assert.Null(Decide(minor, ["redo"]));
        Assert.Equal("integrity/no-remedy", Decide(minor, []));
        Assert.Equal("integrity/remedy", Decide(minor, ["not-counted"]));
        Assert.Equal("integrity/remedy", Decide(minor, ["whipping"]));
        Assert.Equal("integrity/remedy", Decide(serious, ["exam-excluded"]));
        Assert.Null(Decide(serious, ["exam-excluded"], earlier: 1));
        Assert.Equal("integrity/no-words", Decide(minor, ["redo"], reason: " "));
        Assert.Equal("integrity/nothing-follows", Decide(Voted(Named(Heard(History)), IntegrityFinding.NoBreach, 4), ["redo"]));
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void Others_decide_an_appeal_and_never_worse()
    {
        var decided = Decided(Named(Heard(History)), IntegrityFinding.Minor, ["redo"], 4);
        var appealed = Do(decided, AppealIntegrityCase.Of(decided, new Doer("mother", true), "The book exists.", Clock, Day(5)));
        Assert.Equal(new DateOnly(2026, 11, 27), appealed.Appeal!.DecideBy);
        foreach (var before in (string[])["m1", "reporter", "coordinator", "head"])
        {
            Assert.Equal("integrity/took-part", NameCommittee.Of(appealed, new Doer("region", true), Of("o1", "o2", before), Clock, Day(6)).Problem?.Code);
        }

        Assert.Throws<InvalidDataException>(() => appealed.With(new CommitteeNamed(Day(6), "region", ["o1", "o2", "m1"])));
        Outcome<IntegrityEvent> Appeal(IntegrityFinding finding, params string[] remedies)
        {
            var voted = Voted(Named(appealed, "o"), finding, 7);
            return DecideAppeal.Of(voted, new Doer("o1", true), remedies, 0, "Read again.", Clock, Day(7));
        }

        Assert.Equal(AppealOutcome.Upheld, ((AppealDecided)Appeal(IntegrityFinding.Minor, "redo").Value).Outcome);
        Assert.Equal(AppealOutcome.Changed, ((AppealDecided)Appeal(IntegrityFinding.Minor, "oral-defence").Value).Outcome);
        Assert.Equal(AppealOutcome.Overturned, ((AppealDecided)Appeal(IntegrityFinding.NoBreach).Value).Outcome);
        Assert.Equal("integrity/worse-on-appeal", Appeal(IntegrityFinding.Serious, "redo").Problem?.Code);
        Assert.Equal("integrity/worse-on-appeal", Appeal(IntegrityFinding.Minor, "talk").Problem?.Code);
        Assert.Equal("integrity/worse-on-appeal", Appeal(IntegrityFinding.Minor, "redo", "oral-defence").Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    [Trait("Requirement", "AI-23")]
    public void A_program_acts_in_no_case()
    {
        var one = Voted(Named(Heard(History)), IntegrityFinding.Minor, 4);
        var decided = Decided(Named(Heard(History)), IntegrityFinding.Minor, ["redo"], 4);
        Outcome<IntegrityEvent>[] acts =
        [
            ReportCase.Of(Program, School, "p-1", null, "Essay", History, Clock, Start), AddGround.Of(one, Program, History, Clock, Day(1)),
            NotifyLearner.Of(one, Program, Child, Clock, Day(1)), HearLearner.Of(one, Program, "x", true, true, Child, Clock, Day(3)),
            HoldOralCheck.Of(one, Program, OralResult.Cannot, "x", true, true, Child, Clock, Day(3)), LapseAppeal.Of(decided, Program, "x", Clock, Day(40)),
            SayInIntegrityCase.Of(one, Program, "x", Day(1)),
            NameCommittee.Of(one, Program, Of("m1", "m2", "m3"), Clock, Day(3)), VoteInCase.Of(one, Program, IntegrityFinding.Minor, "x", Clock, Day(4)),
            DecideIntegrityCase.Of(one, Program, ["redo"], 0, "x", Clock, Day(4)), DismissCase.Of(one, Program, "x", Clock, Day(4)),
            AppealIntegrityCase.Of(decided, Program, "x", Clock, Day(5)), DecideAppeal.Of(decided, Program, ["redo"], 0, "x", Clock, Day(5)),
            CloseCase.Of(decided, Program, "x", Clock, Day(40)),
        ];
        Assert.All(acts, act => Assert.Equal("integrity/person-decides", act.Problem?.Code));
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public void The_facts_of_a_case_count_and_name_nobody()
    {
        var decided = Decided(Named(Heard(History)), IntegrityFinding.Minor, ["redo"], 4);
        var fact = Assert.Single(IntegrityStreams.Kind.Facts(decided, decided.Decision!));
        Assert.Equal(("case.decided", decided.Id, "upheld", "4"), (fact.Type, fact.Subject, fact.Values["outcome"], fact.Values["days"]));
        var read = IntegrityStreams.Kind.Read(IntegrityStreams.Kind.Write(decided.Decision!));
        Assert.Equal(decided.Decision!.Remedies, Assert.IsType<CaseDecided>(read).Remedies);
        Assert.Equal(("decided", "p-1"), (IntegrityStreams.Kind.Summary(decided).State, IntegrityStreams.Kind.Summary(decided).Subject));
    }

    private static SchoolPerson Child { get; } = new(
        "p-1", Bin.Parse(School), SchoolPersonKind.Learner, "11B", [], 11, "kk", "", false, "learner", ["mother"],
        new PersonWords("Trial Learner", new DateOnly(2010, 5, 6)), Start, null);

    private static DateTimeOffset Day(int days) => Start.AddDays(days);

    private static IntegrityCase Do(IntegrityCase now, Outcome<IntegrityEvent> act) => now.With(act.Value);

    private static IntegrityCase Reported(Ground ground) =>
        IntegrityCase.Of("case-1", [ReportCase.Of(Reporter, School, "p-1", "w-1", "History essay", ground, Clock, Start).Value]);

    private static IntegrityCase Heard(Ground ground)
    {
        var one = Reported(ground);
        one = Do(one, NotifyLearner.Of(one, Coordinator, Child, Clock, Start));
        return Do(one, HearLearner.Of(one, Coordinator, "I wrote it.", true, true, Child, Clock, Day(2)));
    }

    private static Nominee[] Of(params string[] accounts) => [.. accounts.Select(a => new Nominee(a))];

    private static IntegrityCase Named(IntegrityCase one, string letter = "m") =>
        Do(one, NameCommittee.Of(one, Head, Of(letter + "1", letter + "2", letter + "3"), Clock, Day(3)));

    private static IntegrityCase Voted(IntegrityCase one, IntegrityFinding finding, int day)
    {
        foreach (var member in one.Panel!.Members)
        {
            one = Do(one, VoteInCase.Of(one, new Doer(member, true), finding, "Looked at all of it.", Clock, Day(day)));
        }

        return one;
    }

    private static IntegrityCase Decided(IntegrityCase one, IntegrityFinding finding, string[] remedies, int day)
    {
        var voted = Voted(one, finding, day);
        return Do(voted, DecideIntegrityCase.Of(voted, new Doer("m1", true), remedies, 0, "Chapter 4 is not yours.", Clock, Day(day)));
    }
}
