using System.Globalization;

namespace Mortanba.Host.Web;

/// <summary>
/// The page that checks without a network (<c>verifier/</c>), handed out as a file. It lies beside the program when it was
/// built; where it was not, nothing is offered.
/// </summary>
internal static class OfflineVerifier
{
    public const string Address = "/verifier.html";

    private static readonly FileInfo Page = new(Path.Combine(AppContext.BaseDirectory, "verifier.html"));

    /// <summary>Kibibytes of the file, rounded up; null when there is none.</summary>
    public static long? SizeKiB => Page.Exists ? (Page.Length + 1023) / 1024 : null;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Address, (HttpContext context) =>
    {
        if (!Page.Exists)
        {
            return Problems.NotFoundAsync(context);
        }

        // To be kept and opened from the disk: shown by the site it would be the site that answers.
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = Page.Length;
        response.Headers.ContentDisposition = "attachment; filename=\"mortanba-verifier.html\"";
        response.Headers.CacheControl = "no-cache";
        response.Headers.LastModified = Page.LastWriteTimeUtc.ToString("R", CultureInfo.InvariantCulture);
        return response.SendFileAsync(Page.FullName, context.RequestAborted);
    });
}
