using Mortanba.Host.Commands;
using Mortanba.Issuance;

namespace Mortanba.Host.Bench;

/// <summary>PDFs: one after the other on one thread, each with its diploma file inside; then over HTTP.</summary>
internal static class PdfBench
{
    private const int WorldSize = 50;
    private const int WarmUp = 200;
    private const int WarmUpSeconds = 5;
    private const int HttpSeconds = 15;

    public static async IAsyncEnumerable<Measurement> RunAsync(
        int count, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var world = await BenchWorld.CreateAsync(null, cancel);
        await world.IssueAsync(world.WriteList(WorldSize), cancel);
        await world.Flow.PublishAsync(cancel: cancel);
        var delivery = new DeliverDiplomas(world.Home);
        var diplomas = new List<(StoredDiploma Diploma, byte[] File)>();
        foreach (var credential in await world.CredentialsAsync(WorldSize, cancel))
        {
            var (diploma, file) = (await delivery.FileOfAsync(credential.Asset, cancel))!.Value;
            diplomas.Add((diploma, file.Write()));
        }

        long bytes = 0;
        void Render(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var (diploma, file) = diplomas[i % diplomas.Count];
                bytes += delivery.Pdf(diploma, file).Length;
            }
        }

        Render(WarmUp);
        bytes = 0;
        yield return await Measurement.Of("pdf", count, () => Render(count));
        Console.Error.WriteLine($"pdf: {bytes / count} bytes each");
        yield return await OverHttpAsync(world, [.. diplomas.Select(d => d.Diploma.Record.Capability)], cancel);
    }

    // GET S/LANG/q/CAPABILITY/pdf, as the page behind a printed code links it; the per-client limit is raised for us.
    private static async Task<Measurement> OverHttpAsync(BenchWorld world, string[] capabilities, CancellationToken cancel)
    {
        var script = Path.Combine(world.Home.Directory, "pdf.lua");
        await File.WriteAllTextAsync(script, Script(capabilities), cancel);
        await using var app = await ServeCommand.BuildAsync(
            world.Home, world.Flow, WrkLoad.Address, options => options.LookupsPerMinute = int.MaxValue, cancel);
        await app.StartAsync(cancel);
        await WrkLoad.RunAsync(script, WarmUpSeconds, cancel);
        var measured = await WrkLoad.MeasureAsync("pdf-http", script, HttpSeconds, cancel);
        await app.StopAsync(cancel);
        return measured;
    }

    private static string Script(string[] capabilities) => $$"""
        local paths = { {{Paths(capabilities)}} }
        local next = 0
        request = function()
          next = next % #paths + 1
          return wrk.format("GET", paths[next])
        end
        """;

    private static string Paths(string[] capabilities) => string.Join(", ", capabilities.Select(c => $"\"/kk/q/{c}/pdf\""));
}
