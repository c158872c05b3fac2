using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Mortanba.Host;
using Mortanba.Storage;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>Two web nodes on one database behind a client that asks them in turn: they answer as one.</summary>
public sealed class TwoNodesTests
{
    // A node may be 250 ms behind what another process wrote (OwnLiveSource.AgeMax); the rest is the question itself.
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task What_one_process_writes_both_nodes_tell_at_once(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        using var first = await Node.StartAsync(world);
        using var second = await Node.StartAsync(world);
        using var http = new HttpClient(new InTurn(first.Address, second.Address)) { BaseAddress = new Uri("http://nodes") };
        var known = (await world.NumbersAsync()).Keys;

        var list = world.WriteLists(1, 3)[0];
        var issued = await world.RunAsync(World.IssueArgs(list));
        Assert.True(issued.Exit == 0, issued.Error);

        // No node may say of a diploma that was just delivered that there is none.
        var file = Directory.GetFiles(world.Outbox, "*.diploma.json")
            .First(f => !known.Contains(Path.GetFileName(f).Split('.')[0].Replace('-', ' ')));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("in-force", await VerdictAsync(http, file));
        }

        await AssertServedAsync(http, world, file);

        var number = Path.GetFileName(file).Split('.')[0].Replace('-', ' ');
        var suspended = await world.RunAsync(
            "suspend", number, "--reason", "suspected-error", "--basis", "Order 3", "--prepared-by", "officer-1",
            "--approved-by", "rector-1");
        Assert.True(suspended.Exit == 0, suspended.Error);
        var clock = Stopwatch.StartNew();
        var inARow = 0;
        while (inARow < 4)
        {
            // How long an answer takes says nothing about how old it is.
            var asked = clock.Elapsed;
            var isSeen = await VerdictAsync(http, file) == "not-in-force";
            Assert.True(isSeen || asked < SeenWithin, $"not seen by both after {asked}");
            inARow = isSeen ? inARow + 1 : 0;
        }

        Assert.True((await world.AuditAsync()).Diplomas > 0);
    }

    /// <summary>Checkpoint, tiles, entries, evidence and lists, each asked of the other node than the one before.</summary>
    private static async Task AssertServedAsync(HttpClient http, World world, string file)
    {
        var trust = TrustBundleFile.Parse(await File.ReadAllBytesAsync(Path.Combine(world.Data, "trust.json"))).Value;
        using var key = NoteVerifier.Parse(trust.LogKey).Value;
        Assert.Empty((await new RemoteAudit(http, "http://nodes/log", key).RunAsync()).Findings);

        using var diploma = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        var vc = diploma.RootElement.GetProperty("forms").GetProperty("application/vc");
        var asset = vc.GetProperty("id").GetString()!["urn:uuid:".Length..];
        var lists = vc.GetProperty("credentialStatus").EnumerateArray()
            .Select(s => new Uri(s.GetProperty("statusListCredential").GetString()!).AbsolutePath);
        foreach (var path in lists.Append($"/api/v1/assets/{asset}/evidence"))
        {
            for (var node = 0; node < 2; node++)
            {
                using var answer = await http.GetAsync(path);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
            }
        }
    }

    private static async Task<string?> VerdictAsync(HttpClient http, string file)
    {
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(file));
        using var answer = await http.PostAsync("/api/v1/verify", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var report = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return report.RootElement.GetProperty("verdict").GetString();
    }

    private sealed class InTurn(params string[] nodes) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int next;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var node = nodes[Interlocked.Increment(ref next) % nodes.Length];
            request.RequestUri = new Uri(new Uri(node), request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
