namespace Mortanba.Foundation;

/// <summary>Hidden cells of a <see cref="CountSheet"/> that sums connect: what a reader who knows the sums can find out about them.</summary>
internal sealed class CountUnknowns
{
    private const int Unbounded = int.MaxValue / 4;
    private const long Prime = 2_147_483_647;
    private const int StepsPerSum = 50;

    private readonly int[] cells;
    private readonly int[] counts;

    // The parts make the total (none when it is shown) and a number.
    private readonly List<(int? Total, int[] Parts, int Number)> sums;
    private readonly int[][] sumsOf;

    public CountUnknowns(List<int> values, List<bool> hidden, List<int[]> of)
    {
        cells = [.. of.SelectMany(s => s).Where(c => hidden[c]).Distinct()];
        counts = [.. cells.Select(c => values[c])];
        var place = cells.Select((cell, i) => (cell, i)).ToDictionary(p => p.cell, p => p.i);
        sums = [.. of.Select(s => (
            hidden[s[0]] ? place[s[0]] : (int?)null, s.Skip(1).Where(c => hidden[c]).Select(c => place[c]).ToArray(),
            (hidden[s[0]] ? 0 : values[s[0]]) - s.Skip(1).Where(c => !hidden[c]).Sum(c => values[c])))];
        var found = cells.Select(_ => new List<int>()).ToArray();
        foreach (var (index, sum) in sums.Index())
        {
            foreach (var cell in Cells(sum))
            {
                found[cell].Add(index);
            }
        }

        sumsOf = [.. found.Select(f => f.ToArray())];
    }

    // A cell is determined when the sums, solved for it, leave no other unknown. A sum with a cell that stands in no other one says nothing of
    // the rest, and that cell is determined when all others of the sum are: such sums are set aside until none is left, and looked at last.
    public IEnumerable<int> ByElimination()
    {
        var uses = new int[cells.Length];
        foreach (var cell in sums.SelectMany(Cells))
        {
            uses[cell]++;
        }

        var aside = new Stack<(int Sum, int Free)>();
        var isAside = new bool[sums.Count];
        var alone = new Queue<int>(Enumerable.Range(0, cells.Length).Where(c => uses[c] == 1));
        while (alone.TryDequeue(out var cell))
        {
            var sum = Array.FindIndex(sumsOf[cell], s => !isAside[s]) is >= 0 and var at ? sumsOf[cell][at] : -1;
            if (sum < 0 || uses[cell] != 1)
            {
                continue;
            }

            isAside[sum] = true;
            aside.Push((sum, cell));
            foreach (var other in Cells(sums[sum]))
            {
                if (--uses[other] == 1)
                {
                    alone.Enqueue(other);
                }
            }
        }

        var known = new bool[cells.Length];
        Solve([.. sums.Where((_, i) => !isAside[i])], known);
        while (aside.TryPop(out var one))
        {
            known[one.Free] = Cells(sums[one.Sum]).All(c => c == one.Free || known[c]);
        }

        return Enumerable.Range(0, cells.Length).Where(i => known[i]).Select(i => cells[i]);
    }

    // No count is below zero: a hidden cell that could be neither one more nor one less is known.
    public IEnumerable<int> ByBounds(IReadOnlySet<int> known)
    {
        var low = new int[cells.Length];
        var high = Enumerable.Repeat(Unbounded, cells.Length).ToArray();
        Narrow(low, high, Enumerable.Range(0, sums.Count));
        return Enumerable.Range(0, cells.Length).Where(i => !known.Contains(cells[i]) && !CanBe(i, counts[i] + 1) && !CanBe(i, counts[i] - 1)).Select(i => cells[i]).ToList();

        bool CanBe(int cell, int count)
        {
            if (count < low[cell] || count > high[cell])
            {
                return false;
            }

            var (least, most) = ((int[])low.Clone(), (int[])high.Clone());
            (least[cell], most[cell]) = (count, count);
            return Narrow(least, most, sumsOf[cell]);
        }
    }

