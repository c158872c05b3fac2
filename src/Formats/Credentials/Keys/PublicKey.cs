using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A public key that verifies: P-256, P-384 or Ed25519. Make it once and keep it; safe from several threads.</summary>
/// <remarks>
/// Every way in checks that the key is a point of its curve. Signatures are raw r||s (IEEE P1363) or the 64 bytes of
/// RFC 8032; DER and any other length are simply not signatures of this key.
/// </remarks>
[SuppressMessage(
    "Design", "CA1001", Justification = "Keys are values kept for long; the safe handle behind them frees itself.")]
public sealed class PublicKey : IEquatable<PublicKey>
{
    private const int LatelyMax = 1024;

    private static readonly ConcurrentDictionary<string, PublicKey> Lately = new(StringComparer.Ordinal);

    private readonly byte[] raw;
    private readonly ECPoint point;
    private readonly EcdsaHandles? ecdsa;
    private readonly Ed25519PublicKey? edwards;

    private PublicKey(KeyKind kind, byte[] raw, ECPoint point)
    {
        Kind = kind;
        this.raw = raw;
        this.point = point;
        Multibase = Multikey.Encode(kind, secret: false, raw);
        if (kind == KeyKind.Ed25519)
        {
            edwards = new Ed25519PublicKey(raw);
        }
        else
        {
            var curve = kind == KeyKind.P256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;
            ecdsa = new EcdsaHandles(new ECParameters { Curve = curve, Q = point });
        }
    }

    public KeyKind Kind { get; }

    /// <summary>Compressed point, 33 or 49 bytes; or the 32 bytes of Ed25519.</summary>
    public ReadOnlyMemory<byte> Raw => raw;

    /// <summary>Multikey text: <c>zDna…</c>, <c>z82L…</c>, <c>z6Mk…</c>.</summary>
    public string Multibase { get; }

    /// <summary>64 bytes for P-256 and Ed25519, 96 for P-384.</summary>
    public int SignatureSizeBytes => Kind == KeyKind.P384 ? 96 : 64;

    /// <summary>The hash that goes with the curve: SHA-384 for P-384, else SHA-256.</summary>
    public HashAlgorithmName HashAlgorithm => HashOf(Kind);

    /// <summary>Reads Multikey text. A key met lately comes from memory: checking the point costs five verifications.</summary>
    public static Outcome<PublicKey> FromMultibase(string? multibase)
    {
        if (multibase is not null && Lately.TryGetValue(multibase, out var known))
        {
            return known;
        }

        if (!Multikey.Decode(multibase, secret: false).TryGet(out var decoded, out var problem))
        {
            return problem;
        }

        var read = FromRaw(decoded.Kind, decoded.Key);
        if (read.IsDone)
        {
            // Strangers choose the keys we meet: the memory is bounded, and starting over is cheap.
            if (Lately.Count >= LatelyMax)
            {
                Lately.Clear();
            }

            Lately[multibase!] = read.Value;
        }

        return read;
    }

    /// <summary>Takes a compressed point (33 or 49 bytes) or the 32 bytes of an Ed25519 key.</summary>
    public static Outcome<PublicKey> FromRaw(KeyKind kind, ReadOnlySpan<byte> raw)
    {
        var expected = Multikey.PublicSizeBytes(kind);
        if (raw.Length != expected)
        {
            return Multikey.WrongLength(kind, raw.Length, expected);
        }

        if (kind == KeyKind.Ed25519)
        {
            return CurvePoint.IsEd25519Key(raw) ? new PublicKey(kind, raw.ToArray(), default) : NotOnCurve(kind);
        }

        return CurvePoint.Decompress(kind, raw) is var (x, y)
            ? new PublicKey(kind, raw.ToArray(), new ECPoint { X = x, Y = y })
            : NotOnCurve(kind);
    }

    /// <summary>Reads a public JSON Web Key (RFC 7517; EC of RFC 7518 section 6.2, OKP of RFC 8037).</summary>
    public static Outcome<PublicKey> FromJwk(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
        {
            return new Problem("credentials/malformed-jwk", "The JWK is not a JSON object.");
        }

        // A private key in public is a compromised key: it must not verify anything.
        if (jwk.TryGetProperty("d", out _))
        {
            return new Problem("credentials/secret-in-jwk", "The JWK carries its private part.");
        }

        switch (Text(jwk, "kty"), Text(jwk, "crv"))
        {
            case ("EC", "P-256"):
                return FromPoint(KeyKind.P256, jwk);
            case ("EC", "P-384"):
                return FromPoint(KeyKind.P384, jwk);
            case ("OKP", "Ed25519"):
                return Coordinate(jwk, "x") is { } key
                    ? FromRaw(KeyKind.Ed25519, key)
                    : new Problem("credentials/malformed-jwk", "The JWK has no base64url member x.");
            default:
                return new Problem("credentials/unknown-key-type", "The key is not P-256, P-384 or Ed25519.");
        }
    }

    /// <summary>The key as a JWK object with kty, crv, x and, for EC, y.</summary>
    public string ToJwk() => Kind switch
    {
        KeyKind.P256 => EcJwk("P-256"),
        KeyKind.P384 => EcJwk("P-384"),
        KeyKind.Ed25519 => $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64Url.EncodeToString(raw)}}"}""",
    };

    /// <summary>
    /// True when the signature is this key's over <paramref name="data"/> (which ECDSA hashes with the curve's hash).
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSizeBytes)
        {
            return false;
        }

        if (edwards is not null)
        {
            return edwards.Verify(data, signature);
        }

        var handle = ecdsa!.Take();
        try
        {
            return handle.VerifyData(
                data, signature, HashAlgorithm, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            ecdsa.PutBack(handle);
        }
    }

    public bool Equals(PublicKey? other) => other is not null && Kind == other.Kind && raw.AsSpan().SequenceEqual(other.raw);

    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    public override int GetHashCode() => Multibase.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Multibase;

    internal static HashAlgorithmName HashOf(KeyKind kind) =>
        kind == KeyKind.P384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    private static Outcome<PublicKey> FromPoint(KeyKind kind, JsonElement jwk)
    {
        if (Coordinate(jwk, "x") is not { } x || Coordinate(jwk, "y") is not { } y)
        {
            return new Problem("credentials/malformed-jwk", "The JWK has no base64url members x and y.");
        }

        return CurvePoint.Compress(kind, x, y) is { } compressed
            ? new PublicKey(kind, compressed, new ECPoint { X = x, Y = y })
            : NotOnCurve(kind);
    }

    private static Problem NotOnCurve(KeyKind kind) => new(
        "credentials/key-not-on-curve", $"The key is not a usable point of {kind}.", ("kind", $"{kind}"));

    private static string? Text(JsonElement jwk, string name) =>
        jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Coordinate(JsonElement jwk, string name) =>
        Text(jwk, name) is { } text && !text.Contains('=', StringComparison.Ordinal) && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : null;

    private string EcJwk(string curve) =>
        $$"""{"crv":"{{curve}}","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
}
