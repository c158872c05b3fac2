using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>The states of a credential (requirement DA-13). Each change is a ledger entry; none is ever taken back.</summary>
public enum DiplomaState
{
    Active,
    Suspended,
    Annulled,
    Superseded,
    Erased,
}

/// <summary>The table of allowed changes.</summary>
public static class DiplomaStates
{
    /// <summary>
    /// From any state that still stands a diploma may be suspended, annulled or superseded; only a suspension can be
    /// lifted; whatever has content can be erased; what is erased stays so.
    /// </summary>
    public static bool Allows(this DiplomaState from, DiplomaState to) => (from, to) switch
    {
        (DiplomaState.Active, DiplomaState.Suspended) => true,
        (DiplomaState.Suspended, DiplomaState.Active) => true,
        (DiplomaState.Active or DiplomaState.Suspended, DiplomaState.Annulled or DiplomaState.Superseded) => true,
        (not DiplomaState.Erased, DiplomaState.Erased) => true,
        _ => false,
    };

    /// <summary>The bits both status-list families show for a state.</summary>
    public static StatusValue ToStatusValue(this DiplomaState state) => state switch
    {
        DiplomaState.Active => StatusValue.Valid,
        DiplomaState.Suspended => StatusValue.Suspended,
        DiplomaState.Annulled => StatusValue.Invalid,
        DiplomaState.Superseded => StatusValue.Invalid,
        DiplomaState.Erased => StatusValue.Invalid,
    };

    /// <summary>Lower-case word of the database, the API and the problem texts.</summary>
    public static string Word(this DiplomaState state) => state switch
    {
        DiplomaState.Active => "active",
        DiplomaState.Suspended => "suspended",
        DiplomaState.Annulled => "annulled",
        DiplomaState.Superseded => "superseded",
        DiplomaState.Erased => "erased",
    };

    public static DiplomaState Parse(string word) => word switch
    {
        "active" => DiplomaState.Active,
        "suspended" => DiplomaState.Suspended,
        "annulled" => DiplomaState.Annulled,
        "superseded" => DiplomaState.Superseded,
        "erased" => DiplomaState.Erased,
        _ => throw new FormatException($"'{word}' is no state of a diploma."),
    };

    /// <summary>The ledger entry that announces a state.</summary>
    public static string EntryType(this DiplomaState state) => state switch
    {
        DiplomaState.Active => LedgerEntryTypes.AssetReinstated,
        DiplomaState.Suspended => LedgerEntryTypes.AssetSuspended,
        DiplomaState.Annulled => LedgerEntryTypes.AssetAnnulled,
        DiplomaState.Superseded => LedgerEntryTypes.AssetSuperseded,
        DiplomaState.Erased => LedgerEntryTypes.AssetErased,
    };
}
