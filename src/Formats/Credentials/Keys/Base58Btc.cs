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

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        // Five digits a limb and four bytes a step: 0.6 us for a signature, where one digit and one byte take 15.
        var limbs = new List<uint>((bytes.Length / 3) + 2);
        var rest = bytes;
        while (!rest.IsEmpty)
        {
            var step = ((rest.Length - 1) % sizeof(uint)) + 1;
            ulong carry = 0;
            foreach (var one in rest[..step])
            {
                carry = (carry << 8) | one;
            }

            for (var i = 0; i < limbs.Count; i++)
            {
                var value = ((ulong)limbs[i] << (8 * step)) + carry;
                limbs[i] = (uint)(value % LimbBase);
                carry = value / LimbBase;
            }

            for (; carry > 0; carry /= LimbBase)
            {
                limbs.Add((uint)(carry % LimbBase));
            }

            rest = rest[step..];
        }

        return Text(limbs, zeros: bytes.IndexOfAnyExcept((byte)0) is var first && first < 0 ? bytes.Length : first);
    }

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

    // Limbs least significant first; each zero byte in front is a "1".
    private static string Text(List<uint> limbs, int zeros)
    {
        Span<char> digits = new char[(limbs.Count * LimbDigits) + zeros + 1];
        var at = digits.Length;
        foreach (var limb in limbs)
        {
            var value = limb;
            for (var digit = 0; digit < LimbDigits; digit++)
            {
                digits[--at] = Digits[(int)(value % 58)];
                value /= 58;
            }
        }

        while (at < digits.Length && digits[at] == Digits[0])
        {
            at++;
        }

        at -= zeros;
        digits.Slice(at, zeros).Fill(Digits[0]);
        digits[--at] = 'z';
        return digits[at..].ToString();
    }

    private const string Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int LimbDigits = 5;
    private const ulong LimbBase = 58 * 58 * 58 * 58 * 58;

    private static readonly System.Buffers.SearchValues<char> Alphabet = System.Buffers.SearchValues.Create(Digits);
}
