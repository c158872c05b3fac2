namespace Mortanba.Documents;

/// <summary>Where an object stands: in the file, or as the n-th of an object stream; neither when it was freed.</summary>
/// <param name="Container">Id of the object stream; 0 when the object stands in the file.</param>
internal readonly record struct PdfPlace(long Offset, int Container, int Index)
{
    public bool IsFree => Offset < 0;

    public static PdfPlace Free => new(-1, 0, 0);
}

/// <summary>Follows the chain of cross-reference sections from the newest to the oldest; the newest word counts.</summary>
/// <remarks>ISO 32000-1 sections 7.5.4 (tables), 7.5.8 (streams), 7.5.8.4 (hybrid), 7.5.6 (incremental updates).</remarks>
internal sealed class PdfCrossReferences(PdfFile file, PdfBudget budget)
{
    private const int SectionCountMax = 512;
    private const int ObjectIdMax = 1 << 23;

    private readonly Dictionary<int, PdfPlace> places = [];
    private readonly HashSet<long> visited = [];

    /// <summary>Trailer of the newest section.</summary>
    public PdfDictionary Trailer { get; private set; } = [];

    public PdfPlace Place(int id) => places.TryGetValue(id, out var place) ? place : PdfPlace.Free;

    public void Read(long offset)
    {
        var next = (long?)offset;
        var newest = true;
        while (next is { } at)
        {
            var trailer = ReadSection(at);
            if (trailer.ContainsKey("Encrypt"))
            {
                throw new PdfRefusedException("documents/pdf-encrypted", "The PDF is encrypted.");
            }

            Trailer = newest ? trailer : Trailer;
            newest = false;
            if (trailer.Get("XRefStm") is long hybrid)
            {
                ReadSection(hybrid);
            }

            next = trailer.Get("Prev") switch
            {
                null => null,
                long previous => previous,
                _ => throw PdfRefusedException.Damaged("a Prev that is no offset"),
            };
        }
    }

    private PdfDictionary ReadSection(long offset)
    {
        if (!visited.Add(offset))
        {
            throw PdfRefusedException.Damaged("cross-references that run in a circle");
        }

        if (visited.Count > SectionCountMax)
        {
            throw PdfRefusedException.TooBig("revisions");
        }

        var lexer = file.At(offset);
        return lexer.TryKeyword("xref"u8) ? ReadTable(lexer) : ReadStream(offset);
    }

    private PdfDictionary ReadTable(PdfLexer lexer)
    {
        while (!lexer.TryKeyword("trailer"u8))
        {
            long first = lexer.ReadInteger(), count = lexer.ReadInteger();
            if (first is < 0 or > ObjectIdMax || count is < 0 or > ObjectIdMax)
            {
                throw PdfRefusedException.Damaged("a cross-reference table");
            }

            for (var id = first; id < first + count; id++)
            {
                var offset = lexer.ReadInteger();
                lexer.ReadInteger();
                var used = lexer.TryKeyword("n"u8);
                if (!used && !lexer.TryKeyword("f"u8))
                {
                    throw PdfRefusedException.Damaged("a cross-reference table");
                }

                Add(id, used ? new PdfPlace(offset, 0, 0) : PdfPlace.Free);
            }
        }

        return lexer.ReadValue() as PdfDictionary ?? throw PdfRefusedException.Damaged("a trailer");
    }

    private PdfDictionary ReadStream(long offset)
    {
        var (_, value, data) = file.ReadObjectAt(offset, resolveLength: false);
        if (value is not PdfDictionary dictionary || dictionary.Get("Type") is not PdfName { Value: "XRef" })
        {
            throw PdfRefusedException.Damaged("no cross-references where they should stand");
        }

        var rows = file.Streams.Decode(data, dictionary, DirectOnly);
        var widths = Integers(dictionary.Get("W"));
        if (widths.Count != 3 || widths.Any(w => w is < 0 or > 8) || widths.Sum() == 0)
        {
            throw PdfRefusedException.Damaged("a cross-reference stream");
        }

        var size = dictionary.Get("Size") as long? ?? 0;
        var index = dictionary.ContainsKey("Index") ? Integers(dictionary.Get("Index")) : [0, size];
        var at = 0;
        for (var section = 0; section + 1 < index.Count; section += 2)
        {
            if (index[section] is < 0 or > ObjectIdMax)
            {
                throw PdfRefusedException.TooBig("object numbers");
            }

            for (long i = 0; i < index[section + 1] && at + widths.Sum() <= rows.Length; i++)
            {
                budget.Spend(1);
                var kind = widths[0] == 0 ? 1 : Field(rows, ref at, widths[0]);
                long second = Field(rows, ref at, widths[1]), third = Field(rows, ref at, widths[2]);
                Add(index[section] + i, PlaceOf(kind, second, third));
            }
        }

        return dictionary;
    }

    private static PdfPlace PlaceOf(long kind, long second, long third) => kind switch
    {
        1 when second >= 0 => new PdfPlace(second, 0, 0),
        2 when second is > 0 and <= ObjectIdMax && third is >= 0 and <= int.MaxValue =>
            new PdfPlace(0, (int)second, (int)third),
        _ => PdfPlace.Free,
    };

    private void Add(long id, PdfPlace place)
    {
        budget.Spend(1);
        if (id is < 0 or > ObjectIdMax)
        {
            throw PdfRefusedException.TooBig("object numbers");
        }

        places.TryAdd((int)id, place);
    }

    private static object? DirectOnly(object? value) => value is PdfReference
        ? throw PdfRefusedException.Damaged("an indirect value in a cross-reference stream")
        : value;

    private static List<long> Integers(object? value) => value is List<object?> list && list.All(item => item is long)
        ? [.. list.Cast<long>()]
        : throw PdfRefusedException.Damaged("a list of numbers");

    private static long Field(byte[] rows, ref int at, long width)
    {
        ulong value = 0;
        for (var i = 0; i < width; i++)
        {
            value = (value << 8) | rows[at++];
        }

        return value <= long.MaxValue ? (long)value : -1;
    }
}
