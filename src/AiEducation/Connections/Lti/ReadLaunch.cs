using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// Checks the platform's answer (IMS Security Framework 1.0, 5.1.3; LTI 1.3, 5.3): signed with RS256 by a key of the platform, for us,
/// now, with the nonce of this browser, the opening of a link, or the choice of one, in a known deployment. One thing wrong and nobody comes in; each refusal says
/// what to look at in the platform. That the nonce was not used before is found by whoever stores it.
/// </summary>
public static class ReadLaunch
{
    private const string Claims = "https://purl.imsglobal.org/spec/lti/claim/";
    private const string GradesClaim = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
    private const string MembersClaim = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";
    private const string DeepLinkClaim = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
    private const int TokenLengthMax = 64 * 1024;

    // Kept in a cookie until the teacher has chosen.
    private const int DeepLinkDataMax = 1_500;
    private const int IdLengthMax = 255;

    /// <summary>How far the platform's clock may be away from ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>No token is taken longer after it was made, whatever end it claims.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(10);

    /// <param name="ask">What this browser keeps; null when it keeps nothing, or something changed.</param>
    /// <param name="state"><c>state</c> of the platform's form.</param>
    /// <param name="token"><c>id_token</c> of the platform's form.</param>
    /// <param name="site">Address of this site, without a slash at its end.</param>
    public static async Task<Outcome<LtiLaunch>> OfAsync(
        LtiPlatform platform, LtiAsk? ask, string? state, string? token, string site, DateTimeOffset at)
    {
        if (ask is null || ask.Platform != platform.Id || at >= ask.Until || !Same(state, ask.State))
        {
            return new Problem("connections/lti-state", "The launch did not begin in this browser, or more than ten minutes ago. Open it anew in the platform.");
        }

        return token is null || token.Length > TokenLengthMax
            ? Malformed
            : (await SignedAsync(platform, token, at)).Then(claims => Launch(platform, ask, claims, site, at));
    }

    private static Problem Malformed { get; } = new("connections/lti-token", "The platform sent no token that can be read.");

