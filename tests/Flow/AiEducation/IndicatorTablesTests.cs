using Mortanba.AiEducation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Values as they are shown: from the country down until nothing is shown, by groups, and as they were published.</summary>
public sealed class IndicatorTablesTests
{
    private static readonly Reading Live = new(3, IsLive: true);
    private static readonly AiIndicator Consent = IndicatorWorld.Indicator("consent-coverage");

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void A_value_leads_down_to_the_schools_until_it_is_hidden()
    {
        var world = new IndicatorWorld();
        Fill(world, "A1a", 40, 25);
        Fill(world, "A1b", 30, 12);
        Fill(world, "A1c", 20, 3);
        Fill(world, "B1a", 50, 30);
        using var run = world.Counted();
        var tables = IndicatorWorld.Tables(run);
        var country = tables.At(Consent, Area.Country, Live);
        Assert.Equal((140, 70, 50m, FigureState.Shown), (country.Denominator, country.Numerator, country.Value, country.State));
        var region = tables.At(Consent, new Area("KZ-A"), Live);
        Assert.Equal((90, 40, 44.4m), (region.Denominator, region.Numerator, region.Value));

        var schools = tables.Counts.Below(new Area("KZ-A", "District 1"));
        Assert.Equal(["A1a", "A1b", "A1c"], schools.Select(s => s.School));
        var figures = schools.Select(s => tables.At(Consent, s, Live)).ToList();
        // Three consents are hidden, and one school more, or they were the difference.
        Assert.Equal([25, null, null], figures.Select(f => f.Numerator));
        Assert.Equal([FigureState.Shown, FigureState.Hidden, FigureState.Hidden], figures.Select(f => f.State));
        Assert.Null(figures[2].Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "AI-26")]
    public void What_is_settled_before_anybody_asks_is_what_would_be_shown(bool isLive)
    {
        var world = new IndicatorWorld();
        Fill(world, "A1a", 40, 25);
        Fill(world, "A1b", 30, 12, sex: "female");
        Fill(world, "A1c", 20, 3, sex: "male");
        Fill(world, "B1a", 50, 30);
        using var run = world.Counted();
        var (asked, settled, reading) = (IndicatorWorld.Tables(run), IndicatorWorld.Tables(run), new Reading(3, isLive));
        settled.Settle(reading);
        Area[] areas = [Area.Country, new("KZ-A"), new("KZ-B"), new("KZ-A", "District 1"), .. asked.Counts.Below(new Area("KZ-A", "District 1"))];
        foreach (var indicator in IndicatorWorld.Rules.Indicators)
        {
            Assert.All(areas, a => Assert.Equal(asked.At(indicator, a, reading), settled.At(indicator, a, reading)));
            Assert.All(
                indicator.Breakdown,
                b => Assert.Equal(asked.Compare(indicator, b, Area.Country, reading).Groups, settled.Compare(indicator, b, Area.Country, reading).Groups));
        }

        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => IndicatorWorld.Tables(run).Settle(reading, stopped.Token));
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void What_is_settled_of_a_closed_part_newer_counts_go_on_with_and_a_school_that_came_since_is_not_shown_in_it()
    {
        var world = new IndicatorWorld();
        Fill(world, "A1a", 40, 25);
        Fill(world, "A1b", 30, 12, sex: "male");
        using var then = world.Counted();
        var (autumn, older) = (new Reading(0, IsLive: false), IndicatorWorld.Tables(then, closed: 1));
        // Half of it is settled when the next fact comes.
        var country = older.At(Consent, Area.Country, autumn);
        foreach (var i in Enumerable.Range(0, 60))
        {
            world.Enrol(IndicatorWorld.September.AddMonths(6), "B1a", $"p-B1a-{i}");
        }

        using var now = world.Counted();
        var newer = IndicatorWorld.Tables(now, closed: 1, older);
        newer.Settle(autumn);
        Assert.Equal(country, newer.At(Consent, Area.Country, autumn));
        Area[] come = [new("KZ-B"), new("KZ-B", "District 1"), new("KZ-B", "District 1", "B1a")];
        Assert.All(come, a => Assert.Equal(FigureState.Hidden, newer.At(Consent, a, autumn).State));
        Assert.All(newer.Compare(Consent, "sex", new Area("KZ-B"), autumn).Groups, g => Assert.Null(g.Denominator));
        Assert.Equal((130, 60), (newer.At(Consent, Area.Country, Live).Denominator, newer.At(Consent, new Area("KZ-B"), Live).Denominator));

        // It was settled for both: a call that has no time left has nothing to do.
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        older.Settle(autumn, stopped.Token);
        // What is not closed is of its own counts alone.
        Assert.Throws<OperationCanceledException>(() => newer.Settle(autumn with { Part = 1 }, stopped.Token));
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void Few_who_are_left_over_hide_the_share_and_all_of_them_do_not()
    {
        var world = new IndicatorWorld();
        Fill(world, "A1a", 50, 46);
        using var four = world.Counted();
        Assert.Equal(FigureState.Hidden, IndicatorWorld.Tables(four).At(Consent, Area.Country, Live).State);

        world = new IndicatorWorld();
        Fill(world, "A1a", 50, 50);
        using var none = world.Counted();
        Assert.Equal(100m, IndicatorWorld.Tables(none).At(Consent, Area.Country, Live).Value);
    }

    [Fact]
    [Trait("Requirement", "AI-33")]
    public void Groups_are_compared_and_the_gap_is_told_only_between_groups_that_are_shown()
    {
        var world = new IndicatorWorld();
        Fill(world, "A1a", 40, 30, sex: "female");
        Fill(world, "A1b", 40, 20, sex: "male");
        Fill(world, "B1a", 40, 12, sex: "female");
        Fill(world, "B1b", 40, 12, sex: "male");
        using var run = world.Counted();
        var tables = IndicatorWorld.Tables(run);
        var sexes = tables.Compare(Consent, "sex", Area.Country, Live);
        Assert.Equal([("sex:female", 52.5m), ("sex:male", 40m)], sexes.Groups.Select(g => (g.Group!, g.Value!.Value)));
        Assert.Equal(12.5m, sexes.Gap);
        Assert.Equal([("setting:rural", 30m), ("setting:urban", 62.5m)], tables.Compare(Consent, "setting", Area.Country, Live).Groups.Select(g => (g.Group!, g.Value!.Value)));
        Assert.Equal(25m, tables.Compare(Consent, "sex", new Area("KZ-A"), Live).Gap);
        Assert.All(tables.Compare(Consent, "sex", new Area("KZ-A", "District 1"), Live).Groups, g => Assert.Equal(FigureState.Hidden, g.State));

        Fill(world, "A1c", 3, 0, sex: "");
        using var more = world.Counted();
        var hidden = IndicatorWorld.Tables(more).Compare(Consent, "sex", Area.Country, Live);
        Assert.Contains(hidden.Groups, g => g is { Group: "sex:unknown", State: FigureState.Hidden });
        Assert.True(hidden.Groups.Count(g => g.Denominator is null) >= 2, "The one hidden group is the rest of the others.");
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void A_published_value_that_moved_by_a_few_people_waits_and_the_live_one_does_not()
    {
        var world = new IndicatorWorld();
        Fill(world, "A1a", 60, 30);
        Fill(world, "B1a", 60, 30);
        var january = IndicatorWorld.September.AddMonths(4);
        foreach (var i in Enumerable.Range(40, 4))
        {
            world.Add(january, "A1a", "consent.given", $"p-A1a-{i}");
        }

        using var run = world.Counted();
        var tables = IndicatorWorld.Tables(run);
        Assert.Equal((60, FigureState.Shown), Read(new Reading(0, IsLive: false)));
        Assert.Equal((null, FigureState.Hidden), Read(new Reading(1, IsLive: false)));
        Assert.Equal((64, FigureState.Shown), Read(new Reading(1, IsLive: true)));

        (int?, FigureState) Read(Reading reading) => tables.At(Consent, Area.Country, reading) is var f ? (f.Numerator, f.State) : default;
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void What_moved_by_a_few_waits_until_it_differs_by_enough_from_the_last_value_that_was_shown()
    {
        var world = new IndicatorWorld();
        Fill(world, "A1a", 100, 60);
        Fill(world, "B1a", 100, 60);
        int[] cases = [12, 3, 3, 0];
        int[] consents = [0, 4, 0, 6];
        var next = 60;
        foreach (var part in Enumerable.Range(0, 4))
        {
            var at = IndicatorWorld.September.AddMonths(3 * part);
            foreach (var i in Enumerable.Range(0, cases[part]))
            {
                world.Add(at, "A1a", "case.opened", $"case-{part}-{i}");
            }

            foreach (var i in Enumerable.Range(next, consents[part]))
            {
                world.Add(at, "A1a", "consent.given", $"p-A1a-{i}");
            }

            next += consents[part];
        }

        using var run = world.Counted();
        var tables = IndicatorWorld.Tables(run);
        // 12, 15, 18, 18 of the year and 120, 124, 124, 130 who stand: three, four and six people are told nowhere.
        Assert.Equal([12, null, null, null], Chain("cases-per-thousand"));
        Assert.Equal([120, null, null, 130], Chain("consent-coverage"));

        int?[] Chain(string id) =>
            [.. Enumerable.Range(0, 4).Select(p => tables.At(IndicatorWorld.Indicator(id), Area.Country, new Reading(p, IsLive: false)).Numerator)];
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void One_denominator_is_hidden_everywhere_or_nowhere_and_systems_that_are_public_by_name_are_always_counted()
    {
        var world = new IndicatorWorld();
        Fill(world, "A1a", 60, 30);
        foreach (var i in Enumerable.Range(0, 3))
        {
            world.Facts.Add(new KeptFact(world.Facts.Count + 1, IndicatorWorld.September, null, new EventFact("system.approved", $"system-{i}"), $"system-{i}", 1));
        }

        using var run = world.Counted();
        var tables = IndicatorWorld.Tables(run);
        Assert.Equal(3m, tables.At(IndicatorWorld.Indicator("systems-in-use"), Area.Country, Live).Value);
        Assert.Equal(60, tables.At(IndicatorWorld.Indicator("cases-per-thousand"), Area.Country, Live).Denominator);
        Assert.Equal(["KZ-A", Area.Elsewhere], tables.Counts.Below(Area.Country).Select(a => a.Region));
        Assert.Equal(60, tables.Counts.Facts(Area.Country, 3)["learner.enrolled"]);
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void Parts_of_the_school_year_begin_at_midnight_and_close_two_weeks_after_their_end()
    {
        var parts = IndicatorWorld.Parts;
        var first = new DateTimeOffset(2025, 8, 31, 19, 0, 0, TimeSpan.Zero);
        Assert.Equal((-1, 0, 3, 4), (parts.Of(first.AddSeconds(-1)), parts.Of(first), parts.Of(first.AddYears(1).AddSeconds(-1)), parts.Of(first.AddYears(1))));
        Assert.Equal((0, 1), (parts.OverBy(first.AddDays(91 + 13)), parts.OverBy(first.AddDays(91 + 14))));
        Assert.Equal((2025, 2026, 4), (parts.YearOf(3), parts.YearOf(4), parts.YearStart(6)));
        Assert.Equal("2025/26", YearParts.NameOf(2025));
        Assert.Equal("2099/00", YearParts.NameOf(2099));
        Assert.Equal(parts.Count, parts.Of(first.AddYears(30)));
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void Every_indicator_of_the_pack_says_what_it_counts_and_none_pretends_to_have_a_target()
    {
        Assert.InRange(IndicatorWorld.Rules.Indicators.DistinctBy(i => i.Member is null ? i.Id : i.Name.En).Count(), 15, 25);
        Assert.All(IndicatorWorld.Rules.Indicators, i => Assert.Null(i.Target));
        Assert.Equal(
            "having(teachers; level.reached; level in deepen | create; less level.lost)", IndicatorWorld.Indicator("teachers-deepen").Numerator.Formula);
        Assert.Equal(15, IndicatorWorld.Rules.Indicators.Count(i => i.Member is not null));
        Assert.All(
            IndicatorWorld.Roadmap.Measures.Select(m => m.Indicator).OfType<string>(), id => Assert.NotNull(IndicatorWorld.Rules.Find(id)));
    }

    private static void Fill(IndicatorWorld world, string school, int learners, int consents, string sex = "female")
    {
        for (var i = 0; i < learners; i++)
        {
            world.Enrol(IndicatorWorld.September, school, $"p-{school}-{i}", sex);
            if (i < consents)
            {
                world.Add(IndicatorWorld.September, school, "consent.given", $"p-{school}-{i}");
            }
        }
    }
}
