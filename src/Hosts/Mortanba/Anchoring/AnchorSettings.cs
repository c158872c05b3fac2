using Mortanba.Ledger.Anchoring;

namespace Mortanba.Host.Anchoring;

/// <summary>The chain that checkpoints are anchored on (docs/configuration.md, contracts/README.md).</summary>
/// <param name="ChainId">EIP-155 number of the chain.</param>
/// <param name="Contract">Address of the <c>CheckpointAnchor</c>.</param>
/// <param name="Endpoints">JSON-RPC addresses of nodes, best of several institutions.</param>
/// <param name="Quorum">How many of them must say the same.</param>
/// <param name="Signer">JSON-RPC address that signs and sends (Web3Signer).</param>
/// <param name="Account">The operator's account on the chain.</param>
public sealed record AnchorSettings(
    long ChainId, string Contract, IReadOnlyList<string> Endpoints, int Quorum, string Signer, string Account)
{
    /// <summary>Blocks that must hold an anchor, its own included; 1 when absent, which is right where blocks are final.</summary>
    public int? Confirmations { get; init; }

    /// <summary>Wei a unit of gas; the signer's choice when absent. 0 on a chain with free gas.</summary>
    public long? GasPrice { get; init; }

    /// <summary>The contract of tokens; graduates can claim none when it is absent.</summary>
    public DiplomaTokenSettings? Token { get; init; }

    /// <summary>Only after <c>SettingsCheck</c>: throws for what is no address.</summary>
    internal ChainOptions Options() => new(
        ChainId, ChainAddress.Parse(Contract), [.. Endpoints.Select(e => new Uri(e))], Quorum, new Uri(Signer), ChainAddress.Parse(Account))
    {
        Confirmations = Confirmations ?? 1,
        GasPrice = GasPrice,
    };
}

/// <summary>Tokens that graduates may claim (ADR 20).</summary>
/// <param name="Contract">Address of the <c>DiplomaToken</c>.</param>
/// <param name="Signer">JSON-RPC address that signs typed data; another one than that of the transactions.</param>
/// <param name="Account">The claim signer that the regulator admitted with the platform.</param>
public sealed record DiplomaTokenSettings(string Contract, string Signer, string Account)
{
    /// <summary>Only after <c>SettingsCheck</c>: throws for what is no address.</summary>
    internal TokenOptions Options() => new(ChainAddress.Parse(Contract), new Uri(Signer), ChainAddress.Parse(Account));
}
