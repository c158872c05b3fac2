using System.Buffers;
using System.Text;

namespace Mortanba.Intake.Reading;

/// <summary>CSV (RFC 4180, delimiter ; , or tab, line ends CRLF, LF or CR) without a string per cell.</summary>
/// <remarks>
/// Own code because the courses of 100,000 diplomas are 24 million cells: measured, CsvHelper's raw parser takes 20 µs
/// for the courses of one diploma and makes 240 strings of them, and it lets an unclosed quotation mark pass.
/// </remarks>
internal sealed class CsvRows : RowSource
{
    private const char Quote = '"';

    private readonly BlockVerifiedStream stream;
    private readonly Decoder decoder;
    private readonly IntakeLimits limits;
    private readonly string fileName;
    private readonly byte[] bytes = new byte[1 << 16];
    private readonly SearchValues<char> cellEnd;
    private readonly char delimiter;
    private char[] chars = new char[1 << 17];
    private Cell[] cells = new Cell[64];
    private int start;
    private int end;
    private bool atFileEnd;
    private int rowEnd;

    public CsvRows(ListFile file, IntakeLimits limits)
    {
        this.limits = limits;
        Part = file.Part;
        fileName = file.Name;
        stream = file.Open();
        stream.Position = file.PreambleBytes;
        decoder = file.Encoding!.GetDecoder();
        Fill();
        delimiter = GuessDelimiter();
        cellEnd = SearchValues.Create([delimiter, '\r', '\n']);
    }

    public override ListPart Part { get; }

    public override ReadOnlySpan<char> this[int column] =>
        column < Count ? chars.AsSpan(start + cells[column].Start, cells[column].Length) : default;

    public override bool Read()
    {
        start = rowEnd;
        while (true)
        {
            if (start == end && (atFileEnd || !Fill()))
            {
                Count = 0;
                return false;
            }

            while (!TryParseRow())
            {
                Fill();
            }

            Row = checked(Row + 1);
            Unescape();
            if (!IsBlank())
            {
                return true;
            }

            start = rowEnd;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }
    }

    // False when the row goes beyond the buffer and there is more in the file.
    private bool TryParseRow()
    {
        var text = chars.AsSpan(0, end);
        var at = start;
        Count = 0;
        while (true)
        {
            if (Count == limits.ColumnsMax)
            {
                throw new ListRefusal(
                    "intake/too-many-columns", $"Row {Row + 1} has more than {limits.ColumnsMax} columns.",
                    ("file", fileName), ("row", $"{Row + 1}"), ("max", $"{limits.ColumnsMax}"));
            }

            Cell cell;
            if (at < end && text[at] == Quote)
            {
                var escaped = false;
                var close = at + 1;
                while (true)
                {
                    var next = text[close..].IndexOf(Quote);
                    if (next < 0 || (close + next + 1 == end && !atFileEnd))
                    {
                        return atFileEnd ? throw UnclosedQuote() : false;
                    }

                    close += next;
                    if (close + 1 < end && text[close + 1] == Quote)
                    {
                        escaped = true;
                        close += 2;
                        continue;
                    }

                    break;
                }

                cell = new Cell(at + 1 - start, close - at - 1, escaped);
                at = close + 1;
                if (at < end && !cellEnd.Contains(text[at]))
                {
                    throw new ListRefusal(
                        "intake/quote-misplaced", $"Row {Row + 1}, column {Count + 1}: text after a closing quote.",
                        ("file", fileName), ("row", $"{Row + 1}"), ("column", $"{Count + 1}"));
                }
            }
            else
            {
                var length = text[at..].IndexOfAny(cellEnd);
                if (length < 0)
                {
                    if (!atFileEnd)
                    {
                        return false;
                    }

                    length = end - at;
                }

                cell = new Cell(at - start, length, false);
                at += length;
            }

            if (cell.Length > limits.CellMaxChars)
            {
                throw new ListRefusal(
                    "intake/cell-too-long", $"Row {Row + 1}, column {Count + 1}: {cell.Length} characters.",
                    ("file", fileName), ("row", $"{Row + 1}"), ("column", $"{Count + 1}"),
                    ("max", $"{limits.CellMaxChars}"));
            }

            Add(cell);
            if (at == end)
            {
                if (!atFileEnd)
                {
                    return false;
                }

                rowEnd = end;
                return true;
            }

            if (text[at] == delimiter)
            {
                at++;
                continue;
            }

            if (text[at] == '\r')
            {
                if (at + 1 == end && !atFileEnd)
                {
                    return false;
                }

                at += at + 1 < end && text[at + 1] == '\n' ? 1 : 0;
            }

            rowEnd = at + 1;
            return true;
        }
    }

