using System.Diagnostics;
using Mortanba.Host.Telemetry;

namespace Mortanba.Host.Web;

/// <summary>
/// What is around every request: security headers, count and duration by route template, one log line, and an answer
/// in words when something threw. One middleware, since the verifying path must stay short.
/// </summary>
/// <remarks>
/// Logs and metrics name the route template only: an address can hold a number or a capability (design section 5).
/// </remarks>
internal sealed partial class Envelope(
    RequestDelegate next, WebOptions options, WebMetrics metrics, ILogger<Envelope> log)
{
    internal const string ResourcePolicy = "Cross-Origin-Resource-Policy";

    private const string ContentPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly bool insistsOnTls = options.InsistsOnTls;

    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        using var span = Tracing.Request();
        SetHeaders(context.Response.Headers);
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await Problems.ShowAsync(context, refused.StatusCode);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader went away: nobody is left to answer, and it is no fault of ours.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
#pragma warning disable CA1031 // The edge of the program: the fault is logged whole, the reader gets a page without it.
        catch (Exception fault) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            LogFault(fault, context.Request.Method, RouteOf(context));
            await Problems.ShowAsync(context, StatusCodes.Status500InternalServerError);
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            metrics.Request(RouteOf(context), context.Request.Method, context.Response.StatusCode, elapsed);
            span?.Describe(context.Request.Method, RouteOf(context), context.Response.StatusCode);
            LogRequest(context.Request.Method, RouteOf(context), context.Response.StatusCode, elapsed.TotalMilliseconds);
        }
    }

    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";

    private void SetHeaders(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = ContentPolicy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), browsing-topics=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers[ResourcePolicy] = "same-origin";
        headers.XFrameOptions = "DENY";
        if (insistsOnTls)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Route} failed")]
    private partial void LogFault(Exception fault, string method, string route);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Route} {Status} {Milliseconds} ms")]
    private partial void LogRequest(string method, string route, int status, double milliseconds);
}
