using System.Collections.Concurrent;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Rules;

namespace Mortanba.Host;

/// <summary>
/// How many entries came on a day of Kazakhstan, without counting them: where a day begins is found by halving, since the
/// times of entries grow with their index. Beginnings of past days are remembered.
/// </summary>
/// <remarks>Entries of one group of commits may be some seconds out of order: a day is told to that exactness.</remarks>
internal sealed class EntryDays(LogReader log, RuleBook rules, TimeProvider time)
{
    private readonly ConcurrentDictionary<DateOnly, long> beginnings = new();

    /// <summary>The last days, oldest first; the last is today.</summary>
    public async Task<IReadOnlyList<(DateOnly Day, long Count)>> LastAsync(int days, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var civil = new WorkingCalendar(rules).TimeAt(now).Value;
        var today = civil.DateOf(now);
        var size = await log.SizeAsync(cancel);
        var counts = new List<(DateOnly, long)>();
        var end = size;
        for (var day = today; day > today.AddDays(-days); day = day.AddDays(-1))
        {
            var begin = await BeginningAsync(day, civil.BeginningOf(day), end, isPast: day < today, cancel);
            counts.Add((day, end - begin));
            end = begin;
        }

        counts.Reverse();
        return counts;
    }

    private async Task<long> BeginningAsync(
        DateOnly day, DateTimeOffset midnight, long end, bool isPast, CancellationToken cancel)
    {
        if (beginnings.TryGetValue(day, out var known))
        {
            return known;
        }

        var (low, high) = (0L, end);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var entry = (await log.EntriesAsync(middle, 1, cancel))[0];
            (low, high) = LedgerEntry.Parse(entry).Value.At < midnight ? (middle + 1, high) : (low, middle);
        }

        if (isPast)
        {
            beginnings[day] = low;
        }

        return low;
    }
}
