using System.Diagnostics.CodeAnalysis;
using SimpleBase;

namespace Mortanba.Credentials;

/// <summary>Multibase text with the one base that Data Integrity and Multikey allow: <c>z</c> + base58btc.</summary>
/// <remarks>
/// Controlled Identifiers 1.0 section 2.4 (Multibase), Bitcoin alphabet. Decoding costs the square of the length, so
/// texts above <see cref="TextSizeMax"/> are refused before any work.
/// </remarks>
public static class Base58Btc
{
    public const int TextSizeMax = 512;

    public static string Encode(ReadOnlySpan<byte> bytes) => "z" + Base58.Bitcoin.Encode(bytes);

    /// <summary>The bytes; false for another base, a foreign character, emptiness or too long a text.</summary>
    public static bool TryDecode([NotNullWhen(true)] string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null || text.Length is < 2 or > TextSizeMax || text[0] != 'z')
        {
            return false;
        }

        var body = text.AsSpan(1);
        if (body.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        // A buffer below the package's own estimate can make it throw instead of answering false.
        var buffer = new byte[Base58.Bitcoin.GetSafeByteCountForDecoding(body)];
        if (!Base58.Bitcoin.TryDecode(body, buffer, out var written))
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");
}
