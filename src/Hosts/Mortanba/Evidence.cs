using System.Collections.Concurrent;
using System.Data.Common;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger.Anchoring;
using Mortanba.Permits;

namespace Mortanba.Host;

/// <summary>
/// Collects what proves a diploma: the entries that gave its issuer authority, the asset's own entries, and their
/// inclusion proofs into the newest checkpoint.
/// </summary>
/// <remarks>The authority part is the same for all diplomas of a decision and is kept per checkpoint.</remarks>
public sealed class Evidence(Installation home)
{
    private readonly ConcurrentDictionary<(string Authority, long Size), IReadOnlyList<ProvenEntry>> authorities = new();

    /// <summary>Null when the asset is unknown here, or no checkpoint covers it yet.</summary>
    public async Task<Proven?> OfAsync(AssetId asset, CancellationToken cancel = default) =>
        await home.LogReader.CheckpointAsync(cancel) is { } note ? await OfAsync(asset, note, cancel) : null;

    /// <summary>The same for a checkpoint of this log that the caller has; the answer depends on nothing else.</summary>
    public async Task<Proven?> OfAsync(AssetId asset, string note, CancellationToken cancel = default)
    {
        var size = home.Opened(note).Size;
        // The reader of the log takes connections of its own: none is held while it is asked, or a hundred questions wait for each other.
        var own = (await AskAsync(c => CredentialStore.EntriesOfAsync(c, asset, cancel), cancel)).Select(e => e.Index).Where(index => index < size).ToList();
        if (own.Count == 0)
        {
            return null;
        }

        var entries = await home.LogReader.EntriesAsync(own, cancel);
        if (!LedgerEntry.Parse(entries[0]).TryGet(out var registered, out _)
            || !LedgerEntryTypes.Registers(registered.Type))
        {
            // The note of where it was registered is gone: nothing proves it, and the audit says where.
            return null;
        }

        var proven = new List<ProvenEntry>(await AuthorityAsync(registered, size, cancel));
        for (var i = 0; i < own.Count; i++)
        {
            proven.Add(await ProveAsync(own[i], entries[i], size, cancel));
        }

        return new Proven(proven, note, await AnchorAsync(own[0], size, proven, cancel));
    }

    private async Task<IReadOnlyList<ProvenEntry>> AuthorityAsync(LedgerEntry registered, long size, CancellationToken cancel)
    {
        var (initiator, issuer) = (registered.Text("initiator")!, registered.Text("operator")!);
        // A certificate needs neither a permit nor a decision on issue: no entry is filed under an empty name.
        var (permit, decision) = (registered.Text("permit") ?? "", registered.Text("decision") ?? "");
        var key = (string.Join('\n', initiator, issuer, permit, decision), size);
        if (authorities.TryGetValue(key, out var known))
        {
            return known;
        }

        var proven = new List<ProvenEntry>();
        foreach (var entry in await AskAsync(c => AuthorityEntries.EvidenceAsync(c, Bin.Parse(initiator), Bin.Parse(issuer), permit, decision, cancel), cancel))
        {
            if (entry.Index is { } index && index < size)
            {
                proven.Add(await ProveAsync(index, entry.Bytes, size, cancel));
            }
        }

        // Another checkpoint makes the kept proofs useless; a handful of decisions is all that is ever kept.
        foreach (var old in authorities.Keys.Where(k => k.Size != size))
        {
            authorities.TryRemove(old, out _);
        }

        return authorities[key] = proven;
    }

    /// <summary>The anchor of the tree that has the registration, when the ledger tells of one; its entry joins the proved ones.</summary>
    private async Task<CarriedAnchor?> AnchorAsync(long registration, long size, List<ProvenEntry> proven, CancellationToken cancel)
    {
        if (await AskAsync(c => AnchorStore.CoveringAsync(c, registration, cancel), cancel) is not { } anchor || anchor.Index >= size || anchor.Size > size)
        {
            return null;
        }

        var said = (await home.LogReader.EntriesAsync(anchor.Index, 1, cancel))[0];
        proven.Add(await ProveAsync(anchor.Index, said, size, cancel));
        var proof = await home.LogReader.Prover(size).ConsistencyProofAsync(anchor.Size, cancel);
        return new CarriedAnchor(anchor.Index, [.. proof.Select(hash => (ReadOnlyMemory<byte>)hash.ToArray())]);
    }

    private async Task<T> AskAsync<T>(Func<DbConnection, Task<T>> ask, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await ask(connection);
    }

    private async Task<ProvenEntry> ProveAsync(long index, ReadOnlyMemory<byte> entry, long size, CancellationToken cancel) =>
        new(index, entry, await home.LogReader.InclusionProofAsync(index, size, cancel));
}

/// <param name="Entries">Authority first, then the asset's own, each in ledger order; last what tells of the anchor.</param>
/// <param name="Anchor">Null when no anchored checkpoint has the diploma yet.</param>
public sealed record Proven(IReadOnlyList<ProvenEntry> Entries, string Checkpoint, CarriedAnchor? Anchor)
{
    /// <summary>A diploma file with these forms and this proof.</summary>
    public DiplomaFile With(string? sdJwt, byte[]? vc, string? paper) => new(sdJwt, vc, paper, Entries, Checkpoint) { Anchor = Anchor };
}