    private void Add(Cell cell)
    {
        if (Count == cells.Length)
        {
            Array.Resize(ref cells, Math.Min(cells.Length * 2, limits.ColumnsMax));
        }

        cells[Count++] = cell;
    }

    private void Unescape()
    {
        for (var i = 0; i < Count; i++)
        {
            if (!cells[i].Escaped)
            {
                continue;
            }

            var cell = chars.AsSpan(start + cells[i].Start, cells[i].Length);
            var to = 0;
            for (var from = 0; from < cell.Length; from++)
            {
                cell[to++] = cell[from];
                from += cell[from] == Quote ? 1 : 0;
            }

            cells[i] = new Cell(cells[i].Start, to, false);
        }
    }

    // Moves the row's beginning to the buffer's and decodes more behind it.
    private bool Fill()
    {
        if (start > 0)
        {
            chars.AsSpan(start, end - start).CopyTo(chars);
            end -= start;
            rowEnd = Math.Max(0, rowEnd - start);
            start = 0;
        }

        if (end > limits.RowMaxChars)
        {
            throw new ListRefusal(
                "intake/row-too-long", $"Row {Row + 1} has more than {limits.RowMaxChars} characters.",
                ("file", fileName), ("row", $"{Row + 1}"), ("max", $"{limits.RowMaxChars}"));
        }

        if (chars.Length - end < bytes.Length + 2)
        {
            Array.Resize(ref chars, chars.Length * 2);
        }

        var before = end;
        while (end == before && !atFileEnd)
        {
            var count = stream.Read(bytes);
            atFileEnd = count == 0;
            end += decoder.GetChars(bytes.AsSpan(0, count), chars.AsSpan(end), flush: atFileEnd);
        }

        return end > before;
    }

    private char GuessDelimiter()
    {
        // Excel's own hint line.
        if (chars.AsSpan(0, end).StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && end > 5)
        {
            var hinted = chars[4];
            rowEnd = 5;
            while (rowEnd < end && chars[rowEnd] is '\r' or '\n')
            {
                rowEnd++;
            }

            return hinted;
        }

        Span<int> counts = stackalloc int[3];
        var inQuotes = false;
        for (var i = 0; i < end; i++)
        {
            var c = chars[i];
            if (c == Quote)
            {
                inQuotes = !inQuotes;
            }
            else if (!inQuotes)
            {
                if (c is '\r' or '\n')
                {
                    if (counts.ContainsAnyExcept(0))
                    {
                        break;
                    }

                    continue;
                }

                var known = ";,\t".IndexOf(c, StringComparison.Ordinal);
                if (known >= 0)
                {
                    counts[known]++;
                }
            }
        }

        var best = counts[0] >= counts[1] ? counts[0] >= counts[2] ? 0 : 2 : counts[1] >= counts[2] ? 1 : 2;
        return counts[best] > 0
            ? ";,\t"[best]
            : throw new ListRefusal(
                "intake/no-delimiter", "The first row has no semicolon, comma or tab.", ("file", fileName));
    }

    private ListRefusal UnclosedQuote() => new(
        "intake/quote-unclosed", $"Row {Row + 1} opens a quotation mark that the file never closes.",
        ("file", fileName), ("row", $"{Row + 1}"));

    private readonly record struct Cell(int Start, int Length, bool Escaped);
}
