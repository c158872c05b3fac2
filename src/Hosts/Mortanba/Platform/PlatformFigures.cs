using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Platform;

/// <summary>What waits, and what stands still, in the whole installation at one moment. Counts only.</summary>
/// <param name="EntriesWaiting">Entries that no checkpoint covers yet.</param>
/// <param name="StatusOverdue">Status lists past their end.</param>
/// <param name="MailOverdue">Messages that have been due for an hour.</param>
/// <param name="MailBounced">Messages that came back within the last two weeks.</param>
/// <param name="SigningStopped">Approved lists that stand still.</param>
/// <param name="RequestsOverdue">Open requests to erase or block past the last day of their term: the platform's officer answers them.</param>
/// <param name="CorrectionsOverdue">Open requests to correct past theirs: their institutions answer.</param>
/// <param name="AlarmsOpen">Approvals at an unusual time or in an unusual volume that nobody has decided about.</param>
/// <param name="Findings">Places where log, database, files and status lists do not agree.</param>
public sealed record PlatformFigures(
    long Entries,
    long EntriesWaiting,
    DateTimeOffset? CheckpointAt,
    long StatusOverdue,
    long MailOverdue,
    long MailBounced,
    long SigningStopped,
    long RequestsOpen,
    long RequestsOverdue,
    long CorrectionsOverdue,
    long Findings,
    long AlarmsOpen)
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan BounceAgeMax = TimeSpan.FromDays(14);

    public static async Task<PlatformFigures> ReadAsync(ReadFrom from, DateTimeOffset now, DateOnly today, CancellationToken cancel) =>
        (await from.QueryAsync(
            """
            SELECT
                COALESCE((SELECT MAX(size) FROM ledger_tree), 0),
                COALESCE((SELECT MAX(size) FROM ledger_checkpoints), 0),
                (SELECT MAX(signed_at) FROM ledger_checkpoints),
                (SELECT COUNT(*) FROM status_publications WHERE due_at < @late),
                (SELECT COUNT(*) FROM mail_queue WHERE state = 'waiting' AND queued_at < @late),
                (SELECT COUNT(*) FROM mail_queue WHERE state = 'bounced' AND queued_at > @recent),
                (SELECT COUNT(*) FROM signing_jobs WHERE state = 'stopped'),
                (SELECT COUNT(*) FROM correction_requests WHERE state = 'open'),
                (SELECT COUNT(*) FROM correction_requests WHERE state = 'open' AND due_on < @today AND kind <> 'correct'),
                (SELECT COUNT(*) FROM correction_requests WHERE state = 'open' AND due_on < @today AND kind = 'correct'),
                (SELECT COUNT(*) FROM reconciliation_findings WHERE confirmed_at IS NOT NULL),
                (SELECT COUNT(*) FROM signing_alarms WHERE verdict IS NULL)
            """,
            Read, cancel,
            ("late", LedgerEntry.Time(now - DelayMax)), ("recent", LedgerEntry.Time(now - BounceAgeMax)),
            ("today", today.ToString("O", CultureInfo.InvariantCulture)))).Single();

    private static PlatformFigures Read(DbDataReader r) => new(
        r.GetInt64(0),
        r.GetInt64(0) - r.GetInt64(1),
        r.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(2)),
        r.GetInt64(3),
        r.GetInt64(4),
        r.GetInt64(5),
        r.GetInt64(6),
        r.GetInt64(7),
        r.GetInt64(8),
        r.GetInt64(9),
        r.GetInt64(10),
        r.GetInt64(11));
}
