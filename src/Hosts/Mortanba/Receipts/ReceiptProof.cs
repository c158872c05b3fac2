using System.Text.Json.Nodes;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host.Receipts;

/// <summary>
/// That a receipt was logged: its place in the tree of one hour's receipts, the ledger entry with that tree's root, and the entry's
/// place in the log. May follow the receipt by an hour.
/// </summary>
/// <param name="Place">Of the receipt among those of its entry, from 0.</param>
/// <param name="Path">From the receipt's leaf to the root in the entry (RFC 6962).</param>
public sealed record ReceiptProof(long Place, IReadOnlyList<ReadOnlyMemory<byte>> Path, ProvenEntry Entry, string Checkpoint)
{
    /// <summary>When and where the ledger has it; refuses with <c>receipts/proof</c> what proves nothing.</summary>
    public Outcome<(long Index, DateTimeOffset At)> Verify(ReadOnlySpan<byte> digest, TrustBundle trust)
    {
        var wrong = new Problem("receipts/proof", "The proof does not show that the ledger has this receipt.");
        Span<TreeHash> hashes = stackalloc TreeHash[InclusionProof.HashesMax];
        if (!LogPolicy.Parse(trust.Policy, trust.LogKey).TryGet(out var policy, out _)
            || !policy.Evaluate(Checkpoint).TryGet(out var opened, out _) || opened.QuorumProblem is not null
            || !TreeHash.TryReadAll(Entry.Proof, hashes)
            || InclusionProof.Verify(
                MerkleTree.Leaf(Entry.Entry.Span), Entry.Index, opened.Checkpoint.Size, hashes[..Entry.Proof.Count], opened.Checkpoint.Root) is not null
            || !LedgerEntry.Parse(Entry.Entry).TryGet(out var entry, out _) || entry.Type != LedgerEntryTypes.ReceiptIssued
            || entry.Number("count") is not { } count || !TreeHash.TryParse(entry.Text("root"), out var root)
            || !TreeHash.TryReadAll(Path, hashes))
        {
            return wrong;
        }

        return InclusionProof.Verify(MerkleTree.Leaf(digest), Place, count, hashes[..Path.Count], root) is null
            ? (Entry.Index, entry.At)
            : wrong;
    }

    public JsonObject Json() => new()
    {
        ["place"] = Place,
        ["path"] = Hashes(Path),
        ["index"] = Entry.Index,
        ["entry"] = JsonNode.Parse(Entry.Entry.Span),
        ["proof"] = Hashes(Entry.Proof),
        ["checkpoint"] = Checkpoint,
    };

    /// <summary>Null when it has another shape.</summary>
    public static ReceiptProof? Read(JsonNode json)
    {
        try
        {
            return new ReceiptProof(
                json["place"]!.GetValue<long>(), Hashes(json["path"]!.AsArray()),
                new ProvenEntry(json["index"]!.GetValue<long>(), Jcs.Canonicalize(json["entry"]!), Hashes(json["proof"]!.AsArray())),
                json["checkpoint"]!.GetValue<string>());
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonArray Hashes(IReadOnlyList<ReadOnlyMemory<byte>> hashes) =>
        new([.. hashes.Select(h => (JsonNode)Convert.ToBase64String(h.Span))]);

    private static List<ReadOnlyMemory<byte>> Hashes(JsonArray texts) =>
        texts.Count > InclusionProof.HashesMax
            ? throw new FormatException("More hashes than a proof has.")
            : [.. texts.Select(t => (ReadOnlyMemory<byte>)Convert.FromBase64String(t!.GetValue<string>()))];
}
