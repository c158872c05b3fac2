using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Mortanba.Documents;

/// <summary>The file body: numbers objects, writes them, and closes with a cross-reference stream.</summary>
/// <remarks>
/// ISO 32000-1 sections 7.5.7 and 7.5.8. The many small objects of the structure tree go into one object stream, which
/// makes them a tenth of the size; the rest stands plainly in the file.
/// </remarks>
internal sealed class PdfObjects
{
    private const int CompressedMark = -1;

    // Against 6: 1 KB more a diploma, a tenth less time.
    private static readonly ZLibCompressionOptions Level = new() { CompressionLevel = 4 };

    private readonly PdfBuffer file = new(128 * 1024);
    private readonly List<(int Offset, int Index)> places = [(0, 0)];
    private readonly PdfBuffer small = new(64 * 1024);
    private readonly PdfBuffer smallPlaces = new(8 * 1024);
    private int smallCount;

    public PdfObjects()
    {
        // Four bytes above 127 in the second line (ISO 19005-3 section 6.1.2).
        file.Append("%PDF-1.7\n%\u00b5\u00b6"u8);
        file.Append("\n"u8);
    }

    public int Reserve()
    {
        places.Add((0, 0));
        return places.Count - 1;
    }

    /// <summary>Writes an object; text beyond ASCII must already be escaped.</summary>
    public void Put(int id, string body)
    {
        Place(id);
        file.Append($"{id} 0 obj\n{body}\nendobj\n");
    }

    /// <summary>Keeps a small object for the object stream.</summary>
    public void PutSmall(int id, string body) => StartSmall(id).Append(body);

    /// <summary>A small object whose body the caller appends to the answer, before anything else is put.</summary>
    public PdfBuffer StartSmall(int id)
    {
        if (smallCount > 0)
        {
            small.Append((byte)'\n');
        }

        places[id] = (CompressedMark, smallCount++);
        smallPlaces.Append($"{id} {small.Length} ");
        return small;
    }

    public void PutStream(int id, string entries, ReadOnlySpan<byte> content) =>
        WriteStream(id, entries + "/Filter/FlateDecode", Deflate(content));

    /// <summary>A stream whose content is deflated already and kept from document to document.</summary>
    public void PutDeflated(int id, string entries, ReadOnlySpan<byte> deflated) =>
        WriteStream(id, entries + "/Filter/FlateDecode", deflated);

    public void PutPlainStream(int id, string entries, ReadOnlySpan<byte> content) => WriteStream(id, entries, content);

    /// <summary>Writes object stream and cross-reference stream and gives the whole file.</summary>
    public byte[] Finish(int catalog, int info)
    {
        var container = Reserve();
        var references = Reserve();
        WriteObjectStream(container);
        var start = file.Length;
        Place(references);

        // The id is a hash of the content: the same document has the same id on every machine.
        var fileId = Convert.ToHexString(SHA256.HashData(file.Written).AsSpan(0, 16));
        WriteStream(
            references,
            $"/Type/XRef/Size {places.Count}/W[1 4 2]/Root {catalog} 0 R/Info {info} 0 R/ID[<{fileId}><{fileId}>]"
            + "/Filter/FlateDecode",
            Deflate(References(container)),
            alreadyPlaced: true);
        file.Append($"startxref\n{start}\n%%EOF\n");
        return file.Written.ToArray();
    }

    public static byte[] Deflate(ReadOnlySpan<byte> content) => Deflate(content, Level);

    private static byte[] Deflate(ReadOnlySpan<byte> content, ZLibCompressionOptions level)
    {
        using var output = new MemoryStream((content.Length / 2) + 64);
        using (var zlib = new ZLibStream(output, level, leaveOpen: true))
        {
            zlib.Write(content);
        }

        return output.ToArray();
    }

    /// <summary>For what is deflated once and kept.</summary>
    public static byte[] DeflateBest(ReadOnlySpan<byte> content) =>
        Deflate(content, new ZLibCompressionOptions { CompressionLevel = 9 });

    private byte[] References(int container)
    {
        var rows = new byte[7 * places.Count];
        BinaryPrimitives.WriteUInt16BigEndian(rows.AsSpan(5), ushort.MaxValue);
        for (var id = 1; id < places.Count; id++)
        {
            var (offset, index) = places[id];
            var row = rows.AsSpan(7 * id);
            var inContainer = offset == CompressedMark;
            row[0] = (byte)(inContainer ? 2 : 1);
            BinaryPrimitives.WriteUInt32BigEndian(row[1..], inContainer ? (uint)container : (uint)offset);
            BinaryPrimitives.WriteUInt16BigEndian(row[5..], inContainer ? (ushort)index : (ushort)0);
        }

        return rows;
    }

    private void WriteObjectStream(int id)
    {
        var first = smallPlaces.Length;
        smallPlaces.Append(small.Written);
        PutStream(id, $"/Type/ObjStm/N {smallCount}/First {first}", smallPlaces.Written);
    }

    private void WriteStream(int id, string entries, ReadOnlySpan<byte> content, bool alreadyPlaced = false)
    {
        if (!alreadyPlaced)
        {
            Place(id);
        }

        file.Append($"{id} 0 obj\n<<{entries}/Length {content.Length}>>\nstream\n");
        file.Append(content);
        file.Append("\nendstream\nendobj\n"u8);
    }

    private void Place(int id) => places[id] = (file.Length, 0);
}
