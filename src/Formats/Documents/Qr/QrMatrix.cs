namespace Mortanba.Documents;

/// <summary>The modules of a QR code without its quiet zone (ISO/IEC 18004).</summary>
public sealed class QrMatrix
{
    private readonly bool[] dark;

    internal QrMatrix(int size, bool[] dark)
    {
        Size = size;
        this.dark = dark;
    }

    /// <summary>Modules a side, 21 to 177.</summary>
    public int Size { get; }

    public bool this[int column, int row] => dark[(row * Size) + column];

    /// <summary>Encodes ASCII text in byte mode, the smallest version that holds it.</summary>
    /// <param name="sturdy">Error correction M (15 %) instead of L (7 %).</param>
    public static QrMatrix Encode(string text, bool sturdy = true)
    {
        if (!System.Text.Ascii.IsValid(text))
        {
            throw new ArgumentException("Only ASCII is encoded: readers disagree about anything else.", nameof(text));
        }

        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        var version = QrVersion.For(bytes.Length, sturdy);
        var drawing = new QrDrawing(version);
        drawing.PlaceCodewords(QrCodewords.Of(bytes, version));
        return drawing.Mask();
    }

    /// <summary>Dark modules as horizontal runs.</summary>
    internal IEnumerable<(int Column, int Row, int Length)> Runs()
    {
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                var length = 0;
                while (column + length < Size && this[column + length, row])
                {
                    length++;
                }

                if (length > 0)
                {
                    yield return (column, row, length);
                    column += length;
                }
            }
        }
    }
}
