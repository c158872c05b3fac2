using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

[Trait("Requirement", "RQ-9")]
public sealed class EntitledThenTests
{
    private static readonly Reading Read = new("https://register.example", new DateOnly(2026, 11, 1), default, null, "i");

    private static readonly Country[] States =
    [
        new("GE", LocalizedText.Same("Georgia"), null), new("SUHH", LocalizedText.Same("Soviet Union"), new DateOnly(1991, 12, 25)),
    ];

    [Theory]
    [InlineData("2005-06-30", Entitlement.Entitled, EntitlementCode.Covered)]
    [InlineData("2012-08-31", Entitlement.Entitled, EntitlementCode.Covered)]
    [InlineData("2012-09-01", Entitlement.NotEntitled, EntitlementCode.PeriodEnded)]
    [InlineData("2016-01-01", Entitlement.Entitled, EntitlementCode.Covered)]
    [InlineData("1999-12-31", Entitlement.NotKnown, EntitlementCode.NoRegisterCovers)]
    [InlineData("2026-11-02", Entitlement.NotKnown, EntitlementCode.ReadBeforeAward)]
    [InlineData("1949-12-31", Entitlement.NotEntitled, EntitlementCode.NotFounded)]
    public void The_day_of_the_award_decides_and_silence_is_not_a_no(string day, Entitlement standing, EntitlementCode code)
    {
        var finding = One(
            day, Institution(founded: "1950-01-01"),
            [Period("2000-01-01", "2012-08-31"), Period("2016-01-01", null)]);

        Assert.Equal((standing, code), (finding.Standing, Assert.Single(finding.Reasons).Code));
    }

    [Fact]
    public void An_award_before_the_founding_is_asked_of_the_predecessor()
    {
        var finding = One("1949-12-31", Institution(founded: "1950-01-01") with { Predecessors = ["ge-zero"] }, []);

        Assert.Equal(Entitlement.NotKnown, finding.Standing);
        Assert.Equal([EntitlementCode.NotFounded, EntitlementCode.AskPredecessor], finding.Reasons.Select(r => r.Code));
        Assert.Equal(["ge-zero"], finding.Reasons[1].Kin!);
    }

    [Fact]
    public void A_closed_institution_and_one_of_a_state_that_is_no_more_had_no_right_after_it()
    {
        Assert.Equal(EntitlementCode.Closed, One("2020-01-01", Institution(closed: "2019-12-31"), [Period("2000-01-01", null)]).Reasons[0].Code);
        var soviet = One("1992-01-01", Institution() with { Country = "SUHH" }, [Period("1970-01-01", null)]);
        Assert.Equal((Entitlement.NotEntitled, EntitlementCode.CountryEnded), (soviet.Standing, soviet.Reasons[0].Code));
        Assert.Equal(Entitlement.Entitled, One("1991-12-25", Institution() with { Country = "SUHH" }, [Period("1970-01-01", null)]).Standing);
    }

    [Fact]
    public void Of_a_joint_degree_nobody_answers_for_an_institution_that_was_not_looked_up()
    {
        var award = CaseWorld.Bachelor with
        {
            Institutions = [new AwardingInstitution("One", "GE", "ge-one"), new AwardingInstitution("Another", "TR"), new AwardingInstitution("Third", "SUHH")],
            Awarded = new DateOnly(2005, 6, 30),
        };
        var answer = EntitledThen.Decide(EntitlementQuestion.Of(award, "KZ"), new EntitlementFacts([Institution()], [Period("2000-01-01", null)]), States).Value;
        Assert.Equal(Entitlement.NotKnown, answer.Standing);
        Assert.Equal([Entitlement.Entitled, Entitlement.NotKnown, Entitlement.NotKnown], answer.Findings.Select(f => f.Standing));
    }

    [Fact]
    public void Of_a_joint_degree_with_the_home_state_the_registers_are_asked_about_the_others()
    {
        var award = CaseWorld.Bachelor with
        {
            Institutions = [new AwardingInstitution("One", "GE", "ge-one"), new AwardingInstitution("Here", "KZ")],
            Awarded = new DateOnly(2005, 6, 30),
        };
        var answer = EntitledThen.Decide(EntitlementQuestion.Of(award, "KZ"), new EntitlementFacts([Institution()], [Period("2000-01-01", null)]), States).Value;
        Assert.Equal((Entitlement.Entitled, "ge-one"), (answer.Standing, Assert.Single(answer.Findings).Institution));
    }

