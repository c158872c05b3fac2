using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mortanba.AiEducation.PersonalData;

/// <summary>
/// A text as a reader sees it: without zero-width characters and accents, digits of all scripts as 0 to 9, one kind of blank, dash and
/// quotation mark. Each sign knows where it stood in the text as given.
/// </summary>
internal sealed class FoldedText : IDisposable
{
    private const char Dropped = '\uFFFF';
    private const char Opaque = '\uFFFE';
    private const int MathDigitFirst = 0x1D7CE;
    private const int MathDigitLast = 0x1D7FF;
    private const int MathLetterFirst = 0x1D400;

    private static readonly char[] Folds = Table(Fold);
    private static readonly char[] Lowers = Table(c => Lower(Fold(c)));

    private readonly char[] chars;
    private readonly char[] lower;
    private readonly int[] starts;
    private readonly int[] ends;

    public FoldedText(string text)
    {
        chars = ArrayPool<char>.Shared.Rent(text.Length);
        lower = ArrayPool<char>.Shared.Rent(text.Length);
        starts = ArrayPool<int>.Shared.Rent(text.Length);
        ends = ArrayPool<int>.Shared.Rent(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                i += TakeSurrogates(text, i);
                continue;
            }

            var folded = Folds[c];
            if (folded == Dropped)
            {
                Compose(c, i);
                continue;
            }

            Add(folded, Lowers[c], i, i + 1);
        }

        ReadLettersAmongDigits();
    }

    /// <summary>Count of signs.</summary>
    public int Length { get; private set; }

    /// <summary>The signs, in the case in which they were written.</summary>
    public ReadOnlySpan<char> Chars => chars.AsSpan(0, Length);

    /// <summary>The signs as words are looked up: lower case, Latin letters without marks, ё as е.</summary>
    public Span<char> LowerChars => lower.AsSpan(0, Length);

    /// <summary>A piece of the folded text as a place of the text as given.</summary>
    public Finding Place(int start, int end, PersonalDataKind kind, Confidence confidence) =>
        new(starts[start], ends[end - 1] - starts[start], kind, confidence);

    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(chars, clearArray: true);
        ArrayPool<char>.Shared.Return(lower, clearArray: true);
        ArrayPool<int>.Shared.Return(starts);
        ArrayPool<int>.Shared.Return(ends);
    }

    /// <summary>A word as the lists hold it.</summary>
    public static string LowerOf(string word)
    {
        var built = new StringBuilder(word.Length);
        foreach (var c in word.Normalize(NormalizationForm.FormC))
        {
            if (Lowers[c] != Dropped)
            {
                built.Append(Lowers[c]);
            }
        }

        return built.ToString();
    }

    private void Add(char folded, char lowered, int start, int end)
    {
        chars[Length] = folded;
        lower[Length] = lowered;
        starts[Length] = start;
        ends[Length] = end;
        Length++;
    }

    // How many units beyond the first were taken.
    private int TakeSurrogates(string text, int i)
    {
        if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
        {
            Add(Opaque, Opaque, i, i + 1);
            return 0;
        }

        var point = char.ConvertToUtf32(text[i], text[i + 1]);
        if (point is >= MathDigitFirst and <= MathDigitLast)
        {
            var digit = (char)('0' + ((point - MathDigitFirst) % 10));
            Add(digit, digit, i, i + 2);
        }
        else if (point is >= MathLetterFirst and < MathDigitFirst && text.Substring(i, 2).Normalize(NormalizationForm.FormKC) is [var letter])
        {
            Add(letter, Lowers[letter], i, i + 2);
        }
        else if (CharUnicodeInfo.GetUnicodeCategory(point) is not UnicodeCategory.Format)
        {
            Add(Opaque, Opaque, i, i + 2);
        }

        return 1;
    }

    // и + breve and е + diaeresis, as some systems write й and ё; all other marks are dropped, and lie inside what stands around.
    private void Compose(char mark, int at)
    {
        if (Length == 0)
        {
            return;
        }

        if (mark == '\u0306' && lower[Length - 1] == 'и')
        {
            chars[Length - 1] = chars[Length - 1] == 'И' ? 'Й' : 'й';
            lower[Length - 1] = 'й';
        }

        if (CharUnicodeInfo.GetUnicodeCategory(mark) is UnicodeCategory.NonSpacingMark)
        {
            ends[Length - 1] = at + 1;
        }
    }

    // 8O1 as 801, 8l1 as 811: a letter that looks like a digit, between two digits.
    private void ReadLettersAmongDigits()
    {
        for (var i = 1; i + 1 < Length; i++)
        {
            if (char.IsAsciiDigit(chars[i - 1]) && char.IsAsciiDigit(chars[i + 1]))
            {
                chars[i] = chars[i] switch { 'O' or 'o' or 'О' or 'о' => '0', 'l' or 'I' or '|' => '1', 'З' => '3', var c => c };
                lower[i] = char.IsAsciiDigit(chars[i]) ? chars[i] : lower[i];
            }
        }
    }

    private static char[] Table(Func<char, char> map)
    {
        var table = new char[char.MaxValue + 1];
        for (var c = 0; c < table.Length; c++)
        {
            table[c] = map((char)c);
        }

        return table;
    }

    private static char Fold(char c)
    {
        if (c is > ' ' and <= '~')
        {
            return c is '`' ? '\'' : c;
        }

        if (c is >= '\uFF01' and <= '\uFF5E')
        {
            return Fold((char)(c - 0xFEE0));
        }

        return c switch
        {
            '\r' or '\n' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029' => '\n',
            '\t' => ' ',
            '\u2212' or '\u00AF' => '-',
            '‘' or '’' or 'ʼ' or '´' or '‛' or '′' => '\'',
            '«' or '»' or '“' or '”' or '„' or '‟' or '″' => '"',
            '。' or '．' or '․' => '.',
            '\u115F' or '\u1160' or '\u3164' or '\uFFA0' => Dropped,
            _ => CharUnicodeInfo.GetUnicodeCategory(c) switch
            {
                UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => Dropped,
                UnicodeCategory.DecimalDigitNumber => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)),
                UnicodeCategory.SpaceSeparator => ' ',
                UnicodeCategory.DashPunctuation => '-',
                UnicodeCategory.Control => ' ',
                _ => c,
            },
        };
    }

    private static char Lower(char folded)
    {
        var lowered = char.ToLowerInvariant(folded);
        return lowered switch
        {
            'ё' => 'е',
            'ı' or 'İ' => 'i',
            >= '\u00C0' and <= '\u024F' or >= '\u1E00' and <= '\u1EFF' when char.IsLetter(lowered) =>
                char.ToLowerInvariant(lowered.ToString().Normalize(NormalizationForm.FormD)[0]),
            _ => lowered,
        };
    }
}
