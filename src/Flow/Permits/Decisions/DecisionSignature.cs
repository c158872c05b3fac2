using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>
/// The initiator's signature on a decision: a JWS whose payload is detached (RFC 7515, appendix F),
/// <c>BASE64URL(header)..BASE64URL(signature)</c>, ES256, over the document's bytes.
/// </summary>
public static class DecisionSignature
{
    private const string Algorithm = "ES256";

    /// <param name="kid">DID URL of the initiator's key.</param>
    public static string Sign(ISigner signer, string kid, ReadOnlySpan<byte> document)
    {
        if (signer.Kind != KeyKind.P256)
        {
            throw new ArgumentException("Decisions are signed with P-256.", nameof(signer));
        }

        var header = Base64Url.EncodeToString(Jcs.Canonicalize(new JsonObject { ["alg"] = Algorithm, ["kid"] = kid }));
        return $"{header}..{Base64Url.EncodeToString(signer.Sign(SigningInput(header, document)))}";
    }

    /// <summary>The key id the signature names; null when it is not such a JWS. Nothing is verified yet.</summary>
    public static string? KeyIdOf(string jws) => Split(jws)?.Kid;

    public static bool Verify(string jws, ReadOnlySpan<byte> document, string multibase, SignatureVerifier verify) =>
        Split(jws) is var (header, _, signature) && verify(multibase, SigningInput(header, document), signature);

    private static byte[] SigningInput(string header, ReadOnlySpan<byte> document) =>
        Encoding.ASCII.GetBytes($"{header}.{Base64Url.EncodeToString(document)}");

    private static (string Header, string Kid, byte[] Signature)? Split(string jws)
    {
        var parts = jws.Split('.');
        if (parts is not [var header, "", var signature]
            || !Base64Url.IsValid(header) || !Base64Url.IsValid(signature)
            || !StrictJson.Parse(Base64Url.DecodeFromChars(header)).TryGet(out var json, out _))
        {
            return null;
        }

        using (json)
        {
            // Exactly alg and kid: a header that asks for more (crit, b64, jwk) is not one of ours.
            var root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.GetPropertyCount() == 2
                && root.TryGetProperty("alg", out var alg) && alg.ValueKind == JsonValueKind.String
                && alg.GetString() == Algorithm
                && root.TryGetProperty("kid", out var kid) && kid.ValueKind == JsonValueKind.String
                    ? (header, kid.GetString()!, Base64Url.DecodeFromChars(signature))
                    : null;
        }
    }
}
