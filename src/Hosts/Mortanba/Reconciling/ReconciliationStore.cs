using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Reconciling;

/// <summary>What is compared with what; each part goes through its things in rounds.</summary>
public enum ReconciledPart
{
    /// <summary>Every entry against its hashes, the tree, the signed head, and what the database notes of it.</summary>
    Log,

    /// <summary>Every diploma of the database against the ledger and its status.</summary>
    Diplomas,

    /// <summary>Every delivered file against the diploma it was made of.</summary>
    Files,

    /// <summary>Every status list as it is published against the diplomas on it.</summary>
    Lists,
}

/// <summary>How far a part is.</summary>
/// <param name="Round">From 1; the one that is under way.</param>
/// <param name="Position">Behind the last thing that was looked at; empty at the beginning of a round.</param>
/// <param name="Checked">Things of this round.</param>
/// <param name="Covered">Things of the last whole round.</param>
/// <param name="FinishedAt">When the last whole round ended; null before the first.</param>
public sealed record ReconciledSoFar(
    ReconciledPart Part, long Round, string Position, long Checked, long Covered, DateTimeOffset? FinishedAt);

/// <summary>Something that does not agree.</summary>
/// <param name="Subject">The thing that was looked at: where a stretch of the log begins, a row of the credentials, a list's id.</param>
/// <param name="ConfirmedAt">Since when it is an alarm: it was there at a second look, too. Null before.</param>
public sealed record ReconciliationFinding(
    ReconciledPart Part, string Subject, Problem Problem, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, DateTimeOffset? ConfirmedAt);