    private static IEnumerable<int> Cells((int? Total, int[] Parts, int Number) sum) => sum.Total is { } total ? sum.Parts.Append(total) : sum.Parts;

    // Arithmetic modulo a prime: exact enough for small sums.
    private static void Solve(List<(int? Total, int[] Parts, int Number)> core, bool[] known)
    {
        var columns = core.SelectMany(Cells).Distinct().ToArray();
        var place = columns.Index().ToDictionary(c => c.Item, c => c.Index);
        var rows = core.ConvertAll(sum =>
        {
            var row = new long[columns.Length];
            Array.ForEach(sum.Parts, p => row[place[p]] = 1);
            if (sum.Total is { } total)
            {
                row[place[total]] = Prime - 1;
            }

            return row;
        });
        var done = 0;
        for (var pivot = 0; pivot < columns.Length && done < rows.Count; pivot++)
        {
            var found = rows.FindIndex(done, r => r[pivot] != 0);
            if (found < 0)
            {
                continue;
            }

            (rows[done], rows[found]) = (rows[found], rows[done]);
            var inverse = Power(rows[done][pivot], Prime - 2, Prime);
            for (var c = pivot; c < columns.Length; c++)
            {
                rows[done][c] = rows[done][c] * inverse % Prime;
            }

            for (var r = 0; r < rows.Count; r++)
            {
                if (r != done && rows[r][pivot] is not 0 and var factor)
                {
                    for (var c = pivot; c < columns.Length; c++)
                    {
                        rows[r][c] = (rows[r][c] + ((Prime - factor) * rows[done][c])) % Prime;
                    }
                }
            }

            done++;
        }

        foreach (var row in rows.Take(done).Where(r => r.Count(v => v != 0) == 1))
        {
            known[columns[Array.FindIndex(row, v => v != 0)]] = true;
        }
    }

    private static long Power(long value, long exponent, long prime)
    {
        var result = 1L;
        for (; exponent > 0; exponent >>= 1)
        {
            result = (exponent & 1) == 1 ? result * value % prime : result;
            value = value * value % prime;
        }

        return result;
    }

    // Sum by sum, until nothing changes; false when some cell is left without any count. Bounds that never close in on each other are those of
    // sums that contradict one another, and what they determine is found by elimination.
    private bool Narrow(int[] low, int[] high, IEnumerable<int> first)
    {
        var waiting = new Queue<int>(first);
        var isWaiting = new bool[sums.Count];
        foreach (var sum in waiting)
        {
            isWaiting[sum] = true;
        }

        for (var left = StepsPerSum * sums.Count; left > 0 && waiting.TryDequeue(out var next); left--)
        {
            isWaiting[next] = false;
            var (total, parts, number) = sums[next];
            long least = 0;
            long most = 0;
            foreach (var part in parts)
            {
                least += low[part];
                most += high[part];
            }

            if (total is { } whole && !Keep(whole, least - number, most - number))
            {
                return false;
            }

            var (from, until) = total is { } cell ? (low[cell], high[cell]) : (0, 0);
            foreach (var part in parts)
            {
                if (!Keep(part, from + number - (most - high[part]), until + number - (least - low[part])))
                {
                    return false;
                }
            }

            // A sum without a hidden total has to come out exactly.
            if (total is null && (least > number || most < number))
            {
                return false;
            }
        }

        return true;

        bool Keep(int cell, long least, long most)
        {
            var before = (low[cell], high[cell]);
            (low[cell], high[cell]) = ((int)Math.Max(low[cell], least), (int)Math.Min(high[cell], Math.Max(most, -1)));
            if (before != (low[cell], high[cell]))
            {
                foreach (var sum in sumsOf[cell])
                {
                    if (!isWaiting[sum])
                    {
                        isWaiting[sum] = true;
                        waiting.Enqueue(sum);
                    }
                }
            }

            return low[cell] <= high[cell];
        }
    }
}
