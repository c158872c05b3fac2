using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Rules;

/// <summary>The packs in <c>rules/</c> as they are shipped.</summary>
public sealed class ShippedPacksTests
{
    private static readonly DateOnly Today = new(2026, 6, 20);

    private static RuleBook Book { get; } = RuleBook.Load(RuleBook.DefaultFolder).Value;

    [Fact]
    [Trait("Requirement", "X-1")]
    public void Every_rule_names_pack_version_hash_act_tag_and_confidence()
    {
        foreach (var rule in Book.All)
        {
            Assert.StartsWith("kz.", rule.Reference.Pack, StringComparison.Ordinal);
            Assert.Matches(@"^kz\.[a-z-]+@2026\.1#sha-256:[A-Za-z0-9_-]{43}$", rule.Reference.PackText);
            Assert.NotEmpty(rule.Reference.Source.Act);
        }
    }

    [Fact]
    [Trait("Requirement", "DA-2")]
    public void A_permit_runs_three_years_less_a_day()
    {
        var term = Book.Resolve(RuleKeys.PermitTerm, Today).Value.Value;

        Assert.Equal(new DateOnly(2028, 2, 29), term.LastDay(new DateOnly(2025, 3, 1)));
        Assert.Equal([90, 30, 7], term.WarningDays);
    }

    [Fact]
    [Trait("Requirement", "DA-7")]
    public void Article_five_has_seven_points_each_with_its_article()
    {
        var points = Book.Resolve(RuleKeys.ArticleFive, Today).Value.Value.Points;

        Assert.Equal(7, points.Count);
        Assert.Equal(Enumerable.Range(1, 7).Select(n => $"5(1)({n})"), points.Select(p => p.Article.Split(',')[0]));
    }

    [Fact]
    [Trait("Requirement", "X-17")]
    public void The_regulator_changes_on_18_September_2025()
    {
        Assert.Equal("MDDIAI", Book.Resolve(RuleKeys.Regulator, new DateOnly(2025, 9, 17)).Value.Value.Code);
        Assert.Equal("MAIDD", Book.Resolve(RuleKeys.Regulator, new DateOnly(2025, 9, 18)).Value.Value.Code);
    }

    [Fact]
    [Trait("Requirement", "DA-30")]
    [Trait("Requirement", "X-2")]
    public void The_legal_class_is_asserted_and_shows_as_unconfirmed()
    {
        var rule = Book.Resolve(RuleKeys.LegalClass, Today).Value;

        Assert.Equal("sda-asserted-unverified", rule.Value.Wire);
        Assert.True(rule.Reference.Unconfirmed);
    }

    [Fact]
    [Trait("Requirement", "DA-14")]
    public void New_records_are_hashed_with_SHA3_512() =>
        Assert.Equal(Commitment.Sha3_512, Book.Resolve(RuleKeys.RecordHash, Today).Value.Value.Algorithm);

    [Fact]
    public void Before_the_law_was_in_force_there_is_no_rule()
    {
        var problem = Book.Resolve(RuleKeys.PermitTerm, new DateOnly(2023, 3, 31)).Problem;

        Assert.Equal("rules/not-in-force", problem?.Code);
    }

    [Theory]
    [Trait("Requirement", "DA-9")]
    [InlineData("6B06103", "bachelor,specialist")]
    [InlineData("7M06103", "master")]
    [InlineData("8D06103", "doctorate")]
    [InlineData("4S06130105", "tvet")]
    [InlineData("6B0610", "")]
    [InlineData("9X06103", "")]
    public void A_programme_code_leads_to_its_kinds(string code, string kinds) =>
        Assert.Equal(
            kinds,
            string.Join(',', Book.Resolve(RuleKeys.DocumentKinds, Today).Value.Value.ForProgramme(code).Select(k => k.Id)));

    [Theory]
    [InlineData(100, "A", "4.0")]
    [InlineData(95, "A", "4.0")]
    [InlineData(94, "A-", "3.67")]
    [InlineData(50, "D", "1.0")]
    [InlineData(49, "FX", "0.5")]
    [InlineData(0, "F", "0")]
    public void A_percentage_has_one_letter(int percent, string letter, string points)
    {
        var grade = Book.Resolve(RuleKeys.GradeScale, Today).Value.Value.OfPercent(percent);

        Assert.Equal(letter, grade.Letter);
        Assert.Equal(decimal.Parse(points, System.Globalization.CultureInfo.InvariantCulture), grade.Points);
    }

    [Fact]
    public void Gpa_is_weighted_by_credits_and_rounded_half_up()
    {
        var rule = Book.Resolve(RuleKeys.GpaRounding, Today).Value.Value;

        Assert.Equal(3.67m, rule.Gpa([(5, 4.0m), (5, 3.33m)]));
        Assert.Equal(3.83m, rule.Gpa([(3, 4.0m), (3, 3.65m)]));
        Assert.Null(rule.Gpa([]));
    }

    [Fact]
    public void Honours_need_the_average_and_no_low_grade()
    {
        var honours = Book.Resolve(RuleKeys.DocumentKinds, Today).Value.Value.Find("bachelor")!.Honours!;

        Assert.True(honours.Holds(3.5m, [4.0m, 2.33m]));
        Assert.False(honours.Holds(3.49m, [4.0m]));
        Assert.False(honours.Holds(3.9m, [4.0m, 2.0m]));
        Assert.False(honours.Holds(3.9m, [4.0m], finalAttestationPoints: 3.33m));
    }

    [Fact]
    public void A_diploma_never_expires() =>
        Assert.Null(Book.Resolve(RuleKeys.DiplomaExpiry, Today).Value.Value.LastDay(Today));

    [Fact]
    [Trait("Requirement", "DA-13")]
    public void Every_act_on_a_state_has_reasons()
    {
        var reasons = Book.Resolve(RuleKeys.ReasonCodes, Today).Value.Value;

        Assert.All(Enum.GetValues<StateAct>(), act => Assert.NotEmpty(reasons.For(act)));
        Assert.Null(reasons.Find(StateAct.Erase, "correction"));
    }

    [Fact]
    [Trait("Requirement", "RQ-26")]
    public void The_supplement_has_eight_sections() =>
        Assert.Equal(8, Book.Resolve(RuleKeys.SupplementTexts, Today).Value.Value.Sections.Count);
}
