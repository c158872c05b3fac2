using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

public class DidTests
{
    private const string Did = "did:web:edu.example:institutions:123456789012";
    private static readonly PublicKey Key = P256PrivateKey.Generate().ToPublicKey();

    [Theory]
    [InlineData("did:web:edu.example", "https://edu.example/.well-known/did.json")]
    [InlineData("did:web:edu.example%3A8443", "https://edu.example:8443/.well-known/did.json")]
    [InlineData("did:web:edu.example:user:alice", "https://edu.example/user/alice/did.json")]
    [InlineData(
        "did:web:localhost%3A5080:institutions:123456789012", "http://localhost:5080/institutions/123456789012/did.json")]
    public void A_did_web_names_the_address_of_its_document(string did, string url) =>
        Assert.Equal(url, DidWeb.ToUrl(did).Value.ToString());

    [Theory]
    [InlineData("did:key:z6Mk", "did/unsupported-method")]
    [InlineData("did:web:", "did/malformed")]
    [InlineData("did:web:127.0.0.1", "did/ip-address")]
    [InlineData("did:web:127.0.0.1%3A80", "did/ip-address")]
    [InlineData("did:web:2130706433", "did/ip-address")]
    [InlineData("did:web:127.1", "did/ip-address")]
    [InlineData("did:web:%5B::1%5D", "did/malformed")]
    [InlineData("did:web:edu.example%2Fevil", "did/malformed")]
    [InlineData("did:web:edu.example%3A", "did/malformed")]
    [InlineData("did:web:edu.example%3A99999", "did/malformed")]
    [InlineData("did:web:user@edu.example", "did/malformed")]
    [InlineData("did:web:edu.example/path", "did/malformed")]
    [InlineData("did:web:edu.example:..:secret", "did/malformed")]
    [InlineData("did:web:edu.example::x", "did/malformed")]
    [InlineData("did:web:edu.example:a%2fb", "did/malformed")]
    [InlineData("did:web:edu.example#key-1", "did/malformed")]
    [InlineData("did:web:edu.example?x=1", "did/malformed")]
    [InlineData("did:web:EDU.example", "did/malformed")]
    [InlineData("did:web:-edu.example", "did/malformed")]
    public void A_did_web_that_could_lead_elsewhere_is_refused(string did, string code) =>
        Assert.Equal(code, DidWeb.ToUrl(did).Problem?.Code);

    [Fact]
    public void A_did_web_is_made_from_host_port_and_path()
    {
        Assert.Equal(
            "did:web:localhost%3A5080:institutions:123456789012",
            DidWeb.Of("localhost:5080", "institutions", "123456789012").Value);
        Assert.Equal("did/ip-address", DidWeb.Of("10.0.0.1").Problem?.Code);
    }

    [Theory]
    [InlineData("zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP")]
    [InlineData("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")]
    public void A_did_key_and_a_did_jwk_carry_their_key(string multibase)
    {
        var key = PublicKey.FromMultibase(multibase).Value;
        var byKey = DidResolver.ResolveLocally($"did:key:{multibase}#{multibase}").Value;
        Assert.Equal(key, byKey.Find($"did:key:{multibase}#{multibase}", "assertionMethod").Value.Key);
        var jwkDid = DidResolver.JwkDid(key);
        Assert.Equal(key, DidResolver.ResolveLocally(jwkDid).Value.Find(jwkDid + "#0", "authentication").Value.Key);
        Assert.Equal("did/method-not-found", byKey.Find($"did:key:{multibase}#other", "assertionMethod").Problem?.Code);
    }

    [Theory]
    [InlineData("did:key:zzzz", "credentials/unknown-key-type")]
    [InlineData("did:jwk:====", "did/malformed")]
    [InlineData("did:jwk:e30", "credentials/unknown-key-type")]
    [InlineData("did:jwk:ew", "json/malformed")]
    [InlineData("did:example:1", "did/unsupported-method")]
    [InlineData("", "did/unsupported-method")]
    public void An_identifier_without_a_readable_key_is_refused(string did, string code) =>
        Assert.Equal(code, DidResolver.ResolveLocally(did).Problem?.Code);

