using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Verification;

/// <summary>What the ledger itself says of one of its checkpoints on a chain. That the chain says the same is not known here.</summary>
/// <param name="Said">The <c>checkpoint.anchored</c> entry; null when it is not among the entries.</param>
/// <param name="Size">Entries of the anchored tree.</param>
/// <param name="Problem">Why the anchor does not fit the checkpoint; null when it does.</param>
internal sealed record AnchorEvidence(LedgerEntry? Said, long Size, Problem? Problem)
{
    /// <summary>The anchored tree must be one that the checkpoint's grew from: otherwise the log has two histories.</summary>
    public static AnchorEvidence Read(CarriedAnchor anchor, IEnumerable<ReadEntry> proved, Checkpoint checkpoint)
    {
        var said = proved.FirstOrDefault(read => read.Index == anchor.Index && read.Entry.Type == LedgerEntryTypes.CheckpointAnchored)?.Entry;
        if (said is null)
        {
            return new AnchorEvidence(null, 0, new Problem(
                "verification/anchor-entry-missing", "The entry that tells of the anchor is not among the proved entries."));
        }

        Span<TreeHash> hashes = stackalloc TreeHash[ConsistencyProof.HashesMax];
        var isConsistent = said.Number("size") is { } size && TreeHash.TryParse(said.Text("root"), out var root)
            && TreeHash.TryReadAll(anchor.Proof, hashes)
            && ConsistencyProof.Verify(size, checkpoint.Size, hashes[..anchor.Proof.Count], root, checkpoint.Root) is null;
        return new AnchorEvidence(said, said.Number("size") ?? 0, isConsistent ? null : new Problem(
            "verification/anchor-contradicts", "The anchored tree is not one that the ledger grew from."));
    }
}
