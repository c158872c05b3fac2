using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>What happens to a key of an institution.</summary>
public enum KeyAct
{
    /// <summary>A new key signs from now on; the old one is retired and what it signed stands.</summary>
    Rotate,

    /// <summary>The key signs nothing more and none follows.</summary>
    Retire,

    /// <summary>
    /// Somebody else may have had the key since a time: what the ledger has from then on falls, what it had before stands. A new key
    /// follows.
    /// </summary>
    Compromise,

    /// <summary>Diplomas that fell with a compromised key, and were not replaced with it, are replaced.</summary>
    Reissue,

    /// <summary>Chosen decisions on issue that a compromised key signed are confirmed with the key that signs now.</summary>
    Decisions,
}

public enum KeyOrderState
{
    /// <summary>
    /// Waits for the second person. A key that is said to be compromised signs no diploma and no decision on issue meanwhile; the
    /// operator's goes on signing status lists and receipts, without which nothing could be checked.
    /// </summary>
    Proposed,

    /// <summary>Taken back by the first person, or, but for a compromise, refused by the second.</summary>
    Withdrawn,

    /// <summary>Decided; carried out when its time has come. After a kill the next start goes on.</summary>
    Approved,

    /// <summary>The ledger says it; replacements and publication are under way.</summary>
    Executed,
    Done,
}

/// <summary>One step in the life of a key, proposed by one person and confirmed by another (requirement X-13).</summary>
/// <param name="Kid">DID URL of the key.</param>
/// <param name="Since">Rotate, retire: not before. Compromise: the time from which somebody else may have had it.</param>
/// <param name="Numbers">
/// First of the new numbers of replacements, one for each series, as <c>BD 00000100, ЖБ 00000200</c>; null when nothing is replaced.
/// </param>
/// <param name="Basis">Number and date of the document behind it.</param>
/// <param name="Version">Counts up: who confirms says which one was seen.</param>
/// <param name="NewKid">The key that follows; null before, and when none does.</param>
/// <param name="Stood">Diplomas the ledger had before the compromise; null until it is carried out.</param>
/// <param name="Fell">Diplomas it had from then on, whatever state they were in.</param>
/// <param name="Reissued">Of these, for how many an order of change was made, which say how far they are; null until then.</param>
/// <param name="Decisions">The decisions on issue that are confirmed, as <c>D-1, D-2</c>; null for other acts.</param>
public sealed record KeyOrder(
    string Id,
    Bin Institution,
    KeyAct Act,
    string Kid,
    DateTimeOffset Since,
    string? Numbers,
    string Basis,
    KeyOrderState State,
    int Version,
    string ProposedBy,
    DateTimeOffset ProposedAt,
    string? DecidedBy,
    string? DecidedAs,
    DateTimeOffset? DecidedAt,
    string? NewKid,
    int? Stood,
    int? Fell,
    int? Reissued,
    DateTimeOffset? DoneAt,
    string? Decisions = null)
{
    public const string OriginMark = "key:";

    public bool IsOpen => State is KeyOrderState.Proposed or KeyOrderState.Approved or KeyOrderState.Executed;

    /// <summary>Where the orders of change that replace the fallen say they come from.</summary>
    public string Origin => OriginMark + Id;
}

/// <summary>What somebody proposes.</summary>
/// <param name="Id">Made with the empty form and sent with it: the same form sent twice proposes once.</param>
/// <param name="Since">Null: at once.</param>
public sealed record KeyProposal(
    string Id, Bin Institution, KeyAct Act, string Kid, DateTimeOffset? Since, string? Numbers, string Basis, string ProposedBy,
    DateTimeOffset At)
{
    /// <inheritdoc cref="KeyOrder.Decisions"/>
    public string? Decisions { get; init; }
}
