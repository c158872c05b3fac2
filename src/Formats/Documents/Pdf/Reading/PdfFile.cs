namespace Mortanba.Documents;

/// <summary>Objects of a stranger's PDF, found by number in its newest revision.</summary>
internal sealed class PdfFile
{
    private const int ReferenceChainMax = 16;
    private const int ObjectsInStreamMax = 100_000;
    private const int HeaderWindowBytes = 1024;
    private const int TailWindowBytes = 2048;

    private readonly ReadOnlyMemory<byte> bytes;
    private readonly PdfBudget budget;
    private readonly PdfCrossReferences references;
    private readonly Dictionary<int, object?> known = [];
    private readonly Dictionary<int, ReadOnlyMemory<byte>> streamData = [];
    private readonly Dictionary<int, (byte[] Content, long[] Offsets, int[] Ids)> containers = [];
    private readonly HashSet<int> opening = [];

    public PdfFile(ReadOnlyMemory<byte> file)
    {
        var header = file.Span[..Math.Min(file.Length, HeaderWindowBytes)].IndexOf("%PDF-"u8);
        if (header < 0)
        {
            throw new PdfRefusedException("documents/not-a-pdf", "The file does not begin as a PDF.");
        }

        // Offsets count from the header, even when a mail program put something before it.
        bytes = file[header..];
        budget = new PdfBudget((32L * bytes.Length) + 1_000_000);
        references = new PdfCrossReferences(this, budget);
        references.Read(StartOfReferences());
    }

    public PdfStreams Streams { get; } = new();

    public PdfDictionary Trailer => references.Trailer;

    public PdfLexer At(long offset) => offset > 0 && offset < bytes.Length
        ? new PdfLexer(bytes, (int)offset, budget)
        : throw PdfRefusedException.Damaged("an offset outside the file");

    /// <summary>The value a reference leads to; other values as they are.</summary>
    public object? Resolve(object? value)
    {
        for (var steps = 0; value is PdfReference reference; steps++)
        {
            if (steps > ReferenceChainMax)
            {
                throw PdfRefusedException.Damaged("references that run in a circle");
            }

            value = Object(reference.Id);
        }

        return value;
    }

    /// <summary>Decoded content of a stream object; null when the object is no stream.</summary>
    public byte[]? StreamContent(int id) =>
        Object(id) is PdfDictionary dictionary && streamData.TryGetValue(id, out var data)
            ? Streams.Decode(data, dictionary, Resolve)
            : null;

    /// <summary>Reads <c>n g obj … endobj</c>; for a stream also its raw data.</summary>
    public (int Id, object? Value, ReadOnlyMemory<byte> Data) ReadObjectAt(long offset, bool resolveLength = true)
    {
        var lexer = At(offset);
        var id = lexer.ReadInteger();
        lexer.ReadInteger();
        if (id is < 0 or > int.MaxValue || !lexer.TryKeyword("obj"u8))
        {
            throw PdfRefusedException.Damaged("no object where one should stand");
        }

        var value = lexer.ReadValue();
        if (value is not PdfDictionary dictionary || !lexer.TryKeyword("stream"u8))
        {
            return ((int)id, value, default);
        }

        var start = lexer.StreamStart();
        var length = resolveLength ? Resolve(dictionary.Get("Length")) : dictionary.Get("Length");
        if (length is not long size || size < 0 || size > bytes.Length - start)
        {
            throw PdfRefusedException.Damaged("a stream without a right length");
        }

        return new PdfLexer(bytes, start + (int)size, budget).TryKeyword("endstream"u8)
            ? ((int)id, value, bytes.Slice(start, (int)size))
            : throw PdfRefusedException.Damaged("a stream without an end");
    }

    private object? Object(int id)
    {
        if (known.TryGetValue(id, out var value))
        {
            return value;
        }

        var place = references.Place(id);
        if (place.IsFree)
        {
            return null;
        }

        if (!opening.Add(id))
        {
            throw PdfRefusedException.Damaged("objects that need each other to be read");
        }

        if (opening.Count > ReferenceChainMax)
        {
            throw PdfRefusedException.TooBig("objects that need each other to be read");
        }

        value = place.Container == 0 ? Plain(id, place.Offset) : Contained(id, place);
        opening.Remove(id);
        known[id] = value;
        return value;
    }

    private object? Plain(int id, long offset)
    {
        var (found, value, data) = ReadObjectAt(offset);
        if (found != id)
        {
            throw PdfRefusedException.Damaged("another object where one should stand");
        }

        if (!data.Equals(default))
        {
            streamData[id] = data;
        }

        return value;
    }

    private object? Contained(int id, PdfPlace place)
    {
        if (!containers.TryGetValue(place.Container, out var container))
        {
            container = OpenContainer(place.Container);
            containers.Add(place.Container, container);
        }

        // The index names the place; the number beside the offset must agree.
        if (place.Index >= container.Ids.Length || container.Ids[place.Index] != id)
        {
            throw PdfRefusedException.Damaged("an object stream without the object it should hold");
        }

        return new PdfLexer(container.Content, (int)container.Offsets[place.Index], budget).ReadValue();
    }

    private (byte[] Content, long[] Offsets, int[] Ids) OpenContainer(int id)
    {
        if (references.Place(id).Container != 0 || Object(id) is not PdfDictionary dictionary
            || StreamContent(id) is not { } content
            || Resolve(dictionary.Get("N")) is not long count || count is < 0 or > ObjectsInStreamMax
            || Resolve(dictionary.Get("First")) is not long first || first < 0 || first > content.Length)
        {
            throw PdfRefusedException.Damaged("an object stream");
        }

        var lexer = new PdfLexer(content, 0, budget);
        var offsets = new long[count];
        var ids = new int[count];
        for (var i = 0; i < count; i++)
        {
            var number = lexer.ReadInteger();
            var offset = lexer.ReadInteger();
            if (number is < 0 or > int.MaxValue || offset < 0 || offset > content.Length - first)
            {
                throw PdfRefusedException.Damaged("an object stream");
            }

            ids[i] = (int)number;
            offsets[i] = first + offset;
        }

        return (content, offsets, ids);
    }

    // The last words of the file: startxref, a number, %%EOF (section 7.5.5). Anything less was cut off.
    private long StartOfReferences()
    {
        var tail = Math.Max(0, bytes.Length - TailWindowBytes);
        var at = bytes.Span[tail..].LastIndexOf("startxref"u8);
        if (at < 0 || bytes.Span[(tail + at)..].IndexOf("%%EOF"u8) is var end && end < 0)
        {
            throw new PdfRefusedException("documents/pdf-truncated", "The end of the PDF is missing.");
        }

        var lexer = new PdfLexer(bytes[..(tail + at + end)], tail + at + "startxref".Length, budget);
        var offset = lexer.ReadInteger();
        return offset > 0
            ? offset
            : throw new PdfRefusedException("documents/pdf-truncated", "The end of the PDF is missing.");
    }
}
