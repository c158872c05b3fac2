using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Host.Webhooks;

/// <summary>The signature over one announcement, in the shape of Standard Webhooks 1.0 (symmetric, <c>v1</c>).</summary>
/// <remarks>
/// HMAC-SHA256 over <c>ID.TIMESTAMP.BODY</c>, base64, in the header <c>webhook-signature</c> behind <c>v1,</c>. The receiver
/// compares it in constant time and refuses a timestamp more than five minutes away. An endpoint's secret is derived by
/// the vault from its id and stands in no table.
/// </remarks>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";
    public const string SecretPrefix = "whsec_";

    /// <summary>How far a receiver lets the timestamp be away.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public static string Of(ReadOnlySpan<byte> secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        mac.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        mac.AppendData(body);
        return "v1," + Convert.ToBase64String(mac.GetHashAndReset());
    }

    /// <summary>The receiver's side, as the documentation shows it: true for a genuine, recent announcement.</summary>
    public static bool Verifies(
        string secretText, string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
        {
            return false;
        }

        var expected = Encoding.ASCII.GetBytes(
            Of(Convert.FromBase64String(secretText[SecretPrefix.Length..]), id, seconds, body));
        return signatures.Split(' ').Any(s => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(s), expected));
    }

    internal static byte[] SecretOf(IKeyVault vault, string endpoint) =>
        vault.Fingerprint("webhooks/secret", Encoding.UTF8.GetBytes(endpoint));

    internal static string SecretText(byte[] secret) => SecretPrefix + Convert.ToBase64String(secret);
}
