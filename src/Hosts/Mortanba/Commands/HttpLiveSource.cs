using System.Net;
using System.Net.Sockets;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>Live answers over HTTP from the service the trust bundle names; never from an address a credential names.</summary>
/// <param name="site">Base address from the trust bundle, without a slash at the end.</param>
/// <param name="time">Measures the patience.</param>
/// <param name="waits">Told when the source does as the service asks (429) and waits.</param>
/// <remarks>
/// For one command: a service that was silent once is not asked again. Nor is it followed to another address: whoever can
/// make it send readers elsewhere must not answer for it.
/// </remarks>
internal sealed class HttpLiveSource(string site, TimeProvider time, Action<TimeSpan>? waits = null) : ILiveSource, IDisposable
{
    private const int WaitsMax = 3;
    private const int ListsKeptMax = 32;
    private const int AnswerMaxBytes = 4 * 1024 * 1024;
    private static readonly string[] ProxyNames = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ListAgeMax = TimeSpan.FromMinutes(1);

    private static readonly Live<byte[]> Nothing = new(LiveState.Unreachable, null);

    // Made when somebody listens: the client alone takes longer to start than a file takes to verify.
    private readonly Dictionary<string, (DateTimeOffset At, Live<byte[]> List)> lists = new(StringComparer.Ordinal);
    private HttpClient? http;
    private bool isSilent;

    public void Dispose() => http?.Dispose();

    public async Task<Live<LiveEvidence>> EvidenceAsync(AssetId asset, CancellationToken cancel)
    {
        var answer = await GetAsync($"{site}/api/v1/assets/{asset.Value:D}/evidence", cancel);
        if (answer.Value is not { } bytes)
        {
            return new Live<LiveEvidence>(answer.State, null);
        }

        return DiplomaFile.ParseEvidence(bytes).TryGet(out var file, out _)
            ? new Live<LiveEvidence>(LiveState.Found, new LiveEvidence(file.Entries, file.Checkpoint, file.Anchor))
            : new Live<LiveEvidence>(LiveState.Unreachable, null);
    }

    /// <summary>A list that came within the last minute serves the next diploma, too: a cohort shares a few of them.</summary>
    public async Task<Live<byte[]>> StatusListAsync(string uri, CancellationToken cancel)
    {
        if (!uri.StartsWith(site + "/", StringComparison.Ordinal))
        {
            return new Live<byte[]>(LiveState.Unreachable, null);
        }

        var now = time.GetUtcNow();
        if (lists.TryGetValue(uri, out var kept) && now - kept.At < ListAgeMax)
        {
            return kept.List;
        }

        var list = await GetAsync(uri, cancel);
        if (list.State == LiveState.Found)
        {
            if (lists.Count >= ListsKeptMax)
            {
                lists.Clear();
            }

            lists[uri] = (now, list);
        }

        return list;
    }

    /// <summary>Asks again as often as the service says "later", so that many files in one command are all asked for.</summary>
    private async Task<Live<byte[]>> GetAsync(string address, CancellationToken cancel)
    {
        for (var waited = 0; ; waited++)
        {
            var (answer, later) = await AskAsync(address, cancel);
            if (later is not { } wait || wait > WaitMax || waited == WaitsMax)
            {
                return answer;
            }

            var pause = Task.Delay(wait, time, cancel);
            waits?.Invoke(wait);
            await pause;
        }
    }

    private async Task<(Live<byte[]> Answer, TimeSpan? Later)> AskAsync(string address, CancellationToken cancel)
    {
        if (isSilent || (http is null && !await ListensAsync(cancel)))
        {
            isSilent = true;
            return (Nothing, null);
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            http ??= new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            using var response = await http.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, timed.Token);
            if (response.StatusCode is System.Net.HttpStatusCode.NotFound)
            {
                return (new Live<byte[]>(LiveState.Absent, null), null);
            }

            if (response.StatusCode is System.Net.HttpStatusCode.TooManyRequests && response.Headers.RetryAfter?.Delta is { } later)
            {
                return (Nothing, later);
            }

            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentLength > AnswerMaxBytes)
            {
                return (Nothing, null);
            }

            await response.Content.LoadIntoBufferAsync(AnswerMaxBytes, timed.Token);
            return (new Live<byte[]>(LiveState.Found, await response.Content.ReadAsByteArrayAsync(timed.Token)), null);
        }
        catch (HttpRequestException)
        {
            // The port's contract: an answer that did not come is a state, not an error. Nor is it asked for again.
            isSilent = true;
            return (Nothing, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            isSilent = true;
            return (Nothing, null);
        }
    }

    // A name or connection that fails is told without an exception and without the client, which cost more than all the
    // checks together. Behind a proxy only the client knows the way.
    private async Task<bool> ListensAsync(CancellationToken cancel)
    {
        if (ProxyNames.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }))
        {
            return true;
        }

        var address = new Uri(site);
        using var attempt = new SocketAsyncEventArgs { RemoteEndPoint = new DnsEndPoint(address.DnsSafeHost, address.Port) };
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        attempt.Completed += (_, _) => ended.TrySetResult();
        if (Socket.ConnectAsync(SocketType.Stream, ProtocolType.Tcp, attempt)
            && await Task.WhenAny(ended.Task, Task.Delay(Patience, time, cancel)) != ended.Task)
        {
            Socket.CancelConnectAsync(attempt);
            await ended.Task;
            cancel.ThrowIfCancellationRequested();
        }

        attempt.ConnectSocket?.Dispose();
        return attempt.SocketError == SocketError.Success;
    }
}
