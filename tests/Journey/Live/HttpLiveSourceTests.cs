using System.Net;
using System.Net.Sockets;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Host.Commands;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Live;

/// <summary>What the command line makes of a service that is away, silent, slow, or says something else.</summary>
public class HttpLiveSourceTests
{
    private static readonly AssetId Asset = AssetId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_serves_is_found_and_what_it_does_not_have_is_absent()
    {
        await using var server = new LoopbackServer(asked => asked.Contains("/status-lists/1/token ", StringComparison.Ordinal)
            ? LoopbackServer.Answer("200 OK", "list"u8.ToArray())
            : LoopbackServer.Answer("404 Not Found", []));
        using var source = new HttpLiveSource(server.Address, new ManualTime());

        var list = await source.StatusListAsync(server.Address + "/status-lists/1/token", Cancel);
        Assert.Equal((LiveState.Found, "list"), (list.State, Encoding.ASCII.GetString(list.Value!)));
        Assert.Equal(LiveState.Absent, (await source.EvidenceAsync(Asset, Cancel)).State);
        Assert.Equal(
            ["GET /status-lists/1/token HTTP/1.1", $"GET /api/v1/assets/{Asset.Value:D}/evidence HTTP/1.1"], server.Asked);
    }

    [Fact]
    public async Task Who_is_asked_to_wait_waits_says_so_and_asks_again()
    {
        var (time, told) = (new ManualTime(), new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously));
        var asked = 0;
        await using var server = new LoopbackServer(_ => Interlocked.Increment(ref asked) == 1
            ? LoopbackServer.Answer("429 Too Many Requests", [], "Retry-After: 60\r\n")
            : LoopbackServer.Answer("404 Not Found", []));
        using var source = new HttpLiveSource(server.Address, time, wait => told.SetResult(wait));

        var evidence = source.EvidenceAsync(Asset, Cancel);
        Assert.Equal(TimeSpan.FromSeconds(60), await told.Task);
        time.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(LiveState.Absent, (await evidence).State);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task One_that_is_told_to_wait_for_hours_gives_up_at_once()
    {
        await using var server = new LoopbackServer(_ => LoopbackServer.Answer("429 Too Many Requests", [], "Retry-After: 7200\r\n"));
        using var source = new HttpLiveSource(server.Address, new ManualTime());

        Assert.Equal(LiveState.Unreachable, (await source.EvidenceAsync(Asset, Cancel)).State);
    }

    [Fact]
    public async Task A_status_list_is_fetched_once_a_minute_for_all_files_of_a_command()
    {
        var time = new ManualTime();
        await using var server = new LoopbackServer(_ => LoopbackServer.Answer("200 OK", "list"u8.ToArray()));
        using var source = new HttpLiveSource(server.Address, time);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(LiveState.Found, (await source.StatusListAsync(server.Address + "/status-lists/1/token", Cancel)).State);
        }

        Assert.Single(server.Asked);
        time.Pass(TimeSpan.FromMinutes(1));
        await source.StatusListAsync(server.Address + "/status-lists/1/token", Cancel);
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task An_address_of_another_site_is_never_asked()
    {
        await using var server = new LoopbackServer(_ => LoopbackServer.Answer("200 OK", "list"u8.ToArray()));
        using var source = new HttpLiveSource("http://site.example", new ManualTime());
        using var alike = new HttpLiveSource(server.Address, new ManualTime());

        Assert.Equal(LiveState.Unreachable, (await source.StatusListAsync(server.Address + "/status-lists/1/token", Cancel)).State);
        Assert.Equal(LiveState.Unreachable, (await alike.StatusListAsync(server.Address + "0/status-lists/1/token", Cancel)).State);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task Where_nobody_listens_is_told_without_waiting()
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        // No time passes here, so an answer that waited for some would never come.
        using var source = new HttpLiveSource($"http://127.0.0.1:{port}", new ManualTime());
        Assert.Equal(LiveState.Unreachable, (await source.EvidenceAsync(Asset, Cancel)).State);
    }

