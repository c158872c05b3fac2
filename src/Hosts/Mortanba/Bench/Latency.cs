using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mortanba.Host.Bench;

/// <summary>How long single acts took, one after the other: a line of <c>mortanba bench --json</c>. All in milliseconds.</summary>
internal sealed record Latency(string Name, int Count, double P50, double P99, double Max)
{
    /// <summary>Runs the act that often and times each run; what is warmed up is the caller's.</summary>
    public static async Task<Latency> OfAsync(string name, int count, Func<int, Task> act)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await act(i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return new Latency(name, count, At(times, 0.5), At(times, 0.99), At(times, 1));
    }

    public void Write(TextWriter output, bool asJson) => output.WriteLine(asJson
        ? JsonSerializer.Serialize(this, LatencyJson.Default.Latency)
        : string.Create(CultureInfo.InvariantCulture, $"{Name,-28} {Count,9} acts   p50 {P50:0.00} ms, p99 {P99:0.00} ms, at most {Max:0.00} ms"));

    private static double At(double[] sorted, double share) => Math.Round(sorted[(int)Math.Ceiling(share * sorted.Length) - 1], 3);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Latency))]
internal sealed partial class LatencyJson : JsonSerializerContext;
