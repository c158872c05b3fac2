namespace Mortanba.Foundation;

/// <summary>
/// Counts that are published together, and which of them are not (requirements RQ-20, RQ-30): every count below the smallest, and of the
/// others as many as it takes that none of the hidden can be computed from totals and parts.
/// </summary>
/// <remarks>
/// Cell suppression as in A. Hundepool and others, "Statistical Disclosure Control" (2012), chapter 4: primary suppression by the smallest
/// count, secondary by the sums in which a cell stands. Smallest neighbours go first; that nothing hidden is determined is then shown, not
/// hoped for: by the bounds that the sums leave each hidden cell, and by elimination of the whole system. Zero is hidden like one. What no
/// sum connects is looked at on its own, so that many small tables in one sheet cost no more than one by one.
/// </remarks>
public sealed class CountSheet(int smallest = CountSheet.SmallestShown)
{
    /// <summary>The smallest count that is ever shown.</summary>
    public const int SmallestShown = 10;

    private readonly List<int> values = [];
    private readonly List<bool> hidden = [];
    private readonly List<bool> settled = [];
    private readonly List<bool> harmless = [];
    private readonly List<int[]> sums = [];

    /// <summary>The count of a cell; null when it is not shown. Meaningful after <see cref="Protect"/>.</summary>
    public int? this[int cell] => hidden[cell] ? null : values[cell];

    /// <summary>Adds a count; gives its cell.</summary>
    public int Add(int count)
    {
        values.Add(count);
        hidden.Add(count < smallest);
        settled.Add(false);
        harmless.Add(false);
        return values.Count - 1;
    }

    /// <summary>
    /// Adds a count that no table shows: who is left over of a whole, or by how much two tables differ. That it is not below zero is known.
    /// </summary>
    /// <param name="isHarmless">Whoever computes it learns nothing of few people; else it must not be computed.</param>
    public int AddUnshown(int count, bool isHarmless)
    {
        var cell = Add(count);
        (hidden[cell], harmless[cell]) = (true, isHarmless);
        return cell;
    }

    /// <summary>Adds a count about which another sheet has decided; gives its cell.</summary>
    public int AddSettled(int count, bool isShown)
    {
        var cell = Add(count);
        (hidden[cell], settled[cell]) = (!isShown, true);
        return cell;
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
        return hidden[sum[0]] ? parts.Count == 0
            : parts.Exists(c => !harmless[c]) && (parts.Count == 1 || parts.Sum(c => values[c]) < smallest);
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
        var found = new HashSet<int>();
        foreach (var system in Systems())
        {
            found.UnionWith(system.ByElimination());
            found.UnionWith(system.ByBounds(found));
        }

        found.RemoveWhere(cell => harmless[cell]);
        return found;
    }

    // The hidden cells that sums connect, with these sums; what is shown in them is a number.
    private IEnumerable<CountUnknowns> Systems()
    {
        var leader = Enumerable.Range(0, values.Count).ToArray();
        int Leader(int cell)
        {
            while (leader[cell] != cell)
            {
                cell = leader[cell] = leader[leader[cell]];
            }

            return cell;
        }

        var open = sums.Select(s => (Sum: s, Hidden: s.Where(c => hidden[c]).ToArray())).Where(s => s.Hidden.Length > 0).ToList();
        foreach (var cells in open.Select(s => s.Hidden))
        {
            foreach (var cell in cells)
            {
                leader[Leader(cell)] = Leader(cells[0]);
            }
        }

        return open.GroupBy(s => Leader(s.Hidden[0])).Select(g => new CountUnknowns(values, hidden, [.. g.Select(s => s.Sum)]));
    }
}
