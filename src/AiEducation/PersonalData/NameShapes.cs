namespace Mortanba.AiEducation.PersonalData;

/// <summary>What the ending of a word says about its being a name.</summary>
internal enum NameShape
{
    None,

    /// <summary>-ұлы, -қызы, -ович, -евна and their like, in any case.</summary>
    Patronymic,

    /// <summary>Surnames on Kazakh roots with -баев, -беков, -ғалиев …: no ordinary word ends so.</summary>
    Surname,

    /// <summary>Kazakh given names made of two words: Темір-жан, Асыл-хан, Ер-болат.</summary>
    Compound,

    /// <summary>-ов, -ева, -ев: also plural genitives of Russian nouns.</summary>
    SurnameLike,

    /// <summary>-ин, -ский, -енко: many ordinary words and places end so; counts beside another part of a name only.</summary>
    SurnameMaybe,
}

/// <summary>Shapes of names in Cyrillic and Latin, looked at from their ends; nothing is learnt, nothing is listed.</summary>
internal static class NameShapes
{
    private static readonly string[] Patronymics = ["ұлы", "улы", "қызы", "кызы", "uly", "kyzy", "qyzy", "ogly", "оглы"];
    private static readonly string[] PatronymicsOfMen = ["ович", "евич", "ovich", "evich"];
    private static readonly string[] PatronymicsOfWomen = ["овн", "евн", "иничн", "ovna", "evna", "inichna"];
    private static readonly string[] CasesOfMen = ["", "а", "у", "ем", "е", "и"];
    private static readonly string[] CasesOfWomen = ["а", "ы", "е", "у", "ой", "ою", ""];
    private static readonly string[] KazakhCases =
        ["", "на", "не", "ның", "нің", "н", "нда", "нде", "нан", "нен", "мен", "ға", "ны", "nyn", "na", "men", "n", "nda"];

    private static readonly string[] KazakhRoots =
    [
        "бае", "беко", "гали", "ғали", "жано", "мурато", "мұрато", "куло", "құло", "гуло", "ходжае", "мбето", "хмето", "сено", "шбае", "мано", "жае",
        "уллае", "дуллае", "рбае", "ырзае", "тае", "мирзае", "ибае", "bae", "beko", "zhano", "jano", "murato", "kulo", "gali", "baye",
    ];

    private static readonly string[] CompoundEnds =
        ["бек", "хан", "жан", "бай", "гүл", "гул", "гуль", "нұр", "нур", "ғали",
            "гали", "болат", "мұрат", "мурат", "сұлтан", "султан", "bek", "khan", "zhan", "bai", "gul", "nur"];

    private static readonly string[] CompoundCases =
        ["", "а", "у", "ом", "е", "ға", "ге", "ді", "ды", "ның", "нің", "дың", "дің", "тың", "тің",
            "ты", "ті", "қа", "ке", "мен", "пен", "нан", "нен", "дан", "ден", "тан", "тен", "да", "де", "та", "те", "ны", "ні"];

    private static readonly string[] Ordinary = ["царевич", "королевич", "царевна", "царевны", "королевна", "попович"];

    public static NameShape Of(ReadOnlySpan<char> word)
    {
        if (word.Length < 5)
        {
            return NameShape.None;
        }

        if (IsPatronymic(word))
        {
            return NameShape.Patronymic;
        }

        if (word.Length > 5 && EndsWith(word, CompoundEnds, CompoundCases, 2))
        {
            return NameShape.Compound;
        }

        var shape = Surname(word);
        if (shape != NameShape.None)
        {
            return shape;
        }

        foreach (var suffix in KazakhSuffixes.Of(word[^1]))
        {
            if (word.Length - suffix.Length < 5 || suffix.Length < 2 || !word.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            // Сериковнаға, Болатовичтің.
            var stem = word[..^suffix.Length];
            var inner = stem is [.., 'н', 'а'] or [.., 'и', 'ч'] && IsPatronymic(stem) ? NameShape.Patronymic : Surname(stem);
            if (inner != NameShape.None)
            {
                return inner;
            }
        }

        return NameShape.None;
    }

    private static bool IsPatronymic(ReadOnlySpan<char> word)
    {
        foreach (var ordinary in Ordinary)
        {
            if (word.SequenceEqual(ordinary))
            {
                return false;
            }
        }

        return EndsWith(word, Patronymics, KazakhCases, 3) || EndsWith(word, PatronymicsOfMen, CasesOfMen, 2)
            || EndsWith(word, PatronymicsOfWomen, CasesOfWomen, 3);
    }

    private static bool EndsWith(ReadOnlySpan<char> word, string[] endings, string[] cases, int stemMin)
    {
        foreach (var one in cases)
        {
            if (!word.EndsWith(one, StringComparison.Ordinal))
            {
                continue;
            }

            var stem = word[..^one.Length];
            foreach (var ending in endings)
            {
                if (stem.Length - ending.Length >= stemMin && stem.EndsWith(ending, StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static NameShape Surname(ReadOnlySpan<char> word)
    {
        if (word.Length < 5)
        {
            return NameShape.None;
        }

        if (word is [.., 'o' or 'e', 'v'] or [.., 'o' or 'e', 'v', 'a'])
        {
            var stem = word[^1] == 'a' ? word[..^2] : word[..^1];
            return stem.Length < 4 ? NameShape.SurnameMaybe : HasKazakhRoot(stem) ? NameShape.Surname : NameShape.SurnameLike;
        }

        if (word[^1] is >= 'a' and <= 'z')
        {
            return word.EndsWith("sky") || word.EndsWith("skiy") || word.EndsWith("skaya") || word.EndsWith("enko") || word is [.., 'i', 'n']
                || word is [.., 'i', 'n', 'a'] ? NameShape.SurnameMaybe : NameShape.None;
        }

        var base1 = WithoutCase(word);
        if (base1 is [.., 'о' or 'е' or 'ё', 'в'])
        {
            return base1.Length < 5 ? NameShape.SurnameMaybe : HasKazakhRoot(base1[..^1]) ? NameShape.Surname : NameShape.SurnameLike;
        }

        return base1 is [.., 'и' or 'ы', 'н'] || word.EndsWith("енко") || word is [.., 'ч' or 'н', 'у' or 'ю', 'к']
            || word is [.., 'с' or 'ц', 'к', 'и', 'й'] or [.., 'с' or 'ц', 'к', 'а', 'я'] or [.., 'с' or 'ц', 'к', 'о', 'й'] or [.., 'с' or 'ц', 'к', 'о', 'г', 'о']
                or [.., 'с' or 'ц', 'к', 'о', 'м', 'у'] or [.., 'с' or 'ц', 'к', 'и', 'м'] or [.., 'с' or 'ц', 'к', 'у', 'ю']
            ? NameShape.SurnameMaybe
            : NameShape.None;
    }

    // Ахметову, Ахметовым, Ахметовой -> Ахметов.
    private static ReadOnlySpan<char> WithoutCase(ReadOnlySpan<char> word) => word switch
    {
        [.. var stem, 'ы', 'м', 'и'] => stem,
        [.. var stem, 'ы', 'м' or 'х'] => stem,
        [.. var stem, 'о', 'й'] => stem,
        [.. var stem, 'а' or 'у' or 'е' or 'ы'] => stem,
        _ => word,
    };

    private static bool HasKazakhRoot(ReadOnlySpan<char> stem)
    {
        foreach (var root in KazakhRoots)
        {
            if (stem.Length > root.Length && stem.EndsWith(root, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
