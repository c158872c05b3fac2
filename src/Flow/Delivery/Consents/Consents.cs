using System.Data.Common;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>
/// The eight elements of a consent (Law on Personal Data, article 8(4); requirement X-7), as they were on the screen when it
/// was given. Personal data; sealed at rest.
/// </summary>
/// <param name="Controller">1. Name of the organisation that processes, and its BIN.</param>
/// <param name="Subject">2. Name of the person, as the diploma gives it.</param>
/// <param name="Term">3. Until when.</param>
/// <param name="ToThirdParties">4. Passed on to third parties: to whom; null when to nobody.</param>
/// <param name="CrossBorder">5. Passed on across the border.</param>
/// <param name="PublicDistribution">6. Published for everybody.</param>
/// <param name="Data">7. List of the data: names of the fields.</param>
/// <param name="Other">8. Other: the purpose.</param>
/// <param name="Proof">How it was given: <c>form</c>; the act itself stands in the record.</param>
public sealed record ConsentWords(
    string Controller,
    string Subject,
    DateTimeOffset Term,
    string? ToThirdParties,
    bool CrossBorder,
    bool PublicDistribution,
    IReadOnlyList<string> Data,
    string Other,
    string Proof);

/// <param name="About">What it covers: the id of a share.</param>
/// <param name="Until">End of its term; a prolonged share has a new one.</param>
public sealed record Consent(
    string Id, string Account, AssetId Credential, string About, DateTimeOffset GivenAt, DateTimeOffset Until, DateTimeOffset? WithdrawnAt,
    ConsentWords Words)
{
    public bool IsValidAt(DateTimeOffset at) => WithdrawnAt is null && at < Until;
}

/// <summary>Consents as objects: given by the person's own act, with a term, and withdrawn when the person says so.</summary>
public sealed class Consents(IKeyVault vault)
{
    public const string Table = "consents";

    private const string Columns = "id, account, credential, about, given_at, until_at, withdrawn_at, data_key, payload";

    public async Task AddAsync(DbTransaction transaction, Consent consent, CancellationToken cancel = default)
    {
        var (key, payload) = SealedBox.Seal(
            vault, Context(consent.Id), JsonSerializer.SerializeToUtf8Bytes(consent.Words, SharingJson.Default.ConsentWords));
        await transaction.TouchAsync(Table, cancel, consent.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO consents (id, account, credential, about, given_at, until_at, data_key, payload)
            VALUES (@id, @account, @credential, @about, @at, @until, @key, @payload)
            """,
            cancel, ("id", consent.Id), ("account", consent.Account), ("credential", consent.Credential.ToString()), ("about", consent.About),
            ("at", LedgerEntry.Time(consent.GivenAt)), ("until", LedgerEntry.Time(consent.Until)), ("key", key), ("payload", payload));
    }

    public async Task<IReadOnlyList<Consent>> OfAccountAsync(ReadFrom from, string account, CancellationToken cancel = default) =>
        await ListAsync(from, "account = @account", cancel, ("account", account));

    /// <summary>The consent a share rests on that is valid now; null when there is none: then nothing may be shown.</summary>
    public async Task<Consent?> ValidForAsync(ReadFrom from, string about, DateTimeOffset at, CancellationToken cancel = default) =>
        (await ListAsync(from, "about = @about", cancel, ("about", about))).FirstOrDefault(c => c.IsValidAt(at));

    /// <summary>Withdraws every consent about a thing; those withdrawn before keep their time.</summary>
    public async Task WithdrawAsync(DbTransaction transaction, string about, DateTimeOffset at, CancellationToken cancel = default)
    {
        foreach (var consent in await ListAsync(transaction, "about = @about AND withdrawn_at IS NULL", cancel, ("about", about)))
        {
            await transaction.TouchAsync(Table, cancel, consent.Id);
            await transaction.ExecuteAsync(
                "UPDATE consents SET withdrawn_at = @at WHERE id = @id", cancel, ("id", consent.Id), ("at", LedgerEntry.Time(at)));
        }
    }

    /// <summary>Destroys every consent about a diploma.</summary>
    public static async Task EraseOfAsync(DbTransaction transaction, AssetId credential, CancellationToken cancel = default)
    {
        var ids = await transaction.QueryAsync(
            "SELECT id FROM consents WHERE credential = @credential", r => r.GetString(0), cancel, ("credential", credential.ToString()));
        foreach (var id in ids)
        {
            await transaction.TouchAsync(Table, cancel, id);
            await transaction.ExecuteAsync(
                "UPDATE consents SET data_key = @nothing, payload = @nothing WHERE id = @id", cancel,
                ("id", id), ("nothing", Array.Empty<byte>()));
            await transaction.ExecuteAsync("DELETE FROM consents WHERE id = @id", cancel, ("id", id));
        }
    }

    private async Task<IReadOnlyList<Consent>> ListAsync(
        ReadFrom from, string where, CancellationToken cancel, params (string Name, object? Value)[] args) =>
        await from.QueryAsync($"SELECT {Columns} FROM consents WHERE {where} ORDER BY given_at DESC, id DESC", Read, cancel, args);

    private static string Context(string id) => "consents/" + id;

    private Consent Read(DbDataReader r)
    {
        var id = r.GetString(0);
        return new Consent(
            id, r.GetString(1), AssetId.Parse(r.GetString(2)), r.GetString(3), LedgerEntry.TimeOf(r.GetString(4)),
            LedgerEntry.TimeOf(r.GetString(5)), r.GetStringOrNull(6) is { } withdrawn ? LedgerEntry.TimeOf(withdrawn) : null,
            JsonSerializer.Deserialize(
                SealedBox.Open(vault, Context(id), r.GetBytes(7), r.GetBytes(8)), SharingJson.Default.ConsentWords)!);
    }
}
