using System.Data.Common;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>What was signed in one act, as the operator attests it. No personal data; may be shown to anybody.</summary>
/// <param name="ListHash">SHA-256, hex, of the list both people saw.</param>
/// <param name="FirstIndex">Ledger index of the first <c>asset.registered</c> of the batch, and the last one's.</param>
/// <param name="Checkpoint">The signed tree head that covers them (C2SP tlog-checkpoint).</param>
/// <param name="PreparedAs">Offices, not names.</param>
public sealed record BatchReceipt(
    string Batch,
    Bin Initiator,
    LocalizedText InitiatorName,
    Bin Operator,
    string Decision,
    string ListHash,
    int Count,
    long FirstIndex,
    long LastIndex,
    string Checkpoint,
    string PreparedAs,
    DateTimeOffset PreparedAt,
    string ApprovedAs,
    DateTimeOffset ApprovedAt,
    string Order,
    DateTimeOffset StartedAt,
    DateTimeOffset DoneAt)
{
    public const string TypeName = "MortanbaBatchReceipt";
    private const int Version = 1;

    /// <summary>
    /// The signed file: canonical JSON (RFC 8785) with the member <c>signature</c>, a detached JWS (RFC 7515, appendix F)
    /// of the operator over the canonical JSON without that member.
    /// </summary>
    public byte[] Sign(ISigner signer, string kid)
    {
        var json = Json();
        json["signature"] = DecisionSignature.Sign(signer, kid, Jcs.Canonicalize(json));
        return Jcs.Canonicalize(json);
    }

    /// <summary>Reads a signed file and checks it with the operator's key; refuses one that is not exactly as signed.</summary>
    /// <param name="keyOf">Public key (multibase) of a key id; null for one that is not the operator's.</param>
    public static Outcome<BatchReceipt> Check(
        ReadOnlyMemory<byte> file, Func<string, string?> keyOf, SignatureVerifier verify)
    {
        if (!StrictJson.Parse(file).TryGet(out var parsed, out var problem))
        {
            return problem;
        }

        using (parsed)
        {
            if (JsonNode.Parse(file.Span) is not JsonObject json || json["type"] is not JsonValue kind
                || !kind.TryGetValue<string>(out var type) || type != TypeName || json["signature"] is not JsonValue stated
                || !stated.TryGetValue<string>(out var signature) || !json.Remove("signature"))
            {
                return Malformed();
            }

            var content = Jcs.Canonicalize(json);
            if (DecisionSignature.KeyIdOf(signature) is not { } kid || keyOf(kid) is not { } key
                || !DecisionSignature.Verify(signature, content, key, verify))
            {
                return new Problem(
                    "issuance/receipt-signature", "The receipt is not signed by the operator, or was changed since.");
            }

            return Read(json) is { } receipt && Jcs.Canonicalize(receipt.Json()).AsSpan().SequenceEqual(content)
                ? receipt
                : Malformed();
        }
    }

    /// <summary>Content of a stored file whose signature is not asked here.</summary>
    public static BatchReceipt Parse(ReadOnlySpan<byte> file) =>
        Read((JsonObject)JsonNode.Parse(file)!) ?? throw new InvalidDataException("A stored receipt cannot be read.");

    private static Problem Malformed() => new("issuance/receipt-malformed", "This is not a receipt of a batch.");

    private JsonObject Json() => new()
    {
        ["v"] = Version,
        ["type"] = TypeName,
        ["batch"] = Batch,
        ["initiator"] = Initiator.Value,
        ["initiatorName"] = new JsonObject
        {
            ["kk"] = InitiatorName.Kk,
            ["ru"] = InitiatorName.Ru,
            ["en"] = InitiatorName.En,
        },
        ["operator"] = Operator.Value,
        ["decision"] = Decision,
        ["listHash"] = "sha2-256:" + ListHash,
        ["count"] = Count,
        ["firstIndex"] = FirstIndex,
        ["lastIndex"] = LastIndex,
        ["checkpoint"] = Checkpoint,
        ["prepared"] = new JsonObject { ["as"] = PreparedAs, ["at"] = LedgerEntry.Time(PreparedAt) },
        ["approved"] = new JsonObject
        {
            ["as"] = ApprovedAs,
            ["at"] = LedgerEntry.Time(ApprovedAt),
            ["order"] = Order,
        },
        ["started"] = LedgerEntry.Time(StartedAt),
        ["done"] = LedgerEntry.Time(DoneAt),
    };

    private static BatchReceipt? Read(JsonObject json)
    {
        try
        {
            string Text(JsonNode? from, string name) => from![name]!.GetValue<string>();
            DateTimeOffset Time(JsonNode? from, string name) => LedgerEntry.TimeOf(Text(from, name));
            return json["v"]!.GetValue<int>() == Version && Text(json, "type") == TypeName
                && Text(json, "listHash").Split(':') is ["sha2-256", var hash]
                ? new BatchReceipt(
                    Text(json, "batch"),
                    Bin.Parse(Text(json, "initiator")),
                    new LocalizedText(
                        Text(json["initiatorName"], "kk"), Text(json["initiatorName"], "ru"), Text(json["initiatorName"], "en")),
                    Bin.Parse(Text(json, "operator")),
                    Text(json, "decision"),
                    hash,
                    json["count"]!.GetValue<int>(),
                    json["firstIndex"]!.GetValue<long>(),
                    json["lastIndex"]!.GetValue<long>(),
                    Text(json, "checkpoint"),
                    Text(json["prepared"], "as"),
                    Time(json["prepared"], "at"),
                    Text(json["approved"], "as"),
                    Time(json["approved"], "at"),
                    Text(json["approved"], "order"),
                    Time(json, "started"),
                    Time(json, "done"))
                : null;
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            // A member is missing or of another kind.
            return null;
        }
    }
}

