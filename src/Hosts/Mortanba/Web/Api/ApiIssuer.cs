using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mortanba.Host.Web;

/// <summary>An outside issuer of tokens for programs: part <c>apiIssuer</c> of <c>settings.json</c>.</summary>
/// <param name="Issuer">The <c>iss</c> of its tokens, letter for letter.</param>
/// <param name="Audience">The <c>aud</c> that means this site.</param>
/// <param name="Jwks">Its public keys (RFC 7517): a file, from DIR, or an address.</param>
/// <param name="Scopes">Its words for what a program may do, each with the scope of ours that it gives.</param>
/// <param name="Clients">Its programs, each with the id of the API key here whose institution, scopes and term it has.</param>
public sealed record ApiIssuerSettings(
    string Issuer, string Audience, string Jwks, IReadOnlyDictionary<string, string> Scopes, IReadOnlyDictionary<string, string> Clients)
{
    internal Uri? JwksAddress => Uri.TryCreate(Jwks, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;
}

/// <summary>
/// Reads bearer tokens of the outside issuer. A token opens no more than the API key it stands for: that key is looked up at each
/// use, so that an ended or revoked one stops its tokens at once.
/// </summary>
internal sealed class ApiIssuer(ApiIssuerSettings settings, IssuerKeys keys, TimeProvider time)
{
    private const int LengthMax = 8_000;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    // Public keys only: with a shared secret whoever reads the key document could make tokens.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512, SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
    ];

    private static readonly string[] Types = ["at+jwt", "application/at+jwt", "JWT"];

    /// <summary>Null for anything but a whole token of the issuer for this site whose term runs, of a program that is named.</summary>
    public async Task<ApiToken?> ReadAsync(string text, CancellationToken cancel)
    {
        var handler = new JsonWebTokenHandler { MapInboundClaims = false };
        if (text.Length > LengthMax || !handler.CanReadToken(text) || Parse(handler, text) is not { Kid.Length: > 0 } unread
            || await keys.FindAsync(unread.Kid, cancel) is not { } key)
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var result = await handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            IssuerSigningKey = key,
            ValidAlgorithms = Algorithms,
            ValidTypes = Types,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            // By the clock of the site, with two minutes for the issuer's.
            LifetimeValidator = (from, until, _, _) => until > now - Skew && (from is null || from < now + Skew),
        });
        return result.IsValid && ClientOf((JsonWebToken)result.SecurityToken) is { } name && settings.Clients.TryGetValue(name, out var client)
            ? new ApiToken(client, [.. ScopesOf((JsonWebToken)result.SecurityToken).Select(s => settings.Scopes.GetValueOrDefault(s)).OfType<string>().Distinct()])
            : null;
    }

    private static JsonWebToken? Parse(JsonWebTokenHandler handler, string text)
    {
        try
        {
            return handler.ReadJsonWebToken(text);
        }
        catch (Exception malformed) when (malformed is ArgumentException or JsonException)
        {
            return null;
        }
    }

    /// <summary>RFC 9068 section 2.2 names the program <c>client_id</c>; OpenID Connect <c>azp</c>; older issuers only <c>sub</c>.</summary>
    private static string? ClientOf(JsonWebToken token) =>
        ((string[])["client_id", "azp", "sub"]).Select(name => token.TryGetPayloadValue(name, out string said) ? said : null).FirstOrDefault(s => s is not null);

    /// <summary><c>scope</c> is one text with spaces (RFC 8693 section 4.2); some issuers write a list named <c>scp</c>.</summary>
    private static IEnumerable<string> ScopesOf(JsonWebToken token) =>
        token.Claims.Where(c => c.Type is "scope" or "scp").SelectMany(c => c.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
