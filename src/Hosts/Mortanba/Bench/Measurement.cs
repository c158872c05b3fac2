using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mortanba.Host.Bench;

/// <summary>One measured figure: a line of <c>mortanba bench --json</c>.</summary>
/// <param name="Count">Acts done.</param>
/// <param name="Seconds">Wall clock.</param>
/// <param name="CpuSeconds">User and system time of this process, all threads.</param>
/// <param name="PeakMiB">High-water mark of resident memory of the process so far (VmHWM).</param>
internal sealed record Measurement(
    string Name, long Count, double Seconds, double PerSecond, double CpuSeconds, double PerCpuSecond, double PeakMiB)
{
    /// <summary>Runs the acts once and measures them; warm-up is the caller's.</summary>
    public static async Task<Measurement> OfAsync(string name, long count, Func<Task> acts)
    {
        using var process = Process.GetCurrentProcess();
        GC.Collect();
        process.Refresh();
        var cpuBefore = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await acts();
        watch.Stop();
        process.Refresh();
        var cpu = (process.TotalProcessorTime - cpuBefore).TotalSeconds;
        var seconds = watch.Elapsed.TotalSeconds;
        return new Measurement(
            name, count, Round(seconds), Round(count / seconds), Round(cpu), Round(count / Math.Max(cpu, 1e-9)), Round(PeakMebibytes()));
    }

    public static Task<Measurement> Of(string name, long count, Action acts) =>
        OfAsync(name, count, () =>
        {
            acts();
            return Task.CompletedTask;
        });

    public void Write(TextWriter output, bool asJson) => output.WriteLine(asJson
        ? JsonSerializer.Serialize(this, MeasurementJson.Default.Measurement)
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Name,-28} {Count,9} in {Seconds,8:0.00} s  {PerSecond,11:0} /s  {PerCpuSecond,11:0} /CPU s  peak {PeakMiB:0} MiB"));

    private static double Round(double value) => Math.Round(value, 3);

    private static double PeakMebibytes()
    {
        const string Mark = "VmHWM:";
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Mark, StringComparison.Ordinal));
        return double.Parse(line[Mark.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Measurement))]
internal sealed partial class MeasurementJson : JsonSerializerContext;
