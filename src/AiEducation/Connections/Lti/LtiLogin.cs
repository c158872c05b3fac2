using System.Buffers.Text;
using System.Security.Cryptography;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>How a platform begins a launch (IMS Security Framework 1.0, 5.1.1.1; LTI 1.3, 4.1): fields of a form or of an address.</summary>
/// <param name="Issuer"><c>iss</c></param>
/// <param name="LoginHint"><c>login_hint</c>: whom the platform means, in its own words; given back as it came.</param>
/// <param name="Target"><c>target_link_uri</c>: which page of ours is wanted.</param>
/// <param name="MessageHint"><c>lti_message_hint</c>: which link, in its own words; given back as it came.</param>
/// <param name="ClientId"><c>client_id</c>: many platforms send it.</param>
/// <param name="Deployment"><c>lti_deployment_id</c></param>
public sealed record LtiLoginRequest(
    string? Issuer, string? LoginHint, string? Target, string? MessageHint = null, string? ClientId = null, string? Deployment = null);

/// <summary>What stands between the way out to the platform and the way back; kept by the browser in a protected cookie.</summary>
/// <param name="Platform">Our id of it.</param>
/// <param name="Nonce">Comes back in the token, and counts once.</param>
public sealed record LtiAsk(string Platform, string State, string Nonce, string Target, DateTimeOffset Until);

/// <summary>Answers the platform's beginning: the browser is sent to the platform, which says who that is.</summary>
public static class BeginLtiLogin
{
    public static readonly TimeSpan AskTerm = TimeSpan.FromMinutes(10);
    private const int HintLengthMax = 4_000;

    /// <param name="known">The platforms of this issuer.</param>
    /// <param name="site">Address of this site, without a slash at its end: where a launch leads lies below it.</param>
    /// <returns>What to keep, and where to send the browser.</returns>
    public static Outcome<(LtiAsk Ask, Uri Address)> Of(LtiLoginRequest request, IEnumerable<LtiPlatform> known, string site, DateTimeOffset at)
    {
        if (string.IsNullOrEmpty(request.Issuer) || string.IsNullOrEmpty(request.LoginHint) || string.IsNullOrEmpty(request.Target)
            || request.LoginHint.Length > HintLengthMax || request.MessageHint?.Length > HintLengthMax)
        {
            return new Problem("connections/lti-login-incomplete", "A launch begins with iss, login_hint and target_link_uri.");
        }

        var fitting = known.Where(p => p.Issuer == request.Issuer && (request.ClientId is null || p.ClientId == request.ClientId)
            && (request.Deployment is null || p.Deployments.Contains(request.Deployment))).ToList();
        if (fitting.Count == 0)
        {
            return new Problem("connections/lti-unknown-platform", "No school connected this platform, client id and deployment.");
        }

        if (fitting.Count > 1)
        {
            return new Problem("connections/lti-which-client", "Several schools use this platform: it has to send client_id with the beginning of a launch.");
        }

        if (!LtiTarget.IsOurs(request.Target, site))
        {
            return new Problem("connections/lti-target", "The launch leads to another site than this one.");
        }

        var ask = new LtiAsk(fitting[0].Id, Random(), Random(), request.Target, at + AskTerm);
        return (ask, AddressOf(fitting[0], ask, request, site));
    }

    private static Uri AddressOf(LtiPlatform platform, LtiAsk ask, LtiLoginRequest request, string site)
    {
        var fields = new List<(string Name, string Value)>
        {
            ("scope", "openid"), ("response_type", "id_token"), ("response_mode", "form_post"), ("prompt", "none"),
            ("client_id", platform.ClientId), ("redirect_uri", LtiTarget.Launch(site)), ("login_hint", request.LoginHint!),
            ("state", ask.State), ("nonce", ask.Nonce),
        };
        if (request.MessageHint is { } hint)
        {
            fields.Add(("lti_message_hint", hint));
        }

        var asked = string.Join('&', fields.Select(f => f.Name + "=" + Uri.EscapeDataString(f.Value)));
        var address = new UriBuilder(platform.LoginAddress);
        address.Query = address.Query.Length > 1 ? address.Query[1..] + "&" + asked : asked;
        return address.Uri;
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <summary>Pages of this site that a launch may lead to.</summary>
public static class LtiTarget
{
    private const int TaskLengthMax = 80;

    public static string Launch(string site) => site + "/lti/launch";

    /// <summary>The page below the site, or null when it is none of ours.</summary>
    public static string? PathOf(string target, string site) =>
        IsOurs(target, site) ? new Uri(target).PathAndQuery : null;

    /// <summary>The task that a path of this site leads to (<c>/kk/me/ai/tasks/TASK</c>); null when it leads elsewhere.</summary>
    public static string? TaskOf(string? path) =>
        path?.Split('?', '#')[0].Split('/') is ["", _, "me", "ai", "tasks", { Length: > 0 and <= TaskLengthMax } task] ? task : null;

    internal static bool IsOurs(string target, string site) =>
        Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && uri.GetLeftPart(UriPartial.Authority).Equals(new Uri(site).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
