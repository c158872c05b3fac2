using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Host;

/// <param name="ApprovedAs">Office of the approver: rector, director.</param>
/// <param name="Reason">Number of the order the issue rests on.</param>
public sealed record IssueRequest(
    GraduationList List,
    Bin Initiator,
    string Decision,
    string PreparedBy,
    string ApprovedBy,
    string ApprovedAs,
    string Reason)
{
    /// <summary>SHA-256, hex, of the list that was approved; another list is refused. Null: whatever the file holds now.</summary>
    public string? ListHash { get; init; }

    /// <summary>Called once the gate let the list through.</summary>
    public Func<Task>? GatePassed { get; init; }

    /// <summary>Asked in the transaction of each chunk; a problem stops the issue and takes the chunk back.</summary>
    public Func<System.Data.Common.DbTransaction, Task<Problem?>>? BeforeCommit { get; init; }
}

public readonly record struct IssueProgress(int Issued, int Total);

/// <param name="Batch">Null when every row was issued before.</param>
/// <param name="FirstIndex">Ledger index of the first new diploma.</param>
public sealed record IssueAnswer(IntakeResult List, string? Batch, int Issued, long? FirstIndex);

/// <summary>The list was read and has errors; the findings say where and what to do.</summary>
public sealed record ListHasErrors(IntakeResult Result)
    : Problem("intake/list-has-errors", $"{Result.ErrorCount} errors; nothing was issued.", ("count", $"{Result.ErrorCount}"));
