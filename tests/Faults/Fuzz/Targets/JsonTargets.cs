using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Faults.Tests.Fuzz.Targets;

/// <summary>JSON and what is read out of it without a signature.</summary>
internal static class JsonTargets
{
    private static readonly PublicKey AnyKey = SignedTargets.Issuer.ToPublicKey();

    public static readonly FuzzTarget[] All =
    [
        new("json", Json, "{\"a\":", "[", "]", "}", ",", "\"a\":1", "\\ud83d\\ude00", "true", "1E400", "-0.0", "1e-7"),
        new("ledger-entry", Entry, "\"v\":1", "\"type\":\"asset.registered\"", "\"at\":\"2026-06-26T05:00:00Z\"", "\"forms\":{}"),
        new("trust-bundle", Trust, "\"until\":null", "\"site\":null", "\"institutions\":[]", "\"v\":1"),
        new(
            "did", Did, "did:key:", "did:jwk:", "did:web:", "#", "%3A", ":", "z6Mk", "zDna", "\"publicKeyJwk\":", "\"kty\":\"EC\"",
            "\"crv\":\"P-256\"", "\"type\":\"Multikey\"", "\"assertionMethod\":[\"#key-1\"]", "\"controller\":"),
        new(
            "vc", Credential, "\"@context\":[\"https://www.w3.org/ns/credentials/v2\"]", "\"@protected\":true", "\"@value\":\"\"",
            "\"type\":[]", "\"credentialStatus\":[{}]", "\"relatedResource\":[]", "\"id\":\"urn:x\"", "\"validUntil\":\"2026\"",
            "\"previousProof\":\"urn:a\"", "\"proof\":[]", "\"proofValue\":\"z\"", "\"created\":\"2026-06-26T05:00:00Z\""),
        new("bitstring-list", Bitstring, "\"encodedList\":\"u", "\"statusPurpose\":[]", "\"ttl\":-1", "\"validUntil\":1")
        {
            WorkMaxBytes = 4L * BitstringStatusList.SizeMaxBytes + (16 * 1024 * 1024), Cost = 8,
        },
        new("bitstring-gzip", PackedBitstring)
        {
            WorkMaxBytes = 4L * BitstringStatusList.SizeMaxBytes + (16 * 1024 * 1024), Cost = 8,
        },
    ];

    private static bool Json(byte[] bytes) => Read(bytes, root =>
    {
        var canonical = Jcs.Canonicalize(root);
        using var again = StrictJson.Parse(canonical).Value;
        BrokenPromiseException.Unless(Jcs.IsCanonical(again.RootElement, canonical), "canonical bytes are not a fixed point");
        return true;
    });

    private static bool Entry(byte[] bytes)
    {
        if (!LedgerEntry.Parse(bytes).TryGet(out var entry, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(entry.Bytes.Span.SequenceEqual(bytes), "the entry's bytes are others");
        BrokenPromiseException.Unless(
            entry.Texts("forms").Count >= 0 && LedgerEntry.Time(entry.At).Length == 20, "a member cannot be asked for");
        return true;
    }

    private static bool Trust(byte[] bytes)
    {
        if (!TrustBundleFile.Parse(bytes).TryGet(out var bundle, out _))
        {
            return false;
        }

        var written = TrustBundleFile.Write(bundle);
        BrokenPromiseException.Unless(
            TrustBundleFile.Write(TrustBundleFile.Parse(written).Value).AsSpan().SequenceEqual(written), "not read as written");
        return true;
    }

    // A line of text is a DID or a Multikey; anything that begins as an object is a DID document or a JWK.
    private static bool Did(byte[] bytes)
    {
        if (bytes is [(byte)'{', ..])
        {
            return Read(bytes, root =>
            {
                var key = PublicKey.FromJwk(root);
                if (key.IsDone)
                {
                    using var jwk = JsonDocument.Parse(key.Value.ToJwk());
                    BrokenPromiseException.Unless(PublicKey.FromJwk(jwk.RootElement).Value.Equals(key.Value), "another key");
                }

                return DidDocument.Parse(root, "did:web:uni.example").TryGet(out var document, out _)
                    ? IsReadAgain(document, "did:web:uni.example") : key.IsDone;
            });
        }

        var text = System.Text.Encoding.UTF8.GetString(bytes);
        if (PublicKey.FromMultibase(text).TryGet(out var found, out _))
        {
            BrokenPromiseException.Unless(found.Multibase == text, "two texts for one key");
            return true;
        }

        _ = DidWeb.ToUrl(text);
        return DidResolver.ResolveLocally(text).TryGet(out var resolved, out _)
            && IsReadAgain(resolved, DidResolver.DidOf(text));
    }

    private static bool IsReadAgain(DidDocument document, string did)
    {
        var written = document.ToJson();
        using var json = StrictJson.Parse(written).Value;
        BrokenPromiseException.Unless(
            DidDocument.Parse(json.RootElement, did).Value.ToJson().AsSpan().SequenceEqual(written), "another document");
        return true;
    }

    private static bool Credential(byte[] bytes) => Read(bytes, root =>
    {
        _ = AchievementCredential.Read(root);
        _ = BitstringStatusEntry.ReadAll(root);
        var verified = ProofVerifier.Verify(
            root,
            new ProofDemand("did:web:uni.example", DateTimeOffset.UnixEpoch.AddYears(56)),
            (method, _) => new VerificationMethod(method, "did:web:uni.example", AnyKey));
        BrokenPromiseException.Unless(!verified.IsDone || IsGenuine(root), "a proof was believed that nobody made");
        _ = EnvelopedVerifiableCredential.Read(root).Then(envelope => envelope.OpenJwt());
        return VerifiableCredential.Read(root).IsDone || VerifiablePresentation.Read(root).IsDone;
    });

    // The proof must not outlive a change of what it covers: the corpus holds the only credentials that were signed.
    private static bool IsGenuine(JsonElement root) => Corpus.Of("vc").Any(file =>
        StrictJson.Parse(file.Bytes).TryGet(out var document, out _)
        && Jcs.IsCanonical(document.RootElement, Jcs.Canonicalize(root)));

    private static bool Bitstring(byte[] bytes) => Read(bytes, root =>
    {
        if (!BitstringStatusList.Read(root).TryGet(out var list, out _))
        {
            return false;
        }

        foreach (var purpose in list.Purposes)
        {
            foreach (var index in new[] { 0, 131_071, list.SizeBits - 1, list.SizeBits })
            {
                _ = list.StatusOf(new BitstringStatusEntry(purpose, index, list.Id, 1 + (int)(index % 8), NoMessages));
            }
        }

        return true;
    });

    private static readonly Dictionary<int, string> NoMessages = [];

    // The packed bits themselves, so that mutations reach the unpacking and not only the base64 around it.
    private static bool PackedBitstring(byte[] bytes)
    {
        var credential = System.Text.Encoding.ASCII.GetBytes(
            "{\"type\":[\"BitstringStatusListCredential\"],\"credentialSubject\":{\"type\":\"BitstringStatusList\","
            + "\"statusPurpose\":\"revocation\",\"encodedList\":\"u" + System.Buffers.Text.Base64Url.EncodeToString(bytes) + "\"}}");
        return Bitstring(credential);
    }

    internal static bool Read(byte[] bytes, Func<JsonElement, bool> read)
    {
        if (!StrictJson.Parse(bytes).TryGet(out var document, out _))
        {
            return false;
        }

        using (document)
        {
            return read(document.RootElement);
        }
    }
}
