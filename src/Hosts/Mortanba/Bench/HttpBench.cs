using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Mortanba.Host.Commands;

namespace Mortanba.Host.Bench;

/// <summary>
/// <c>POST /api/v1/verify</c> of diploma files on loopback, loaded by <c>wrk</c> with 16 connections: another process, so
/// that the client's work is not hidden in ours.
/// </summary>
internal static partial class HttpBench
{
    private const int WorldSize = 100;
    private const int Port = 5987;

    /// <param name="seconds">How long the load runs.</param>
    public static async IAsyncEnumerable<Measurement> RunAsync(
        int seconds, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var world = await BenchWorld.CreateAsync(null, cancel);
        await world.IssueAsync(world.WriteList(WorldSize), cancel);
        await world.Flow.PublishAsync(cancel: cancel);
        var delivery = new DeliverDiplomas(world.Home);
        var number = 0;
        foreach (var credential in await world.CredentialsAsync(WorldSize, cancel))
        {
            var (_, file) = (await delivery.FileOfAsync(credential.Asset, cancel))!.Value;
            await File.WriteAllBytesAsync(Path.Combine(world.Home.Directory, $"{number++}.json"), file.Write(), cancel);
        }

        var script = Path.Combine(world.Home.Directory, "post.lua");
        await File.WriteAllTextAsync(script, Script(world.Home.Directory), cancel);
        await using var app = await ServeCommand.BuildAsync(world.Home, world.Flow, $"http://127.0.0.1:{Port}", cancel);
        await app.StartAsync(cancel);
        await LoadAsync(script, 3, cancel);

        var output = "";
        var measured = await Measurement.OfAsync(
            "http-verify", 1, async () => output = await LoadAsync(script, seconds, cancel));
        await app.StopAsync(cancel);
        var requests = long.Parse(RequestsPattern().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(output);
        }

        Console.Error.WriteLine(output);
        yield return measured with
        {
            Count = requests,
            PerSecond = Math.Round(requests / measured.Seconds, 1),
            PerCpuSecond = Math.Round(requests / measured.CpuSeconds, 1),
        };
    }

    private static string Script(string directory) => $$"""
        local bodies = {}
        for i = 0, {{WorldSize - 1}} do
          local file = io.open("{{directory}}/" .. i .. ".json", "rb")
          bodies[i] = file:read("*a")
          file:close()
        end
        local next = 0
        request = function()
          next = (next + 1) % {{WorldSize}}
          return wrk.format("POST", "/api/v1/verify", { ["Content-Type"] = "application/vnd.mortanba.diploma+json" }, bodies[next])
        end
        """;

    private static async Task<string> LoadAsync(string script, int seconds, CancellationToken cancel)
    {
        using var wrk = Process.Start(new ProcessStartInfo(
            "wrk", ["-t1", "-c16", $"-d{seconds}s", "--latency", "-s", script, $"http://127.0.0.1:{Port}/"])
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
