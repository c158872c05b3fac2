using System.Text.RegularExpressions;

namespace Mortanba.Host.Web;

/// <summary>
/// Where the language switch of a page leads: to the same page in another language, by GET. The answer of a form stands at the
/// form's address, which often is no page of its own: then to the page that the form stands on.
/// </summary>
internal sealed partial class LanguageSwitch(EndpointDataSource endpoints)
{
    // Routes do not change once the site is open.
    private readonly Lazy<HashSet<string>> pages = new(() => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Get) == true)
        .Select(Shape).ToHashSet(StringComparer.Ordinal));

    /// <summary>The rest of that address behind the language, with its slash; empty for the home page.</summary>
    public string PathOf(HttpContext context, string language)
    {
        var path = context.Request.Path.Value ?? "";
        if (!path.StartsWith($"/{language}", StringComparison.Ordinal))
        {
            return "";
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            return path[(language.Length + 1)..] + context.Request.QueryString;
        }

        path = path.TrimEnd('/');
        for (var shape = context.GetEndpoint() is RouteEndpoint route ? Shape(route) : ""; shape.Contains('/', StringComparison.Ordinal);)
        {
            if (pages.Value.Contains(shape))
            {
                return path[(language.Length + 1)..] + QueryOf(context.Request, path);
            }

            (shape, path) = (Shorter(shape), Shorter(path));
        }

        return "";
    }

    /// <summary>What of the page was asked for before the form was sent: its filter, its place in a list.</summary>
    private static string QueryOf(HttpRequest request, string path) =>
        request.Path.Value == path && request.QueryString.HasValue ? request.QueryString.Value!
            : Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var from)
                && from.Authority == request.Host.Value && from.AbsolutePath.TrimEnd('/') == path ? from.Query
            : "";

    // As long as the address has parts: an optional one that is not there has no part in the shape either.
    private static string Shape(RouteEndpoint endpoint) => Parameter().Replace((endpoint.RoutePattern.RawText ?? "").Trim('/'), "*");

    private static string Shorter(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
