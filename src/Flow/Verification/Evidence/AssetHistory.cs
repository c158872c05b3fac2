using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>What the ledger says about one asset, in the order of the log.</summary>
internal sealed class AssetHistory
{
    private AssetHistory()
    {
    }

    /// <summary>The entry that registered it; null when there is none.</summary>
    public ReadEntry? Registered { get; private set; }

    /// <summary>Suspended, annulled or erased now; null when none of these.</summary>
    public AssetState? State { get; private set; }

    /// <summary>Replaced by another asset; null when not.</summary>
    public AssetState? Superseded { get; private set; }

    /// <summary>Index of the entry that the state rests on.</summary>
    public long? StateIndex { get; private set; }

    /// <summary>Registered twice, or something happened to it before it was registered: no honest log holds that.</summary>
    public Problem? Contradiction { get; private set; }

    /// <summary>A type of entry about this asset that is not understood: its state is then unknown.</summary>
    public string? UnknownType { get; private set; }

    /// <summary>Entries about other assets are passed over.</summary>
    public static AssetHistory Of(string asset, IEnumerable<ReadEntry> entries)
    {
        var history = new AssetHistory();
        foreach (var read in entries
            .Where(e => LedgerEntryTypes.IsOfAsset(e.Entry.Type) && e.Entry.Has("asset", asset))
            .OrderBy(e => e.Index))
        {
            history.Add(read);
        }

        return history;
    }

    private void Add(ReadEntry read)
    {
        var entry = read.Entry;
        if (LedgerEntryTypes.Registers(entry.Type))
        {
            Contradiction ??= Registered is null
                ? null
                : new Problem("verification/registered-twice", "The ledger registers this asset twice.");
            Registered ??= read;
            return;
        }

        if (Registered is null)
        {
            Contradiction ??= new Problem(
                "verification/event-before-registration", "An event of this asset stands before its registration.");
        }

        switch (entry.Type)
        {
            case LedgerEntryTypes.AssetTransferred:
                break;
            case LedgerEntryTypes.AssetSuspended when State is null:
                Become("suspended", read);
                break;
            case LedgerEntryTypes.AssetReinstated when State is { Kind: "suspended" }:
                State = null;
                StateIndex = null;
                break;
            case LedgerEntryTypes.AssetAnnulled:
                Become("annulled", read);
                break;
            case LedgerEntryTypes.AssetErased:
                Become("erased", read);
                break;
            case LedgerEntryTypes.AssetSuperseded:
                Superseded ??= new AssetState("superseded", entry.At, entry.Text("reason") ?? "", entry.Text("by"));
                StateIndex = read.Index;
                break;
            case LedgerEntryTypes.AssetSuspended or LedgerEntryTypes.AssetReinstated:
                break; // Said again, or after an end: nothing changes.
            default:
                UnknownType ??= entry.Type;
                break;
        }
    }

    private void Become(string kind, ReadEntry read)
    {
        State = new AssetState(kind, read.Entry.At, read.Entry.Text("reason") ?? "", null);
        StateIndex = read.Index;
    }
}
