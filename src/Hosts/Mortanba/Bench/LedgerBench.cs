using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Bench;

/// <summary>
/// A ledger that grows, on a real database: appended in ten parts, so that a rise shows; then proofs anywhere in it, its audit, and a
/// witness's copy of it over HTTP on this machine.
/// </summary>
internal static class LedgerBench
{
    // As many entries as 4,096 graduates' diplomas make; the size of an issue entry.
    private const int BatchSize = 4096;
    private const int EntrySizeBytes = 330;
    private const int Parts = 10;
    private const int Proofs = 2000;

    /// <param name="write">Is given each figure as it is there: a run over millions takes minutes.</param>
    public static async Task RunAsync(int count, string? database, Action<Measurement> write, Action<Latency> writeTimes, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-bench-");
        await using var schema = database is null ? null : await BenchSchema.CreateAsync(database, cancel);
        try
        {
            await using var log = Database.At(schema?.Address ?? "sqlite:" + Path.Combine(folder.FullName, "log.db"));
            await log.MigrateAsync(LedgerSchema.Migrations, cancel);
            using var key = new Ed25519PrivateKey(RandomNumberGenerator.GetBytes(Ed25519PrivateKey.SeedSizeBytes));
            var writer = new LogWriter(log, key, "bench.example/log", TimeProvider.System);
            var part = Math.Max(1, count / Parts);
            for (var i = 0; i < Parts; i++)
            {
                write(await Measurement.OfAsync(
                    string.Create(CultureInfo.InvariantCulture, $"ledger-append-{i + 1}"), part, () => AppendAsync(writer, part, cancel)));
            }

            var size = part * (long)Parts;
            var note = "";
            writeTimes(await Latency.OfAsync("ledger-checkpoint", 20, async _ =>
            {
                await AppendAsync(writer, 1, cancel);
                note = await writer.PublishAsync(cancel);
            }));
            size += 20;
            await ProveAsync(log, size, writeTimes, cancel);
            write(await Measurement.OfAsync("ledger-audit", size, async () =>
            {
                if (!(await LogAudit.RunAsync(log, writer.Key, cancel)).IsClean)
                {
                    throw new InvalidOperationException("The audit found something in a ledger that nobody touched.");
                }
            }));
            await CopyAsync(log, Checkpoint.Open(note, writer.Key, writer.Key.Name).Value, note, folder, write, cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AppendAsync(LogWriter writer, int count, CancellationToken cancel)
    {
        for (var done = 0; done < count; done += BatchSize)
        {
            var batch = new ReadOnlyMemory<byte>[Math.Min(BatchSize, count - done)];
            var random = RandomNumberGenerator.GetBytes(batch.Length * (EntrySizeBytes / 4 * 3));
            for (var i = 0; i < batch.Length; i++)
            {
                var entry = new byte[EntrySizeBytes];
                _ = Base64.EncodeToUtf8(random.AsSpan(i * (EntrySizeBytes / 4 * 3), EntrySizeBytes / 4 * 3), entry, out _, out _);
                batch[i] = entry;
            }

            _ = await writer.AppendAsync(batch, cancel);
        }
    }

    private static async Task ProveAsync(Database log, long size, Action<Latency> writeTimes, CancellationToken cancel)
    {
        _ = await new LogProver(log, size).InclusionProofAsync(0, cancel);
        // Nothing of the tree in memory, as for a reader that comes first; then one that keeps what it has read.
        writeTimes(await Latency.OfAsync(
            "ledger-proof-first", Proofs, async _ => await new LogProver(log, size).InclusionProofAsync(Anywhere(size), cancel)));
        var prover = new LogProver(log, size);
        writeTimes(await Latency.OfAsync("ledger-proof", Proofs, async _ => await prover.InclusionProofAsync(Anywhere(size), cancel)));
        writeTimes(await Latency.OfAsync(
            "ledger-consistency", Proofs, async _ => await new LogProver(log, size).ConsistencyProofAsync(1 + Anywhere(size - 1), cancel)));
    }

    private static async Task CopyAsync(
        Database log, Checkpoint checkpoint, string note, DirectoryInfo folder, Action<Measurement> write, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Find()}");
        builder.WebHost.UseUrls(address);
        await using var app = builder.Build();
        LedgerEndpoints.Map(app, new LogReader(log), "/log");
        await app.StartAsync(cancel);
        await using var copy = Database.At("sqlite:" + Path.Combine(folder.FullName, "copy.db"));
        await copy.MigrateAsync(LedgerSchema.Migrations, cancel);
        using var http = RemoteLog.Client();
        write(await Measurement.OfAsync("ledger-catch-up", checkpoint.Size, async () =>
        {
            if (await new LogMirror(copy, new RemoteLog(http, address + "/log")).CatchUpAsync(checkpoint, note, cancel) is { } problem)
            {
                throw new InvalidOperationException(problem.Detail);
            }
        }));
        await app.StopAsync(cancel);
    }

    private static long Anywhere(long size) => (long)(RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue * (size - 1));
}