    private static async Task<Outcome<JsonElement>> SignedAsync(LtiPlatform platform, string token, DateTimeOffset at)
    {
        var handler = new JsonWebTokenHandler { MapInboundClaims = false };
        if (!handler.CanReadToken(token) || Header(handler, token) is not { } header)
        {
            return Malformed;
        }

        if (header.Alg != SecurityAlgorithms.RsaSha256)
        {
            return new Problem("connections/lti-algorithm", "The token has to be signed with RS256.");
        }

        if (!platform.Keys.TryGetValue(header.Kid ?? "", out var key))
        {
            return new Problem("connections/lti-key", "The token was signed with a key that the school did not enter. Take the platform's key set again.");
        }

        var now = at.UtcDateTime;
        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = platform.Issuer,
            ValidAudience = platform.ClientId,
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (from, until, _, _) => until > now - Skew && (from is null || from < now + Skew),
        });
        return result.IsValid
            ? Payload((JsonWebToken)result.SecurityToken)
            : result.Exception switch
            {
                SecurityTokenInvalidIssuerException => new Problem("connections/lti-issuer", "The token names another platform (iss) than the one that began the launch."),
                SecurityTokenInvalidAudienceException => OtherAudience,
                SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException => OutOfTime,
                _ => new Problem("connections/lti-signature", "The signature of the token does not hold."),
            };
    }

    private static Problem OtherAudience { get; } = new("connections/lti-audience", "The token was made for another tool (aud, azp) than this one.");

    private static Problem OutOfTime { get; } =
        new("connections/lti-time", "The token is over, or was made too long ago or in the future. Look at the platform's clock.");

    private static JsonWebToken? Header(JsonWebTokenHandler handler, string token)
    {
        try
        {
            return handler.ReadJsonWebToken(token);
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException or JsonException)
        {
            return null;
        }
    }

    // Read once more, with one meaning only: no name twice.
    private static Outcome<JsonElement> Payload(JsonWebToken token)
    {
        if (!StrictJson.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload)).TryGet(out var json, out _))
        {
            return Malformed;
        }

        using (json)
        {
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : Malformed;
        }
    }

    private static Outcome<LtiLaunch> Launch(LtiPlatform platform, LtiAsk ask, JsonElement claims, string site, DateTimeOffset at)
    {
        // Several may be meant; then the one it was made for stands in azp, and it is us or nobody.
        var party = Text(claims, "azp");
        var several = claims.GetProperty("aud") is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() > 1;
        if (party is null ? several : party != platform.ClientId)
        {
            return OtherAudience;
        }

        if (Seconds(claims, "iat") is not { } made || made > at + Skew || made < at - AgeMax - Skew || Seconds(claims, "exp") is not { } until)
        {
            return OutOfTime;
        }

        if (!Same(Text(claims, "nonce"), ask.Nonce))
        {
            return Replayed;
        }

        var message = Text(claims, Claims + "message_type");
        if (message is not ("LtiResourceLinkRequest" or "LtiDeepLinkingRequest"))
        {
            return new Problem(
                "connections/lti-message-type", "Only the opening of a link (LtiResourceLinkRequest) and the choice of one (LtiDeepLinkingRequest) are answered here.");
        }

        if (Text(claims, Claims + "version") != "1.3.0")
        {
            return new Problem("connections/lti-version", "Only LTI 1.3.0 is spoken here.");
        }

        if (Text(claims, Claims + "deployment_id") is not { } deployment || !platform.Deployments.Contains(deployment))
        {
            return new Problem("connections/lti-deployment", "The school did not enter this deployment id of the platform.");
        }

        if (Text(claims, Claims + "target_link_uri") is not { } target || !LtiTarget.IsOurs(target, site) || target != ask.Target)
        {
            return new Problem("connections/lti-target", "The launch leads to another page than the one it began with.");
        }

        LtiDeepLink? deepLink = null;
        if (message == "LtiDeepLinkingRequest" && !DeepLinkOf(claims).TryGet(out deepLink, out var unfit))
        {
            return unfit;
        }

        if ((deepLink is null ? Id(Child(claims, "resource_link"), "id") : "") is not { } link)
        {
            return new Problem("connections/lti-resource-link", "The platform did not say which of its links was opened (resource_link).");
        }

        if (Id(claims, "sub") is not { } subject)
        {
            return new Problem("connections/lti-no-subject", "The platform did not say who opens the link (sub). Anonymous launches are not taken.");
        }

        return Child(claims, "roles") is { ValueKind: JsonValueKind.Array } roles
            ? new LtiLaunch(
                platform.Id, subject, deployment, link, ContextOf(Child(claims, "context")),
                [.. roles.EnumerateArray().Select(r => r.ValueKind == JsonValueKind.String ? LtiRoles.Of(r.GetString()!) : LtiRole.Other).Distinct()],
                target, Text(Child(claims, "launch_presentation"), "locale"), GradesOf(claims), MembersOf(claims), CustomOf(Child(claims, "custom")),
                ask.Nonce, (until < made + AgeMax ? until : made + AgeMax) + (2 * Skew))
            { DeepLink = deepLink }
            : new Problem("connections/lti-roles", "The platform did not say what the person is in the course (roles).");
    }

    /// <summary>A nonce that came a second time, or is not this browser's.</summary>
    public static Problem Replayed { get; } =
        new("connections/lti-nonce", "This launch was used already, or belongs to another browser. Open the link anew in the platform.");

    private static Outcome<LtiDeepLink> DeepLinkOf(JsonElement claims) =>
        !claims.TryGetProperty(DeepLinkClaim, out var settings) || settings.ValueKind != JsonValueKind.Object
        || Address(settings, "deep_link_return_url") is not { } back || Text(settings, "data")?.Length > DeepLinkDataMax
            ? new Problem("connections/lti-deep-link", "The platform did not say where the choice goes (deep_link_return_url), or sent too much with it.")
        : !settings.TryGetProperty("accept_types", out var types) || types.ValueKind != JsonValueKind.Array
        || types.EnumerateArray().All(t => t.ValueKind != JsonValueKind.String || t.GetString() != "ltiResourceLink")
            ? new Problem("connections/lti-no-links", "The platform does not take links to a tool here (ltiResourceLink).")
        : new LtiDeepLink(back, Text(settings, "data"));

    private static LtiContext? ContextOf(JsonElement context) =>
        Id(context, "id") is { } id ? new LtiContext(id, Text(context, "label"), Text(context, "title")) : null;

    private static LtiGradeService? GradesOf(JsonElement claims)
    {
        if (!claims.TryGetProperty(GradesClaim, out var service) || service.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var scopes = service.TryGetProperty("scope", out var all) && all.ValueKind == JsonValueKind.Array
            ? all.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.String).Select(s => s.GetString()!).ToList() : [];
        return new LtiGradeService(scopes, Address(service, "lineitems"), Address(service, "lineitem"));
    }

    private static Uri? MembersOf(JsonElement claims) =>
        claims.TryGetProperty(MembersClaim, out var service) ? Address(service, "context_memberships_url") : null;

    private static Dictionary<string, string> CustomOf(JsonElement custom) => custom.ValueKind != JsonValueKind.Object ? []
        : custom.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String)
            .ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);

    private static JsonElement Child(JsonElement claims, string name) => claims.TryGetProperty(Claims + name, out var child) ? child : default;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Id(JsonElement of, string name) => Text(of, name) is { Length: > 0 and <= IdLengthMax } id ? id : null;

    private static Uri? Address(JsonElement of, string name) =>
        Text(of, name) is { } text && ConnectPlatform.IsSafe(text, out var address) ? address : null;

    private static DateTimeOffset? Seconds(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
        && seconds is > 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static bool Same(string? given, string kept) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(kept));
}
