using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>What is hidden stays hidden: every world that a reader could think of is tried.</summary>
[Trait("Requirement", "RQ-20")]
[Trait("Requirement", "RQ-30")]
public sealed class CountSheetTests
{
    private const int Smallest = 3;

    [Fact]
    public void No_table_with_its_totals_lets_a_hidden_count_be_computed()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 400; round++)
        {
            var (rows, columns) = (random.Next(1, 4), random.Next(2, 4));
            var counts = Enumerable.Range(0, rows * columns).Select(_ => random.Next(3) == 0 ? random.Next(0, 12) : random.Next(0, 5)).ToArray();
            var sheet = new CountSheet(Smallest);
            var (cells, sums) = Table(sheet, counts, rows, columns);
            sheet.Protect();

            Assert.All(cells, c => Assert.True(sheet[c.Cell] is null || c.Count >= Smallest));
            foreach (var cell in cells.Where(c => sheet[c.Cell] is null))
            {
                Assert.True(Worlds(sheet, cells, sums).Select(w => w[cell.Cell]).Distinct().Skip(1).Any(), $"round {round}: {string.Join(' ', counts)}, cell {cell.Cell}");
            }
        }
    }

    [Fact]
    public void What_was_shown_before_stays_shown_and_the_rest_is_hidden_around_it()
    {
        var sheet = new CountSheet(Smallest);
        var parts = new[] { sheet.Add(1), sheet.Add(20), sheet.Add(30) };
        sheet.Protect();
        Assert.Equal([null, 20, 30], parts.Select(p => sheet[p]));

        var total = sheet.Add(51);
        sheet.Sum(total, parts);
        sheet.Protect();

        Assert.Equal([null, 20, 30, null], parts.Append(total).Select(p => sheet[p]));
    }

    [Fact]
    public void Large_counts_are_all_shown_and_a_wrong_total_is_a_fault()
    {
        var sheet = new CountSheet();
        var (cells, _) = Table(sheet, [10, 11, 12, 13], 2, 2);
        sheet.Protect();
        Assert.All(cells, c => Assert.Equal(c.Count, sheet[c.Cell]));
        Assert.Throws<ArgumentException>(() => sheet.Sum(cells[0].Cell, cells[1].Cell));
    }

    private static (List<(int Cell, int Count)> Cells, List<int[]> Sums) Table(CountSheet sheet, int[] counts, int rows, int columns)
    {
        var cells = counts.Select(c => (Cell: sheet.Add(c), Count: c)).ToList();
        var sums = new List<int[]>();
        int Total(int[] parts)
        {
            var count = parts.Sum(p => cells[p].Count);
            cells.Add((sheet.Add(count), count));
            sheet.Sum(cells.Count - 1, parts);
            sums.Add([cells.Count - 1, .. parts]);
            return cells.Count - 1;
        }

        var down = Enumerable.Range(0, rows).Select(r => Total([.. Enumerable.Range(0, columns).Select(c => (r * columns) + c)])).ToArray();
        var across = Enumerable.Range(0, columns).Select(c => Total([.. Enumerable.Range(0, rows).Select(r => (r * columns) + c)])).ToArray();
        var all = Total(down);
        sheet.Sum(all, across);
        sums.Add([all, .. across]);
        return (cells, sums);
    }

    // Every way to fill what is hidden, with counts to a little above the largest, so that all sums are right.
    private static IEnumerable<int[]> Worlds(CountSheet sheet, List<(int Cell, int Count)> cells, List<int[]> sums)
    {
        var world = cells.Select(c => sheet[c.Cell] ?? -1).ToArray();
        var most = cells.Max(c => c.Count) + 2;
        return Fill();

        IEnumerable<int[]> Fill()
        {
            // A sum with one unknown gives it.
            var given = new List<int>();
            for (var isChanged = true; isChanged;)
            {
                isChanged = false;
                foreach (var sum in sums)
                {
                    if (sum.Count(c => world[c] < 0) != 1)
                    {
                        continue;
                    }

                    var cell = sum.Single(c => world[c] < 0);
                    var parts = sum.Skip(1).Where(c => c != cell).Sum(c => world[c]);
                    world[cell] = cell == sum[0] ? parts : world[sum[0]] - parts;
                    given.Add(cell);
                    isChanged = true;
                    if (world[cell] < 0)
                    {
                        Undo();
                        yield break;
                    }
                }
            }

            var open = Array.FindIndex(world, v => v < 0);
            if (open < 0)
            {
                if (sums.All(s => world[s[0]] == s.Skip(1).Sum(c => world[c])))
                {
                    yield return [.. world];
                }
            }
            else
            {
                for (var count = 0; count <= most; count++)
                {
                    world[open] = count;
                    foreach (var found in Fill())
                    {
                        yield return found;
                    }

                    world[open] = -1;
                }
            }

            Undo();

            void Undo()
            {
                given.ForEach(c => world[c] = -1);
                given.Clear();
            }
        }
    }
}
