using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Anchoring;

/// <summary>Asks a chain whether it says of an anchor what the ledger says. In: the ledger's word, nodes to ask. Out: where it stands.</summary>
/// <remarks>Whom to ask is the asker's choice: nodes of institutions that have nothing to do with the log's operator say the most.</remarks>
public static class AnchorCheck
{
    /// <summary>
    /// Refuses with <c>chain/…</c> what keeps the nodes from answering; <c>chain/another-genesis</c>, <c>chain/not-anchored</c> and
    /// <c>chain/fork</c> say that the chain contradicts the ledger.
    /// </summary>
    /// <param name="said">A <c>checkpoint.anchored</c> entry.</param>
    /// <param name="origin">Name of the log it stands in.</param>
    /// <param name="endpoints">JSON-RPC addresses, all of which must say the same.</param>
    public static async Task<Outcome<AnchorPlace?>> RunAsync(
        HttpClient http, LedgerEntry said, string origin, IReadOnlyList<Uri> endpoints, CancellationToken cancel = default)
    {
        if (said.Type != LedgerEntryTypes.CheckpointAnchored || said.Number("size") is not { } size
            || !TreeHash.TryParse(said.Text("root"), out var root) || !ChainAddress.TryParse(said.Text("contract"), out var contract)
            || said.Text("chain") is not { } name || !name.StartsWith("eip155:", StringComparison.Ordinal)
            || !long.TryParse(name.AsSpan("eip155:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var chainId))
        {
            return new Problem("chain/anchor-malformed", "The entry does not tell of an anchor as it should.");
        }

        // Nothing is sent, so nobody has to sign.
        var chain = new Chain(http, new ChainOptions(chainId, contract, endpoints, endpoints.Count, endpoints[0], contract));
        var logId = SHA256.HashData(Encoding.UTF8.GetBytes(origin));
        if (!(await chain.LookAsync(logId, size, cancel)).TryGet(out var view, out var problem))
        {
            return problem;
        }

        return view.Genesis != said.Text("genesis")
                ? new Problem("chain/another-genesis", "The chain that was asked is another one with the same number.")
            : view.Root is not { } anchored
                ? new Problem("chain/not-anchored", $"The chain knows no anchor of {size} entries.", ("size", size.ToString(CultureInfo.InvariantCulture)))
            : anchored != root
                ? new Problem(
                    "chain/fork", $"Another root is anchored for {size} entries: the log has two histories.",
                    ("size", size.ToString(CultureInfo.InvariantCulture)))
            : Outcome<AnchorPlace?>.From(await chain.PlaceAsync(logId, size, cancel));
    }
}
