using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Anchoring;

/// <summary>
/// The anchor contract on its chain. Read through several endpoints, of which a quorum must say the same; written through
/// one signer, whose word counts for nothing.
/// </summary>
internal sealed class Chain(HttpClient http, ChainOptions options)
{
    // Besu answers for 5,000 blocks at a time unless it is told otherwise (--rpc-max-logs-range).
    private const int BlocksAtOnce = 5_000;
    private const int BlocksLookedThrough = 100_000;

    private readonly JsonRpc[] endpoints = [.. options.Endpoints.Select(address => new JsonRpc(http, address))];
    private readonly JsonRpc signer = new(http, options.Signer);

    /// <summary>What a quorum says of a log and of one size of it.</summary>
    public async Task<Outcome<AgreedView>> LookAsync(byte[] logId, long size, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(endpoints.Select(e => LookAsync(e, logId, size, cancel)));
        var views = answers.Where(a => a.IsDone).Select(a => a.Value).ToList();
        if (views.Count < options.Quorum)
        {
            // One that was reached and found no contract says more than one that was not reached.
            return answers.Select(a => a.Problem).OfType<Problem>().OrderBy(p => p.Code == "chain/unreachable").First();
        }

        if (views.Count(v => v.ChainId == options.ChainId) < options.Quorum)
        {
            return new Problem(
                "chain/another-chain", $"The endpoints do not serve chain {ChainNumbers.Quantity(options.ChainId)}.");
        }

        views.RemoveAll(v => v.ChainId != options.ChainId);
        // Nodes are a block apart at times, so each part is agreed on by itself.
        return Agreed(views, v => v.Genesis) is { } genesis && Agreed(views, v => (long?)v.Size) is { } grown
            ? new AgreedView(genesis, grown, Agreed(views, v => v.Root), Agreed(views, v => v.Confirmed))
            : Disagreement();
    }

    /// <summary>Where the event of an anchored checkpoint stands; null when no quorum shows it, or when it is long ago.</summary>
    public async Task<AnchorPlace?> PlaceAsync(byte[] logId, long size, CancellationToken cancel)
    {
        var places = await Task.WhenAll(endpoints.Select(e => PlaceAsync(e, logId, size, cancel)));
        return Agreed([.. places], p => p);
    }

    /// <summary>What a contract answers in the newest block, so many words of 32 bytes; a quorum must say the same.</summary>
    public async Task<Outcome<byte[]>> ReadAsync(
        ContractCode code, ChainAddress contract, CallData call, int words, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(endpoints.Select(e => ReadAsync(e, contract, call, words, "latest", cancel)));
        var agreed = answers.Where(a => a.IsDone).Select(a => a.Value).GroupBy(Convert.ToHexStringLower)
            .FirstOrDefault(g => g.Count() >= options.Quorum);
        return agreed is not null ? agreed.First()
            : answers.Select(a => a.Problem).OfType<Problem>().OrderBy(p => p.Code == "chain/unreachable").FirstOrDefault() is { } problem
                ? Named(code, problem)
            : Disagreement();
    }

    /// <summary>
    /// Has the signer send a call. Asks first whether the contract would take it, so that a refusal comes with its name and
    /// costs nothing. Gives the transaction's hash; that it was sent does not mean that it will stand.
    /// </summary>
    public async Task<Outcome<string>> SendAsync(ContractCode code, ChainAddress contract, CallData call, CancellationToken cancel)
    {
        var transaction = new JsonObject
        {
            ["from"] = options.Account.ToString(),
            ["to"] = contract.ToString(),
            ["data"] = call.ToHex(),
        };
        if (options.GasPrice is { } price)
        {
            transaction["gasPrice"] = ChainNumbers.Quantity(price);
        }

        if (!(await signer.NumberAsync("eth_estimateGas", cancel, transaction.DeepClone())).TryGet(out var gas, out var problem))
        {
            return Named(code, problem);
        }

        // The chain may move between estimate and block: a checkpoint of another size costs some hashes more.
        transaction["gas"] = ChainNumbers.Quantity(gas * 3 / 2);
        return (await signer.TextAsync("eth_sendTransaction", cancel, transaction)).Match<Outcome<string>>(
            hash => hash, refused => Named(code, refused));
    }

    /// <summary>The value that a quorum gave; null when none did, or when it gave null.</summary>
    private T? Agreed<T>(IReadOnlyList<ChainView> views, Func<ChainView, T?> part) => Agreed([.. views.Select(part)], p => p);

    private T? Agreed<TView, T>(IReadOnlyList<TView> views, Func<TView, T?> part) =>
        views.GroupBy(part).Where(g => g.Count() >= options.Quorum).Select(g => g.Key).FirstOrDefault();

    private Problem Disagreement() => new(
        "chain/endpoints-disagree", $"No {options.Quorum} of {options.Endpoints.Count} endpoints say the same.");

