using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mortanba.AiEducation;
using Mortanba.Foundation;

namespace Mortanba.Flow.Tests.AiEducation.Connections;

/// <summary>Messages in the shape that Moodle 4 sends them, signed with a key made here.</summary>
internal static class MoodleMessages
{
    public const string Site = "https://site.example";
    public const string Issuer = "https://moodle.school.example";
    public const string ClientId = "kQ3vJ8wPzX1mN7t";
    public const string Target = Site + "/en/me/ai/tasks/t-1";
    public static readonly Bin School = Bin.Parse("940540002029");
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    // One pair for all tests: making a key takes longer than any of them.
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly RSA OtherKey = RSA.Create(2048);

    public static LtiPlatform Platform => ConnectPlatform.Of("lti-1", School, Form).Value;

    public static LtiPlatformForm Form => new(
        "Moodle of the school", Issuer, ClientId, "1, 2", Issuer + "/mod/lti/auth.php", Issuer + "/mod/lti/token.php", Jwks("moodle-1"));

    public static string Jwks(string id, RSA? of = null)
    {
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey((of ?? Key).ExportParameters(false)));
        return $$"""{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"{{id}}","e":"{{jwk.E}}","n":"{{jwk.N}}"}]}""";
    }

    public static LtiLoginRequest Login => new(Issuer, "4", Target, "17", ClientId, "1");

    public static LtiAsk Asked() => BeginLtiLogin.Of(Login, [Platform], Site, Now).Value.Ask;

    /// <summary>The claims of a launch by a teacher; what a test wants otherwise it changes.</summary>
    public static Dictionary<string, object?> Claims(LtiAsk ask) => new()
    {
        ["nonce"] = ask.Nonce,
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["exp"] = Now.AddMinutes(1).ToUnixTimeSeconds(),
        ["iss"] = Issuer,
        ["aud"] = ClientId,
        ["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] = "1",
        ["https://purl.imsglobal.org/spec/lti/claim/target_link_uri"] = Target,
        ["sub"] = "4",
        ["https://purl.imsglobal.org/spec/lti/claim/lis"] = new JsonObject { ["person_sourcedid"] = "", ["course_section_sourcedid"] = "" },
        ["https://purl.imsglobal.org/spec/lti/claim/roles"] = new JsonArray(
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator", "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"),
        ["https://purl.imsglobal.org/spec/lti/claim/context"] = new JsonObject
        {
            ["id"] = "2",
            ["label"] = "INF-8",
            ["title"] = "Информатика 8",
            ["type"] = new JsonArray("CourseSection"),
        },
        ["https://purl.imsglobal.org/spec/lti/claim/message_type"] = "LtiResourceLinkRequest",
        ["https://purl.imsglobal.org/spec/lti/claim/resource_link"] = new JsonObject { ["title"] = "Essay", ["description"] = "", ["id"] = "3" },
        ["given_name"] = "Teacher",
        ["family_name"] = "Invented",
        ["name"] = "Teacher Invented",
        ["email"] = "teacher@school.example",
        ["https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"] = new JsonObject
        {
            ["lis_result_sourcedid"] = "{}",
            ["lis_outcome_service_url"] = Issuer + "/mod/lti/service.php",
        },
        ["https://purl.imsglobal.org/spec/lti/claim/launch_presentation"] = new JsonObject { ["locale"] = "kk", ["document_target"] = "iframe" },
        ["https://purl.imsglobal.org/spec/lti/claim/tool_platform"] = new JsonObject { ["product_family_code"] = "moodle", ["version"] = "2024042200" },
        ["https://purl.imsglobal.org/spec/lti/claim/version"] = "1.3.0",
        ["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"] = new JsonObject
        {
            ["scope"] = new JsonArray(LtiScore.LineItemScope, LtiScore.ScoreScope),
            ["lineitems"] = Issuer + "/mod/lti/services.php/2/lineitems?type_id=1",
            ["lineitem"] = Issuer + "/mod/lti/services.php/2/lineitems/9/lineitem?type_id=1",
        },
        ["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"] = new JsonObject
        {
            ["context_memberships_url"] = Issuer + "/mod/lti/services.php/CourseSection/2/bindings/1/memberships",
            ["service_versions"] = new JsonArray("1.0", "2.0"),
        },
    };

    /// <param name="algorithm">As the header says it; <c>none</c> has no signature.</param>
    /// <param name="keyId">As the header says it.</param>
    public static string Token(Dictionary<string, object?> claims, string algorithm = SecurityAlgorithms.RsaSha256, string? keyId = "moodle-1", bool byOther = false)
    {
        var payload = new JsonObject();
        foreach (var (name, value) in claims)
        {
            payload[name] = JsonSerializer.SerializeToNode(value);
        }

        var text = payload.ToJsonString();
        if (algorithm == "none")
        {
            return Base64UrlEncoder.Encode($$"""{"typ":"JWT","alg":"none","kid":"{{keyId}}"}""") + "." + Base64UrlEncoder.Encode(text) + ".";
        }

        // The public key as a shared secret: a known trick against whoever takes the algorithm from the header.
        SecurityKey with = algorithm == SecurityAlgorithms.HmacSha256
            ? new SymmetricSecurityKey(Key.ExportSubjectPublicKeyInfo()) { KeyId = keyId }
            : new RsaSecurityKey(byOther ? OtherKey : Key) { KeyId = keyId };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(text, new SigningCredentials(with, algorithm));
    }
}
