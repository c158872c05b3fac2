using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>The table of structural rules of W3C VC Data Model 2.0, a broken credential for each.</summary>
public class StructureTests
{
    private const string Sound = """
        {"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],
        "issuer":"did:web:edu.example","credentialSubject":{"id":"did:example:1"},
        "validFrom":"2026-06-30T00:00:00Z"}
        """;

    [Theory]
    [InlineData("id", "\"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33\"")]
    [InlineData("type", "\"VerifiableCredential\"")]
    [InlineData("type", """["VerifiableCredential","https://types.example/T","BitstringStatusListCredential"]""")]
    [InlineData("issuer", """{"id":"https://edu.example","name":"N","description":[{"@value":"x","@language":"kk"}]}""")]
    [InlineData("credentialSubject", """[{"a":1},{"b":2}]""")]
    [InlineData("validFrom", "\"2026-06-30T24:00:00+05:00\"")]
    [InlineData("validFrom", "\"2026-06-30T00:00:00.123456789Z\"")]
    [InlineData("validUntil", "\"2026-06-30T00:00:00Z\"")]
    [InlineData("validUntil", "\"9999-12-31T23:59:59Z\"")]
    [InlineData("name", """{"@value":"ата","@language":"kk","@direction":"ltr"}""")]
    [InlineData("credentialStatus", """{"type":"Any"}""")]
    [InlineData("credentialSchema", """[{"id":"https://x.example","type":"JsonSchema"}]""")]
    [InlineData("evidence", """{"type":"E"}""")]
    [InlineData("@context", """["https://www.w3.org/ns/credentials/v2",{"grade":"https://edu.example/grade"}]""")]
    [InlineData("@context",
        """["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]""")]
    [InlineData("relatedResource",
        """{"id":"https://www.w3.org/ns/credentials/v2","digestSRI":"sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"}""")]
    [InlineData("relatedResource",
        """{"id":"https://www.w3.org/ns/credentials/v2","digestMultibase":"uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"}""")]
    [InlineData("relatedResource", """{"id":"https://unknown.example","digestSRI":"sha256-x"}""")]
    public void A_sound_credential_is_read(string member, string value) => Assert.Null(CodeWith(member, value));