    private async Task<Outcome<ChainView>> LookAsync(JsonRpc endpoint, byte[] logId, long size, CancellationToken cancel)
    {
        var chainId = await endpoint.NumberAsync("eth_chainId", cancel);
        var genesis = (await endpoint.CallAsync("eth_getBlockByNumber", cancel, "0x0", false)).Then<string>(
            block => Member(block, "hash") is { } hash ? hash : endpoint.Unreachable());
        var head = await endpoint.NumberAsync("eth_blockNumber", cancel);
        if ((chainId.Problem ?? genesis.Problem ?? head.Problem) is { } problem)
        {
            return problem;
        }

        var log = await ReadAsync(endpoint, options.Contract, ContractCode.CheckpointAnchor.Call("logOf(bytes32)").Bytes32(logId), 4, "latest", cancel);
        var rootCall = ContractCode.CheckpointAnchor.Call("rootAt(bytes32,uint64)").Bytes32(logId).Number(size);
        var root = await ReadAsync(endpoint, options.Contract, rootCall, 1, "latest", cancel);
        var deep = head.Value - (options.Confirmations - 1);
        var confirmed = deep < 0
            ? Outcome<byte[]>.From(new byte[TreeHash.SizeBytes])
            : await ReadAsync(endpoint, options.Contract, rootCall, 1, ChainNumbers.Quantity(deep), cancel);
        // Before the contract was there nothing was anchored.
        if (confirmed.Problem?.Code == "chain/no-contract")
        {
            confirmed = new byte[TreeHash.SizeBytes];
        }

        if ((log.Problem ?? root.Problem ?? confirmed.Problem) is { } refused)
        {
            return refused;
        }

        // Log is (platform, ordinal, size, key), a word each.
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(log.Value.AsSpan(88)) is var anchored && anchored <= long.MaxValue
            ? new ChainView(chainId.Value, genesis.Value, (long)anchored, RootOf(root.Value), RootOf(confirmed.Value))
            : endpoint.Unreachable();
    }

    private static async Task<Outcome<byte[]>> ReadAsync(
        JsonRpc endpoint, ChainAddress contract, CallData call, int words, string block, CancellationToken cancel)
    {
        var request = new JsonObject { ["to"] = contract.ToString(), ["data"] = call.ToHex() };
        return (await endpoint.TextAsync("eth_call", cancel, request, block)).Then<byte[]>(
            text => text == "0x"
                ? new Problem("chain/no-contract", $"There is no contract at {contract}.", ("contract", contract.ToString()))
                : ChainNumbers.TryBytes(text, 32 * words, out var bytes) ? bytes : endpoint.Unreachable());
    }

    private async Task<AnchorPlace?> PlaceAsync(JsonRpc endpoint, byte[] logId, long size, CancellationToken cancel)
    {
        if (!(await endpoint.NumberAsync("eth_blockNumber", cancel)).TryGet(out var head, out _))
        {
            return null;
        }

        var topics = new[]
        {
            ContractCode.CheckpointAnchor.Topic("Anchored(bytes32,uint64,bytes32,bytes32)"),
            "0x" + Convert.ToHexStringLower(logId),
            "0x" + size.ToString("x64", System.Globalization.CultureInfo.InvariantCulture),
        };
        for (var last = head; last >= 0 && last > head - BlocksLookedThrough; last -= BlocksAtOnce)
        {
            var filter = new JsonObject
            {
                ["address"] = options.Contract.ToString(),
                ["fromBlock"] = ChainNumbers.Quantity(Math.Max(0, last - BlocksAtOnce + 1)),
                ["toBlock"] = ChainNumbers.Quantity(last),
                ["topics"] = new JsonArray([.. topics.Select(t => (JsonNode)t)]),
            };
            if (!(await endpoint.CallAsync("eth_getLogs", cancel, filter)).TryGet(out var logs, out _)
                || logs.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            if (logs.EnumerateArray().Select(PlaceOf).FirstOrDefault() is { } place)
            {
                return place;
            }
        }

        return null;
    }

    private static AnchorPlace? PlaceOf(JsonElement log) =>
        ChainNumbers.TryQuantity(Member(log, "blockNumber"), out var block)
        && Member(log, "blockHash") is { } hash && Member(log, "transactionHash") is { } transaction
            ? new AnchorPlace(block, hash, transaction)
            : null;

    private static string? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static TreeHash? RootOf(byte[] word) => word.All(b => b == 0) ? null : new TreeHash(word);

    /// <summary>A refusal by the contract under the contract's own name for it.</summary>
    private static Problem Named(ContractCode code, Problem problem) =>
        problem is ChainRefusal { Data: var data } && code.ErrorOf(data) is { } error
            ? new Problem("chain/contract-refused", $"The contract refuses: {error}.", ("error", error))
            : problem;
}

/// <summary>Where on a chain an anchor stands.</summary>
/// <param name="BlockHash"><c>0x…</c></param>
/// <param name="Transaction">Its hash, <c>0x…</c>.</param>
public sealed record AnchorPlace(long Block, string BlockHash, string Transaction);

/// <summary>What one endpoint says of a log and of one size of it, at one moment.</summary>
/// <param name="Genesis">Hash of block 0, <c>0x…</c>: another chain with the same id has another.</param>
/// <param name="Size">Of the newest anchored checkpoint; 0 before the first.</param>
/// <param name="Root">Anchored for the size that was asked for, in the newest block; null when none is.</param>
/// <param name="Confirmed">The same in the block that enough others stand on.</param>
internal sealed record ChainView(long ChainId, string Genesis, long Size, TreeHash? Root, TreeHash? Confirmed);

/// <summary>What enough endpoints agree on.</summary>
internal sealed record AgreedView(string Genesis, long Size, TreeHash? Root, TreeHash? Confirmed);
