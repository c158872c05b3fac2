namespace Mortanba.Recognition;

/// <summary>
/// Counts that are published together, and which of them are not (requirements RQ-20, RQ-30): every count below the smallest, and of the
/// others as many as it takes that none of the hidden can be computed from totals and parts.
/// </summary>
/// <remarks>
/// Cell suppression as in A. Hundepool and others, "Statistical Disclosure Control" (2012), chapter 4: primary suppression by the smallest
/// count, secondary by the sums in which a cell stands. Smallest neighbours go first; that nothing hidden is determined is then shown, not
/// hoped for: by the bounds that the sums leave each hidden cell, and by elimination of the whole system. Zero is hidden like one.
/// </remarks>
public sealed class CountSheet(int smallest = CountSheet.SmallestShown)
{
    /// <summary>The smallest count that is ever shown.</summary>
    public const int SmallestShown = 10;

    private const int Unbounded = int.MaxValue / 4;

    private readonly List<int> values = [];
    private readonly List<bool> hidden = [];
    private readonly List<bool> settled = [];
    private readonly List<int[]> sums = [];

    /// <summary>The count of a cell; null when it is not shown. Meaningful after <see cref="Protect"/>.</summary>
    public int? this[int cell] => hidden[cell] ? null : values[cell];

    /// <summary>Adds a count; gives its cell.</summary>
    public int Add(int count)
    {
        values.Add(count);
        hidden.Add(count < smallest);
        settled.Add(false);
        return values.Count - 1;
    }

    /// <summary>Says that a total is the sum of its parts, which any reader knows, too.</summary>
    public void Sum(int total, params ReadOnlySpan<int> parts)
    {
        if (values[total] != parts.ToArray().Sum(p => values[p]))
        {
            throw new ArgumentException("The total is not the sum of its parts.", nameof(total));
        }

        sums.Add([total, .. parts]);
    }

    /// <summary>Hides what has to be hidden. What an earlier call has shown stays shown: somebody has read it.</summary>
    public void Protect()
    {
        var isChanged = true;
        while (isChanged)
        {
            isChanged = false;
            foreach (var sum in sums)
            {
                isChanged |= IsThin(sum) && TryHideOneOf(sum);
            }

            if (!isChanged && Determined() is { Count: > 0 } known)
            {
                foreach (var cell in known)
                {
                    isChanged |= sums.Where(s => s.Contains(cell)).Any(TryHideOneOf);
                }

                isChanged = isChanged || TryHideOneOf([.. Enumerable.Range(0, values.Count)]);
            }
        }

        for (var cell = 0; cell < values.Count; cell++)
        {
            settled[cell] = true;
        }
    }

    // One hidden cell is the difference of the others; several that are together small are each nearly known.
    private bool IsThin(int[] sum)
    {
        var parts = sum.Skip(1).Where(c => hidden[c]).ToList();
        return hidden[sum[0]] ? parts.Count == 0 : parts.Count == 1 || (parts.Count > 1 && parts.Sum(c => values[c]) < smallest);
    }

    // The smallest, of equals the last: parts before totals. Never what was shown before.
    private bool TryHideOneOf(int[] cells)
    {
        var candidates = cells.Where(c => !hidden[c] && !settled[c]).ToList();
        if (candidates.Count == 0)
        {
            return false;
        }

        hidden[candidates.MinBy(c => (values[c], -Array.IndexOf(cells, c)))] = true;
        return true;
    }

    /// <summary>Hidden cells that a reader could compute.</summary>
    private HashSet<int> Determined()
    {
        var unknown = Enumerable.Range(0, values.Count).Where(c => hidden[c]).ToList();
        return [.. ByElimination(unknown), .. ByBounds(unknown)];
    }

    // A cell is determined when the sums, solved for it, leave no other unknown. Arithmetic modulo a prime: exact enough for small sums.
    private IEnumerable<int> ByElimination(List<int> unknown)
    {
        const long Prime = 2_147_483_647;
        var column = unknown.Select((cell, i) => (cell, i)).ToDictionary(p => p.cell, p => p.i);
        var rows = new List<long[]>();
        foreach (var sum in sums.Where(s => s.Any(c => hidden[c])))
        {
            var row = new long[unknown.Count];
            for (var i = 0; i < sum.Length; i++)
            {
                if (hidden[sum[i]])
                {
                    row[column[sum[i]]] = i == 0 ? Prime - 1 : 1;
                }
            }

            rows.Add(row);
        }

        var done = 0;
        for (var pivot = 0; pivot < unknown.Count && done < rows.Count; pivot++)
        {
            var found = rows.FindIndex(done, r => r[pivot] != 0);
            if (found < 0)
            {
                continue;
            }

            (rows[done], rows[found]) = (rows[found], rows[done]);
            var inverse = Power(rows[done][pivot], Prime - 2, Prime);
            for (var c = pivot; c < unknown.Count; c++)
            {
                rows[done][c] = rows[done][c] * inverse % Prime;
            }

            for (var r = 0; r < rows.Count; r++)
            {
                if (r != done && rows[r][pivot] is not 0 and var factor)
                {
                    for (var c = pivot; c < unknown.Count; c++)
                    {
                        rows[r][c] = (rows[r][c] + ((Prime - factor) * rows[done][c])) % Prime;
                    }
                }
            }

            done++;
        }

        return rows.Take(done).Where(r => r.Count(v => v != 0) == 1).Select(r => unknown[Array.FindIndex(r, v => v != 0)]);
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

    // No count is below zero: a hidden cell that could be neither one more nor one less is known.
    private List<int> ByBounds(List<int> unknown)
    {
        var low = new int[values.Count];
        var high = new int[values.Count];
        for (var cell = 0; cell < values.Count; cell++)
        {
            (low[cell], high[cell]) = hidden[cell] ? (0, Unbounded) : (values[cell], values[cell]);
        }

        Narrow(low, high);
        return unknown.Where(cell => !CanBe(cell, values[cell] + 1) && !CanBe(cell, values[cell] - 1)).ToList();

        bool CanBe(int cell, int count)
        {
            if (count < low[cell] || count > high[cell])
            {
                return false;
            }

            var (least, most) = ((int[])low.Clone(), (int[])high.Clone());
            (least[cell], most[cell]) = (count, count);
            return Narrow(least, most);
        }
    }

    // Sum by sum, until nothing changes; false when some cell is left without any count.
    private bool Narrow(int[] low, int[] high)
    {
        for (var isChanged = true; isChanged;)
        {
            isChanged = false;
            foreach (var sum in sums)
            {
                long least = 0;
                long most = 0;
                for (var i = 1; i < sum.Length; i++)
                {
                    least += low[sum[i]];
                    most += high[sum[i]];
                }

                isChanged |= Keep(sum[0], least, most);
                for (var i = 1; i < sum.Length; i++)
                {
                    var part = sum[i];
                    isChanged |= Keep(part, low[sum[0]] - (most - high[part]), high[sum[0]] - (least - low[part]));
                }

                if (sum.Any(c => low[c] > high[c]))
                {
                    return false;
                }
            }
        }

        return true;

        bool Keep(int cell, long least, long most)
        {
            var (before, after) = ((low[cell], high[cell]), ((int)Math.Max(low[cell], least), (int)Math.Min(high[cell], most)));
            (low[cell], high[cell]) = after;
            return before != after;
        }
    }
}
