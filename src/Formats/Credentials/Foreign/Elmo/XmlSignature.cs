using System.Security.Cryptography;
using System.Security.Cryptography.Xml;
using System.Xml;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The enveloped XML signature over a whole document: exactly that shape, read and written.</summary>
/// <remarks>
/// W3C XML Signature 1.1. One reference with the empty address, the enveloped-signature transform and a canonicalisation, RSA or
/// ECDSA with SHA-256 or longer. Every other shape is not taken, so nothing can be signed beside what is read (signature wrapping), no
/// address is followed and no stylesheet runs. <see cref="System.Security.Cryptography.Xml"/> gives the canonicalisation only: its
/// own verification would take more shapes and has no ECDSA.
/// </remarks>
internal static class XmlSignature
{
    public const string Namespace = "http://www.w3.org/2000/09/xmldsig#";

    private const string Dsig11 = "http://www.w3.org/2009/xmldsig11#";
    private const string More = "http://www.w3.org/2001/04/xmldsig-more#";
    private const string Enveloped = Namespace + "enveloped-signature";
    private const string InclusiveC14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    private const string ExclusiveC14N = "http://www.w3.org/2001/10/xml-exc-c14n#";
    private const string Sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    private const string P256Oid = "urn:oid:1.2.840.10045.3.1.7";
    private const int CertificatesMax = 8;

    /// <summary>Digest over the content and signature over the digest, apart; both null when there is no signature.</summary>
    public sealed record Finding(FileCheckState Digest, string DigestReason, SignatureFinding Signature);

    /// <summary>Null when the document carries none of its own.</summary>
    public static Finding? Verify(XmlDocument document)
    {
        try
        {
            return VerifyOwn(document);
        }
        catch (Exception refused) when (refused is ArgumentException or CryptographicException or InvalidOperationException or XmlException)
        {
            // The framework's canonicalisation has refusals of its own for documents nobody would write.
            return NotTaken(FileCheckState.NotChecked, "foreign/signature-form-not-taken");
        }
    }

    private static Finding? VerifyOwn(XmlDocument document)
    {
        var own = Children(document.DocumentElement!, "Signature").ToList();
        if (own.Count == 0)
        {
            return null;
        }

        if (own.Count > 1)
        {
            return NotTaken(FileCheckState.Failed, "foreign/signed-twice");
        }

        var signature = own[0];
        if (Child(signature, "SignedInfo") is not { } signedInfo || Child(signature, "SignatureValue") is not { } value
            || Children(signedInfo, "Reference").ToList() is not [{ } reference]
            || reference.GetAttribute("URI").Length > 0 || reference.GetAttributeNode("URI") is null
            || TransformOf(reference) is not { } canonical
            || Algorithm(Child(signedInfo, "CanonicalizationMethod")) is not { } method || !IsCanonicalisation(method))
        {
            return NotTaken(FileCheckState.NotChecked, "foreign/signature-form-not-taken");
        }

        var digestMethod = Algorithm(Child(reference, "DigestMethod")) ?? "";
        if (HashOf(digestMethod) is not { } hash || JoseName(Algorithm(Child(signedInfo, "SignatureMethod"))) is not { } algorithm)
        {
            return new Finding(
                FileCheckState.NotChecked,
                "foreign/algorithm-not-taken",
                SignatureFinding.NotTaken("foreign/algorithm-not-taken", ("algorithm", ShortName(Algorithm(Child(signedInfo, "SignatureMethod"))))));
        }

        var expected = Base64(Child(reference, "DigestValue")?.InnerText);
        var digest = CryptographicOperations.HashData(hash, Canonical(WithoutSignature(document), canonical));
        var isWhole = expected is not null && digest.AsSpan().SequenceEqual(expected);
        return new Finding(
            isWhole ? FileCheckState.Passed : FileCheckState.Failed,
            isWhole ? "foreign/hash-fits" : "foreign/hash-does-not-fit",
            CheckValue(signature, Canonical(Alone(signedInfo, method), method), Base64(value.InnerText), algorithm));
    }

