using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

public class DataIntegrityTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 21, 0, 0, TimeSpan.Zero);
    private static readonly P256PrivateKey Key = P256PrivateKey.Generate();
    private static readonly string Did = "did:key:" + Key.Multibase();
    private static readonly string Method = Did + "#" + Key.Multibase();
    private static readonly ProofOptions Options = new(Method, Now);
    private static readonly ProofDemand Demand = new(Did, Now);

    private const string Document =
        """{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:1","issuer":"x","n":1.5,"type":["VerifiableCredential"]}""";

    private static Outcome<VerificationMethod> Resolve(string method, string purpose) =>
        DidResolver.ResolveLocally(method).Then(document => document.Find(method, purpose));

    [Fact]
    public void The_w3c_p256_credential_verifies()
    {
        // W3C vc-di-ecdsa, TestVectors/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json
        const string Signed = """
            {"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],
            "id":"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33","type":["VerifiableCredential","AlumniCredential"],
            "name":"Alumni Credential","description":"A minimum viable example of an Alumni Credential.",
            "issuer":"https://vc.example/issuers/5678","validFrom":"2023-01-01T00:00:00Z",
            "credentialSubject":{"id":"did:example:abcdefgh","alumniOf":"The School of Examples"},
            "proof":{"type":"DataIntegrityProof","cryptosuite":"ecdsa-jcs-2019","created":"2023-02-24T23:36:38Z",
            "verificationMethod":"did:key:zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP#zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
            "proofPurpose":"assertionMethod",
            "@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],
            "proofValue":"z5ptCet75SaEgzG4v4zJhbJtfNi74Wv7Fq15hhKouJQQjEPQvPZKaYxcMXAMLPQS2FXrkCWokNJkFVkwxNzZfD5oT"}}
            """;
        Assert.Null(Check(Signed, new ProofDemand(null, Now)));
        Assert.Equal(
            "credentials/signature-invalid",
            Check(Signed.Replace("School", "Schoo1", StringComparison.Ordinal), new ProofDemand(null, Now)));
        Assert.Equal("credentials/controller-mismatch", Check(Signed, new ProofDemand("https://vc.example/issuers/5678", Now)));
    }

    [Theory]
    [InlineData("di-ecdsa-jcs", "ecdsa-jcs-2019-p256", "JCSECDSAP256", 256)]
    [InlineData("di-ecdsa-jcs", "ecdsa-jcs-2019-p384", "JCSECDSAP384", 384)]
    [InlineData("di-eddsa-jcs", "eddsa-jcs-2022", "JCS", 256)]
    public void Every_step_of_the_published_vectors_comes_out_as_published(
        string family, string suite, string suffix, int hashBits)
    {
        string Read(string name, string extension = "txt") =>
            SharedVectors.Text("vectors", family, suite, name + suffix + "." + extension).Trim();

        using var unsigned = SharedVectors.Json("vectors", family, "unsigned.json");
        using var config = JsonDocument.Parse(Read("proofConfig", "json"));
        using var signed = JsonDocument.Parse(Read("signed", "json"));
        var canonDoc = Jcs.Canonicalize(unsigned.RootElement);
        var proofCanon = Jcs.Canonicalize(config.RootElement);
        Assert.Equal(Read("canonDoc"), Encoding.UTF8.GetString(canonDoc));
        Assert.Equal(Read("proofCanon"), Encoding.UTF8.GetString(proofCanon));

        Func<byte[], byte[]> hash = hashBits == 384
            ? System.Security.Cryptography.SHA384.HashData
            : System.Security.Cryptography.SHA256.HashData;
        var docHash = Convert.ToHexStringLower(hash(canonDoc));
        var proofHash = Convert.ToHexStringLower(hash(proofCanon));
        Assert.Equal(Read("docHash"), docHash);
        Assert.Equal(Read("proofHash"), proofHash);
        Assert.Equal(Read("combinedHash"), proofHash + docHash);

        Assert.True(Base58Btc.TryDecode(Read("sigBTC58"), out var signature));
        Assert.Equal(Read("sigHex"), Convert.ToHexStringLower(signature));
        Assert.Equal(Read("sigBTC58"), Base58Btc.Encode(signature));

        var method = config.RootElement.GetProperty("verificationMethod").GetString()!;
        var verified = ProofVerifier.Verify(
            signed.RootElement, new ProofDemand(method[..method.IndexOf('#', StringComparison.Ordinal)], Now), Resolve).Value;
        Assert.Equal(method, Assert.Single(verified).Method.Id);
    }

    [Fact]
    public void Signing_with_the_published_ed25519_key_gives_the_published_document()
    {
        using var pair = SharedVectors.Json("vectors", "di-eddsa-jcs", "keyPair.json");
        using var unsigned = SharedVectors.Json("vectors", "di-eddsa-jcs", "unsigned.json");
        using var signed = SharedVectors.Json("vectors", "di-eddsa-jcs", "eddsa-jcs-2022", "signedJCS.json");
        var secretName = pair.RootElement.TryGetProperty("secretKeyMultibase", out var secret) ? secret
            : pair.RootElement.GetProperty("privateKeyMultibase");
        using var signer = new Ed25519PrivateKey(SignerKeys.FromSecretMultibase(secretName.GetString()).Value.Secret);
        var proof = signed.RootElement.GetProperty("proof");
        var options = new ProofOptions(
            proof.GetProperty("verificationMethod").GetString()!, proof.GetProperty("created").GetDateTimeOffset());

        var bytes = DataIntegrity.Sign(unsigned.RootElement, options, signer).Value;
        Assert.Equal(Jcs.Canonicalize(signed.RootElement), bytes);
    }

    [Fact]
    public void The_published_proof_set_and_chain_hash_the_published_documents_and_are_refused_for_their_suite()
    {
        // These vectors are eddsa-rdfc-2022: their signatures need RDF, their shape does not.
        using var chain1 = SharedVectors.Json("vectors", "di-eddsa-jcs", "proof-set-chain", "signedProofChain1.json");
        using var chain2 = SharedVectors.Json("vectors", "di-eddsa-jcs", "proof-set-chain", "signedProofChain2.json");
        foreach (var (chain, number, at) in new[] { (chain1, 1, 2), (chain2, 2, 3) })
        {
            using var expected = SharedVectors.Json(
                "vectors", "di-eddsa-jcs", "proof-set-chain", $"proofChainTempDoc{number}.json");
            var proofs = ProofSet.Read(chain.RootElement.GetProperty("proof")).Value;
            var toHash = ProofSet.DocumentToHash(chain.RootElement, proofs, ProofSet.PreviousOf(proofs[at])!).Value;
            Assert.Equal(Jcs.Canonicalize(expected.RootElement), Jcs.Canonicalize(toHash));
            Assert.Equal(
                "credentials/unsupported-cryptosuite",
                ProofVerifier.Verify(chain.RootElement, new ProofDemand(null, Now), Resolve).Problem?.Code);
        }
    }

    [Fact]
    public void A_proof_set_and_a_chain_made_with_the_published_keys_verify_and_break_when_a_link_is_taken_out()
    {
        using var pairs = SharedVectors.Json("vectors", "di-eddsa-jcs", "proof-set-chain", "multiKeyPairs.json");
        using var unsigned = SharedVectors.Json("vectors", "di-eddsa-jcs", "proof-set-chain", "unsigned.json");
        var secured = Jcs.Canonicalize(unsigned.RootElement);
        string[] ids = ["urn:uuid:1", "urn:uuid:2", "urn:uuid:3", "urn:uuid:4"];
        string[][] previous = [[], [], ["urn:uuid:1", "urn:uuid:2"], ["urn:uuid:3"]];
        for (var i = 0; i < 4; i++)
        {
            var secret = pairs.RootElement.GetProperty($"keyPair{i + 1}").GetProperty("privateKeyMultibase").GetString();
            using var signer = new Ed25519PrivateKey(SignerKeys.FromSecretMultibase(secret).Value.Secret);
            var options = new ProofOptions($"did:key:{signer.Multibase()}#{signer.Multibase()}", Now)
            {
                Id = ids[i],
                PreviousProofs = previous[i],
            };
            using var document = JsonDocument.Parse(secured);
            secured = DataIntegrity.Sign(document.RootElement, options, signer).Value;
        }

        var demand = new ProofDemand(null, Now);
        using var whole = JsonDocument.Parse(secured);
        Assert.Equal(4, ProofVerifier.Verify(whole.RootElement, demand, Resolve).Value.Count);

        var node = JsonNode.Parse(secured)!;
        node["proof"]!.AsArray().RemoveAt(2);
        Assert.Equal("credentials/previous-proof-missing", Check(node.ToJsonString(), demand));

        node = JsonNode.Parse(secured)!;
        node["proof"]![0]!["created"] = "2026-11-21T20:59:59Z";
        Assert.Equal("credentials/signature-invalid", Check(node.ToJsonString(), demand));

        node = JsonNode.Parse(secured)!;
        node["proof"]![1]!["id"] = "urn:uuid:1";
        Assert.Equal("credentials/proof-id-repeated", Check(node.ToJsonString(), demand));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"z":1}""")]
    [InlineData("""{"a":{"proof":1},"z":[{"x":"}"}]}""")]
    [InlineData(Document)]
    public void The_fast_signer_writes_canonical_bytes_that_verify(string canonical)
    {
        var secured = DataIntegrity.SignCanonical(Encoding.UTF8.GetBytes(canonical), Options, Key);
        using var document = JsonDocument.Parse(secured);
        Assert.True(Jcs.IsCanonical(document.RootElement, secured), Encoding.UTF8.GetString(secured));
        Assert.Null(Check(Encoding.UTF8.GetString(secured), Demand));
    }

    [Fact]
    public void The_fast_signer_refuses_a_document_that_has_a_proof() =>
        Assert.Throws<ArgumentException>(() => DataIntegrity.SignCanonical("""{"proof":{}}"""u8, Options, Key));

    [Theory]
    [InlineData("type", "\"Ed25519Signature2020\"", "credentials/unsupported-proof-type")]
    [InlineData("type", null, "credentials/unsupported-proof-type")]
    [InlineData("cryptosuite", "\"ecdsa-rdfc-2019\"", "credentials/unsupported-cryptosuite")]
    [InlineData("cryptosuite", "\"none\"", "credentials/unsupported-cryptosuite")]
    [InlineData("cryptosuite", null, "credentials/malformed-proof")]
    [InlineData("cryptosuite", "\"eddsa-jcs-2022\"", "credentials/key-type-mismatch")]
    [InlineData("verificationMethod", null, "credentials/malformed-proof")]
    [InlineData("verificationMethod", "7", "credentials/malformed-proof")]
    [InlineData("verificationMethod", "\"did:example:1#k\"", "did/unsupported-method")]
    [InlineData("proofPurpose", null, "credentials/malformed-proof")]
    [InlineData("proofPurpose", "\"authentication\"", "credentials/proof-purpose-mismatch")]
    [InlineData("proofValue", null, "credentials/malformed-proof")]
    [InlineData("proofValue", "\"\"", "credentials/malformed-proof-value")]
    [InlineData("proofValue", "\"z111\"", "credentials/malformed-proof-value")]
    [InlineData("proofValue", "\"uAAAA\"", "credentials/malformed-proof-value")]
    [InlineData("created", "\"2026-11-21\"", "credentials/malformed-proof")]
    [InlineData("created", "\"2026-11-21T21:00:01\"", "credentials/malformed-proof")]
    [InlineData("created", "\"2026-11-21T21:00:01Z\"", "credentials/signature-invalid")]
    [InlineData("created", "\"2026-11-21T21:06:00Z\"", "credentials/proof-from-the-future")]
    [InlineData("expires", "\"2026-11-21T21:00:00Z\"", "credentials/proof-expired")]
    [InlineData("expires", "\"never\"", "credentials/malformed-proof")]
    [InlineData("previousProof", "\"urn:x\"", "credentials/previous-proof-missing")]
    [InlineData("previousProof", "{}", "credentials/malformed-proof")]
    [InlineData("@context", "[]", "credentials/signature-invalid")]
    [InlineData("@context", "[\"https://other.example\"]", "credentials/proof-context-mismatch")]
    public void A_proof_with_one_member_changed_is_refused_by_its_own_code(string member, string? value, string code)
    {
        var node = JsonNode.Parse(DataIntegrity.SignCanonical(Encoding.UTF8.GetBytes(Document), Options, Key))!;
        node["proof"]!.AsObject().Remove(member);
        if (value is not null)
        {
            node["proof"]![member] = JsonNode.Parse(value);
        }

        Assert.Equal(code, Check(node.ToJsonString(), Demand));
    }

    [Theory]
    [InlineData(Document, "credentials/proof-missing")]
    [InlineData("[]", "credentials/proof-missing")]
    [InlineData("""{"proof":[]}""", "credentials/malformed-proof")]
    [InlineData("""{"proof":"x"}""", "credentials/malformed-proof")]
    [InlineData("""{"proof":[{},1]}""", "credentials/malformed-proof")]
    public void A_document_without_a_readable_proof_is_refused(string json, string code) =>
        Assert.Equal(code, Check(json, Demand));

    [Fact]
    public void Seventeen_proofs_are_refused_before_the_first_is_verified() =>
        Assert.Equal(
            "credentials/too-many-proofs",
            Check("{\"proof\":[" + string.Join(",", Enumerable.Repeat("{}", 17)) + "]}", Demand));

    [Fact]
    public void Domain_and_challenge_must_be_the_demanded_ones()
    {
        var options = Options with { Domain = "verifier.example", Challenge = "abc" };
        var secured = Encoding.UTF8.GetString(DataIntegrity.SignCanonical(Encoding.UTF8.GetBytes(Document), options, Key));

        Assert.Null(Check(secured, Demand with { Domain = "verifier.example", Challenge = "abc" }));
        Assert.Equal("credentials/proof-domain-mismatch", Check(secured, Demand with { Domain = "other.example" }));
        Assert.Equal("credentials/proof-challenge-mismatch", Check(secured, Demand with { Challenge = "abd" }));
    }

    [Fact]
    public void A_context_that_the_document_adds_after_those_of_the_proof_is_not_signed_but_allowed()
    {
        var node = JsonNode.Parse(DataIntegrity.SignCanonical(Encoding.UTF8.GetBytes(Document), Options, Key))!;
        node["@context"]!.AsArray().Add("https://later.example");
        Assert.Null(Check(node.ToJsonString(), Demand));
        node["@context"]!.AsArray().Insert(0, "https://first.example");
        Assert.Equal("credentials/proof-context-mismatch", Check(node.ToJsonString(), Demand));
    }

    [Fact]
    public void A_revoked_key_and_an_expired_key_prove_nothing_later()
    {
        using var document = JsonDocument.Parse(DataIntegrity.SignCanonical(Encoding.UTF8.GetBytes(Document), Options, Key));
        string? With(DateTimeOffset? expires, DateTimeOffset? revoked) => ProofVerifier.Verify(
            document.RootElement,
            Demand,
            (id, _) => new VerificationMethod(id, Did, Key.ToPublicKey(), expires, revoked)).Problem?.Code;

        Assert.Null(With(Now.AddSeconds(1), Now.AddSeconds(1)));
        Assert.Equal("credentials/key-revoked", With(null, Now));
        Assert.Equal("credentials/key-expired", With(Now, null));
    }

    [Fact]
    public void A_der_signature_is_refused()
    {
        var node = JsonNode.Parse(DataIntegrity.SignCanonical(Encoding.UTF8.GetBytes(Document), Options, Key))!;
        Assert.True(Base58Btc.TryDecode(node["proof"]!["proofValue"]!.GetValue<string>(), out var raw));
        byte[] der = [0x30, 68, 2, 32, .. raw.AsSpan(0, 32), 2, 32, .. raw.AsSpan(32)];
        node["proof"]!["proofValue"] = Base58Btc.Encode(der);
        Assert.Equal("credentials/malformed-proof-value", Check(node.ToJsonString(), Demand));
    }

    [Fact]
    public void One_flipped_bit_anywhere_is_refused()
    {
        var secured = DataIntegrity.SignCanonical(Encoding.UTF8.GetBytes(Document), Options, Key);
        Prop.ForAll<NonNegativeInt>(number =>
        {
            var changed = secured.ToArray();
            var bit = number.Get * 7919L % (secured.Length * 8);
            changed[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            return !StrictJson.Parse(changed).TryGet(out var document, out _)
                || !ProofVerifier.Verify(document.RootElement, Demand, Resolve).IsDone
                // Only another spelling of the same JSON value may pass, and it means the same.
                || Jcs.Canonicalize(document.RootElement).AsSpan().SequenceEqual(secured);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));
    }

    [Fact]
    public void Base58_reads_back_whatever_it_writes_and_never_throws_on_noise()
    {
        var random = new Random(58);
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = new byte[1 + (i % 100)];
            random.NextBytes(bytes);
            bytes.AsSpan(0, i % 4 % bytes.Length).Clear();
            Assert.True(Base58Btc.TryDecode(Base58Btc.Encode(bytes), out var back));
            Assert.Equal(bytes, back);
            var noise = "z" + new string([.. Enumerable.Range(0, i % 130).Select(_ => (char)('1' + random.Next(75)))]);
            Base58Btc.TryDecode(noise, out _);
        }
    }

    private static string? Check(string json, ProofDemand demand)
    {
        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(json)).Value;
        return ProofVerifier.Verify(document.RootElement, demand, Resolve).Problem?.Code;
    }
}
