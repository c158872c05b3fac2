using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Accounts;

/// <summary>
/// Checks that a person signed a challenge with an X.509 certificate in the shape of Kazakhstan's national EDS: CMS
/// SignedData (RFC 5652), detached or with the challenge inside, by one signer, whose chain ends at a configured root.
/// </summary>
/// <remarks>No network is used: roots and revocation lists come from files (<see cref="EdsTrust"/>).</remarks>
public static class EdsVerifier
{
    /// <summary>A signature with its certificates is a few KiB.</summary>
    public const int CmsMaxBytes = 64 * 1024;

    private const string DataContent = "1.2.840.113549.1.7.1";
    private const string MessageDigest = "1.2.840.113549.1.9.4";

    /// <summary>The bytes of a signature as tools hand it out: DER, PEM or plain base64; null when it is none of them.</summary>
    public static byte[]? Read(byte[] file)
    {
        if (file.Length is 0 or > 2 * CmsMaxBytes)
        {
            return null;
        }

        return file[0] == 0x30 && file.AsSpan().ContainsAnyExceptInRange((byte)0x09, (byte)0x7e) ? file : ReadText(Encoding.ASCII.GetString(file));
    }

    /// <summary>PEM or plain base64, with line breaks; null for anything else.</summary>
    public static byte[]? ReadText(string text)
    {
        if (text.Length > 2 * CmsMaxBytes)
        {
            return null;
        }

        var base64 = PemEncoding.TryFind(text, out var found) ? text[found.Base64Data] : text.Trim();
        return base64.Length > 0 && Base64.IsValid(base64) ? Convert.FromBase64String(base64) : null;
    }

    public static Outcome<EdsSubject> Verify(byte[] cms, byte[] challenge, X509Certificate2Collection roots, DateTimeOffset at) =>
        Verify(cms, challenge, new EdsTrust(roots), at);

    /// <summary>The person behind a signature over exactly these bytes; refused with a code for each thing that may be wrong.</summary>
    public static Outcome<EdsSubject> Verify(byte[] cms, byte[] challenge, EdsTrust trust, DateTimeOffset at)
    {
        try
        {
            return cms.Length <= CmsMaxBytes ? VerifyMessage(cms, challenge, trust, at) : Malformed;
        }
        catch (CryptographicException)
        {
            // The library reads parts of a message only when they are asked for.
            return Malformed;
        }
    }

    private static Outcome<EdsSubject> VerifyMessage(byte[] cms, byte[] challenge, EdsTrust trust, DateTimeOffset at)
    {
        var message = new SignedCms();
        message.Decode(cms);
        if (message.ContentInfo.Content.Length == 0)
        {
            // The text is beside the signature.
            message = new SignedCms(new ContentInfo(message.ContentInfo.ContentType, challenge), detached: true);
            message.Decode(cms);
        }

        if (message.SignerInfos.Count != 1)
        {
            return new Problem("accounts/eds-signers", "The signature must be of one signer.");
        }

        var signer = message.SignerInfos[0];
        if (signer.Certificate is not { } certificate)
        {
            return new Problem("accounts/eds-no-certificate", "The signature does not hold the certificate of its signer.");
        }

        return EdsAlgorithms.RefusalOf(signer, certificate)
            ?? RefusalOfContent(message, challenge)
            ?? RefusalOfUsage(certificate)
            ?? RefusalOfChain(message, certificate, trust, at)
            ?? EdsNames.Read(certificate).Then<EdsSubject>(s => s with { RevocationChecked = trust.Lists.Count > 0 });
    }

    private static Problem Malformed => new("accounts/eds-malformed", "This is not a signature in CMS (PKCS #7).");

    private static Problem? RefusalOfContent(SignedCms message, byte[] challenge)
    {
        var signer = message.SignerInfos[0];
        if (message.ContentInfo.ContentType.Value != DataContent
            || !CryptographicOperations.FixedTimeEquals(message.ContentInfo.Content, challenge)
            || (SignedDigest(signer) is { } digest && !digest.AsSpan().SequenceEqual(HashOf(signer, challenge))))
        {
            return new Problem("accounts/eds-other-challenge", "The signature is over something else than the text given here.");
        }

        try
        {
            signer.CheckSignature(verifySignatureOnly: true);
            return null;
        }
        catch (CryptographicException)
        {
            return new Problem("accounts/eds-bad-signature", "The signature does not hold: it or its text was changed.");
        }
    }

    /// <summary>The hash of the text, as the signed attributes give it; null when only the text itself is signed.</summary>
    private static byte[]? SignedDigest(SignerInfo signer)
    {
        foreach (var attribute in signer.SignedAttributes)
        {
            if (attribute.Oid.Value == MessageDigest && attribute.Values.Count == 1 && attribute.Values[0] is Pkcs9MessageDigest digest)
            {
                return digest.MessageDigest;
            }
        }

        return null;
    }

    private static byte[] HashOf(SignerInfo signer, byte[] content) => signer.DigestAlgorithm.Value switch
    {
        "2.16.840.1.101.3.4.2.1" => SHA256.HashData(content),
        "2.16.840.1.101.3.4.2.2" => SHA384.HashData(content),
        _ => SHA512.HashData(content),
    };

    /// <summary>A certificate for signing or for proving who one is; one for encryption only does not do.</summary>
    private static Problem? RefusalOfUsage(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().SingleOrDefault() is { } usage
            && (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) != 0
            ? null
            : new Problem("accounts/eds-key-usage", "The certificate is not one to sign with.");

    private static Problem? RefusalOfChain(SignedCms message, X509Certificate2 certificate, EdsTrust trust, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(trust.Roots);
        policy.ExtraStore.AddRange(trust.Between);
        policy.ExtraStore.AddRange(message.Certificates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = at.UtcDateTime;
        if (!chain.Build(certificate))
        {
            var faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
            return faults == X509ChainStatusFlags.NotTimeValid
                ? new Problem("accounts/eds-expired", "A certificate of the signature is not valid now.")
                : new Problem(
                    "accounts/eds-untrusted", "The certificate does not come from an authority that is accepted here.",
                    ("why", faults.ToString()));
        }

        for (var i = 0; i + 1 < chain.ChainElements.Count; i++)
        {
            var (own, authority) = (chain.ChainElements[i].Certificate, chain.ChainElements[i + 1].Certificate);
            if ((EdsAlgorithms.RefusalOf(own) ?? RefusalOfRevocation(own, authority, trust, at)) is { } refused)
            {
                return refused;
            }
        }

        return null;
    }

    /// <summary>Where lists are configured, each authority must have one, and a current one: none means nobody knows.</summary>
    private static Problem? RefusalOfRevocation(X509Certificate2 own, X509Certificate2 authority, EdsTrust trust, DateTimeOffset at)
    {
        if (trust.Lists.Count == 0)
        {
            return null;
        }

        var lists = trust.Lists.Where(l => l.Covers(own, authority)).ToList();
        if (lists.Any(l => l.Names(own)))
        {
            return new Problem("accounts/eds-revoked", "The certificate was revoked.");
        }

        return lists.Any(l => l.NextUpdate is not { } next || at <= next)
            ? null
            : new Problem("accounts/eds-revocation-unknown", "No current revocation list is there for this certificate; tell the operator.");
    }
}
