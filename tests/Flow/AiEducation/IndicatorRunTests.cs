using Mortanba.AiEducation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Counting facts: what counts when, and what is kept apart.</summary>
[Trait("Requirement", "AI-26")]
public sealed class IndicatorRunTests
{
    private const int Autumn = 0;
    private const int Winter = 1;
    private const int Spring = 2;
    private static readonly DateTimeOffset September = IndicatorWorld.September;
    private static readonly DateTimeOffset January = September.AddMonths(4);
    private static readonly AiIndicator Consent = IndicatorWorld.Indicator("consent-coverage");
    private static readonly AiIndicator Tasks = IndicatorWorld.Indicator("tasks-with-level");

    [Fact]
    public void Who_is_there_and_has_something_is_counted_as_it_stands_at_the_end_of_each_part()
    {
        var world = new IndicatorWorld();
        world.Enrol(September, "A1a", "p-1");
        world.Enrol(September, "A1a", "p-2");
        world.Add(September, "A1a", "consent.given", "p-1");
        world.Add(January, "A1a", "consent.given", "p-2");
        world.Add(January.AddMonths(3), "A1a", "consent.withdrawn", "p-1");
        world.Add(January.AddMonths(3), "A1a", "learner.left", "p-2");
        using var run = world.Counted();
        Assert.Equal((2, 2, 1), (There(Autumn), There(Winter), There(Spring)));
        Assert.Equal((1, 2, 0), (Having(Autumn), Having(Winter), Having(Spring)));

        int There(int part) => IndicatorWorld.Count(run, Consent.Denominator!, "A1a", part);
        int Having(int part) => IndicatorWorld.Count(run, Consent.Numerator, "A1a", part);
    }

    [Fact]
    public void What_adds_up_over_the_year_begins_anew_with_the_next_one()
    {
        var world = new IndicatorWorld();
        world.Add(September, "A1a", "task.set", "task-1", ("aias", "2"));
        world.Add(January, "A1a", "task.set", "task-2");
        world.Add(September.AddYears(1), "A1a", "task.set", "task-3", ("aias", "1"));
        using var run = world.Counted(September.AddYears(1).AddDays(1));
        Assert.Equal((1, 2, 1), (All(Autumn), All(Winter), All(Autumn + 4)));
        Assert.Equal((1, 1, 1), (Level(Autumn), Level(Winter), Level(Autumn + 4)));

        int All(int part) => IndicatorWorld.Count(run, Tasks.Denominator!, "A1a", part);
        int Level(int part) => IndicatorWorld.Count(run, Tasks.Numerator, "A1a", part);
    }

    [Fact]
    public void Counting_in_one_go_or_in_many_gives_the_same_counts_and_the_same_hash()
    {
        var world = RandomWorld(400);
        using var whole = IndicatorWorld.Run();
        using var steps = IndicatorWorld.Run();
        foreach (var chunk in world.Facts.Chunk(37))
        {
            Array.ForEach(chunk, f => steps.Take(f, IndicatorWorld.July));
            steps.Stored();
        }

        world.Facts.ForEach(f => whole.Take(f, IndicatorWorld.July));
        Assert.Equal(whole.InputsHash, steps.InputsHash);
        Assert.Equal(Bytes(whole), Bytes(steps));
        Assert.All(whole.Counts, c => Assert.Equal(c.Counts.Write(), SchoolCounts.Read(c.Counts.Write(), 1).Write()));

        using var other = IndicatorWorld.Run();
        world.Facts.SkipLast(1).ToList().ForEach(f => other.Take(f, IndicatorWorld.July));
        Assert.NotEqual(whole.InputsHash, other.InputsHash);
    }

