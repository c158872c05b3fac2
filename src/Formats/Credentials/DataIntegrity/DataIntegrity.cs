using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Signs with <c>ecdsa-jcs-2019</c> (P-256) and <c>eddsa-jcs-2022</c> (Ed25519).</summary>
/// <remarks>
/// Data Integrity ECDSA 1.0 section 3.3, EdDSA 1.0 section 3.3: the signature runs over
/// H(canonical proof without value) || H(canonical document without proof). Reading: <see cref="ProofVerifier"/>.
/// </remarks>
public static class DataIntegrity
{
    public const string EcdsaJcs2019 = "ecdsa-jcs-2019";
    public const string EddsaJcs2022 = "eddsa-jcs-2022";
    internal const string ProofType = "DataIntegrityProof";

    /// <summary>Adds a proof to a document; a proof that stands there already becomes part of a set.</summary>
    /// <returns>Canonical bytes of the secured document.</returns>
    public static Outcome<byte[]> Sign(JsonElement document, ProofOptions options, ISigner signer)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            return new Problem("credentials/malformed-document", "Only a JSON object can carry a proof.");
        }

        if (!document.TryGetProperty("proof", out var present))
        {
            return SignCanonical(Jcs.Canonicalize(document), options, signer);
        }

        if (!ProofSet.Read(present).TryGet(out var proofs, out var problem))
        {
            return problem;
        }

        if (!ProofSet.DocumentToHash(document, proofs, options.PreviousProofs).TryGet(out var toHash, out problem))
        {
            return problem;
        }

        var context = document.TryGetProperty("@context", out var value) ? Jcs.Canonicalize(value) : [];
        var proof = Proof(Jcs.Canonicalize(toHash), context, options, signer);
        var all = new JsonArray([.. proofs.Select(p => (JsonNode?)JsonObject.Create(p)), JsonNode.Parse(proof)]);
        var secured = JsonObject.Create(document)!;
        secured["proof"] = all;
        return Jcs.Canonicalize(secured);
    }

    /// <summary>
    /// The fast way: takes an object that is written canonically already and has no proof; copies it once.
    /// </summary>
    /// <param name="canonicalDocument">JCS bytes; nothing is sorted or escaped anew, the caller answers for that.</param>
    /// <returns>Canonical bytes of the secured document.</returns>
    public static byte[] SignCanonical(ReadOnlySpan<byte> canonicalDocument, ProofOptions options, ISigner signer)
    {
        var (context, proofAt, comma) = Scan(canonicalDocument);
        var proof = Proof(canonicalDocument, canonicalDocument[context], options, signer);

        // "proof": goes where its name sorts; a comma stands on the side where a member follows or went before.
        var before = canonicalDocument[..proofAt];
        var after = canonicalDocument[proofAt..];
        ReadOnlySpan<byte> open = comma == CommaAt.Before ? ",\"proof\":"u8 : "\"proof\":"u8;
        ReadOnlySpan<byte> close = comma == CommaAt.After ? ","u8 : default;
        return [.. before, .. open, .. proof, .. close, .. after];
    }

    /// <summary>The fastest way: for a writer that knows where its context stands and where the proof goes.</summary>
    /// <param name="context">Where the value of <c>@context</c> stands.</param>
    /// <param name="proofAt">The comma before the first member whose name sorts after <c>proof</c>.</param>
    /// <inheritdoc cref="SignCanonical(ReadOnlySpan{byte}, ProofOptions, ISigner)"/>
    public static byte[] SignCanonical(
        ReadOnlySpan<byte> canonicalDocument, Range context, int proofAt, ProofOptions options, ISigner signer)
    {
        var proof = Proof(canonicalDocument, canonicalDocument[context], options, signer);
        return [.. canonicalDocument[..proofAt], .. ",\"proof\":"u8, .. proof, .. canonicalDocument[proofAt..]];
    }

    internal static string CryptosuiteOf(KeyKind kind) => kind switch
    {
        KeyKind.P256 or KeyKind.P384 => EcdsaJcs2019,
        KeyKind.Ed25519 => EddsaJcs2022,
    };

    /// <summary>The canonical proof with its value.</summary>
    private static byte[] Proof(
        ReadOnlySpan<byte> canonicalDocument, ReadOnlySpan<byte> canonicalContext, ProofOptions options, ISigner signer)
    {
        if (signer.Kind == KeyKind.P384)
        {
            throw new ArgumentException("P-384 is verified here, never signed with.", nameof(signer));
        }

        var (config, valueAt) = options.Render(canonicalContext, CryptosuiteOf(signer.Kind));
        Span<byte> hashes = stackalloc byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(config, hashes);
        SHA256.HashData(canonicalDocument, hashes[SHA256.HashSizeInBytes..]);
        var value = Encoding.ASCII.GetBytes(Base58Btc.Encode(signer.Sign(hashes)));
        return
        [
            .. config.AsSpan(0, valueAt), .. "\"proofValue\":\""u8, .. value, .. "\","u8, .. config.AsSpan(valueAt),
        ];
    }

    private enum CommaAt
    {
        Nowhere,
        Before,
        After,
    }

    // Finds the context's bytes and the place of "proof" among the outermost members.
    private static (Range Context, int ProofAt, CommaAt Comma) Scan(ReadOnlySpan<byte> canonicalDocument)
    {
        var reader = new Utf8JsonReader(canonicalDocument);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new ArgumentException("Only a JSON object can carry a proof.", nameof(canonicalDocument));
        }

        Range context = default;
        var end = 1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            var order = name.SequenceCompareTo("proof"u8);
            if (order == 0)
            {
                throw new ArgumentException("The document carries a proof already.", nameof(canonicalDocument));
            }

            if (order > 0)
            {
                return (context, (int)reader.TokenStartIndex, CommaAt.After);
            }

            var isContext = name.SequenceEqual("@context"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            end = (int)reader.BytesConsumed;
            if (isContext)
            {
                context = start..end;
            }
        }

        return (context, end, end == 1 ? CommaAt.Nowhere : CommaAt.Before);
    }
}
