using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mortanba.Accounts;

/// <summary>A certificate revocation list (RFC 5280 section 5): who issued it, until when it speaks, whom it names.</summary>
/// <remarks>
/// Only complete lists: one with a critical extension (a delta, a part of the certificates) would be read wrongly and is
/// refused when it is read. The library can write such lists, but reads none with their signature.
/// </remarks>
public sealed class RevocationList
{
    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0);

    private readonly byte[] issuer;
    private readonly byte[] signed;
    private readonly byte[] signature;
    private readonly string algorithm;
    private readonly HashSet<string> revoked;

    private RevocationList(
        byte[] issuer, DateTimeOffset? next, HashSet<string> revoked, byte[] signed, string algorithm, byte[] signature)
    {
        this.issuer = issuer;
        this.revoked = revoked;
        this.signed = signed;
        this.algorithm = algorithm;
        this.signature = signature;
        NextUpdate = next;
    }

    /// <summary>When the next one is due; null when the list does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Throws <see cref="CryptographicException"/> when the bytes are no complete list in DER.</summary>
    public static RevocationList Parse(byte[] der)
    {
        try
        {
            var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var signed = list.PeekEncodedValue().ToArray();
            var inner = list.ReadSequence();
            var algorithm = list.ReadSequence().ReadObjectIdentifier();
            var signature = list.ReadBitString(out _);
            list.ThrowIfNotEmpty();
            return Read(inner, signed, algorithm, signature);
        }
        catch (AsnContentException fault)
        {
            throw new CryptographicException("Not a revocation list.", fault);
        }
    }

    /// <summary>True when this is the list of whoever issued the certificate, by name and by signature.</summary>
    public bool Covers(X509Certificate2 certificate, X509Certificate2 authority) =>
        issuer.AsSpan().SequenceEqual(certificate.IssuerName.RawData) && IsSignedBy(authority);

    public bool Names(X509Certificate2 certificate) => revoked.Contains(Convert.ToHexStringLower(certificate.SerialNumberBytes.Span));

    private static RevocationList Read(AsnReader inner, byte[] signed, string algorithm, byte[] signature)
    {
        if (inner.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            inner.ReadInteger();
        }

        var innerAlgorithm = inner.ReadSequence().ReadObjectIdentifier();
        if (innerAlgorithm != algorithm)
        {
            throw new CryptographicException("The list names two algorithms.");
        }

        var issuer = inner.ReadEncodedValue().ToArray();
        ReadTime(inner);
        DateTimeOffset? next = inner.HasData && IsTime(inner.PeekTag()) ? ReadTime(inner) : null;
        var revoked = new HashSet<string>(StringComparer.Ordinal);
        if (inner.HasData && inner.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            for (var entries = inner.ReadSequence(); entries.HasData;)
            {
                revoked.Add(Convert.ToHexStringLower(entries.ReadSequence().ReadIntegerBytes().Span));
            }
        }

        if (inner.HasData)
        {
            for (var extensions = inner.ReadSequence(Extensions).ReadSequence(); extensions.HasData;)
            {
                var extension = extensions.ReadSequence();
                extension.ReadObjectIdentifier();
                if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
                {
                    throw new CryptographicException("The list is not a complete one.");
                }
            }
        }

        inner.ThrowIfNotEmpty();
        return new RevocationList(issuer, next, revoked, signed, algorithm, signature);
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private bool IsSignedBy(X509Certificate2 authority)
    {
        if (!EdsAlgorithms.Signatures.TryGetValue(algorithm, out var known))
        {
            return false;
        }

        using var ec = known.IsEc ? authority.GetECDsaPublicKey() : null;
        using var rsa = known.IsEc ? null : authority.GetRSAPublicKey();
        return ec?.VerifyData(signed, signature, known.Hash, DSASignatureFormat.Rfc3279DerSequence)
            ?? rsa?.VerifyData(signed, signature, known.Hash, RSASignaturePadding.Pkcs1) ?? false;
    }
}
