using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>A token of a platform for its services.</summary>
/// <param name="Until">Asked for anew from then on.</param>
public sealed record LtiServiceToken(string Value, IReadOnlyList<string> Scopes, DateTimeOffset Until);

/// <summary>
/// Our key towards platforms, and what it signs: the assertion for a token of the platform's services (IMS Security Framework 1.0, 4.1:
/// client credentials with <c>private_key_jwt</c>, RFC 7523). RSA, because the standard asks for RS256.
/// </summary>
public sealed class LtiToolKey : IDisposable
{
    public const int Bits = 3072;

    private static readonly TimeSpan AssertionTerm = TimeSpan.FromMinutes(2);

    // A platform that counts less than we do refuses a token that is just over.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    // Of a token whose term the platform does not say.
    private const int TermUnsaidSeconds = 60;

    private readonly RSA key;

    private LtiToolKey(RSA key)
    {
        this.key = key;
        var open = key.ExportParameters(false);
        // RFC 7638: the key names itself.
        Id = Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["e"] = Base64Url.EncodeToString(open.Exponent),
                ["kty"] = "RSA",
                ["n"] = Base64Url.EncodeToString(open.Modulus),
            })));
    }

    public string Id { get; }

    public static LtiToolKey New() => new(RSA.Create(Bits));

    /// <summary>From what <see cref="Export"/> gave. Throws <see cref="CryptographicException"/> when it is none.</summary>
    public static LtiToolKey Import(ReadOnlySpan<byte> pkcs8)
    {
        var key = RSA.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return new LtiToolKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>PKCS #8, in clear: the caller seals it.</summary>
    public byte[] Export() => key.ExportPkcs8PrivateKey();

    /// <summary>What platforms read at <c>/lti/jwks</c>: the public half alone.</summary>
    public string Jwks()
    {
        var open = key.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["alg"] = "RS256",
                ["kid"] = Id,
                ["n"] = Base64Url.EncodeToString(open.Modulus),
                ["e"] = Base64Url.EncodeToString(open.Exponent),
            }),
        }.ToJsonString();
    }

    /// <summary>Fields of the form that asks the platform for a token.</summary>
    public IReadOnlyDictionary<string, string> AskToken(LtiPlatform platform, IEnumerable<string> scopes, DateTimeOffset at) => new Dictionary<string, string>
    {
        ["grant_type"] = "client_credentials",
        ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ["client_assertion"] = Assertion(platform, at),
        ["scope"] = string.Join(' ', scopes),
    };

    /// <summary>Reads the platform's answer.</summary>
    /// <param name="scopes">What was asked for; less is refused, as the act would be refused later without saying why.</param>
    public static Outcome<LtiServiceToken> ReadToken(ReadOnlyMemory<byte> body, IEnumerable<string> scopes, DateTimeOffset at)
    {
        if (!StrictJson.Parse(body).TryGet(out var json, out _))
        {
            return Refused;
        }

        using (json)
        {
            var answer = json.RootElement;
            if (answer.ValueKind != JsonValueKind.Object || Text(answer, "access_token") is not { Length: > 0 } token
                || !"bearer".Equals(Text(answer, "token_type"), StringComparison.OrdinalIgnoreCase))
            {
                return Refused;
            }

            var asked = scopes.ToList();
            var given = Text(answer, "scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [.. asked];
            var term = answer.TryGetProperty("expires_in", out var seconds) && seconds.ValueKind == JsonValueKind.Number
                && seconds.TryGetInt32(out var count) && count > 0 ? count : TermUnsaidSeconds;
            return asked.Except(given).FirstOrDefault() is { } missing
                ? new Problem(
                    "connections/lti-scope", $"The platform does not allow this service to the tool: {missing}.", ("scope", missing))
                : new LtiServiceToken(token, given, at + TimeSpan.FromSeconds(term) - Margin);
        }
    }

    public void Dispose() => key.Dispose();

    private static Problem Refused { get; } = new("connections/lti-token-refused", "The platform gave no token for its services. Look at the tool's key set there.");

    private string Assertion(LtiPlatform platform, DateTimeOffset at) => Sign(
        platform, platform.TokenAddress.AbsoluteUri, at, AssertionTerm,
        new Dictionary<string, object> { ["sub"] = platform.ClientId, ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)) });

    /// <summary>A message of ours to a platform: signed with RS256, from our client id there.</summary>
    internal string Sign(LtiPlatform platform, string audience, DateTimeOffset at, TimeSpan term, Dictionary<string, object> claims) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = platform.ClientId,
            Audience = audience,
            IssuedAt = at.UtcDateTime,
            Expires = (at + term).UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key) { KeyId = Id }, SecurityAlgorithms.RsaSha256)
            {
                // The key belongs to this object: no signer of it is kept beyond.
                CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
            },
        });

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
