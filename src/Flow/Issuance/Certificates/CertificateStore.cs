using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// Certificates of decisions: credentials that are no diplomas. They have a place in the same status lists and the same ledger, and
/// their states are those of diplomas; what they say is sealed and opaque here. Writes happen in the caller's transaction.
/// </summary>
public sealed class CertificateStore(IKeyVault vault, StatusLists statusLists)
{
    private const string Columns =
        "asset, number, case_id, initiator, issued_at, state, state_at, reason, replaces, replaced_by, list_id, list_index";

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("certificates", ["asset"]), new("certificate_entries", ["ledger_index"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        // Personal data stands in payload only, under data_key; erasing takes both.
        new("certificates", 1, """
            CREATE TABLE certificates (
                asset TEXT NOT NULL PRIMARY KEY,
                number TEXT NOT NULL,
                case_id TEXT NOT NULL,
                initiator TEXT NOT NULL,
                issued_at TEXT NOT NULL,
                state TEXT NOT NULL,
                state_at TEXT NOT NULL,
                reason TEXT,
                replaces TEXT,
                replaced_by TEXT,
                capability {blob} NOT NULL,
                list_id TEXT NOT NULL,
                list_index INTEGER NOT NULL,
                data_key {blob},
                payload {blob});
            CREATE UNIQUE INDEX certificates_number ON certificates (number);
            CREATE UNIQUE INDEX certificates_capability ON certificates (capability);
            CREATE UNIQUE INDEX certificates_replaces ON certificates (replaces);
            CREATE INDEX certificates_case ON certificates (case_id);
            CREATE INDEX certificates_list ON certificates (list_id);

            CREATE TABLE certificate_entries (
                ledger_index {bigint} NOT NULL PRIMARY KEY, asset TEXT NOT NULL, type TEXT NOT NULL);
            CREATE INDEX certificate_entries_asset ON certificate_entries (asset);
            """),
    ];

    /// <summary>Stores a certificate and the index of its entry in the ledger.</summary>
    public async Task InsertAsync(
        DbTransaction transaction, CertificateSummary summary, CertificateContent content, string type, long ledgerIndex, CancellationToken cancel = default)
    {
        var (key, payload) = SealedBox.Seal(vault, Context(summary.Asset), content.Write());
        await transaction.TouchAsync("certificates", cancel, summary.Asset.ToString());
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO certificates ({Columns}, capability, data_key, payload)
            VALUES (@asset, @number, @case, @initiator, @at, @state, @at, NULL, @replaces, NULL, @list, @index, @capability, @key, @payload)
            """,
            cancel,
            ("asset", summary.Asset.ToString()),
            ("number", summary.Number),
            ("case", summary.CaseId),
            ("initiator", summary.Initiator.Value),
            ("at", LedgerEntry.Time(summary.IssuedAt)),
            ("state", summary.State.Word()),
            ("replaces", summary.Replaces?.ToString()),
            ("list", summary.Status.ListId),
            ("index", summary.Status.Index),
            ("capability", CredentialStore.HashOfCapability(content.Capability)),
            ("key", key),
            ("payload", payload));
        await AddEntryAsync(transaction, summary.Asset, type, ledgerIndex, cancel);
    }

    /// <summary>
    /// Ends a certificate: annulled, superseded (<paramref name="by"/>) or erased, which destroys its content. Sets its status, appends
    /// its ledger entry and notes it. Refuses with <c>issuance/unknown-asset</c> or <c>issuance/state-not-allowed</c>; then nothing was written.
    /// </summary>
    /// <param name="reason">Code; stands on the public ledger.</param>
    public async Task<Outcome<LedgerEntry>> EndAsync(
        DbTransaction transaction, AppendEntries append, AssetId asset, DiplomaState to, string reason, DateTimeOffset at, AssetId? by = null,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "certificates", cancel);
        if ((await ReadAsync(transaction, "asset = @value", asset.ToString(), cancel)) is not { } standing)
        {
            return new Problem("issuance/unknown-asset", "No certificate with this asset id was issued here.");
        }

        if (to is not (DiplomaState.Annulled or DiplomaState.Superseded or DiplomaState.Erased) || !standing.State.Allows(to))
        {
            return StateChange.NotAllowed(standing.State, to);
        }

        var entry = LedgerEntry.Create(to.EntryType(), at, ("asset", asset.ToString()), ("reason", reason), ("by", by?.ToString()));
        await transaction.TouchAsync("certificates", cancel, asset.ToString());
        await transaction.ExecuteAsync(
            $"""
            UPDATE certificates SET state = @state, state_at = @at, reason = @reason, replaced_by = @by
                {(to == DiplomaState.Erased ? ", data_key = NULL, payload = NULL" : "")}
            WHERE asset = @asset
            """,
            cancel,
            ("state", to.Word()),
            ("at", LedgerEntry.Time(at)),
            ("reason", reason),
            ("by", (by ?? standing.ReplacedBy)?.ToString()),
            ("asset", asset.ToString()));
        await StatusLists.SetAsync(transaction, standing.Status, to.ToStatusValue(), cancel);
        await AddEntryAsync(transaction, asset, entry.Type, await append([entry.Bytes]), cancel);
        return entry;
    }

    public Task<CertificateSummary?> FindAsync(ReadFrom from, AssetId asset, CancellationToken cancel = default) =>
        ReadAsync(from, "asset = @value", asset.ToString(), cancel);

    /// <summary>By the number as printed: <c>RD 1234567890</c>.</summary>
    public Task<CertificateSummary?> FindByNumberAsync(ReadFrom from, string number, CancellationToken cancel = default) =>
        ReadAsync(from, "number = @value", number, cancel);

    /// <summary>By the capability of a QR's address; null for one that was never given out.</summary>
    public Task<CertificateSummary?> FindByCapabilityAsync(ReadFrom from, string capability, CancellationToken cancel = default) =>
        ReadAsync(from, "capability = @value", CredentialStore.HashOfCapability(capability), cancel);

    /// <summary>Every certificate of a case, the first decision first.</summary>
    public Task<List<CertificateSummary>> OfCaseAsync(ReadFrom from, string caseId, CancellationToken cancel = default) =>
        from.QueryAsync(
            $"SELECT {Columns} FROM certificates WHERE case_id = @case ORDER BY issued_at, number", Summary, cancel, ("case", caseId));

    /// <summary>Certificates behind an asset id, in the order of those ids: for audits.</summary>
    public static Task<List<string>> AssetsAsync(ReadFrom from, string after, int count, CancellationToken cancel = default) =>
        from.QueryAsync(
            "SELECT asset FROM certificates WHERE asset > @after ORDER BY asset LIMIT @count", r => r.GetString(0), cancel,
            ("after", after), ("count", count));

    /// <summary>
    /// Decrypts what a certificate says; null when there is none or it was erased. Throws <see cref="CryptographicException"/> when a
    /// stored byte was changed.
    /// </summary>
    public async Task<CertificateContent?> LoadAsync(ReadFrom from, AssetId asset, CancellationToken cancel = default)
    {
        var found = await from.QueryAsync(
            "SELECT data_key, payload FROM certificates WHERE asset = @asset", r => (Key: r.GetBytesOrNull(0), Payload: r.GetBytesOrNull(1)), cancel,
            ("asset", asset.ToString()));
        return found is [{ Key: { } key, Payload: { } payload }]
            ? CertificateContent.Read(SealedBox.Open(vault, Context(asset), key, payload))
            : null;
    }

    private static async Task AddEntryAsync(DbTransaction transaction, AssetId asset, string type, long index, CancellationToken cancel)
    {
        await transaction.TouchAsync("certificate_entries", cancel, index);
        await transaction.ExecuteAsync(
            "INSERT INTO certificate_entries (ledger_index, asset, type) VALUES (@index, @asset, @type)", cancel,
            ("index", index), ("asset", asset.ToString()), ("type", type));
    }

    private async Task<CertificateSummary?> ReadAsync(ReadFrom from, string which, object value, CancellationToken cancel) =>
        (await from.QueryAsync($"SELECT {Columns} FROM certificates WHERE {which}", Summary, cancel, ("value", value))).SingleOrDefault();

    private CertificateSummary Summary(DbDataReader r) => new(
        AssetId.Parse(r.GetString(0)),
        r.GetString(1),
        r.GetString(2),
        Bin.Parse(r.GetString(3)),
        LedgerEntry.TimeOf(r.GetString(4)),
        DiplomaStates.Parse(r.GetString(5)),
        LedgerEntry.TimeOf(r.GetString(6)),
        r.GetStringOrNull(7),
        r.GetStringOrNull(8) is { } older ? AssetId.Parse(older) : null,
        r.GetStringOrNull(9) is { } newer ? AssetId.Parse(newer) : null,
        statusLists.PointerTo(r.GetString(10), r.GetInt32(11)));

    private static string Context(AssetId asset) => $"{asset}/certificate";
}

/// <summary>What the database says in the open about one certificate.</summary>
/// <param name="CaseId">Random id of the case.</param>
/// <param name="Reason">Code of why it ended; null while it stands.</param>
public sealed record CertificateSummary(
    AssetId Asset,
    string Number,
    string CaseId,
    Bin Initiator,
    DateTimeOffset IssuedAt,
    DiplomaState State,
    DateTimeOffset StateAt,
    string? Reason,
    AssetId? Replaces,
    AssetId? ReplacedBy,
    StatusPointer Status);

/// <summary>What is sealed of one certificate. Personal data.</summary>
/// <param name="Facts">JSON of what it was made of.</param>
/// <param name="SdJwt">Compact form.</param>
/// <param name="Vc">Canonical bytes.</param>
/// <param name="Capability">The unguessable part of the QR's address, 22 characters of base64url.</param>
public sealed record CertificateContent(byte[] Facts, byte[] SdJwt, byte[] Vc, string Capability)
{
    public string SdJwtText => Encoding.ASCII.GetString(SdJwt);

    internal byte[] Write() => Jcs.Canonicalize(new JsonObject
    {
        ["facts"] = Convert.ToBase64String(Facts),
        ["sdJwt"] = SdJwtText,
        ["vc"] = Convert.ToBase64String(Vc),
        ["capability"] = Capability,
    });

    internal static CertificateContent Read(byte[] plain)
    {
        var json = JsonNode.Parse(plain)!;
        string Text(string name) => json[name]!.GetValue<string>();
        return new CertificateContent(
            Convert.FromBase64String(Text("facts")), Encoding.ASCII.GetBytes(Text("sdJwt")), Convert.FromBase64String(Text("vc")), Text("capability"));
    }
}
