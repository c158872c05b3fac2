using Mortanba.Foundation;

namespace Mortanba.AiEducation.PersonalData;

/// <summary>
/// IIN, payment cards, phones and numbers of identity documents: runs of digits, in one piece or split by blanks, dashes, dots, slashes and
/// brackets, told apart by length, check digits, grouping and the words before them.
/// </summary>
internal static class NumberScanner
{
    private const int GroupsMax = 24;
    private const int DigitsMin = 5;
    private const int SplitMax = 6;
    private const int DigitsMax = 20;
    private const int ContextReach = 6;
    private const int ThingReach = 3;
    private const int IinDigits = 12;

    /// <summary>What stands between two groups of one number is at most so long.</summary>
    private const int GapMax = 4;

    public static void Scan(Reading reading, List<Finding> found)
    {
        Span<int> groups = stackalloc int[GroupsMax];
        Span<char> digits = stackalloc char[DigitsMax];
        for (var i = 0; i < reading.Count; i++)
        {
            if (!reading.IsKind(i, TokenKind.Number) || reading.IsTaken(i))
            {
                continue;
            }

            if (BirthDateScanner.InDigits(reading, i, allowShort: false) is >= 0 and var day)
            {
                i = day;
                continue;
            }

            var count = Cluster(reading, i, groups);
            if (Longest(reading, groups[..count], digits, found) is >= 0 and var last)
            {
                i = last;
            }
        }
    }

    // The tokens of the numbers that could be groups of one number that begins with token first.
    private static int Cluster(Reading reading, int first, Span<int> groups)
    {
        var (count, previous) = (1, first);
        groups[0] = first;
        for (var i = first + 1; i < reading.Count && count < GroupsMax; i++)
        {
            if (reading[i].Start - reading[previous].End > GapMax)
            {
                break;
            }

            if (reading.IsKind(i, TokenKind.Number) && !reading.IsTaken(i))
            {
                groups[count++] = previous = i;
            }
            else if (!reading.IsKind(i, TokenKind.Sign) || reading.Text.Chars[reading[i].Start] is not ('-' or '.' or '(' or ')' or '/' or '_' or '·'))
            {
                break;
            }
        }

        return count;
    }

    // Tries the groups first..n as one number, the most groups first; gives the last token taken, or -1.
    private static int Longest(Reading reading, Span<int> groups, Span<char> digits, List<Finding> found)
    {
        Span<int> sizes = stackalloc int[GroupsMax];
        var (used, total) = (0, 0);
        foreach (var group in groups)
        {
            var chars = reading.Chars(group);
            if (total + chars.Length > DigitsMax)
            {
                break;
            }

            chars.CopyTo(digits[total..]);
            total += chars.Length;
            sizes[used++] = chars.Length;
        }

        // What stands before is asked once, not for each number of groups: a page of digits stays linear and quick.
        var context = total >= DigitsMin ? Context.Of(reading, groups[0]) : default;
        for (var n = used; n > 0 && total >= DigitsMin; n--)
        {
            var (first, last) = (groups[0], groups[n - 1]);
            if (Judge(reading, context, first, last, digits[..total], sizes[..n]) is var (kind, confidence, start))
            {
                return reading.Take(start, last, kind, confidence, found) ? last : -1;
            }

            total -= sizes[n - 1];
        }

        return -1;
    }

    private static (PersonalDataKind Kind, Confidence Confidence, int Start)? Judge(
        Reading reading, Context context, int first, int last, ReadOnlySpan<char> digits, ReadOnlySpan<int> sizes)
    {
        // Split digit by digit, only these are looked for.
        if (sizes.Length > SplitMax && digits.Length is not (11 or IinDigits or 16))
        {
            return null;
        }

        if (IsIin(reading, context, first, last, digits, sizes) is { } sureOfIin)
        {
            return (PersonalDataKind.Iin, sureOfIin, first);
        }

        var phone = Phones.Judge(reading, context.IsPhone, first, last, digits, sizes);
        if (!(phone is { Confidence: Confidence.Certain } && context.IsPhoneNearer) && Document(reading, context, first, digits, sizes) is { } document)
        {
            return document;
        }

        // The number of an order may look like a phone by chance; the full form of one does not.
        if (phone is { } sure && (sure.Confidence == Confidence.Certain || !context.IsOfThing))
        {
            return (PersonalDataKind.Phone, sure.Confidence, sure.Start);
        }

        return IsCard(reading, context, first, last, digits, sizes) is { } sureOfCard ? (PersonalDataKind.Card, sureOfCard, first) : null;
    }

    // A BIN has 4, 5 or 6 as its fifth digit, where an IIN has the tens of a day: it is public and no finding.
    private static Confidence? IsIin(Reading reading, Context context, int first, int last, ReadOnlySpan<char> digits, ReadOnlySpan<int> sizes)
    {
        if (digits.Length != IinDigits)
        {
            return null;
        }

        var named = context.IsIin || reading.HasAfter(last, WordMarks.IinContext, 3);
        if (!Iin.TryParse(digits.ToString(), out var iin) || !HasPlausibleBirth(iin, digits))
        {
            // Somebody's number with a slip in it is still somebody's.
            return named && digits[4] < '4' ? Confidence.Likely : null;
        }

        // Split at random, one number of a thousand passes both tests; in one piece nothing else has this form.
        return sizes.Length == 1 || named ? Confidence.Certain : IsInFormula(reading, first, last) ? null : Confidence.Likely;
    }

