using Mortanba.AiEducation;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>What is hidden stays hidden, in tables that hang together: every world that a reader could think of is tried.</summary>
[Trait("Requirement", "AI-26")]
public sealed class SuppressionTests
{
    private const int Smallest = 3;
    private const int Rounds = 60;

    // Two measures, of which the first holds the second.
    private static readonly MeasureTraits Stock = new([(0, 1)], [false, false], [false, false]);

    // Leaves are the smallest cells; a row is the sum of some. A table is settled after those before it.
    private static readonly int[][] Tree = [[0, 1, 2, 3], [0, 1], [2, 3], [0], [1], [2], [3]];
    private static readonly int[][] TreeTables = [[0, 1, 2], [1, 3, 4], [2, 5, 6]];

    // Two regions, each of two groups; the groups of the country besides.
    private static readonly int[][] Cross = [[0, 1, 2, 3], [0, 1], [2, 3], [0, 2], [1, 3], [0], [1], [2], [3]];

    [Fact]
    public void From_the_country_to_the_schools_no_hidden_count_and_no_small_remainder_can_be_computed()
    {
        var random = new Random(2026);
        for (var round = 0; round < Rounds; round++)
        {
            var world = Random(random, leaves: 4, most: 5);
            var shown = new bool[Tree.Length][];
            foreach (var table in TreeTables)
            {
                var above = shown[table[0]];
                // Of what is hidden above, nothing is shown below.
                var rows = table.Select((row, i) => Row(Tree[row], world, null, null, i == 0 ? above : null) with
                {
                    Decided = above is null ? [null, null] : [.. above.Select(s => i == 0 ? s : s ? (bool?)null : false)],
                }).ToList();
                var found = ProtectedRows.Shown(rows, [(0, [1, 2])], Stock, Smallest);
                table.Index().ToList().ForEach(r => shown[r.Item] ??= found[r.Index]);
            }

            Check(round, Tree, world, shown, most: 6);
        }
    }

    [Fact]
    [Trait("Requirement", "AI-33")]
    public void Groups_of_the_country_and_of_the_regions_tell_nothing_that_the_totals_hide()
    {
        var random = new Random(33);
        for (var round = 0; round < Rounds; round++)
        {
            var world = Random(random, leaves: 4, most: 5);
            var totals = ProtectedRows.Shown(
                [.. Cross.Take(3).Select(r => Row(r, world, null, null, null))], [(0, [1, 2])], Stock, Smallest);
            bool?[] UnderTotal(int area) => [.. totals[area].Select(s => s ? (bool?)null : false)];
            var rows = Cross.Select((row, i) => Row(row, world, null, null, null) with
            {
                Decided = i < 3 ? [.. totals[i].Select(s => (bool?)s)] : UnderTotal(i < 5 ? 0 : i < 7 ? 1 : 2),
            });
            var shown = ProtectedRows.Shown(
                [.. rows], [(0, [3, 4]), (1, [5, 6]), (2, [7, 8]), (3, [5, 7]), (4, [6, 8])], Stock, Smallest);
            Check(round, Cross, world, shown, most: 6);
        }
    }

    [Fact]
    public void Two_tables_of_the_same_people_do_not_tell_by_how_few_they_differ()
    {
        int[][] areas = [[0, 1], [0], [1]];
        var random = new Random(7);
        for (var round = 0; round < Rounds * 3; round++)
        {
            var first = Random(random, leaves: 2, most: 7);
            // One or two more here and there, or many, or somebody less.
            int[] second = [.. first.Select(c => Math.Max(0, c + random.Next(6) switch { 0 => 1, 1 => 2, 2 => 4, 3 => -1, _ => 0 }))];
            second = [.. second.Select((c, i) => i % 2 == 1 ? Math.Min(c, second[i - 1]) : c)];
            var before = ProtectedRows.Shown([.. areas.Select(a => Row(a, first, null, null, null))], [(0, [1, 2])], Stock, Smallest);
            var now = ProtectedRows.Shown(
                [.. areas.Select((a, i) => Row(a, second, first, before[i], null))], [(0, [1, 2])], Stock, Smallest);
            Check(round, areas, second, now, most: 12);

            var thens = Worlds(areas, first, before, most: 12).ToList();
            var heres = Worlds(areas, second, now, most: 12).ToList();
            for (var row = 0; row < areas.Length; row++)
            {
                for (var measure = 0; measure < 2; measure++)
                {
                    int At(int[] world) => Sum(areas[row], world, measure);
                    if (Math.Abs(At(second) - At(first)) is > 0 and < Smallest)
                    {
                        var isOpen = thens.Select(At).Distinct().Skip(1).Any() || heres.Select(At).Distinct().Skip(1).Any();
                        Assert.True(isOpen, $"round {round}: the difference of row {row}, measure {measure} is told");
                    }
                }
            }
        }
    }

