using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mortanba.Tests;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// Two <c>serve</c> processes of one installation behind a round-robin that asks them in turn, as a balancer before a site does. A node
/// that takes no connection is left out until it does; a request that a dying node had in its hands is answered with 502.
/// </summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    private static readonly HashSet<string> OfOneHop = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade" };

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly Process?[] nodes = new Process?[2];
    private readonly int[] ports = [Ports.Free(), Ports.Free()];
    private readonly ConcurrentDictionary<int, int> answered = new();
    private readonly string directory;
    private readonly WebApplication front;
    private int next;

    private TwoNodes(string directory, int port)
    {
        this.directory = directory;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        front = builder.Build();
        front.Run(ForwardAsync);
    }

    /// <summary>How many requests each node answered.</summary>
    public IReadOnlyList<int> Answered => [answered.GetValueOrDefault(0), answered.GetValueOrDefault(1)];

    public static async Task<TwoNodes> StartAsync(string directory, int port)
    {
        var two = new TwoNodes(directory, port);
        await Task.WhenAll(two.StartAsync(0), two.StartAsync(1));
        await two.front.StartAsync();
        return two;
    }

    /// <summary>Starts a node, and waits until it is open.</summary>
    public async Task StartAsync(int node)
    {
        var start = new ProcessStartInfo(Installed.File, [.. Installed.Before, "serve", "--data", directory, "--urls", $"http://127.0.0.1:{ports[node]}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LANG"] = "en";
        var process = nodes[node] = Process.Start(start) ?? throw new InvalidOperationException("A node did not start.");
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains("The site is open", StringComparison.Ordinal))
            {
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException($"Node {node} ended before it was open.");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(int node)
    {
        nodes[node]!.Kill();
        await nodes[node]!.WaitForExitAsync();
        nodes[node]!.Dispose();
        nodes[node] = null;
    }

    public async ValueTask DisposeAsync()
    {
        await front.DisposeAsync();
        foreach (var node in (int[])[0, 1])
        {
            if (nodes[node] is not null)
            {
                await KillAsync(node);
            }
        }

        http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var first = Interlocked.Increment(ref next);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var node = (first + attempt) % 2;
            try
            {
                using var request = RequestTo(node, context.Request, body.ToArray());
                using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
                answered.AddOrUpdate(node, 1, (_, n) => n + 1);
                context.Response.StatusCode = (int)answer.StatusCode;
                foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => !OfOneHop.Contains(h.Key)))
                {
                    context.Response.Headers[name] = values.ToArray();
                }

                await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
                return;
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                // It took nothing: the other one is asked.
            }
            catch (HttpRequestException) when (!context.Response.HasStarted)
            {
                break;
            }
        }

        context.Response.StatusCode = StatusCodes.Status502BadGateway;
    }

    private HttpRequestMessage RequestTo(int node, HttpRequest asked, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(asked.Method), new Uri($"http://127.0.0.1:{ports[node]}{asked.Path.ToUriComponent()}{asked.QueryString}"));
        if (body.Length > 0 || asked.ContentType is not null)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in asked.Headers.Where(h => !OfOneHop.Contains(h.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        request.Headers.Host = asked.Host.Value;
        return request;
    }
}
