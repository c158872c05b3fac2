using System.Net;
using System.Net.Sockets;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>Live answers over HTTP from the service the trust bundle names; never from an address a credential names.</summary>
/// <param name="site">Base address from the trust bundle, without a slash at the end.</param>
/// <param name="time">Measures the patience.</param>
/// <remarks>
/// For one command: a service that was silent once is not asked again. Nor is it followed to another address: whoever can
/// make it send readers elsewhere must not answer for it.
/// </remarks>
internal sealed class HttpLiveSource(string site, TimeProvider time) : ILiveSource, IDisposable
{
    private const int AnswerMaxBytes = 4 * 1024 * 1024;
    private static readonly string[] ProxyNames = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Made when somebody listens: the client alone takes longer to start than a file takes to verify.
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
            ? new Live<LiveEvidence>(LiveState.Found, new LiveEvidence(file.Entries, file.Checkpoint))
            : new Live<LiveEvidence>(LiveState.Unreachable, null);
    }

    public Task<Live<byte[]>> StatusListAsync(string uri, CancellationToken cancel) =>
        uri.StartsWith(site + "/", StringComparison.Ordinal)
            ? GetAsync(uri, cancel)
            : Task.FromResult(new Live<byte[]>(LiveState.Unreachable, null));

    private async Task<Live<byte[]>> GetAsync(string address, CancellationToken cancel)
    {
        if (isSilent || (http is null && !await ListensAsync(cancel)))
        {
            isSilent = true;
            return new Live<byte[]>(LiveState.Unreachable, null);
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            http ??= new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            using var response = await http.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, timed.Token);
            if (response.StatusCode is System.Net.HttpStatusCode.NotFound)
            {
                return new Live<byte[]>(LiveState.Absent, null);
            }

            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentLength > AnswerMaxBytes)
            {
                return new Live<byte[]>(LiveState.Unreachable, null);
            }

            await response.Content.LoadIntoBufferAsync(AnswerMaxBytes, timed.Token);
            return new Live<byte[]>(LiveState.Found, await response.Content.ReadAsByteArrayAsync(timed.Token));
        }
        catch (HttpRequestException)
        {
            // The port's contract: an answer that did not come is a state, not an error. Nor is it asked for again.
            isSilent = true;
            return new Live<byte[]>(LiveState.Unreachable, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            isSilent = true;
            return new Live<byte[]>(LiveState.Unreachable, null);
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
