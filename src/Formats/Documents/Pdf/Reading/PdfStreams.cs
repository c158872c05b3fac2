using System.IO.Compression;

namespace Mortanba.Documents;

/// <summary>Decodes stream data: FlateDecode with predictors, or none (ISO 32000-1 section 7.4).</summary>
internal sealed class PdfStreams
{
    /// <summary>Four times the largest diploma file, for one stream.</summary>
    public const int DecodedMaxBytes = 4 * DiplomaFile.SizeMaxBytes;

    private const long DecodedTotalMaxBytes = 64L * 1024 * 1024;

    private long decodedTotal;

    public byte[] Decode(ReadOnlyMemory<byte> data, PdfDictionary dictionary, Func<object?, object?> resolve)
    {
        var filters = AsList(resolve(dictionary.Get("Filter") ?? dictionary.Get("F")), resolve);
        var parameters = AsList(resolve(dictionary.Get("DecodeParms") ?? dictionary.Get("DP")), resolve);
        if (filters.Count > 4)
        {
            throw PdfRefusedException.TooBig("filters on one stream");
        }

        var decoded = data;
        for (var i = 0; i < filters.Count; i++)
        {
            var settings = i < parameters.Count ? parameters[i] as PdfDictionary : null;
            decoded = (filters[i] as PdfName)?.Value switch
            {
                "FlateDecode" or "Fl" => UndoPredictor(Inflate(decoded), settings, resolve),
                "Crypt" => throw new PdfRefusedException("documents/pdf-encrypted", "A stream of the PDF is encrypted."),
                _ => throw new PdfRefusedException(
                    "documents/pdf-unsupported", "The PDF packs its attachment in a way that is not read here."),
            };
        }

        return decoded.ToArray();
    }

    private byte[] Inflate(ReadOnlyMemory<byte> data)
    {
        using var input = new ReadOnlyMemoryInput(data);
        using var zlib = new ZLibStream(input, CompressionMode.Decompress);
        using var output = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = zlib.Read(buffer)) > 0)
            {
                decodedTotal += count;
                if (output.Length + count > DecodedMaxBytes || decodedTotal > DecodedTotalMaxBytes)
                {
                    throw PdfRefusedException.TooBig("decompressed size");
                }

                output.Write(buffer, 0, count);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            // IO is what the framework says of a stream that wants a dictionary nobody has.
            throw PdfRefusedException.Damaged("a stream that does not decompress");
        }

        return output.ToArray();
    }

    private static byte[] UndoPredictor(byte[] data, PdfDictionary? settings, Func<object?, object?> resolve)
    {
        var predictor = Setting(settings, "Predictor", 1, 15, resolve);
        if (predictor == 1)
        {
            return data;
        }

        var colors = Setting(settings, "Colors", 1, 32, resolve);
        var bits = Setting(settings, "BitsPerComponent", 8, 16, resolve);
        var columns = Setting(settings, "Columns", 1, 1 << 20, resolve);
        var pixelSize = Math.Max(1, colors * bits / 8);
        var rowSize = (int)((((long)colors * bits * columns) + 7) / 8);
        return predictor >= 10 ? UndoPng(data, rowSize, pixelSize)
            : throw new PdfRefusedException("documents/pdf-unsupported", "The PDF uses the TIFF predictor.");
    }

    // PNG specification section 9: each row starts with the number of its filter.
    private static byte[] UndoPng(byte[] data, int rowSize, int pixelSize)
    {
        var rowCount = (data.Length + rowSize) / (rowSize + 1);

        // What comes out is shorter than what went in, whatever the settings say of the width of a row.
        var output = new byte[data.Length];
        var used = 0;
        for (var row = 0; row < rowCount; row++)
        {
            var source = data.AsSpan(row * (rowSize + 1));
            var size = Math.Min(rowSize, source.Length - 1);
            var current = output.AsSpan(row * rowSize, size);
            var above = row == 0 ? default : output.AsSpan((row - 1) * rowSize, rowSize);
            source.Slice(1, size).CopyTo(current);
            UndoRow(source[0], current, above, pixelSize);
            used += size;
        }

        return output[..used];
    }

    private static void UndoRow(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int pixelSize)
    {
        for (var i = 0; i < row.Length; i++)
        {
            int left = i >= pixelSize ? row[i - pixelSize] : 0;
            int up = above.IsEmpty ? 0 : above[i];
            int upLeft = above.IsEmpty || i < pixelSize ? 0 : above[i - pixelSize];
            row[i] = (byte)((row[i] + filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, upLeft),
                _ => throw PdfRefusedException.Damaged("an unknown row filter"),
            }) & 0xff);
        }
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        var estimate = left + up - upLeft;
        int a = Math.Abs(estimate - left), b = Math.Abs(estimate - up), c = Math.Abs(estimate - upLeft);
        return a <= b && a <= c ? left : b <= c ? up : upLeft;
    }

    private static int Setting(
        PdfDictionary? settings, string name, int standard, int most, Func<object?, object?> resolve) =>
        resolve(settings?.Get(name)) switch
        {
            null => standard,
            long value when value >= 1 && value <= most => (int)value,
            _ => throw PdfRefusedException.Damaged("a filter setting out of range"),
        };

    private static List<object?> AsList(object? value, Func<object?, object?> resolve) => value switch
    {
        null => [],
        List<object?> list => [.. list.Select(resolve)],
        _ => [value],
    };

    // The bytes as a stream without a copy.
    private sealed class ReadOnlyMemoryInput(ReadOnlyMemory<byte> data) : Stream
    {
        private int at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => data.Length;

        public override long Position
        {
            get => at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, data.Length - at);
            data.Span.Slice(at, count).CopyTo(buffer);
            at += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
