using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>The three signed forms of one small diploma, written by hand so that any part can be wrong; no chance in them.</summary>
internal static class CaseForms
{
    public static readonly DeterministicSigner Initiator = new(World.InitiatorKey);
    public static readonly DeterministicSigner Stranger = new(World.StrangerKey);

    private const string Header = """{"alg":"ES256","kid":"KID","typ":"dc+sd-jwt"}""";

    public static readonly string Name = Disclosure("name", """{"kk":"Ару","ru":"Ару","en":"Aru"}""");
    public static readonly string Number = Disclosure("diploma_number", "\"BD 00412867\"");
    public static readonly string Course = Encode("""
        ["Y291cnNlLXNhbHQtMDAwMQ",{"code":"MAT1","kk":"Алгебра","ru":"Алгебра","en":"Algebra","credits":5,"percent":91,"letter":"A-"}]
        """);

    public static readonly WorldForms Good = new(SdJwt(), Vc(), Paper());

    /// <summary>The payload of the good SD-JWT.</summary>
    public static JsonObject Payload() => new()
    {
        ["iss"] = World.Site + "/institutions/" + World.Initiator,
        ["vct"] = World.Site + "/types/diploma",
        ["jti"] = World.Asset.ToString(),
        ["iat"] = World.IssuedAt.ToUnixTimeSeconds(),
        ["status"] = new JsonObject { ["status_list"] = new JsonObject { ["idx"] = World.StatusIndex, ["uri"] = World.TokenUri } },
        ["_sd_alg"] = "sha-256",
        ["_sd"] = new JsonArray(DigestOf(Name), DigestOf(Number)),
        ["courses"] = new JsonArray(new JsonObject { ["..."] = DigestOf(Course) }),
    };

    /// <summary>Signs a payload and lays the disclosures beside it.</summary>
    public static string SdJwt(
        Action<JsonObject>? change = null,
        IEnumerable<string>? disclosures = null,
        string? header = null,
        ISigner? signer = null)
    {
        var payload = Payload();
        change?.Invoke(payload);
        return SignedText(payload.ToJsonString(), disclosures ?? [Name, Number, Course], header, signer);
    }

    /// <summary>The same for a payload that is any text.</summary>
    public static string SignedText(
        string payload, IEnumerable<string>? disclosures = null, string? header = null, ISigner? signer = null) =>
        Ascii(Jws.Sign(
            signer ?? Initiator,
            Utf8((header ?? Header).Replace("KID", World.InitiatorKeyId, StringComparison.Ordinal)),
            Utf8(payload)))
        + "~" + string.Concat((disclosures ?? []).Select(one => one + "~"));

    public static string Disclosure(string name, string value) =>
        Encode($"[\"{Encode(SHA256.HashData(Utf8(name))[..16])}\",\"{name}\",{value}]");

    public static string DigestOf(string disclosure) => Base64Url.EncodeToString(SHA256.HashData(Utf8(disclosure)));

    public static string Encode(string text) => Encode(Utf8(text));

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The good badge, changed before or after it is signed.</summary>
    public static byte[] Vc(
        Action<JsonObject>? change = null, Action<JsonObject>? after = null, ISigner? signer = null, string keyId = World.InitiatorKeyId)
    {
        var vc = (JsonObject)JsonNode.Parse($$"""
            {"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
             "id":"{{World.Asset}}","type":["VerifiableCredential","AchievementCredential"],
             "issuer":{"id":"{{World.InitiatorDid}}","type":["Profile"],"name":"Qazyna"},"name":"Bachelor",
             "validFrom":"2026-06-26T10:00:00Z","awardedDate":"2026-06-20T00:00:00Z",
             "credentialStatus":[
              {"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"4242","statusListCredential":"{{World.RevocationUri}}"},
              {"type":"BitstringStatusListEntry","statusPurpose":"suspension","statusListIndex":"4242","statusListCredential":"{{World.SuspensionUri}}"}],
             "credentialSubject":{"type":["AchievementSubject"],"licenseNumber":"BD 00412867",
              "identifier":[
               {"type":"IdentityObject","hashed":false,"identityHash":"Ару","identityType":"name"},
               {"type":"IdentityObject","hashed":false,"identityHash":"Ару","identityType":"name"},
               {"type":"IdentityObject","hashed":false,"identityHash":"Aru","identityType":"name"}],
              "achievement":{"id":"{{World.Site}}/a","type":["Achievement"],"name":"Bachelor","humanCode":"6B061",
               "description":"d","criteria":{"narrative":"n"} } } }
            """)!;
        change?.Invoke(vc);
        var signed = DataIntegrity.SignCanonical(Jcs.Canonicalize(vc), new ProofOptions(keyId, World.IssuedAt), signer ?? Initiator);
        if (after is null)
        {
            return signed;
        }

        var secured = (JsonObject)JsonNode.Parse(signed)!;
        after(secured);
        return Jcs.Canonicalize(secured);
    }

    public static PaperCore Core() => new(
        World.Asset, "BD 00412867", "Ару", "Aru", "Бакалавр", "Bachelor", new DateOnly(2026, 6, 20),
        Bin.Parse(World.Initiator), "Қазына", World.TokenUri, World.StatusIndex);

    public static string Paper(PaperCore? core = null, ISigner? signer = null, string keyId = World.InitiatorKeyId) =>
        PaperJws.Sign(core ?? Core(), signer ?? Initiator, keyId);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Ascii(byte[] bytes) => Encoding.ASCII.GetString(bytes);
}
