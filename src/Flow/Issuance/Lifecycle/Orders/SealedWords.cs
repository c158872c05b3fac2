using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>
/// A short text at rest in one column: <c>version (1) ‖ wrapped key (60) ‖ nonce (12) ‖ ciphertext ‖ tag (16)</c>, AES-256-GCM
/// under a data key of its own that the vault wraps, both bound to where the text belongs. Overwriting it destroys it.
/// </summary>
internal static class SealedWords
{
    private const byte Version = 1;
    private const int WrappedSizeBytes = 60;
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;
    private const int HeadSizeBytes = 1 + WrappedSizeBytes + NonceSizeBytes;

    public static byte[] Seal(IKeyVault vault, string place, ReadOnlySpan<byte> plain)
    {
        var context = Encoding.UTF8.GetBytes(place);
        var dataKey = RandomNumberGenerator.GetBytes(32);
        var wrapped = vault.Wrap(dataKey, context);
        var sealedBytes = new byte[HeadSizeBytes + plain.Length + TagSizeBytes];
        sealedBytes[0] = Version;
        wrapped.CopyTo(sealedBytes, 1);
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(1 + WrappedSizeBytes, NonceSizeBytes));
        using (var aes = new AesGcm(dataKey, TagSizeBytes))
        {
            aes.Encrypt(
                sealedBytes.AsSpan(1 + WrappedSizeBytes, NonceSizeBytes), plain, sealedBytes.AsSpan(HeadSizeBytes, plain.Length),
                sealedBytes.AsSpan(^TagSizeBytes..), context);
        }

        CryptographicOperations.ZeroMemory(dataKey);
        return sealedBytes;
    }

    /// <summary>Null when the text was destroyed. Throws <see cref="CryptographicException"/> when a byte was changed.</summary>
    public static byte[]? Open(IKeyVault vault, string place, byte[] sealedBytes)
    {
        if (sealedBytes.Length == 0)
        {
            return null;
        }

        if (sealedBytes.Length < HeadSizeBytes + TagSizeBytes || sealedBytes[0] != Version)
        {
            throw new CryptographicException("A sealed text is cut short or of an unknown version.");
        }

        var context = Encoding.UTF8.GetBytes(place);
        var dataKey = vault.Unwrap(sealedBytes.AsSpan(1, WrappedSizeBytes), context);
        var plain = new byte[sealedBytes.Length - HeadSizeBytes - TagSizeBytes];
        try
        {
            using var aes = new AesGcm(dataKey, TagSizeBytes);
            aes.Decrypt(
                sealedBytes.AsSpan(1 + WrappedSizeBytes, NonceSizeBytes), sealedBytes.AsSpan(HeadSizeBytes, plain.Length),
                sealedBytes.AsSpan(^TagSizeBytes..), plain, context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }

        return plain;
    }
}
