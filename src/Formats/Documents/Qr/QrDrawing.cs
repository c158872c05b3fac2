namespace Mortanba.Documents;

/// <summary>Draws the patterns and codewords of a QR code and chooses its mask (ISO/IEC 18004 clauses 6.3, 7.7 to 7.10).</summary>
/// <remarks>The modules are kept by rows and by columns, so that both are judged alike.</remarks>
internal sealed class QrDrawing
{
    private const int MaskCount = 8;
    private const int MaskPeriod = 12;

    // By mask, by place of the line modulo 12: the modules to invert, of a row and of a column.
    private static readonly QrRow[] MaskRows = MaskLines((mask, line, place) => Inverts(mask, place, line));
    private static readonly QrRow[] MaskColumns = MaskLines((mask, line, place) => Inverts(mask, line, place));

    private readonly QrVersion version;
    private readonly int size;
    private readonly QrRow[] rows;
    private readonly QrRow[] columns;
    private readonly QrRow[] fixedRows;
    private readonly QrRow[] fixedColumns;

    public QrDrawing(QrVersion version)
    {
        this.version = version;
        size = version.Size;
        rows = new QrRow[size];
        columns = new QrRow[size];
        fixedRows = new QrRow[size];
        fixedColumns = new QrRow[size];
        DrawPatterns();
        DrawFormat(0);
        DrawVersion();
    }

    /// <summary>Puts the codewords up and down in columns of two from the lower right corner (clause 7.7.3).</summary>
    public void PlaceCodewords(ReadOnlySpan<byte> codewords)
    {
        var bit = 0;
        for (var right = size - 1; right >= 1; right -= 2)
        {
            right = right == 6 ? 5 : right;
            var upwards = ((right + 1) & 2) == 0;
            for (var step = 0; step < size; step++)
            {
                var row = upwards ? size - 1 - step : step;
                for (var column = right; column >= right - 1; column--)
                {
                    if (!fixedRows[row][column] && bit < 8 * codewords.Length)
                    {
                        if (((codewords[bit >> 3] >> (7 - (bit & 7))) & 1) != 0)
                        {
                            Turn(column, row);
                        }

                        bit++;
                    }
                }
            }
        }
    }

    /// <summary>The finished code under the mask of least penalty.</summary>
    public QrMatrix Mask()
    {
        var best = 0;
        var least = int.MaxValue;
        var maskedRows = new QrRow[size];
        var maskedColumns = new QrRow[size];
        for (var mask = 0; mask < MaskCount; mask++)
        {
            Apply(mask, maskedRows, maskedColumns);
            var penalty = QrPenalty.Of(maskedRows) + QrPenalty.Of(maskedColumns) + QrPenalty.OfArea(maskedRows);
            if (penalty < least)
            {
                (best, least) = (mask, penalty);
            }
        }

        Apply(best, maskedRows, maskedColumns);
        var dark = new bool[size * size];
        for (var i = 0; i < dark.Length; i++)
        {
            dark[i] = maskedRows[i / size][i % size];
        }

        return new QrMatrix(size, dark);
    }

    private void Apply(int mask, QrRow[] maskedRows, QrRow[] maskedColumns)
    {
        DrawFormat(mask);
        for (var i = 0; i < size; i++)
        {
            var pattern = (mask * MaskPeriod) + (i % MaskPeriod);
            maskedRows[i] = rows[i] ^ (MaskRows[pattern] & ~fixedRows[i]);
            maskedColumns[i] = columns[i] ^ (MaskColumns[pattern] & ~fixedColumns[i]);
        }
    }

    private void DrawPatterns()
    {
        for (var i = 0; i < size; i++)
        {
            Fix(6, i, i % 2 == 0);
            Fix(i, 6, i % 2 == 0);
        }

        DrawSquares(3, 3, 4);
        DrawSquares(size - 4, 3, 4);
        DrawSquares(3, size - 4, 4);
        var places = version.Alignments();
        for (var i = 0; i < places.Length; i++)
        {
            for (var j = 0; j < places.Length; j++)
            {
                var isFinder = (i == 0 && (j == 0 || j == places.Length - 1)) || (i == places.Length - 1 && j == 0);
                if (!isFinder)
                {
                    DrawSquares(places[i], places[j], 2);
                }
            }
        }
    }

    // A finder with its separator (reach 4) or an alignment pattern (reach 2): squares in one another.
    private void DrawSquares(int column, int row, int reach)
    {
        for (var down = -reach; down <= reach; down++)
        {
            for (var across = -reach; across <= reach; across++)
            {
                int x = column + across, y = row + down;
                if (x >= 0 && x < size && y >= 0 && y < size)
                {
                    var distance = Math.Max(Math.Abs(across), Math.Abs(down));
                    Fix(x, y, reach == 4 ? distance is not (2 or 4) : distance != 1);
                }
            }
        }
    }

    // Level and mask with their BCH code, twice (clause 7.9). Level L is 01, M is 00.
    private void DrawFormat(int mask)
    {
        var data = ((version.IsSturdy ? 0 : 1) << 3) | mask;
        var remainder = data;
        for (var i = 0; i < 10; i++)
        {
            remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
        }

        var bits = ((data << 10) | remainder) ^ 0x5412;
        for (var i = 0; i < 15; i++)
        {
            var dark = ((bits >> i) & 1) != 0;
            Fix(i < 8 ? 8 : i == 8 ? 7 : 14 - i, i < 6 ? i : i < 8 ? i + 1 : 8, dark);
            Fix(i < 8 ? size - 1 - i : 8, i < 8 ? 8 : size - 15 + i, dark);
        }

        Fix(8, size - 8, true);
    }

    // From version 7 on its number with its BCH code, twice (clause 7.10).
    private void DrawVersion()
    {
        if (version.Number < 7)
        {
            return;
        }

        var remainder = version.Number;
        for (var i = 0; i < 12; i++)
        {
            remainder = (remainder << 1) ^ ((remainder >> 11) * 0x1f25);
        }

        var bits = (version.Number << 12) | remainder;
        for (var i = 0; i < 18; i++)
        {
            var dark = ((bits >> i) & 1) != 0;
            Fix(size - 11 + (i % 3), i / 3, dark);
            Fix(i / 3, size - 11 + (i % 3), dark);
        }
    }

    private void Fix(int column, int row, bool dark)
    {
        fixedRows[row] |= QrRow.Single(column);
        fixedColumns[column] |= QrRow.Single(row);
        if (rows[row][column] != dark)
        {
            Turn(column, row);
        }
    }

    private void Turn(int column, int row)
    {
        rows[row] ^= QrRow.Single(column);
        columns[column] ^= QrRow.Single(row);
    }

    private static QrRow[] MaskLines(Func<int, int, int, bool> inverts)
    {
        var lines = new QrRow[MaskCount * MaskPeriod];
        for (var i = 0; i < lines.Length; i++)
        {
            for (var place = 0; place < 177; place++)
            {
                if (inverts(i / MaskPeriod, i % MaskPeriod, place))
                {
                    lines[i] |= QrRow.Single(place);
                }
            }
        }

        return lines;
    }

    // Table 10.
    private static bool Inverts(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => ((x / 3) + (y / 2)) % 2 == 0,
        5 => (x * y % 2) + (x * y % 3) == 0,
        6 => ((x * y % 2) + (x * y % 3)) % 2 == 0,
        _ => (((x + y) % 2) + (x * y % 3)) % 2 == 0,
    };
}
