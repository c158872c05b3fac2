using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Mortanba.Host.Web;

/// <summary>What stands between the steps of a launch, in protected cookies of the browser that began it.</summary>
internal static class LtiCookies
{
    /// <summary>Keeps it for a while.</summary>
    /// <param name="isCrossSite">It comes back with a form that the platform's page sends.</param>
    public static void Keep<T>(HttpContext context, string cookie, T what, TimeSpan term, bool isCrossSite = false) => context.Response.Cookies.Append(
        Name(context, cookie), Protector(context, cookie).Protect(JsonSerializer.Serialize(what)),
        new CookieOptions
        {
            HttpOnly = true,
            Secure = IsTls(context),
            SameSite = isCrossSite && IsTls(context) ? SameSiteMode.None : SameSiteMode.Lax,
            Path = "/",
            MaxAge = term,
        });

    /// <summary>Null when there is none, or something changed it.</summary>
    public static T? Find<T>(HttpContext context, string cookie)
        where T : class
    {
        try
        {
            return context.Request.Cookies[Name(context, cookie)] is { Length: > 0 } text
                ? JsonSerializer.Deserialize<T>(Protector(context, cookie).Unprotect(text)) : null;
        }
        catch (Exception changed) when (changed is CryptographicException or JsonException)
        {
            return null;
        }
    }

    public static void End(HttpContext context, string cookie) =>
        context.Response.Cookies.Delete(Name(context, cookie), new CookieOptions { Path = "/", Secure = IsTls(context) });

    private static bool IsTls(HttpContext context) =>
        context.RequestServices.GetRequiredService<WebOptions>().Site.StartsWith("https://", StringComparison.Ordinal);

    private static string Name(HttpContext context, string cookie) => AccountServices.Named(cookie, IsTls(context));

    // One for each cookie: what was kept as one thing is not read as the other.
    private static IDataProtector Protector(HttpContext context, string cookie) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("accounts/lti", cookie);
}
