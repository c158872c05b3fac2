using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>W3C VC Data Model 2.0 section 4.13: presentations and enveloped credentials, a broken one for each rule.</summary>
public class PresentationTests
{
    private const string Sound = """
        {"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"]}
        """;

    private const string Vc = """
        {"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],
        "issuer":"did:web:edu.example","credentialSubject":{"id":"did:example:1"}}
        """;

    private const string Secured = """
        {"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],
        "issuer":"did:web:edu.example","credentialSubject":{"id":"did:example:1"},"proof":{"type":"DataIntegrityProof"}}
        """;

    private const string Enveloped = """
        {"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,a.b.c"}
        """;

    private static readonly P256PrivateKey Issuer = P256PrivateKey.FromSecret(SHA256.HashData("issuer of presentations"u8));

    [Theory]
    [InlineData("id", "\"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33\"")]
    [InlineData("holder", "\"did:web:holder.example\"")]
    [InlineData("holder", """{"id":"did:web:holder.example","name":"N"}""")]
    [InlineData("verifiableCredential", Secured)]
    [InlineData("verifiableCredential", "[]")]
    [InlineData("verifiableCredential", $"[{Secured},{Enveloped}]")]
    [InlineData("type", """["VerifiablePresentation","https://types.example/P"]""")]
    public void A_sound_presentation_is_read(string member, string value) => Assert.Null(CodeWith(member, value));

    [Theory]
    [InlineData("@context", """["https://www.w3.org/2018/credentials/v1"]""", "credentials/base-context-missing")]
    [InlineData("type", "\"VerifiableCredential\"", "credentials/not-a-presentation")]
    [InlineData("type", """["VerifiablePresentation","NoSuchType"]""", "credentials/unknown-type")]
    [InlineData("id", "\"relative\"", "credentials/malformed-member")]
    [InlineData("holder", "\"somebody\"", "credentials/malformed-member")]
    [InlineData("holder", """{"name":"N"}""", "credentials/malformed-member")]
    [InlineData("verifiableCredential", "\"eyJhbGciOiJFUzI1NiJ9.e30.AA\"", "credentials/malformed-member")]
    [InlineData("verifiableCredential", $"[{Enveloped},null]", "credentials/malformed-member")]
    [InlineData("verifiableCredential", Vc, "credentials/malformed-member")]
    [InlineData("verifiableCredential", """{"type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,a.b.c"}""", "credentials/malformed-envelope")]
    public void A_presentation_that_breaks_one_rule_is_refused(string member, string value, string code) =>
        Assert.Equal(code, CodeWith(member, value));

    [Fact]
    public void Both_kinds_of_credential_come_in_their_order()
    {
        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(With("verifiableCredential", $"[{Enveloped},{Secured}]"))).Value;
        var read = VerifiablePresentation.Read(document.RootElement).Value.Credentials;
        Assert.Equal("a.b.c", Encoding.ASCII.GetString(read[0].Enveloped!.Compact.Span));
        Assert.Equal("did:web:edu.example", read[1].Embedded!.IssuerId);
    }

    [Theory]
    [InlineData("data:application/vc+jwt,")]
    [InlineData("data:application/vc+jwt,a b")]
    [InlineData("data:application/vc+jwt;base64,YQ")]
    [InlineData("data:text/plain,a.b.c")]
    [InlineData("https://edu.example/vc")]
    public void An_envelope_holds_a_jwt_or_sd_jwt_and_nothing_else(string url) =>
        Assert.Equal("credentials/malformed-envelope", Read(url).Problem?.Code);

    [Fact]
    public void An_enveloped_credential_opens_and_verifies()
    {
        var (jws, credential) = Read(Envelope("""{"alg":"ES256","typ":"vc+jwt"}""", Vc)).Value.OpenJwt().Value;
        Assert.Null(jws.Verify(Issuer.ToPublicKey()));
        Assert.Equal("did:web:edu.example", credential.IssuerId);
    }

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"dc+sd-jwt"}""", "{}", "credentials/malformed-envelope")]
    [InlineData("""{"alg":"ES256"}""", """{"vc":{}}""", "credentials/malformed-envelope")]
    [InlineData("""{"alg":"ES256"}""", "[]", "credentials/malformed-envelope")]
    [InlineData("""{"alg":"ES256"}""", """{"a":1,"a":2}""", "credentials/malformed-envelope")]
    [InlineData("""{"alg":"ES256"}""", "{}", "credentials/malformed-member")]
    [InlineData("""{"alg":"ES256"}""",
        """
        {"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],
        "issuer":"did:web:edu.example","credentialSubject":{"id":"did:example:1"},"iss":"did:web:other.example"}
        """,
        "credentials/malformed-envelope")]
    public void An_enveloped_credential_of_another_kind_is_refused(string header, string payload, string code) =>
        Assert.Equal(code, Read(Envelope(header, payload)).Value.OpenJwt().Problem?.Code);

    private static string Envelope(string header, string payload) => "data:application/vc+jwt," + Encoding.ASCII.GetString(
        Jws.Sign(Issuer, Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload)));

    private static Outcome<EnvelopedVerifiableCredential> Read(string url)
    {
        var envelope = JsonNode.Parse(Enveloped)!;
        envelope["id"] = url;
        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(envelope.ToJsonString())).Value;
        return EnvelopedVerifiableCredential.Read(document.RootElement);
    }

    private static string With(string member, string value)
    {
        var presentation = JsonNode.Parse(Sound)!;
        presentation[member] = JsonNode.Parse(value);
        return presentation.ToJsonString();
    }

    private static string? CodeWith(string member, string value)
    {
        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(With(member, value))).Value;
        return VerifiablePresentation.Read(document.RootElement).Problem?.Code;
    }
}
