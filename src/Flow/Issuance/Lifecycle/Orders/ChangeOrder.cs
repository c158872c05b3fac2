using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Rules;

namespace Mortanba.Issuance;

/// <summary>How far an order is. Only a proposed one can be decided; an approved one is carried out whatever happens meanwhile.</summary>
public enum ChangeOrderState
{
    /// <summary>Waits for the second person.</summary>
    Proposed,

    /// <summary>The second person sent it back with a note; the first may propose it anew or withdraw it.</summary>
    Returned,

    Withdrawn,

    /// <summary>Decided; diploma after diploma is changed. After a kill the next start goes on.</summary>
    Approved,

    /// <summary>Every diploma was changed or refused; publication and messages to holders are under way.</summary>
    Executed,
    Done,
}

public enum ChangeRowState
{
    Waiting,
    Done,

    /// <summary>The law or the state of the diploma did not allow it when its turn came; the others went on.</summary>
    Refused,
}

/// <summary>One act on one diploma or many, proposed by one person and decided by another (requirements X-13, DA-13, DA-25).</summary>
/// <param name="ReasonCode">A code of the rule <c>reason-codes</c> for the act.</param>
/// <param name="Basis">Number and date of the document behind it. Empty once the last of its diplomas was erased.</param>
/// <param name="Version">Counts up with each proposal and decision: who decides says which one was seen.</param>
/// <param name="Origin">Where its diplomas came from: <c>batch:ID</c>, <c>draft:ID</c>, <c>request:ID</c>, <c>key:ID</c>; null for chosen ones.</param>
/// <param name="Note">The second person's note when it was sent back.</param>
public sealed record ChangeOrder(
    string Id,
    Bin Institution,
    StateAct Act,
    string ReasonCode,
    string Basis,
    ChangeOrderState State,
    int Version,
    int RowCount,
    int DoneCount,
    int RefusedCount,
    string? Origin,
    string ProposedBy,
    DateTimeOffset ProposedAt,
    string? DecidedBy,
    string? DecidedAs,
    DateTimeOffset? DecidedAt,
    string? Note,
    DateTimeOffset? DoneAt)
{
    public bool IsOpen => State is ChangeOrderState.Proposed or ChangeOrderState.Returned;

    /// <summary>Both people; throws for an order that nobody approved.</summary>
    public TwoPersons Decision => TwoPersons.Of(
        ProposedBy, DecidedBy ?? "", DecidedAs ?? "", DecidedAt ?? default, Basis.Length == 0 ? Id : Basis).Value;
}

/// <summary>One diploma of an order.</summary>
/// <param name="Corrected">The diploma as it shall be; null for acts that correct nothing, and once the row is done or void.</param>
/// <param name="Refusal">Why it was refused.</param>
/// <param name="Replacement">The diploma that stands in its place.</param>
/// <param name="LedgerIndex">Entry that announced the change.</param>
/// <param name="Told"><c>mail</c> once its holder was written to, <c>nobody</c> when there is no address; null before.</param>
public sealed record ChangeRow(
    int Row,
    AssetId Asset,
    ChangeRowState State,
    ValidatedDiploma? Corrected,
    Problem? Refusal,
    AssetId? Replacement,
    long? LedgerIndex,
    string? Told);

/// <summary>What somebody proposes.</summary>
/// <param name="Id">Made with the empty form and sent with it: the same form sent twice proposes once.</param>
/// <param name="At">When, by the clock of the installation.</param>
public sealed record ChangeProposal(
    string Id,
    Bin Institution,
    StateAct Act,
    string ReasonCode,
    string Basis,
    string ProposedBy,
    DateTimeOffset At,
    string? Origin,
    IReadOnlyList<ProposedChange> Changes);

/// <param name="Corrected">For <see cref="StateAct.Supersede"/> the diploma as it shall be, under a new number; else null.</param>
public sealed record ProposedChange(AssetId Asset, ValidatedDiploma? Corrected = null);

/// <summary>A proposal that cannot stand as it is: nothing of it is kept.</summary>
/// <param name="Rows">Position in the proposal from 1, and what is wrong there.</param>
public sealed record ChangesRefused(IReadOnlyList<(int Row, Problem Problem)> Rows) : Problem(
    "issuance/changes-refused",
    $"{Rows.Count} of the diplomas cannot be changed so; nothing was proposed.",
    new Dictionary<string, string> { ["count"] = $"{Rows.Count}" });

/// <summary>Free words of an order, encrypted at rest: they may name a person.</summary>
internal sealed record ChangeOrderWords(string Basis, string? Note);
