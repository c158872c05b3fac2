using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>The diploma as VC 2.0 / Open Badge with a Data Integrity proof.</summary>
internal sealed class VcForm : SignedForm
{
    // did:web:HOST:institutions:BIN.
    private const string InstitutionPart = ":institutions:";

    private const string BadgeType = "AchievementCredential";

    private readonly ReadOnlyMemory<byte> canonical;
    private readonly bool isCanonical;
    private readonly JsonDocument? own;

    private VcForm(ReadOnlyMemory<byte> canonical, bool isCanonical, JsonElement? root, JsonDocument? own)
        : base(VcMediaType)
    {
        this.canonical = canonical;
        this.isCanonical = isCanonical;
        this.own = own;
        Root = root;
    }

    /// <summary>Null when the bytes are no strict JSON.</summary>
    public JsonElement? Root { get; }

    public override ReadOnlySpan<byte> Committed => canonical.Span;

    /// <summary>
    /// A credential that comes alone: a badge of an issuer who is no institution of this system is then a sound credential
    /// of another kind, and not a diploma that somebody changed.
    /// </summary>
    public static VcForm Read(ReadOnlyMemory<byte> bytes) =>
        StrictJson.Parse(bytes, out var isCanonical).TryGet(out var document, out var problem)
            ? Read(
                document.RootElement,
                isCanonical ? bytes : Jcs.Canonicalize(document.RootElement),
                isCanonical,
                document)
            : new VcForm(bytes, false, null, null) { Malformed = problem };

    /// <param name="root">Strict JSON that outlives the form.</param>
    /// <param name="canonical">Its canonical bytes.</param>
    /// <param name="isCanonical">True when the root's own text is known to be these bytes.</param>
    public static VcForm Read(JsonElement root, ReadOnlyMemory<byte> canonical, bool isCanonical) =>
        Read(root, canonical, isCanonical, null);

    private static VcForm Read(JsonElement root, ReadOnlyMemory<byte> canonical, bool isCanonical, JsonDocument? own)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("proof"u8, out var proof)
            || Text(FirstOf(proof), "verificationMethod") is not { } method
            || Issuer(root) is not { } issuer)
        {
            return new VcForm(canonical, isCanonical, root, own)
            {
                Malformed = new Problem("verification/vc-malformed", "The credential lacks issuer or proof."),
            };
        }

        var (statuses, statusProblem) = ReadStatuses(root);
        var kind = KindOf(root, isKnownIssuer: own is null || issuer.Contains(InstitutionPart, StringComparison.Ordinal));
        var structure = HasType(root, BadgeType) ? AchievementCredential.Read(root).Problem
            : CertificateKind.Of(kind) is not null ? VerifiableCredential.Read(root).Problem
            : null;
        return new VcForm(canonical, isCanonical, root, own)
        {
            Asset = Text(root, "id"),
            KeyId = method,
            Kind = kind,
            Statuses = statuses,
            StatusProblem = statusProblem,
            Malformed = DidOf(method) == issuer
                ? structure
                : new Problem("credentials/controller-mismatch", "The key belongs to another than the issuer."),
        };
    }

    public override Problem? CheckSignature(PublicKey key, DateTimeOffset now)
    {
        if (Root is not { } root || KeyId is null)
        {
            return Malformed;
        }

        var method = new VerificationMethod(KeyId, DidOf(KeyId), key);
        return ProofVerifier.Verify(
            root,
            new ProofDemand(DidOf(KeyId), now),
            (id, _) => id == KeyId
                ? method
                : new Problem("credentials/method-unknown", "A second proof names a key that is not the issuer's."),
            isCanonical).Problem;
    }

    protected override void Dispose(bool disposing)
    {
        own?.Dispose();
        base.Dispose(disposing);
    }

    // Every entry is read: one that is not understood makes the whole status unknown, whatever the others say.
    private static (IReadOnlyList<StatusReference> Statuses, Problem? Problem) ReadStatuses(JsonElement root)
    {
        var statuses = new List<StatusReference>();
        Problem? unread = null;
        foreach (var outcome in BitstringStatusEntry.ReadAll(root))
        {
            if (!outcome.TryGet(out var entry, out var problem))
            {
                unread ??= problem;
            }
            else if (KindOf(entry) is { } kind)
            {
                statuses.Add(new StatusReference(kind, entry.ListUri, entry.Index));
            }
            else
            {
                unread ??= new Problem(
                    "verification/status-type-unknown", "A status entry is for a purpose that is not understood.");
            }
        }

        return (statuses, unread);
    }

    private static CredentialKind KindOf(JsonElement root, bool isKnownIssuer) =>
        !isKnownIssuer || !HasType(root, "VerifiableCredential") ? CredentialKind.Other
        : HasType(root, BadgeType) ? CredentialKind.Diploma
        : CertificateKind.All.FirstOrDefault(c => HasType(root, c.TypeName))?.Kind ?? CredentialKind.Other;

    private static StatusKind? KindOf(BitstringStatusEntry entry) => (entry.Purpose, entry.SizeBits) switch
    {
        ("revocation", 1) => StatusKind.Revocation,
        ("suspension", 1) => StatusKind.Suspension,
        _ => null,
    };

    private static JsonElement FirstOf(JsonElement proof) =>
        proof.ValueKind == JsonValueKind.Array && proof.GetArrayLength() > 0 ? proof[0] : proof;

    private static string? Issuer(JsonElement root) => root.TryGetProperty("issuer"u8, out var issuer)
        ? issuer.ValueKind == JsonValueKind.String ? issuer.GetString() : Text(issuer, "id")
        : null;

    private static bool HasType(JsonElement root, string type) =>
        root.TryGetProperty("type"u8, out var types) && types.ValueKind == JsonValueKind.Array
        && types.EnumerateArray().Any(t => t.ValueKind == JsonValueKind.String && t.ValueEquals(type));

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;
}