    [Fact]
    public void Counts_are_what_a_naive_count_of_the_same_facts_gives()
    {
        var world = RandomWorld(3_000);
        using var run = world.Counted();
        foreach (var school in new[] { "A1a", "A1b", "B1a" })
        {
            var facts = world.Facts.Where(f => f.School == school).ToList();
            var there = facts.Where(f => f.Fact.Type == "learner.enrolled").Select(f => f.Fact.Subject)
                .Except(facts.Where(f => f.Fact.Type == "learner.left").Select(f => f.Fact.Subject)).ToHashSet();
            var consents = there.Count(p => world.Facts.Where(f => f.Fact.Subject == p)
                .Aggregate(0, (has, f) => f.Fact.Type == "consent.given" ? has + 1 : f.Fact.Type == "consent.withdrawn" ? Math.Max(0, has - 1) : has) > 0);
            Assert.Equal(there.Count, IndicatorWorld.Count(run, Consent.Denominator!, school, 3));
            Assert.Equal(consents, IndicatorWorld.Count(run, Consent.Numerator, school, 3));
            Assert.Equal(facts.Count(f => f.Fact.Type == "task.set" && f.Fact.Values.ContainsKey("aias")), IndicatorWorld.Count(run, Tasks.Numerator, school, 3));
        }
    }

    [Fact]
    public void The_same_event_sent_twice_counts_once_and_is_told()
    {
        var world = new IndicatorWorld();
        var one = world.Add(September, "A1a", "task.set", "task-1", ("aias", "2"));
        world.Facts.Add(one with { Seq = 2 });
        using var run = world.Counted();
        Assert.Equal(1, IndicatorWorld.Count(run, Tasks.Denominator!, "A1a", Autumn));
        Assert.Equal(1, run.Apart[(ApartReason.Twice, "task.set")]);

        // And whoever reads on from a place behind it reads nothing twice.
        run.Take(one, IndicatorWorld.July);
        Assert.Equal(2, run.Seq);
    }

    [Fact]
    public void One_event_may_tell_several_facts()
    {
        var world = new IndicatorWorld();
        var one = world.Add(September, "A1a", "task.set", "task-1", ("aias", "2"));
        world.Facts.Add(one with { Seq = 2, Fact = new EventFact("data.incident", "task-1") });
        world.Facts.Add(one with { Seq = 3, Fact = new EventFact("level.reached", "p-t", ("level", "acquire"), ("aspect", "a")) });
        world.Facts.Add(one with { Seq = 4, Fact = new EventFact("level.reached", "p-t", ("level", "acquire"), ("aspect", "b")) });
        using var run = world.Counted();
        Assert.Equal(1, IndicatorWorld.Count(run, IndicatorWorld.Indicator("data-incidents").Numerator, "A1a", Autumn));
        Assert.Empty(run.Apart);
    }

    [Fact]
    public void A_wrong_clock_is_kept_apart_and_stays_so_when_everything_is_counted_again_later()
    {
        var world = new IndicatorWorld();
        world.Add(September.AddMinutes(5), "A1a", "task.set", "task-1", ("aias", "2"));
        var wrong = world.Add(September.AddDays(3), "A1a", "task.set", "task-2", ("aias", "2"));
        using var run = world.Counted(September);
        Assert.Equal(1, IndicatorWorld.Count(run, Tasks.Denominator!, "A1a", Autumn));
        Assert.Equal(1, run.Apart[(ApartReason.Ahead, "task.set")]);

        using var again = IndicatorWorld.Run(run.Closings, run.Ahead);
        world.Facts.ForEach(f => again.Take(f, wrong.At.AddYears(1)));
        Assert.Equal(Bytes(run), Bytes(again));
    }

