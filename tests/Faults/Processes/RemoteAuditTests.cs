using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Storage;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>The log of a real server on loopback, looked at from outside: one byte changed on the way is named.</summary>
public sealed class RemoteAuditTests(RemoteAuditTests.Served served) : IClassFixture<RemoteAuditTests.Served>
{
    [Fact]
    public async Task A_log_that_was_not_touched_is_clean()
    {
        var report = await served.AuditAsync("-", 0);
        Assert.Empty(report.Findings);
        Assert.True(report.Entries > TileId.WidthMax, $"{report.Entries}");
    }

    [Theory]
    [InlineData("/tile/0/000", 100, "audit/tile-differs")]
    [InlineData("/tile/0/000", 8191, "audit/tile-differs")]
    [InlineData("/tile/0/001.p/", 3, "audit/tile-differs")]
    [InlineData("/tile/entries/000", 40, "audit/root-differs")]
    [InlineData("/tile/entries/001.p/", 40, "audit/root-differs")]
    [InlineData("/tile/entries/001.p/", 0, "log/")]
    [InlineData("/checkpoint", 2, "log/")]
    [InlineData("/checkpoint", -60, "log/")]
    [InlineData("/checkpoint", -6, "log/")]
    [Trait("Requirement", "X-5")]
    public async Task One_changed_byte_of_what_is_served_is_named(string path, int at, string code)
    {
        var report = await served.AuditAsync(path, at);
        Assert.Contains(report.Findings, f => f.Code.StartsWith(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_line_says_the_same_and_ends_with_its_code()
    {
        var clean = await served.RunAsync("audit", "--url", served.Log, "--json");
        Assert.True(clean.Exit == 0, clean.Output + clean.Error);
        var stranger = await served.RunAsync(
            "audit", "--url", served.Log, "--log-key", NewKey());
        Assert.Equal(1, stranger.Exit);
        Assert.Equal(3, (await served.RunAsync("audit", "--url", "http://127.0.0.1:1/log")).Exit);
    }

    [Fact]
    public async Task An_address_without_a_log_is_told_from_one_that_does_not_answer_and_from_no_address()
    {
        var site = served.Log[..^"/log".Length];
        var noLog = await served.RunAsync("audit", "--url", site);
        Assert.Equal(3, noLog.Exit);
        Assert.Contains("404", noLog.Error, StringComparison.Ordinal);
        var noAddress = await served.RunAsync("audit", "--url", "localhost");
        Assert.Equal(64, noAddress.Exit);
        Assert.Contains("localhost", noAddress.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_address_says_that_it_is_taken()
    {
        var second = await served.RunAsync("serve", "--urls", served.Log[..^"/log".Length]);
        Assert.Equal(75, second.Exit);
        Assert.Contains("host/address-in-use", Assert.Single(second.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static string NewKey()
    {
        using var key = new Ed25519PrivateKey(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        return new NoteSigner("another.example/log", key).Verifier().ToVkey();
    }

    /// <summary>An installation with more than a full tile of entries, served by the real program.</summary>
    public sealed class Served : IAsyncLifetime
    {
        private World world = null!;
        private Node node = null!;
        private NoteVerifier key = null!;

        public string Log => node.Address + "/log";

        public async ValueTask InitializeAsync()
        {
            world = await World.CreateAsync(Dialect.Sqlite);
            await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
            {
                await World.FillTileAsync(home);
            }

            node = await Node.StartAsync(world);
            var trust = TrustBundleFile.Parse(await File.ReadAllBytesAsync(Path.Combine(world.Data, "trust.json"))).Value;
            key = NoteVerifier.Parse(trust.LogKey).Value;
        }

        public ValueTask DisposeAsync()
        {
            key.Dispose();
            node.Dispose();
            world.Dispose();
            return ValueTask.CompletedTask;
        }

        public Task<Ended> RunAsync(params string[] args) => world.RunAsync(args);

        public async Task<AuditReport> AuditAsync(string path, int at)
        {
            using var http = new HttpClient(new OneByte(path, at));
            return await new RemoteAudit(http, Log, key).RunAsync();
        }
    }

    /// <summary>Changes one byte of each answer whose address holds the path; counted from the end when negative.</summary>
    private sealed class OneByte(string path, int at) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.RequestUri!.AbsolutePath.Contains(path, StringComparison.Ordinal))
            {
                var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                bytes[at < 0 ? bytes.Length + at : at] ^= 1;
                response.Content = new ByteArrayContent(bytes);
            }

            return response;
        }
    }
}
