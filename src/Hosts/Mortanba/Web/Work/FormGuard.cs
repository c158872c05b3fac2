using Microsoft.AspNetCore.Antiforgery;

namespace Mortanba.Host.Web;

/// <summary>Forms that change something carry a token bound to the session; without it the request is refused.</summary>
internal static class FormGuard
{
    public const string FieldName = "form";

    /// <summary>The token for a page's forms; sets its cookie, so ask before the page is sent.</summary>
    public static string Token(HttpContext context) =>
        context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken!;

    public static async Task<bool> IsGenuineAsync(HttpContext context) =>
        await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
}
