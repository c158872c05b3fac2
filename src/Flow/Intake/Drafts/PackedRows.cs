using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake.Drafts;

/// <summary>One table of a draft: its columns, and where its rows lie.</summary>
/// <param name="HeaderRow">As the spreadsheet shows it.</param>
internal sealed record PackedTable(
    IReadOnlyList<ColumnChoice> Columns, int HeaderRow, int RowCount, bool CountsDaysFrom1904, IReadOnlyList<PackedPage> Pages);

/// <param name="FirstRow">Number of the first row of the page.</param>
/// <param name="Hash">SHA-256 of the plain page.</param>
internal sealed record PackedPage(int FirstRow, int LastRow, byte[] Hash);

/// <summary>
/// Rows in pages of about a mebibyte: row number, number of cells, and for each cell its length times four plus its flaw
/// (0 none, 1 formula, 2 error value), then its UTF-8. Numbers are 7-bit groups, low first.
/// </summary>
internal sealed class RowPacker(Func<int, ReadOnlySpan<byte>, byte[]> seal)
{
    public const int PageSizeBytes = 1 << 20;

    private readonly ArrayBufferWriter<byte> page = new(PageSizeBytes + (PageSizeBytes / 4));
    private readonly List<PackedPage> pages = [];
    private readonly List<byte[]> payloads = [];
    private int firstRow;
    private int lastRow;
    private int rowCount;

    /// <summary>Packs the rest of a table, only these columns of it; rows that are blank in them are left out.</summary>
    /// <param name="width">Columns the header of the source has: cells beyond it keep standing beyond it.</param>
    public static (PackedTable Table, IReadOnlyList<byte[]> Payloads) Pack(
        RowSource source, IReadOnlyList<ColumnChoice> columns, int width, int headerRow,
        Func<int, ReadOnlySpan<byte>, byte[]> seal)
    {
        var packer = new RowPacker(seal);
        while (source.Read())
        {
            packer.Add(source, columns, width);
        }

        packer.EndPage();
        var epoch = source.SerialEpoch.Year == 1904;
        return (new PackedTable([.. columns.Select((c, i) => c with { Index = i })], headerRow, packer.rowCount, epoch, packer.pages),
            packer.payloads);
    }

    public static int FlawNumber(string? flaw) => flaw switch
    {
        null => 0,
        "intake/formula-cell" => 1,
        "intake/error-cell" => 2,
        _ => throw new InvalidOperationException("A flaw without a number in packed rows."),
    };

    public static string? FlawOf(int number) => number switch
    {
        0 => null,
        1 => "intake/formula-cell",
        2 => "intake/error-cell",
        _ => throw new CryptographicException("A packed row names an unknown flaw."),
    };

    private void Add(RowSource source, IReadOnlyList<ColumnChoice> columns, int width)
    {
        // The check reports them: a row that is too wide has slipped.
        var extra = Math.Max(0, source.Count - width);
        var hasText = false;
        foreach (var column in columns)
        {
            hasText |= !source[column.Index].IsWhiteSpace() || source.FlawOf(column.Index) is not null;
        }

        if (!hasText && extra == 0)
        {
            return;
        }

        if (page.WrittenCount == 0)
        {
            firstRow = source.Row;
        }

        if (source.Row <= lastRow)
        {
            // Repairs name a row by its number: a workbook that numbers two rows alike is none we can work on.
            throw Workbook.Damaged("", "two rows have one number");
        }

        lastRow = source.Row;
        Number(source.Row);
        Number(columns.Count + extra);
        foreach (var column in columns)
        {
            Cell(source[column.Index], source.FlawOf(column.Index));
        }

        for (var i = 0; i < extra; i++)
        {
            Cell(source[width + i], source.FlawOf(width + i));
        }

        rowCount++;
        if (page.WrittenCount >= PageSizeBytes)
        {
            EndPage();
        }
    }

    private void EndPage()
    {
        if (page.WrittenCount > 0)
        {
            payloads.Add(seal(pages.Count, page.WrittenSpan));
            pages.Add(new PackedPage(firstRow, lastRow, SHA256.HashData(page.WrittenSpan)));
            page.Clear();
        }
    }

    private void Cell(ReadOnlySpan<char> text, string? flaw)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Number((length << 2) | FlawNumber(flaw));
        var written = Encoding.UTF8.GetBytes(text, page.GetSpan(length));
        page.Advance(written);
    }

    private void Number(int value)
    {
        var span = page.GetSpan(5);
        var count = 0;
        var rest = (uint)value;
        while (rest >= 0x80)
        {
            span[count++] = (byte)((rest & 0x7F) | 0x80);
            rest >>= 7;
        }

        span[count++] = (byte)rest;
        page.Advance(count);
    }
}
