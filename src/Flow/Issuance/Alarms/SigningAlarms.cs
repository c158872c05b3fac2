using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>Why somebody should look at an approval.</summary>
public enum AlarmKind
{
    Night,
    RestDay,
    Volume,
}

/// <summary>What a person found.</summary>
public enum AlarmVerdict
{
    Harmless,
    Pursue,
}

/// <summary>One approval at an unusual time, or a day of unusual volume. It proposes; nothing is stopped by it.</summary>
/// <param name="Id"><c>night-BATCH</c>, <c>rest-day-BATCH</c>, <c>volume-BIN-DAY</c>: the same thing is raised once.</param>
/// <param name="Batch">The list that was approved; of a day's volume, its last one.</param>
/// <param name="At">When it was approved.</param>
/// <param name="Count">Diplomas of the list, or of the day.</param>
/// <param name="Usual">Diplomas of a usual day; 0 where the time is what is unusual.</param>
/// <param name="Rule">Pack, version and hash of the thresholds.</param>
public sealed record SigningAlarm(
    string Id, Bin Institution, AlarmKind Kind, string Batch, DateTimeOffset At, int Count, int Usual, string Rule, DateTimeOffset RaisedAt,
    AlarmVerdict? Verdict, string? DecidedBy, string? DecidedAs, DateTimeOffset? DecidedAt, string? Reason);

