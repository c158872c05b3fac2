namespace Mortanba.Documents;

/// <summary>How hard a masked code is to read: the less the better (ISO/IEC 18004 clause 7.8.3.1, table 11).</summary>
internal static class QrPenalty
{
    private const int RunWeight = 3;
    private const int BlockWeight = 3;
    private const int FinderWeight = 40;
    private const int BalanceWeight = 10;

    // 1:1:3:1:1 dark and light with four light modules before or after it.
    private const int FinderThenLight = 0b000_0101_1101;
    private const int LightThenFinder = 0b101_1101_0000;
    private const int FinderLength = 11;

    /// <summary>Long runs of one colour and figures like a finder, along the lines.</summary>
    public static int Of(ReadOnlySpan<QrRow> lines)
    {
        var penalty = 0;
        var size = lines.Length;
        var pairs = QrRow.First(size - 1);
        var figures = QrRow.First(size - FinderLength + 1);
        foreach (var line in lines)
        {
            // A run of n has n - 1 places like their neighbour, and n - 4 places where four such follow.
            var alike = ~(line ^ (line >> 1)) & pairs;
            var twice = alike & (alike >> 1);
            var four = twice & (twice >> 2);
            // 3 for five and 1 for each more: one a place, and two a run.
            penalty += four.Count + ((RunWeight - 1) * (four & ~(four >> 1)).Count);
            penalty += FinderWeight * ((Matches(line, FinderThenLight) | Matches(line, LightThenFinder)) & figures).Count;
        }

        return penalty;
    }

    /// <summary>Squares of four of one colour, and how far dark is from a half.</summary>
    public static int OfArea(ReadOnlySpan<QrRow> rows)
    {
        var size = rows.Length;
        var pairs = QrRow.First(size - 1);
        var penalty = 0;
        var dark = rows[0].Count;
        for (var i = 1; i < size; i++)
        {
            var (above, row) = (rows[i - 1], rows[i]);
            dark += row.Count;
            var alike = ~(row ^ (row >> 1)) & ~(above ^ (above >> 1)) & ~(row ^ above) & pairs;
            penalty += BlockWeight * alike.Count;
        }

        // 10 for each whole 5 % away from 50 %.
        return penalty + (BalanceWeight * (Math.Abs((20 * dark) - (10 * size * size)) / (size * size)));
    }

    private static QrRow Matches(QrRow line, int figure)
    {
        var matches = (figure & 1) != 0 ? line : ~line;
        for (var i = 1; i < FinderLength; i++)
        {
            var next = line >> i;
            matches &= ((figure >> i) & 1) != 0 ? next : ~next;
        }

        return matches;
    }
}
