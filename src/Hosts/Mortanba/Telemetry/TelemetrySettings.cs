namespace Mortanba.Host.Telemetry;

/// <summary>Part <c>telemetry</c> of <c>settings.json</c>: an OpenTelemetry collector that takes OTLP over gRPC.</summary>
/// <param name="Otlp">Its address, for example <c>http://127.0.0.1:4317</c>.</param>
public sealed record TelemetrySettings(string Otlp);
