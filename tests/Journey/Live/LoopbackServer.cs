using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mortanba.Journey.Tests.Live;

/// <summary>A server on loopback that gives each request the bytes it is told to, or says nothing.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Func<string, byte[]?> answer;
    private readonly Task accepting;

    /// <param name="answer">Request line to the whole answer; null leaves the connection open and silent.</param>
    public LoopbackServer(Func<string, byte[]?> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>Request lines, in the order in which they came.</summary>
    public List<string> Asked { get; } = [];

    private readonly TaskCompletionSource wasAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the first request.</summary>
    public Task WasAsked => wasAsked.Task;

    public static byte[] Answer(string status, byte[] body, string headers = "") =>
    [
        .. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n"),
        .. body,
    ];

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(ending.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                if (await reader.ReadLineAsync(ending.Token) is not { } asked)
                {
                    // Only somebody who looked whether anyone listens.
                    return;
                }

                while (await reader.ReadLineAsync(ending.Token) is { Length: > 0 })
                {
                }

                lock (Asked)
                {
                    Asked.Add(asked);
                }

                wasAsked.TrySetResult();
                if (answer(asked) is { } bytes)
                {
                    await client.GetStream().WriteAsync(bytes, ending.Token);
                }
                else
                {
                    await Task.Delay(Timeout.Infinite, ending.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The other side went away, or the test is over.
            }
        }
    }
}
