using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Delivery;

/// <summary>The unguessable part of a claim link: 192 random bits, base64url, 32 characters. Kept as SHA-256 only.</summary>
public static class ClaimToken
{
    private const int SizeBytes = 24;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SizeBytes));

    /// <summary>Hexadecimal; null for a text that no token has the shape of.</summary>
    public static string? HashOf(string? token) =>
        token is not null && Base64Url.IsValid(token, out var size) && size == SizeBytes && token.Length == SizeBytes * 4 / 3
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)))
            : null;
}

/// <summary>
/// The code that goes another way than the link: eight characters of an alphabet without look-alikes (39 bits), kept as HMAC
/// under a vault key, so that whoever has the database cannot try codes.
/// </summary>
public static class ClaimCode
{
    /// <summary>Wrong codes until it is locked; a new code opens it again.</summary>
    public const int AttemptsMax = 5;

    private const int Length = 8;
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    // What a Kazakh or Russian keyboard gives for a letter that looks the same.
    private const string Cyrillic = "АВЕНКМРСТХУЅЈ";
    private const string Latin = "ABEHKMPCTXYSJ";

    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>As it is printed: <c>ABCD-EFGH</c>.</summary>
    public static string Printed(string code) => code.Insert(Length / 2, "-");

    /// <summary>What was typed, without gaps, in the alphabet; null when it is no code.</summary>
    public static string? Read(string? typed)
    {
        if (typed is null || typed.Length > 40)
        {
            return null;
        }

        var code = new StringBuilder(Length);
        foreach (var letter in typed.ToUpperInvariant())
        {
            if (letter is ' ' or '-' or '–' or '\u00a0')
            {
                continue;
            }

            var at = Cyrillic.IndexOf(letter, StringComparison.Ordinal);
            code.Append(at < 0 ? letter : Latin[at]);
        }

        var read = code.ToString();
        return read.Length == Length && read.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? read : null;
    }

    /// <remarks>Bound to the institution, not to the diploma: a code on paper is good for the replacement of a diploma, too.</remarks>
    public static byte[] HashOf(IKeyVault vault, Bin institution, string code) =>
        vault.Fingerprint("delivery/claim-code", Encoding.UTF8.GetBytes($"{institution} {code}"));
}
