using System.Text;

namespace Mortanba.Host.Web;

/// <summary>
/// The OpenAPI 3.1 description, written by hand in <c>Api/openapi.json</c>, since its examples and explanations are
/// what a reader needs; a test holds its paths against the routes that exist.
/// </summary>
internal static class OpenApiDocument
{
    public const string Resource = "openapi.json";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/openapi.json", (HttpContext context, WebOptions options) =>
            PublicApi.SendAsync(context, Encoding.UTF8.GetBytes(Read(options.Site)), "application/json", TimeSpan.FromMinutes(5)));

    internal static string Read(string site)
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("https://mortanba.example", site, StringComparison.Ordinal);
    }
}
