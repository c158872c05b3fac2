using System.Text;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A JWS around a credential, as strangers make it: compact, flattened or general JSON, plain or JAdES.</summary>
/// <remarks>
/// RFC 7515 sections 7.1 and 7.2; ETSI TS 119 182-1 section 5 for the members of JAdES. The key is taken from the file
/// (<c>x5c</c>, <c>jwk</c>, a <c>kid</c> or issuer that carries its key), so a valid signature says that nothing was changed since
/// that key signed, and nothing of whose key it is. Addresses (<c>x5u</c>, <c>jku</c>) are never followed. Time stamps and the
/// long-term material of JAdES (<c>etsiU</c>) are not looked at.
/// </remarks>
internal sealed record SignedJson(ReadOnlyMemory<byte> Payload, IReadOnlyList<SignedJson.One> Signatures)
{
    public const int SizeMaxBytes = 16 * 1024 * 1024;

    private const int SignaturesMax = 4;

    // Extensions a JAdES signer may mark as critical and whose meaning is kept here: they add facts, they change no byte.
    private static readonly string[] Understood = ["sigT", "sigPId", "srCms", "srAts", "sigPl", "iat", "x5t#o", "b64"];

    /// <param name="Input">What was signed: header, dot, payload.</param>
    internal sealed record One(JsonElement Header, byte[] Input, byte[] Signature);

    public static SignedJson? OfCompact(ReadOnlyMemory<byte> compact)
    {
        var parts = Encoding.ASCII.GetString(compact.Span).Split('.');
        return parts.Length == 3 && Part(parts[0], parts[1], parts[2]) is { } one && Decode(parts[1]) is { } payload
            ? new SignedJson(payload, [one])
            : null;
    }

    /// <summary>Null when it is not that shape; also when two signatures are too many.</summary>
    public static SignedJson? OfJson(JsonElement root)
    {
        if (Json.Text(root, "payload") is not { } text || Decode(text) is not { } payload)
        {
            return null;
        }

        var signatures = new List<One>();
        var items = root.TryGetProperty("signatures", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Take(SignaturesMax + 1)
            : [root];
        foreach (var item in items)
        {
            if (Json.Text(item, "protected") is not { } header || Json.Text(item, "signature") is not { } signature
                || Part(header, text, signature) is not { } one)
            {
                return null;
            }

            signatures.Add(one);
        }

        return signatures.Count is 0 or > SignaturesMax ? null : new SignedJson(payload, signatures);
    }

    /// <summary>Every signature must hold; the signer is that of the first.</summary>
    /// <param name="issuer">DID of the issuer; null when it is named otherwise.</param>
    public SignatureFinding Verify(string? issuer)
    {
        SignatureFinding? first = null;
        foreach (var one in Signatures)
        {
            var found = Verify(one, issuer);
            if (found.State != FileCheckState.Passed)
            {
                return found;
            }

            first ??= found;
        }

        return first!;
    }

    private static SignatureFinding Verify(One one, string? issuer)
    {
        var algorithm = Json.Text(one.Header, "alg") ?? "";
        if (string.Equals(algorithm, "none", StringComparison.OrdinalIgnoreCase))
        {
            return SignatureFinding.Wrong("foreign/algorithm-none");
        }

        if (one.Header.TryGetProperty("crit", out _)
            && (Json.Texts(one.Header, "crit") is not { Count: > 0 } critical || critical.Except(Understood).Any()))
        {
            return SignatureFinding.NotTaken("foreign/critical-extension");
        }

        if (one.Header.TryGetProperty("sigD", out _) || (one.Header.TryGetProperty("b64", out var b64) && b64.ValueKind != JsonValueKind.True))
        {
            return SignatureFinding.NotTaken("foreign/signature-form-not-taken");
        }

        using var key = KeyOf(one.Header, issuer);
        if (key is null)
        {
            return SignatureFinding.NotTaken("foreign/key-not-at-hand");
        }

        return key.Verify(algorithm, one.Input, one.Signature) switch
        {
            true => new SignatureFinding(FileCheckState.Passed, "foreign/signature-holds", key.Signer, ("algorithm", algorithm)),
            false => SignatureFinding.Wrong("foreign/signature-wrong", ("algorithm", algorithm)),
            null => SignatureFinding.NotTaken("foreign/algorithm-not-taken", ("algorithm", ReadText.Clean(algorithm))),
        };
    }

    // A DID that carries its key goes first: then the key is the issuer's beyond doubt, or the signature does not hold.
    private static SignerKey? KeyOf(JsonElement header, string? issuer)
    {
        if (issuer is not null && DidResolver.ResolveLocally(issuer).TryGet(out var document, out _))
        {
            return SignerKey.Of(document.Id, document.Methods[0].Key);
        }

        if (header.TryGetProperty("x5c", out var chain) && chain.ValueKind == JsonValueKind.Array && chain.GetArrayLength() > 0)
        {
            return chain[0].ValueKind == JsonValueKind.String && chain[0].TryGetBytesFromBase64(out var der)
                ? SignerKey.OfCertificate(der)
                : null;
        }

        if (header.TryGetProperty("jwk", out var jwk))
        {
            return SignerKey.OfJwk(jwk);
        }

        return Json.Text(header, "kid") is { } kid && DidResolver.ResolveLocally(kid).TryGet(out document, out _)
            ? SignerKey.Of(document.Id, document.Methods[0].Key)
            : null;
    }

    private static One? Part(string header, string payload, string signature) =>
        Decode(header) is { } json && json.Length <= CertificatesSizeMaxBytes && Decode(signature) is { } bytes
            && StrictJson.Parse(json).TryGet(out var document, out _)
            && document.RootElement.ValueKind == JsonValueKind.Object
            ? new One(document.RootElement, Encoding.ASCII.GetBytes($"{header}.{payload}"), bytes)
            : null;

    // A JAdES header carries a chain of certificates.
    private const int CertificatesSizeMaxBytes = 256 * 1024;

    private static byte[]? Decode(string text) => Jws.Decode(Encoding.UTF8.GetBytes(text), SizeMaxBytes);
}
