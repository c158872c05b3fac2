using Mortanba.Issuance;

namespace Mortanba.Host.Bench;

/// <summary>PDFs: one after the other on one thread, each with its diploma file inside.</summary>
internal static class PdfBench
{
    private const int WorldSize = 50;
    private const int WarmUp = 30;

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
    }
}
