using System.Globalization;
using System.Net;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;

namespace Mortanba.Host;

/// <summary>
/// Recomputes a log from what it serves to strangers: entries give leaves, leaves give tiles and the root, and the root
/// must be the signed checkpoint's. In: the log's address and its public key. Needs no database.
/// </summary>
public sealed class RemoteAudit(HttpClient http, string log, NoteVerifier logKey)
{
    private readonly RemoteLog remote = new(http, log);
    private readonly List<Problem> findings = [];

    public async Task<AuditReport> RunAsync(Action<long>? progress = null, CancellationToken cancel = default)
    {
        var note = await remote.CheckpointAsync(cancel) ?? throw new HttpRequestException("No checkpoint is served.", null, HttpStatusCode.NotFound);
        if (!Checkpoint.Open(note, logKey, logKey.Name).TryGet(out var checkpoint, out var problem))
        {
            return new AuditReport(0, 0, 0, [problem]);
        }

        var frontier = new Frontier();
        var registered = 0L;
        for (var first = 0L; first < checkpoint.Size; first += TileId.WidthMax)
        {
            var index = first / TileId.WidthMax;
            var width = (int)Math.Min(TileId.WidthMax, checkpoint.Size - first);
            var bundle = await remote.TileAsync(new TileId(TileId.EntriesLevel, index, width), cancel);
            if (!EntryBundle.Parse(bundle, width).TryGet(out var entries, out problem))
            {
                findings.Add(problem);
                break;
            }

            var leaves = entries.Select(e => MerkleTree.Leaf(e.Span)).ToArray();
            await CompareTileAsync(new TileId(0, index, width), leaves, cancel);
            frontier.Append(leaves);
            registered += entries.Count(e =>
                LedgerEntry.Parse(e).TryGet(out var entry, out _) && entry.Type == LedgerEntryTypes.AssetRegistered);
            progress?.Invoke(frontier.Size);
        }

        if (frontier.Size == checkpoint.Size && frontier.Root() != checkpoint.Root)
        {
            findings.Add(new Problem(
                "audit/root-differs",
                $"The entries served do not give the root that was signed over {checkpoint.Size} entries.",
                ("size", checkpoint.Size.ToString(CultureInfo.InvariantCulture))));
        }

        return new AuditReport(checkpoint.Size, registered, 0, findings);
    }

    private async Task CompareTileAsync(TileId id, TreeHash[] leaves, CancellationToken cancel)
    {
        var tile = await remote.TileAsync(id, cancel);
        for (var i = 0; i < leaves.Length; i++)
        {
            if (tile.Length != leaves.Length * TreeHash.SizeBytes
                || !leaves[i].Bytes.SequenceEqual(tile.AsSpan(i * TreeHash.SizeBytes, TreeHash.SizeBytes)))
            {
                var index = (id.Index * TileId.WidthMax) + i;
                findings.Add(new Problem(
                    "audit/tile-differs",
                    $"{id.Path()} does not hold the hash of entry {index}.",
                    ("tile", id.Path()),
                    ("index", index.ToString(CultureInfo.InvariantCulture))));
                return;
            }
        }
    }
}
