using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mortanba.Host.Telemetry;

/// <summary>Logs as JSON lines; traces, measurements and logs to a collector when the settings name one.</summary>
internal static class TelemetryServices
{
    public static void AddMortanbaTelemetry(this WebApplicationBuilder builder, Settings settings)
    {
        if (settings.Profile == "production")
        {
            // One JSON object a line: what gathers logs can read it without guessing. People at a terminal get plain lines.
            builder.Logging.ClearProviders().AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                json.JsonWriterOptions = new JsonWriterOptions { Indented = false };
            });
        }

        if (settings.Telemetry is not { } telemetry)
        {
            return;
        }

        var resource = ResourceBuilder.CreateEmpty().AddService("mortanba", serviceVersion: Version);
        void To(OtlpExporterOptions options) => options.Endpoint = new Uri(telemetry.Otlp);
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(resource);
            logs.AddOtlpExporter(To);
        });
        // Made by the container, so that both are flushed when the site stops.
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource).AddSource(Tracing.SourceName).AddOtlpExporter(To).Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource).AddMeter("Mortanba.*", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter(To).Build());
        builder.Services.AddHostedService<TelemetryStart>();
    }

    private static string Version =>
        typeof(TelemetryServices).Assembly.GetName().Version?.ToString() ?? "0";

    /// <summary>Has both providers made when the site starts, before the first request.</summary>
    private sealed class TelemetryStart(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) => await Task.Run(
            () =>
            {
                traces.ForceFlush();
                metrics.ForceFlush();
            },
            cancellationToken);
    }
}
