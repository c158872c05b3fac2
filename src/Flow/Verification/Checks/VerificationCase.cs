using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>Why there is no trust bundle, when there is none.</summary>
public enum TrustState
{
    Given,

    /// <summary>The verifier has never had one.</summary>
    Absent,

    /// <summary>It should have come from somewhere that did not answer.</summary>
    Unreachable,
}

/// <summary>Everything the checks look at; complete before the first of them runs.</summary>
internal sealed class VerificationCase(
    PresentedThing presented, ParsedTrust? trust, TrustState trustState, DateTimeOffset now)
{
    public PresentedThing Presented { get; } = presented;

    public ParsedTrust? Trust { get; } = trust;

    public TrustState TrustState { get; } = trustState;

    public DateTimeOffset Now { get; } = now;

    /// <summary>What came along with the presented thing; null when nothing did.</summary>
    public LedgerEvidence? Carried { get; set; }

    /// <summary>What the live source gave; null when it was not asked or had nothing that can be believed.</summary>
    public LedgerEvidence? Live { get; set; }

    /// <summary>Null when nobody was asked.</summary>
    public LiveState? LiveAnswer { get; set; }

    /// <summary>Why an answer that came is not believed; null when it is.</summary>
    public Problem? LiveProblem { get; set; }

    public IReadOnlyList<StatusReading> StatusReadings { get; set; } = [];

    /// <summary>Entries of both sources; proved ones only, unless nothing can be proved for want of trust.</summary>
    public IReadOnlyList<ReadEntry> Entries { get; private set; } = [];

    public AssetHistory? History { get; private set; }

    public KeyBook Keys { get; private set; } = new([], trust);

    /// <summary>True when <see cref="Entries"/> are proved into a trusted log.</summary>
    public bool IsProved => Live is { IsProved: true } || Carried is { IsProved: true };

    public ReadEntry? Registered => History?.Registered;

    /// <summary>The kind of certificate that the ledger registers it as; null for a diploma.</summary>
    public CertificateKind? Certificate => CertificateKind.All.FirstOrDefault(c => c.Entry == Registered?.Entry.Type);

    /// <summary>DID of the operator by its registration, else by trust.</summary>
    public string? OperatorDid { get; private set; }

    /// <summary>The checkpoint everything rests on: the newest that is believed.</summary>
    public LedgerEvidence? Newest => Live ?? (Carried is { Checkpoint: not null } ? Carried : null);

    /// <summary>Puts the evidence together; called again when more has come.</summary>
    public void Gather()
    {
        // What is not proved never stands beside what is; where both are proved, both are of one log (see Verifier).
        var byIndex = new Dictionary<long, ReadEntry>();
        var sources = ((LedgerEvidence?[])[Carried, Live]).OfType<LedgerEvidence>().ToList();
        foreach (var source in sources.Where(s => s.IsProved || !IsProved))
        {
            foreach (var entry in source.Entries)
            {
                byIndex.TryAdd(entry.Index, entry);
            }
        }

        Entries = [.. byIndex.Values];
        Keys = new KeyBook(Entries, Trust);
        History = Presented.Asset is { } asset ? AssetHistory.Of(asset, Entries) : null;
        var operatorBin = Registered?.Entry.Text("operator");
        OperatorDid = Authority(LedgerEntryTypes.InstitutionRegistered, "bin", operatorBin)
            .FirstOrDefault()?.Entry.Text("did")
            ?? Trust?.Institution(operatorBin)?.Did;
    }

    /// <summary>Entries of one type about one thing, in the order of the log.</summary>
    public IEnumerable<ReadEntry> Authority(string type, string member, string? value) => value is null
        ? []
        : Entries.Where(e => e.Entry.Type == type && e.Entry.Has(member, value)).OrderBy(e => e.Index);
}
