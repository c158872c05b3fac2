using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>
/// The record of who did what (requirement X-6): rows are only ever added, in the transaction of the act itself, and each
/// carries SHA-256 over the hash before it and its own canonical JSON, so that a changed, removed or inserted row shows.
/// </summary>
/// <remarks>
/// One writer at a time. Rows are put together by the call and written when the rest of the transaction is done
/// (<see cref="BeforeCommit"/>): its lock is the last one, also when several acts share a transaction of the log.
/// </remarks>
public static class AuditTrail
{
    private const string Columns =
        "number, at, act, what, actor, actor_kind, role, institution, subject_kind, subject, person, facts, hash";

    private static readonly byte[] Beginning = new byte[SHA256.HashSizeInBytes];

    public static Task AppendAsync(
        DbTransaction transaction, DateTimeOffset at, IReadOnlyList<TrailEvent> events, CancellationToken cancel = default) =>
        events.Count == 0
            ? Task.CompletedTask
            : BeforeCommit.RunAsync(transaction, () => WriteAsync(transaction, at, events, cancel));

    private static async Task WriteAsync(
        DbTransaction transaction, DateTimeOffset at, IReadOnlyList<TrailEvent> events, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, "trail", cancel);
        var last = (await transaction.QueryAsync(
            "SELECT number, hash FROM trail ORDER BY number DESC LIMIT 1",
            r => (Number: r.GetInt64(0), Hash: r.GetBytes(1)), cancel)).SingleOrDefault((Number: 0, Hash: Beginning));
        var rows = new List<object?[]>(events.Count);
        foreach (var done in events)
        {
            var cells = Cells(done, last.Number + 1, at);
            last = (last.Number + 1, HashOf(cells, last.Hash));
            rows.Add([.. cells, last.Hash]);
        }

