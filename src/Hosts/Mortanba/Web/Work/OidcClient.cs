using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>An outside sign-in: part <c>oidc</c> of <c>settings.json</c>.</summary>
/// <param name="Issuer">Address of the provider; its document lies at <c>/.well-known/openid-configuration</c> below.</param>
/// <param name="ClientSecretFile">File with the client's secret, from DIR; none for a public client.</param>
/// <param name="Label">What the button says, in the provider's own words.</param>
public sealed record OidcSettings(string Issuer, string ClientId, string Label, string? ClientSecretFile = null);

/// <summary>What stands between the way out to the provider and the way back; kept in a protected cookie.</summary>
internal sealed record OidcAsk(string State, string Nonce, string Verifier, string To, bool IsBinding, DateTimeOffset Until);

/// <summary>
/// OpenID Connect, authorization code with PKCE (S256), state and nonce. Only a signed ID token of the configured issuer for
/// this client counts; whoever it names is known by issuer and subject alone.
/// </summary>
internal sealed class OidcClient(OidcSettings settings, string? secret, string site, HttpClient http, TimeProvider time)
{
    public static readonly TimeSpan AskTerm = TimeSpan.FromMinutes(10);

    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
    ];

    private readonly ConfigurationManager<OpenIdConnectConfiguration> provider = new(
        settings.Issuer.TrimEnd('/') + "/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(http) { RequireHttps = !new Uri(settings.Issuer).IsLoopback });

    public string Issuer => settings.Issuer;

    public string Label => settings.Label;

    private string Back => site + "/sign-in/oidc/back";

    public OidcAsk Ask(string to, bool isBinding) =>
        new(Random(), Random(), Random(), to, isBinding, time.GetUtcNow() + AskTerm);

    /// <summary>Where the browser is sent.</summary>
    public async Task<string> AddressAsync(OidcAsk ask, CancellationToken cancel)
    {
        var known = await provider.GetConfigurationAsync(cancel);
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(known.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = settings.ClientId,
            ["redirect_uri"] = Back,
            ["scope"] = "openid",
            ["state"] = ask.State,
            ["nonce"] = ask.Nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(ask.Verifier))),
            ["code_challenge_method"] = "S256",
        });
    }

    /// <summary>Trades the code for the ID token and checks it; gives the subject.</summary>
    public async Task<Outcome<string>> SubjectAsync(OidcAsk ask, string code, CancellationToken cancel)
    {
        var known = await provider.GetConfigurationAsync(cancel);
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = Back,
            ["client_id"] = settings.ClientId,
            ["code_verifier"] = ask.Verifier,
        };
        if (secret is not null)
        {
            fields["client_secret"] = secret;
        }

        using var form = new FormUrlEncodedContent(fields);
        using var answer = await http.PostAsync(new Uri(known.TokenEndpoint), form, cancel);
        if (!answer.IsSuccessStatusCode
            || (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)) is not { ValueKind: JsonValueKind.Object } tokens
            || !tokens.TryGetProperty("id_token", out var token) || token.GetString() is not { } text)
        {
            return new Problem("accounts/oidc-refused", "The provider did not confirm the sign-in.");
        }

        var now = time.GetUtcNow().UtcDateTime;
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.ClientId,
            IssuerSigningKeys = known.SigningKeys,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            // By the clock of the site, with two minutes for the provider's.
            LifetimeValidator = (from, until, _, _) => until > now - Skew && (from is null || from < now + Skew),
        });
        if (!result.IsValid)
        {
            return new Problem("accounts/oidc-token", "The provider's token does not hold.");
        }

        var claims = (JsonWebToken)result.SecurityToken;
        // Compared in constant time: the nonce ties the token to this browser.
        return claims.TryGetPayloadValue("nonce", out string nonce) && FixedEquals(nonce, ask.Nonce) && claims.Subject is { Length: > 0 and <= 255 } subject
            ? subject
            : new Problem("accounts/oidc-token", "The provider's token does not hold.");
    }

    public static bool FixedEquals(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
