using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Storage.Tests.Interop;

/// <summary>A program of another family reads the ledger: Go's <c>sumdb/note</c> and <c>sumdb/tlog</c>, as Debian ships them.</summary>
public sealed class GoSumdbTests
{
    private const string Packages = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";

    private static readonly Lazy<Task<string>> Reader = new(BuildAsync);

    [Fact]
    [Trait("Requirement", "DA-15")]
    public async Task Go_reads_checkpoint_cosignatures_tiles_and_entries_and_agrees_on_every_proof()
    {
        // Three levels of tiles, each with an open one.
        await using var log = await ServedLog.CreateAsync(66_049);

        var (exit, said) = await ReadAsync(log);

        Assert.True(exit == 0, said);
        Assert.StartsWith("size 66049 signatures 3 proofs 1", said, StringComparison.Ordinal);
        Assert.EndsWith("earlier 10", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Go_refuses_what_ours_refuses_too()
    {
        await using var changed = await ServedLog.CreateAsync(300);
        await changed.Bed.Database.WriteAsync(t => t.ExecuteAsync("UPDATE ledger_entries SET entry = @e WHERE idx = 70", default, ("e", "x"u8.ToArray())));
        var (exit, said) = await ReadAsync(changed);
        Assert.Equal((1, "entry 70 is not the one that was hashed"), (exit, said));

        await changed.Bed.Database.WriteAsync(
            t => t.ExecuteAsync("UPDATE ledger_entries SET leaf_hash = @h WHERE idx = 299", default, ("h", MerkleTree.Leaf("y"u8).ToArray())));
        (exit, said) = await ReadAsync(changed);
        Assert.Equal(1, exit);
        Assert.DoesNotContain("size", said, StringComparison.Ordinal);

        await using var stranger = await ServedLog.CreateAsync(3);
        using var key = new Ed25519PrivateKey(Enumerable.Repeat((byte)99, 32).ToArray());
        (exit, said) = await ReadAsync(stranger, new NoteSigner(LedgerTestBed.Origin, key).Verifier());
        Assert.Equal((1, "the log has not signed its checkpoint"), (exit, said));
    }

    private static async Task<(int Exit, string Said)> ReadAsync(ServedLog log, NoteVerifier? logKey = null)
    {
        Assert.SkipUnless(
            Directory.Exists(Packages) && File.Exists("/usr/bin/go"), "Go is not installed: apt-get install golang-go golang-golang-x-mod-dev.");
        return await RunAsync(
            await Reader.Value, [log.Address, (logKey ?? log.Bed.Writer.Key).ToVkey(), .. log.Witnesses.Select(w => w.Verifier(NoteKeyType.CosignatureV1).ToVkey())]);
    }

    private static async Task<string> BuildAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "logreader");
        var (exit, said) = await RunAsync("/usr/bin/go", ["build", "-o", program, SourceFile()]);
        Assert.True(exit == 0, said);
        return program;
    }

    private static string SourceFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "logreader.go");

    private static async Task<(int Exit, string Said)> RunAsync(string program, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Debian's packages lie in a path of their own; nothing is fetched.
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = "/usr/share/gocode";
        start.Environment["GOFLAGS"] = "";
        start.Environment["GOCACHE"] = Path.Combine(AppContext.BaseDirectory, "go-cache");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output + await error).Trim());
    }

    /// <summary>A log with two witnesses' cosignatures under its checkpoint, served on this machine.</summary>
    private sealed class ServedLog : IAsyncDisposable
    {
        private readonly List<Ed25519PrivateKey> keys = [.. new byte[] { 21, 22 }.Select(b => new Ed25519PrivateKey(Enumerable.Repeat(b, 32).ToArray()))];
        private readonly WebApplication app;

        private ServedLog(LedgerTestBed bed, WebApplication app)
        {
            (Bed, this.app) = (bed, app);
            Witnesses = [.. keys.Select((key, i) => new NoteSigner($"w{i}.example", key))];
        }

        public LedgerTestBed Bed { get; }

        public IReadOnlyList<NoteSigner> Witnesses { get; }

        public string Address => app.Urls.First() + "/log";

        public static async Task<ServedLog> CreateAsync(int size)
        {
            var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
            await bed.Writer.AppendAsync(LedgerTestBed.Entries(size));
            var note = await bed.Writer.PublishAsync();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            LedgerEndpoints.Map(app, bed.Reader, "/log");
            app.Urls.Add("http://127.0.0.1:0");
            await app.StartAsync();
            var log = new ServedLog(bed, app);
            foreach (var witness in log.Witnesses)
            {
                var line = witness.Cosign(SignedNote.Parse(note).Value.Text, bed.Clock.Now);
                _ = (await bed.Writer.AddCosignatureAsync(size, line, witness.Verifier(NoteKeyType.CosignatureV1))).Value;
            }

            return log;
        }

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            await Bed.DisposeAsync();
            keys.ForEach(key => key.Dispose());
        }
    }
}
