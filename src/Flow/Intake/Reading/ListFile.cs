using System.Text;
using System.Text.Unicode;

namespace Mortanba.Intake.Reading;

/// <summary>A file after the first look: its hashes, whether it is a workbook, and how its text is encoded.</summary>
/// <param name="Encoding">Null for a workbook. Throws on undecodable bytes; the first look already excluded them.</param>
/// <param name="PreambleBytes">Length of the byte order mark.</param>
/// <param name="IsKz1048">Single-byte text with bytes that only KZ-1048 gives a Kazakh meaning.</param>
internal sealed record ListFile(
    ListBytes Source, ListPart Part, BlockHashes Hashes, Encoding? Encoding, int PreambleBytes, bool IsKz1048)
{
    public bool IsWorkbook => Encoding is null;

    public string Name => Source.Name;

    public BlockVerifiedStream Open() => new(Source.Open(), Hashes);

    /// <summary>Reads the whole file once. Throws <see cref="ListRefusal"/> for what can never be a list.</summary>
    public static ListFile Inspect(ListBytes source, ListPart part, IntakeLimits limits)
    {
        if (source.LengthBytes is not { } length)
        {
            throw new ListRefusal(
                part == ListPart.Courses ? "intake/courses-file-missing" : "intake/file-missing",
                $"The file of {part} is not there.", ("file", source.Name));
        }

        if (length == 0)
        {
            throw new ListRefusal("intake/file-empty", "The file has no bytes.", ("file", source.Name));
        }

        Span<byte> head = stackalloc byte[8];
        using var file = source.Open();
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        var isWorkbook = head.StartsWith("PK\x03\x04"u8);
        RefuseForeignFormats(head, source.Name);
        var maxBytes = isWorkbook ? limits.WorkbookMaxBytes
            : part == ListPart.Courses ? limits.CoursesFileMaxBytes : limits.GraduatesFileMaxBytes;
        if (length > maxBytes)
        {
            throw new ListRefusal(
                "intake/file-too-large", $"{length} bytes; at most {maxBytes}.",
                ("file", source.Name), ("sizeMb", $"{length / 1_000_000}"), ("maxMb", $"{maxBytes / 1_000_000}"));
        }

        var look = new TextLook(source.Name, head);
        var hashes = new BlockHashes();
        var block = new byte[BlockHashes.BlockSizeBytes];
        while (true)
        {
            var count = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            if (count == 0)
            {
                break;
            }

            hashes.Record(block.AsSpan(0, count));
            if (!isWorkbook)
            {
                look.Add(block.AsSpan(0, count));
            }
        }

        var (encoding, preamble, isKz1048) = isWorkbook ? (null, 0, false) : look.Conclude();
        return new ListFile(source, part, hashes, encoding, preamble, isKz1048);
    }

    private static void RefuseForeignFormats(ReadOnlySpan<byte> head, string name)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
        {
            throw new ListRefusal(
                "intake/old-or-protected-workbook", "An OLE2 file: XLS, or XLSX with a password.", ("file", name));
        }

        if (head.StartsWith("%PDF"u8) || head.StartsWith("{\\rtf"u8) || head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])
            || head.StartsWith("PK\x05\x06"u8) || head.StartsWith("Rar!"u8) || head.StartsWith("7z\xBC\xAF"u8))
        {
            throw new ListRefusal("intake/not-a-list", "Neither CSV nor XLSX.", ("file", name));
        }
    }
}

/// <summary>Tells the encoding of a text from all its bytes, block after block.</summary>
internal sealed class TextLook
{
    private readonly string name;
    private readonly Encoding? unicode;
    private readonly bool hasUtf8Mark;
    private readonly byte[] carry = new byte[4];
    private int carryLength;
    private long offset;
    private long validSequences;
    private (long Offset, byte Value)? firstNotUtf8;
    private (long Offset, byte Value)? firstUndefined1251;
    private bool isKazakh;
    private readonly Decoder? unicodeDecoder;
    private readonly char[] unicodeChars = [];

