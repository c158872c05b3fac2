using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>What the reader of a proof demands.</summary>
/// <param name="Controller">The DID that must answer for every key: the credential's issuer. Null demands none.</param>
/// <param name="At">The instant at which proof and key must hold; null leaves times unjudged.</param>
public sealed record ProofDemand(string? Controller, DateTimeOffset? At)
{
    public string Purpose { get; init; } = ProofPurposes.AssertionMethod;

    /// <summary>Must be among the proof's domains when set.</summary>
    public string? Domain { get; init; }

    /// <summary>Must be the proof's challenge when set.</summary>
    public string? Challenge { get; init; }
}

/// <summary>A proof whose signature holds.</summary>
public sealed record VerifiedProof(VerificationMethod Method, string Cryptosuite, DateTimeOffset? Created);

/// <summary>Verifies <c>ecdsa-jcs-2019</c> (P-256, P-384) and <c>eddsa-jcs-2022</c>; every refusal has its own code.</summary>
/// <remarks>Data Integrity 1.0 section 4.4, ECDSA 1.0 section 3.3.2, EdDSA 1.0 section 3.3.2.</remarks>
public static class ProofVerifier
{
    /// <summary>Clocks differ: a proof made this much in the future is still taken.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Verifies every proof of the document; the first that does not hold is the answer.</summary>
    /// <param name="document">Strict JSON (<see cref="StrictJson"/>).</param>
    /// <param name="isCanonical">True when <see cref="StrictJson"/> saw that the text is canonical as it stands.</param>
    public static Outcome<IReadOnlyList<VerifiedProof>> Verify(
        JsonElement document, ProofDemand demand, KeyResolver resolve, bool isCanonical = false)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty("proof"u8, out var member))
        {
            return new Problem("credentials/proof-missing", "The document carries no proof.");
        }

        if (!ProofSet.Read(member).TryGet(out var proofs, out var problem))
        {
            return problem;
        }

        var verified = new VerifiedProof[proofs.Count];
        for (var i = 0; i < verified.Length; i++)
        {
            if (!VerifyOne(document, isCanonical, proofs, i, demand, resolve).TryGet(out var one, out problem))
            {
                return problem;
            }

            verified[i] = one;
        }

        return verified;
    }

    private static Outcome<VerifiedProof> VerifyOne(
        JsonElement document,
        bool isCanonical,
        IReadOnlyList<JsonElement> proofs,
        int index,
        ProofDemand demand,
        KeyResolver resolve)
    {
        if (!ReadProof.From(proofs[index]).TryGet(out var proof, out var problem))
        {
            return problem;
        }

        if (Mismatch(proof, demand) is { } mismatch)
        {
            return mismatch;
        }

        if (!resolve(proof.VerificationMethod, proof.Purpose).TryGet(out var method, out problem))
        {
            return problem;
        }

        if (KeyProblem(proof, method, demand) is { } unfit)
        {
            return unfit;
        }

        if (!Base58Btc.TryDecode(proof.Value, out var signature) || signature.Length != method.Key.SignatureSizeBytes)
        {
            return new Problem(
                "credentials/malformed-proof-value",
                $"The proof value is not {method.Key.SignatureSizeBytes} bytes in base58btc (z…).",
                ("size", $"{method.Key.SignatureSizeBytes}"));
        }

        if (!HashData(document, isCanonical, proofs, proof, method.Key).TryGet(out var hashData, out problem))
        {
            return problem;
        }

        return method.Key.Verify(hashData, signature)
            ? new VerifiedProof(method, proof.Cryptosuite, proof.Created)
            : new Problem("credentials/signature-invalid", "The signature is not the key's over this document.");
    }

    private static Problem? Mismatch(ReadProof proof, ProofDemand demand)
    {
        if (proof.Purpose != demand.Purpose)
        {
            return new Problem(
                "credentials/proof-purpose-mismatch",
                $"The proof was not made for the purpose {demand.Purpose}.",
                ("expected", demand.Purpose));
        }

        if (demand.Domain is not null && !proof.Domains.Contains(demand.Domain, StringComparer.Ordinal))
        {
            return new Problem("credentials/proof-domain-mismatch", "The proof was made for another domain.");
        }

        if (demand.Challenge is not null && proof.Challenge != demand.Challenge)
        {
            return new Problem("credentials/proof-challenge-mismatch", "The proof answers another challenge.");
        }

        if (demand.At is not { } at)
        {
            return null;
        }

        return proof.Created > at + ClockSkew
            ? new Problem("credentials/proof-from-the-future", "The proof says it was made later than now.")
            : proof.Expires <= at
                ? new Problem("credentials/proof-expired", "The proof has expired.")
                : null;
    }

    private static Problem? KeyProblem(ReadProof proof, VerificationMethod method, ProofDemand demand)
    {
        if (demand.Controller is not null && method.Controller != demand.Controller)
        {
            return new Problem("credentials/controller-mismatch", "The key belongs to another than the issuer.");
        }

        if (proof.Cryptosuite != DataIntegrity.CryptosuiteOf(method.Key.Kind))
        {
            return new Problem(
                "credentials/key-type-mismatch",
                $"{proof.Cryptosuite} does not go with a {method.Key.Kind} key.",
                ("cryptosuite", proof.Cryptosuite),
                ("kind", $"{method.Key.Kind}"));
        }

        // A key is judged at the time the proof claims; a claimed time costs a thief nothing, so revocation counts now too.
        var made = proof.Created ?? demand.At;
        if (method.Revoked is { } revoked && (demand.At is null || demand.At >= revoked || made >= revoked))
        {
            return new Problem("credentials/key-revoked", "The key was revoked.");
        }

        return method.Expires is { } expires && (made is null || made >= expires)
            ? new Problem("credentials/key-expired", "The key had expired when the proof was made.")
            : null;
    }

    // A credential is about 15 KiB: one buffer a thread instead of one a proof.
    private const int SpareMaxBytes = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? Spare;

    // Steps 2 and 3 of verification: H(proof without value) || H(document without proof).
    private static Outcome<byte[]> HashData(
        JsonElement document, bool isCanonical, IReadOnlyList<JsonElement> proofs, ReadProof proof, PublicKey key)
    {
        var sizeBytes = key.Kind == KeyKind.P384 ? SHA384.HashSizeInBytes : SHA256.HashSizeInBytes;
        var hashes = new byte[2 * sizeBytes];
        using var writer = new JcsWriter();
        writer.WriteWithout(proof.Element, "proofValue"u8);
        Hash(key.Kind, writer.Written, hashes);

        writer.Clear();
        var hasContext = proof.Element.TryGetProperty("@context"u8, out var proofContext);
        var documentHas = document.TryGetProperty("@context"u8, out var documentContext);
        if (proof.Previous.Count == 0 && (!hasContext || (documentHas && IsSame(proofContext, documentContext))))
        {
            var unsecured = Spare ??= new ArrayBufferWriter<byte>(32 * 1024);
            unsecured.ResetWrittenCount();
            Jcs.WriteWithout(document, "proof"u8, document.GetProperty("proof"u8), unsecured, isCanonical);
            Hash(key.Kind, unsecured.WrittenSpan, hashes.AsSpan(sizeBytes));
            Spare = unsecured.Capacity > SpareMaxBytes ? null : unsecured;
            return hashes;
        }

        if (hasContext && !(documentHas && StartsWith(documentContext, proofContext)))
        {
            return new Problem(
                "credentials/proof-context-mismatch", "The document's contexts do not begin with those of the proof.");
        }

        if (!ProofSet.DocumentToHash(document, proofs, proof.Previous).TryGet(out var toHash, out var problem))
        {
            return problem;
        }

        if (hasContext)
        {
            toHash["@context"] = proofContext.ValueKind == JsonValueKind.Array
                ? JsonArray.Create(proofContext)
                : JsonNode.Parse(proofContext.GetRawText());
        }

        Hash(key.Kind, Jcs.Canonicalize(toHash), hashes.AsSpan(sizeBytes));
        return hashes;
    }

    private static bool IsSame(JsonElement a, JsonElement b) =>
        JsonMarshal.GetRawUtf8Value(a).SequenceEqual(JsonMarshal.GetRawUtf8Value(b)) || JsonElement.DeepEquals(a, b);

    private static bool StartsWith(JsonElement whole, JsonElement start)
    {
        var items = Items(whole);
        var wanted = Items(start);
        return wanted.Count <= items.Count
            && wanted.Zip(items).All(pair => JsonElement.DeepEquals(pair.First, pair.Second));
    }

    private static List<JsonElement> Items(JsonElement context) =>
        context.ValueKind == JsonValueKind.Array ? [.. context.EnumerateArray()] : [context];

    private static void Hash(KeyKind kind, ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        if (kind == KeyKind.P384)
        {
            SHA384.HashData(bytes, target);
        }
        else
        {
            SHA256.HashData(bytes, target);
        }
    }
}
