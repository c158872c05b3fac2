using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Ledger.Anchoring;

/// <summary>
/// The regulator's acts on a chain: puts the contracts there and admits platforms and logs. For a demonstration and for tests; in
/// production the regulator does the same with its own wallet (contracts/README.md).
/// </summary>
/// <param name="signer">Signs for <paramref name="regulator"/> with <c>eth_sendTransaction</c>.</param>
/// <param name="mine">Called after each transaction: waits for the next block, or makes it.</param>
public sealed class ChainDeployment(HttpClient http, Uri signer, ChainAddress regulator, Func<Task> mine)
{
    private readonly JsonRpc rpc = new(http, signer);

    /// <summary>Gives the addresses of the anchor and of the token that reads it.</summary>
    public async Task<Outcome<(ChainAddress Anchor, ChainAddress Token)>> DeployAsync(CancellationToken cancel = default)
    {
        var anchor = await CreateAsync(ContractCode.CheckpointAnchor, new CallData("").Address(regulator), cancel);
        if (!anchor.TryGet(out var anchorAddress, out var problem)
            || !(await CreateAsync(ContractCode.DiplomaToken, new CallData("").Address(anchorAddress), cancel))
                .TryGet(out var token, out problem))
        {
            return problem;
        }

        return (anchorAddress, token);
    }

    /// <summary>Admits a platform with its operator and the key that says whose address is whose.</summary>
    public Task<Outcome<string>> AdmitPlatformAsync(
        ChainAddress anchor, Bin platform, ChainAddress @operator, ChainAddress claimSigner, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(anchor);
        return SendAsync(
            anchor,
            ContractCode.CheckpointAnchor.Call("admitPlatform(bytes12,address,address)")
                .Bytes32(Encoding.ASCII.GetBytes(platform.Value)).Address(@operator).Address(claimSigner).ToHex(),
            cancel);
    }

    /// <summary>Admits a log of a platform.</summary>
    /// <param name="logKey">Ed25519, 32 bytes.</param>
    public Task<Outcome<string>> AdmitLogAsync(
        ChainAddress anchor, string origin, Bin platform, ReadOnlySpan<byte> logKey, CancellationToken cancel = default) =>
        SendAsync(
            anchor,
            ContractCode.CheckpointAnchor.Call("admitLog(string,bytes12,bytes32)")
                .Text(origin).Bytes32(Encoding.ASCII.GetBytes(platform.Value)).Bytes32(logKey).ToHex(),
            cancel);

    private async Task<Outcome<ChainAddress>> CreateAsync(ContractCode code, CallData arguments, CancellationToken cancel)
    {
        if (!(await SendAsync(null, code.Creation + arguments.ToHex()[2..], cancel)).TryGet(out var hash, out var problem))
        {
            return problem;
        }

        var receipt = await rpc.CallAsync("eth_getTransactionReceipt", cancel, hash);
        return receipt.Then<ChainAddress>(r =>
            r.ValueKind == System.Text.Json.JsonValueKind.Object
            && ChainAddress.TryParse(r.GetProperty("contractAddress").GetString(), out var address)
                ? address
                : rpc.Unreachable());
    }

    private async Task<Outcome<string>> SendAsync(ChainAddress? to, string data, CancellationToken cancel)
    {
        var transaction = new JsonObject { ["from"] = regulator.ToString(), ["data"] = data };
        if (to is not null)
        {
            transaction["to"] = to.ToString();
        }

        if (!(await rpc.NumberAsync("eth_estimateGas", cancel, transaction.DeepClone())).TryGet(out var gas, out var problem))
        {
            return problem;
        }

        transaction["gas"] = ChainNumbers.Quantity(gas * 3 / 2);
        var sent = await rpc.TextAsync("eth_sendTransaction", cancel, transaction);
        if (sent.IsDone)
        {
            await mine();
        }

        return sent;
    }
}
