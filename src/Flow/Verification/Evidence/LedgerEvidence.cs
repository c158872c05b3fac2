using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Verification;

/// <summary>An entry that was read.</summary>
internal sealed record ReadEntry(long Index, LedgerEntry Entry);

/// <summary>Ledger entries with the checkpoint they are proved into: what came with a file, or what a live source gave.</summary>
/// <remarks>
/// Each entry is proved before it counts; one that is not proved makes <see cref="EntryProblem"/>, and the evidence is
/// wrong as a whole: an honest file has no such entry.
/// </remarks>
internal sealed class LedgerEvidence
{
    private const int RememberedEntriesMax = 4096;

    // Authority entries come with every diploma of an issue: once proved into a tree, they need no second proof.
    // The size is part of the key: another log could sign the same root with another size, and so move an index. The proof
    // is kept too: a file with a damaged one gets the same answer whatever was verified before it.
    private static readonly BoundedCache<(TreeHash Root, long Size, TreeHash Leaf, long Index), ProvedEntry> Proved =
        new(RememberedEntriesMax);

    private LedgerEvidence(CheckpointEvidence? checkpoint, Problem? checkpointProblem)
    {
        Checkpoint = checkpoint;
        CheckpointProblem = checkpointProblem;
    }

    /// <summary>Null when the checkpoint is not one of a trusted log.</summary>
    public CheckpointEvidence? Checkpoint { get; }

    /// <summary>Why the checkpoint is not believed, or that too few witnesses cosigned; null when all is well.</summary>
    public Problem? CheckpointProblem { get; }

    /// <summary>The first entry that is not in the tree or cannot be read; null when there is none.</summary>
    public Problem? EntryProblem { get; private set; }

    public List<ReadEntry> Entries { get; } = [];

    /// <summary>The anchor that came along, against this checkpoint; null when none did or no checkpoint is believed.</summary>
    public AnchorEvidence? Anchor { get; private set; }

    /// <summary>True when the entries are proved into a tree that a trusted log signed.</summary>
    public bool IsProved => Checkpoint is not null && EntryProblem is null;

    /// <summary>
    /// Up to when the tree speaks: the newest cosignature; without witnesses the newest entry, which is a lower bound.
    /// </summary>
    public DateTimeOffset? Time { get; private set; }

    /// <param name="known">Evidence read before: what it proved into the same tree needs no second proof.</param>
    public static LedgerEvidence Read(
        IReadOnlyList<ProvenEntry> entries, string checkpoint, CarriedAnchor? anchor, LogPolicy policy, LedgerEvidence? known = null)
    {
        if (!policy.Evaluate(checkpoint).TryGet(out var opened, out var problem))
        {
            var unproved = new LedgerEvidence(null, Judge(problem, checkpoint, policy));
            unproved.ReadUnproved(entries);
            return unproved;
        }

        var evidence = new LedgerEvidence(opened, opened.QuorumProblem);
        evidence.ReadProved(entries, opened.Checkpoint, known);
        evidence.Anchor = anchor is null ? null : AnchorEvidence.Read(anchor, evidence.Entries, opened.Checkpoint);
        evidence.Time = opened.Cosignatures.Count > 0
            ? opened.Cosignatures.Max(cosignature => cosignature.At)
            : evidence.Entries.Count > 0 ? evidence.Entries.Max(read => read.Entry.At) : null;
        return evidence;
    }

    /// <summary>Without trust: the entries say something, and nothing of it is proved.</summary>
    public static LedgerEvidence Unproved(IReadOnlyList<ProvenEntry> entries)
    {
        var evidence = new LedgerEvidence(null, new Problem("verification/trust-absent", "No trust bundle was given."));
        evidence.ReadUnproved(entries);
        return evidence;
    }

    // A stranger's log is no forgery of ours: only a checkpoint that uses the name of a trusted log without its signature is.
    private static Problem Judge(Problem problem, string checkpoint, LogPolicy policy)
    {
        if (problem.Code != "log/note-unsigned")
        {
            return problem;
        }

        var origin = checkpoint.AsSpan()[..Math.Max(0, checkpoint.IndexOf('\n', StringComparison.Ordinal))].ToString();
        return policy.Logs.Any(log => log.Name == origin)
            ? problem
            : new Problem(
                "verification/log-unknown", "The checkpoint is of a log that the trust bundle does not know.");
    }

    private void ReadProved(IReadOnlyList<ProvenEntry> entries, Checkpoint checkpoint, LedgerEvidence? known)
    {
        var proved = known?.Checkpoint?.Checkpoint.Root == checkpoint.Root ? known.Entries : [];
        foreach (var proven in entries)
        {
            if (Find(proved, proven) is { } same)
            {
                Entries.Add(same);
                continue;
            }

            var leaf = MerkleTree.Leaf(proven.Entry.Span);
            var key = (checkpoint.Root, checkpoint.Size, leaf, proven.Index);
            LedgerEntry? entry;
            if (Proved.TryGet(key, out var remembered) && IsSame(remembered!.Proof, proven.Proof))
            {
                entry = remembered.Entry;
            }
            else
            {
                if (Prove(proven, leaf, checkpoint) is { } wrong)
                {
                    EntryProblem ??= wrong;
                    continue;
                }

                if (!LedgerEntry.Parse(proven.Entry).TryGet(out entry, out var problem))
                {
                    EntryProblem ??= problem;
                    continue;
                }

                if (!LedgerEntryTypes.IsOfAsset(entry.Type))
                {
                    Proved.Add(key, new ProvedEntry(entry, proven.Proof));
                }
            }

            Entries.Add(new ReadEntry(proven.Index, entry!));
        }
    }

    private static ReadEntry? Find(List<ReadEntry> proved, ProvenEntry wanted)
    {
        foreach (var one in proved)
        {
            if (one.Index == wanted.Index && one.Entry.Bytes.Span.SequenceEqual(wanted.Entry.Span))
            {
                return one;
            }
        }

        return null;
    }

    private static bool IsSame(IReadOnlyList<ReadOnlyMemory<byte>> one, IReadOnlyList<ReadOnlyMemory<byte>> other)
    {
        if (one.Count != other.Count)
        {
            return false;
        }

        for (var i = 0; i < one.Count; i++)
        {
            if (!one[i].Span.SequenceEqual(other[i].Span))
            {
                return false;
            }
        }

        return true;
    }

    private sealed record ProvedEntry(LedgerEntry Entry, IReadOnlyList<ReadOnlyMemory<byte>> Proof);

    private static Problem? Prove(ProvenEntry proven, in TreeHash leaf, Checkpoint checkpoint)
    {
        Span<TreeHash> hashes = stackalloc TreeHash[InclusionProof.HashesMax];
        return TreeHash.TryReadAll(proven.Proof, hashes)
            ? InclusionProof.Verify(leaf, proven.Index, checkpoint.Size, hashes[..proven.Proof.Count], checkpoint.Root)
            : new Problem("log/inclusion-proof-length", "The inclusion proof does not have the hashes that it needs.");
    }

    private void ReadUnproved(IReadOnlyList<ProvenEntry> entries)
    {
        foreach (var proven in entries)
        {
            if (LedgerEntry.Parse(proven.Entry).TryGet(out var entry, out var problem))
            {
                Entries.Add(new ReadEntry(proven.Index, entry));
            }
            else
            {
                EntryProblem ??= problem;
            }
        }
    }
}
