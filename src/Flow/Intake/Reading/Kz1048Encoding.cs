using System.Text;

namespace Mortanba.Intake.Reading;

/// <summary>
/// Windows-1251 as it is used in Kazakhstan: ST RK 1048-2002 (IANA <c>KZ-1048</c>) puts the Kazakh letters where
/// Windows-1251 has Serbian, Macedonian, Ukrainian and Belarusian ones. Russian letters lie at the same bytes in both.
/// </summary>
/// <remarks>One byte a character; 0x98 is undefined in both.</remarks>
internal sealed class Kz1048Encoding(bool kazakh) : Encoding
{
    public const byte Undefined = 0x98;

    private const string Windows1251High =
        "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏ" + "ђ‘’“”•–—\uFFFD™љ›њќћџ"
        + "\u00A0ЎўЈ¤Ґ¦§Ё©Є«¬\u00AD®Ї" + "°±Ііґµ¶·ё№є»јЅѕї"
        + "АБВГДЕЖЗИЙКЛМНОП" + "РСТУФХЦЧШЩЪЫЬЭЮЯ" + "абвгдежзийклмноп" + "рстуфхцчшщъыьэюя";

    private static readonly (byte Byte, char Letter)[] KazakhLetters =
    [
        (0x8D, 'Қ'), (0x8E, 'Һ'), (0x9D, 'қ'), (0x9E, 'һ'), (0xA1, 'Ұ'), (0xA2, 'ұ'), (0xA3, 'Ә'), (0xA5, 'Ө'),
        (0xAA, 'Ғ'), (0xAF, 'Ү'), (0xB4, 'ө'), (0xBA, 'ғ'), (0xBC, 'ә'), (0xBD, 'Ң'), (0xBE, 'ң'), (0xBF, 'ү'),
    ];

    private static readonly bool[] IsKazakhByte =
        [.. Enumerable.Range(0, 256).Select(b => KazakhLetters.Any(pair => pair.Byte == b))];

    private readonly char[] table = Table(kazakh);

    public static bool MeansKazakhLetter(byte value) => IsKazakhByte[value];

    public override string EncodingName => kazakh ? "KZ-1048" : "windows-1251";

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        for (var i = 0; i < charCount; i++)
        {
            var c = chars[charIndex + i];
            var at = c < 0x80 ? c : Array.IndexOf(table, c);
            bytes[byteIndex + i] = at >= 0 ? (byte)at : (byte)'?';
        }

        return charCount;
    }

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (var i = 0; i < byteCount; i++)
        {
            chars[charIndex + i] = table[bytes[byteIndex + i]];
        }

        return byteCount;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    private static char[] Table(bool kazakh)
    {
        var table = new char[256];
        for (var i = 0; i < 256; i++)
        {
            table[i] = i < 128 ? (char)i : Windows1251High[i - 128];
        }

        foreach (var (value, letter) in kazakh ? KazakhLetters : [])
        {
            table[value] = letter;
        }

        return table;
    }
}
