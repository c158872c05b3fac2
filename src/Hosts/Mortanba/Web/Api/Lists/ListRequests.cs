using System.Data.Common;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>A list that a program handed in; its content is the draft of the same id.</summary>
/// <param name="Items">In the order of the draft's rows.</param>
/// <param name="Refusal">Code of what kept the list from going to the approver, beside errors in its rows.</param>
internal sealed record ListRequest(
    string Id, Bin Institution, string Client, string RequestId, byte[] BodyHash, IReadOnlyList<KeptItem> Items, DateTimeOffset MadeAt,
    DateTimeOffset? SettledAt, string? Refusal);

/// <param name="Index">Place among the items that were sent, from 0.</param>
/// <param name="Key">Fingerprint of the program's key under a key of the vault, hex.</param>
/// <param name="Hash">Fingerprint of what the item says, likewise.</param>
/// <param name="Courses">How many rows its courses take.</param>
internal sealed record KeptItem(int Index, string Key, string Hash, int Courses);

/// <summary>Requests of programs: each is stored with its draft in one transaction, and once under its id.</summary>
internal static class ListRequests
{
    private const string Columns = "id, institution, client, request_id, body_hash, items, made_at, settled_at, refusal";

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("list_requests", ["id"]), ListItems.Sealed];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("list-requests", 1, """
            CREATE TABLE list_requests (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                client TEXT NOT NULL,
                request_id TEXT NOT NULL,
                body_hash {blob} NOT NULL,
                items TEXT NOT NULL,
                made_at TEXT NOT NULL,
                settled_at TEXT,
                refusal TEXT);
            CREATE UNIQUE INDEX list_requests_request ON list_requests (client, request_id);
            CREATE INDEX list_requests_institution ON list_requests (institution);
            CREATE INDEX list_requests_settled ON list_requests (settled_at);
            """),
        .. ListItems.Migrations,
    ];

    public static async Task AddAsync(DbTransaction transaction, ListRequest request, CancellationToken cancel)
    {
        await transaction.TouchAsync("list_requests", cancel, request.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO list_requests (id, institution, client, request_id, body_hash, items, made_at)
            VALUES (@id, @institution, @client, @request, @hash, @items, @at)
            """,
            cancel, ("id", request.Id), ("institution", request.Institution.Value), ("client", request.Client),
            ("request", request.RequestId), ("hash", request.BodyHash), ("items", JsonSerializer.Serialize(request.Items)),
            ("at", LedgerEntry.Time(request.MadeAt)));
        await ListItems.AddAsync(transaction, request, cancel);
    }

    public static async Task<ListRequest?> FindAsync(ReadFrom from, Bin institution, string id, CancellationToken cancel) =>
        (await from.QueryAsync(
            $"SELECT {Columns} FROM list_requests WHERE id = @id AND institution = @institution", Read, cancel, ("id", id),
            ("institution", institution.Value))).SingleOrDefault();

    public static async Task<ListRequest?> FindAsync(ReadFrom from, string client, string requestId, CancellationToken cancel) =>
        (await from.QueryAsync(
            $"SELECT {Columns} FROM list_requests WHERE client = @client AND request_id = @request", Read, cancel, ("client", client),
            ("request", requestId))).SingleOrDefault();

    /// <summary>How many lists of the institution are in preparation, by programs and by people.</summary>
    public static async Task<long> OpenCountAsync(ReadFrom from, Bin institution, CancellationToken cancel) =>
        (await from.QueryAsync(
            "SELECT COUNT(*) FROM drafts WHERE institution = @institution AND state = 'open'", r => r.GetInt64(0), cancel,
            ("institution", institution.Value))).Single();

    /// <summary>Requests whose list did not come to its first end yet: sent to the approver, or known to have errors.</summary>
    public static async Task<IReadOnlyList<ListRequest>> UnsettledAsync(ReadFrom from, CancellationToken cancel) =>
        await from.QueryAsync($"SELECT {Columns} FROM list_requests WHERE settled_at IS NULL ORDER BY made_at, id", Read, cancel);

    /// <summary>Of two at once, one: false for the other.</summary>
    public static async Task<bool> SettleAsync(
        DbTransaction transaction, string id, DateTimeOffset at, string? refusal, CancellationToken cancel)
    {
        await transaction.TouchAsync("list_requests", cancel, id);
        return await transaction.ExecuteAsync(
            "UPDATE list_requests SET settled_at = @at, refusal = @refusal WHERE id = @id AND settled_at IS NULL",
            cancel, ("id", id), ("at", LedgerEntry.Time(at)), ("refusal", refusal)) == 1;
    }

    private static ListRequest Read(DbDataReader r) => new(
        r.GetString(0), Bin.Parse(r.GetString(1)), r.GetString(2), r.GetString(3), r.GetBytes(4),
        JsonSerializer.Deserialize<List<KeptItem>>(r.GetString(5))!, LedgerEntry.TimeOf(r.GetString(6)),
        r.GetStringOrNull(7) is { } settled ? LedgerEntry.TimeOf(settled) : null, r.GetStringOrNull(8));
}
