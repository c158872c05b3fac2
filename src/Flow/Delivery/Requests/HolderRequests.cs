using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>
/// Requests of holders about their data: to correct a diploma, which goes to its institution, or to erase or block it, which goes to the
/// data-protection officer. The words are sealed; the table holds ids, states and days.
/// </summary>
public sealed class HolderRequests(IKeyVault vault)
{
    public const string Table = "correction_requests";

    private const string Columns =
        "id, kind, institution, credential, account, state, version, at, due_on, decided_at, decided_by, data_key, payload";

    /// <summary>
    /// Stores a request; gives false, and writes nothing, when one with this id is there already: the form was sent twice.
    /// </summary>
    public async Task<bool> AddAsync(DbTransaction transaction, HolderRequest request, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, Table, cancel);
        if ((await transaction.QueryAsync("SELECT 1 FROM correction_requests WHERE id = @id", r => 1, cancel, ("id", request.Id))).Count > 0)
        {
            return false;
        }

        var (key, payload) = Seal(request.Id, request.Words);
        await transaction.TouchAsync(Table, cancel, request.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO correction_requests (id, kind, institution, credential, account, state, version, at, due_on, data_key, payload)
            VALUES (@id, @kind, @institution, @credential, @account, @state, 1, @at, @due, @key, @payload)
            """,
            cancel, ("id", request.Id), ("kind", request.Kind.Word()), ("institution", request.Institution.Value),
            ("credential", request.Credential.ToString()), ("account", request.Account), ("state", RequestState.Open.Word()),
            ("at", LedgerEntry.Time(request.At)), ("due", request.DueOn.ToString("O", CultureInfo.InvariantCulture)), ("key", key),
            ("payload", payload));
        return true;
    }

    public async Task<IReadOnlyList<HolderRequest>> OfAccountAsync(ReadFrom from, string account, CancellationToken cancel = default) =>
        await ListAsync(from, "account = @account", cancel, ("account", account));

    /// <summary>Corrections that wait for an institution, the one due first at the top.</summary>
    public async Task<IReadOnlyList<HolderRequest>> OpenOfInstitutionAsync(
        ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        await ListAsync(
            from, "institution = @bin AND kind = 'correct' AND state = 'open'", cancel, ("bin", institution.Value));

    /// <summary>What waits for the data-protection officer (to erase, to block, to lift a block), and what was answered, newest due first.</summary>
    public async Task<IReadOnlyList<HolderRequest>> OfOfficerAsync(ReadFrom from, CancellationToken cancel = default) =>
        await ListAsync(from, "kind <> 'correct'", cancel);

    public async Task<HolderRequest?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await ListAsync(from, "id = @id", cancel, ("id", id))).SingleOrDefault();

    /// <summary>
    /// Ends an open request, once: done, refused or withdrawn. Refused when it is no longer open or has another version than
    /// the one that was read.
    /// </summary>
    /// <param name="answer">The reasons; a refusal without any is refused itself.</param>
    public async Task<Outcome<HolderRequest>> AnswerAsync(
        DbTransaction transaction,
        string id,
        int version,
        RequestState state,
        string by,
        string answer,
        DateTimeOffset at,
        CancellationToken cancel = default)
    {
        if (state == RequestState.Refused && string.IsNullOrWhiteSpace(answer))
        {
            return new Problem("me/refusal-without-reason", "A refusal must give its reasons.");
        }

        await transaction.TouchAsync(Table, cancel, id);
        if (await FindAsync(transaction, id, cancel) is not { } request)
        {
            return new Problem("me/no-request", "There is no such request.");
        }

        if (request.State != RequestState.Open || request.Version != version)
        {
            return new Problem("me/request-answered", "This request was answered or taken back meanwhile.");
        }

        var words = request.Words with { Answer = answer.Trim() };
        var (key, payload) = Seal(id, words);
        await transaction.ExecuteAsync(
            """
            UPDATE correction_requests SET state = @state, version = version + 1, decided_at = @at, decided_by = @by, data_key = @key,
                payload = @payload WHERE id = @id
            """,
            cancel, ("id", id), ("state", state.Word()), ("at", LedgerEntry.Time(at)), ("by", by), ("key", key), ("payload", payload));
        return request with { State = state, Version = version + 1, DecidedAt = at, DecidedBy = by, Words = words };
    }

    /// <summary>Destroys every request about a diploma; gives their ids.</summary>
    public static async Task<IReadOnlyList<string>> EraseOfAsync(DbTransaction transaction, AssetId credential, CancellationToken cancel = default)
    {
        var ids = await transaction.QueryAsync(
            "SELECT id FROM correction_requests WHERE credential = @credential", r => r.GetString(0), cancel,
            ("credential", credential.ToString()));
        foreach (var id in ids)
        {
            await transaction.TouchAsync(Table, cancel, id);
            await transaction.ExecuteAsync(
                "UPDATE correction_requests SET data_key = @nothing, payload = @nothing WHERE id = @id", cancel,
                ("id", id), ("nothing", Array.Empty<byte>()));
            await transaction.ExecuteAsync("DELETE FROM correction_requests WHERE id = @id", cancel, ("id", id));
        }

        return ids;
    }

    private async Task<IReadOnlyList<HolderRequest>> ListAsync(
        ReadFrom from, string where, CancellationToken cancel, params (string Name, object? Value)[] args) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM correction_requests WHERE {where} ORDER BY state = 'open' DESC, due_on, at, id", Read, cancel, args);

    private (byte[] Key, byte[] Payload) Seal(string id, RequestWords words) =>
        SealedBox.Seal(vault, Context(id), JsonSerializer.SerializeToUtf8Bytes(words, SharingJson.Default.RequestWords));

    private static string Context(string id) => "correction_requests/" + id;

    private HolderRequest Read(DbDataReader r)
    {
        var id = r.GetString(0);
        return new HolderRequest(
            id,
            Enum.GetValues<RequestKind>().Single(k => k.Word() == r.GetString(1)),
            Bin.Parse(r.GetString(2)),
            AssetId.Parse(r.GetString(3)),
            r.GetString(4),
            Enum.GetValues<RequestState>().Single(s => s.Word() == r.GetString(5)),
            r.GetInt32(6),
            LedgerEntry.TimeOf(r.GetString(7)),
            DateOnly.ParseExact(r.GetString(8), "O", CultureInfo.InvariantCulture),
            r.GetStringOrNull(9) is { } decided ? LedgerEntry.TimeOf(decided) : null,
            r.GetStringOrNull(10),
            JsonSerializer.Deserialize(
                SealedBox.Open(vault, Context(id), r.GetBytes(11), r.GetBytes(12)), SharingJson.Default.RequestWords)!);
    }
}
