using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>Secures a credential that is canonical already with <c>ecdsa-jcs-2019</c>, without parsing it again.</summary>
/// <remarks>
/// VC Data Integrity ECDSA Cryptosuites 1.0, section 3.3: the signature runs over SHA-256 of the canonical proof
/// options, then SHA-256 of the canonical document. Tests verify the result with the general verifier in Formats.
/// </remarks>
internal static class JcsProof
{
    /// <summary>The secured credential, canonical.</summary>
    /// <param name="document">Canonical bytes without a proof.</param>
    /// <param name="proofAt">Where the member <c>proof</c> belongs: at the comma before the next member.</param>
    /// <param name="context">The document's <c>@context</c>, canonical.</param>
    /// <param name="verificationMethod">DID URL of the key.</param>
    public static byte[] Secure(
        ReadOnlySpan<byte> document,
        int proofAt,
        ReadOnlySpan<byte> context,
        string verificationMethod,
        DateTimeOffset created,
        ISigner signer)
    {
        if (signer.Kind != KeyKind.P256)
        {
            throw new ArgumentException("ecdsa-jcs-2019 is signed with P-256 here.", nameof(signer));
        }

        var time = Encoding.ASCII.GetBytes(LedgerEntry.Time(created));
        var options = new JcsText();
        Head(options, context, time);
        Tail(options, verificationMethod);
        Span<byte> hashes = stackalloc byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(options.Written, hashes);
        SHA256.HashData(document, hashes[SHA256.HashSizeInBytes..]);
        var signature = Base58Btc.Encode(signer.Sign(hashes));

        var proof = new JcsText();
        proof.Raw(",\"proof\":"u8);
        Head(proof, context, time);
        proof.Raw(",\"proofValue\":"u8).Text(signature);
        Tail(proof, verificationMethod);
        return [.. document[..proofAt], .. proof.Written, .. document[proofAt..]];
    }

    private static void Head(JcsText json, ReadOnlySpan<byte> context, ReadOnlySpan<byte> time) =>
        json.Raw("{\"@context\":"u8).Raw(context).Raw(",\"created\":\""u8).Raw(time)
            .Raw("\",\"cryptosuite\":\"ecdsa-jcs-2019\",\"proofPurpose\":\"assertionMethod\""u8);

    private static void Tail(JcsText json, string verificationMethod) =>
        json.Raw(",\"type\":\"DataIntegrityProof\",\"verificationMethod\":"u8).Text(verificationMethod).Raw("}"u8);
}
