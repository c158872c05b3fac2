using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Explorer;

/// <summary>
/// How many entries of each kind came on each day of Kazakhstan. The counts are kept, so that a page reads some hundreds of rows and
/// no entry, however long the log is. In: the entries that strangers are shown. Out: one row a day and kind.
/// </summary>
/// <remarks>
/// Each entry is counted once and in order, so the sum of all counts is the place where counting goes on: a kill loses nothing, and
/// of two nodes that count at once one does nothing. Derived data: nothing rests on them but the charts.
/// </remarks>
public sealed class EntryCounts(Database database, LogReader log, RuleBook rules)
{
    // Sixteen tiles; a step holds the write lock for its few rows only.
    private const int EntriesAStep = 4096;
    private const int StepsAtOnce = 64;
    private const string Unreadable = "unreadable";

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("entry_counts", ["type", "day"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("explorer", 1, """
            CREATE TABLE entry_counts (
                type TEXT NOT NULL, day TEXT NOT NULL, entries {bigint} NOT NULL, PRIMARY KEY (type, day))
            """),
    ];

    /// <summary>Counts what came since; some hundred thousand entries at most, the rest at the next call.</summary>
    /// <returns>How many entries are counted now.</returns>
    public async Task<long> CatchUpAsync(CancellationToken cancel = default)
    {
        long counted;
        await using (var connection = await database.ConnectAsync(cancel))
        {
            counted = await CountedAsync(connection, cancel);
        }

        var shown = await log.ShownSizeAsync(cancel);
        for (var step = 0; step < StepsAtOnce && counted < shown; step++)
        {
            counted = await StepAsync(counted, (int)Math.Min(EntriesAStep, shown - counted), cancel);
        }

        return counted;
    }

    /// <summary>How many entries are counted; how many of each kind; how many on each of the last days, oldest first.</summary>
    public static async Task<(long Counted, IReadOnlyList<KindCount> Kinds, IReadOnlyDictionary<DateOnly, long> Days)> ReadAsync(
        ReadFrom from, DateOnly first, DateOnly lately, CancellationToken cancel = default)
    {
        var kinds = await from.QueryAsync(
            """
            SELECT type, SUM(entries), SUM(CASE WHEN day >= @lately THEN entries ELSE 0 END)
            FROM entry_counts GROUP BY type ORDER BY 2 DESC, type
            """,
            r => new KindCount(r.GetString(0), Whole(r.GetValue(1)), Whole(r.GetValue(2))),
            cancel, ("lately", Day(lately)));
        var days = await from.QueryAsync(
            "SELECT day, SUM(entries) FROM entry_counts WHERE day >= @first GROUP BY day",
            r => (Day: DateOnly.ParseExact(r.GetString(0), "yyyy-MM-dd", CultureInfo.InvariantCulture), Count: Whole(r.GetValue(1))),
            cancel, ("first", Day(first)));
        return (kinds.Sum(k => k.Count), kinds, days.ToDictionary(d => d.Day, d => d.Count));
    }

    /// <summary>Entries of one kind, as far as counted.</summary>
    public static async Task<long> OfKindAsync(ReadFrom from, string type, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT COALESCE(SUM(entries), 0) FROM entry_counts WHERE type = @type", r => Whole(r.GetValue(0)), cancel, ("type", type))).Single();

    private async Task<long> StepAsync(long counted, int count, CancellationToken cancel)
    {
        var entries = await log.EntriesAsync(counted, count, cancel);
        var days = new Dictionary<DateTimeOffset, DateOnly>();
        var found = new Dictionary<(string Type, DateOnly Day), long>();
        foreach (var bytes in entries)
        {
            if (!LedgerEntry.Parse(bytes).TryGet(out var entry, out _))
            {
                // The audit names it; here it has to be counted for the sum to be the place.
                found[(Unreadable, default)] = found.GetValueOrDefault((Unreadable, default)) + 1;
                continue;
            }

            var hour = entry.At.AddTicks(-(entry.At.Ticks % TimeSpan.TicksPerHour));
            if (!days.TryGetValue(hour, out var day))
            {
                days[hour] = day = new WorkingCalendar(rules).DateOf(entry.At).Value;
            }

            found[(entry.Type, day)] = found.GetValueOrDefault((entry.Type, day)) + 1;
        }

        return await database.WriteAsync(
            async t =>
            {
                await Database.LockAsync(t, "entry_counts", cancel);
                var now = await CountedAsync(t, cancel);
                if (now != counted)
                {
                    // Another node has counted them.
                    return now;
                }

                foreach (var ((type, day), more) in found)
                {
                    await t.TouchAsync("entry_counts", cancel, type, Day(day));
                    await t.ExecuteAsync(
                        """
                        INSERT INTO entry_counts (type, day, entries) VALUES (@type, @day, @more)
                        ON CONFLICT (type, day) DO UPDATE SET entries = entry_counts.entries + excluded.entries
                        """,
                        cancel, ("type", type), ("day", Day(day)), ("more", more));
                }

                return counted + entries.Count;
            },
            cancel);
    }

    private static async Task<long> CountedAsync(ReadFrom from, CancellationToken cancel) =>
        (await from.QueryAsync("SELECT COALESCE(SUM(entries), 0) FROM entry_counts", r => Whole(r.GetValue(0)), cancel)).Single();

    // PostgreSQL sums whole numbers to a decimal one.
    private static long Whole(object sum) => Convert.ToInt64(sum, CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <param name="Type">As the entries have it, <c>asset.registered</c>.</param>
/// <param name="Lately">Of them on the last days that the page draws.</param>
public sealed record KindCount(string Type, long Count, long Lately);
