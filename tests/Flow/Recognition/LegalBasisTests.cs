using System.Globalization;
using System.Text;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>The legal basis under the packs as they are shipped, and under packs in which a date was found.</summary>
public sealed class LegalBasisTests
{
    private const string Pack = "kz.recognition.yaml";

    private static readonly DateOnly Today = new(2026, 11, 22);

    private static RuleBook Shipped { get; } = RuleBook.Load(RuleBook.DefaultFolder).Value;

    /// <summary>As if the day were known on which the Tokyo and the Lisbon convention bound Kazakhstan, and the agreement of 2025.</summary>
    private static RuleBook Dated { get; } = With(text => text
        .Replace(
            "            - {state: KZ}\n            - {state: AU, from: 2018-02-01",
            "            - {state: KZ, from: 2026-05-01}\n            - {state: AU, from: 2018-02-01",
            StringComparison.Ordinal)
        .Replace(
            "            - {state: KZ}\n            - {state: CH",
            "            - {state: KZ, from: 1999-02-01}\n            - {state: CH",
            StringComparison.Ordinal)
        .Replace(
            "            - {state: KZ}\n            - {state: KG}\n",
            "            - {state: KZ, from: 2026-03-01}\n            - {state: KG, from: 2026-03-01}\n",
            StringComparison.Ordinal));

    [Theory]
    [Trait("Requirement", "RQ-1")]
    [Trait("Requirement", "RQ-2")]
    [InlineData("AU", "2026-06-30", "tokyo", Standing.NotKnown, "date-not-known KZ")]
    [InlineData("VA", "2026-06-30", "tokyo", Standing.NotKnown, "date-not-known KZ, date-not-known VA")]
    [InlineData("DE", "2026-06-30", "tokyo", Standing.DoesNotApply, "not-a-party DE, date-not-known KZ")]
    [InlineData("DE", "2020-06-30", "lisbon", Standing.NotKnown, "date-not-known KZ, party-not-known DE")]
    [InlineData("CH", "2020-06-30", "lisbon", Standing.NotKnown, "date-not-known KZ")]
    [InlineData("CH", "1998-06-30", "lisbon", Standing.DoesNotApply, "award-before CH 1999-02-01, date-not-known KZ")]
    [InlineData("JP", "2024-03-31", "global", Standing.NotKnown, "party-not-known KZ, party-not-known JP")]
    [InlineData("RU", "2015-06-30", "moscow-1998", Standing.Applies, "binds KZ 1999-10-01, binds RU 1999-10-01")]
    [InlineData("RU", "1999-09-30", "moscow-1998", Standing.DoesNotApply, "award-before KZ 1999-10-01, award-before RU 1999-10-01")]
    [InlineData("TJ", "2015-06-30", "moscow-1998", Standing.NotKnown, "date-not-known TJ")]
    [InlineData("FR", "2015-06-30", "bilateral", Standing.NotKnown, "party-not-known KZ, party-not-known FR")]
    [InlineData("RU", "2015-06-30", "astana-2004", Standing.DoesNotApply, "other-level, party-not-known RU")]
    [InlineData("SUHH", "1985-06-30", "moscow-1998", Standing.DoesNotApply, "award-before KZ 1999-10-01, not-a-party SUHH")]
    public void Each_treaty_is_applied_or_not_with_all_its_reasons(
        string country, string awarded, string treaty, Standing standing, string reasons)
    {
        var finding = Find(Shipped, Question(country, awarded), treaty);
        Assert.Equal(standing, finding.Standing);
        Assert.Equal(reasons, string.Join(", ", finding.Reasons.Select(Text)));
    }

    [Fact]
    [Trait("Requirement", "RQ-2")]
    public void A_treaty_without_a_date_on_both_sides_is_applied_to_no_country_and_no_award()
    {
        var treaties = Shipped.Resolve(RuleKeys.RecognitionTreaties, Today).Value.Value;
        var countries = Shipped.Resolve(RuleKeys.Countries, Today).Value.Value.All.Where(c => c.Code != treaties.Home).ToList();
        Assert.Equal(12, treaties.All.Single(t => t.Id == "tokyo").Parties.Count(p => p.State != treaties.Home));
        foreach (var country in countries)
        {
            foreach (var finding in Decide(Shipped, Question(country.Code, "2026-10-01")).Applied)
            {
                Assert.NotNull(finding.Treaty.Party(treaties.Home)?.From);
                Assert.NotNull(finding.Treaty.Party(country.Code)?.From);
            }
        }
    }

