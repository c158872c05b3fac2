using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Permits;
using Mortanba.Verification;

namespace Mortanba.Host.Receipts;

/// <summary>
/// What a verifier keeps of a verification (docs/formats/verification-receipt.md): what was checked, against which checkpoint, when,
/// and the answer. Says nothing of the person: what was presented stands in it as a salted commitment.
/// </summary>
/// <param name="Operator">BIN of the service that answered.</param>
/// <param name="Presented">Commitment over salt and the exact bytes.</param>
/// <param name="Salt">Base64url of 32 bytes: whoever has receipt and file can show that they belong together.</param>
/// <param name="Checkpoint">The newest signed head of the ledger then; null before the first.</param>
/// <param name="Bundle">Number of the trust bundle the answer rests on.</param>
/// <param name="BundleDigest">Its digest, as its signature has it.</param>
public sealed record VerificationReceipt(
    DateTimeOffset At,
    string Operator,
    string Presented,
    string Salt,
    string Form,
    string Verdict,
    DateTimeOffset AsOf,
    string? Checkpoint,
    long Bundle,
    string BundleDigest,
    IReadOnlyList<ReceiptCheck> Checks)
{
    public const string TypeName = "MortanbaReceipt";
    public const int SizeMaxBytes = 64 * 1024;
    private const int Version = 1;
    private const int SaltSizeBytes = 32;

    public static VerificationReceipt Of(
        Report report, ReadOnlySpan<byte> presented, TrustBundle trust, string? checkpoint, DateTimeOffset at)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSizeBytes);
        return new VerificationReceipt(
            at, trust.Operator, Commitment.OfSalted(salt, presented).ToString(), Base64Url.EncodeToString(salt), report.Form,
            ReportWords.Code(report.Verdict), report.AsOf, checkpoint, trust.Number, TrustBundleFile.DigestOf(trust),
            [.. report.Checks.Select(c => new ReceiptCheck(ReportWords.Code(c.Name), ReportWords.Code(c.State), c.Reason))]);
    }

    /// <summary>The canonical form (RFC 8785) without a signature: what is signed, and whose SHA-256 the ledger commits to.</summary>
    public byte[] Content() => Jcs.Canonicalize(Json());

    /// <summary>SHA-256 over <see cref="Content"/>.</summary>
    public byte[] Digest() => SHA256.HashData(Content());

    /// <summary>The file: canonical, with the operator's signature (a detached JWS) over <see cref="Content"/>.</summary>
    public byte[] Sign(SigningKey key)
    {
        var json = Json();
        json["signature"] = DecisionSignature.Sign(key.Signer, key.KeyId, Content());
        return Jcs.Canonicalize(json);
    }

    /// <summary>True when exactly these bytes were presented.</summary>
    public bool IsOf(ReadOnlySpan<byte> presented) =>
        Base64Url.IsValid(Salt) && Base64Url.DecodeFromChars(Salt) is { Length: SaltSizeBytes } salt
        && Commitment.OfSalted(salt, presented).ToString() == Presented;

    /// <summary>Content that was made here and comes back; null when it is none.</summary>
    public static VerificationReceipt? Parse(ReadOnlyMemory<byte> content) =>
        StrictJson.Parse(content, SizeMaxBytes).TryGet(out var parsed, out _) ? Parse(parsed, content) : null;

    /// <summary>
    /// Reads a file and checks its signature with the trust bundle, which names the operator's keys and when they ended. Refuses with
    /// <c>receipts/malformed</c> or <c>receipts/signature</c>. A proof of being logged is read, and checked by <see cref="ReceiptProof"/>.
    /// </summary>
    /// <returns>
    /// NeedsProof: the key has ended since. Whoever has it today could write any earlier time into a receipt, so that it counts only when the
    /// ledger has it.
    /// </returns>
    public static Outcome<(VerificationReceipt Receipt, ReceiptProof? Logged, bool NeedsProof)> Check(ReadOnlyMemory<byte> file, TrustBundle trust)
    {
        if (!StrictJson.Parse(file, SizeMaxBytes).TryGet(out var parsed, out _))
        {
            return Malformed();
        }

        using (parsed)
        {
            if (JsonNode.Parse(file.Span) is not JsonObject json || json["signature"] is not JsonValue stated
                || !stated.TryGetValue<string>(out var signature) || !json.Remove("signature"))
            {
                return Malformed();
            }

            ReceiptProof? logged = null;
            if (json["logged"] is { } proof)
            {
                json.Remove("logged");
                if ((logged = ReceiptProof.Read(proof)) is null)
                {
                    return Malformed();
                }
            }

            var content = Jcs.Canonicalize(json);
            if (Read(json) is not { } receipt || !receipt.Content().AsSpan().SequenceEqual(content))
            {
                return Malformed();
            }

            var key = receipt.Operator != trust.Operator ? null : trust.Institutions.Where(i => i.Bin == trust.Operator)
                .SelectMany(i => i.Keys).FirstOrDefault(k => k.KeyId == DecisionSignature.KeyIdOf(signature));
            return key is not null && key.Since <= receipt.At && (key.Until is not { } until || receipt.At < until)
                && DecisionSignature.Verify(signature, content, key.PublicKeyMultibase, DiplomaFlow.VerifySignature)
                    ? (receipt, logged, key.Until is not null)
                    : new Problem("receipts/signature", "The receipt is not signed by the operator of this trust bundle, or was changed since.");
        }
    }

    /// <summary>The file with a proof of being logged laid into it.</summary>
    public static byte[] With(ReadOnlyMemory<byte> file, ReceiptProof logged)
    {
        var json = (JsonObject)JsonNode.Parse(file.Span)!;
        json["logged"] = logged.Json();
        return Jcs.Canonicalize(json);
    }

    private static Problem Malformed() => new("receipts/malformed", "This is not a receipt of a verification.");

    private static VerificationReceipt? Parse(JsonDocument parsed, ReadOnlyMemory<byte> content)
    {
        using (parsed)
        {
            return JsonNode.Parse(content.Span) is JsonObject json && Read(json) is { } receipt
                && receipt.Content().AsSpan().SequenceEqual(content.Span) ? receipt : null;
        }
    }

    private JsonObject Json() => new()
    {
        ["v"] = Version,
        ["type"] = TypeName,
        ["at"] = LedgerEntry.Time(At),
        ["operator"] = Operator,
        ["presented"] = Presented,
        ["salt"] = Salt,
        ["form"] = Form,
        ["verdict"] = Verdict,
        ["asOf"] = LedgerEntry.Time(AsOf),
        ["checkpoint"] = Checkpoint,
        ["trust"] = new JsonObject { ["number"] = Bundle, ["digest"] = BundleDigest },
        ["checks"] = new JsonArray([.. Checks.Select(c => (JsonNode)new JsonArray(c.Name, c.State, c.Reason))]),
    };

    private static VerificationReceipt? Read(JsonObject json)
    {
        try
        {
            string Text(JsonNode? from, string name) => from![name]!.GetValue<string>();
            return json["v"]!.GetValue<int>() == Version && Text(json, "type") == TypeName
                ? new VerificationReceipt(
                    LedgerEntry.TimeOf(Text(json, "at")), Text(json, "operator"), Text(json, "presented"), Text(json, "salt"),
                    Text(json, "form"), Text(json, "verdict"), LedgerEntry.TimeOf(Text(json, "asOf")), json["checkpoint"]?.GetValue<string>(),
                    json["trust"]!["number"]!.GetValue<long>(), Text(json["trust"], "digest"),
                    [.. json["checks"]!.AsArray().Select(c =>
                        new ReceiptCheck(c![0]!.GetValue<string>(), c[1]!.GetValue<string>(), c[2]!.GetValue<string>()))])
                : null;
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            // A member is missing or of another kind.
            return null;
        }
    }
}

/// <summary>One line of the check table.</summary>
public sealed record ReceiptCheck(string Name, string State, string Reason);
