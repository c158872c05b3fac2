namespace Mortanba.AiEducation.PersonalData;

/// <summary>
/// Where somebody lives: a street or microdistrict with a house (and flat), a house with a flat, a street after a word for living;
/// Kazakh order (Абай көшесі, 15 үй), Russian (ул. Абая, д. 15, кв. 3) and English (15 Abay Street). A town before or behind belongs to it.
/// </summary>
internal static class AddressScanner
{
    private const int NameTokensMax = 6;
    private const int PartsMax = 8;
    private const int ContextReach = 7;
    private const int HouseDigitsMax = 4;
    private const int PostcodeDigits = 6;

    [Flags]
    private enum Parts
    {
        None = 0,
        Street = 1,
        House = 2,
        Flat = 4,
        Town = 8,
    }

    public static void Scan(Reading reading, List<Finding> found)
    {
        for (var i = 0; i < reading.Count; i++)
        {
            var (part, first, last) = Part(reading, i);
            if (part == Parts.None || reading.IsTaken(first))
            {
                continue;
            }

            var has = part;
            for (var n = 0; n < PartsMax && Next(reading, last, has) is var (more, end); n++)
            {
                (has, last) = (has | more, end);
            }

            if (Sure(reading, first, has) is { } sure)
            {
                first = Backwards(reading, first);
                last = Forwards(reading, last);
                reading.Take(first, last, PersonalDataKind.Address, sure, found);
            }

            i = Math.Max(i, last);
        }
    }

    private static Confidence? Sure(Reading reading, int first, Parts has) => has switch
    {
        _ when has.HasFlag(Parts.Street | Parts.House) => Confidence.Certain,
        _ when has.HasFlag(Parts.House | Parts.Flat) => Confidence.Likely,
        _ when has.HasFlag(Parts.Town | Parts.House) => Confidence.Likely,
        _ when has.HasFlag(Parts.Street) && reading.HasBefore(first, WordMarks.AddressContext, ContextReach) => Confidence.Likely,
        _ => null,
    };

    // A part of an address at this token: what it is and its tokens.
    private static (Parts Part, int First, int Last) Part(Reading reading, int i)
    {
        if (reading.Is(i, WordMarks.StreetBefore | WordMarks.MicroBefore) && StreetAfterMark(reading, i) is >= 0 and var end)
        {
            return (Parts.Street, NumberBefore(reading, i), end);
        }

        if (reading.Is(i, WordMarks.StreetAfter) && NameBefore(reading, i) is >= 0 and var start)
        {
            var houseBefore = NumberBefore(reading, start);
            return (houseBefore < start ? Parts.Street | Parts.House : Parts.Street, houseBefore, i);
        }

        if (IsShortMark(reading, i) && NameBefore(reading, i) is >= 0 and var micro)
        {
            return (Parts.Street, micro, i + 2);
        }

        // Абая 150, кв. 36: the flat tells that the word is a street.
        if (reading.IsKind(i, TokenKind.Word) && reading[i].IsCapital && reading[i].Length > 2 && HouseNumber(reading, i + 1) is >= 0 and var bare
            && reading.Is(reading.IsSign(bare + 1, ',') ? bare + 2 : bare + 1, WordMarks.Flat))
        {
            return (Parts.Street | Parts.House, i, bare);
        }

        if (reading.Is(i, WordMarks.CityAfter) && reading.IsKind(i - 1, TokenKind.Word) && reading[i - 1].IsCapital)
        {
            return (Parts.Town, i - 1, i);
        }

        if (reading.Is(i, WordMarks.CityBefore) && Dotted(reading, i) is var name && reading.IsKind(name, TokenKind.Word) && reading[name].IsCapital)
        {
            return (Parts.Town, i, name);
        }

        var (house, houseEnd) = HouseOrFlat(reading, i);
        return house == Parts.House ? (house, i, houseEnd) : (Parts.None, i, i);
    }

    // ул. Абая; мкр Самал-2; проспект Аль-Фараби: the last token of the name behind the mark.
    private static int StreetAfterMark(Reading reading, int mark)
    {
        var i = Dotted(reading, mark);
        // пр-т, мкр-н
        if (reading.IsSign(i, '-') && reading.Touches(mark) && reading.IsKind(i + 1, TokenKind.Word) && reading[i + 1].Length <= 2)
        {
            i = Dotted(reading, i + 1);
        }

        i += reading.IsSign(i, '"') || reading.IsSign(i, '№') ? 1 : 0;
        var last = -1;
        var isMicro = reading.Is(mark, WordMarks.MicroBefore);
        for (var n = 0; n < NameTokensMax && i < reading.Count; n++, i++)
        {
            var token = reading[i];
            if (IsName(reading, i) || (token.Is(WordMarks.StreetInner) && !token.Is(WordMarks.House | WordMarks.Flat)))
            {
                last = i;
            }
            else if (token.Kind == TokenKind.Number && token.Length <= 3
                && ((isMicro && (last < 0 || reading.IsSign(i - 1, '-'))) || (last < 0 && (reading.Is(i + 1, WordMarks.StreetInner) || IsName(reading, i + 1)))))
            {
                last = i;
            }
            else if (!(reading.IsSign(i, '-') && last >= 0 && reading.Touches(i)) && !(reading.IsSign(i, '.') && last == i - 1 && reading[last].Length == 1))
            {
                break;
            }
        }

        return last;
    }

