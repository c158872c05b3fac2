using Microsoft.IdentityModel.Tokens;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>A learning platform (Moodle and the like) that a school connected: what both sides agreed on (LTI 1.3, 3.1.3).</summary>
/// <param name="Id">Ours: accounts are bound to it and not to the issuer's name, which any school can write into its form.</param>
/// <param name="ClientId">Ours in the platform's words; given by the platform.</param>
/// <param name="Deployments">Where in the platform the tool was put; a launch from elsewhere is refused.</param>
/// <param name="LoginAddress">Where the platform takes authentication requests.</param>
/// <param name="TokenAddress">Where it gives tokens for its services; also the audience of our assertions.</param>
/// <param name="Jwks">Its public keys (RFC 7517), as the school took them from the platform.</param>
public sealed record LtiPlatform(
    string Id, Bin School, string Name, string Issuer, string ClientId, IReadOnlyList<string> Deployments, Uri LoginAddress, Uri TokenAddress,
    string Jwks)
{
    /// <summary>By key id.</summary>
    internal IReadOnlyDictionary<string, JsonWebKey> Keys => new JsonWebKeySet(Jwks).Keys.ToDictionary(k => k.Kid, StringComparer.Ordinal);
}

/// <summary>What a school's coordinator types to connect a platform.</summary>
public sealed record LtiPlatformForm(
    string Name, string Issuer, string ClientId, string Deployments, string LoginAddress, string TokenAddress, string Jwks);

/// <summary>Checks what was typed; the refusals say which field of the platform to look at.</summary>
public static class ConnectPlatform
{
    public const int KeysMaxBytes = 64 * 1024;
    public const int RsaMinBits = 2048;
    private const int LengthMax = 255;
    private const int DeploymentsMax = 50;

    public static Outcome<LtiPlatform> Of(string id, Bin school, LtiPlatformForm form)
    {
        if (string.IsNullOrWhiteSpace(form.Name) || string.IsNullOrWhiteSpace(form.ClientId)
            || form.Name.Length > LengthMax || form.ClientId.Length > LengthMax)
        {
            return new Problem("connections/platform-names", "Give the platform a name, and the client id that it shows: at most 255 characters each.");
        }

        // Compared letter for letter later: no form of our own here.
        if (!IsSafe(form.Issuer.Trim(), out _) || form.Issuer.Length > LengthMax)
        {
            return new Problem("connections/platform-issuer", "The platform id (issuer) is the platform's address; it begins with https://.");
        }

        if (!IsSafe(form.LoginAddress, out var login) || !IsSafe(form.TokenAddress, out var token))
        {
            return new Problem("connections/platform-address", "The addresses for authentication requests and for access tokens begin with https://.");
        }

        var deployments = form.Deployments.Split([',', ' ', '\r', '\n', '\t', ';'], StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        if (deployments.Count is 0 or > DeploymentsMax || deployments.Exists(d => d.Length > LengthMax))
        {
            return new Problem("connections/platform-deployments", "Name the deployment ids that the platform shows: from one to fifty.");
        }

        return KeysFault(form.Jwks) is { } fault
            ? fault
            : new LtiPlatform(id, school, form.Name.Trim(), form.Issuer.Trim(), form.ClientId.Trim(), deployments, login, token, form.Jwks.Trim());
    }

    private static Problem? KeysFault(string jwks)
    {
        if (jwks.Length > KeysMaxBytes)
        {
            return new Problem("connections/platform-keys", "This is no key set of a platform (RFC 7517).");
        }

        try
        {
            var keys = new JsonWebKeySet(jwks).Keys;
            return keys.Any(k => k.HasPrivateKey)
                ? new Problem("connections/platform-private-key", "The key set holds a private key. Never give it to anybody; make a new one in the platform.")
                : keys.Count == 0 || keys.Any(k => k.Kty != JsonWebAlgorithmsKeyTypes.RSA || string.IsNullOrEmpty(k.Kid) || k.KeySize < RsaMinBits)
                    || keys.Select(k => k.Kid).Distinct().Count() != keys.Count
                    ? new Problem(
                        "connections/platform-keys-weak", $"Each key is an RSA key of {RsaMinBits} bits or more with an id (kid) of its own.",
                        ("bits", $"{RsaMinBits}"))
                    : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            return new Problem("connections/platform-keys", "This is no key set of a platform (RFC 7517).");
        }
    }

    // http on this machine itself only: a platform beside the site, in a trial.
    internal static bool IsSafe(string? text, out Uri address) =>
        Uri.TryCreate(text?.Trim(), UriKind.Absolute, out address!) && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}

/// <summary>Somebody of a platform who opens an account here.</summary>
/// <param name="Subject">What the platform calls them.</param>
public sealed record LtiBinding(string Platform, string Name, Bin School, string Subject, DateTimeOffset BoundAt);
