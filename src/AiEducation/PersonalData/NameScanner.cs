namespace Mortanba.AiEducation.PersonalData;

/// <summary>
/// Names of persons: runs of capitalised words with at least one sign of a name (a listed given name, a patronymic, the ending of a
/// surname, an initial, a title or "my name is" beside it). Names written small are found when two parts speak for each other.
/// </summary>
/// <remarks>Names of streets, of schools named after somebody, and of people known from history and books are left alone.</remarks>
internal static class NameScanner
{
    private const int PartsMax = 5;

    private enum Part
    {
        None,

        /// <summary>A capitalised word of no known kind.</summary>
        Capital,
        Initial,
        SurnameMaybe,
        SurnameLike,
        Surname,
        GivenCommon,
        Given,
        Patronymic,
    }

    public static void Scan(Reading reading, List<Finding> found)
    {
        Span<Part> parts = stackalloc Part[PartsMax];
        Span<int> places = stackalloc int[PartsMax];
        for (var i = 0; i < reading.Count; i++)
        {
            if (reading[i].Kind != TokenKind.Word || reading.IsTaken(i) || Of(reading, i) is Part.None)
            {
                continue;
            }

            var (count, last) = Run(reading, i, parts, places);
            var (from, until) = Trim(reading, parts[..count], places);
            if (from < until && Judge(reading, parts[from..until], places[from..until]) is { } sure)
            {
                var end = parts[until - 1] == Part.Initial && reading.IsSign(places[until - 1] + 1, '.') ? places[until - 1] + 1 : places[until - 1];
                reading.Take(places[from], end, PersonalDataKind.Name, sure, found);
            }

            i = last;
        }
    }

    // The parts of one name that begins with this token: words with only a blank, a hyphen or the point of an initial between them.
    private static (int Count, int Last) Run(Reading reading, int first, Span<Part> parts, Span<int> places)
    {
        var (count, last) = (0, first);
        for (var i = first; i < reading.Count && count < PartsMax;)
        {
            var part = reading[i].Kind == TokenKind.Word && !reading.IsTaken(i) ? Of(reading, i) : Part.None;
            if (part == Part.None || (count > 0 && reading[i].IsCapital != reading[first].IsCapital))
            {
                break;
            }

            (parts[count], places[count]) = (part, i);
            count++;
            last = i;
            i++;
            if (part == Part.Initial && reading.IsSign(i, '.') || (reading.IsSign(i, '-') && reading.Touches(i - 1) && reading.Touches(i)))
            {
                i++;
            }
        }

        return (count, last);
    }

    private static Part Of(Reading reading, int i)
    {
        var token = reading[i];
        var word = reading.Lower(i);
        if (token.Length == 1)
        {
            return token.IsCapital && reading.IsSign(i + 1, '.') && reading.Touches(i) ? Part.Initial : Part.None;
        }

        if (!token.IsCapital)
        {
            return OfSmall(token, word);
        }

        if (token.Is(WordMarks.Month))
        {
            return Part.None;
        }

        if (token.Is(WordMarks.Given))
        {
            return Part.Given;
        }

        var shape = token.Is(WordMarks.Ordinary | WordMarks.Place) ? NameShape.None : NameShapes.Of(word);
        return shape switch
        {
            NameShape.Patronymic => Part.Patronymic,
            _ when token.Is(WordMarks.Surname) => Part.Surname,
            NameShape.Surname => Part.Surname,
            NameShape.Compound => Part.Given,
            _ when token.Is(WordMarks.GivenCommon) => token.Is(WordMarks.Ordinary) ? Part.Capital : Part.GivenCommon,
            NameShape.SurnameLike => Part.SurnameLike,
            NameShape.SurnameMaybe => Part.SurnameMaybe,
            _ when token.Is(WordMarks.Ordinary | WordMarks.Place | WordMarks.TitleBefore | WordMarks.TitleAfter | WordMarks.Month | WordMarks.Unit | WordMarks.House
                | WordMarks.StreetBefore | WordMarks.StreetAfter | WordMarks.CityBefore | WordMarks.CityAfter | WordMarks.Dedicated) => Part.None,
            _ => token.Length > 2 && !token.IsShout ? Part.Capital : Part.None,
        };
    }

    private static Part OfSmall(Token token, ReadOnlySpan<char> word)
    {
        if (token.Is(WordMarks.Ordinary) || token.Length < 3)
        {
            return Part.None;
        }

        if (token.Is(WordMarks.Given))
        {
            return Part.Given;
        }

        return token.Length < 6 ? Part.None : NameShapes.Of(word) switch
        {
            NameShape.Patronymic => Part.Patronymic,
            NameShape.Surname => Part.Surname,
            NameShape.SurnameLike => Part.SurnameLike,
            _ => token.Is(WordMarks.Surname) ? Part.Surname : Part.None,
        };
    }

    // An ordinary word that opens the sentence is no surname: "Сегодня Айгүл …". Capitals behind the name are: "Айгүл Сейітқали".
    private static (int From, int Until) Trim(Reading reading, ReadOnlySpan<Part> parts, ReadOnlySpan<int> places)
    {
        var (from, until) = (0, parts.Length);
        while (from < until && parts[from] == Part.Capital && reading[places[from]].OpensSentence && !reading.Is(places[from], WordMarks.Known)
            && until - from > 1)
        {
            from++;
        }

        return (from, until);
    }

