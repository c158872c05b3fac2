using System.Diagnostics.CodeAnalysis;

namespace Mortanba.Documents;

/// <summary>Reading stopped: the reader's door turns it into a problem. Never leaves the project.</summary>
[SuppressMessage("Design", "CA1064", Justification = "Caught at the reader's door; nobody outside can meet it.")]
internal sealed class PdfRefusedException(string code, string detail) : Exception(detail)
{
    public string Code { get; } = code;

    public static PdfRefusedException Damaged(string what) => new("documents/pdf-damaged", $"Damaged PDF: {what}.");

    public static PdfRefusedException TooBig(string what) =>
        new("documents/pdf-over-limit", $"The PDF goes beyond a reading limit: {what}.");
}

internal sealed record PdfName(string Value);

internal readonly record struct PdfReference(int Id);

internal sealed class PdfDictionary : Dictionary<string, object?>
{
    public PdfDictionary()
        : base(StringComparer.Ordinal)
    {
    }

    public object? Get(string name) => TryGetValue(name, out var value) ? value : null;
}

/// <summary>A bound on all reading of one file, so that overlapping tables cannot make it slow.</summary>
internal sealed class PdfBudget(long steps)
{
    // A value takes some 50 bytes of memory; finding an attachment needs a few hundred.
    private const int ValueCountMax = 500_000;

    private long left = steps;
    private int values;

    public void CountValue()
    {
        if (++values > ValueCountMax)
        {
            throw PdfRefusedException.TooBig("values");
        }
    }

    public void Spend(long count)
    {
        left -= count;
        if (left < 0)
        {
            throw PdfRefusedException.TooBig("work");
        }
    }
}