    // 0 in the seventh place is given to persons without a known century: foreigners.
    private static bool HasPlausibleBirth(Iin iin, ReadOnlySpan<char> digits) =>
        iin.ClaimedBirthDate is not null
        || (digits[6] == '0' && digits[2..4] is [>= '0' and <= '1', _] and not ['0', '0'] and not ['1', > '2'] && digits[4..6] is [<= '3', _] and not ['0', '0']);

    // ISO/IEC 7812: 13 to 19 digits and the Luhn digit. Only the ranges of payment systems met in the country.
    private static Confidence? IsCard(Reading reading, Context context, int first, int last, ReadOnlySpan<char> digits, ReadOnlySpan<int> sizes)
    {
        var named = context.IsCard;
        if (digits.Length is < 13 or > 19 || (!named && (context.IsOfThing || IsInFormula(reading, first, last))))
        {
            return null;
        }

        var system = digits.Length switch
        {
            16 => digits[0] is '4' or '5' or '2' || digits.StartsWith("62") || digits.StartsWith("60") || digits.StartsWith("65") || digits.StartsWith("9860"),
            15 => digits.StartsWith("34") || digits.StartsWith("37"),
            _ => digits[0] is '4' or '6' && named,
        };
        var grouped = sizes.Length == 1 || sizes is [4, 4, 4, 4] || sizes is [4, 6, 5] || sizes is [4, 4, 4, 4, 3] || sizes is [8, 8] || sizes is [6, 10];
        if (!Luhn(digits))
        {
            // Somebody's card with a slip in it is still somebody's.
            return named && system && sizes is [4, 4, 4, 4] ? Confidence.Likely : null;
        }

        return named && (system || grouped) ? Confidence.Certain
            : system && grouped ? Confidence.Certain
            : system && sizes[0] <= 4 && sizes.Length >= 4 ? Confidence.Likely
            : null;
    }

    private static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0 && digits.ContainsAnyExcept('0');
    }

    // An identity card has nine digits, a passport N and eight.
    private static (PersonalDataKind Kind, Confidence Confidence, int Start)? Document(
        Reading reading, Context context, int first, ReadOnlySpan<char> digits, ReadOnlySpan<int> sizes)
    {
        if (digits.Length is < 6 or > 10 || sizes.Length > 4)
        {
            return null;
        }

        var letter = reading.IsKind(first - 1, TokenKind.Word) && reading[first - 1].IsCapital && reading[first - 1].Length <= 2
            && reading[first].Start - reading[first - 1].End <= 1;
        if (context.IsDocument)
        {
            return (PersonalDataKind.Document, Confidence.Certain, letter && !reading.Is(first - 1, WordMarks.DocumentContext) ? first - 1 : first);
        }

        return letter && digits.Length == 8 && reading.Touches(first - 1) && reading.Lower(first - 1) is "n"
            ? (PersonalDataKind.Document, Confidence.Likely, first - 1)
            : null;
    }

    /// <summary>The number is part of a sum, a product or a power; stars or angle brackets around it are none.</summary>
    internal static bool IsInFormula(Reading reading, int first, int last) =>
        !(reading.IsSign(first - 1, '*') && reading.IsSign(last + 1, '*')) && !(reading.IsSign(first - 1, '<') && reading.IsSign(last + 1, '>'))
        && (IsOperator(reading, first - 1) || IsOperator(reading, last + 1));

    private static bool IsOperator(Reading reading, int index) =>
        reading.IsKind(index, TokenKind.Sign)
        && reading.Text.Chars[reading[index].Start] is ('=' or '×' or '*' or '^' or '÷' or '%' or '√' or '≈' or '<' or '>' or '±' or '∙');

    /// <summary>What the words before a number say it is.</summary>
    /// <param name="IsOfThing">A number of an order, a book, an organisation, as far as no word for phone stands beside it.</param>
    /// <param name="IsPhoneNearer">A word for phone stands nearer than one for a document.</param>
    private readonly record struct Context(bool IsOfThing, bool IsIin, bool IsPhone, bool IsPhoneNearer, bool IsCard, bool IsDocument)
    {
        public static Context Of(Reading reading, int first)
        {
            var thing = reading.Before(first, WordMarks.NumberContext, ThingReach);
            var phone = reading.Before(first, WordMarks.PhoneContext, ContextReach);
            var document = reading.Before(first, WordMarks.DocumentContext, ContextReach + 2);
            var isOfThing = thing < int.MaxValue && phone == int.MaxValue;
            return new(
                isOfThing, reading.HasBefore(first, WordMarks.IinContext, ContextReach),
                phone < int.MaxValue || (!isOfThing && reading.HasBefore(first, WordMarks.NumberWord, ContextReach)), phone < document,
                reading.HasBefore(first, WordMarks.CardContext, ContextReach), document < int.MaxValue && document < thing);
        }
    }
}
