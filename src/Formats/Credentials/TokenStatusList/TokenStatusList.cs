using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The states of draft-ietf-oauth-status-list section 7.1 that have one meaning for everyone.</summary>
public enum TokenStatus
{
    Valid = 0,
    Invalid = 1,
    Suspended = 2,
}

/// <summary>A Token Status List: one small number per credential, packed from the least significant bit.</summary>
/// <remarks>
/// draft-ietf-oauth-status-list (RFC editor), section 4: index i of b-bit statuses lies in byte i*b/8, starting from the
/// least significant bit; the bytes are zlib-compressed and base64url-encoded. The Bitstring Status List of W3C has the
/// opposite order and another container.
/// </remarks>
public sealed class TokenStatusList
{
    /// <summary>16 Mi statuses of one bit, or 2 Mi of eight: more than any list here; a bomb stops at this size.</summary>
    public const int UnpackedSizeMaxBytes = 2 * 1024 * 1024;

    private readonly byte[] bytes;

    private TokenStatusList(byte[] bytes, int bits)
    {
        this.bytes = bytes;
        Bits = bits;
    }

    /// <summary>Bits of one status: 1, 2, 4 or 8.</summary>
    public int Bits { get; }

    /// <summary>How many statuses the bytes hold.</summary>
    public long Count => bytes.LongLength * 8 / Bits;

    /// <summary>An all-valid list. Throws for a size that does not fill whole bytes.</summary>
    public static TokenStatusList Create(int count, int bits)
    {
        if (bits is not (1 or 2 or 4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "1, 2, 4 or 8.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var size = (long)count * bits;
        if (size % 8 != 0 || size / 8 > UnpackedSizeMaxBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "Whole bytes, and not above the size limit.");
        }

        return new TokenStatusList(new byte[size / 8], bits);
    }

    /// <summary>The status at an index; a refusal when the list does not reach so far (section 8.3).</summary>
    public Outcome<int> Get(long index)
    {
        if (index < 0 || index >= Count)
        {
            return new Problem(
                "tokenstatuslist/index-out-of-range",
                $"Index {index} is not in a list of {Count}.",
                ("index", $"{index}"),
                ("count", $"{Count}"));
        }

        var bit = index * Bits;
        return (bytes[bit / 8] >> (int)(bit % 8)) & Mask;
    }

    /// <summary>Sets one status. Throws for an index or a value that does not fit: the list's owner knows its size.</summary>
    public void Set(long index, int status)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ArgumentOutOfRangeException.ThrowIfNegative(status);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, Mask);
        var bit = index * Bits;
        var shift = (int)(bit % 8);
        ref var cell = ref bytes[bit / 8];
        cell = (byte)((cell & ~(Mask << shift)) | (status << shift));
    }

    /// <summary>The member <c>lst</c>: zlib, then base64url.</summary>
    public string Encode()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return Base64Url.EncodeToString(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    /// <summary>Reads <c>lst</c>; refuses anything that is not base64url of zlib, or unpacks beyond the limit.</summary>
    public static Outcome<TokenStatusList> Decode(string lst, int bits)
    {
        if (bits is not (1 or 2 or 4 or 8))
        {
            return new Problem("tokenstatuslist/unknown-bits", "bits is none of 1, 2, 4, 8.");
        }

        if (Jws.Decode(Encoding.UTF8.GetBytes(lst), UnpackedSizeMaxBytes * 2) is not { } packed)
        {
            return new Problem("tokenstatuslist/malformed", "lst is not base64url without padding, or too long.");
        }

        try
        {
            return Unpack(packed) is { } unpacked
                ? new TokenStatusList(unpacked, bits)
                : new Problem(
                    "tokenstatuslist/too-large",
                    $"The list unpacks to more than {UnpackedSizeMaxBytes} bytes.",
                    ("limit", $"{UnpackedSizeMaxBytes}"));
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            // The framework says InvalidData for a broken stream and IO for one that wants a dictionary nobody has.
            return new Problem("tokenstatuslist/malformed", "lst is not zlib.");
        }
    }

    private static byte[]? Unpack(byte[] packed)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = zlib.Read(chunk)) > 0;)
        {
            if (unpacked.Length + read > UnpackedSizeMaxBytes)
            {
                return null;
            }

            unpacked.Write(chunk, 0, read);
        }

        return unpacked.Length == 0 ? throw new InvalidDataException("Nothing was packed.") : unpacked.ToArray();
    }

    private int Mask => (1 << Bits) - 1;
}