    // Абай көшесі, Бауыржан Момышұлы көшесі, 5-шағынаудан, Abay Street: the first token of the name before the mark.
    private static int NameBefore(Reading reading, int mark)
    {
        var first = -1;
        for (var i = mark - 1; i >= 0 && i >= mark - NameTokensMax; i--)
        {
            var token = reading[i];
            if (token.Kind == TokenKind.Word && !token.Is(WordMarks.CityAfter | WordMarks.CityBefore | WordMarks.StreetAfter | WordMarks.AddressContext)
                && !(token.Is(WordMarks.Ordinary) && token.OpensSentence && i < mark - 1) && (token.IsCapital || token.Is(WordMarks.StreetInner)))
            {
                first = i;
                if (token.Is(WordMarks.Place) && i < mark - 1)
                {
                    break;
                }
            }
            else if (token.Kind == TokenKind.Number && token.Length <= 2 && (reading.IsSign(i + 1, '-') || i == mark - 1))
            {
                first = i;
                if (!reading.IsSign(i - 1, '-'))
                {
                    break;
                }
            }
            else if (first < 0 && token.Kind == TokenKind.Word && token.Length <= 3 && reading.IsSign(i - 1, '-') && reading.IsKind(i - 2, TokenKind.Number))
            {
                // 5-й, 5-ші
                return i - 2;
            }
            else if (!(reading.IsSign(i, '-') || reading.IsSign(i, '"')) || reading.IsSign(i + 1, '-'))
            {
                break;
            }
        }

        return first;
    }

    private static bool IsName(Reading reading, int i) =>
        reading.IsKind(i, TokenKind.Word) && reading[i].IsCapital && !reading.Is(i, WordMarks.House | WordMarks.Flat);

    // 15 Abay Street, 15/2 Abay Street, 77-үй is no such: the first token of a house number right before.
    private static int NumberBefore(Reading reading, int i)
    {
        if (reading.IsKind(i - 1, TokenKind.Number) && reading[i - 1].Length <= HouseDigitsMax && !reading.IsTaken(i - 1)
            && i < reading.Count && reading.Text.LowerChars[reading[i].Start] is >= 'a' and <= 'z')
        {
            return reading.IsSign(i - 2, '/') && reading.IsKind(i - 3, TokenKind.Number) ? i - 3 : i - 1;
        }

        return i;
    }

    private static (Parts Part, int Last)? Next(Reading reading, int last, Parts has)
    {
        var i = last + 1;
        i += reading.IsSign(i, '.') || reading.IsSign(i, '"') ? 1 : 0;
        i += reading.IsSign(i, ',') || reading.IsSign(i, ';') ? 1 : 0;
        if (i >= reading.Count || reading.IsSign(i, '\n') || reading.IsTaken(i))
        {
            return null;
        }

        // ул. Абая в доме 15
        i += reading.IsKind(i, TokenKind.Word) && reading.Lower(i) is "в" && reading.Is(i + 1, WordMarks.House) ? 1 : 0;
        if (HouseOrFlat(reading, i) is (not Parts.None, _) part)
        {
            return part;
        }

        if (reading.Is(i, WordMarks.StreetBefore | WordMarks.MicroBefore) && StreetAfterMark(reading, i) is >= 0 and var end)
        {
            return (Parts.Street, end);
        }

        for (var mark = i + 1; mark <= i + NameTokensMax && mark < reading.Count && !reading.IsSign(mark, ',') && !reading.IsSign(mark, '.'); mark++)
        {
            var isShort = IsShortMark(reading, mark);
            if ((isShort || reading.Is(mark, WordMarks.StreetAfter)) && NameBefore(reading, mark) is >= 0 and var start && start <= i)
            {
                return (Parts.Street, isShort ? mark + 2 : mark);
            }
        }

        // The bare number behind a street, a second one behind a dash or a comma is the flat.
        if (has.HasFlag(Parts.Street) && !has.HasFlag(Parts.House) && HouseNumber(reading, i) is >= 0 and var house && !reading.Is(house + 1, WordMarks.Unit)
            && !(reading.IsSign(house + 1, '-') && reading.Is(house + 2, WordMarks.Unit)))
        {
            return (Parts.House, house);
        }

        return has.HasFlag(Parts.House) && !has.HasFlag(Parts.Flat) && (reading.IsSign(i, '-') || reading.IsSign(i - 1, ','))
            && (reading.IsSign(i, '-') ? i + 1 : i) is var flat && reading.IsKind(flat, TokenKind.Number)
            && reading[flat].Length <= 3 && !reading.Is(flat + 1, WordMarks.Unit)
            && reading[flat].Start - reading[last].End <= 2 && !reading.IsKind(flat + 1, TokenKind.Word)
                ? (Parts.Flat, flat) : null;
    }

