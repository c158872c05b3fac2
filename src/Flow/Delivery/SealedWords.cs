using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Delivery;

/// <summary>
/// Words of a holder at rest: AES-256-GCM under a data key of their own, which the vault wraps. Whoever destroys the wrapped
/// key has destroyed the words.
/// </summary>
/// <remarks><c>nonce (12) ‖ ciphertext ‖ tag (16)</c>; the context (table and row) is bound to both, so that no row passes for another.</remarks>
internal static class SealedWords
{
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;
    private const int KeySizeBytes = 32;

    /// <summary>What an erasure writes over a row before it takes the row away.</summary>
    public static byte[] Nothing { get; } = new byte[1];

    public static (byte[] Key, byte[] Payload) Seal(IKeyVault vault, string context, ReadOnlySpan<byte> words)
    {
        var bound = Encoding.UTF8.GetBytes(context);
        Span<byte> key = stackalloc byte[KeySizeBytes];
        RandomNumberGenerator.Fill(key);
        var payload = new byte[NonceSizeBytes + words.Length + TagSizeBytes];
        RandomNumberGenerator.Fill(payload.AsSpan(..NonceSizeBytes));
        using (var aes = new AesGcm(key, TagSizeBytes))
        {
            aes.Encrypt(
                payload.AsSpan(..NonceSizeBytes), words, payload.AsSpan(NonceSizeBytes, words.Length), payload.AsSpan(^TagSizeBytes..), bound);
        }

        var wrapped = vault.Wrap(key, bound);
        CryptographicOperations.ZeroMemory(key);
        return (wrapped, payload);
    }

    /// <summary>Throws <see cref="CryptographicException"/> when a byte of the words or the key was changed.</summary>
    public static byte[] Open(IKeyVault vault, string context, byte[] wrappedKey, byte[] payload)
    {
        if (payload.Length < NonceSizeBytes + TagSizeBytes)
        {
            throw new CryptographicException("Sealed words are cut short.");
        }

        var bound = Encoding.UTF8.GetBytes(context);
        var key = vault.Unwrap(wrappedKey, bound);
        var words = new byte[payload.Length - NonceSizeBytes - TagSizeBytes];
        try
        {
            using var aes = new AesGcm(key, TagSizeBytes);
            aes.Decrypt(
                payload.AsSpan(..NonceSizeBytes), payload.AsSpan(NonceSizeBytes, words.Length), payload.AsSpan(^TagSizeBytes..), words, bound);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        return words;
    }
}