/// <summary>The rows of the reconciliation.</summary>
public static class ReconciliationStore
{
    public static IReadOnlyList<SealedTable> Sealed { get; } =
        [new("reconciliation", ["part"]), new("reconciliation_findings", ["part", "subject", "code"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("reconciliation", 1, """
            CREATE TABLE reconciliation (
                part TEXT NOT NULL PRIMARY KEY, round {bigint} NOT NULL, position TEXT NOT NULL, checked {bigint} NOT NULL,
                covered {bigint} NOT NULL, finished_at TEXT, busy_until TEXT NOT NULL);
            CREATE TABLE reconciliation_findings (
                part TEXT NOT NULL, subject TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, args TEXT NOT NULL,
                first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, confirmed_at TEXT, PRIMARY KEY (part, subject, code));
            """),
    ];

    internal static async Task<IReadOnlyList<ReconciledSoFar>> ProgressAsync(ReadFrom from, CancellationToken cancel)
    {
        var rows = (await from.QueryAsync(
            "SELECT part, round, position, checked, covered, finished_at FROM reconciliation",
            r => new ReconciledSoFar(
                PartOf(r.GetString(0)), r.GetInt64(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4), r.IsDBNull(5) ? null : LedgerEntry.TimeOf(r.GetString(5))),
            cancel)).ToDictionary(r => r.Part);
        return [.. Enum.GetValues<ReconciledPart>().Select(part => rows.GetValueOrDefault(part) ?? new ReconciledSoFar(part, 1, "", 0, 0, null))];
    }

    internal static Task<List<ReconciliationFinding>> FindingsAsync(ReadFrom from, CancellationToken cancel) => from.QueryAsync(
        "SELECT part, subject, code, detail, args, first_seen, last_seen, confirmed_at FROM reconciliation_findings ORDER BY last_seen, part, subject, code",
        r => new ReconciliationFinding(
            PartOf(r.GetString(0)), r.GetString(1),
            new Problem(
                r.GetString(2), r.GetString(3),
                [.. JsonSerializer.Deserialize<Dictionary<string, string>>(r.GetString(4))!.Select(a => (a.Key, a.Value))]),
            LedgerEntry.TimeOf(r.GetString(5)), LedgerEntry.TimeOf(r.GetString(6)), r.IsDBNull(7) ? null : LedgerEntry.TimeOf(r.GetString(7))),
        cancel);

    /// <summary>Takes the work for some time; false when another process has it.</summary>
    internal static async Task<bool> TakeAsync(DbTransaction transaction, DateTimeOffset now, TimeSpan patience, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, "reconciliation", cancel);
        var busy = await transaction.QueryAsync("SELECT busy_until FROM reconciliation", r => LedgerEntry.TimeOf(r.GetString(0)), cancel);
        // Longer than anybody takes it: the clock was set back.
        if (busy.Exists(until => until > now && until <= now + patience))
        {
            return false;
        }

        foreach (var part in await ProgressAsync(transaction, cancel))
        {
            await SaveAsync(transaction, part, now + patience, cancel);
        }

        return true;
    }

    internal static async Task SaveAsync(DbTransaction transaction, ReconciledSoFar part, DateTimeOffset busyUntil, CancellationToken cancel)
    {
        await transaction.TouchAsync("reconciliation", cancel, Word(part.Part));
        await transaction.ExecuteAsync(
            """
            INSERT INTO reconciliation (part, round, position, checked, covered, finished_at, busy_until)
            VALUES (@part, @round, @position, @checked, @covered, @finished, @busy)
            ON CONFLICT (part) DO UPDATE SET round = excluded.round, position = excluded.position, checked = excluded.checked,
                covered = excluded.covered, finished_at = excluded.finished_at, busy_until = excluded.busy_until
            """,
            cancel,
            ("part", Word(part.Part)), ("round", part.Round), ("position", part.Position), ("checked", part.Checked),
            ("covered", part.Covered), ("finished", part.FinishedAt is { } at ? LedgerEntry.Time(at) : null), ("busy", LedgerEntry.Time(busyUntil)));
    }

    /// <summary>
    /// Writes down what a look at a thing came to: a finding that was there before is confirmed once <paramref name="patience"/> has passed
    /// since it was first seen, one that is not there any more goes.
    /// </summary>
    internal static async Task LookedAsync(
        DbTransaction transaction, ReconciledPart part, string subject, IReadOnlyList<ReconciliationFinding> before, IReadOnlyList<Problem> found,
        DateTimeOffset now, TimeSpan patience, CancellationToken cancel)
    {
        foreach (var gone in before.Where(b => found.All(f => f.Code != b.Problem.Code)))
        {
            await transaction.TouchAsync("reconciliation_findings", cancel, Word(part), subject, gone.Problem.Code);
            await transaction.ExecuteAsync(
                "DELETE FROM reconciliation_findings WHERE part = @part AND subject = @subject AND code = @code",
                cancel, ("part", Word(part)), ("subject", subject), ("code", gone.Problem.Code));
        }

        foreach (var problem in found.DistinctBy(f => f.Code))
        {
            var known = before.FirstOrDefault(b => b.Problem.Code == problem.Code);
            var first = known?.FirstSeen ?? now;
            var confirmed = known?.ConfirmedAt ?? (now - first >= patience ? now : (DateTimeOffset?)null);
            await transaction.TouchAsync("reconciliation_findings", cancel, Word(part), subject, problem.Code);
            await transaction.ExecuteAsync(
                """
                INSERT INTO reconciliation_findings (part, subject, code, detail, args, first_seen, last_seen, confirmed_at)
                VALUES (@part, @subject, @code, @detail, @args, @first, @last, @confirmed)
                ON CONFLICT (part, subject, code) DO UPDATE SET detail = excluded.detail, args = excluded.args,
                    last_seen = excluded.last_seen, confirmed_at = excluded.confirmed_at
                """,
                cancel,
                ("part", Word(part)), ("subject", subject), ("code", problem.Code), ("detail", problem.Detail),
                ("args", JsonSerializer.Serialize(new SortedDictionary<string, string>(problem.Args.ToDictionary(a => a.Key, a => a.Value), StringComparer.Ordinal))),
                ("first", LedgerEntry.Time(first)), ("last", LedgerEntry.Time(now)), ("confirmed", confirmed is { } at ? LedgerEntry.Time(at) : null));
        }
    }

    internal static string Word(ReconciledPart part) => part.ToString().ToLower(CultureInfo.InvariantCulture);

    private static ReconciledPart PartOf(string word) => Enum.Parse<ReconciledPart>(word, ignoreCase: true);
}
