using System.Buffers;
using Mortanba.Intake.Columns;

namespace Mortanba.Intake.Checks;

/// <summary>
/// A name must be in the letters of its language. One Latin "a" inside a Cyrillic name cannot be seen, and makes the
/// diploma unfindable: it is named with its place.
/// </summary>
internal static class NameCheck
{
    private const int NameMaxLength = 100;

    private const string Russian = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ";
    private const string KazakhOnly = "әғқңөұүһіӘҒҚҢӨҰҮҺІ";
    private const string Latin = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Joints = " -'’";

    private static readonly SearchValues<char> KazakhName = SearchValues.Create(Russian + KazakhOnly + Joints);
    private static readonly SearchValues<char> RussianName = SearchValues.Create(Russian + Joints);
    private static readonly SearchValues<char> EnglishName = SearchValues.Create(Latin + Joints);
    private static readonly SearchValues<char> KazakhLetters = SearchValues.Create(KazakhOnly);

    // Same place in both: letters that print alike.
    private const string TwinsLatin = "aAeEoOpPcCxXyYkKHTMBiIhjs";
    private const string TwinsCyrillic = "аАеЕоОрРсСхХуУкКНТМВіІһјѕ";

    public static string Kazakh(RowContext row, Field field, bool required = true) =>
        Check(row, field, KazakhName, required);

    /// <summary>Kazakh letters in the Russian spelling are usual in identity documents: a warning.</summary>
    public static string RussianSpelling(RowContext row, Field field, bool required = true)
    {
        var text = row.Text(field, NameMaxLength, required);
        var at = text.AsSpan().IndexOfAnyExcept(RussianName);
        if (at < 0)
        {
            return text;
        }

        if (text.AsSpan().IndexOfAnyExcept(KazakhName) < 0)
        {
            row.Warn(field, "intake/kazakh-letter-in-russian", ("character", text[at..(at + 1)]), ("position", $"{at + 1}"));
            return text;
        }

        return Check(row, field, KazakhName, required);
    }

    public static string English(RowContext row, Field field, bool required = true) =>
        Check(row, field, EnglishName, required);

    /// <summary>As in the machine-readable zone: A to Z, blank and hyphen (ICAO Doc 9303-3, section 4.6). Given upper-case.</summary>
    public static string Passport(RowContext row, Field field)
    {
        var text = row.Text(field, 39);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetter(text[i]) && text[i] is not (' ' or '-'))
            {
                row.Error(
                    field, "intake/passport-character",
                    ("character", text[i..(i + 1)]), ("code", $"U+{(int)text[i]:X4}"), ("position", $"{i + 1}"));
                return "";
            }
        }

        return text.ToUpperInvariant();
    }

    private static string Check(RowContext row, Field field, SearchValues<char> allowed, bool required)
    {
        var text = row.Text(field, NameMaxLength, required);
        var at = text.AsSpan().IndexOfAnyExcept(allowed);
        if (at < 0)
        {
            if (text.Length > 0 && Joints.Contains(text[^1], StringComparison.Ordinal))
            {
                row.Error(field, "intake/name-ends-oddly", ("character", text[^1..]));
                return "";
            }

            return text;
        }

        var letter = text[at];
        var character = ("character", text[at..(at + 1)]);
        var code = ("code", $"U+{(int)letter:X4}");
        var position = ("position", $"{at + 1}");
        if (letter == '?')
        {
            row.Error(field, "intake/letter-lost", position);
        }
        else if (IsTwin(letter, allowed))
        {
            row.Error(field, "intake/look-alike-letter", character, code, position);
        }
        else
        {
            row.Error(field, "intake/wrong-letter", character, code, position);
        }

        return "";
    }

    private static bool IsTwin(char letter, SearchValues<char> allowed)
    {
        var latin = TwinsLatin.IndexOf(letter, StringComparison.Ordinal);
        if (latin >= 0)
        {
            return allowed.Contains(TwinsCyrillic[latin]) || KazakhLetters.Contains(TwinsCyrillic[latin]);
        }

        var cyrillic = TwinsCyrillic.IndexOf(letter, StringComparison.Ordinal);
        return cyrillic >= 0 && allowed.Contains(TwinsLatin[cyrillic]);
    }

    /// <summary>A word that mixes both scripts: index of its first letter of the rarer script, or -1. For course names.</summary>
    public static int MixedWordAt(ReadOnlySpan<char> text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetter(text[i]))
            {
                continue;
            }

            var word = text[start..i];
            var latin = word.IndexOfAnyInRange('A', 'z');
            var cyrillic = word.IndexOfAnyInRange('\u0400', '\u04FF');
            if (latin >= 0 && cyrillic >= 0)
            {
                return start + Math.Max(latin, cyrillic);
            }

            start = i + 1;
        }

        return -1;
    }
}
