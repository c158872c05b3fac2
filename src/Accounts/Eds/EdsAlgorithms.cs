using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Mortanba.Foundation;

namespace Mortanba.Accounts;

/// <summary>Which algorithms a signature and the certificates behind it may use.</summary>
/// <remarks>
/// RSA from 2,048 bits or the NIST curves P-256, P-384, P-521, with SHA-256, SHA-384 or SHA-512. The national authority
/// also gives certificates with GOST 34.10: neither .NET nor the OpenSSL it stands on has these, so that such a signature
/// is refused by name, not as a bad one.
/// </remarks>
internal static class EdsAlgorithms
{
    private const int RsaBitsMin = 2048;

    /// <summary>Arcs of the GOST algorithms: Kazakhstan's and Russia's.</summary>
    private static readonly string[] GostArcs = ["1.2.398.3.10.1.", "1.2.643."];

    private static readonly HashSet<string> Hashes = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

    /// <summary>Signatures of certificates and revocation lists, with the hash of each; RSASSA-PSS names its hash itself.</summary>
    internal static readonly Dictionary<string, (HashAlgorithmName Hash, bool IsEc)> Signatures = new()
    {
        ["1.2.840.113549.1.1.11"] = (HashAlgorithmName.SHA256, false),
        ["1.2.840.113549.1.1.12"] = (HashAlgorithmName.SHA384, false),
        ["1.2.840.113549.1.1.13"] = (HashAlgorithmName.SHA512, false),
        ["1.2.840.10045.4.3.2"] = (HashAlgorithmName.SHA256, true),
        ["1.2.840.10045.4.3.3"] = (HashAlgorithmName.SHA384, true),
        ["1.2.840.10045.4.3.4"] = (HashAlgorithmName.SHA512, true),
    };

    private static readonly HashSet<string> Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    public static Problem? RefusalOf(SignerInfo signer, X509Certificate2 certificate)
    {
        if (IsGost(certificate.PublicKey.Oid.Value) || IsGost(signer.SignatureAlgorithm.Value) || IsGost(signer.DigestAlgorithm.Value))
        {
            return new Problem("accounts/eds-gost", "The signature uses a GOST algorithm, which this system cannot check.");
        }

        return Hashes.Contains(signer.DigestAlgorithm.Value ?? "") && HasGoodKey(certificate) ? null : Weak;
    }

    /// <summary>For a certificate above the signer's, and for how its own issuer signed it.</summary>
    public static Problem? RefusalOf(X509Certificate2 certificate) =>
        IsGost(certificate.SignatureAlgorithm.Value)
            ? new Problem("accounts/eds-gost", "The signature uses a GOST algorithm, which this system cannot check.")
            : Signatures.ContainsKey(certificate.SignatureAlgorithm.Value ?? "") && HasGoodKey(certificate) ? null : Weak;

    private static Problem Weak => new(
        "accounts/eds-algorithm", "The signature or a certificate uses an algorithm or key that is too weak or unknown here.");

    private static bool IsGost(string? oid) => GostArcs.Any(arc => oid?.StartsWith(arc, StringComparison.Ordinal) == true);

    private static bool HasGoodKey(X509Certificate2 certificate)
    {
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            using var ec = rsa is null ? certificate.GetECDsaPublicKey() : null;
            return rsa?.KeySize >= RsaBitsMin || (ec is not null && Curves.Contains(ec.ExportParameters(false).Curve.Oid.Value ?? ""));
        }
        catch (CryptographicException)
        {
            // A curve the library does not know.
            return false;
        }
    }
}