    /// <summary>Adds the signature as the last child of the root: ECDSA P-256 with SHA-256.</summary>
    /// <param name="document">With white space preserved, without a signature of its own.</param>
    /// <param name="keyName">Names the key for readers who know it: a DID URL. The key itself stands there, too.</param>
    public static void Sign(XmlDocument document, ISigner signer, string keyName)
    {
        var digest = SHA256.HashData(Canonical(document, InclusiveC14N));
        var signature = Add(document.DocumentElement!, "Signature");
        signature.SetAttribute("xmlns", Namespace);
        var signedInfo = Add(signature, "SignedInfo");
        Add(signedInfo, "CanonicalizationMethod").SetAttribute("Algorithm", InclusiveC14N);
        Add(signedInfo, "SignatureMethod").SetAttribute("Algorithm", More + "ecdsa-sha256");
        var reference = Add(signedInfo, "Reference");
        reference.SetAttribute("URI", "");
        var transforms = Add(reference, "Transforms");
        Add(transforms, "Transform").SetAttribute("Algorithm", Enveloped);
        Add(transforms, "Transform").SetAttribute("Algorithm", InclusiveC14N);
        Add(reference, "DigestMethod").SetAttribute("Algorithm", Sha256);
        Add(reference, "DigestValue").InnerText = Convert.ToBase64String(digest);
        var value = signer.Sign(Canonical(Alone(signedInfo, InclusiveC14N), InclusiveC14N));
        Add(signature, "SignatureValue").InnerText = Convert.ToBase64String(value);
        var info = Add(signature, "KeyInfo");
        Add(info, "KeyName").InnerText = keyName;
        var key = document.CreateElement("ECKeyValue", Dsig11);
        key.SetAttribute("xmlns", Dsig11);
        Add(info, "KeyValue").AppendChild(key);
        var curve = document.CreateElement("NamedCurve", Dsig11);
        curve.SetAttribute("URI", P256Oid);
        key.AppendChild(curve);
        var point = document.CreateElement("PublicKey", Dsig11);
        point.InnerText = Convert.ToBase64String(UncompressedPoint(signer.PublicKey.Span));
        key.AppendChild(point);
    }

    private static byte[] UncompressedPoint(ReadOnlySpan<byte> compressed) =>
        CurvePoint.Decompress(KeyKind.P256, compressed) is var (x, y)
            ? [0x04, .. x, .. y]
            : throw new ArgumentException("Only a P-256 key signs here.", nameof(compressed));

    private static SignatureFinding CheckValue(XmlElement signature, byte[] signedInfo, byte[]? value, string algorithm)
    {
        if (value is null)
        {
            return SignatureFinding.Wrong("foreign/signature-wrong", ("algorithm", algorithm));
        }

        var answer = (bool?)null;
        var found = false;
        foreach (var key in KeysOf(signature))
        {
            using (key)
            {
                found = true;
                if (key.Verify(algorithm, signedInfo, value) is { } verified)
                {
                    if (verified)
                    {
                        return new SignatureFinding(FileCheckState.Passed, "foreign/signature-holds", key.Signer, ("algorithm", algorithm));
                    }

                    answer = false;
                }
            }
        }

        return !found ? SignatureFinding.NotTaken("foreign/key-not-at-hand")
            : answer is null ? SignatureFinding.NotTaken("foreign/algorithm-not-taken", ("algorithm", algorithm))
            : SignatureFinding.Wrong("foreign/signature-wrong", ("algorithm", algorithm));
    }

    // Certificates before bare keys: they say a name. A chain may stand in any order.
    private static IEnumerable<SignerKey> KeysOf(XmlElement signature)
    {
        if (Child(signature, "KeyInfo") is not { } info)
        {
            yield break;
        }

        foreach (var certificate in Children(info, "X509Data").SelectMany(data => Children(data, "X509Certificate")).Take(CertificatesMax))
        {
            if (Base64(certificate.InnerText) is { } der && SignerKey.OfCertificate(der) is { } key)
            {
                yield return key;
            }
        }

        foreach (var value in Children(info, "KeyValue").Take(CertificatesMax))
        {
            if (KeyOf(value) is { } key)
            {
                yield return key;
            }
        }
    }

    private static SignerKey? KeyOf(XmlElement value)
    {
        if (Child(value, "RSAKeyValue") is { } rsa)
        {
            return Base64(Child(rsa, "Modulus")?.InnerText) is { } modulus && Base64(Child(rsa, "Exponent")?.InnerText) is { } exponent
                ? SignerKey.OfRsa(modulus, exponent)
                : null;
        }

        if (value.ChildNodes.OfType<XmlElement>().FirstOrDefault(e => e is { LocalName: "ECKeyValue", NamespaceURI: Dsig11 }) is not { } ec)
        {
            return null;
        }

        var parts = ec.ChildNodes.OfType<XmlElement>().ToList();
        return parts.Find(e => e.LocalName == "NamedCurve")?.GetAttribute("URI") == P256Oid
            && Base64(parts.Find(e => e.LocalName == "PublicKey")?.InnerText) is [0x04, .. { Length: 64 } point]
                ? SignerKey.OfPoint(ECCurve.NamedCurves.nistP256, point[..32], point[32..])
                : null;
    }