    [Theory]
    [InlineData("@context", null, "credentials/malformed-member")]
    [InlineData("@context", "\"https://www.w3.org/ns/credentials/v2\"", "credentials/malformed-member")]
    [InlineData("@context", "[]", "credentials/malformed-member")]
    [InlineData("@context", """["https://www.w3.org/2018/credentials/v1"]""", "credentials/base-context-missing")]
    [InlineData("@context", """["https://w.example","https://www.w3.org/ns/credentials/v2"]""", "credentials/base-context-missing")]
    [InlineData("@context", """["https://www.w3.org/ns/credentials/v2",5]""", "credentials/malformed-member")]
    [InlineData("@context", """["https://www.w3.org/ns/credentials/v2","https://unknown.example"]""", "credentials/unknown-context")]
    [InlineData("@context", """["https://www.w3.org/ns/credentials/v2",{"name":"https://x.example/n"}]""", "credentials/context-redefines-term")]
    [InlineData("@context",
        """["https://www.w3.org/ns/credentials/v2",{"@protected":true,"g":"https://x.example/1"},{"g":"https://x.example/2"}]""",
        "credentials/context-redefines-term")]
    [InlineData("@context", """["https://www.w3.org/ns/credentials/v2",{"g":"no-url"}]""", "credentials/malformed-member")]
    [InlineData("@context", """["https://www.w3.org/ns/credentials/v2",{"@vocab":"https://x.example/"}]""", "credentials/malformed-member")]
    [InlineData("type", null, "credentials/not-a-credential")]
    [InlineData("type", "\"AchievementCredential\"", "credentials/not-a-credential")]
    [InlineData("type", """["VerifiableCredential","NoSuchType"]""", "credentials/unknown-type")]
    [InlineData("type", """["VerifiableCredential",7]""", "credentials/not-a-credential")]
    [InlineData("issuer", null, "credentials/malformed-member")]
    [InlineData("issuer", "null", "credentials/malformed-member")]
    [InlineData("issuer", "\"edu\"", "credentials/malformed-member")]
    [InlineData("issuer", """{"name":"x"}""", "credentials/malformed-member")]
    [InlineData("issuer", """["did:web:edu.example"]""", "credentials/malformed-member")]
    [InlineData("issuer", """{"id":"did:web:x","name":7}""", "credentials/malformed-member")]
    [InlineData("credentialSubject", null, "credentials/malformed-member")]
    [InlineData("credentialSubject", "{}", "credentials/malformed-member")]
    [InlineData("credentialSubject", "[]", "credentials/malformed-member")]
    [InlineData("credentialSubject", """[{"a":1},{}]""", "credentials/malformed-member")]
    [InlineData("credentialSubject", "\"x\"", "credentials/malformed-member")]
    [InlineData("credentialSubject", """{"id":["did:a:1"]}""", "credentials/malformed-member")]
    [InlineData("id", """["urn:uuid:1"]""", "credentials/malformed-member")]
    [InlineData("id", "\"relative\"", "credentials/malformed-member")]
    [InlineData("id", "\"urn:a b\"", "credentials/malformed-member")]
    [InlineData("validFrom", "\"2026-06-30\"", "credentials/malformed-member")]
    [InlineData("validFrom", "\"2026-06-30T00:00:00\"", "credentials/malformed-member")]
    [InlineData("validFrom", "\"2026-02-30T00:00:00Z\"", "credentials/malformed-member")]
    [InlineData("validFrom", "\"2026-06-30 00:00:00Z\"", "credentials/malformed-member")]
    [InlineData("validFrom", "20260630", "credentials/malformed-member")]
    [InlineData("validUntil", "\"2026-06-29T23:59:59Z\"", "credentials/validity-reversed")]
    [InlineData("name", """{"@value":"x","lang":"kk"}""", "credentials/malformed-member")]
    [InlineData("name", "7", "credentials/malformed-member")]
    [InlineData("description", """[{"@language":"kk"}]""", "credentials/malformed-member")]
    [InlineData("credentialStatus", """{"id":"https://x.example"}""", "credentials/malformed-member")]
    [InlineData("credentialStatus", """{"id":"x","type":"T"}""", "credentials/malformed-member")]
    [InlineData("credentialStatus", "\"x\"", "credentials/malformed-member")]
    [InlineData("credentialSchema", """{"type":"JsonSchema"}""", "credentials/malformed-member")]
    [InlineData("credentialSchema", """{"id":"https://x.example"}""", "credentials/malformed-member")]
    [InlineData("refreshService", """{"id":"https://x.example"}""", "credentials/malformed-member")]
    [InlineData("termsOfUse", "{}", "credentials/malformed-member")]
    [InlineData("evidence", "[{}]", "credentials/malformed-member")]
    [InlineData("relatedResource", """{"id":"https://x.example"}""", "credentials/malformed-member")]
    [InlineData("relatedResource", """{"digestSRI":"sha256-x"}""", "credentials/malformed-member")]
    [InlineData("relatedResource",
        """[{"id":"https://x.example","digestSRI":"a"},{"id":"https://x.example","digestSRI":"a"}]""",
        "credentials/malformed-member")]
    [InlineData("relatedResource",
        """{"id":"https://www.w3.org/ns/credentials/v2","digestSRI":"sha384-AAAA"}""", "credentials/related-resource-differs")]
    [InlineData("relatedResource",
        """{"id":"https://www.w3.org/ns/credentials/v2","digestMultibase":"uAAAA"}""", "credentials/related-resource-differs")]
    public void A_credential_with_one_rule_broken_is_refused(string member, string? value, string code) =>
        Assert.Equal(code, CodeWith(member, value));

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("7")]
    public void What_is_no_object_is_no_credential(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal("credentials/malformed-member", VerifiableCredential.Read(document.RootElement).Problem?.Code);
    }

    [Theory]
    [InlineData("simple.json", null)]
    [InlineData("simple-noproof.json", "credentials/base-context-missing")]
    [InlineData("simple-multiple-proofs.json", null)]
    [InlineData("simple-did-key-method.json", "credentials/unknown-context")]
    [InlineData("simple-err-context.json", "credentials/base-context-missing")]
    [InlineData("simple-err-credential-subject-achievement-result-description-type.json",
        "credentialSubject.achievement.resultDescription.type")]
    [InlineData("simple-err-credential-subject-identifier-type.json", "credentialSubject.identifier.type")]
    [InlineData("simple-err-credential-subject-profile-type.json", "credentialSubject.source.type")]
    [InlineData("simple-err-credential-subject-result-type.json", "credentialSubject.result.type")]
    [InlineData("simple-err-credential-subject-type.json", "credentialSubject.type")]
    [InlineData("simple-err-evidence-type.json", "evidence.type")]
    [InlineData("simple-err-issuer-otheridentifier-type.json", "issuer.otherIdentifier.type")]
    [InlineData("simple-err-issuer-parentorg-type.json", "issuer.parentOrg.type")]
    [InlineData("simple-err-issuer-type.json", "issuer.type")]
    [InlineData("simple-err-issuer.json", "credentials/malformed-member")]
    [InlineData("simple-err-type.json", "credentials/unknown-type")]
    public void The_open_badges_fixtures_are_judged_as_their_names_say(string file, string? expected)
    {
        using var document = SharedVectors.Json("schemas", "examples", "1edtech-ob30", file);
        var problem = AchievementCredential.Read(document.RootElement).Problem;
        Assert.Equal(
            expected, problem?.Code == "credentials/malformed-achievement" ? problem.Args["member"] : problem?.Code);
    }

    [Fact]
    public void The_minimal_open_badge_is_read_and_each_required_member_is_required()
    {
        const string Badge = """
            {"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
            "id":"urn:uuid:1","type":["VerifiableCredential","AchievementCredential"],
            "issuer":{"id":"did:web:edu.example","type":["Profile"]},"validFrom":"2026-06-30T00:00:00Z",
            "credentialSubject":{"type":["AchievementSubject"],
            "identifier":[{"type":"IdentityObject","hashed":false,"identityHash":"x","identityType":"name"}],
            "achievement":{"id":"https://edu.example/p","type":["Achievement"],"name":{"kk":"Б","en":"B"},
            "description":"d","criteria":{"narrative":"n"}}}}
            """;
        string? Without(params string[] path)
        {
            var node = JsonNode.Parse(Badge)!;
            var owner = path[..^1].Aggregate(node, (n, name) => int.TryParse(name, out var i) ? n[i]! : n[name]!);
            owner.AsObject().Remove(path[^1]);
            using var document = JsonDocument.Parse(node.ToJsonString());
            var problem = AchievementCredential.Read(document.RootElement).Problem;
            return problem?.Args.GetValueOrDefault("member") ?? problem?.Code;
        }

        Assert.Null(Without("no-such-member"));
        Assert.Equal("id", Without("id"));
        Assert.Equal("validFrom", Without("validFrom"));
        Assert.Equal("issuer.type", Without("issuer", "type"));
        Assert.Equal("credentialSubject.id", Without("credentialSubject", "identifier"));
        Assert.Equal("credentialSubject.achievement", Without("credentialSubject", "achievement"));
        foreach (var name in new[] { "id", "type", "name", "description", "criteria" })
        {
            Assert.Equal("credentialSubject.achievement." + name, Without("credentialSubject", "achievement", name));
        }

        foreach (var name in new[] { "type", "hashed", "identityHash", "identityType" })
        {
            Assert.Equal("credentialSubject.identifier." + name, Without("credentialSubject", "identifier", "0", name));
        }
    }

    [Fact]
    public void The_contexts_in_the_program_are_the_published_ones()
    {
        Assert.Equal(
            SharedVectors.Bytes("schemas", "credentials-v2.context.jsonld"), Contexts.BytesOf(Contexts.BaseUrl)!.Value.ToArray());
        Assert.Equal(
            SharedVectors.Bytes("schemas", "ob-context-3.0.3.json"), Contexts.BytesOf(Contexts.OpenBadgesUrl)!.Value.ToArray());
        Assert.Null(Contexts.BytesOf("https://www.w3.org/ns/credentials/examples/v2"));
    }

    private static string? CodeWith(string member, string? value)
    {
        var node = JsonNode.Parse(Sound)!.AsObject();
        node.Remove(member);
        if (value is not null)
        {
            node[member] = JsonNode.Parse(value);
        }

        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(node.ToJsonString())).Value;
        return VerifiableCredential.Read(document.RootElement).Problem?.Code;
    }
}
