using Mortanba.Foundation;
using Mortanba.Host.Web.Pages;

namespace Mortanba.Host.Web;

/// <summary>
/// The QR on paper: <c>S/q/CAPABILITY</c>. Shows what stands on the true paper, so that altered paper is seen at once.
/// The capability stays out of logs, referrers, search engines and caches (design section 5).
/// </summary>
internal static class PaperOnline
{
    public static void Map(WebApplication app, RouteGroupBuilder pages)
    {
        // The browser carries the fragment with the signed core over to the new address by itself.
        app.MapGet("/q/{capability}", (HttpContext context, string capability) =>
        {
            Hide(context);
            context.Response.Headers.Vary = "Accept-Language, Cookie";
            context.Response.Redirect(
                $"/{Readers.Preferred(context.Request).Tag()}/q/{Uri.EscapeDataString(capability)}");
        });
        pages.MapGet("/q/{capability}", ShowAsync);
        pages.MapGet("/q/{capability}/pdf", PdfAsync);
    }

    private static async Task ShowAsync(
        HttpContext context, IPublicRegistry registry, OnlineVerifier verifier, LookupLimits limits, string capability)
    {
        Hide(context);
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        var language = Readers.LanguageOf(context.Request);
        if (await registry.PaperAsync(capability, context.RequestAborted) is not { } paper)
        {
            await NoneAsync(context, registry, capability);
            return;
        }

        var report = await verifier.VerifyAsync(paper.Form, context.RequestAborted);
        var texts = context.RequestServices.GetRequiredService<Texts>();
        await VerifyOnline.ShowAsync(
            context, report, texts.Get(language, "web/asked.code"), onPaper: "/q/" + capability);
    }

    private static async Task PdfAsync(
        HttpContext context, IPublicRegistry registry, LookupLimits limits, string capability)
    {
        Hide(context);
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        if (await registry.PaperPdfAsync(capability, context.RequestAborted) is not { } paper)
        {
            await NoneAsync(context, registry, capability);
            return;
        }

        context.Response.ContentType = "application/pdf";
        context.Response.ContentLength = paper.Form.Length;
        context.Response.Headers.ContentDisposition = $"inline; filename=\"{paper.Number.Replace(' ', '-')}.pdf\"";
        await context.Response.Body.WriteAsync(paper.Form, context.RequestAborted);
    }

    private static async Task NoneAsync(HttpContext context, IPublicRegistry registry, string capability)
    {
        var isBlocked = await registry.IsBlockedAsync(capability, context.RequestAborted);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ErrorPage>(
            context,
            Readers.LanguageOf(context.Request),
            isBlocked ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound,
            (nameof(ErrorPage.Code), isBlocked ? "web/paper-blocked" : "web/no-capability"));
    }

    /// <summary>Whoever holds the address sees what is behind it: no cache, no referrer, no index may keep it.</summary>
    internal static void Hide(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
    }
}
