using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Mortanba.TestAuthorities;

/// <summary>
/// A certification authority of the tests, in the shape of the national one: a root, an authority under it, people with
/// <c>serialNumber=IIN…</c> and <c>OU=BIN…</c>. All people and numbers are invented.
/// </summary>
public sealed class TestAuthority : IDisposable
{
    public static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly RSA key = RSA.Create(2048);
    private readonly X509Certificate2 own;
    private int serial = 100;

    public TestAuthority(string name = "Test")
    {
        var request = new CertificateRequest($"C=KZ, CN={name} root", rootKey, HashAlgorithmName.SHA384);
        Authority(request);
        Root = request.CreateSelfSigned(From.AddYears(-5), Until.AddYears(5));
        var between = new CertificateRequest($"C=KZ, CN={name} authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Authority(between);
        using var unsigned = between.Create(
            Root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), From.AddYears(-1), Until.AddYears(1), [1, 2]);
        own = unsigned.CopyWithPrivateKey(key);
        Public = X509CertificateLoader.LoadCertificate(own.RawData);
    }

    public X509Certificate2 Root { get; }

    /// <summary>The authority between the root and the people, without its key.</summary>
    public X509Certificate2 Public { get; }

    /// <summary>A person's certificate with its key.</summary>
    /// <param name="subject">For example <c>CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN900101300017, C=KZ</c>.</param>
    public X509Certificate2 Person(
        string subject, AsymmetricAlgorithm? with = null, X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature,
        DateTimeOffset? from = null, DateTimeOffset? until = null, bool signedWithSha1 = false)
    {
        var personal = with ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = personal is ECDsa ec
            ? new CertificateRequest(subject, ec, HashAlgorithmName.SHA256)
            : new CertificateRequest(subject, (RSA)personal, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        using var unsigned = request.Create(
            own.SubjectName, signedWithSha1 ? new Sha1Signatures(key) : X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1),
            from ?? From, until ?? Until, BitConverter.GetBytes(++serial));
        return personal is ECDsa curve ? unsigned.CopyWithPrivateKey(curve) : unsigned.CopyWithPrivateKey((RSA)personal);
    }

    /// <summary>What the person's tool makes of the text.</summary>
    public byte[] Sign(byte[] text, bool detached, params X509Certificate2[] people)
    {
        var message = new SignedCms(new ContentInfo(text), detached);
        foreach (var person in people)
        {
            message.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, person)
            {
                IncludeOption = X509IncludeOption.EndCertOnly,
                DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"),
                Certificates = { Public },
                SignedAttributes = { new Pkcs9SigningTime(From.UtcDateTime) },
            });
        }

        return message.Encode();
    }

    /// <summary>The revocation list of the authority, and that of the root beside it.</summary>
    public (byte[] Own, byte[] OfRoot) Lists(DateTimeOffset until, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            builder.AddEntry(certificate);
        }

        return (
            builder.Build(own, 1, until, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, From),
            new CertificateRevocationListBuilder().Build(Root, 1, until, HashAlgorithmName.SHA384, thisUpdate: From));
    }

    public void Dispose()
    {
        rootKey.Dispose();
        key.Dispose();
        own.Dispose();
        Root.Dispose();
        Public.Dispose();
    }

    private static void Authority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
    }

    /// <summary>The library itself signs no certificate with SHA-1 any more.</summary>
    private sealed class Sha1Signatures(RSA key) : X509SignatureGenerator
    {
        // sha1WithRSAEncryption, NULL.
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
            Convert.FromHexString("300D06092A864886F70D0101050500");

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
