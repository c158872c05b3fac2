using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Mortanba.Host.Bench;

/// <summary><c>wrk</c> with 16 connections against a site on loopback: another process, so that its work is not hidden in ours.</summary>
internal static partial class WrkLoad
{
    /// <summary>A free port of loopback, one for the process.</summary>
    public static string Address { get; } = $"http://127.0.0.1:{FreePort.Find()}";

    /// <summary>Runs the script for so long and counts the requests; throws when one was refused or broken.</summary>
    public static async Task<Measurement> MeasureAsync(string name, string script, int seconds, CancellationToken cancel)
    {
        var output = "";
        var measured = await Measurement.OfAsync(name, 1, async () => output = await RunAsync(script, seconds, cancel));
        var requests = long.Parse(RequestsPattern().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(output);
        }

        Console.Error.WriteLine(output);
        return measured with
        {
            Count = requests,
            PerSecond = Math.Round(requests / measured.Seconds, 1),
            PerCpuSecond = Math.Round(requests / measured.CpuSeconds, 1),
        };
    }

    public static async Task<string> RunAsync(string script, int seconds, CancellationToken cancel)
    {
        using var wrk = Process.Start(new ProcessStartInfo(
            "wrk", ["-t1", "-c16", $"-d{seconds}s", "--latency", "-s", script, Address + "/"])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("wrk did not start.");
        var output = await wrk.StandardOutput.ReadToEndAsync(cancel);
        await wrk.WaitForExitAsync(cancel);
        return output;
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestsPattern();
}