    [Fact]
    public void What_only_grows_tells_no_more_although_everybody_knows_that_it_does()
    {
        int[][] areas = [[0, 1], [0], [1]];
        var traits = Stock with { Grows = [true, true] };
        var random = new Random(70);
        for (var round = 0; round < Rounds * 3; round++)
        {
            var first = Random(random, leaves: 2, most: 4);
            int[] second = [.. first.Select(c => c + random.Next(5) switch { 0 => 1, 1 => 2, 2 => 3, _ => 0 })];
            second = [.. second.Select((c, i) => i % 2 == 1 ? Math.Max(first[i], Math.Min(c, second[i - 1])) : c)];
            var before = ProtectedRows.Shown([.. areas.Select(a => Row(a, first, null, null, null))], [(0, [1, 2])], traits, Smallest);
            var now = ProtectedRows.Shown([.. areas.Select((a, i) => Row(a, second, first, before[i], null))], [(0, [1, 2])], traits, Smallest);
            Check(round, areas, second, now, most: 8);

            var heres = Worlds(areas, second, now, most: 8).ToList();
            var pairs = Worlds(areas, first, before, most: 8).SelectMany(then => heres.Where(here => !then.Where((c, i) => here[i] < c).Any()).Select(here => (then, here))).ToList();
            foreach (var (row, measure) in Enumerable.Range(0, areas.Length).SelectMany(r => new[] { (r, 0), (r, 1) }))
            {
                int At(int[] world) => Sum(areas[row], world, measure);
                Assert.True(now[row][measure] || pairs.Select(p => At(p.here)).Distinct().Skip(1).Any(), $"round {round}: row {row}, measure {measure} is told");
                Assert.True(before[row][measure] || pairs.Select(p => At(p.then)).Distinct().Skip(1).Any(), $"round {round}: {string.Join(' ', first)} / {string.Join(' ', second)}, {string.Join(' ', before.SelectMany(s => s))} / {string.Join(' ', now.SelectMany(s => s))}: row {row}, measure {measure} of before is told");
                Assert.True(
                    At(second) - At(first) is <= 0 or >= Smallest || pairs.Select(p => At(p.here) - At(p.then)).Distinct().Skip(1).Any(),
                    $"round {round}: {string.Join(' ', first)} / {string.Join(' ', second)}, the difference of row {row}, measure {measure} is told");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void In_a_chain_of_tables_no_value_differs_by_a_few_from_the_last_one_that_was_seen(bool isGrowing)
    {
        int[][] areas = [[0, 1], [0], [1]];
        var traits = Stock with { Grows = [isGrowing, isGrowing] };
        var random = new Random(26);
        var across = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var world = Random(random, leaves: 2, most: 9);
            int[]? before = null;
            var shownBefore = new bool[areas.Length][];
            var seen = new int?[areas.Length, 2];
            for (var table = 0; table < 5; table++)
            {
                var rows = areas.Select((a, r) => Row(a, world, before, shownBefore[r], null) with
                {
                    Last = before is null ? null : [.. Enumerable.Range(0, 2).Select(m => shownBefore[r][m] ? null : seen[r, m])],
                }).ToList();
                var shown = ProtectedRows.Shown(rows, [(0, [1, 2])], traits, Smallest);
                foreach (var (row, measure) in Enumerable.Range(0, areas.Length).SelectMany(r => new[] { (r, 0), (r, 1) }).Where(c => shown[c.Item1][c.Item2]))
                {
                    var here = Sum(areas[row], world, measure);
                    Assert.True(
                        seen[row, measure] is not { } last || Math.Abs(here - last) is 0 or >= Smallest,
                        $"round {round}, table {table}: row {row}, measure {measure} was {seen[row, measure]} and is {here}");
                    across += seen[row, measure] is not null && !shownBefore[row][measure] ? 1 : 0;
                    seen[row, measure] = here;
                }

                (before, shownBefore) = (world, shown);
                world = [.. world.Select(c => Math.Max(0, c + random.Next(6) switch { 0 => 1, 1 => 2, 2 => 4, 3 when !isGrowing => -1, _ => 0 }))];
                world = [.. world.Select((c, i) => i % 2 == 1 ? Math.Max(isGrowing ? before[i] : 0, Math.Min(c, world[i - 1])) : c)];
            }
        }

        Assert.True(across > 0, "No value came back after a table that hid it.");
    }

    [Fact]
    public void Large_counts_are_all_shown_and_what_is_public_by_name_is_shown_however_small()
    {
        int[] world = [40, 20, 50, 30];
        var shown = ProtectedRows.Shown([.. new[] { new[] { 0, 1 }, [0], [1] }.Select(a => Row(a, world, null, null, null))], [(0, [1, 2])], Stock, 10);
        Assert.All(shown.SelectMany(s => s), Assert.True);
        shown = ProtectedRows.Shown([new CountRow([2, 1], [null, null], [false, false], [null, null])], [], Stock with { IsPublic = [true, true] }, 10);
        Assert.Equal([true, true], shown[0]);
        shown = ProtectedRows.Shown([new CountRow([2, null], [null, null], [false, false], [null, null])], [], Stock, 10);
        Assert.Equal([false, false], shown[0]);
    }

    // Two measures: all, and a part of them; leaf by leaf.
    private static int[] Random(Random random, int leaves, int most) =>
        [.. Enumerable.Range(0, leaves).SelectMany(_ => random.Next(most + 1) is var all ? new[] { all, random.Next(all + 1) } : [])];

    private static CountRow Row(int[] leaves, int[] now, int[]? before, bool[]? shownBefore, bool[]? settled) => new(
        [Sum(leaves, now, 0), Sum(leaves, now, 1)],
        before is null ? [null, null] : [Sum(leaves, before, 0), Sum(leaves, before, 1)],
        shownBefore ?? [false, false], settled is null ? [null, null] : [.. settled.Select(s => (bool?)s)]);

    private static int Sum(int[] leaves, int[] world, int measure) => leaves.Sum(l => world[(2 * l) + measure]);

    private static void Check(int round, int[][] rows, int[] world, bool[][] shown, int most)
    {
        var worlds = Worlds(rows, world, shown, most).ToList();
        for (var row = 0; row < rows.Length; row++)
        {
            var (all, some) = (Sum(rows[row], world, 0), Sum(rows[row], world, 1));
            foreach (var (measure, count) in new[] { (0, all), (1, some) })
            {
                Assert.True(!shown[row][measure] || count >= Smallest, $"round {round}: {count} is shown");
                Assert.True(
                    shown[row][measure] || worlds.Select(w => Sum(rows[row], w, measure)).Distinct().Skip(1).Any(),
                    $"round {round}: {string.Join(' ', world)}, row {row}, measure {measure} is told");
            }

            Assert.True(
                all - some is <= 0 or >= Smallest || worlds.Select(w => Sum(rows[row], w, 0) - Sum(rows[row], w, 1)).Distinct().Skip(1).Any(),
                $"round {round}: {string.Join(' ', world)}, what row {row} leaves over is told");
        }
    }

    // Every way to fill the leaves so that what is shown is right: leaf by leaf, as long as no shown sum is passed.
    private static IEnumerable<int[]> Worlds(int[][] rows, int[] world, bool[][] shown, int most)
    {
        var known = rows.SelectMany((leaves, r) => Enumerable.Range(0, 2).Where(m => shown[r][m]).Select(m => (leaves, m, Sum: Sum(leaves, world, m)))).ToList();
        var guess = new int[world.Length];
        return Fill(0);

        IEnumerable<int[]> Fill(int place)
        {
            if (place == guess.Length)
            {
                yield return [.. guess];
                yield break;
            }

            var limit = place % 2 == 1 ? guess[place - 1] : most;
            for (var count = 0; count <= limit; count++)
            {
                guess[place] = count;
                if (known.Where(k => k.m == place % 2 && k.leaves.Contains(place / 2)).All(k =>
                    k.leaves.Where(l => (2 * l) + k.m <= place).Sum(l => guess[(2 * l) + k.m]) is var sofar
                    && (k.leaves.Max() * 2) + k.m == place ? sofar == k.Sum : sofar <= k.Sum))
                {
                    foreach (var found in Fill(place + 1))
                    {
                        yield return found;
                    }
                }
            }

            guess[place] = 0;
        }
    }
}
