using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Intake.Drafts;

/// <summary>The data key of one draft, opened, and what it seals.</summary>
/// <remarks>
/// <c>version (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)</c>, AES-256-GCM; in clear the length (4, little-endian) and one
/// Brotli stream. Draft and place are authenticated, so that no page passes for another. A draft writes some thousand
/// pages in its life: random nonces are far from their limit (NIST SP 800-38D, 8.3: 2^32).
/// </remarks>
internal sealed class DraftSeal(string draft, byte[] dataKey)
{
    private const byte Version = 1;
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;
    private const int KeySizeBytes = 32;
    private const int LengthSizeBytes = 4;
    private const int PlainMaxBytes = 64 << 20;
    private const int BrotliQuality = 1;
    private const int BrotliWindow = 20;

    public string Draft => draft;

    public static DraftSeal New()
    {
        var id = "draft-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return new DraftSeal(id, RandomNumberGenerator.GetBytes(KeySizeBytes));
    }

    public static DraftSeal Open(IKeyVault vault, string draft, byte[] wrapped) => new(draft, vault.Unwrap(wrapped, Context(draft)));

    public byte[] Wrapped(IKeyVault vault) => vault.Wrap(dataKey, Context(draft));

    public byte[] Seal(string place, ReadOnlySpan<byte> plain)
    {
        var squeezed = new byte[LengthSizeBytes + BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        BitConverter.TryWriteBytes(squeezed, plain.Length);
        if (!BrotliEncoder.TryCompress(plain, squeezed.AsSpan(LengthSizeBytes), out var written, BrotliQuality, BrotliWindow))
        {
            throw new InvalidOperationException("The compressor needed more than its own bound.");
        }

        var inner = squeezed.AsSpan(0, LengthSizeBytes + written);
        var payload = new byte[1 + NonceSizeBytes + inner.Length + TagSizeBytes];
        payload[0] = Version;
        RandomNumberGenerator.Fill(payload.AsSpan(1, NonceSizeBytes));
        using var aes = new AesGcm(dataKey, TagSizeBytes);
        aes.Encrypt(
            payload.AsSpan(1, NonceSizeBytes), inner, payload.AsSpan(1 + NonceSizeBytes, inner.Length),
            payload.AsSpan(^TagSizeBytes..), Context(draft + "/" + place));
        CryptographicOperations.ZeroMemory(squeezed);
        return payload;
    }

    /// <summary>Throws <see cref="CryptographicException"/> when a byte was changed or the page is another's.</summary>
    public byte[] Open(string place, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 1 + NonceSizeBytes + LengthSizeBytes + TagSizeBytes || payload[0] != Version)
        {
            throw new CryptographicException("A page of a draft is cut short or of an unknown version.");
        }

        var inner = new byte[payload.Length - 1 - NonceSizeBytes - TagSizeBytes];
        using (var aes = new AesGcm(dataKey, TagSizeBytes))
        {
            aes.Decrypt(
                payload.Slice(1, NonceSizeBytes), payload.Slice(1 + NonceSizeBytes, inner.Length), payload[^TagSizeBytes..],
                inner, Context(draft + "/" + place));
        }

        var length = BitConverter.ToInt32(inner);
        if (length is < 0 or > PlainMaxBytes)
        {
            throw new CryptographicException("A page of a draft names an impossible length.");
        }

        var plain = new byte[length];
        return BrotliDecoder.TryDecompress(inner.AsSpan(LengthSizeBytes), plain, out var written) && written == length
            ? plain
            : throw new CryptographicException("A page of a draft has another length than it says.");
    }

    private static byte[] Context(string text) => Encoding.UTF8.GetBytes("mortanba-draft/" + text);
}
