using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Ledger.Anchoring;

/// <summary>One JSON-RPC 2.0 endpoint over HTTP. Safe for concurrent use.</summary>
internal sealed class JsonRpc(HttpClient http, Uri address)
{
    /// <summary>
    /// Gives the member <c>result</c>. Refuses with <see cref="ChainRefusal"/> what the endpoint refused, and with
    /// <c>chain/unreachable</c> whatever is no answer.
    /// </summary>
    public async Task<Outcome<JsonElement>> CallAsync(string method, CancellationToken cancel, params JsonNode?[] arguments)
    {
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = method,
            ["params"] = new JsonArray(arguments),
        };
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(request));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await http.PostAsync(address, content, cancel);
            // Some nodes answer a refusal with 400 or 500 and say why in the body.
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancel));
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.Object)
            {
                return new ChainRefusal(Text(error, "message") ?? "", DataOf(error));
            }

            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("result", out var result)
                ? result.Clone()
                : Unreachable();
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or IOException
            || (fault is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return Unreachable();
        }
    }

    /// <summary>A result that is text, as most are.</summary>
    public async Task<Outcome<string>> TextAsync(string method, CancellationToken cancel, params JsonNode?[] arguments) =>
        (await CallAsync(method, cancel, arguments)).Then<string>(
            result => result.ValueKind == JsonValueKind.String ? result.GetString()! : Unreachable());

    public async Task<Outcome<long>> NumberAsync(string method, CancellationToken cancel, params JsonNode?[] arguments) =>
        (await TextAsync(method, cancel, arguments)).Then<long>(
            text => ChainNumbers.TryQuantity(text, out var number) ? number : Unreachable());

    // The address may hold a password: the host's name is enough to find it.
    public Problem Unreachable() => new(
        "chain/unreachable", $"{address.Host} gives no answer of a chain.", ("host", address.Host));

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Revert data: geth, Besu and anvil give a text; Hardhat an object around it.
    private static string? DataOf(JsonElement error) =>
        !error.TryGetProperty("data", out var data) ? null
        : data.ValueKind == JsonValueKind.String ? data.GetString()
        : data.ValueKind == JsonValueKind.Object ? Text(data, "data")
        : null;
}

/// <summary>What an endpoint said no to.</summary>
/// <param name="Data">What the contract reverted with, <c>0x…</c>; null when it was not the contract.</param>
internal sealed record ChainRefusal(string Message, string? Data)
    : Problem("chain/refused", Message, new Dictionary<string, string> { ["reason"] = Message });
