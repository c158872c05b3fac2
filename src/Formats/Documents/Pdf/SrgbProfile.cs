using System.Buffers.Binary;
using System.Text;

namespace Mortanba.Documents;

/// <summary>An sRGB display profile made from IEC 61966-2-1's numbers: ICC version 2.1, matrix and tone curves.</summary>
/// <remarks>ICC.1:2001-04 sections 6 and 7. Made in code so that no profile with a foreign licence has to be shipped.</remarks>
internal static class SrgbProfile
{
    private const int CurvePoints = 256;

    private static readonly Lazy<byte[]> Made = new(Make);
    private static readonly Lazy<byte[]> MadeDeflated =
        new(() => PdfObjects.DeflateBest(Made.Value));

    public static byte[] Bytes => Made.Value;

    public static byte[] Deflated => MadeDeflated.Value;

    private static byte[] Make()
    {
        var curve = Curve();
        (string Tag, byte[] Content)[] tags =
        [
            ("desc", Description("sRGB IEC61966-2-1")),
            ("cprt", Text("No copyright, use freely")),
            ("wtpt", Xyz(0.9642, 1.0, 0.8249)),
            ("rXYZ", Xyz(0.4361, 0.2225, 0.0139)),
            ("gXYZ", Xyz(0.3851, 0.7169, 0.0971)),
            ("bXYZ", Xyz(0.1431, 0.0606, 0.7141)),
            ("rTRC", curve),
            ("gTRC", curve),
            ("bTRC", curve),
        ];

        var body = new MemoryStream();
        var table = new MemoryStream();
        var start = 128 + 4 + (12 * tags.Length);
        var placed = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        Write32(table, tags.Length);
        foreach (var (tag, content) in tags)
        {
            if (!placed.TryGetValue(content, out var at))
            {
                at = start + (int)body.Length;
                placed.Add(content, at);
                body.Write(content);
                body.Write(new byte[-content.Length & 3]);
            }

            table.Write(Encoding.ASCII.GetBytes(tag));
            Write32(table, at);
            Write32(table, content.Length);
        }

        return [.. Header(start + (int)body.Length), .. table.ToArray(), .. body.ToArray()];
    }

    private static byte[] Header(int size)
    {
        var header = new byte[128];
        BinaryPrimitives.WriteInt32BigEndian(header, size);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), 0x02100000);
        "mntrRGB XYZ "u8.CopyTo(header.AsSpan(12));
        foreach (var (at, part) in new[] { (24, 2026), (26, 1), (28, 1) })
        {
            BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(at), (short)part);
        }

        "acsp"u8.CopyTo(header.AsSpan(36));
        Xyz(0.9642, 1.0, 0.8249).AsSpan(8).CopyTo(header.AsSpan(68));
        return header;
    }

    private static byte[] Curve()
    {
        var curve = new byte[12 + (2 * CurvePoints)];
        "curv"u8.CopyTo(curve);
        BinaryPrimitives.WriteInt32BigEndian(curve.AsSpan(8), CurvePoints);
        for (var i = 0; i < CurvePoints; i++)
        {
            var encoded = i / (CurvePoints - 1.0);
            var linear = encoded <= 0.04045 ? encoded / 12.92 : Math.Pow((encoded + 0.055) / 1.055, 2.4);
            BinaryPrimitives.WriteUInt16BigEndian(curve.AsSpan(12 + (2 * i)), (ushort)Math.Round(linear * 65535));
        }

        return curve;
    }

    private static byte[] Xyz(double x, double y, double z)
    {
        var content = new byte[20];
        "XYZ "u8.CopyTo(content);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(8), (int)Math.Round(x * 65536));
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(12), (int)Math.Round(y * 65536));
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(16), (int)Math.Round(z * 65536));
        return content;
    }

    private static byte[] Text(string text) => [.. "text\0\0\0\0"u8, .. Encoding.ASCII.GetBytes(text), 0];

    // textDescriptionType: ASCII part, then empty Unicode and Macintosh parts (section 6.5.17).
    private static byte[] Description(string text)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, text.Length + 1);
        return [.. "desc\0\0\0\0"u8, .. size, .. Encoding.ASCII.GetBytes(text), 0, .. new byte[4 + 4 + 2 + 1 + 67]];
    }

    private static void Write32(MemoryStream output, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        output.Write(bytes);
    }
}
