using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>Facts that were not counted as the others.</summary>
public sealed record ApartCount(ApartReason Reason, string Type, long Count);

/// <summary>How far the stored counts go and what they were made of: enough to make them again and compare.</summary>
/// <param name="Run">Random; a new one when everything was counted anew.</param>
/// <param name="Pack">The pack of the definitions with its hash.</param>
/// <param name="Seq">The last fact.</param>
/// <param name="InputsHash">Of all facts up to it (<see cref="IndicatorRun.InputsHash"/>).</param>
/// <param name="Differs">Counted again, the facts up to a place were not what they had been: somebody changed them.</param>
public sealed record IndicatorStanding(
    string Run, string Pack, long Seq, string InputsHash, IReadOnlyList<ApartCount> Apart, DateTimeOffset ComputedAt, bool Differs);

/// <summary>Counts of the indicators in the database: written by who computes, read by pages.</summary>
public static class IndicatorStore
{
    private const int RunSizeBytes = 8;

    private static readonly string[] Columns = ["school", "seq", "counts"];
    private static readonly string[] AheadColumns = ["seq"];

    public static string NewRun() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RunSizeBytes));

    /// <summary>Null before anything was computed.</summary>
    public static async Task<IndicatorStanding?> StandingAsync(ReadFrom from, CancellationToken cancel = default) => (await from.QueryAsync(
        "SELECT run, pack, seq, inputs_hash, apart, computed_at, differs FROM ai_indicator_runs WHERE id = 1",
        r => new IndicatorStanding(
            r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetString(3), JsonSerializer.Deserialize<List<ApartCount>>(r.GetString(4), EventKind.Json)!,
            LedgerEntry.TimeOf(r.GetString(5)), r.GetInt32(6) == 1),
        cancel)).SingleOrDefault();

    /// <summary>For each closed part the last fact that was counted into it.</summary>
    public static Task<List<long>> ClosingsAsync(ReadFrom from, CancellationToken cancel = default) =>
        from.QueryAsync("SELECT seq FROM ai_indicator_closings ORDER BY part", r => r.GetInt64(0), cancel);

    /// <summary>Facts that lay ahead of the clock when they were read.</summary>
    public static Task<List<long>> AheadAsync(ReadFrom from, CancellationToken cancel = default) =>
        from.QueryAsync("SELECT seq FROM ai_facts_ahead", r => r.GetInt64(0), cancel);

    /// <summary>Counts of the schools that have changed behind a place, with the place of each.</summary>
    /// <param name="seq">-1 for all.</param>
    public static Task<List<(string School, SchoolCounts Counts)>> CountsAsync(ReadFrom from, long seq, CancellationToken cancel = default) => from.QueryAsync(
        "SELECT school, seq, counts FROM ai_indicator_schools WHERE seq > @seq",
        r => (r.GetString(0), SchoolCounts.Read(r.GetBytes(2), r.GetInt64(1))), cancel, ("seq", seq));

    /// <summary>
    /// Writes what a run has come to, all at once. False when another process came further, or closed a part meanwhile: then the run is
    /// worth nothing and begins anew.
    /// </summary>
    /// <param name="changed">The schools to write; all of them when the run is new.</param>
    public static async Task<bool> SaveAsync(
        DbTransaction transaction, IndicatorRun run, IndicatorStanding standing, IReadOnlyList<(string School, SchoolCounts Counts)> changed,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "ai/indicators", cancel);
        var before = await StandingAsync(transaction, cancel);
        var closings = await ClosingsAsync(transaction, cancel);
        if ((before is not null && before.Pack == standing.Pack && before.Seq > standing.Seq) || closings.Count > run.Closings.Count
            || !closings.SequenceEqual(run.Closings.Take(closings.Count)))
        {
            return false;
        }

        if (before?.Run != standing.Run)
        {
            var there = await transaction.QueryAsync("SELECT school FROM ai_indicator_schools", r => r.GetString(0), cancel);
            await transaction.TouchManyAsync(
                "ai_indicator_schools", there.Union(changed.Select(c => c.School), StringComparer.Ordinal).Select(s => new object[] { s }), cancel);
            await transaction.ExecuteAsync("DELETE FROM ai_indicator_schools", cancel);
            await transaction.BulkInsertAsync("ai_indicator_schools", Columns, changed.Select(c => new object?[] { c.School, c.Counts.Seq, c.Counts.Write() }), cancel);
        }
        else
        {
            await transaction.TouchManyAsync("ai_indicator_schools", changed.Select(c => new object[] { c.School }), cancel);
            foreach (var (school, counts) in changed)
            {
                await transaction.ExecuteAsync(
                    """
                    INSERT INTO ai_indicator_schools (school, seq, counts) VALUES (@school, @seq, @counts)
                    ON CONFLICT (school) DO UPDATE SET seq = @seq, counts = @counts
                    """,
                    cancel, ("school", school), ("seq", counts.Seq), ("counts", counts.Write()));
            }
        }

        foreach (var (part, seq) in run.Closings.Index().Skip(closings.Count))
        {
            await transaction.TouchAsync("ai_indicator_closings", cancel, part);
            await transaction.ExecuteAsync("INSERT INTO ai_indicator_closings (part, seq) VALUES (@part, @seq)", cancel, ("part", part), ("seq", seq));
        }

        List<long> ahead = [.. run.Ahead.Except(await AheadAsync(transaction, cancel))];
        await transaction.TouchManyAsync("ai_facts_ahead", ahead.Select(seq => new object[] { seq }), cancel);
        await transaction.BulkInsertAsync("ai_facts_ahead", AheadColumns, ahead.Select(seq => new object?[] { seq }), cancel);

        await transaction.TouchAsync("ai_indicator_runs", cancel, 1);
        await transaction.ExecuteAsync(
            """
            INSERT INTO ai_indicator_runs (id, run, pack, seq, inputs_hash, apart, computed_at, differs)
            VALUES (1, @run, @pack, @seq, @hash, @apart, @at, @differs)
            ON CONFLICT (id) DO UPDATE SET run = @run, pack = @pack, seq = @seq, inputs_hash = @hash, apart = @apart, computed_at = @at, differs = @differs
            """,
            cancel, ("run", standing.Run), ("pack", standing.Pack), ("seq", standing.Seq), ("hash", standing.InputsHash),
            ("apart", JsonSerializer.Serialize(standing.Apart, EventKind.Json)), ("at", LedgerEntry.Time(standing.ComputedAt)), ("differs", standing.Differs ? 1 : 0));
        return true;
    }
}
