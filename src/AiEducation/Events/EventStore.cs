using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>A part as it stands, with the school it belongs to, what happened in it and the key that is sealed under.</summary>
public sealed record Stored<TState>(TState Now, Bin? School)
    where TState : IFolded
{
    /// <summary>What happened last: at least one event makes a part.</summary>
    public IHappened Newest => Events[^1];

    /// <summary>In their order: whoever appends folds on from them, and reads none again.</summary>
    internal IReadOnlyList<IHappened> Events { get; init; } = [];

    internal byte[]? Key { get; init; }
}

/// <summary>A line of a list: what is known without reading the events.</summary>
/// <param name="Changed">When its newest event happened.</param>
public sealed record StreamRow(
    string Id, Bin? School, int Version, StreamSummary Summary, DateTimeOffset Opened, DateTimeOffset Changed);

/// <summary>What of a kind is looked for; null asks for nothing.</summary>
/// <param name="DueBy">Due on this day or before.</param>
/// <param name="After">Id of the last row of the page before; rows come newest first.</param>
/// <param name="Region">Of the schools of a region (<see cref="AiEducation.School.Region"/>).</param>
/// <param name="IsOfNone">Of no school.</param>
/// <param name="IsDueFirst">What is due first comes first; there is no next page then.</param>
public sealed record StreamSearch(
    Bin? School = null, IReadOnlyList<string>? States = null, string? Subject = null, DateOnly? DueBy = null, StreamRow? After = null,
    string? Region = null, bool IsOfNone = false, bool IsDueFirst = false);

/// <summary>
/// Events of all kinds in the database. In: an event that an act allowed. Out: the part after it. An event, the row for lists and the facts
/// for indicators are written together, in the transaction of the caller, and only over the version that was read.
/// </summary>
/// <remarks>Safe to share.</remarks>
/// <param name="calendar">Gives the civil day of what is due at an instant.</param>
public sealed class EventStore(IKeyVault vault, WorkingCalendar calendar)
{
    private const int IdSizeBytes = 8;

    /// <summary>Somebody was quicker.</summary>
    public static Problem ChangedMeanwhile { get; } =
        new("ai/changed-meanwhile", "It was changed meanwhile; look at it as it is now, nothing of yours was saved over it.");

    /// <summary>A new id of a kind: its name and 64 random bits.</summary>
    public static string NewId(EventKind kind) => $"{kind.Name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdSizeBytes))}";