    [Fact]
    public void What_comes_for_a_closed_part_changes_nothing_that_was_published()
    {
        var world = new IndicatorWorld();
        world.Enrol(September, "A1a", "p-1");
        world.Add(September, "A1a", "task.set", "task-1", ("aias", "2"));
        using var run = IndicatorWorld.Run();
        world.Facts.ForEach(f => run.Take(f, September));
        run.CloseBy(January);
        Assert.Equal([2], run.Closings);

        world.Enrol(September, "A1a", "p-late");
        world.Add(September, "A1a", "task.set", "task-late", ("aias", "2"));
        world.Facts.ForEach(f => run.Take(f, January));
        Assert.Equal((1, 1), (IndicatorWorld.Count(run, Tasks.Denominator!, "A1a", Autumn), IndicatorWorld.Count(run, Consent.Denominator!, "A1a", Autumn)));
        // Who is there counts from the first open part on; a task of last autumn does not.
        Assert.Equal((1, 2), (IndicatorWorld.Count(run, Tasks.Denominator!, "A1a", Winter), IndicatorWorld.Count(run, Consent.Denominator!, "A1a", Winter)));
        Assert.Equal(1, run.Apart[(ApartReason.Late, "task.set")]);
        Assert.Equal(1, run.Apart[(ApartReason.Late, "learner.enrolled")]);

        using var again = IndicatorWorld.Run(run.Closings);
        world.Facts.ForEach(f => again.Take(f, January));
        Assert.Equal(Bytes(run), Bytes(again));
    }

    [Fact]
    public void Whoever_keeps_a_pseudonym_keeps_the_level_and_a_learner_gives_consent_anew()
    {
        var world = new IndicatorWorld();
        var level = IndicatorWorld.Indicator("teachers-deepen");
        world.Add(September, "A1a", "teacher.joined", "p-t");
        world.Add(September, "A1a", "level.reached", "p-t", ("level", "deepen"));
        world.Add(January, "A1a", "teacher.left", "p-t");
        world.Add(January, "B1a", "teacher.joined", "p-t");
        world.Enrol(September, "A1a", "p-1");
        world.Add(September, "A1a", "consent.given", "p-1");
        world.Add(January, "A1a", "learner.left", "p-1");
        world.Enrol(January, "B1a", "p-1");
        using var run = world.Counted();
        Assert.Equal((1, 0), (IndicatorWorld.Count(run, level.Numerator, "A1a", Autumn), IndicatorWorld.Count(run, level.Numerator, "A1a", Winter)));
        Assert.Equal(1, IndicatorWorld.Count(run, level.Numerator, "B1a", Winter));
        Assert.Equal((1, 0), (IndicatorWorld.Count(run, Consent.Denominator!, "B1a", Winter), IndicatorWorld.Count(run, Consent.Numerator, "B1a", Winter)));
    }

    [Fact]
    public void Who_consented_to_two_tools_and_withdrew_one_still_has_consented()
    {
        var world = new IndicatorWorld();
        world.Enrol(September, "A1a", "p-1");
        world.Add(September, "A1a", "consent.given", "p-1");
        world.Add(September, "A1a", "consent.given", "p-1");
        world.Add(September, "A1a", "consent.withdrawn", "p-1");
        using var one = world.Counted();
        Assert.Equal(1, IndicatorWorld.Count(one, Consent.Numerator, "A1a", Autumn));
        world.Add(September, "A1a", "consent.withdrawn", "p-1");
        using var none = world.Counted();
        Assert.Equal(0, IndicatorWorld.Count(none, Consent.Numerator, "A1a", Autumn));
    }

    [Fact]
    public void What_an_assessment_gave_goes_when_it_is_taken_back_and_a_level_of_another_aspect_stays()
    {
        var world = new IndicatorWorld();
        AiIndicator[] all = [.. new[] { "teachers-acquire", "teachers-deepen", "teachers-by-block-t01", "teachers-by-block-t02" }.Select(IndicatorWorld.Indicator)];
        world.Add(September, "A1a", "teacher.joined", "p-t");
        Level("level.reached", "acquire", "ethics");
        Level("level.reached", "acquire", "human-centred");
        Level("level.reached", "deepen", "human-centred");
        foreach (var block in new[] { "T01", "T02" })
        {
            world.Add(September, "A1a", "competence.assessed", "p-t", ("block", block), ("level", "acquire"), ("outcome", "met"));
        }

        // Another evidence that shows nothing takes nothing away.
        world.Add(September, "A1a", "competence.assessed", "p-t", ("block", "T01"), ("level", "acquire"), ("outcome", "not-met"));
        Assert.Equal([1, 1, 1, 1], Counts());

        Level("level.lost", "acquire", "human-centred");
        Level("level.lost", "deepen", "human-centred");
        world.Add(September, "A1a", "competence.lost", "p-t", ("block", "T01"));
        Assert.Equal([1, 0, 0, 1], Counts());
        Level("level.lost", "acquire", "ethics");
        Level("level.reached", "deepen", "foundations");
        Assert.Equal([1, 1, 0, 1], Counts());

        void Level(string type, string level, string aspect) => world.Add(September, "A1a", type, "p-t", ("level", level), ("aspect", aspect));

        int[] Counts()
        {
            using var run = world.Counted();
            return [.. all.Select(i => IndicatorWorld.Count(run, i.Numerator, "A1a", Autumn))];
        }
    }

