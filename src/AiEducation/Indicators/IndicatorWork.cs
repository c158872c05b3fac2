using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>
/// Brings the stored counts up to the newest fact. In: the facts of the database. Out: the counts in it. The first call of a process reads
/// all facts again, for who is where is kept in memory alone, and compares their hash and the counts with the stored ones; each further call
/// reads what has come. A call that could not write throws, and the next one writes what it owes. Not safe to share.
/// </summary>
public sealed class IndicatorWork(Database database, RuleBook rules, TimeProvider time) : IDisposable
{
    /// <summary>Facts that are read in one go.</summary>
    private const int Chunk = 200_000;

    private readonly WorkingCalendar calendar = new(rules);
    private IndicatorRun? run;
    private IndicatorStanding? standing;

    /// <summary>How many facts the calls of this object have read.</summary>
    public long FactsRead { get; private set; }

    /// <summary>Counts what has come; true when something was written.</summary>
    public async Task<bool> CatchUpAsync(CancellationToken cancel = default)
    {
        var now = time.GetUtcNow();
        var resolved = rules.Resolve(RuleKeys.AiIndicators, calendar.DateOf(now).Value).Value;
        var before = await ReadAsync(c => IndicatorStore.StandingAsync(c, cancel), cancel);
        var closings = await ReadAsync(c => IndicatorStore.ClosingsAsync(c, cancel), cancel);
        if (run is null || standing!.Pack != resolved.Reference.PackText || (before is not null && before.Run != standing.Run && before.Seq >= standing.Seq))
        {
            await BeginAsync(resolved, before, closings, now, cancel);
        }

        return await AdvanceAsync(before, closings, now, cancel);
    }

    /// <summary>Forgets everything and counts all facts anew, as if nothing were stored but the closings and the wrong clocks.</summary>
    public async Task<IndicatorStanding> RecomputeAsync(CancellationToken cancel = default)
    {
        var now = time.GetUtcNow();
        var resolved = rules.Resolve(RuleKeys.AiIndicators, calendar.DateOf(now).Value).Value;
        var before = await ReadAsync(c => IndicatorStore.StandingAsync(c, cancel), cancel);
        for (var isSaved = false; !isSaved;)
        {
            // Not saved is what another process overtook meanwhile.
            var closings = await ReadAsync(c => IndicatorStore.ClosingsAsync(c, cancel), cancel);
            await BeginAsync(resolved, null, closings, now, cancel);
            isSaved = await AdvanceAsync(before, closings, now, cancel);
        }

        return (await ReadAsync(c => IndicatorStore.StandingAsync(c, cancel), cancel))!;
    }

    public void Dispose() => run?.Dispose();

    private async Task<bool> AdvanceAsync(IndicatorStanding? before, List<long> closings, DateTimeOffset now, CancellationToken cancel)
    {
        await ReadFactsAsync(now, long.MaxValue, cancel);
        // Behind the reading: what was there when a part closed has been counted into it.
        run!.CloseBy(now);
        var next = standing! with
        {
            Seq = run.Seq,
            InputsHash = run.InputsHash,
            Apart = [.. run.Apart.Select(a => new ApartCount(a.Key.Reason, a.Key.Type, a.Value)).OrderBy(a => a.Reason).ThenBy(a => a.Type, StringComparer.Ordinal)],
            ComputedAt = now,
        };
        if (before is not null && before == next with { ComputedAt = before.ComputedAt, Apart = before.Apart } && closings.Count == run.Closings.Count)
        {
            run.Stored();
            return false;
        }

        var changed = before?.Run == next.Run ? run.Changed : [.. run.Counts];
        if (!await database.WriteAsync(t => IndicatorStore.SaveAsync(t, run, next, changed, cancel), cancel))
        {
            Forget();
            return false;
        }

        run.Stored();
        standing = next;
        return true;
    }

    // What is stored under this pack is read again up to where it stood: if the facts are the same, so are hash and counts.
    private async Task BeginAsync(Resolved<AiIndicators> resolved, IndicatorStanding? before, IReadOnlyList<long> closings, DateTimeOffset now, CancellationToken cancel)
    {
        Forget();
        var clock = calendar.TimeAt(now).Value;
        run = new IndicatorRun(resolved.Value, clock, closings, await ReadAsync(c => IndicatorStore.AheadAsync(c, cancel), cancel));
        standing = new IndicatorStanding(IndicatorStore.NewRun(), resolved.Reference.PackText, 0, "", [], now, Differs: false);
        if (before is not null && before.Pack == standing.Pack)
        {
            await ReadFactsAsync(now, before.Seq, cancel);
            var isSame = run.Seq == before.Seq && run.InputsHash == before.InputsHash;
            if (isSame && await AreStoredAsync(before.Seq, cancel))
            {
                standing = before;
                run.Stored();
            }
            else
            {
                standing = standing with { Differs = !isSame };
            }
        }
    }

    // Another process may have gone on meanwhile: the schools it wrote are left out.
    private async Task<bool> AreStoredAsync(long seq, CancellationToken cancel)
    {
        var stored = (await ReadAsync(c => IndicatorStore.CountsAsync(c, -1, cancel), cancel)).ToDictionary(s => s.School, s => s.Counts, StringComparer.Ordinal);
        var counted = run!.Counts.ToDictionary(c => c.School, c => c.Counts, StringComparer.Ordinal);
        return counted.Keys.All(stored.ContainsKey) && stored.Where(s => s.Value.Seq <= seq)
            .All(s => counted.TryGetValue(s.Key, out var its) && its.Write().AsSpan().SequenceEqual(s.Value.Write()));
    }

    private async Task ReadFactsAsync(DateTimeOffset now, long until, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        for (var more = true; more && run!.Seq < until;)
        {
            var from = run.Seq;
            var max = (int)Math.Min(Chunk, until - from);
            await foreach (var fact in FactLog.SinceAsync(connection, from, max, cancel))
            {
                run.Take(fact, now);
            }

            FactsRead += run.Seq - from;
            more = run.Seq - from == max;
        }
    }

    private async Task<T> ReadAsync<T>(Func<System.Data.Common.DbConnection, Task<T>> ask, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await ask(connection);
    }

    private void Forget()
    {
        run?.Dispose();
        (run, standing) = (null, null);
    }
}