    // Enveloped-signature, then nothing or a canonicalisation; without one, the standard's own (section 4.4.3.2).
    private static string? TransformOf(XmlElement reference)
    {
        var transforms = Children(reference, "Transforms").SelectMany(t => Children(t, "Transform")).Select(Algorithm).ToList();
        return transforms switch
        {
            [Enveloped] => InclusiveC14N,
            [Enveloped, { } canonical] when IsCanonicalisation(canonical) => WithoutComments(canonical),
            _ => null,
        };
    }

    private static bool IsCanonicalisation(string algorithm) => WithoutComments(algorithm) is InclusiveC14N or ExclusiveC14N;

    private static string WithoutComments(string algorithm) => algorithm switch
    {
        InclusiveC14N + "#WithComments" => InclusiveC14N,
        ExclusiveC14N + "WithComments" => ExclusiveC14N,
        _ => algorithm,
    };

    private static byte[] Canonical(XmlDocument document, string algorithm)
    {
        var withComments = algorithm.EndsWith("WithComments", StringComparison.Ordinal);
        Transform transform = WithoutComments(algorithm) == ExclusiveC14N
            ? new XmlDsigExcC14NTransform(withComments)
            : new XmlDsigC14NTransform(withComments);
        transform.LoadInput(document);
        using var output = (Stream)transform.GetOutput(typeof(Stream));
        using var bytes = new MemoryStream();
        output.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static XmlDocument WithoutSignature(XmlDocument document)
    {
        var copy = (XmlDocument)document.CloneNode(deep: true);
        copy.DocumentElement!.RemoveChild(Children(copy.DocumentElement, "Signature").First());
        return copy;
    }

    // A part of a document takes the names of its surroundings with it (Canonical XML 1.0 section 2.4).
    private static XmlDocument Alone(XmlElement element, string algorithm)
    {
        var alone = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        var root = (XmlElement)alone.AppendChild(alone.ImportNode(element, deep: true))!;
        for (var parent = element.ParentNode; parent is not null; parent = parent.ParentNode)
        {
            foreach (var attribute in parent.Attributes?.OfType<XmlAttribute>() ?? [])
            {
                var isName = attribute.NamespaceURI == "http://www.w3.org/2000/xmlns/";
                var isXml = attribute.Prefix == "xml" && WithoutComments(algorithm) == InclusiveC14N;
                if ((isName || isXml) && !root.HasAttribute(attribute.LocalName, attribute.NamespaceURI))
                {
                    root.SetAttributeNode((XmlAttribute)alone.ImportNode(attribute, deep: true));
                }
            }
        }

        return alone;
    }

    private static XmlElement Add(XmlElement parent, string name) =>
        (XmlElement)parent.AppendChild(parent.OwnerDocument.CreateElement(name, Namespace))!;

    private static IEnumerable<XmlElement> Children(XmlElement parent, string name) =>
        parent.ChildNodes.OfType<XmlElement>().Where(e => e.LocalName == name && e.NamespaceURI == Namespace);

    private static XmlElement? Child(XmlElement parent, string name) => Children(parent, name).FirstOrDefault();

    private static string? Algorithm(XmlElement? method) => method?.GetAttribute("Algorithm");

    private static string ShortName(string? algorithm) => ReadText.Clean(algorithm?[(algorithm.LastIndexOfAny(['#', '/']) + 1)..]);

    private static HashAlgorithmName? HashOf(string algorithm) => algorithm switch
    {
        Sha256 => HashAlgorithmName.SHA256,
        More + "sha384" => HashAlgorithmName.SHA384,
        "http://www.w3.org/2001/04/xmlenc#sha512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static string? JoseName(string? algorithm) => algorithm switch
    {
        More + "rsa-sha256" => "RS256",
        More + "rsa-sha384" => "RS384",
        More + "rsa-sha512" => "RS512",
        More + "ecdsa-sha256" => "ES256",
        More + "ecdsa-sha384" => "ES384",
        More + "ecdsa-sha512" => "ES512",
        _ => null,
    };

    private static byte[]? Base64(string? text)
    {
        var compact = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c)));
        var bytes = new byte[compact.Length];
        return compact.Length > 0 && Convert.TryFromBase64String(compact, bytes, out var written) ? bytes[..written] : null;
    }

    private static Finding NotTaken(FileCheckState state, string reason) =>
        new(state, reason, new SignatureFinding(state, reason, null));
}
