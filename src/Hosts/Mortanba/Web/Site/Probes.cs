using System.Globalization;
using Mortanba.Host.Reconciling;

namespace Mortanba.Host.Web;

/// <summary>For those who run the service: alive, ready (the store answers), and the measurements.</summary>
internal static class Probes
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/healthz", (HttpContext context) => Say(context, StatusCodes.Status200OK, "ok\n" + Reconciled(context)));
        app.MapGet("/readyz", ReadyAsync);
        app.MapGet("/metrics", (HttpContext context, PrometheusText metrics) =>
        {
            context.Response.ContentType = PrometheusText.MediaType;
            return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
        });
    }

    /// <summary>The counts of the reconciliation, from memory. The process is alive whatever they are.</summary>
    private static string Reconciled(HttpContext context) => context.RequestServices.GetService<Reconciler>()?.Last is not { } report
        ? ""
        : string.Concat(report.Parts
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"reconciled {ReconciliationStore.Word(p.Part)} {p.Checked} round {p.Round}\n"))
            .Append(string.Create(CultureInfo.InvariantCulture, $"findings {report.Alarms.Count}\n"))
            .Concat(report.Alarms.GroupBy(a => a.Problem.Code, StringComparer.Ordinal).Select(g => string.Create(CultureInfo.InvariantCulture, $"finding {g.Key} {g.Count()}\n"))));

    private static async Task ReadyAsync(HttpContext context, IPublicRegistry registry)
    {
        try
        {
            await registry.LedgerAsync(0, context.RequestAborted);
        }
#pragma warning disable CA1031 // Whatever it is: a store that fails means not ready.
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await Say(context, StatusCodes.Status503ServiceUnavailable, "the store does not answer\n");
            return;
        }

        await Say(context, StatusCodes.Status200OK, "ready\n");
    }

    private static Task Say(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
