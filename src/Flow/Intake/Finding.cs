namespace Mortanba.Intake;

public enum FindingSeverity
{
    /// <summary>To be looked at; does not stop the list.</summary>
    Warning,

    /// <summary>Stops the whole list: one bad row issues nothing.</summary>
    Error,
}

/// <summary>One thing found in one cell. <see cref="Value"/> and <see cref="Args"/> may be personal data: never logged.</summary>
/// <param name="Row">As the spreadsheet shows it, header = 1; 0 when it concerns the whole table.</param>
/// <param name="Column">Header as it stands in the list, empty for a whole row.</param>
/// <param name="ColumnIndex">From 0; -1 for a whole row.</param>
/// <param name="Value">The cell as it stands, for the error file of the person who uploaded it.</param>
/// <param name="Code">Rule: key of the message; the remedy's key is <c>CODE/remedy</c>.</param>
/// <param name="Args">Values for the placeholders of message and remedy.</param>
public sealed record Finding(
    ListPart Part,
    int Row,
    string Column,
    int ColumnIndex,
    string Value,
    string Code,
    FindingSeverity Severity,
    IReadOnlyDictionary<string, string> Args)
{
    public string RemedyKey => Code + "/remedy";

    /// <summary>Place and rule without the value: this may be logged.</summary>
    public override string ToString() => $"{Part} row {Row} column {ColumnIndex + 1}: {Code}";
}

/// <summary>Collects findings; keeps the first few thousand and counts the rest, so that a hopeless list stays small.</summary>
internal sealed class FindingBook(int kept)
{
    private readonly List<Finding> errors = [];
    private readonly List<Finding> warnings = [];

    public IReadOnlyList<Finding> Errors => errors;

    public IReadOnlyList<Finding> Warnings => warnings;

    public long ErrorCount { get; private set; }

    public long WarningCount { get; private set; }

    public void Add(Finding finding)
    {
        var isError = finding.Severity == FindingSeverity.Error;
        if (isError)
        {
            ErrorCount++;
        }
        else
        {
            WarningCount++;
        }

        var list = isError ? errors : warnings;
        if (list.Count < kept)
        {
            list.Add(finding);
        }
    }
}