        await transaction.BulkInsertAsync("trail", [.. Columns.Split(", ")], rows, cancel);
        await transaction.TouchAsync("trail_head", cancel, 1);
        await transaction.ExecuteAsync(
            """
            INSERT INTO trail_head (id, number, hash) VALUES (1, @number, @hash)
            ON CONFLICT (id) DO UPDATE SET number = excluded.number, hash = excluded.hash
            """,
            cancel, ("number", last.Number), ("hash", last.Hash));
    }

    public static Task AppendAsync(
        DbTransaction transaction, DateTimeOffset at, TrailEvent done, CancellationToken cancel = default) =>
        AppendAsync(transaction, at, [done], cancel);

    /// <summary>A page of what was done at an institution (null: at all), newest first.</summary>
    /// <param name="before">Only rows with a smaller number; null begins at the newest.</param>
    public static async Task<IReadOnlyList<TrailRow>> OfInstitutionAsync(
        ReadFrom from, Bin? institution, long? before, int count, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"""
            SELECT {Columns} FROM trail
            WHERE number < @before {(institution is null ? "" : "AND institution = @institution")}
            ORDER BY number DESC LIMIT @count
            """,
            Read, cancel, ("before", before ?? long.MaxValue), ("institution", institution?.Value), ("count", count));

    /// <summary>A page of what fits a search over the whole platform, newest first.</summary>
    public static async Task<IReadOnlyList<TrailRow>> SearchAsync(
        ReadFrom from, TrailSearch search, long? before, int count, CancellationToken cancel = default)
    {
        var parts = new List<string> { "number < @before" };
        var args = new List<(string, object?)> { ("before", before ?? long.MaxValue), ("count", count) };
        void Add(string part, string name, object? value)
        {
            if (value is not null)
            {
                parts.Add(part);
                args.Add((name, value));
            }
        }

        Add("institution = @institution", "institution", search.Institution?.Value);
        Add("act = @act", "act", search.Act is { } act ? Word(act) : null);
        Add("(subject = @thing OR actor = @thing)", "thing", search.Thing);
        Add("at >= @from", "from", search.From is { } first ? LedgerEntry.Time(first) : null);
        Add("at < @until", "until", search.Until is { } end ? LedgerEntry.Time(end) : null);
        return await from.QueryAsync(
            $"SELECT {Columns} FROM trail WHERE {string.Join(" AND ", parts)} ORDER BY number DESC LIMIT @count", Read, cancel, [.. args]);
    }

    /// <summary>
    /// All that was done with one person's data, newest first: rows under the person's fingerprint, rows about the given
    /// things (their diplomas, the batches these came from, their shares), and the person's own acts.
    /// </summary>
    public static async Task<IReadOnlyList<TrailRow>> OfPersonAsync(
        ReadFrom from, byte[]? person, string account, IReadOnlyList<TrailSubject> subjects, int count, CancellationToken cancel = default)
    {
        var parts = new List<string> { "person = @person", "actor = @account" };
        var args = new List<(string, object?)> { ("person", person), ("account", account), ("count", count) };
        for (var i = 0; i < subjects.Count; i++)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"(subject_kind = @k{i} AND subject = @s{i})"));
            args.Add((string.Create(CultureInfo.InvariantCulture, $"k{i}"), subjects[i].Kind));
            args.Add((string.Create(CultureInfo.InvariantCulture, $"s{i}"), subjects[i].Id));
        }

        // Each part from its index, newest first and no more than are wanted: a share that was opened a thousand times costs no
        // sorting. SQLite takes 500 terms of a UNION.
        const int TermsMax = 400;
        var newest = parts
            .Select(part => $"SELECT number FROM (SELECT number FROM trail WHERE {part} ORDER BY number DESC LIMIT @count) AS part")
            .Chunk(TermsMax)
            .Select(terms => $"number IN ({string.Join(" UNION ", terms)})");
        return await from.QueryAsync(
            $"SELECT {Columns} FROM trail WHERE {string.Join(" OR ", newest)} ORDER BY number DESC LIMIT @count", Read, cancel, [.. args]);
    }

    /// <summary>What was done to one of these things, newest first.</summary>
    public static Task<IReadOnlyList<TrailRow>> OfSubjectsAsync(
        ReadFrom from, IReadOnlyList<TrailSubject> subjects, int count, CancellationToken cancel = default) =>
        OfPersonAsync(from, null, "", subjects, count, cancel);

    /// <summary>
    /// Walks the whole chain. Gives the number of the first row that does not follow from those before it, or of the first
    /// that the kept head says should be there; null when all agree.
    /// </summary>
    public static async Task<(long Count, long? FirstBroken)> CheckAsync(ReadFrom from, CancellationToken cancel = default)
    {
        const int Page = 1_000;
        var (number, hash) = (0L, Beginning);
        while (true)
        {
            var rows = await from.QueryAsync(
                $"SELECT {Columns} FROM trail WHERE number > @number ORDER BY number LIMIT @page",
                ReadCells, cancel, ("number", number), ("page", Page));
            foreach (var (cells, stored) in rows)
            {
                if ((long)cells[0]! != number + 1 || !HashOf(cells, hash).AsSpan().SequenceEqual(stored))
                {
                    return (number, (long)cells[0]!);
                }

                (number, hash) = (number + 1, stored);
            }

            if (rows.Count < Page)
            {
                var head = await HeadAsync(from, cancel);
                return (number, head.Number == number && head.Hash.AsSpan().SequenceEqual(hash) ? null : number + 1);
            }
        }
    }

    /// <summary>Number and hash of the newest row; zero and 32 zero bytes for an empty record.</summary>
    public static async Task<(long Number, byte[] Hash)> HeadAsync(ReadFrom from, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT number, hash FROM trail_head", r => (r.GetInt64(0), r.GetBytes(1)), cancel)).SingleOrDefault((0, Beginning));

    /// <summary>The hash of one row; null when there is no such row.</summary>
    public static async Task<byte[]?> HashAtAsync(ReadFrom from, long number, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT hash FROM trail WHERE number = @number", r => r.GetBytes(0), cancel, ("number", number))).SingleOrDefault();

    /// <summary>How many rows the ledger was last told of, and when; zero and null when it never was.</summary>
    public static async Task<(long Number, DateTimeOffset? At)> AnchoredAsync(ReadFrom from, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT COALESCE(anchored, 0), anchored_at FROM trail_head",
            r => (r.GetInt64(0), r.GetStringOrNull(1) is { } at ? LedgerEntry.TimeOf(at) : (DateTimeOffset?)null),
            cancel)).SingleOrDefault((0, null));

    /// <summary>
    /// Takes note, in the transaction that tells the ledger, of how far the record goes. Gives the head the ledger is told
    /// of; null when it knows it already, or when there is nothing to tell. The record's lock is taken by the commit, last of
    /// all; who calls holds the ledger's, so that nobody else tells it.
    /// </summary>
    public static async Task<(long Number, byte[] Hash)?> AnchorAsync(
        DbTransaction transaction, DateTimeOffset at, CancellationToken cancel = default)
    {
        // As it was committed: rows up to there change no more, and what is recorded meanwhile the next anchor tells.
        var head = await HeadAsync(transaction, cancel);
        if (head.Number <= (await AnchoredAsync(transaction, cancel)).Number)
        {
            return null;
        }

        await BeforeCommit.RunAsync(transaction, async () =>
        {
            await Database.LockAsync(transaction, "trail", cancel);
            await transaction.TouchAsync("trail_head", cancel, 1);
            await transaction.ExecuteAsync(
                "UPDATE trail_head SET anchored = @number, anchored_at = @at WHERE id = 1",
                cancel, ("number", head.Number), ("at", LedgerEntry.Time(at)));
        });
        return head;
    }

    /// <summary>Throws <see cref="RowChangedException"/> when the head was changed past the program: nothing is built on it.</summary>
    public static async Task CheckHeadAsync(Database database, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        if (database.Seals is { } seals && (await HeadAsync(connection, cancel)).Number > 0
            && (await seals.AgreeingAsync(connection, "trail_head", "t.id = 1", r => 1, cancel)).Count == 0)
        {
            throw new RowChangedException("trail_head", "1");
        }
    }

    /// <summary>The cells of a row as they are stored, number to facts; the hash runs over exactly these.</summary>
    private static object?[] Cells(TrailEvent done, long number, DateTimeOffset at) =>
    [
        number,
        LedgerEntry.Time(at),
        Word(done.Act),
        done.What,
        done.Actor.Id,
        Word(done.Actor.Kind),
        done.Role?.Word(),
        done.Institution?.Value,
        done.Subject.Kind,
        done.Subject.Id,
        done.Person?.ToArray(),
        JsonSerializer.Serialize(new SortedDictionary<string, string>(
            done.Facts.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal), StringComparer.Ordinal)),
    ];

    private static byte[] HashOf(object?[] cells, byte[] before)
    {
        var texts = new JsonArray();
        foreach (var cell in cells)
        {
            texts.Add(cell switch
            {
                null => null,
                long number => JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
                byte[] bytes => JsonValue.Create(Convert.ToHexStringLower(bytes)),
                _ => JsonValue.Create((string)cell),
            });
        }

        return SHA256.HashData([.. before, .. Jcs.Canonicalize(texts)]);
    }

    private static (object?[] Cells, byte[] Hash) ReadCells(DbDataReader r) =>
        ([
            r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetStringOrNull(6),
            r.GetStringOrNull(7), r.GetString(8), r.GetString(9), r.GetBytesOrNull(10), r.GetString(11),
        ], r.GetBytes(12));

    private static TrailRow Read(DbDataReader r) => new(
        r.GetInt64(0),
        LedgerEntry.TimeOf(r.GetString(1)),
        r.GetString(2),
        r.GetString(3),
        r.GetString(4),
        r.GetString(5),
        r.GetStringOrNull(6),
        r.GetStringOrNull(7),
        new TrailSubject(r.GetString(8), r.GetString(9)),
        r.GetBytesOrNull(10),
        JsonSerializer.Deserialize<Dictionary<string, string>>(r.GetString(11)) ?? []);

    private static string Word(TrailAct act) => act switch
    {
        TrailAct.Access => "access",
        TrailAct.View => "view",
        TrailAct.Change => "change",
        TrailAct.Transfer => "transfer",
        TrailAct.Block => "block",
        TrailAct.Destroy => "destroy",
    };

    private static string Word(ActorKind kind) => kind switch
    {
        ActorKind.Person => "person",
        ActorKind.ApiClient => "api-client",
        ActorKind.Console => "console",
        ActorKind.Service => "service",
        ActorKind.Visitor => "visitor",
    };
}
