using Mortanba.Host.Commands;

namespace Mortanba.Host.Bench;

/// <summary>
/// <c>POST /api/v1/verify</c> of diploma files on loopback, loaded by <c>wrk</c> with 16 connections: another process, so
/// that the client's work is not hidden in ours.
/// </summary>
internal static class HttpBench
{
    private const int WorldSize = 100;

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
        await using var app = await ServeCommand.BuildAsync(world.Home, world.Flow, WrkLoad.Address, cancel: cancel);
        await app.StartAsync(cancel);
        await WrkLoad.RunAsync(script, 3, cancel);

        yield return await WrkLoad.MeasureAsync("http-verify", script, seconds, cancel);
        await app.StopAsync(cancel);
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
}
