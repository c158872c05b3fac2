namespace Mortanba.AiEducation.PersonalData;

/// <summary>The forms in which a word of the lists is met: Russian cases, and the ways to write Cyrillic names in Latin letters.</summary>
internal static class NameForms
{
    private const string Vowels = "аеиоуыэюяәөүұіi";
    private const int LatinFormsMax = 24;

    private static readonly Dictionary<char, string[]> Latin = new()
    {
        ['а'] = ["a"],
        ['ә'] = ["a"],
        ['б'] = ["b"],
        ['в'] = ["v"],
        ['г'] = ["g"],
        ['ғ'] = ["g", "gh"],
        ['д'] = ["d"],
        ['е'] = ["e", "ye"],
        ['ж'] = ["zh", "j"],
        ['з'] = ["z"],
        ['и'] = ["i"],
        ['й'] = ["i", "y"],
        ['к'] = ["k"],
        ['қ'] = ["k", "q"],
        ['л'] = ["l"],
        ['м'] = ["m"],
        ['н'] = ["n"],
        ['ң'] = ["n", "ng"],
        ['о'] = ["o"],
        ['ө'] = ["o"],
        ['п'] = ["p"],
        ['р'] = ["r"],
        ['с'] = ["s"],
        ['т'] = ["t"],
        ['у'] = ["u"],
        ['ұ'] = ["u"],
        ['ү'] = ["u"],
        ['ф'] = ["f"],
        ['х'] = ["kh", "h"],
        ['һ'] = ["h"],
        ['ц'] = ["ts"],
        ['ч'] = ["ch"],
        ['ш'] = ["sh"],
        ['щ'] = ["shch"],
        ['ъ'] = [""],
        ['ы'] = ["y"],
        ['і'] = ["i"],
        ['ь'] = [""],
        ['э'] = ["e"],
        ['ю'] = ["yu", "iu"],
        ['я'] = ["ya", "ia"],
    };

    /// <summary>The word and, for names of people and places, its other forms; all in lower case.</summary>
    public static IEnumerable<string> Of(string word, WordMarks mark)
    {
        if ((mark & (WordMarks.Given | WordMarks.GivenCommon | WordMarks.Surname | WordMarks.Known | WordMarks.Place)) == 0 || !IsCyrillic(word))
        {
            return [word];
        }

        var russian = Russian(word);
        var cases = Cases(word).Concat(russian == word ? [] : Cases(russian));
        return (mark & WordMarks.GivenCommon) != 0 && word.Length < 4 ? cases : cases.Concat(InLatin(word));
    }

    /// <summary>Kazakh letters as Russian writing has them: Нұрлан, Нурлан.</summary>
    public static string Russian(string word) =>
        string.Concat(word.Select(c => c switch { 'ә' => 'а', 'ғ' => 'г', 'қ' => 'к', 'ң' => 'н', 'ө' => 'о', 'ұ' or 'ү' => 'у', 'һ' => 'х', 'і' => 'и', _ => c }));

    private static IEnumerable<string> Cases(string word)
    {
        var stem = word[..^1];
        return word switch
        {
            [.., 'к' or 'ч' or 'ц', 'и', 'й'] => [word, .. Each(stem[..^1], "ого", "ому", "им", "ом")],
            [.., 'с', 'к', 'а', 'я'] => [word, .. Each(word[..^2], "ой", "ую")],
            [.., 'и', 'я'] => [word, .. Each(stem, "и", "ю", "ей")],
            [.., 'о' or 'е', 'в', 'а'] or [.., 'и' or 'ы', 'н', 'а'] => [word, .. Each(stem, "ы", "е", "у", "ой")],
            [.., 'а'] => [word, .. Each(stem, "ы", "и", "е", "у", "ой", "ою", "ей")],
            [.., 'я'] => [word, .. Each(stem, "и", "е", "ю", "ей")],
            [.., 'ь'] => [word, .. Each(stem, "я", "ю", "ем", "е", "и", "ью")],
            [.., 'е', 'л'] => [word, .. Each(word, "а", "у", "ом", "е"), .. Each(word[..^2], "ла", "лу", "лом", "ле")],
            [.., 'й'] => [word, .. Each(stem, "я", "ю", "ем", "е", "и")],
            [.., 'о' or 'е', 'в'] or [.., 'и' or 'ы', 'н'] => [word, .. Each(word, "а", "у", "ым", "ом", "е", "ы", "ых", "ой")],
            [.., var last] when Vowels.Contains(last, StringComparison.Ordinal) => [word],
            _ => [word, .. Each(word, "а", "у", "ом", "ем", "е")],
        };
    }

    private static IEnumerable<string> Each(string stem, params string[] endings) => endings.Select(e => stem + e);

    private static List<string> InLatin(string word)
    {
        var forms = new List<string> { "" };
        foreach (var c in word)
        {
            if (!Latin.TryGetValue(c, out var letters))
            {
                return [];
            }

            // Beyond the limit only the first way is followed: a word with many such letters is rare.
            var ways = forms.Count * letters.Length > LatinFormsMax ? letters[..1] : letters;
            forms = [.. from form in forms from letter in ways select form + letter];
        }

        return forms;
    }

    private static bool IsCyrillic(string word) => word.All(c => c is >= '\u0400' and <= '\u052F');
}
