using System.Security.Cryptography;
using System.Text;

namespace Mortanba.Foundation;

/// <summary>
/// Bytes at rest: <c>version (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)</c>, AES-256-GCM (NIST SP 800-38D). Under a data key of
/// their own, which the vault wraps, they are destroyed by destroying that key (requirement DA-19).
/// </summary>
/// <remarks>The context says which row they belong to; it is bound to box and wrapped key, so that no row passes for another.</remarks>
public static class SealedBox
{
    private const byte Version = 1;
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;
    private const int HeadSizeBytes = 1 + NonceSizeBytes;

    /// <summary>Length in bytes of a data key, before the vault wraps it.</summary>
    public const int KeySizeBytes = 32;

    /// <summary>Seals under a new data key; the key in clear leaves no trace.</summary>
    public static (byte[] WrappedKey, byte[] Box) Seal(IKeyVault vault, string context, ReadOnlySpan<byte> plain)
    {
        var bound = Encoding.UTF8.GetBytes(context);
        Span<byte> key = stackalloc byte[KeySizeBytes];
        RandomNumberGenerator.Fill(key);
        var box = Encrypt(key, bound, plain);
        var wrapped = vault.Wrap(key, bound);
        CryptographicOperations.ZeroMemory(key);
        return (wrapped, box);
    }

    /// <summary>Throws <see cref="CryptographicException"/> when a byte of box, key or context was changed.</summary>
    public static byte[] Open(IKeyVault vault, string context, ReadOnlySpan<byte> wrappedKey, ReadOnlySpan<byte> box)
    {
        var bound = Encoding.UTF8.GetBytes(context);
        var key = vault.Unwrap(wrappedKey, bound);
        try
        {
            return Decrypt(key, bound, box);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Seals under a key that seals more than once: far fewer than 2^32 boxes to a key (NIST SP 800-38D, 8.3).</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> plain)
    {
        var box = new byte[HeadSizeBytes + plain.Length + TagSizeBytes];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceSizeBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSizeBytes);
        aes.Encrypt(nonce, plain, box.AsSpan(HeadSizeBytes, plain.Length), box.AsSpan(^TagSizeBytes..), context);
        return box;
    }

    /// <summary>Throws <see cref="CryptographicException"/> when a byte of box or context was changed.</summary>
    public static byte[] Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> box)
    {
        if (box.Length < HeadSizeBytes + TagSizeBytes || box[0] != Version)
        {
            throw new CryptographicException("Something sealed is cut short or of an unknown version.");
        }

        var plain = new byte[box.Length - HeadSizeBytes - TagSizeBytes];
        using var aes = new AesGcm(key, TagSizeBytes);
        aes.Decrypt(
            box.Slice(1, NonceSizeBytes), box.Slice(HeadSizeBytes, plain.Length), box[^TagSizeBytes..], plain, context);
        return plain;
    }
}
