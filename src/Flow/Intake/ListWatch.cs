using Mortanba.Intake.Drafts;

namespace Mortanba.Intake;

/// <summary>How far a check is, where each graduate's courses lie, and the average they give. Written by one thread, the count read by others.</summary>
public sealed class ListWatch
{
    private readonly List<CheckedRow> rows = [];
    private int done;

    /// <summary>Graduates read so far. Falls back to zero when a list in disorder has to be read anew.</summary>
    public int Done => Volatile.Read(ref done);

    /// <summary>To be read after the check only.</summary>
    public IReadOnlyList<CheckedRow> Rows => rows;

    internal void Begin()
    {
        rows.Clear();
        Volatile.Write(ref done, 0);
    }

    internal void Add(int row, int firstCourse, int lastCourse, decimal? gpa)
    {
        rows.Add(new CheckedRow(row, firstCourse, lastCourse, gpa));
        Volatile.Write(ref done, rows.Count);
    }
}