    [Fact]
    public void A_document_reads_back_as_it_was_written()
    {
        var method = new VerificationMethod(
            Did + "#key-1", Did, Key, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var other = new VerificationMethod(Did + "#key-2", Did, Key);
        var bytes = new DidDocument(Did, [method, other], [method.Id], [other.Id]).ToJson();
        var read = Parse(Encoding.UTF8.GetString(bytes)).Value;

        Assert.Equal(method, read.Find(method.Id, "assertionMethod").Value);
        Assert.Equal("did/method-not-for-purpose", read.Find(method.Id, "authentication").Problem?.Code);
        Assert.Equal(other, read.Find(other.Id, "authentication").Value);
        Assert.Equal("did/method-not-for-purpose", read.Find(method.Id, "keyAgreement").Problem?.Code);
        Assert.Equal(bytes, read.ToJson());
    }

    [Fact]
    public void Relative_ids_embedded_methods_jwks_and_unknown_keys_read()
    {
        var read = Parse(
            $$"""
            {"id":"{{Did}}","verificationMethod":[
              {"id":"#a","type":"JsonWebKey","controller":"{{Did}}","publicKeyJwk":{{Key.ToJwk()}}},
              {"id":"#b","type":"Ed25519VerificationKey2018","controller":"{{Did}}","publicKeyBase58":"x"}],
            "assertionMethod":["#a",{"id":"#c","type":"Multikey","controller":"{{Did}}","publicKeyMultibase":"{{Key.Multibase}}"}]}
            """).Value;
        Assert.Equal(Key, read.Find(Did + "#a", "assertionMethod").Value.Key);
        Assert.Equal(Key, read.Find(Did + "#c", "assertionMethod").Value.Key);
        Assert.Equal("did/method-not-found", read.Find(Did + "#b", "assertionMethod").Problem?.Code);
    }

    [Theory]
    [InlineData("id", "\"did:web:other.example\"", "did/id-mismatch")]
    [InlineData("id", "7", "did/malformed-document")]
    [InlineData("verificationMethod", "{}", "did/malformed-document")]
    [InlineData("verificationMethod", "[1]", "did/malformed-document")]
    [InlineData("assertionMethod", "\"#key-1\"", "did/malformed-document")]
    [InlineData("assertionMethod", "[7]", "did/malformed-document")]
    public void A_document_out_of_form_is_refused(string member, string value, string code)
    {
        var node = Sample();
        node[member] = JsonNode.Parse(value);
        Assert.Equal(code, Parse(node.ToJsonString()).Problem?.Code);
    }

    [Theory]
    [InlineData("id", "\"did:web:other.example#key-1\"", "did/foreign-method")]
    [InlineData("controller", "\"did:web:other.example\"", "did/foreign-method")]
    [InlineData("controller", "null", "did/malformed-document")]
    [InlineData("revoked", "\"yesterday\"", "did/malformed-document")]
    [InlineData("publicKeyMultibase", "\"zDnae\"", "credentials/unknown-key-type")]
    [InlineData("publicKeyMultibase", "null", "credentials/not-base58btc")]
    public void A_key_out_of_form_or_of_another_is_refused_or_left_out(string member, string value, string code)
    {
        var node = Sample();
        node["verificationMethod"]![0]![member] = JsonNode.Parse(value);
        var read = Parse(node.ToJsonString());
        Assert.Equal(
            code == "credentials/unknown-key-type" ? "did/method-not-found" : code,
            read.Then(d => d.Find(Did + "#key-1", "assertionMethod")).Problem?.Code);
    }

    [Fact]
    public void Two_keys_with_one_id_are_refused()
    {
        var node = Sample();
        node["verificationMethod"]!.AsArray().Add(node["verificationMethod"]![0]!.DeepClone());
        Assert.Equal("did/method-repeated", Parse(node.ToJsonString()).Problem?.Code);
    }

    private static JsonNode Sample() => JsonNode.Parse(DidResolver.Of(Did, "key-1", Key).ToJson())!;

    private static Outcome<DidDocument> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return DidDocument.Parse(document.RootElement, Did);
    }
}
