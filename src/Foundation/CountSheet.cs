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
    private readonly List<List<int[]>> sumsOf = [];

    // Sums to look at again, and cells that were hidden since the sums were last solved.
    private readonly Queue<int[]> waiting = [];
    private readonly HashSet<int> fresh = [];

    /// <summary>The count of a cell; null when it is not shown. Meaningful after <see cref="Protect"/>.</summary>
    public int? this[int cell] => hidden[cell] ? null : values[cell];

    /// <summary>Adds a count; gives its cell.</summary>
    public int Add(int count)
    {
        values.Add(count);
        hidden.Add(count < smallest);
        settled.Add(false);
        harmless.Add(false);
        sumsOf.Add([]);
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

        int[] sum = [total, .. parts];
        sums.Add(sum);
        foreach (var cell in sum)
        {
            sumsOf[cell].Add(sum);
        }
    }

    /// <summary>Hides what has to be hidden. What an earlier call has shown stays shown: somebody has read it.</summary>
    public void Protect()
    {
        sums.ForEach(waiting.Enqueue);
        fresh.UnionWith(Enumerable.Range(0, values.Count).Where(c => hidden[c]));
        // Determined, and nothing in their sums is left to hide.
        var stuck = new HashSet<int>();
        for (var isOpen = true; isOpen;)
        {
            while (waiting.TryDequeue(out var sum))
            {
                _ = IsThin(sum) && TryHideOneOf(sum);
            }

            var (known, solved) = Determined();
            stuck.ExceptWith(solved);
            stuck.UnionWith(known);
            isOpen = stuck.RemoveWhere(cell => sumsOf[cell].Exists(TryHideOneOf)) > 0
                || (stuck.Count > 0 && TryHideOneOf([.. Enumerable.Range(0, values.Count)]));
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

        var chosen = candidates.MinBy(c => (values[c], -Array.IndexOf(cells, c)));
        hidden[chosen] = true;
        fresh.Add(chosen);
        sumsOf[chosen].ForEach(waiting.Enqueue);
        return true;
    }

    /// <summary>Hidden cells that a reader could compute, of those that hang together with what was hidden since this was asked; and all of these.</summary>
    private (HashSet<int> Known, HashSet<int> Solved) Determined()
    {
        var (found, solved) = (new HashSet<int>(), new HashSet<int>());
        foreach (var start in fresh)
        {
            if (solved.Add(start) && Connected(start, solved) is { Count: > 0 } connected)
            {
                var unknowns = new CountUnknowns(values, hidden, connected);
                found.UnionWith(unknowns.ByElimination());
                found.UnionWith(unknowns.ByBounds(found));
            }
        }

        fresh.Clear();
        found.RemoveWhere(cell => harmless[cell]);
        return (found, solved);
    }

    // The sums that join a hidden cell to others, however far.
    private List<int[]> Connected(int start, HashSet<int> cells)
    {
        var found = new HashSet<int[]>();
        var next = new Queue<int>([start]);
        while (next.TryDequeue(out var cell))
        {
            foreach (var sum in sumsOf[cell].Where(found.Add))
            {
                foreach (var other in sum.Where(c => hidden[c] && cells.Add(c)))
                {
                    next.Enqueue(other);
                }
            }
        }

        return [.. found];
    }
}
