using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>A system as lists show it.</summary>
public sealed record RegisterRow(
    string System, string Name, LocalizedText? Purpose, string? Owner, AiSystemState State, AiRisk? Risk, AiAutonomy? Autonomy, AiMode? Mode,
    int? AgeFrom, int? AgeTo, DateOnly? ReviewBy, DateOnly? Until);

/// <summary>What is asked of the register; null and empty mean all that the public sees.</summary>
/// <param name="Text">Words that stand in name, purpose or owner.</param>
/// <param name="Vendor">Account that answers for the vendor; then what was only offered is found, too.</param>
/// <param name="School">BIN of the school that proposed it.</param>
public sealed record RegisterSearch(
    string? Text = null, IReadOnlyList<AiSystemState>? States = null, AiRisk? Risk = null, string? Vendor = null, string? School = null);

/// <summary>How the register stands.</summary>
/// <param name="States">How many stand in each state.</param>
/// <param name="Reviewed">Of those in use, how many were approved or reviewed since the day that was asked for.</param>
/// <param name="Overdue">Of those in use, how many were to be reviewed by a day that is over.</param>
public sealed record RegisterCounts(IReadOnlyDictionary<AiSystemState, int> States, int Reviewed, int Overdue)
{
    public int Of(params ReadOnlySpan<AiSystemState> states)
    {
        var sum = 0;
        foreach (var state in states)
        {
            sum += States.GetValueOrDefault(state);
        }

        return sum;
    }

    /// <summary>All that the public sees.</summary>
    public int All => States.Where(s => s.Key != AiSystemState.Offered).Sum(s => s.Value);
}

/// <summary>
/// The rows by which the register is listed and searched, and the places of its public events in the ledger. Both are written in the
/// transaction of an event: what a list says is what the events say.
/// </summary>
public static class RegisterRows
{
    private const string Columns =
        "system, name, purpose_kk, purpose_ru, purpose_en, owner, state, risk, autonomy, mode, age_from, age_to, review_by, until_day";

