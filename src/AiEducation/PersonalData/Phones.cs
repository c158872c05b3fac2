namespace Mortanba.AiEducation.PersonalData;

/// <summary>Phone numbers: of the country with +7, 8, 7 or nothing before, international with + or 00, short ones after a word for phone.</summary>
internal static class Phones
{
    /// <param name="named">A word for phone stands before the number.</param>
    /// <returns>How sure, and the first token: a plus or a bracket before the digits belongs to the number.</returns>
    public static (Confidence Confidence, int Start)? Judge(
        Reading reading, bool named, int first, int last, ReadOnlySpan<char> digits, ReadOnlySpan<int> sizes)
    {
        var start = reading.IsSign(first - 1, '(') && reading.Touches(first - 1) && !reading.IsTaken(first - 1) ? first - 1 : first;
        if (reading.IsSign(start - 1, '+') && !reading.IsTaken(start - 1))
        {
            // A row number may stand before +7 701 …; the day behind it is no part of it.
            var isSum = reading.IsKind(start - 2, TokenKind.Number) && reading[start - 1].Start - reading[start - 2].End <= 1 && !IsFull(digits);
            return !isSum && digits.Length >= 9 && digits.Length <= (digits[0] == '7' ? 11 : 15) ? (Confidence.Certain, start - 1) : null;
        }

        if (!named && (NumberScanner.IsInFormula(reading, start, last) || IsMeasure(reading, last, sizes)
            || (!(sizes.Length == 1 && IsFull(digits)) && IsDecimal(reading, first, last))))
        {
            return null;
        }

        // 15.09.26 and 10.15-11 behind "звоните" are a day and an hour.
        if (sizes is [2, 2, 2] && digits[0] <= '3' && reading.IsSign(first + 1, '.'))
        {
            return null;
        }

        return Sure(digits, sizes, named, start < first || HasBrackets(reading, first, last)) is { } sure ? (sure, start) : null;
    }

    private static Confidence? Sure(ReadOnlySpan<char> digits, ReadOnlySpan<int> sizes, bool named, bool bracketed)
    {
        switch (digits.Length)
        {
            // 87 012 345 678 is a sum.
            case 11 when IsFull(digits) && sizes is not [2, 3, 3, 3]:
                return named || sizes.Length <= 6 ? Confidence.Certain : Confidence.Likely;
            case 11 when digits[0] is ('7' or '8') && digits[1] is ('9' or '4' or '3' or '8') && (named || sizes.Length == 1 || IsPhoneGrouping(sizes)):
                return named || sizes.Length > 1 ? Confidence.Certain : Confidence.Likely;
            case 10 when IsKazakh(digits):
                return named || bracketed || IsPhoneGrouping(sizes) ? Confidence.Certain : sizes.Length == 1 && IsMobile(digits) ? Confidence.Likely : null;
            case 10 when bracketed && sizes is [3, 3, 4]:
            case 10 when named && sizes.Length <= 5:
                return Confidence.Likely;
            case > 10 and <= 15 when digits.StartsWith("00") && sizes.Length > 1:
                return Confidence.Likely;
            case 11 or 12 or 13 when named && digits[0] != '0' && sizes[0] < 8:
                return Confidence.Likely;
            case 5 or 6 or 7 when named && (sizes.Length > 1 || digits.Length > 5) && (sizes.Length == 1 || sizes.IndexOf(1) < 0):
                return Confidence.Likely;
            case 7 when sizes is [3, 4]:
                return named ? Confidence.Likely : null;
            default:
                return null;
        }
    }

    // 70x, 747, 75x, 76x, 77x of mobile networks; 71x, 72x of towns.
    private static bool IsKazakh(ReadOnlySpan<char> digits) => digits[0] == '7' && digits[1] is ('0' or '1' or '2' or '4' or '5' or '6' or '7');

    private static bool IsMobile(ReadOnlySpan<char> digits) => digits[0] == '7' && digits[1] is ('0' or '4' or '7');

    private static bool IsPhoneGrouping(ReadOnlySpan<int> sizes) =>
        sizes is [1, 3, 3, 2, 2] or [1, 3, 3, 4] or [1, 3, 7] or [1, 10] or [1, 4, 2, 2, 2] or [1, 4, 6] or [1, 4, 3, 3] or [4, 3, 2, 2] or [4, 7] or [4, 3, 4]
            or [3, 3, 2, 2] or [3, 3, 4] or [3, 7] or [4, 2, 2, 2] or [4, 6] or [3, 2, 2, 3] or [1, 3, 2, 2, 3] or [5, 2, 2, 2] or [5, 6] or [1, 3, 3, 3, 1];

    // All digits of a number of the country; in one piece no fraction ends so, and a table has it between commas.
    private static bool IsFull(ReadOnlySpan<char> digits) => digits.Length == 11 && digits[0] is '7' or '8' && IsKazakh(digits[1..]);

    private static bool IsMeasure(Reading reading, int last, ReadOnlySpan<int> sizes) =>
        reading.Is(last + 1, WordMarks.Unit) && (sizes.Length == 1 || !IsPhoneGrouping(sizes));

    private static bool HasBrackets(Reading reading, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            if (reading.IsSign(i, ')'))
            {
                return true;
            }
        }

        return false;
    }

    // 0.7012345678 and 7012345678,5
    private static bool IsDecimal(Reading reading, int first, int last) =>
        ((reading.IsSign(first - 1, '.') || reading.IsSign(first - 1, ',')) && reading.IsKind(first - 2, TokenKind.Number)
            && reading.Touches(first - 1) && reading.Touches(first - 2))
        || ((reading.IsSign(last + 1, '.') || reading.IsSign(last + 1, ',')) && reading.IsKind(last + 2, TokenKind.Number)
            && reading.Touches(last) && reading.Touches(last + 1));
}
