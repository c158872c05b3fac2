using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mortanba.Foundation;

/// <summary>One entry of the ledger: JCS JSON, at most 4 KiB, never personal data (docs/formats/ledger-entry.md).</summary>
/// <remarks>
/// A thin view over the JSON object: the writer fixes the common members, the reader checks them. Each type's own
/// members are listed in design section 4. Stands in Foundation because Permits and Issuance write entries and
/// Verification reads them, and those three share nothing else.
/// </remarks>
public sealed class LedgerEntry
{
    public const int Version = 1;
    public const int SizeMaxBytes = 4096;

    private readonly JsonElement root;

    private LedgerEntry(JsonElement root, ReadOnlyMemory<byte> bytes)
    {
        this.root = root;
        Bytes = bytes;
        Type = root.GetProperty("type").GetString()!;
        At = DateTimeOffset.ParseExact(
            root.GetProperty("at").GetString()!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The exact canonical bytes: what the tree hashes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public string Type { get; }

    /// <summary>When the event happened, whole seconds, UTC.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Writes RFC 3339 with seconds and Z, as every entry carries it.</summary>
    public static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads back what <see cref="Time"/> wrote. Throws <see cref="FormatException"/> for what is no time.</summary>
    public static DateTimeOffset TimeOf(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Makes an entry; throws <see cref="ArgumentException"/> above 4 KiB, which no honest entry reaches.</summary>
    public static LedgerEntry Create(string type, DateTimeOffset at, params (string Name, JsonNode? Value)[] members)
    {
        var node = new JsonObject { ["v"] = Version, ["type"] = type, ["at"] = Time(at) };
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                node.Add(name, value);
            }
        }

        var bytes = Jcs.Canonicalize(node);
        if (bytes.Length > SizeMaxBytes)
        {
            throw new ArgumentException($"A ledger entry of {bytes.Length} bytes; at most {SizeMaxBytes}.", nameof(members));
        }

        using var document = JsonDocument.Parse(bytes);
        return new LedgerEntry(document.RootElement.Clone(), bytes);
    }

    /// <summary>Reads an entry; refuses anything that is not canonical JSON with the common members.</summary>
    public static Outcome<LedgerEntry> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!StrictJson.Parse(bytes, SizeMaxBytes).TryGet(out var document, out var problem))
        {
            return problem;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("v", out var version) || version.ValueKind != JsonValueKind.Number
                || !version.TryGetInt32(out var number) || number != Version
                || !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String
                || !root.TryGetProperty("at", out var at) || at.ValueKind != JsonValueKind.String
                || !DateTimeOffset.TryParseExact(
                    at.GetString(), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
                || !Jcs.IsCanonical(root, bytes.Span))
            {
                return new Problem("ledger/malformed-entry", "The entry is not canonical JSON with v, type and at.");
            }

            return new LedgerEntry(root.Clone(), bytes.ToArray());
        }
    }

    /// <summary>A member that is text; null when absent or of another kind.</summary>
    public string? Text(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A member that is a whole number; null when absent or of another kind.</summary>
    public long? Number(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;

    /// <summary>True when a member is this text.</summary>
    public bool Has(string name, string value) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.ValueEquals(value);

    /// <summary>A member that is an object of texts, for example <c>forms</c>; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> Texts(string name)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String)
                {
                    texts[member.Name] = member.Value.GetString()!;
                }
            }
        }

        return texts;
    }
}

/// <summary>The entry types of design section 4.</summary>
public static class LedgerEntryTypes
{
    public const string InstitutionRegistered = "institution.registered";
    public const string InstitutionChanged = "institution.changed";
    public const string PermitGranted = "permit.granted";
    public const string PermitSuspended = "permit.suspended";
    public const string PermitReinstated = "permit.reinstated";
    public const string PermitWithdrawn = "permit.withdrawn";
    public const string PermitExpired = "permit.expired";
    public const string KeyRegistered = "key.registered";
    public const string KeyRetired = "key.retired";
    public const string KeyCompromised = "key.compromised";
    public const string DecisionPublished = "decision.published";
    public const string DecisionConfirmed = "decision.confirmed";
    public const string DecisionClosed = "decision.closed";
    public const string AssetRegistered = "asset.registered";
    public const string AssetTransferred = "asset.transferred";
    public const string AssetSuspended = "asset.suspended";
    public const string AssetReinstated = "asset.reinstated";
    public const string AssetAnnulled = "asset.annulled";
    public const string AssetSuperseded = "asset.superseded";
    public const string AssetErased = "asset.erased";

    /// <summary>How far the record of who did what went (ADR 19).</summary>
    public const string TrailAnchored = "trail.anchored";
    public const string LogStarted = "log.started";

    /// <summary>A checkpoint of this log stands on a chain (ADR 21).</summary>
    public const string CheckpointAnchored = "checkpoint.anchored";

    /// <summary>Commits to the receipts of verifications that were asked for in an hour (docs/formats/verification-receipt.md).</summary>
    public const string ReceiptIssued = "receipt.issued";

    /// <summary>Registers the certificate of a decision of recognition (docs/formats/recognition-certificate.md).</summary>
    public const string RecognitionDecided = "recognition.decided";

    /// <summary>Commits to a public event of a system of the register of AI in education (docs/formats/ai-system.md).</summary>
    public const string AiSystem = "ai.system";

    /// <summary>Registers the certificate of a competence (docs/formats/competence-certificate.md).</summary>
    public const string CompetenceAwarded = "competence.awarded";

    /// <summary>True for an entry that registers an asset: a diploma, or a certificate.</summary>
    public static bool Registers(string type) => type is AssetRegistered or RecognitionDecided or CompetenceAwarded;

    /// <summary>True for an entry about one asset: a diploma, or a certificate.</summary>
    public static bool IsOfAsset(string type) => Registers(type) || type.StartsWith("asset.", StringComparison.Ordinal);
}
