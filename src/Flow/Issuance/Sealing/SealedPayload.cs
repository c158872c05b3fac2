using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Issuance;

/// <summary>
/// One credential at rest: record and signed forms, compressed, in a <see cref="SealedBox"/>, and the holder's name once more in
/// a small one beside it, for tables of many names. Both lie under one data key: destroying it destroys the credential and the
/// name (requirement DA-19).
/// </summary>
/// <remarks>
/// The payload in clear: sizes of record, VC, paper core, packed SD-JWT and
/// compact SD-JWT (4 bytes each, little-endian), then one Brotli stream of the first four in that order
/// (<see cref="SdJwtPacking"/>). The asset id is authenticated with payload, name and wrapped key, so none of them
/// can be passed off as another's; a name does not pass for a payload. A name costs a hundredth of unpacking a payload.
/// </remarks>
internal static class SealedPayload
{
    private const int HeadSizeBytes = 20;
    private const int PartSizeMaxBytes = 4 * 1024 * 1024;

    // The fastest level: the next ones save a tenth of the space at twice the time. Window of 64 KiB: all of it.
    private const int BrotliQuality = 0;
    private const int BrotliWindow = 16;

    public static (byte[] WrappedKey, byte[] Name, byte[] Payload) Seal(
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
            return Seal(vault, record.Asset, NameBytes(record.Content.Name, scratch), plain.AsSpan(..(HeadSizeBytes + compressed)));
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

    /// <summary>The holder's name alone. Throws <see cref="CryptographicException"/> when a byte of the box or the key was changed.</summary>
    public static GraduateName OpenName(IKeyVault vault, AssetId asset, byte[] wrappedKey, byte[] box)
    {
        var key = vault.Unwrap(wrappedKey, Encoding.UTF8.GetBytes(asset.ToString()));
        try
        {
            return JsonSerializer.Deserialize(SealedBox.Decrypt(key, NameContext(asset), box), RecordJson.Default.GraduateName)!;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static (byte[] WrappedKey, byte[] Name, byte[] Payload) Seal(
        IKeyVault vault, AssetId asset, ReadOnlySpan<byte> name, ReadOnlySpan<byte> plain)
    {
        var bound = Encoding.UTF8.GetBytes(asset.ToString());
        Span<byte> key = stackalloc byte[SealedBox.KeySizeBytes];
        RandomNumberGenerator.Fill(key);
        var payload = SealedBox.Encrypt(key, bound, plain);
        var box = SealedBox.Encrypt(key, NameContext(asset), name);
        var wrapped = vault.Wrap(key, bound);
        CryptographicOperations.ZeroMemory(key);
        return (wrapped, box, payload);
    }

    /// <summary>The name behind what <paramref name="scratch"/> holds already; letters as themselves.</summary>
    private static ReadOnlySpan<byte> NameBytes(GraduateName name, ArrayBufferWriter<byte> scratch)
    {
        var start = scratch.WrittenCount;
        using (var json = new Utf8JsonWriter(scratch, RecordJson.Layout))
        {
            JsonSerializer.Serialize(json, name, RecordJson.Default.GraduateName);
        }

        return scratch.WrittenSpan[start..];
    }

    private static byte[] NameContext(AssetId asset) => Encoding.UTF8.GetBytes($"{asset}/name");

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