    public TextLook(string name, ReadOnlySpan<byte> head)
    {
        this.name = name;
        hasUtf8Mark = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
        unicode = head switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => throw Binary(0),
            [0xFF, 0xFE, ..] => new UnicodeEncoding(false, true, true),
            [0xFE, 0xFF, ..] => new UnicodeEncoding(true, true, true),
            // Without a mark: the first letters of a header are ASCII, or Cyrillic with the high byte 4.
            [not 0, 0 or 4, not 0, 0 or 4, ..] => new UnicodeEncoding(false, false, true),
            [0 or 4, not 0, 0 or 4, not 0, ..] => new UnicodeEncoding(true, false, true),
            _ => null,
        };
        unicodeDecoder = unicode?.GetDecoder();
        unicodeChars = unicode is null ? [] : new char[BlockHashes.BlockSizeBytes];
    }

    public void Add(ReadOnlySpan<byte> block)
    {
        if (unicodeDecoder is not null)
        {
            AddUnicode(block);
        }
        else
        {
            AddBytes(block);
        }

        offset += block.Length;
    }

    public (Encoding Encoding, int PreambleBytes, bool IsKz1048) Conclude()
    {
        if (unicode is not null)
        {
            if (offset % 2 != 0)
            {
                throw Undecodable("UTF-16", offset - 1, 0);
            }

            return (unicode, unicode.GetPreamble().Length, false);
        }

        if (carryLength > 0)
        {
            firstNotUtf8 ??= (offset - carryLength, carry[0]);
        }

        if (firstNotUtf8 is null)
        {
            return (new UTF8Encoding(false, true), hasUtf8Mark ? 3 : 0, false);
        }

        // A file that says it is UTF-8, or mostly is, was damaged: read as Windows-1251 it would become mojibake.
        if (hasUtf8Mark || validSequences >= 3)
        {
            throw Undecodable("UTF-8", firstNotUtf8.Value.Offset, firstNotUtf8.Value.Value);
        }

        if (firstUndefined1251 is { } undefined)
        {
            throw Undecodable("windows-1251", undefined.Offset, undefined.Value);
        }

        return (new Kz1048Encoding(isKazakh), 0, isKazakh);
    }

    private void AddUnicode(ReadOnlySpan<byte> block)
    {
        try
        {
            var count = unicodeDecoder!.GetChars(block, unicodeChars, flush: false);
            var at = unicodeChars.AsSpan(0, count).IndexOfAny('\0', '\uFFFF');
            if (at >= 0)
            {
                throw Binary(offset + (2L * at));
            }
        }
        catch (DecoderFallbackException bad)
        {
            throw Undecodable("UTF-16", offset + Math.Max(0, bad.Index), bad.BytesUnknown?.FirstOrDefault() ?? 0);
        }
    }

    private void AddBytes(ReadOnlySpan<byte> block)
    {
        var control = block.IndexOfAnyInRange((byte)0, (byte)8);
        if (control >= 0)
        {
            throw Binary(offset + control);
        }

        if (firstNotUtf8 is null)
        {
            CheckUtf8(block);
        }

        if (firstNotUtf8 is null)
        {
            return;
        }

        foreach (var value in block)
        {
            isKazakh |= Kz1048Encoding.MeansKazakhLetter(value);
        }

        var undefined = block.IndexOf(Kz1048Encoding.Undefined);
        if (undefined >= 0)
        {
            firstUndefined1251 ??= (offset + undefined, Kz1048Encoding.Undefined);
        }
    }

    private void CheckUtf8(ReadOnlySpan<byte> block)
    {
        var rest = block;
        var restOffset = offset;
        if (carryLength > 0)
        {
            // Complete the sequence that the block border cut.
            var start = restOffset - carryLength;
            Span<byte> joined = stackalloc byte[8];
            carry.AsSpan(0, carryLength).CopyTo(joined);
            var taken = Math.Min(4 - carryLength, block.Length);
            block[..taken].CopyTo(joined[carryLength..]);
            if (Rune.DecodeFromUtf8(joined[..(carryLength + taken)], out _, out var used)
                != System.Buffers.OperationStatus.Done)
            {
                firstNotUtf8 = (start, carry[0]);
                return;
            }

            rest = block[(used - carryLength)..];
            restOffset += used - carryLength;
            carryLength = 0;
        }

        // Up to three bytes at the end may be the beginning of a sequence.
        var tail = 0;
        for (var back = 1; back <= Math.Min(3, rest.Length); back++)
        {
            var value = rest[^back];
            if (value >= 0xC0)
            {
                var needed = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
                tail = needed > back ? back : 0;
                break;
            }

            if (value < 0x80)
            {
                break;
            }
        }

        var whole = rest[..^tail];
        if (Utf8.IsValid(whole))
        {
            validSequences += validSequences >= 3 ? 0 : CountSequences(whole);
            rest[^tail..].CopyTo(carry);
            carryLength = tail;
            return;
        }

        var at = 0;
        while (Rune.DecodeFromUtf8(whole[at..], out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            validSequences += used > 1 ? 1 : 0;
            at += used;
        }

        firstNotUtf8 = (restOffset + at, whole[at]);
    }

    private static int CountSequences(ReadOnlySpan<byte> text)
    {
        var first = text.IndexOfAnyInRange((byte)0xC0, (byte)0xFF);
        return first < 0 ? 0 : text[first..].Length >= 6 ? 3 : 1;
    }

    private ListRefusal Binary(long at) => new(
        "intake/not-a-list", $"Byte {at} is no text.", ("file", name));

    private ListRefusal Undecodable(string encoding, long at, byte value) => new(
        "intake/undecodable-byte", $"Byte 0x{value:X2} at {at} is not {encoding}.",
        ("file", name), ("encoding", encoding), ("offset", $"{at}"), ("byte", $"0x{value:X2}"));
}