    private static Confidence? Judge(Reading reading, ReadOnlySpan<Part> parts, ReadOnlySpan<int> places)
    {
        var (first, last) = (places[0], places[^1]);
        var titled = IsTitled(reading, first, last);
        if (IsOfPlace(reading, first, last) || (IsKnown(reading, places, parts) && !(titled && parts.Length == 1 && parts[0] is (Part.Given or Part.GivenCommon))))
        {
            return null;
        }

        if (!reading[first].IsCapital)
        {
            return Small(reading, parts, first);
        }

        var strong = parts.IndexOf(Part.Given) >= 0 || parts.IndexOf(Part.Patronymic) >= 0 || parts.IndexOf(Part.Surname) >= 0;
        var shout = reading[first].IsShout && reading.IsKind(first + 1, TokenKind.Word) && reading[first + 1].IsShout;
        if (strong)
        {
            return parts.Length > 1 || parts[0] != Part.Given ? Confidence.Certain : Confidence.Likely;
        }

        var initial = parts.IndexOf(Part.Initial) >= 0;
        if (parts.Length > 1 && (initial || parts.IndexOf(Part.GivenCommon) >= 0))
        {
            return parts.IndexOfAnyExcept(Part.Initial) < 0 ? null
                : parts.IndexOfAny(Part.SurnameLike, Part.SurnameMaybe) >= 0 || initial ? Confidence.Certain
                : reading[first].OpensSentence ? null : Confidence.Likely;
        }

        if (titled)
        {
            return Confidence.Likely;
        }

        // In quotation marks stand titles and words that are spoken about.
        var opens = reading[first].OpensSentence || reading.IsSign(first - 1, '"');
        return !opens && !shout && parts.Length == 1 && parts[0] is (Part.SurnameLike or Part.GivenCommon) ? Confidence.Likely
            : parts.Length == 2 && parts.IndexOf(Part.SurnameLike) >= 0 && !shout && !opens ? Confidence.Likely
            : null;
    }

    // Two parts written small, a Kazakh patronymic, or a given name behind "my name is".
    private static Confidence? Small(Reading reading, ReadOnlySpan<Part> parts, int first)
    {
        var given = parts.IndexOf(Part.Given) >= 0;
        var patronymic = parts.IndexOf(Part.Patronymic) >= 0;
        return patronymic || (given && parts.Length > 1) || (given && IsTitled(reading, first, first)) ? Confidence.Likely : null;
    }

    // A word before or behind that names persons; a colon, a dash or "is" may stand between.
    private static bool IsTitled(Reading reading, int first, int last)
    {
        var before = first - 1;
        while (reading.IsSign(before, ':') || reading.IsSign(before, '-') || reading.IsSign(before, '.') || reading.IsSign(before, '"')
            || (reading.IsKind(before, TokenKind.Word) && reading.Lower(before) is "is" or "was" or "this"))
        {
            before--;
            if (first - before > 4)
            {
                break;
            }
        }

        return reading.Is(before, WordMarks.TitleBefore) || reading.Is(last + 1, WordMarks.TitleAfter);
    }

    // A street, a school named after somebody, a town.
    private static bool IsOfPlace(Reading reading, int first, int last)
    {
        const WordMarks Behind = WordMarks.StreetAfter | WordMarks.Dedicated | WordMarks.CityAfter;
        if (reading.Is(last + 1, Behind) || (reading.IsSign(last + 1, '"') && reading.Is(last + 2, Behind)))
        {
            return true;
        }

        // "с" is a village before a point only, else "with"; "от имени" speaks for a person.
        var dotted = reading.IsSign(first - 1, '.');
        var before = dotted || reading.IsSign(first - 1, '"') ? first - 2 : first - 1;
        return reading.Is(before, WordMarks.StreetBefore | WordMarks.Dedicated | WordMarks.CityBefore | WordMarks.MicroBefore)
            && (dotted || reading[before].Length > 1)
            && !(reading.Is(before, WordMarks.Dedicated) && reading.IsKind(before - 1, TokenKind.Word) && reading.Lower(before - 1) is "от");
    }

    // Words of no kind around the name do not count: "Путь Абая", "Батыр Бауыржан Момышулы".
    private static bool IsKnown(Reading reading, ReadOnlySpan<int> places, ReadOnlySpan<Part> parts)
    {
        var (from, until) = (0, places.Length);
        while (from < until && parts[from] is (Part.Capital or Part.GivenCommon) && !reading.Is(places[from], WordMarks.Known))
        {
            from++;
        }

        while (until > from && parts[until - 1] == Part.Capital && !reading.Is(places[until - 1], WordMarks.Known))
        {
            until--;
        }

        var name = new List<string>(places.Length);
        for (var i = from; i < until; i++)
        {
            if (parts[i] != Part.Initial && !reading.Is(places[i], WordMarks.Known))
            {
                return false;
            }

            name.Add(reading.Lower(places[i]).ToString());
        }

        return name.Any(n => n.Length > 1) && Lexicon.Shared.IsKnownPerson(name);
    }
}
