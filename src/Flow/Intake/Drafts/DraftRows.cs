using System.Security.Cryptography;
using System.Text;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake.Drafts;

/// <summary>A table of a draft row by row, with its repairs; rows that were taken out are passed over.</summary>
/// <param name="open">Gives the plain page of a number; null passes it over.</param>
/// <param name="only">Rows to give, first and last; null gives all.</param>
internal sealed class DraftRows(
    ListPart part, PackedTable table, Repairs repairs, Func<int, byte[]?> open, (int First, int Last)? only = null) : RowSource
{
    private byte[] page = [];
    private int nextPage;
    private int at;
    private bool isPastHeader;
    private char[] chars = new char[1 << 12];
    private (int Start, int Length, int Flaw)[] cells = new (int, int, int)[64];
    private int charCount;
    private bool hasFlaws;

    public override ListPart Part => part;

    public override bool HasFlaws => hasFlaws;

    public override DateOnly SerialEpoch => table.CountsDaysFrom1904 ? new(1904, 1, 1) : base.SerialEpoch;

    public override ReadOnlySpan<char> this[int column] =>
        column < Count ? chars.AsSpan(cells[column].Start, cells[column].Length) : default;

    public override string? FlawOf(int column) => column < Count ? RowPacker.FlawOf(cells[column].Flaw) : null;

    public override bool Read()
    {
        if (!isPastHeader)
        {
            isPastHeader = true;
            ReadHeader();
            return true;
        }

        while (ReadPacked())
        {
            if (only is { } range && (Row < range.First || Row > range.Last))
            {
                continue;
            }

            if (repairs.Of(part, Row) is { } changed)
            {
                Apply(changed);
            }

            if (!repairs.IsRemoved(part, Row, this, table) && !IsBlank())
            {
                return true;
            }
        }

        Count = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.Clear(chars);
            page = [];
        }
    }

    private void ReadHeader()
    {
        Row = table.HeaderRow;
        Count = 0;
        charCount = 0;
        foreach (var column in table.Columns)
        {
            Set(Count++, column.Header, 0);
        }
    }

    private bool ReadPacked()
    {
        while (at == page.Length)
        {
            while (nextPage < table.Pages.Count && only is { } range
                && (table.Pages[nextPage].LastRow < range.First || table.Pages[nextPage].FirstRow > range.Last))
            {
                nextPage++;
            }

            if (nextPage == table.Pages.Count)
            {
                return false;
            }

            page = open(nextPage++) ?? [];
            at = 0;
        }

        Row = Number();
        Count = Number();
        charCount = 0;
        hasFlaws = false;
        if (Count > cells.Length)
        {
            Array.Resize(ref cells, Count);
        }

        for (var i = 0; i < Count; i++)
        {
            var head = Number();
            var length = head >> 2;
            Room(length);
            var written = Encoding.UTF8.GetChars(page.AsSpan(at, length), chars.AsSpan(charCount));
            cells[i] = (charCount, written, head & 3);
            hasFlaws |= (head & 3) != 0;
            charCount += written;
            at += length;
        }

        return true;
    }

    private void Apply(IReadOnlyDictionary<int, string> changed)
    {
        foreach (var (column, value) in changed)
        {
            while (Count <= column)
            {
                Set(Count++, "", 0);
            }

            Set(column, value, 0);
        }

        hasFlaws = false;
        for (var i = 0; i < Count; i++)
        {
            hasFlaws |= cells[i].Flaw != 0;
        }
    }

    private void Set(int column, string value, int flaw)
    {
        if (column >= cells.Length)
        {
            Array.Resize(ref cells, column + 64);
        }

        Room(value.Length);
        value.CopyTo(chars.AsSpan(charCount));
        cells[column] = (charCount, value.Length, flaw);
        charCount += value.Length;
    }

    private void Room(int length)
    {
        if (charCount + length > chars.Length)
        {
            Array.Resize(ref chars, Math.Max(chars.Length * 2, charCount + length));
        }
    }

    private int Number()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var b = page[at++];
            value |= (uint)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return (int)value;
            }
        }

        throw new CryptographicException("A packed row has no end.");
    }
}
