namespace Mortanba.Ledger.Anchoring;

/// <summary>Where the log's checkpoints are anchored, and how much it takes to believe that they are.</summary>
/// <param name="ChainId">EIP-155 chain id: part of what an anchor is.</param>
/// <param name="Contract">The <c>CheckpointAnchor</c> that the regulator deployed.</param>
/// <param name="Endpoints">JSON-RPC of several nodes, best of several institutions.</param>
/// <param name="Quorum">How many endpoints must say the same before it is believed.</param>
/// <param name="Signer">JSON-RPC that signs and sends: Web3Signer before a node, or anvil itself in tests.</param>
/// <param name="Account">The platform's operator on the chain.</param>
public sealed record ChainOptions(
    long ChainId, ChainAddress Contract, IReadOnlyList<Uri> Endpoints, int Quorum, Uri Signer, ChainAddress Account)
{
    /// <summary>Blocks that must hold the anchor, its own included. 1 where a block is final (QBFT); more where it can be undone.</summary>
    public int Confirmations { get; init; } = 1;

    /// <summary>Wei a unit of gas; what the signer chooses when it is absent. 0 on a chain with free gas.</summary>
    public long? GasPrice { get; init; }

    /// <summary>After how long a transaction that shows nowhere is taken for lost and sent again.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromMinutes(2);
}
