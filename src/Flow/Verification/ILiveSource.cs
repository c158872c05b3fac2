using Mortanba.Documents;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>
/// Port to what can be asked now: the web host answers from its own store, the command line over HTTPS. Null means
/// offline. Never throws for an answer that did not come: absence and silence are different states.
/// </summary>
public interface ILiveSource
{
    /// <summary>The asset's ledger entries and those that give its authority, with the newest checkpoint.</summary>
    Task<Live<LiveEvidence>> EvidenceAsync(AssetId asset, CancellationToken cancel);

    /// <summary>The bytes served at a status list's address (JWT or VC).</summary>
    Task<Live<byte[]>> StatusListAsync(string uri, CancellationToken cancel);
}

public enum LiveState
{
    Found,

    /// <summary>The source answered that it has no such thing.</summary>
    Absent,

    /// <summary>No answer, or one that could not be read.</summary>
    Unreachable,
}

public sealed record Live<T>(LiveState State, T? Value)
    where T : class;

public sealed record LiveEvidence(IReadOnlyList<ProvenEntry> Entries, string Checkpoint, CarriedAnchor? Anchor = null);
