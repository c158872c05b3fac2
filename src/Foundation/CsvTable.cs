using System.Text;

namespace Mortanba.Foundation;

/// <summary>One row of a CSV file.</summary>
/// <param name="Row">As a spreadsheet shows it, header = 1.</param>
public sealed record CsvRow(int Row, IReadOnlyList<string> Cells);

/// <summary>
/// CSV (RFC 4180) in UTF-8, whole in memory: comma, semicolon or tab, whichever the header has most of; line ends CRLF, LF or CR.
/// Cells are trimmed; wholly blank rows are passed over but counted. For small files: a list of graduates has a reader of its own.
/// </summary>
public static class CsvTable
{
    private const string Delimiters = ",;\t";

    /// <param name="notUtf8">The caller's refusal of what is no text in UTF-8.</param>
    /// <param name="unclosed">The caller's refusal of a quotation mark that is never closed, by the row that opens it.</param>
    public static Outcome<List<CsvRow>> Read(ReadOnlySpan<byte> bytes, Problem notUtf8, Func<int, Problem> unclosed)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return notUtf8;
        }

        text = text.TrimStart('\uFEFF');
        var header = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length).ToString();
        return Rows(text, Delimiters.MaxBy(d => header.Count(c => c == d)), unclosed);
    }

    private static Outcome<List<CsvRow>> Rows(string text, char delimiter, Func<int, Problem> unclosed)
    {
        var (rows, cells, cell) = (new List<CsvRow>(), new List<string>(), new StringBuilder());
        var (row, at) = (1, 0);
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == '"' && cell.Length == 0)
            {
                if (!Quoted(text, ref at, cell))
                {
                    return unclosed(row);
                }
            }
            else if (c == delimiter)
            {
                EndCell();
            }
            else if (c is '\r' or '\n')
            {
                at += c == '\r' && at < text.Length && text[at] == '\n' ? 1 : 0;
                EndRow();
            }
            else
            {
                cell.Append(c);
            }
        }

        if (cell.Length > 0 || cells.Count > 0)
        {
            EndRow();
        }

        return rows;

        void EndCell()
        {
            cells.Add(cell.ToString().Trim());
            cell.Clear();
        }

        void EndRow()
        {
            EndCell();
            if (cells.Exists(one => one.Length > 0))
            {
                rows.Add(new CsvRow(row, cells));
            }

            cells = [];
            row++;
        }
    }

    // Behind the opening mark; two marks stand for one.
    private static bool Quoted(string text, ref int at, StringBuilder cell)
    {
        while (at < text.Length)
        {
            var c = text[at++];
            if (c != '"')
            {
                cell.Append(c);
            }
            else if (at < text.Length && text[at] == '"')
            {
                cell.Append('"');
                at++;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
