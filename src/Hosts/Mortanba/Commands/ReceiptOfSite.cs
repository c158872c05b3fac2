using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Host.Receipts;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>Asks the site of a trust bundle for receipts and for proofs that they are logged; believes nothing it cannot check.</summary>
internal sealed class ReceiptOfSite(TrustBundle trust) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20), MaxResponseContentBufferSize = 1024 * 1024 };

    public void Dispose() => http.Dispose();

    /// <summary>Has the site verify these bytes and sign what it found. They leave this machine.</summary>
    public async Task<Outcome<byte[]>> MakeAsync(ReadOnlyMemory<byte> presented, CancellationToken cancel)
    {
        using var content = new ReadOnlyMemoryContent(presented);
        return (await AskAsync(client => client.PostAsync($"{trust.Site}/api/v1/receipts", content, cancel), cancel))
            .Then(file => VerificationReceipt.Check(file, trust).Then<byte[]>(read =>
                read.Receipt.IsOf(presented.Span) ? file : new Problem("receipts/malformed", "The receipt is not of what was presented.")));
    }

    /// <summary>The proof that the ledger has a receipt, checked.</summary>
    public async Task<Outcome<ReceiptProof>> ProofAsync(VerificationReceipt receipt, CancellationToken cancel)
    {
        var digest = receipt.Digest();
        return (await AskAsync(client => client.GetAsync($"{trust.Site}/api/v1/receipts/{Base64Url.EncodeToString(digest)}", cancel), cancel))
            .Then<ReceiptProof>(answer => !StrictJson.Parse(answer).TryGet(out var parsed, out _) || Read(parsed, answer) is not { } proof
                ? new Problem("receipts/proof", "The answer is no proof.")
                : proof.Verify(digest, trust).Problem is { } wrong ? wrong : proof);
    }

    private static ReceiptProof? Read(JsonDocument parsed, byte[] answer)
    {
        parsed.Dispose();
        return JsonNode.Parse(answer) is { } json ? ReceiptProof.Read(json) : null;
    }

    private async Task<Outcome<byte[]>> AskAsync(Func<HttpClient, Task<HttpResponseMessage>> ask, CancellationToken cancel)
    {
        var silent = new Problem("receipts/silent", "The site did not answer.");
        if (trust.Site is null)
        {
            return silent;
        }

        try
        {
            using var response = await ask(http);
            var body = await response.Content.ReadAsByteArrayAsync(cancel);
            return response.IsSuccessStatusCode ? body
                : StrictJson.Parse(body).TryGet(out var parsed, out _) ? Refusal(parsed) ?? silent : silent;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return silent;
        }
    }

    private static Problem? Refusal(JsonDocument parsed)
    {
        using (parsed)
        {
            return parsed.RootElement.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
                && code.GetString() is "receipts/waits" or "receipts/unknown" or "receipts/full"
                    ? new Problem(code.GetString()!, "The site says no.")
                    : null;
        }
    }
}
