using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Delivery;

/// <summary>
/// Link and code of a share. Neither is stored: both are keyed hashes of the row's random seeds under a vault key, so that
/// the holder can read them again, and whoever copies the database can neither open a share nor try its codes.
/// </summary>
internal static class ShareSecrets
{
    public const int SeedSizeBytes = 16;
    public const int LinkLength = 22;
    public const int PinLength = 6;

    private const int LinkSizeBytes = 16;
    private const int PinCount = 1_000_000;

    /// <summary>128 bits, base64url, 22 characters.</summary>
    public static string Link(IKeyVault vault, string share, byte[] seed) =>
        Base64Url.EncodeToString(Keyed(vault, "delivery/share-link", share, seed).AsSpan(..LinkSizeBytes));

    /// <summary>Six decimal digits.</summary>
    public static string Pin(IKeyVault vault, string share, byte[] seed)
    {
        // 2^64 is no multiple of a million: the digits differ in likelihood by less than 10^-13.
        var number = BinaryPrimitives.ReadUInt64BigEndian(Keyed(vault, "delivery/share-pin", share, seed));
        return (number % PinCount).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>What the table holds of a link; null for a text that is no link of ours.</summary>
    public static byte[]? HashOfLink(string link) =>
        link.Length == LinkLength && Base64Url.IsValid(link, out var size) && size == LinkSizeBytes
            ? SHA256.HashData(Encoding.ASCII.GetBytes(link))
            : null;

    /// <summary>Takes the same time for a wrong code wherever it differs.</summary>
    public static bool IsPin(IKeyVault vault, string share, byte[] seed, string typed)
    {
        var digits = string.Concat(typed.Where(char.IsAsciiDigit));
        return CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.ASCII.GetBytes(Pin(vault, share, seed))), SHA256.HashData(Encoding.ASCII.GetBytes(digits)));
    }

    /// <summary>Recognises the same recipient without keeping the name: case and spaces do not count.</summary>
    public static byte[] Recipient(IKeyVault vault, string account, string name)
    {
        var normal = string.Join(' ', name.Normalize(NormalizationForm.FormKC).ToUpperInvariant()
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return vault.Fingerprint("delivery/share-recipient", Encoding.UTF8.GetBytes($"{account}|{normal}"));
    }

    private static byte[] Keyed(IKeyVault vault, string purpose, string share, byte[] seed) =>
        vault.Fingerprint(purpose, [.. Encoding.UTF8.GetBytes(share), .. seed]);
}
