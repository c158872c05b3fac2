using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Mortanba.Foundation;
using Mortanba.Host.Web.Pages;

namespace Mortanba.Host.Web;

/// <summary>Refusals of the site: a page in the reader's language, or problem details (RFC 9457) below <c>/api</c>.</summary>
internal static class Problems
{
    private static readonly string[] MachinePaths = ["/api", "/status-lists", "/.well-known", "/types", "/log"];

    public static Task NotFoundAsync(HttpContext context) => ShowAsync(context, StatusCodes.Status404NotFound);

    public static Task ShowAsync(HttpContext context, int status) =>
        MachinePaths.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal))
            ? WriteAsync(context, status, new Problem(CodeOf(status), ReasonPhrases.GetReasonPhrase(status)))
            : ShowPageAsync(context, status);

    /// <summary>The words come from the problem's own locale text when it has one, in the language of <c>?lang=</c>.</summary>
    public static async Task WriteAsync(HttpContext context, int status, Problem problem)
    {
        var texts = context.RequestServices.GetRequiredService<Texts>();
        var language = Readers.LanguageOfApi(context.Request);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", problem.Code);
        json.WriteString("title", texts.GetOr(language, problem.Code, problem.Detail, problem.Args));
        json.WriteNumber("status", status);
        json.WriteString("detail", problem.Detail);
        json.WriteString("code", problem.Code);
        json.WriteEndObject();
    }

    /// <summary>A page that says in words why something cannot be had.</summary>
    public static Task RefuseAsync(HttpContext context, int status, Problem problem)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ErrorPage>(
            context, Readers.LanguageOf(context.Request), status, (nameof(ErrorPage.Code), "web/refused"), (nameof(ErrorPage.Refused), problem));
    }

    private static Task ShowPageAsync(HttpContext context, int status)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ErrorPage>(
            context, Readers.LanguageOf(context.Request), status, (nameof(ErrorPage.Code), CodeOf(status)));
    }

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => "web/not-found",
        StatusCodes.Status413PayloadTooLarge => "web/too-large",
        StatusCodes.Status429TooManyRequests => "web/too-many",
        < 500 => "web/bad-request",
        _ => "web/fault",
    };
}
