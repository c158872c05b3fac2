using System.Data.Common;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>One order to send to many: what was chosen, how far it is, who gave it.</summary>
/// <param name="Total">How many matched when it was given.</param>
/// <param name="AfterId">Row number of the last diploma it looked at: a restart goes on behind it.</param>
public sealed record DeliveryRun(
    string Id, Bin Institution, bool IsDone, DeliveryFilter Filter, int Total, int Done, long AfterId, string StartedBy,
    DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <summary>Orders to send to many. They are carried out in the background, chunk by chunk, also after a restart.</summary>
public static class DeliveryRuns
{
    private const string Columns = "id, institution, state, filter, total, done, after_id, started_by, started_at, ended_at";

    /// <summary>A new order; refused while one of the institution is under way: a second click sends nothing twice.</summary>
    public static async Task<Outcome<DeliveryRun>> StartAsync(
        DbTransaction transaction, Bin institution, DeliveryFilter filter, string by, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "delivery-runs", cancel);
        if (await LatestAsync(transaction, institution, cancel) is { IsDone: false })
        {
            return new Problem("delivery/run-under-way", "Messages are being sent already; wait until that is done.");
        }

        var total = await DeliveryTable.CountAsync(transaction, institution, filter, cancel);
        if (total == 0)
        {
            return new Problem("delivery/nothing-to-send", "Nobody is left to whom something could be sent.");
        }

        var run = new DeliveryRun(Guid.CreateVersion7(at).ToString(), institution, false, filter, total, 0, 0, by, at, null);
        await transaction.TouchAsync("delivery_runs", cancel, run.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO delivery_runs (id, institution, state, filter, total, done, after_id, started_by, started_at)
            VALUES (@id, @institution, 'running', @filter, @total, 0, 0, @by, @at)
            """,
            cancel, ("id", run.Id), ("institution", institution.Value), ("filter", JsonSerializer.Serialize(filter)), ("total", total),
            ("by", by), ("at", LedgerEntry.Time(at)));
        return run;
    }

    /// <summary>Notes a chunk in the transaction that sends it. False when another process was there first.</summary>
    public static async Task<bool> AdvanceAsync(
        DbTransaction transaction, DeliveryRun run, int sent, long? afterId, DateTimeOffset at, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("delivery_runs", cancel, run.Id);
        return await transaction.ExecuteAsync(
            """
            UPDATE delivery_runs SET done = done + @sent, after_id = @next, state = @state, ended_at = @ended
            WHERE id = @id AND after_id = @after AND state = 'running'
            """,
            cancel, ("sent", sent), ("next", afterId ?? run.AfterId), ("state", afterId is null ? "done" : "running"),
            ("ended", afterId is null ? LedgerEntry.Time(at) : null), ("id", run.Id), ("after", run.AfterId)) == 1;
    }

    public static async Task<DeliveryRun?> LatestAsync(ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"SELECT {Columns} FROM delivery_runs WHERE institution = @institution ORDER BY started_at DESC, id DESC LIMIT 1",
            Read, cancel, ("institution", institution.Value))).SingleOrDefault();

    public static async Task<IReadOnlyList<DeliveryRun>> RunningAsync(ReadFrom from, CancellationToken cancel = default) =>
        await from.QueryAsync($"SELECT {Columns} FROM delivery_runs WHERE state = 'running' ORDER BY started_at, id", Read, cancel);

    private static DeliveryRun Read(DbDataReader r) => new(
        r.GetString(0), Bin.Parse(r.GetString(1)), r.GetString(2) == "done", JsonSerializer.Deserialize<DeliveryFilter>(r.GetString(3))!,
        r.GetInt32(4), r.GetInt32(5), r.GetInt64(6), r.GetString(7), LedgerEntry.TimeOf(r.GetString(8)),
        r.GetStringOrNull(9) is { } ended ? LedgerEntry.TimeOf(ended) : null);
}