    [Fact]
    public void The_last_report_of_a_school_counts_and_a_number_that_is_none_is_told()
    {
        var world = new IndicatorWorld();
        var devices = IndicatorWorld.Indicator("devices-per-hundred");
        var connected = IndicatorWorld.Indicator("schools-well-connected");
        world.Add(September, "A1a", "school.registered", "A1a");
        world.Add(September, "A1a", "infrastructure.reported", "A1a", ("devices", "40"), ("learners", "200"), ("connectivity", "good"));
        world.Add(January, "A1a", "infrastructure.reported", "A1a", ("devices", "55"), ("learners", "many"), ("connectivity", "weak"));
        using var run = world.Counted();
        Assert.Equal((40, 55), (IndicatorWorld.Count(run, devices.Numerator, "A1a", Autumn), IndicatorWorld.Count(run, devices.Numerator, "A1a", Winter)));
        Assert.Equal(200, IndicatorWorld.Count(run, devices.Denominator!, "A1a", Winter));
        Assert.Equal((1, 0), (IndicatorWorld.Count(run, connected.Numerator, "A1a", Autumn), IndicatorWorld.Count(run, connected.Numerator, "A1a", Winter)));
        Assert.Equal(1, run.Apart[(ApartReason.Unreadable, "infrastructure.reported")]);
    }

    [Fact]
    public void A_median_is_the_middle_of_all_cases_of_the_year()
    {
        var world = new IndicatorWorld();
        foreach (var days in Enumerable.Range(1, 12))
        {
            world.Add(September, days % 2 == 0 ? "A1a" : "A2b", "case.closed", $"case-{days}", ("days", $"{days * 3}"));
        }

        using var run = world.Counted();
        var figure = IndicatorWorld.Tables(run).At(IndicatorWorld.Indicator("case-days"), Area.Country, new Reading(Spring, IsLive: true));
        Assert.Equal((12, 19.5m), (figure.Numerator, figure.Value));
    }

    private static List<byte[]> Bytes(IndicatorRun run) => [.. run.Counts.OrderBy(c => c.School, StringComparer.Ordinal).Select(c => c.Counts.Write())];

    private static IndicatorWorld RandomWorld(int facts)
    {
        var random = new Random(26);
        var world = new IndicatorWorld();
        string[] schools = ["A1a", "A1b", "B1a"];
        var learners = new List<(string Id, string School)>();
        for (var i = 0; i < facts; i++)
        {
            var at = September.AddHours(i);
            switch (learners.Count == 0 ? 0 : random.Next(5))
            {
                case 0:
                    learners.Add(($"p-{i}", schools[random.Next(3)]));
                    world.Enrol(at, learners[^1].School, learners[^1].Id, random.Next(2) == 0 ? "female" : "male");
                    break;
                case 1 when learners.Count > 5:
                    var gone = learners[random.Next(learners.Count)];
                    learners.Remove(gone);
                    world.Add(at, gone.School, "learner.left", gone.Id);
                    break;
                case 2 or 3:
                    var one = learners[random.Next(learners.Count)];
                    world.Add(at, one.School, random.Next(3) == 0 ? "consent.withdrawn" : "consent.given", one.Id);
                    break;
                default:
                    world.Add(at, schools[random.Next(3)], "task.set", $"task-{i}", random.Next(2) == 0 ? [("aias", "3")] : []);
                    break;
            }
        }

        return world;
    }
}
