using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>The diploma as SD-JWT VC, whole or a subset.</summary>
internal sealed class SdJwtForm : SignedForm
{
    private const string InstitutionsPath = "/institutions/";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly ReadOnlyMemory<byte> compact;
    private readonly SdJwt? sdJwt;

    private SdJwtForm(ReadOnlyMemory<byte> compact, SdJwt? sdJwt)
        : base(SdJwtMediaType)
    {
        this.compact = compact;
        this.sdJwt = sdJwt;
    }

    /// <summary>The disclosed payload, or why the disclosures do not fit what was signed.</summary>
    public Outcome<DisclosedSdJwt> Disclosed { get; private init; }

    public override ReadOnlySpan<byte> Committed => SdJwt.CommittedPart(compact.Span);

    public static SdJwtForm Read(ReadOnlyMemory<byte> compact, DateTimeOffset now)
    {
        if (!SdJwt.Parse(compact).TryGet(out var sdJwt, out var problem))
        {
            return new SdJwtForm(compact, null) { Malformed = problem, Disclosed = problem };
        }

        var disclosed = sdJwt.Disclose();
        var keyId = sdJwt.Header.KeyId;
        if (!disclosed.TryGet(out var shown, out problem))
        {
            // Not malformed: what the issuer signed may be well, only what was laid beside it is not (check Disclosure).
            var asset = Text(sdJwt, "jti");
            return new SdJwtForm(compact, sdJwt) { Disclosed = disclosed, KeyId = keyId, Asset = asset, Kind = BrokenKindOf(sdJwt) };
        }

        if (!SdJwtVc.Check(sdJwt, shown, now, ClockSkew).TryGet(out var credential, out problem))
        {
            var untimely = problem.Code is "sdjwt/expired" or "sdjwt/not-yet-valid" or "sdjwt/unknown-status";
            return new SdJwtForm(compact, sdJwt)
            {
                Disclosed = disclosed,
                KeyId = keyId,
                Asset = Text(sdJwt, "jti"),
                Kind = BrokenKindOf(sdJwt),
                Malformed = untimely ? null : problem,
                StatusProblem = untimely ? problem : null,
            };
        }

        var (_, bin) = SplitIssuer(credential.Issuer);
        return new SdJwtForm(compact, sdJwt)
        {
            Disclosed = disclosed,
            KeyId = keyId,
            Asset = credential.Id,
            IssuerBin = bin,
            Kind = KindOf(sdJwt),
            Statuses = credential.Status is { } status
                ? [new StatusReference(StatusKind.Token, status.Uri, status.Index)]
                : [],
        };
    }

    public override Problem? CheckSignature(PublicKey key, DateTimeOffset now) =>
        sdJwt is null ? Malformed : sdJwt.CheckSignature(key);

    protected override void Dispose(bool disposing)
    {
        sdJwt?.Dispose();
        base.Dispose(disposing);
    }

    // iss and vct always stand in the open.
    private static CredentialKind KindOf(SdJwt sdJwt) => SplitIssuer(Text(sdJwt, "iss")).Site is not { } site ? CredentialKind.Other
        : Text(sdJwt, "vct") is not { } type ? CredentialKind.Other
        : type == site + "/types/diploma" ? CredentialKind.Diploma
        : CertificateKind.All.FirstOrDefault(c => type == $"{site}/types/{c.Path}")?.Kind ?? CredentialKind.Other;

    // Broken, it is only told apart so that the answer is about what it claims to be.
    private static CredentialKind? BrokenKindOf(SdJwt sdJwt) =>
        CertificateKind.Of(KindOf(sdJwt))?.Kind;

    // iss is S/institutions/BIN.
    private static (string? Site, string? Bin) SplitIssuer(string? issuer)
    {
        var at = issuer?.LastIndexOf(InstitutionsPath, StringComparison.Ordinal) ?? -1;
        return at < 0 ? (null, null) : (issuer![..at], issuer[(at + InstitutionsPath.Length)..]);
    }

    private static string? Text(SdJwt sdJwt, string name) =>
        sdJwt.IssuerPayload.TryGetProperty(name, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.String
            ? value.GetString()
            : null;
}
