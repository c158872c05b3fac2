using Mortanba.Intake.Columns;

namespace Mortanba.Intake;

/// <summary>A list that could be read: either every row is valid, or there are errors and nothing may be issued.</summary>
public sealed class IntakeResult
{
    private readonly Func<IEnumerable<ValidatedDiploma>> secondPass;

    internal IntakeResult(
        GraduationList list, string listHash, int rowCount, FindingBook findings,
        ListColumns columns, ListTables tables, IReadOnlySet<int> issuedBefore, Func<IEnumerable<ValidatedDiploma>> secondPass)
    {
        List = list;
        ListHash = listHash;
        RowCount = rowCount;
        IssuedBefore = issuedBefore;
        Errors = findings.Errors;
        Warnings = findings.Warnings;
        ErrorCount = findings.ErrorCount;
        WarningCount = findings.WarningCount;
        Columns = columns;
        Tables = tables;
        this.secondPass = secondPass;
    }

    public GraduationList List { get; }

    /// <summary>SHA-256, hex, over both files: the same list has the same hash.</summary>
    public string ListHash { get; }

    /// <summary>Graduates in the list, blank rows not counted.</summary>
    public int RowCount { get; }

    /// <summary>Rows that were issued before under the same number; passed over by <see cref="ReadDiplomas"/>.</summary>
    public int AlreadyIssuedCount => IssuedBefore.Count;

    /// <summary>Those rows, as the spreadsheet numbers them.</summary>
    public IReadOnlySet<int> IssuedBefore { get; }

    public bool IsValid => ErrorCount == 0;

    /// <summary>The first <see cref="IntakeLimits.FindingsKept"/>, in the order of the list.</summary>
    public IReadOnlyList<Finding> Errors { get; }

    public IReadOnlyList<Finding> Warnings { get; }

    public long ErrorCount { get; }

    public long WarningCount { get; }

    internal ListTables Tables { get; }

    /// <summary>How the columns were understood.</summary>
    public ListColumns Columns { get; }

    /// <summary>
    /// Reads the list again and gives the diplomas one by one; memory stays flat. Each block of the files is compared
    /// with what was validated before it is used: a file that changed in between throws
    /// <see cref="ListChangedException"/>.
    /// </summary>
    public IEnumerable<ValidatedDiploma> ReadDiplomas() => IsValid
        ? secondPass()
        : throw new InvalidOperationException($"The list has {ErrorCount} errors; one bad row issues nothing.");
}

/// <summary>The list is not the one that was validated. What was read before this point was.</summary>
public sealed class ListChangedException(string message) : IOException(message);
