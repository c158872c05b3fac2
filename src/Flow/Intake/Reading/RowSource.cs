namespace Mortanba.Intake.Reading;

/// <summary>
/// A table row by row; cells are spans into the reader's buffer, valid until the next <see cref="Read"/>. The first row
/// is the header. Wholly blank rows are passed over but counted.
/// </summary>
internal abstract class RowSource : IDisposable
{
    public abstract ListPart Part { get; }

    /// <summary>As the spreadsheet shows it: header = 1.</summary>
    public int Row { get; protected set; }

    /// <summary>Cells of the current row.</summary>
    public int Count { get; protected set; }

    /// <summary>A cell as text; empty beyond the row's end.</summary>
    public abstract ReadOnlySpan<char> this[int column] { get; }

    /// <summary>Rule code when the cell cannot be taken although it has a text: a formula, an error value.</summary>
    public virtual string? FlawOf(int column) => null;

    public virtual bool HasFlaws => false;

    /// <summary>Day 0 of serial dates.</summary>
    public virtual DateOnly SerialEpoch => new(1899, 12, 30);

    /// <summary>False at the end. Throws <see cref="ListRefusal"/> when the table is damaged.</summary>
    public abstract bool Read();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    protected bool IsBlank()
    {
        for (var i = 0; i < Count; i++)
        {
            if (!this[i].IsWhiteSpace() || FlawOf(i) is not null)
            {
                return false;
            }
        }

        return true;
    }
}