    // дом 5, д. 5а, 5 үй, 5-үй, кв. 12, 12 пәтер.
    private static (Parts Part, int Last) HouseOrFlat(Reading reading, int i)
    {
        if (reading.Is(i, WordMarks.House | WordMarks.Flat))
        {
            var number = Dotted(reading, i);
            number += reading.IsSign(number, '№') || reading.IsSign(number, ':') || reading.IsSign(number, '#') ? 1 : 0;
            var end = HouseNumber(reading, number);
            return end < 0 ? (Parts.None, i) : (reading.Is(i, WordMarks.House) ? Parts.House : Parts.Flat, end);
        }

        if (HouseNumber(reading, i) is >= 0 and var last)
        {
            var mark = reading.IsSign(last + 1, '-') ? last + 2 : last + 1;
            if (reading.Is(mark, WordMarks.House | WordMarks.Flat) && HouseNumber(reading, Dotted(reading, mark)) < 0)
            {
                return (reading.Is(mark, WordMarks.House) ? Parts.House : Parts.Flat, mark);
            }
        }

        return (Parts.None, i);
    }

    // 15, 15а, 15/2, 15/2 Б: the last token; -1 when there is no such number.
    private static int HouseNumber(Reading reading, int i)
    {
        if (!reading.IsKind(i, TokenKind.Number) || reading[i].Length > HouseDigitsMax || reading.IsTaken(i))
        {
            return -1;
        }

        var last = i;
        if (reading.IsSign(last + 1, '/') && reading.IsKind(last + 2, TokenKind.Number) && reading[last + 2].Length <= 3)
        {
            last += 2;
        }

        var isLetter = reading.IsKind(last + 1, TokenKind.Word) && reading[last + 1].Length == 1 && (reading.Touches(last) || reading[last + 1].IsCapital);
        return isLetter ? last + 1 : last;
    }

    // ш/а, ы.а., м/а: a microdistrict; к-сі: a street; д-лы: an avenue. Written large, the letters with points are initials.
    private static bool IsShortMark(Reading reading, int i)
    {
        if (!reading.IsKind(i, TokenKind.Word) || reading[i].Length > 1 || !reading.IsKind(i + 2, TokenKind.Word))
        {
            return false;
        }

        var one = reading.Text.LowerChars[reading[i].Start];
        var other = reading.Lower(i + 2);
        return reading.IsSign(i + 1, '/') ? one is 'ш' or 'ы' or 'м' && other is "а"
            : reading.IsSign(i + 1, '.') ? one is 'ш' or 'ы' && other is "а" && !reading[i].IsCapital
            : reading.IsSign(i + 1, '-') && ((one is 'к' && other is "сі") || (one is 'д' && other is "лы"));
    }

    private static int Dotted(Reading reading, int i) => reading.IsSign(i + 1, '.') ? i + 2 : i + 1;

    // Town, region and postcode before the first part.
    private static int Backwards(Reading reading, int first)
    {
        for (var n = 0; n < PartsMax; n++)
        {
            var i = reading.IsSign(first - 1, ',') ? first - 2 : first - 1;
            if (i < 0 || reading.IsTaken(i))
            {
                break;
            }

            var isTown = reading.IsKind(i, TokenKind.Word) && reading[i].IsCapital;
            if (reading.Is(i, WordMarks.CityAfter) && reading.IsKind(i - 1, TokenKind.Word) && reading[i - 1].IsCapital)
            {
                first = i - 1;
            }
            else if (isTown && reading.Is(i - 1, WordMarks.CityBefore))
            {
                first = i - 1;
            }
            else if (isTown && reading.IsSign(i - 1, '.') && reading.Is(i - 2, WordMarks.CityBefore))
            {
                first = i - 2;
            }
            else if (reading.Is(i, WordMarks.Place) && isTown && !(reading.Is(i, WordMarks.Given) && i == first - 1))
            {
                first = i;
            }
            else if (reading.IsKind(i, TokenKind.Number) && reading[i].Length == PostcodeDigits && reading.IsSign(first - 1, ','))
            {
                first = i;
            }
            else
            {
                break;
            }
        }

        return first;
    }

    // ", Almaty", ", Астана қаласы", ", Astana 010000".
    private static int Forwards(Reading reading, int last)
    {
        while (reading.IsSign(last + 1, ',') && reading.Is(last + 2, WordMarks.Place) && !reading.IsTaken(last + 2))
        {
            last += reading.Is(last + 3, WordMarks.CityAfter) ? 3 : 2;
            last += reading.IsKind(last + 1, TokenKind.Number) && reading[last + 1].Length == PostcodeDigits && !reading.IsTaken(last + 1) ? 1 : 0;
        }

        return last;
    }
}