    [Fact]
    public async Task A_connection_that_is_never_taken_is_waited_for_as_long_as_the_patience_lasts()
    {
        using var full = new FullListener();
        var time = new ManualTime();
        using var source = new HttpLiveSource(full.Address, time);

        var asking = source.EvidenceAsync(Asset, Cancel);
        await time.SomeoneWaits.WaitAsync(Cancel);
        time.Pass(HttpLiveSource.Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);
        time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(LiveState.Unreachable, (await asking).State);
    }

    [Fact]
    public async Task Who_gives_up_while_it_waits_is_told_so_and_not_that_nobody_was_there()
    {
        using var full = new FullListener();
        var time = new ManualTime();
        using var source = new HttpLiveSource(full.Address, time);
        using var giving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var asking = source.EvidenceAsync(Asset, giving.Token);
        await time.SomeoneWaits.WaitAsync(Cancel);
        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task A_server_that_takes_the_question_and_says_nothing_is_asked_once_only()
    {
        await using var server = new LoopbackServer(_ => null);
        var time = new ManualTime();
        using var source = new HttpLiveSource(server.Address, time);

        var asking = source.EvidenceAsync(Asset, Cancel);
        await server.WasAsked.WaitAsync(Cancel);
        time.Pass(HttpLiveSource.Patience);
        Assert.Equal(LiveState.Unreachable, (await asking).State);
        Assert.Equal(LiveState.Unreachable, (await source.StatusListAsync(server.Address + "/status-lists/1/token", Cancel)).State);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task An_answer_that_stops_half_way_is_no_answer()
    {
        var half = LoopbackServer.Answer("200 OK", new byte[100])[..^50];
        await using var server = new LoopbackServer(_ => half);
        using var source = new HttpLiveSource(server.Address, new ManualTime());

        Assert.Equal(LiveState.Unreachable, (await source.StatusListAsync(server.Address + "/status-lists/1/token", Cancel)).State);
    }

    [Theory]
    [InlineData("<html>Sign in to the airport network</html>")]
    [InlineData("{}")]
    [InlineData("""{"checkpoint":"c","entries":[],"forms":{"application/vc":{}},"type":"MortanbaDiploma","v":1}""")]
    public async Task Wrong_content_is_no_evidence(string body)
    {
        await using var server = new LoopbackServer(_ => LoopbackServer.Answer("200 OK", Encoding.UTF8.GetBytes(body)));
        using var source = new HttpLiveSource(server.Address, new ManualTime());

        Assert.Equal(LiveState.Unreachable, (await source.EvidenceAsync(Asset, Cancel)).State);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task An_announced_or_a_real_flood_is_not_read()
    {
        byte[] announced = [.. "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"u8, .. new byte[10]];
        byte[] real = [.. "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8, .. new byte[5 * 1024 * 1024]];
        foreach (var flood in (byte[][])[announced, real])
        {
            await using var server = new LoopbackServer(_ => flood);
            using var source = new HttpLiveSource(server.Address, new ManualTime());
            Assert.Equal(
                LiveState.Unreachable, (await source.StatusListAsync(server.Address + "/status-lists/1/token", Cancel)).State);
        }
    }

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("307 Temporary Redirect")]
    public async Task It_is_not_led_to_another_address(string status)
    {
        await using var elsewhere = new LoopbackServer(_ => LoopbackServer.Answer("200 OK", "forged"u8.ToArray()));
        await using var server = new LoopbackServer(_ => LoopbackServer.Answer(status, [], $"Location: {elsewhere.Address}/x\r\n"));
        using var source = new HttpLiveSource(server.Address, new ManualTime());

        Assert.Equal(LiveState.Unreachable, (await source.StatusListAsync(server.Address + "/status-lists/1/token", Cancel)).State);
        Assert.Single(server.Asked);
        Assert.Empty(elsewhere.Asked);
    }

    /// <summary>A port whose queue of waiting connections is full: the kernel leaves the next one without an answer.</summary>
    private sealed class FullListener : IDisposable
    {
        private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> waiting = [];

        public FullListener()
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(0);
            for (var i = 0; i < 4; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                waiting.Add(socket);
                try
                {
                    socket.Connect(listener.LocalEndPoint!);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // On its way; nobody will take it.
                }
            }
        }

        public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}";

        public void Dispose()
        {
            waiting.ForEach(s => s.Dispose());
            listener.Dispose();
        }
    }
}
