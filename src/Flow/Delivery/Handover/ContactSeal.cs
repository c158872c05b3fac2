using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Delivery;

/// <summary>How a holder is reached, and in which language they were taught. Personal data.</summary>
public sealed record Recipient(string? Email, string? Phone, Language Language)
{
    public static Recipient Of(Contact contact, Language language) => new(contact.Email, contact.Phone, language);
}

/// <summary>
/// A recipient at rest: AES-256-GCM under a data key of its own, which the vault wraps. Destroying the wrapped key destroys
/// the contact (requirement DA-19). What the row said when it was written is authenticated with it.
/// </summary>
/// <remarks><c>nonce (12) ‖ ciphertext ‖ tag (16)</c>; in clear JSON, padded so that the length tells nothing of the address.</remarks>
internal static class ContactSeal
{
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;
    private const int KeySizeBytes = 32;
    private const int BlockSizeBytes = 128;

    public static (byte[] WrappedKey, byte[] Sealed) Seal(IKeyVault vault, Recipient recipient, string context)
    {
        var bound = Encoding.UTF8.GetBytes(context);
        var plain = Plain(recipient);
        Span<byte> key = stackalloc byte[KeySizeBytes];
        RandomNumberGenerator.Fill(key);
        var sealedBytes = new byte[NonceSizeBytes + plain.Length + TagSizeBytes];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceSizeBytes));
        using (var aes = new AesGcm(key, TagSizeBytes))
        {
            aes.Encrypt(
                sealedBytes.AsSpan(0, NonceSizeBytes), plain, sealedBytes.AsSpan(NonceSizeBytes, plain.Length),
                sealedBytes.AsSpan(^TagSizeBytes..), bound);
        }

        var wrapped = vault.Wrap(key, bound);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(plain);
        return (wrapped, sealedBytes);
    }

    /// <summary>Throws <see cref="CryptographicException"/> when a byte of contact, key or context was changed.</summary>
    public static Recipient Open(IKeyVault vault, byte[] wrappedKey, byte[] sealedBytes, string context)
    {
        if (sealedBytes.Length < NonceSizeBytes + TagSizeBytes)
        {
            throw new CryptographicException("A stored contact is cut short.");
        }

        var bound = Encoding.UTF8.GetBytes(context);
        var key = vault.Unwrap(wrappedKey, bound);
        var plain = new byte[sealedBytes.Length - NonceSizeBytes - TagSizeBytes];
        using (var aes = new AesGcm(key, TagSizeBytes))
        {
            aes.Decrypt(
                sealedBytes.AsSpan(0, NonceSizeBytes), sealedBytes.AsSpan(NonceSizeBytes, plain.Length),
                sealedBytes.AsSpan(^TagSizeBytes..), plain, bound);
        }

        CryptographicOperations.ZeroMemory(key);
        var reader = new Utf8JsonReader(plain);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return new Recipient(
            root.GetProperty("e").GetString(), root.GetProperty("p").GetString(),
            Languages.TryParse(root.GetProperty("l").GetString(), out var language) ? language : Language.Kk);
    }

    private static byte[] Plain(Recipient recipient)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("e", recipient.Email);
            json.WriteString("p", recipient.Phone);
            json.WriteString("l", recipient.Language.Tag());
            json.WriteEndObject();
        }

        while (stream.Length % BlockSizeBytes != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }
}