    [Fact]
    [Trait("Requirement", "RQ-2")]
    public void Once_both_dates_are_known_the_treaty_is_applied_from_the_later_one()
    {
        Assert.Equal(Standing.DoesNotApply, Find(Dated, Question("AU", "2026-04-30"), "tokyo").Standing);
        Assert.Equal(Standing.Applies, Find(Dated, Question("AU", "2026-05-01"), "tokyo").Standing);
        var before = Decide(Dated, Question("AU", "2026-03-01"), new DateOnly(2026, 4, 1)).Treaties.Single(t => t.Treaty.Id == "tokyo");
        Assert.Equal("not-yet KZ 2026-05-01", Text(Assert.Single(before.Reasons)));
    }

    [Theory]
    [Trait("Requirement", "RQ-3")]
    [InlineData(StudyExtent.Partial, StudyMode.Usual, "partial-excluded KZ V.1 V.2 V.3")]
    [InlineData(StudyExtent.Whole, StudyMode.NonTraditional, "mode-excluded KZ IV.7 VI.3")]
    public void Kazakhstans_reservation_takes_such_cases_out_of_the_treaty_and_says_so(StudyExtent extent, StudyMode mode, string reason)
    {
        var question = Question("AU", "2026-06-30") with { Extent = extent, Mode = mode };
        Assert.Equal(reason, Text(Assert.Single(Find(Dated, question, "tokyo").Reasons)));
        Assert.Equal(Standing.Applies, Find(Dated, question with { Countries = ["CH"] }, "lisbon").Standing);
    }

    [Fact]
    [Trait("Requirement", "RQ-3")]
    public void No_duty_is_cited_from_a_reserved_article()
    {
        var book = With(text => text.Replace("- article: VI.1", "- article: VI.3", StringComparison.Ordinal));
        var duties = Find(book, Question("AU", "2026-06-30"), "tokyo").Duties.Select(d => d.Article).ToList();
        Assert.Equal(["III.2", "III.3", "III.5"], duties);
    }

    [Theory]
    [Trait("Requirement", "RQ-10")]
    [InlineData("qs:1 arwu:250 the:900", ShortcutState.Met)]
    [InlineData("qs:1 arwu:251 the:900", ShortcutState.NotMet)]
    [InlineData("qs:250 arwu:250", ShortcutState.NotKnown)]
    [InlineData("qs:300 arwu:300", ShortcutState.NotMet)]
    [InlineData("qs:100 arwu:300", ShortcutState.NotKnown)]
    [InlineData("", ShortcutState.NotKnown)]
    public void The_short_way_wants_three_rankings_and_the_first_250_of_two(string ranks, ShortcutState state)
    {
        var question = Question("DE", "2020-06-30") with { Rankings = Ranks(ranks) };
        var decision = Decide(Shipped, question);
        Assert.Equal(state, decision.Shortcut.State);
        Assert.Equal(state == ShortcutState.Met ? CaseRoute.AuthenticityOnly : CaseRoute.Case, decision.Route);
        Assert.Equal(ShortcutState.NotForLevel, Decide(Shipped, question with { Level = EducationLevel.SchoolOrVocational }).Shortcut.State);
    }

    [Fact]
    [Trait("Requirement", "RQ-10")]
    public void The_newest_edition_published_by_the_day_of_the_application_counts_and_is_kept()
    {
        RankingPosition At(RankingSystem system, int position, string edition, int year) =>
            new(system, position, edition, new DateOnly(year, 6, 1));
        var question = Question("DE", "2020-06-30") with
        {
            Rankings =
            [
                At(RankingSystem.Qs, 10, "2026", 2025), At(RankingSystem.Qs, 400, "2020", 2019), At(RankingSystem.Qs, 500, "2028", 2027),
                At(RankingSystem.The, 20, "2026", 2025), At(RankingSystem.Arwu, 800, "2025", 2025),
            ],
        };
        var decision = Decide(Shipped, question);
        Assert.Equal(CaseRoute.AuthenticityOnly, decision.Route);
        Assert.Equal("2026", decision.Shortcut.Used.Single(u => u.System == RankingSystem.Qs).Edition);
        Assert.Contains("\"edition\":\"2026\",\"position\":10", Encoding.UTF8.GetString(BasisRecord.Write(decision)), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "RQ-11")]
    [InlineData(RecognitionPurpose.Employment, "", Standing.NotKnown, "rank-not-known 1000")]
    [InlineData(RecognitionPurpose.Employment, "qs:1001 arwu:1200 the:1500", Standing.DoesNotApply, "rank-too-low 1000")]
    [InlineData(RecognitionPurpose.Employment, "the:1000", Standing.Applies, "binds KZ 2026-03-01, binds KG 2026-03-01")]
    [InlineData(RecognitionPurpose.FurtherStudy, "", Standing.Applies, "binds KZ 2026-03-01, binds KG 2026-03-01")]
    public void The_Central_Asia_rule_asks_for_the_top_1000_once_it_is_in_force(
        RecognitionPurpose purpose, string ranks, Standing standing, string reasons)
    {
        var question = Question("KG", "2026-06-30") with { Purpose = purpose, Rankings = Ranks(ranks) };
        var finding = Find(Dated, question, "central-asia");
        Assert.Equal((standing, reasons), (finding.Standing, string.Join(", ", finding.Reasons.Select(Text))));
        Assert.NotEqual(Standing.Applies, Find(Shipped, question, "central-asia").Standing);
    }

