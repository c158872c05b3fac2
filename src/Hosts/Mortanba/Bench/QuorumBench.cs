using System.Security.Cryptography;

namespace Mortanba.Host.Bench;

/// <summary>From new entries to a checkpoint that the quorum of four witnesses has cosigned; each witness is a process of its own.</summary>
internal static class QuorumBench
{
    private const int Witnesses = 4;
    private const int EntriesBetween = 50;
    private const int EntrySizeBytes = 330;

    public static async Task<Latency> RunAsync(int count, string? database, CancellationToken cancel)
    {
        await using var world = await BenchWorld.CreateAsync(database, keys: null, Witnesses, cancel);
        _ = await world.Home.Log.PublishAsync(cancel);
        return await Latency.OfAsync("checkpoint-quorum-of-4", count, async _ =>
        {
            await world.Home.Log.AppendAsync(
                [.. Enumerable.Range(0, EntriesBetween).Select(i => (ReadOnlyMemory<byte>)RandomNumberGenerator.GetBytes(EntrySizeBytes))], cancel);
            await world.Home.Log.PublishAsync(cancel);
            if (await world.Home.Log.QuorumProblemAsync(cancel) is { } problem)
            {
                throw new InvalidOperationException(problem.Detail);
            }
        });
    }
}