    [Fact]
    public void A_period_speaks_of_its_own_level_and_programme_only()
    {
        RegisterPeriod[] periods = [Period("2000-01-01", null) with { Level = AwardLevel.Master, Programme = "Applied  Physics" }];
        EntitlementFinding Ask(AwardLevel? level, string? programme) => EntitledThen.Decide(
            new EntitlementQuestion(["ge-one"], new DateOnly(2010, 6, 30), level is { } known ? [known] : null, programme), new EntitlementFacts([Institution()], periods), States).Value.Findings[0];

        Assert.Equal(Entitlement.Entitled, Ask(AwardLevel.Master, "applied physics").Standing);
        Assert.All(
            [Ask(AwardLevel.Bachelor, "applied physics"), Ask(AwardLevel.Master, null), Ask(null, "applied physics")],
            f => Assert.Equal((Entitlement.NotKnown, EntitlementCode.OtherScope), (f.Standing, f.Reasons[0].Code)));
    }

    [Theory]
    [InlineData(6, Entitlement.NotKnown)]
    [InlineData(7, Entitlement.Entitled)]
    [InlineData(8, Entitlement.NotKnown)]
    [Trait("Requirement", "RQ-9")]
    public void The_right_of_a_case_is_that_for_its_own_level(int isced, Entitlement standing)
    {
        var award = CaseWorld.Bachelor with { Institutions = [new AwardingInstitution("One", "GE", "ge-one")], Awarded = new DateOnly(2010, 6, 30), Isced = isced };
        RegisterPeriod[] periods = [Period("2000-01-01", null) with { Level = AwardLevel.Specialist }];
        Assert.Equal(standing, EntitledThen.Decide(EntitlementQuestion.Of(award, "KZ"), new EntitlementFacts([Institution()], periods), States).Value.Standing);
    }

    [Fact]
    public void Registers_that_disagree_give_not_known_with_both_entries()
    {
        var finding = One(
            "2015-06-30", Institution(), [Period("2000-01-01", "2012-08-31"), Period("2010-01-01", null) with { Kind = PeriodKind.Accreditation }]);

        Assert.Equal((Entitlement.NotKnown, EntitlementCode.RegistersDisagree), (finding.Standing, finding.Reasons[0].Code));
        Assert.Equal(2, finding.Entries.Count);
    }

    [Fact]
    public void A_joint_degree_asks_every_institution()
    {
        EntitlementAnswer Ask(params string[] ids) => EntitledThen.Decide(
            new EntitlementQuestion(ids, new DateOnly(2010, 6, 30)),
            new EntitlementFacts(
                [Institution(), Institution() with { Id = "ge-two" }, Institution() with { Id = "ge-three" }],
                [Period("2000-01-01", null), Period("2000-01-01", null) with { Institution = "ge-two" }, Period("2000-01-01", "2005-01-01") with { Institution = "ge-three" }]),
            States).Value;

        Assert.Equal(Entitlement.Entitled, Ask("ge-one", "ge-two").Standing);
        Assert.Equal(Entitlement.NotEntitled, Ask("ge-one", "ge-two", "ge-three", "ge-four").Standing);
        var open = Ask("ge-one", "ge-four");
        Assert.Equal(Entitlement.NotKnown, open.Standing);
        Assert.Equal(EntitlementCode.NotRegistered, open.Findings[1].Reasons[0].Code);
        Assert.Equal(
            "recognition/no-institution",
            EntitledThen.Decide(new EntitlementQuestion([], default), new EntitlementFacts([], []), States).Problem?.Code);
    }

    private static EntitlementFinding One(string day, ForeignInstitution institution, RegisterPeriod[] periods) => EntitledThen.Decide(
        new EntitlementQuestion([institution.Id], Day(day)), new EntitlementFacts([institution], periods), States).Value.Findings.Single();

    private static ForeignInstitution Institution(string? founded = null, string? closed = null) => new(
        "ge-one", "GE", "პირველი", "Pirveli", null, null, "First", [], founded is null ? null : Day(founded),
        closed is null ? null : Day(closed), [], [], Read);

    private static RegisterPeriod Period(string from, string? until) => new(
        from, "ge-one", PeriodKind.Recognition, "", AwardLevel.All, Day(from), until is null ? null : Day(until), "Ministry", Read);

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null);
}
