using System.Security.Cryptography;
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
/// A recipient at rest, in a <see cref="SealedBox"/>. Destroying the wrapped key destroys the contact (requirement DA-19).
/// What the row said when it was written is authenticated with it.
/// </summary>
/// <remarks>In clear JSON, padded so that the length tells nothing of the address.</remarks>
internal static class ContactSeal
{
    private const int BlockSizeBytes = 128;

    public static (byte[] WrappedKey, byte[] Sealed) Seal(IKeyVault vault, Recipient recipient, string context)
    {
        var plain = Plain(recipient);
        var (wrapped, box) = SealedBox.Seal(vault, context, plain);
        CryptographicOperations.ZeroMemory(plain);
        return (wrapped, box);
    }

    /// <summary>Throws <see cref="CryptographicException"/> when a byte of contact, key or context was changed.</summary>
    public static Recipient Open(IKeyVault vault, byte[] wrappedKey, byte[] sealedBytes, string context)
    {
        var plain = SealedBox.Open(vault, context, wrappedKey, sealedBytes);
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
