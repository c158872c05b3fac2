using Microsoft.AspNetCore.Antiforgery;

namespace Mortanba.Host.Web;

/// <summary>Forms that change something carry a token bound to the session; without it the request is refused.</summary>
internal static class FormGuard
{
    public const string FieldName = "form";

    private const string HeaderName = "RequestVerificationToken";

    /// <summary>The token for a page's forms; sets its cookie, so ask before the page is sent.</summary>
    public static string Token(HttpContext context) =>
        context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken!;

    public static async Task<bool> IsGenuineAsync(HttpContext context) =>
        await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);

    /// <summary>Reads the form of a POST; answers 400 or 413 itself and gives false when the body is none.</summary>
    public static async Task<bool> TryReadAsync(HttpContext context)
    {
        var status = StatusCodes.Status400BadRequest;
        try
        {
            if (context.Request.HasFormContentType)
            {
                await context.Request.ReadFormAsync(context.RequestAborted);
                return true;
            }
        }
        catch (BadHttpRequestException refused)
        {
            status = refused.StatusCode;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            // A multipart body without its boundary or its end, too many fields, a field that is too long.
        }

        await Problems.ShowAsync(context, status);
        return false;
    }

    /// <summary>For a form that is read as a stream: the token as its field says.</summary>
    public static async Task<bool> IsGenuineAsync(HttpContext context, string token)
    {
        var antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
        // Taken from the header first, so that nobody reads the form.
        context.Request.Headers[HeaderName] = token;
        return await antiforgery.IsRequestValidAsync(context);
    }
}
