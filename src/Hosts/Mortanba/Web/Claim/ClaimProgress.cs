using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Mortanba.Delivery;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>How far a browser is on the way to one claim.</summary>
/// <param name="Link">Hash of the token: the progress counts for this link in this browser only.</param>
/// <param name="By">How the person was known; null before.</param>
/// <param name="Risk">Version and language of the notice they took note of; null before.</param>
/// <param name="Nonce">Random part of the text to sign with an EDS.</param>
public sealed record ClaimProgress(
    string Token, string Link, string Asset, DateTimeOffset StartedAt, string Nonce, string? By = null, string? Risk = null,
    DateTimeOffset? RiskAt = null);

/// <summary>
/// Keeps the progress in a protected cookie of the browser: a reload, the back button and a sign-in between find it again;
/// another browser with the same link begins anew.
/// </summary>
internal static class ClaimCookie
{
    private const string Name = "claim";
    private static readonly TimeSpan Term = TimeSpan.FromHours(1);

    public static ClaimProgress Start(string token, AssetId asset, DateTimeOffset at) => new(
        token, ClaimToken.HashOf(token)!, asset.ToString(), at, NewNonce());

    /// <summary>With another text to sign.</summary>
    public static ClaimProgress Renewed(ClaimProgress progress) => progress with { Nonce = NewNonce() };

    public static DateTimeOffset EndOf(ClaimProgress progress) => progress.StartedAt + Term;

    /// <summary>The progress for this link and diploma; null when there is none, or it is over an hour old.</summary>
    public static ClaimProgress? Of(HttpContext context, string token, AssetId asset, DateTimeOffset now) =>
        Any(context, now) is { } progress && progress.Link == ClaimToken.HashOf(token) && progress.Asset == asset.ToString() ? progress : null;

    public static ClaimProgress? Any(HttpContext context, DateTimeOffset now)
    {
        if (context.Request.Cookies[NameOf(context)] is not { Length: > 0 and < 4096 } text)
        {
            return null;
        }

        try
        {
            var progress = JsonSerializer.Deserialize<ClaimProgress>(Protector(context).Unprotect(text));
            return progress is not null && now - progress.StartedAt < Term ? progress : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    public static void Keep(HttpContext context, ClaimProgress progress) =>
        context.Response.Cookies.Append(NameOf(context), Protector(context).Protect(JsonSerializer.Serialize(progress)), new CookieOptions
        {
            HttpOnly = true,
            Secure = IsTls(context),
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = Term,
        });

    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(
        NameOf(context), new CookieOptions { Secure = IsTls(context), HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });

    private static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static IDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("claim");

    private static bool IsTls(HttpContext context) =>
        context.RequestServices.GetRequiredService<Installation>().Settings.Site.StartsWith("https://", StringComparison.Ordinal);

    private static string NameOf(HttpContext context) => IsTls(context) ? "__Host-" + Name : Name;
}
