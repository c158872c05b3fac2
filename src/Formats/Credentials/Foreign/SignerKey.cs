using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>A key that came with the file it is said to have signed. Who owns it is another question.</summary>
/// <remarks>
/// Algorithms by their JOSE names (RFC 7518): RS, PS and ES with SHA-256, 384, 512, and EdDSA. SHA-1, MD5, RSA below 2,048 bits and
/// keys of a curve that does not go with the algorithm are not taken: what they sign counts as not checked.
/// </remarks>
internal sealed class SignerKey : IDisposable
{
    private const int RsaSizeMinBits = 2048;
    private const int RsaSizeMaxBits = 16384;
    private const int CertificateSizeMaxBytes = 64 * 1024;

    private readonly RSA? rsa;
    private readonly ECDsa? ecdsa;
    private readonly PublicKey? own;

    private SignerKey(FileSigner signer, RSA? rsa, ECDsa? ecdsa, PublicKey? own) =>
        (Signer, this.rsa, this.ecdsa, this.own) = (signer, rsa, ecdsa, own);

    public FileSigner Signer { get; }

    /// <summary>The key of a certificate in DER; null when it is none or its key is of another kind.</summary>
    public static SignerKey? OfCertificate(byte[] der)
    {
        if (der.Length > CertificateSizeMaxBytes)
        {
            return null;
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            var signer = new FileSigner(
                "x509:" + Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span)),
                ReadText.Clean(certificate.Subject),
                certificate.NotBefore.ToUniversalTime(),
                certificate.NotAfter.ToUniversalTime());
            var rsa = certificate.GetRSAPublicKey();
            var ecdsa = rsa is null ? certificate.GetECDsaPublicKey() : null;
            return rsa is null && ecdsa is null ? null : new SignerKey(signer, rsa, ecdsa, null);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The key of a DID that carries its own.</summary>
    public static SignerKey Of(string did, PublicKey key) => new(new FileSigner(did, null, null, null), null, null, key);

    /// <summary>A public JWK; null when it is of a kind that is not taken, or carries its private part.</summary>
    public static SignerKey? OfJwk(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || jwk.TryGetProperty("d", out _))
        {
            return null;
        }

        if (Json.Text(jwk, "kty") == "RSA")
        {
            return Decode(jwk, "n") is { } modulus && Decode(jwk, "e") is { } exponent ? OfRsa(modulus, exponent) : null;
        }

        return PublicKey.FromJwk(jwk).TryGet(out var key, out _) ? Of(DidResolver.KeyDid(key), key) : null;
    }

    public static SignerKey? OfRsa(byte[] modulus, byte[] exponent)
    {
        if (modulus.Length is < RsaSizeMinBits / 8 or > (RsaSizeMaxBits / 8) + 1 || exponent.Length is 0 or > 8)
        {
            return null;
        }

        try
        {
            var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
            return new SignerKey(Anonymous(rsa.ExportSubjectPublicKeyInfo()), rsa, null, null);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>An uncompressed point of a named curve.</summary>
    public static SignerKey? OfPoint(ECCurve curve, byte[] x, byte[] y)
    {
        try
        {
            var ecdsa = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } });
            return new SignerKey(Anonymous(ecdsa.ExportSubjectPublicKeyInfo()), null, ecdsa, null);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>True or false for the signature; null when algorithm and key do not go together or are not taken.</summary>
    /// <param name="signature">r||s for ES.</param>
    public bool? Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (algorithm.Length != 5 && algorithm != "EdDSA")
        {
            return null;
        }

        HashAlgorithmName? hash = algorithm[^3..] switch
        {
            "256" => HashAlgorithmName.SHA256,
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ => null,
        };
        try
        {
            return (algorithm[..2], hash) switch
            {
                ("RS", { } h) when rsa?.KeySize >= RsaSizeMinBits => rsa.VerifyData(data, signature, h, RSASignaturePadding.Pkcs1),
                ("PS", { } h) when rsa?.KeySize >= RsaSizeMinBits => rsa.VerifyData(data, signature, h, RSASignaturePadding.Pss),
                ("ES", { } h) when ecdsa is not null && ecdsa.KeySize == CurveSizeBits(algorithm) =>
                    ecdsa.VerifyData(data, signature, h, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                _ when own is not null && algorithm == Jws.AlgorithmOf(own.Kind) => own.Verify(data, signature),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        rsa?.Dispose();
        ecdsa?.Dispose();
    }

    private static FileSigner Anonymous(byte[] subjectPublicKeyInfo) =>
        new("key:" + Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo)), null, null, null);

    private static int CurveSizeBits(string algorithm) => algorithm switch
    {
        "ES256" => 256,
        "ES384" => 384,
        "ES512" => 521,
        _ => 0,
    };

    private static byte[]? Decode(JsonElement jwk, string name) =>
        Json.Text(jwk, name) is { } text ? Jws.Decode(System.Text.Encoding.ASCII.GetBytes(text), 4096) : null;
}
