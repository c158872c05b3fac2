using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>The counts of one area, or of one group in it, by measure.</summary>
/// <param name="Now">Null: this measure is not counted here.</param>
/// <param name="Before">As they were published the last time; null: they have nothing to do with those of now.</param>
/// <param name="ShownBefore">Which of them were shown.</param>
/// <param name="Decided">Which of <paramref name="Now"/> are shown, when another table has settled it; null for what is settled here.</param>
/// <param name="Last">Where <paramref name="Before"/> was hidden, the value that was shown last before it; null when none was.</param>
public sealed record CountRow(int?[] Now, int?[] Before, bool[] ShownBefore, bool?[] Decided, int?[]? Last = null);

/// <summary>What any reader knows of the measures of a table.</summary>
/// <param name="Within">Measures of which one holds the other: it is never less.</param>
/// <param name="IsPublic">Measures of which nothing is hidden.</param>
/// <param name="Grows">Measures that only grow from one table to the next.</param>
public sealed record MeasureTraits(IReadOnlyList<(int Whole, int Part)> Within, IReadOnlyList<bool> IsPublic, IReadOnlyList<bool> Grows);

/// <summary>
/// Which counts of a table are shown (requirement AI-26). Hidden is what is under the smallest count, and of the rest as much as it takes that
/// none of the hidden can be computed: from totals and parts, from who is left over of a whole (denominator less numerator), or from what
/// the table showed the last time it was published.
/// </summary>
/// <remarks>
/// Left-overs and differences from 1 to the smallest less one must not be computed; a difference of nothing tells of nobody, and larger ones may
/// be known. That none is below zero is known to everybody. Tables further down take what was settled above as given, and show nothing of what is
/// hidden there: so all that joins two tables is a number that everybody knows. With every part hidden a total tells none of them: there is always
/// a way. A reader goes by the last value they saw, however many tables hid it since: what is shown after it differs from it by nothing or by enough.
/// </remarks>
public static class ProtectedRows
{
    /// <param name="sums">Rows of which one is the sum of others.</param>
    /// <returns>By row and measure; false where there is no count.</returns>
    public static bool[][] Shown(
        IReadOnlyList<CountRow> rows, IReadOnlyList<(int Total, int[] Parts)> sums, MeasureTraits traits, int smallest)
    {
        var isPublic = traits.IsPublic;
        var sheet = new CountSheet(smallest);
        var before = Cells(rows, r => r.Before, (r, m) => r.ShownBefore[m]);
        var now = Cells(rows, r => r.Now, (r, m) => r.Decided[m]);
        foreach (var cells in new[] { before, now })
        {
            Add(cells);
            Relate(cells);
        }

        for (var row = 0; row < rows.Count; row++)
        {
            for (var measure = 0; measure < isPublic.Count; measure++)
            {
                if (now[row][measure] is not { Decided: null } here)
                {
                    continue;
                }

                var then = before[row][measure];
                if (then is not null)
                {
                    Follow(then, here, measure);
                }

                if (rows[row].Last?[measure] is { } count)
                {
                    var last = new Cell(count, decided: true) { Index = sheet.AddSettled(count, isShown: true) };
                    Follow(last, here, measure);
                    // The hidden one lies between them.
                    if (then is not null && traits.Grows[measure])
                    {
                        Follow(last, then, measure);
                    }
                }
            }
        }

        sheet.Protect();
        return [.. now.Select((row, r) => row.Select((cell, m) => cell is null ? isPublic[m] && rows[r].Now[m] is not null : sheet[cell.Index] is not null).ToArray())];

        Cell?[][] Cells(IReadOnlyList<CountRow> all, Func<CountRow, int?[]> counts, Func<CountRow, int, bool?> decided) =>
            [.. all.Select(r => counts(r).Select((c, m) => c is { } count && !isPublic[m] ? new Cell(count, decided(r, m)) : null).ToArray())];

        void Add(Cell?[][] cells)
        {
            foreach (var cell in cells.SelectMany(c => c).OfType<Cell>())
            {
                cell.Index = cell.Decided is { } isShown ? sheet.AddSettled(cell.Count, isShown) : sheet.Add(cell.Count);
            }
        }

        void Relate(Cell?[][] cells)
        {
            foreach (var (whole, part) in traits.Within.Where(w => !isPublic[w.Whole]))
            {
                foreach (var row in cells)
                {
                    if (row[whole] is { } all && row[part] is { } some)
                    {
                        Left(all, some);
                    }
                }
            }

            foreach (var (total, parts) in sums)
            {
                for (var m = 0; m < isPublic.Count; m++)
                {
                    // A part without a count adds nothing.
                    int[] counted = [.. parts.Select(p => cells[p][m]).OfType<Cell>().Select(c => c.Index)];
                    if (cells[total][m] is { } sum && counted.Length > 0)
                    {
                        sheet.Sum(sum.Index, counted);
                    }
                }
            }
        }

        // Of what may shrink, too, a reader knows no more than what is small enough to be protected.
        void Follow(Cell then, Cell here, int measure)
        {
            var (more, less) = then.Count <= here.Count ? (here, then) : (then, here);
            if (traits.Grows[measure] || more.Count - less.Count < smallest)
            {
                Left(more, less);
            }
        }

        // What is left over of the larger is not below zero, and must not be computed when it is few.
        void Left(Cell larger, Cell smaller)
        {
            var left = larger.Count - smaller.Count;
            if (left >= 0)
            {
                sheet.Sum(larger.Index, smaller.Index, sheet.AddUnshown(left, isHarmless: left == 0 || left >= smallest));
            }
        }
    }

    private sealed class Cell(int count, bool? decided)
    {
        public int Count => count;

        public bool? Decided => decided;

        public int Index { get; set; }
    }
}
