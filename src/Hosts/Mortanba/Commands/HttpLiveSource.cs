using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>Live answers over HTTP from the service the trust bundle names; never from an address a credential names.</summary>
/// <param name="site">Base address from the trust bundle, without a slash at the end.</param>
internal sealed class HttpLiveSource(HttpClient http, string site) : ILiveSource
{
    private const int AnswerMaxBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

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
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(Patience);
        try
        {
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
            // The port's contract: an answer that did not come is a state, not an error.
            return new Live<byte[]>(LiveState.Unreachable, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Live<byte[]>(LiveState.Unreachable, null);
        }
    }
}
