using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Host.Telemetry;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Availability;

/// <summary>Looks once a beat which parts of the service work; writes it down once a minute.</summary>
public sealed class AvailabilityMeter(Installation home)
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromHours(1);

    private DateTime written;

    /// <param name="checkpointAgeMax">How long an entry may wait for its checkpoint.</param>
    public async Task MeasureAsync(TimeSpan checkpointAgeMax, CancellationToken cancel = default)
    {
        var now = home.Time.GetUtcNow();
        var figures = await ReadAsync(now, cancel);
        FlowMetrics.Set(figures.Entries, now - (figures.CheckpointAt ?? now), figures.MailWaiting);
        var minute = new WorkingCalendar(home.Rules).TimeAt(now).Value.ClockOf(now);
        minute = minute.AddTicks(-(minute.Ticks % TimeSpan.TicksPerMinute));
        if (minute == written)
        {
            return;
        }

        var working = new List<ServicePart> { ServicePart.Site };
        // Twice the age: the checkpoint that is due is signed in the same beat.
        if (now - figures.CheckpointAt < checkpointAgeMax * 2)
        {
            working.Add(ServicePart.Ledger);
        }

        if (figures.StatusOverdue == 0)
        {
            working.Add(ServicePart.Status);
        }

        if (figures.MailOverdue == 0)
        {
            working.Add(ServicePart.Mail);
        }

        await home.Database.WriteAsync(t => AvailabilityLog.RecordAsync(t, working, minute, cancel), cancel);
        written = minute;
    }

    private async Task<Figures> ReadAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await connection.QueryAsync(
            """
            SELECT
                COALESCE((SELECT MAX(size) FROM ledger_checkpoints), 0),
                (SELECT MAX(signed_at) FROM ledger_checkpoints),
                (SELECT COUNT(*) FROM status_publications WHERE due_at < @overdue),
                (SELECT COUNT(*) FROM mail_queue WHERE state = 'waiting'),
                (SELECT COUNT(*) FROM mail_queue WHERE state = 'waiting' AND queued_at < @late)
            """,
            Read, cancel,
            ("overdue", LedgerEntry.Time(now - DelayMax)), ("late", LedgerEntry.Time(now - DelayMax)))).Single();
    }

    private static Figures Read(DbDataReader r) => new(
        r.GetInt64(0),
        r.IsDBNull(1) ? null : DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(1)),
        r.GetInt64(2),
        r.GetInt64(3),
        r.GetInt64(4));

    private sealed record Figures(
        long Entries, DateTimeOffset? CheckpointAt, long StatusOverdue, long MailWaiting, long MailOverdue);
}
