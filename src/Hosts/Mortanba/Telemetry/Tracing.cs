using System.Diagnostics;

namespace Mortanba.Host.Telemetry;

/// <summary>The spans of this program. They name route templates, counts and codes: never an address, number or name.</summary>
/// <remarks>
/// The framework's own request spans are not exported: they carry the address as it was asked for, and that can hold the
/// number of a diploma, a capability or a claim token.
/// </remarks>
internal static class Tracing
{
    public const string SourceName = "Mortanba";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A request, always the root of its trace: a stranger's header does not decide what is sampled here.</summary>
    public static Activity? Request()
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity.Current = null;
        return Source.StartActivity("request", ActivityKind.Server);
    }

    /// <summary>A step inside a request or of a background work. Null when nobody listens.</summary>
    public static Activity? Step(string name) => Source.StartActivity(name);

    public static void Describe(this Activity span, string method, string route, int status)
    {
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