/// <summary>The receipts of an installation.</summary>
public static class BatchReceipts
{
    public static async Task AddAsync(
        DbTransaction transaction, BatchReceipt receipt, byte[] file, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("batch_receipts", cancel, receipt.Batch);
        await transaction.ExecuteAsync(
            "INSERT INTO batch_receipts (batch, initiator, made_at, document) VALUES (@batch, @bin, @at, @document)",
            cancel,
            ("batch", receipt.Batch), ("bin", receipt.Initiator.Value), ("at", LedgerEntry.Time(receipt.DoneAt)),
            ("document", file));
    }

    /// <summary>The signed file; null when there is none, or it is another institution's.</summary>
    public static async Task<byte[]?> FindAsync(
        ReadFrom from, Bin initiator, string batch, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT document FROM batch_receipts WHERE batch = @batch AND initiator = @bin",
            r => r.GetBytes(0), cancel, ("batch", batch), ("bin", initiator.Value))).SingleOrDefault();

    /// <summary>Ledger index of the first and the last diploma of a batch, and their number.</summary>
    /// <summary>The diplomas of a batch, in the order they were signed.</summary>
    public static async Task<IReadOnlyList<AssetId>> AssetsAsync(ReadFrom from, string batch, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT asset FROM credentials WHERE batch = @batch ORDER BY id", r => AssetId.Parse(r.GetString(0)), cancel, ("batch", batch));

    public static async Task<(long First, long Last, int Count)> IndicesAsync(
        ReadFrom from, string batch, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            """
            SELECT COALESCE(MIN(e.ledger_index), -1), COALESCE(MAX(e.ledger_index), -1), COUNT(*)
            FROM credentials c JOIN asset_entries e ON e.credential = c.id AND e.type = 'asset.registered'
            WHERE c.batch = @batch
            """,
            r => (r.GetInt64(0), r.GetInt64(1), (int)r.GetInt64(2)), cancel, ("batch", batch))).Single();
}
