using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mortanba.Storage;

/// <summary>Marks and limits of the backup file.</summary>
internal static class BackupFormat
{
    public const string Header = "mortanba-backup 1\n";
    public const byte Table = (byte)'T';
    public const byte Row = (byte)'R';
    public const byte EndOfTable = (byte)'E';
    public const byte End = (byte)'Z';
    public const byte Null = 0;
    public const byte Integer = 1;
    public const byte Text = 2;
    public const byte Bytes = 3;
    public const byte Real = 4;
    public const int ValueMaxBytes = 256 * 1024 * 1024;
    public const int ColumnsMax = 1000;
}

internal sealed class BackupWriter(Stream file, IncrementalHash hash) : IDisposable
{
    private const int FlushAtBytes = 256 * 1024;

    private readonly MemoryStream buffer = new();
    private bool hasHeader;

    public void Dispose() => buffer.Dispose();

    public Task StartTableAsync(BackupTable table, CancellationToken cancel)
    {
        WriteHeader();
        buffer.WriteByte(BackupFormat.Table);
        WriteText(table.Name);
        WriteInteger(table.Columns.Count);
        foreach (var column in table.Columns)
        {
            WriteText(column);
        }

        return FlushAsync(0, cancel);
    }

    public Task RowAsync(object[] values, CancellationToken cancel)
    {
        buffer.WriteByte(BackupFormat.Row);
        foreach (var value in values)
        {
            WriteValue(value);
        }

        return buffer.Length < FlushAtBytes ? Task.CompletedTask : FlushAsync(FlushAtBytes, cancel);
    }

    public Task EndTableAsync(CancellationToken cancel)
    {
        buffer.WriteByte(BackupFormat.EndOfTable);
        return FlushAsync(0, cancel);
    }

    public async Task FinishAsync(long rows, CancellationToken cancel)
    {
        WriteHeader();
        buffer.WriteByte(BackupFormat.End);
        WriteInteger(rows);
        await FlushAsync(0, cancel);
        await file.WriteAsync(hash.GetHashAndReset(), cancel);
        await file.FlushAsync(cancel);
    }

    private void WriteHeader()
    {
        if (!hasHeader)
        {
            buffer.Write(Encoding.ASCII.GetBytes(BackupFormat.Header));
            hasHeader = true;
        }
    }

    private void WriteValue(object value)
    {
        switch (value)
        {
            case DBNull:
                buffer.WriteByte(BackupFormat.Null);
                break;
            case string text:
                buffer.WriteByte(BackupFormat.Text);
                WriteText(text);
                break;
            case byte[] bytes:
                buffer.WriteByte(BackupFormat.Bytes);
                WriteInteger(bytes.Length);
                buffer.Write(bytes);
                break;
            case long or int or short or bool:
                buffer.WriteByte(BackupFormat.Integer);
                WriteInteger(Convert.ToInt64(value, null));
                break;
            case double real:
                buffer.WriteByte(BackupFormat.Real);
                WriteInteger(BitConverter.DoubleToInt64Bits(real));
                break;
            default:
                throw new NotSupportedException($"A column of {value.GetType()} has no form in the backup.");
        }
    }

    private void WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        WriteInteger(bytes.Length);
        buffer.Write(bytes);
    }

    private void WriteInteger(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        buffer.Write(bytes);
    }

    private async Task FlushAsync(int atLeast, CancellationToken cancel)
    {
        if (buffer.Length < atLeast)
        {
            return;
        }

        var bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        hash.AppendData(bytes.Span);
        await file.WriteAsync(bytes, cancel);
        buffer.SetLength(0);
    }
}

/// <summary>Reads what the writer wrote; anything else is <c>storage/backup-damaged</c>.</summary>
internal sealed class BackupReader(Stream file, IncrementalHash hash)
{

    public void ReadHeader()
    {
        if (!Read(BackupFormat.Header.Length).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(BackupFormat.Header)))
        {
            throw Damaged();
        }
    }

    /// <summary>The next table, or null at the end of the tables.</summary>
    public BackupTable? NextTable()
    {
        switch (Read(1)[0])
        {
            case BackupFormat.End:
                return null;
            case BackupFormat.Table:
                var name = ReadText();
                var columns = new string[ReadLength(BackupFormat.ColumnsMax)];
                for (var i = 0; i < columns.Length; i++)
                {
                    columns[i] = ReadText();
                }

                return new BackupTable(name, columns, []);
            default:
                throw Damaged();
        }
    }

    /// <summary>The next row of the table, or null at its end.</summary>
    public object?[]? NextRow(int columns)
    {
        switch (Read(1)[0])
        {
            case BackupFormat.EndOfTable:
                return null;
            case BackupFormat.Row:
                var row = new object?[columns];
                for (var i = 0; i < columns; i++)
                {
                    row[i] = Read(1)[0] switch
                    {
                        BackupFormat.Null => null,
                        BackupFormat.Integer => ReadInteger(),
                        BackupFormat.Text => ReadText(),
                        BackupFormat.Bytes => Read(ReadLength(BackupFormat.ValueMaxBytes)),
                        BackupFormat.Real => BitConverter.Int64BitsToDouble(ReadInteger()),
                        _ => throw Damaged(),
                    };
                }

                return row;
            default:
                throw Damaged();
        }
    }

    public void ReadTrailer(long rows)
    {
        var counted = ReadInteger();
        var expected = hash.GetHashAndReset();
        var stored = new byte[expected.Length];
        if (counted != rows
            || file.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) != stored.Length
            || !stored.AsSpan().SequenceEqual(expected)
            || file.ReadByte() != -1)
        {
            throw Damaged();
        }
    }

    private string ReadText() => Encoding.UTF8.GetString(Read(ReadLength(BackupFormat.ValueMaxBytes)));

    private int ReadLength(int max) => ReadInteger() is >= 0 and var length && length <= max ? (int)length : throw Damaged();

    private long ReadInteger() => BinaryPrimitives.ReadInt64LittleEndian(Read(sizeof(long)));

    private byte[] Read(int count)
    {
        var bytes = new byte[count];
        if (file.ReadAtLeast(bytes, count, throwOnEndOfStream: false) != count)
        {
            throw Damaged();
        }

        hash.AppendData(bytes);
        return bytes;
    }

    private static BackupException Damaged() =>
        new("storage/backup-damaged", "The backup file is damaged, cut short, or not one.");
}