    /// <summary>States of what was, or could have been, in use and may be used nowhere now.</summary>
    public static IReadOnlyList<AiSystemState> Stopped { get; } = [AiSystemState.Suspended, AiSystemState.Prohibited, AiSystemState.Ended];

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("ai_register", ["system"]), new("ai_register_entries", ["system", "number"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("ai-register", 1, """
            CREATE TABLE ai_register (
                system TEXT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                purpose_kk TEXT,
                purpose_ru TEXT,
                purpose_en TEXT,
                owner TEXT,
                state TEXT NOT NULL,
                risk TEXT,
                autonomy TEXT,
                mode TEXT,
                age_from INTEGER,
                age_to INTEGER,
                reviewed_at TEXT,
                review_by TEXT,
                until_day TEXT,
                vendor TEXT,
                school TEXT,
                search TEXT NOT NULL);
            CREATE INDEX ai_register_state ON ai_register (state);
            CREATE INDEX ai_register_vendor ON ai_register (vendor);
            CREATE INDEX ai_register_school ON ai_register (school);
            CREATE TABLE ai_register_entries (
                system TEXT NOT NULL, number INTEGER NOT NULL, ledger_index {bigint} NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (system, number));
            CREATE UNIQUE INDEX ai_register_entries_index ON ai_register_entries (ledger_index);
            """),
    ];

    /// <summary>Writes the row of a system as it is now.</summary>
    /// <param name="school">BIN of the school that proposed it; null for the ministry and for what a vendor offered.</param>
    public static async Task WriteAsync(DbTransaction transaction, AiSystem now, string? school, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("ai_register", cancel, now.Id);
        var (said, found, allowed) = (now.Description, now.Class?.Classification, now.Approval?.Allowed);
        await transaction.ExecuteAsync(
            """
            INSERT INTO ai_register (system, name, purpose_kk, purpose_ru, purpose_en, owner, state, risk, autonomy, mode, age_from, age_to, reviewed_at,
                review_by, until_day, vendor, school, search)
            VALUES (@system, @name, @kk, @ru, @en, @owner, @state, @risk, @autonomy, @mode, @from, @to, @reviewed, @review, @until, @vendor, @school, @search)
            ON CONFLICT (system) DO UPDATE SET name = excluded.name, purpose_kk = excluded.purpose_kk, purpose_ru = excluded.purpose_ru,
                purpose_en = excluded.purpose_en, owner = excluded.owner, state = excluded.state, risk = excluded.risk, autonomy = excluded.autonomy,
                mode = excluded.mode, age_from = excluded.age_from, age_to = excluded.age_to, reviewed_at = excluded.reviewed_at,
                review_by = excluded.review_by, until_day = excluded.until_day, vendor = excluded.vendor, school = excluded.school, search = excluded.search
            """,
            cancel, ("system", now.Id), ("name", said.Name), ("kk", said.Purpose?.Kk), ("ru", said.Purpose?.Ru), ("en", said.Purpose?.En),
            ("owner", said.Owner), ("state", EventWords.Of(now.State)), ("risk", Word(found?.Risk)), ("autonomy", Word(found?.Autonomy)),
            ("mode", Word(found?.Mode)), ("from", allowed?.AgeFrom), ("to", allowed?.AgeTo),
            ("reviewed", now.ReviewedAt is { } at ? LedgerEntry.Time(at) : null), ("review", SystemJson.Day(now.ReviewBy)),
            ("until", SystemJson.Day(allowed?.Until)), ("vendor", now.VendorAccount), ("school", school),
            ("search", SearchText.Fold($"{said.Name} {said.Purpose?.Kk} {said.Purpose?.Ru} {said.Purpose?.En} {said.Owner}")));
    }

    /// <summary>One page by name, and how many there are in all.</summary>
    public static async Task<(IReadOnlyList<RegisterRow> Found, int Total)> FindAsync(
        ReadFrom from, RegisterSearch search, int skip, int size, CancellationToken cancel = default)
    {
        var words = SearchText.Words(search.Text);
        string[] conditions =
        [
            search.States is { Count: > 0 } states ? $"state IN ({string.Join(", ", states.Select(s => $"'{EventWords.Of(s)}'"))})"
                : search.Vendor is null ? "state <> 'offered'" : "1 = 1",
            .. words.Select((_, i) => $"search LIKE @w{i}"),
            .. search.Risk is null ? [] : new[] { "risk = @risk" },
            .. search.Vendor is null ? [] : new[] { "vendor = @vendor" },
            .. search.School is null ? [] : new[] { "school = @school" },
        ];
        var where = string.Join(" AND ", conditions);
        (string, object?)[] args =
        [
            .. words.Select((w, i) => ($"w{i}", (object?)$"%{w}%")),
            .. search.Risk is null ? [] : new (string, object?)[] { ("risk", Word(search.Risk)) },
            .. search.Vendor is null ? [] : new (string, object?)[] { ("vendor", search.Vendor) },
            .. search.School is null ? [] : new (string, object?)[] { ("school", search.School) },
        ];
        var total = (await from.QueryAsync($"SELECT COUNT(*) FROM ai_register WHERE {where}", r => r.GetInt64(0), cancel, args)).Single();
        var found = await from.QueryAsync(
            $"SELECT {Columns} FROM ai_register WHERE {where} ORDER BY search, system LIMIT @size OFFSET @skip", Read, cancel,
            [.. args, ("size", size), ("skip", skip)]);
        return (found, (int)total);
    }

    /// <param name="since">When the first day begins that still counts as lately reviewed.</param>
    public static async Task<RegisterCounts> CountsAsync(ReadFrom from, DateTimeOffset since, DateOnly today, CancellationToken cancel = default)
    {
        var states = await from.QueryAsync(
            "SELECT state, COUNT(*) FROM ai_register GROUP BY state",
            r => (State: EventWords.Parse<AiSystemState>(r.GetString(0))!.Value, Count: (int)r.GetInt64(1)), cancel);
        var inUse = await from.QueryAsync(
            """
            SELECT COALESCE(SUM(CASE WHEN reviewed_at >= @since THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN review_by < @today THEN 1 ELSE 0 END), 0)
            FROM ai_register WHERE state IN ('pilot', 'in-use')
            """,
            r => (Reviewed: (int)r.GetInt64(0), Overdue: (int)r.GetInt64(1)), cancel, ("since", LedgerEntry.Time(since)), ("today", SystemJson.Day(today)));
        return new RegisterCounts(states.ToDictionary(s => s.State, s => s.Count), inUse[0].Reviewed, inUse[0].Overdue);
    }

    /// <summary>Ids of all that may be used somewhere: what the program looks at by itself.</summary>
    public static Task<List<string>> AllowedAsync(ReadFrom from, CancellationToken cancel = default) => from.QueryAsync(
        "SELECT system FROM ai_register WHERE state IN ('pilot', 'in-use') ORDER BY system", r => r.GetString(0), cancel);

    /// <summary>BIN of the school that proposed a system; null when none did.</summary>
    public static async Task<string?> SchoolOfAsync(ReadFrom from, string system, CancellationToken cancel = default) =>
        (await from.QueryAsync("SELECT school FROM ai_register WHERE system = @system", r => r.GetStringOrNull(0), cancel, ("system", system)))
        .SingleOrDefault();

    /// <summary>Notes where a public event stands in the ledger.</summary>
    public static async Task NoteAsync(DbTransaction transaction, PublicEvent happened, long index, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("ai_register_entries", cancel, happened.System, happened.Number);
        await transaction.ExecuteAsync(
            "INSERT INTO ai_register_entries (system, number, ledger_index, hash) VALUES (@system, @number, @index, @hash)", cancel,
            ("system", happened.System), ("number", happened.Number), ("index", index), ("hash", happened.Hash.ToString()));
    }

    /// <summary>Places in the ledger, with what was committed, by system and number of the event; of one system, or of all.</summary>
    public static async Task<IReadOnlyDictionary<(string System, int Number), (long Index, string Hash)>> PlacesAsync(
        ReadFrom from, string? system = null, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT system, number, ledger_index, hash FROM ai_register_entries" + (system is null ? "" : " WHERE system = @system"),
            r => (Key: (r.GetString(0), r.GetInt32(1)), Place: (r.GetInt64(2), r.GetString(3))), cancel,
            system is null ? [] : [("system", system)]))
        .ToDictionary(r => r.Key, r => r.Place);

    private static RegisterRow Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetStringOrNull(2) is { } kk ? new LocalizedText(kk, r.GetString(3), r.GetString(4)) : null, r.GetStringOrNull(5),
        EventWords.Parse<AiSystemState>(r.GetString(6))!.Value, EventWords.Parse<AiRisk>(r.GetStringOrNull(7)),
        EventWords.Parse<AiAutonomy>(r.GetStringOrNull(8)), EventWords.Parse<AiMode>(r.GetStringOrNull(9)), Number(r, 10), Number(r, 11),
        Day(r.GetStringOrNull(12)), Day(r.GetStringOrNull(13)));

    private static int? Number(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetInt32(column);

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Word<T>(T? value)
        where T : struct, Enum => value is { } some ? EventWords.Of(some) : null;
}
