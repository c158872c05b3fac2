using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Issuance;

/// <summary>
/// One credential at rest: record and signed forms, compressed, in a <see cref="SealedBox"/>. Destroying the wrapped key
/// destroys the credential (requirement DA-19).
/// </summary>
/// <remarks>
/// In clear: sizes of record, VC, paper core, packed SD-JWT and
/// compact SD-JWT (4 bytes each, little-endian), then one Brotli stream of the first four in that order
/// (<see cref="SdJwtPacking"/>). The asset id is authenticated with both the payload and the wrapped key, so a payload
/// cannot be passed off as another's.
/// </remarks>
internal static class SealedPayload
{
    private const int HeadSizeBytes = 20;
    private const int PartSizeMaxBytes = 4 * 1024 * 1024;

    // The fastest level: the next ones save a tenth of the space at twice the time. Window of 64 KiB: all of it.
    private const int BrotliQuality = 0;
    private const int BrotliWindow = 16;

    public static (byte[] WrappedKey, byte[] Payload) Seal(
        IKeyVault vault, DiplomaRecord record, SignedForms forms, RecordWriter records, ArrayBufferWriter<byte> scratch)
    {
        scratch.ResetWrittenCount();
        records.Write(record, scratch);
        var recordSize = scratch.WrittenCount;
        scratch.Write(forms.Vc);
        scratch.Write(forms.Paper);
        var packedAt = scratch.WrittenCount;
        SdJwtPacking.Pack(forms.SdJwt, scratch);

        var plain = ArrayPool<byte>.Shared.Rent(HeadSizeBytes + BrotliEncoder.GetMaxCompressedLength(scratch.WrittenCount));
        try
        {
            if (!BrotliEncoder.TryCompress(
                scratch.WrittenSpan, plain.AsSpan(HeadSizeBytes), out var compressed, BrotliQuality, BrotliWindow))
            {
                throw new InvalidOperationException("The compressor needed more than its own bound.");
            }

            WriteHead(
                plain, recordSize, forms.Vc.Length, forms.Paper.Length, scratch.WrittenCount - packedAt, forms.SdJwt.Length);
            return SealedBox.Seal(vault, record.Asset.ToString(), plain.AsSpan(..(HeadSizeBytes + compressed)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
        }
    }

    /// <summary>Throws <see cref="CryptographicException"/> when a byte of the payload or the key was changed.</summary>
    public static (DiplomaRecord Record, SignedForms Forms) Open(
        IKeyVault vault, AssetId asset, byte[] wrappedKey, byte[] payload)
    {
        var plain = SealedBox.Open(vault, asset.ToString(), wrappedKey, payload);
        return plain.Length >= HeadSizeBytes
            ? Read(plain)
            : throw new CryptographicException("A stored payload is cut short.");
    }

    /// <summary>
    /// The graduate's name alone: the whole payload is authenticated, but only the record at its head is unpacked, and
    /// nothing of it read but the name. A table of a hundred names costs a fifth of that many whole payloads.
    /// </summary>
    public static GraduateName OpenName(IKeyVault vault, AssetId asset, byte[] wrappedKey, byte[] payload)
    {
        var plain = SealedBox.Open(vault, asset.ToString(), wrappedKey, payload).AsSpan();
        if (plain.Length < HeadSizeBytes)
        {
            throw new CryptographicException("A stored payload is cut short.");
        }

        var text = ArrayPool<byte>.Shared.Rent(Size(plain, 0));
        try
        {
            var record = text.AsSpan(..Size(plain, 0));
            using var decoder = new BrotliDecoder();
            var status = decoder.Decompress(plain[HeadSizeBytes..], record, out _, out var written);
            return written == record.Length && status != OperationStatus.InvalidData
                ? JsonSerializer.Deserialize(record, RecordJson.Default.NamedRecord)!.Content.Name
                : throw new CryptographicException("A stored payload has another shape than its lengths say.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text, clearArray: true);
        }
    }

    private static void WriteHead(Span<byte> plain, params ReadOnlySpan<int> sizes)
    {
        for (var i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(plain[(i * sizeof(int))..], sizes[i]);
        }
    }

    private static (DiplomaRecord Record, SignedForms Forms) Read(ReadOnlySpan<byte> plain)
    {
        var recordSize = Size(plain, 0);
        var vcSize = Size(plain, 4);
        var paperSize = Size(plain, 8);
        var text = new byte[recordSize + vcSize + paperSize + Size(plain, 12)];
        if (!BrotliDecoder.TryDecompress(plain[HeadSizeBytes..], text, out var written) || written != text.Length)
        {
            throw new CryptographicException("A stored payload has another shape than its lengths say.");
        }

        var record = JsonSerializer.Deserialize(text.AsSpan(..recordSize), RecordJson.Default.DiplomaRecord)!;
        var paperAt = recordSize + vcSize;
        var packedAt = paperAt + paperSize;
        return (record, new SignedForms(
            SdJwtPacking.Unpack(text.AsSpan(packedAt..), Size(plain, 16)), text[recordSize..paperAt], text[paperAt..packedAt]));
    }

    private static int Size(ReadOnlySpan<byte> plain, int at)
    {
        var size = BinaryPrimitives.ReadInt32LittleEndian(plain[at..]);
        return size is >= 0 and <= PartSizeMaxBytes
            ? size
            : throw new CryptographicException("A stored payload names an impossible length.");
    }
}