/// <summary>
/// The alarms over approvals. In: the batches of the last weeks and the rule <c>unusual-signing</c>. Out: rows that a person decides
/// about, once (requirement X-15).
/// </summary>
public static class SigningAlarms
{
    public const int ReasonMinLength = 10;
    public const int ReasonMaxLength = 1000;
    private const string Table = "signing_alarms";
    private const int LookedBackDays = 30;
    private const string Columns =
        "id, institution, kind, batch, at, amount, usual, rule, raised_at, verdict, decided_by, decided_as, decided_at, reason";

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new(Table, ["id"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("alarms", 1, """
            CREATE TABLE signing_alarms (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                kind TEXT NOT NULL,
                batch TEXT NOT NULL,
                at TEXT NOT NULL,
                amount INTEGER NOT NULL,
                usual INTEGER NOT NULL,
                rule TEXT NOT NULL,
                raised_at TEXT NOT NULL,
                verdict TEXT,
                decided_by TEXT,
                decided_as TEXT,
                decided_at TEXT,
                reason TEXT);
            CREATE INDEX signing_alarms_institution ON signing_alarms (institution);
            """),
    ];

    /// <summary>Raises what is not raised yet; gives how many. The same look again raises nothing.</summary>
    public static async Task<int> LookAsync(DbTransaction transaction, RuleBook rules, DateTimeOffset now, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance/alarms", cancel);
        var calendar = new WorkingCalendar(rules);
        var since = now.AddDays(-LookedBackDays);
        var known = (await transaction.QueryAsync("SELECT id FROM signing_alarms", r => r.GetString(0), cancel)).ToHashSet(StringComparer.Ordinal);
        var raised = new List<SigningAlarm>();
        var batches = await ApprovedAsync(transaction, now.AddDays(-LookedBackDays - 400), cancel);
        foreach (var batch in batches.Where(b => b.At >= since))
        {
            if (!calendar.TimeAt(batch.At).TryGet(out var time, out _)
                || !rules.Resolve(RuleKeys.UnusualSigning, time.DateOf(batch.At)).TryGet(out var rule, out _))
            {
                continue;
            }

            var (day, local) = (time.DateOf(batch.At), batch.At.ToOffset(time.BeginningOf(time.DateOf(batch.At)).Offset));
            void Raise(AlarmKind kind, string id, int count, int usual)
            {
                if (known.Add(id))
                {
                    raised.Add(new SigningAlarm(
                        id, batch.Institution, kind, batch.Id, batch.At, count, usual, rule.Reference.PackText, now, null, null, null, null, null));
                }
            }

            if (rule.Value.IsNight(local.Hour))
            {
                Raise(AlarmKind.Night, "night-" + batch.Id, batch.Count, 0);
            }

            if (rule.Value.RestDays && calendar.IsWorkingDay(day).TryGet(out var works, out _) && !works)
            {
                Raise(AlarmKind.RestDay, "rest-day-" + batch.Id, batch.Count, 0);
            }

            var days = batches.Where(b => b.Institution == batch.Institution)
                .GroupBy(b => calendar.DateOf(b.At).TryGet(out var date, out _) ? date : default)
                .ToDictionary(g => g.Key, g => g.Sum(b => b.Count));
            var before = days.Where(d => d.Key < day && d.Key >= day.AddDays(-rule.Value.UsualDays)).Select(d => d.Value).Order().ToList();
            // An institution's first day has nothing to be compared with: it says nothing.
            if (before.Count > 0 && days[day] >= rule.Value.VolumeAtLeast && days[day] > before[before.Count / 2] * rule.Value.VolumeFactor)
            {
                Raise(
                    AlarmKind.Volume, $"volume-{batch.Institution.Value}-{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}",
                    days[day], before[before.Count / 2]);
            }
        }

        foreach (var alarm in raised)
        {
            await RaiseAsync(transaction, alarm, cancel);
        }

        return raised.Count;
    }

    /// <summary>Writes one that nobody has decided about.</summary>
    public static async Task RaiseAsync(DbTransaction transaction, SigningAlarm alarm, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, alarm.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO signing_alarms (id, institution, kind, batch, at, amount, usual, rule, raised_at)
            VALUES (@id, @bin, @kind, @batch, @at, @count, @usual, @rule, @raised)
            """,
            cancel,
            ("id", alarm.Id), ("bin", alarm.Institution.Value), ("kind", Word(alarm.Kind)), ("batch", alarm.Batch),
            ("at", LedgerEntry.Time(alarm.At)), ("count", alarm.Count), ("usual", alarm.Usual), ("rule", alarm.Rule),
            ("raised", LedgerEntry.Time(alarm.RaisedAt)));
    }

    /// <summary>Open ones first, then the newest.</summary>
    public static Task<List<SigningAlarm>> ListAsync(ReadFrom from, Bin? institution, int count, CancellationToken cancel = default) =>
        from.QueryAsync(
            $"""
            SELECT {Columns} FROM signing_alarms {(institution is null ? "" : "WHERE institution = @bin")}
            ORDER BY CASE WHEN verdict IS NULL THEN 0 ELSE 1 END, at DESC, id LIMIT @count
            """,
            Read, cancel,
            [("count", (object?)count), .. institution is { } one ? new (string, object?)[] { ("bin", one.Value) } : []]);

    public static async Task<SigningAlarm?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync($"SELECT {Columns} FROM signing_alarms WHERE id = @id", Read, cancel, ("id", id))).SingleOrDefault();

    /// <summary>
    /// A person's word on it, once. Refused without a reason, for one decided before, and for whoever prepared or approved the list.
    /// </summary>
    public static async Task<Outcome<SigningAlarm>> DecideAsync(
        DbTransaction transaction, string id, Bin? institution, AlarmVerdict verdict, string by, string role, string reason, DateTimeOffset at,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance/alarms", cancel);
        if (await FindAsync(transaction, id, cancel) is not { } alarm || (institution is not null && alarm.Institution != institution))
        {
            return new Problem("alarms/unknown", "There is no such alarm.");
        }

        if (alarm.Verdict is not null)
        {
            return new Problem("alarms/decided", "Somebody decided about this alarm already.");
        }

        if (reason.Trim().Length is < ReasonMinLength or > ReasonMaxLength)
        {
            return new Problem("alarms/reason", "Say in words why.", ("min", $"{ReasonMinLength}"), ("max", $"{ReasonMaxLength}"));
        }

        if (await IssueBatches.FindAsync(transaction, alarm.Batch, cancel) is { } batch && (batch.PreparedBy == by || batch.Approval?.ApprovedBy == by))
        {
            return new Problem("alarms/own-act", "Whoever prepared or approved the list does not judge it.");
        }

        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync(
            "UPDATE signing_alarms SET verdict = @verdict, decided_by = @by, decided_as = @role, decided_at = @at, reason = @reason WHERE id = @id",
            cancel,
            ("verdict", Word(verdict)), ("by", by), ("role", role), ("at", LedgerEntry.Time(at)), ("reason", reason.Trim()), ("id", id));
        return alarm with { Verdict = verdict, DecidedBy = by, DecidedAs = role, DecidedAt = at, Reason = reason.Trim() };
    }

    /// <summary>Lower-case word of the database, the forms and the texts.</summary>
    public static string Word(AlarmKind kind) => kind switch
    {
        AlarmKind.Night => "night",
        AlarmKind.RestDay => "rest-day",
        AlarmKind.Volume => "volume",
    };

    /// <inheritdoc cref="Word(AlarmKind)"/>
    public static string Word(AlarmVerdict verdict) => verdict switch
    {
        AlarmVerdict.Harmless => "harmless",
        AlarmVerdict.Pursue => "pursue",
    };

    private static Task<List<(string Id, Bin Institution, DateTimeOffset At, int Count)>> ApprovedAsync(
        DbTransaction transaction, DateTimeOffset since, CancellationToken cancel) =>
        transaction.QueryAsync(
            """
            SELECT id, initiator, approved_at, diploma_count FROM issue_batches
            WHERE approved_at IS NOT NULL AND approved_at >= @since ORDER BY approved_at, id
            """,
            r => (r.GetString(0), Bin.Parse(r.GetString(1)), LedgerEntry.TimeOf(r.GetString(2)), r.GetInt32(3)),
            cancel,
            ("since", LedgerEntry.Time(since)));

    private static SigningAlarm Read(DbDataReader r) => new(
        r.GetString(0), Bin.Parse(r.GetString(1)), Enum.GetValues<AlarmKind>().Single(k => Word(k) == r.GetString(2)), r.GetString(3),
        LedgerEntry.TimeOf(r.GetString(4)), r.GetInt32(5), r.GetInt32(6), r.GetString(7), LedgerEntry.TimeOf(r.GetString(8)),
        r.GetStringOrNull(9) is { } verdict ? Enum.GetValues<AlarmVerdict>().Single(v => Word(v) == verdict) : null,
        r.GetStringOrNull(10), r.GetStringOrNull(11), r.GetStringOrNull(12) is { } at ? LedgerEntry.TimeOf(at) : null, r.GetStringOrNull(13));
}
