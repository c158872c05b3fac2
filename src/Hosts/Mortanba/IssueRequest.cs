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
    string Reason);

public readonly record struct IssueProgress(int Issued, int Total);

/// <param name="Batch">Null when every row was issued before.</param>
/// <param name="FirstIndex">Ledger index of the first new diploma.</param>
public sealed record IssueAnswer(IntakeResult List, string? Batch, int Issued, long? FirstIndex);

/// <summary>The list was read and has errors; the findings say where and what to do.</summary>
public sealed record ListHasErrors(IntakeResult Result)
    : Problem("intake/list-has-errors", $"{Result.ErrorCount} errors; nothing was issued.", ("count", $"{Result.ErrorCount}"));