    [Fact]
    [Trait("Requirement", "RQ-12")]
    public void A_Bolashak_award_needs_no_case()
    {
        var guide = RecognitionGuide.For(Shipped, Question("GB", "2020-06-30") with { Holder = HolderKind.Bolashak }, Today).Value;
        Assert.Equal(CaseRoute.Exempt, guide.Basis.Route);
        Assert.Contains(guide.Rules, r => r.Rule == "recognition-exempt" && r.Source.Article == "39(8)");
    }

    [Theory]
    [InlineData("XX", "2020-01-01", "recognition/unknown-country")]
    [InlineData("", "2020-01-01", "recognition/no-country")]
    [InlineData("KZ", "2020-01-01", "recognition/home-award")]
    [InlineData("SUHH", "1995-01-01", "recognition/state-ended")]
    [InlineData("DE", "2026-11-23", "recognition/award-in-future")]
    [InlineData("DE", "1899-12-31", "recognition/award-too-early")]
    public void What_cannot_be_is_refused(string countries, string awarded, string code) =>
        Assert.Equal(code, new LegalBasis(Shipped).Decide(Question(countries, awarded), Today).Problem?.Code);

    [Fact]
    public void A_joint_degree_has_a_treaty_only_when_it_binds_every_state_of_it()
    {
        Assert.Equal(Standing.Applies, Find(Shipped, Question("RU BY KG", "2015-06-30"), "moscow-1998").Standing);
        var mixed = Find(Shipped, Question("RU DE", "2015-06-30"), "moscow-1998");
        Assert.Equal("not-a-party DE", Text(Assert.Single(mixed.Reasons)));
        // The home state needs no treaty with itself.
        Assert.Equal(["RU"], Decide(Shipped, Question("RU KZ", "2015-06-30")).Countries.Select(c => c.Code));
        var joint = Find(Shipped, Question("KZ RU", "2015-06-30"), "moscow-1998");
        Assert.Equal((Standing.Applies, "binds KZ 1999-10-01, binds RU 1999-10-01"), (joint.Standing, string.Join(", ", joint.Reasons.Select(Text))));
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public void A_time_limit_that_no_pack_sets_keeps_the_body_closed()
    {
        var question = Question("DE", "2020-06-30");
        Assert.False(RecognitionGuide.For(Shipped, question, Today).Value.CanOpenCases);
        var set = With(text => text.Replace("    value:\n      doubt:\n        kk: Мерзімді", "    value:\n      workingDays: 30\n      doubt:\n        kk: Мерзімді", StringComparison.Ordinal));
        var guide = RecognitionGuide.For(set, question, Today).Value;
        Assert.Equal((30, false), (guide.TimeLimit.Value.WorkingDays, guide.CanOpenCases));

        // With the terms of an appeal, too: here the body's own.
        var whole = RecognitionGuide.For(CaseWorld.Rules, question, Today).Value;
        Assert.Equal((30, 20, 15, true), (whole.TimeLimit.Value.WorkingDays, whole.Appeal.Value.FileWorkingDays, whole.Appeal.Value.DecideWorkingDays, whole.CanOpenCases));
    }

    [Theory]
    [Trait("Requirement", "RQ-5")]
    [Trait("Requirement", "RQ-28")]
    [InlineData(HolderKind.Graduate, Filer.Holder, "identity application document translation", false, false)]
    [InlineData(HolderKind.Graduate, Filer.Representative, "identity power-of-attorney application document translation", false, false)]
    [InlineData(HolderKind.Refugee, Filer.Holder, "identity application document translation", true, false)]
    [InlineData(HolderKind.Refugee, Filer.Representative, "identity power-of-attorney application document translation", true, false)]
    public void The_list_of_documents_fits_the_holder_and_who_files(HolderKind holder, Filer filer, string items, bool without, bool free)
    {
        var guide = RecognitionGuide.For(Shipped, Question("DE", "2020-06-30") with { Holder = holder, Filer = filer }, Today).Value;
        Assert.Equal(items, string.Join(' ', guide.Documents.Select(d => d.Id)));
        Assert.Equal((without, free), (guide.WithoutDocuments is not null, guide.IsFree));

        // No pack that was read exempts anybody; one that does is obeyed.
        var exempting = With(text => text.Replace(
            "    value:\n      doubt:\n        kk: Қазіргі ақы", "    value:\n      exempt: [refugee]\n      doubt:\n        kk: Қазіргі ақы", StringComparison.Ordinal));
        Assert.Equal(holder == HolderKind.Refugee, RecognitionGuide.For(exempting, guide.Basis.Question, Today).Value.IsFree);
    }

    [Fact]
    [Trait("Requirement", "RQ-1")]
    public void A_thousand_cases_decided_again_under_the_same_packs_give_the_same_bytes()
    {
        var codes = Shipped.Resolve(RuleKeys.Countries, Today).Value.Value.All.Select(c => c.Code).Where(c => c != "KZ").ToList();
        var cases = Enumerable.Range(0, 1000).Select(n => Question(codes[n % codes.Count], "2020-06-30") with
        {
            Awarded = new DateOnly(1990, 1, 1).AddDays(13 * n),
            Purpose = (RecognitionPurpose)(n % 3),
            Holder = (HolderKind)(n % 4),
            Level = (EducationLevel)(n % 2),
            Extent = (StudyExtent)(n / 2 % 2),
            Rankings = n % 5 == 0 ? Ranks("qs:10 arwu:20 the:30") : [],
        }).ToList();
        var again = RuleBook.Load(RuleBook.DefaultFolder).Value;
        foreach (var one in cases)
        {
            Assert.Equal(BasisRecord.Write(Decide(Shipped, one)), BasisRecord.Write(Decide(again, one)));
        }
    }

    [Fact]
    [Trait("Requirement", "X-1")]
    public void The_record_names_each_rule_with_its_packs_hash_and_another_pack_gives_another_fingerprint()
    {
        var question = Question("AU", "2026-06-30");
        var shipped = Decide(Shipped, question);
        var record = Encoding.UTF8.GetString(BasisRecord.Write(shipped));
        Assert.All(shipped.Rules, rule => Assert.Contains(rule.PackText + "/" + rule.Rule, record, StringComparison.Ordinal));
        Assert.NotEqual(BasisRecord.Digest(shipped), BasisRecord.Digest(Decide(Dated, question)));
        Assert.NotEqual(BasisRecord.Digest(shipped), BasisRecord.Digest(Decide(With(text => text + "\n# another file\n"), question)));
    }

    private static AwardQuestion Question(string countries, string awarded) => new(
        countries.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        DateOnly.Parse(awarded, CultureInfo.InvariantCulture),
        RecognitionPurpose.FurtherStudy,
        HolderKind.Graduate);

    private static BasisDecision Decide(RuleBook book, AwardQuestion question, DateOnly? at = null) =>
        new LegalBasis(book).Decide(question, at ?? Today).Value;

    private static TreatyFinding Find(RuleBook book, AwardQuestion question, string treaty) =>
        Decide(book, question).Treaties.Single(t => t.Treaty.Id == treaty);

    private static string Text(BasisReason reason) => string.Join(' ', new[]
    {
        BasisRecord.Code(reason.Code), reason.State, reason.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        reason.Articles is null ? null : string.Join(' ', reason.Articles), reason.Number?.ToString(CultureInfo.InvariantCulture),
    }.OfType<string>());

    private static IReadOnlyList<RankingPosition> Ranks(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(':'))
            .Select(r => new RankingPosition(BasisRecord.Parse<RankingSystem>(r[0])!.Value, int.Parse(r[1], CultureInfo.InvariantCulture)))];

    private static RuleBook With(Func<string, string> change)
    {
        var files = Directory.GetFiles(RuleBook.DefaultFolder, "*.yaml").Select(path => new PackFile(Path.GetFileName(path), File.ReadAllBytes(path)));
        return RuleBook.Parse(files.Select(f => f.Name == Pack
            ? f with { Bytes = Encoding.UTF8.GetBytes(Changed(Encoding.UTF8.GetString(f.Bytes.Span), change)) }
            : f)).Value;
    }

    private static string Changed(string text, Func<string, string> change)
    {
        var changed = change(text);
        Assert.NotEqual(text, changed);
        return changed;
    }
}
