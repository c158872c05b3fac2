using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Intake.Drafts;

/// <summary>The data key of one draft, opened, and what it seals.</summary>
/// <remarks>
/// Each page is a <see cref="SealedBox"/>; in clear the length (4, little-endian) and one Brotli stream. Draft and place are
/// bound to it. A draft writes some thousand pages in its life: random nonces are far from their limit.
/// </remarks>
internal sealed class DraftSeal(string draft, byte[] dataKey)
{
    private const int LengthSizeBytes = 4;
    private const int PlainMaxBytes = 64 << 20;
    private const int BrotliQuality = 1;
    private const int BrotliWindow = 20;

    public string Draft => draft;

    public static DraftSeal New()
    {
        var id = "draft-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return new DraftSeal(id, RandomNumberGenerator.GetBytes(SealedBox.KeySizeBytes));
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

        var page = SealedBox.Encrypt(dataKey, Context(draft + "/" + place), squeezed.AsSpan(0, LengthSizeBytes + written));
        CryptographicOperations.ZeroMemory(squeezed);
        return page;
    }

    /// <summary>Throws <see cref="CryptographicException"/> when a byte was changed or the page is another's.</summary>
    public byte[] Open(string place, ReadOnlySpan<byte> payload)
    {
        var inner = SealedBox.Decrypt(dataKey, Context(draft + "/" + place), payload);
        if (inner.Length < LengthSizeBytes)
        {
            throw new CryptographicException("A page of a draft is cut short.");
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
