using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Accounts;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>What a token says, once its signature and its term hold.</summary>
internal sealed record ApiToken(string Client, IReadOnlyList<string> Scopes);

/// <summary>
/// Short access tokens for programs (RFC 9068 in shape): a JWT signed with ES256 by a key of the vault, for ten minutes. The
/// client is looked up at each use all the same, so that a revoked one stops at once.
/// </summary>
internal sealed class ApiTokens(IKeyVault vault, string site, TimeProvider time)
{
    public static readonly TimeSpan Term = TimeSpan.FromMinutes(10);

    private const string KeyName = "api-tokens";
    private const string Type = "at+jwt";
    private const int LengthMax = 4_000;

    private readonly Lazy<ISigner> signer = new(() => vault.Find(KeyName) ?? vault.Create(KeyName, KeyKind.P256));

    private string Audience => site + "/api";

    public string Issue(ApiClient client, IReadOnlyList<string> scopes)
    {
        var at = time.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = Type, ["kid"] = KeyId() };
        var claims = new JsonObject
        {
            ["iss"] = site,
            ["aud"] = Audience,
            ["sub"] = client.Id,
            ["client_id"] = client.Id,
            ["scope"] = string.Join(' ', scopes),
            ["iat"] = at,
            ["exp"] = at + (long)Term.TotalSeconds,
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
        };
        var signed = Encode(header) + "." + Encode(claims);
        return signed + "." + Base64Url.EncodeToString(signer.Value.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>Null for anything but a whole token of ours whose term runs: another key, algorithm, issuer, audience or type.</summary>
    public ApiToken? Read(string text)
    {
        var parts = text.Length <= LengthMax ? text.Split('.') : [];
        if (parts.Length != 3 || !parts.All(p => Base64Url.IsValid(p)))
        {
            return null;
        }

        if (!signer.Value.ToPublicKey().Verify(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])))
        {
            return null;
        }

        // Only what our own key signed is read at all.
        var (header, claims) = (Decode(parts[0]), Decode(parts[1]));
        var isOurs = Text(header, "alg") == "ES256" && Text(header, "typ") == Type && Text(claims, "iss") == site
            && Text(claims, "aud") == Audience && (long?)claims["exp"] > time.GetUtcNow().ToUnixTimeSeconds();
        return isOurs ? new ApiToken(Text(claims, "sub")!, Text(claims, "scope")!.Split(' ')) : null;
    }

    private string KeyId() => Base64Url.EncodeToString(SHA256.HashData(signer.Value.PublicKey.Span).AsSpan(0, 12));

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private static JsonObject Decode(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();

    private static string? Text(JsonObject part, string name) => (string?)part[name];
}
