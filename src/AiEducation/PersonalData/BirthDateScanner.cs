using System.Globalization;

namespace Mortanba.AiEducation.PersonalData;

/// <summary>Full dates that a word near them makes a day of birth: 12.03.2010, 2010-03-12, 12 марта 2010, 2010 жылғы 12 наурыз, March 12, 2010.</summary>
internal static class BirthDateScanner
{
    private const int Reach = 9;
    private const int ReachBehind = 5;

    // Who was born before is of history, not of a school.
    private const int YearMin = 1925;
    private const int YearMax = 2099;

    public static void Scan(Reading reading, List<Finding> found)
    {
        for (var i = 0; i < reading.Count; i++)
        {
            if ((reading.IsKind(i, TokenKind.Number) || reading.Is(i, WordMarks.Month)) && Date(reading, i) is >= 0 and var last
                && (reading.HasBefore(i, WordMarks.BirthContext, Reach) || reading.HasAfter(last, WordMarks.BirthContext, ReachBehind))
                && reading.Take(i, last, PersonalDataKind.BirthDate, Confidence.Certain, found))
            {
                i = last;
            }
        }
    }

    /// <summary>The last token of a date in digits that begins here, 12.03.2010 or 2010-03-12; -1 when none does.</summary>
    internal static int InDigits(Reading reading, int i, bool allowShort)
    {
        if (!Separator(reading, i + 1) || Number(reading, i + 2) is not (>= 1 and <= 12) || !Separator(reading, i + 3))
        {
            return -1;
        }

        return (IsDay(reading, i) && IsYear(reading, i + 4, allowShort)) || (IsYear(reading, i, allowShort: false) && IsDay(reading, i + 4)) ? i + 4 : -1;
    }

    // The last token of a date that begins here; -1 when none does.
    private static int Date(Reading reading, int i)
    {
        if (InDigits(reading, i, allowShort: true) is >= 0 and var end)
        {
            return end;
        }

        if (IsDay(reading, i) && Skip(reading, i + 1, "st", "nd", "rd", "th", "of", "-") is var month && reading.Is(month, WordMarks.Month)
            && Skip(reading, month + 1, ",", ".", "-") is var year && IsYear(reading, year, allowShort: false))
        {
            return year;
        }

        if (reading.Is(i, WordMarks.Month) && IsDay(reading, i + 1) && Skip(reading, i + 2, "st", "nd", "rd", "th", ",") is var after
            && IsYear(reading, after, allowShort: false))
        {
            return after;
        }

        if (IsYear(reading, i, allowShort: false) && Skip(reading, i + 1, "жылғы", "жылы", "жылдың", "ж", ".", ",") is var day and > 0 && day > i + 1)
        {
            return IsDay(reading, day) && reading.Is(day + 1, WordMarks.Month) ? day + 1
                : reading.Is(day, WordMarks.Month) && IsDay(reading, day + 1) ? day + 1 : -1;
        }

        return -1;
    }

    private static int Skip(Reading reading, int i, params ReadOnlySpan<string> words)
    {
        while (i < reading.Count)
        {
            var skipped = false;
            foreach (var word in words)
            {
                skipped |= reading.Lower(i).SequenceEqual(word);
            }

            if (!skipped)
            {
                break;
            }

            i++;
        }

        return i;
    }

    private static bool Separator(Reading reading, int i) => reading.IsSign(i, '.') || reading.IsSign(i, '/') || reading.IsSign(i, '-');

    private static bool IsDay(Reading reading, int i) => Number(reading, i) is >= 1 and <= 31;

    private static bool IsYear(Reading reading, int i, bool allowShort) =>
        Number(reading, i) is >= YearMin and <= YearMax || (allowShort && reading.IsKind(i, TokenKind.Number) && reading[i].Length == 2);

    private static int Number(Reading reading, int i) =>
        reading.IsKind(i, TokenKind.Number) && reading[i].Length <= 4 && !reading.IsTaken(i)
        && int.TryParse(reading.Chars(i), CultureInfo.InvariantCulture, out var number) ? number : -1;
}