    /// <summary>Opens a part with its first event.</summary>
    /// <param name="id">Null for a random one.</param>
    public async Task<Stored<TState>> CreateAsync<TState, TEvent>(
        DbTransaction transaction, EventKind<TState, TEvent> kind, Bin? school, TEvent first, string? id = null, CancellationToken cancel = default)
        where TState : IFolded
        where TEvent : IHappened
    {
        id ??= NewId(kind);
        var key = kind.IsPersonal ? RandomNumberGenerator.GetBytes(SealedBox.KeySizeBytes) : null;
        var stored = new Stored<TState>(kind.Fold(id, [first]), school) { Events = [first], Key = key };
        var at = LedgerEntry.Time(first.At);
        await transaction.TouchAsync("ai_streams", cancel, id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO ai_streams (id, kind, school, version, state, opened_at, changed_at, data_key)
            VALUES (@id, @kind, @school, 0, '', @at, @at, @key)
            """,
            cancel, ("id", id), ("kind", kind.Name), ("school", school?.Value), ("at", at), ("key", key is null ? null : vault.Wrap(key, Context(id))));
        await WriteAsync(transaction, kind, stored, first, cancel);
        return stored;
    }

    /// <summary>A part as it stands; null when there is none of this kind, or it was erased.</summary>
    public async Task<Stored<TState>?> FindAsync<TState, TEvent>(
        ReadFrom from, EventKind<TState, TEvent> kind, string id, CancellationToken cancel = default)
        where TState : IFolded
        where TEvent : IHappened
    {
        var found = await from.QueryAsync(
            "SELECT school, data_key FROM ai_streams WHERE id = @id AND kind = @kind", r => (School: BinOf(r, 0), Key: r.GetBytesOrNull(1)), cancel,
            ("id", id), ("kind", kind.Name));
        if (found.Count == 0 || (kind.IsPersonal && found[0].Key is null))
        {
            return null;
        }

        var key = found[0].Key is { } wrapped ? vault.Unwrap(wrapped, Context(id)) : null;
        var events = await EventsAsync(from, kind, id, key, cancel);
        return new Stored<TState>(kind.Fold(id, events), found[0].School) { Events = [.. events], Key = key };
    }

    /// <summary>Everything that happened in a part, in its order; empty when there is none.</summary>
    public async Task<IReadOnlyList<TEvent>> EventsAsync<TState, TEvent>(
        ReadFrom from, EventKind<TState, TEvent> kind, string id, CancellationToken cancel = default)
        where TState : IFolded
        where TEvent : IHappened =>
        await from.QueryAsync("SELECT data_key FROM ai_streams WHERE id = @id AND kind = @kind", r => r.GetBytesOrNull(0), cancel, ("id", id), ("kind", kind.Name))
            is [var wrapped] && (wrapped is not null || !kind.IsPersonal)
            ? await EventsAsync(from, kind, id, wrapped is null ? null : vault.Unwrap(wrapped, Context(id)), cancel)
            : [];

    /// <summary>All parts of a kind that is not personal, with everything known of each: for registers and exports.</summary>
    /// <param name="school">Null for all schools and none.</param>
    public static async Task<IReadOnlyList<Stored<TState>>> AllAsync<TState, TEvent>(
        ReadFrom from, EventKind<TState, TEvent> kind, Bin? school = null, CancellationToken cancel = default)
        where TState : IFolded
        where TEvent : IHappened
    {
        if (kind.IsPersonal)
        {
            throw new ArgumentException("Personal parts are read one by one, by whoever may.", nameof(kind));
        }

        var rows = await from.QueryAsync(
            $"""
            SELECT e.stream, s.school, e.payload FROM ai_streams s JOIN ai_events e ON e.stream = s.id
            WHERE s.kind = @kind{(school is null ? "" : " AND s.school = @school")} ORDER BY s.opened_at, s.id, e.number
            """,
            r => (Id: r.GetString(0), School: BinOf(r, 1), Event: kind.Read(r.GetBytes(2))), cancel, ("kind", kind.Name), ("school", school?.Value));
        return
        [
            .. rows.GroupBy(r => r.Id).Select(
                g => new Stored<TState>(kind.Fold(g.Key, g.Select(r => r.Event)), g.First().School) { Events = [.. g.Select(r => (IHappened)r.Event)] }),
        ];
    }

    /// <summary>Lines of a list, newest first.</summary>
    public static async Task<IReadOnlyList<StreamRow>> RowsAsync(
        ReadFrom from, EventKind kind, StreamSearch search, int max, CancellationToken cancel = default)
    {
        string[] conditions =
        [
            "kind = @kind",
            .. search.States is { Count: > 0 } some ? new[] { $"state IN ({string.Join(", ", some.Select((_, i) => $"@state{i}"))})" } : [],
            .. search.School is null ? [] : new[] { "school = @school" },
            .. search.IsOfNone ? new[] { "school IS NULL" } : [],
            .. search.Region is null ? [] : new[] { "school IN (SELECT bin FROM ai_schools WHERE region = @region)" },
            .. search.Subject is null ? [] : new[] { "subject = @subject" },
            .. search.DueBy is null ? [] : new[] { "due_on <= @due" },
            .. search.After is null ? [] : new[] { "(opened_at < @after OR (opened_at = @after AND id < @afterId))" },
        ];
        return await from.QueryAsync(
            $"""
            SELECT id, school, version, state, subject, title, due_on, opened_at, changed_at FROM ai_streams
            WHERE {string.Join(" AND ", conditions)}
            ORDER BY {(search.IsDueFirst ? "due_on, id" : "opened_at DESC, id DESC")} LIMIT @max
            """,
            ReadRow, cancel,
            [
                ("kind", kind.Name), ("max", max), ("school", search.School?.Value), ("subject", search.Subject), ("due", Day(search.DueBy)), ("region", search.Region),
                ("after", search.After is { } after ? LedgerEntry.Time(after.Opened) : null), ("afterId", search.After?.Id),
                .. (search.States ?? []).Select((s, i) => ($"state{i}", (object?)s)),
            ]);
    }

    /// <summary>Takes the lock of a part, reads it, and refuses when it is not the version that was read by whoever acts.</summary>
    /// <param name="school">The school somebody acts at; a part of another one, or of none, is as if it were not there.</param>
    /// <param name="version">Null for who acts on the part as it is now, whatever it says.</param>
    public async Task<Outcome<Stored<TState>>> LockAsync<TState, TEvent>(
        DbTransaction transaction, EventKind<TState, TEvent> kind, string id, Bin? school, int? version, CancellationToken cancel = default)
        where TState : IFolded
        where TEvent : IHappened
    {
        await Database.LockAsync(transaction, "ai/" + id, cancel);
        return await FindAsync(transaction, kind, id, cancel) is not { } one || (school is not null && one.School != school)
            ? new Problem("ai/not-there", "There is no such entry, or it is not yours.")
            : version is not null && one.Now.Version != version
                ? ChangedMeanwhile
                : one;
    }

    /// <summary>Appends an event to a part as this transaction has locked it, or as it was after the event before. An older one is a bug and throws.</summary>
    public async Task<Stored<TState>> AppendAsync<TState, TEvent>(
        DbTransaction transaction, EventKind<TState, TEvent> kind, Stored<TState> one, TEvent happened, CancellationToken cancel = default)
        where TState : IFolded
        where TEvent : IHappened
    {
        IReadOnlyList<IHappened> events = [.. one.Events, happened];
        var now = kind.Fold(one.Now.Id, events.Cast<TEvent>());
        var next = one with { Now = now, School = kind.SchoolOf(now) ?? one.School, Events = events };
        await WriteAsync(transaction, kind, next, happened, cancel);
        return next;
    }

    /// <summary>Destroys the words of a personal part with its key. The row and the facts, which name nobody, stay for the indicators.</summary>
    public static async Task EraseAsync(DbTransaction transaction, EventKind kind, string id, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "ai/" + id, cancel);
        await transaction.TouchAsync("ai_streams", cancel, id);
        await transaction.ExecuteAsync(
            "UPDATE ai_streams SET data_key = NULL, title = NULL WHERE id = @id AND kind = @kind", cancel, ("id", id), ("kind", kind.Name));
        var numbers = await transaction.QueryAsync("SELECT number FROM ai_events WHERE stream = @id", r => r.GetInt32(0), cancel, ("id", id));
        await transaction.TouchManyAsync("ai_events", numbers.Select(n => new object[] { id, n }), cancel);
        await transaction.ExecuteAsync("DELETE FROM ai_events WHERE stream = @id", cancel, ("id", id));
    }

    private static Task<List<TEvent>> EventsAsync<TState, TEvent>(
        ReadFrom from, EventKind<TState, TEvent> kind, string id, byte[]? key, CancellationToken cancel)
        where TState : IFolded
        where TEvent : IHappened => from.QueryAsync(
            "SELECT number, payload FROM ai_events WHERE stream = @id ORDER BY number",
            r => kind.Read(Opened(id, r.GetInt32(0), key, r.GetBytes(1))), cancel, ("id", id));

    // Event, row and facts in one transaction: what lists and indicators say is what the events say.
    private async Task WriteAsync<TState, TEvent>(
        DbTransaction transaction, EventKind<TState, TEvent> kind, Stored<TState> one, TEvent happened, CancellationToken cancel)
        where TState : IFolded
        where TEvent : IHappened
    {
        var (now, at) = (one.Now, LedgerEntry.Time(happened.At));
        var payload = kind.Write(happened);
        await transaction.TouchAsync("ai_events", cancel, now.Id, now.Version);
        await transaction.ExecuteAsync(
            "INSERT INTO ai_events (stream, number, at, payload) VALUES (@id, @number, @at, @payload)", cancel,
            ("id", now.Id), ("number", now.Version), ("at", at),
            ("payload", one.Key is { } key ? SealedBox.Encrypt(key, EventContext(now.Id, now.Version), payload) : payload));
        var summary = kind.Summary(now);
        await transaction.TouchAsync("ai_streams", cancel, now.Id);
        await transaction.ExecuteAsync(
            """
            UPDATE ai_streams
            SET school = @school, version = @version, state = @state, subject = @subject, title = @title, due_on = @due, changed_at = @at
            WHERE id = @id
            """,
            cancel, ("id", now.Id), ("school", one.School?.Value), ("version", now.Version), ("state", summary.State), ("subject", summary.Subject),
            ("title", summary.Title), ("due", Day(summary.DayDue(calendar))), ("at", at));
        await FactLog.AppendAsync(
            transaction, vault, [.. kind.Facts(now, happened).Select(f => new KeptFact(0, happened.At, one.School?.Value, f, now.Id, now.Version))], cancel);
    }

    private static StreamRow ReadRow(DbDataReader r) => new(
        r.GetString(0), BinOf(r, 1), r.GetInt32(2),
        new StreamSummary(
            r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4), r.IsDBNull(5) ? null : r.GetString(5),
            r.IsDBNull(6) ? null : DateOnly.ParseExact(r.GetString(6), "O", CultureInfo.InvariantCulture)),
        LedgerEntry.TimeOf(r.GetString(7)), LedgerEntry.TimeOf(r.GetString(8)));

    private static byte[] Opened(string id, int number, byte[]? key, byte[] payload) =>
        key is null ? payload : SealedBox.Decrypt(key, EventContext(id, number), payload);

    private static Bin? BinOf(DbDataReader r, int column) => r.IsDBNull(column) ? null : Bin.Parse(r.GetString(column));

    private static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);

    private static byte[] Context(string id) => Encoding.UTF8.GetBytes("ai/" + id);

    private static byte[] EventContext(string id, int number) => Context(string.Create(CultureInfo.InvariantCulture, $"{id}/event/{number}"));
}
