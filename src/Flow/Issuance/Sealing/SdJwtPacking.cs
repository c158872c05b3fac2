using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Mortanba.Issuance;

/// <summary>An SD-JWT as the bytes behind its base64, and back: so that the compressor sees the text it repeats.</summary>
/// <remarks>
/// Segments in order (header, payload, signature, disclosures), each as length (4 bytes, little-endian) and
/// bytes. Halves what a stored diploma takes. Only for SD-JWTs of our own writer, whose base64url is canonical.
/// </remarks>
internal static class SdJwtPacking
{
    private const int JwsSegmentCount = 3;
    private const int LengthSizeBytes = 4;

    public static void Pack(ReadOnlySpan<byte> compact, IBufferWriter<byte> output)
    {
        while (!compact.IsEmpty)
        {
            var end = compact.IndexOfAny((byte)'.', (byte)'~');
            var segment = compact[..end];
            var target = output.GetSpan(LengthSizeBytes + Base64Url.GetMaxDecodedLength(segment.Length));
            var size = Base64Url.DecodeFromUtf8(segment, target[LengthSizeBytes..]);
            BinaryPrimitives.WriteInt32LittleEndian(target, size);
            output.Advance(LengthSizeBytes + size);
            compact = compact[(end + 1)..];
        }
    }

    /// <param name="size">Size of the compact text.</param>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, int size)
    {
        var compact = new byte[size];
        var written = 0;
        for (var segment = 0; !packed.IsEmpty; segment++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(packed);
            written += Base64Url.EncodeToUtf8(packed.Slice(LengthSizeBytes, length), compact.AsSpan(written));
            compact[written++] = segment < JwsSegmentCount - 1 ? (byte)'.' : (byte)'~';
            packed = packed[(LengthSizeBytes + length)..];
        }

        return written == size ? compact : throw new FormatException("A packed SD-JWT has another size than it should.");
    }
}
