using System.Collections.Frozen;
using System.Reflection;

namespace Mortanba.AiEducation.PersonalData;

/// <summary>What a word tells of what stands around it. The names are those of the sections in words/*.txt.</summary>
[Flags]
internal enum WordMarks : uint
{
    None = 0,
    Given = 1 << 0,

    /// <summary>A given name that is an ordinary word too.</summary>
    GivenCommon = 1 << 1,
    Surname = 1 << 2,
    Place = 1 << 3,
    TitleBefore = 1 << 4,
    TitleAfter = 1 << 5,
    StreetBefore = 1 << 6,
    StreetAfter = 1 << 7,
    MicroBefore = 1 << 8,
    House = 1 << 9,
    Flat = 1 << 10,
    CityBefore = 1 << 11,
    CityAfter = 1 << 12,

    /// <summary>Words within the name of a street, written small: Төле би.</summary>
    StreetInner = 1 << 13,

    /// <summary>What makes a number behind a street a measure: 15 минут.</summary>
    Unit = 1 << 14,
    Ordinary = 1 << 15,
    Dedicated = 1 << 16,
    BirthContext = 1 << 17,
    PhoneContext = 1 << 18,
    IinContext = 1 << 19,
    DocumentContext = 1 << 20,
    CardContext = 1 << 21,

    /// <summary>A number after this word is none of a person: ISBN, БСН.</summary>
    NumberContext = 1 << 22,
    AddressContext = 1 << 23,
    Month = 1 << 24,
    SpeltAt = 1 << 25,
    SpeltDot = 1 << 26,

    /// <summary>Part of the name of a person of history or of a book.</summary>
    Known = 1 << 27,

    /// <summary>A number of a phone, unless it is that of a thing: номер, number.</summary>
    NumberWord = 1 << 28,
}

/// <summary>The word lists with the forms that Kazakh and Russian cases give them. Read once; never changed after.</summary>
internal sealed class Lexicon
{
    private const int StemLengthMin = 3;
    private const int SuffixDepthMax = 2;

    private readonly FrozenDictionary<string, WordMarks>.AlternateLookup<ReadOnlySpan<char>> words;
    private readonly FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> known;
    private readonly List<HashSet<string>> people;

    private Lexicon(Dictionary<string, WordMarks> words, Dictionary<string, int[]> known, List<HashSet<string>> people)
    {
        this.words = words.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        this.known = known.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        this.people = people;
    }

    public static Lexicon Shared { get; } = Read();

    /// <summary>The marks of a word in lower case, also when it carries Kazakh case endings.</summary>
    /// <param name="capital">Only a word with a capital letter is asked for names behind endings.</param>
    public WordMarks Marks(ReadOnlySpan<char> word, bool capital) => Marks(word, capital, SuffixDepthMax);

    /// <summary>
    /// Whether the words are together the name of one person known from history or books: all of them belong to that person, and one
    /// of them is by itself enough to name him or her.
    /// </summary>
    public bool IsKnownPerson(IReadOnlyList<string> name)
    {
        foreach (var part in name)
        {
            foreach (var key in Stems(part))
            {
                if (known.TryGetValue(key, out var candidates) && candidates.Any(c => name.All(n => Belongs(n, people[c]))))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The word without Kazakh endings as far as a list or the shape of a name knows the rest; else the word.</summary>
    public string Stem(string word)
    {
        string? shaped = null;
        foreach (var stem in Stems(word))
        {
            // Теміржан is another person than Темір: only endings of case are taken away.
            if (word[stem.Length..] is "жан" or "жаным" or "тай" or "еке")
            {
                continue;
            }

            if (words.TryGetValue(stem, out var marks) && (marks & (WordMarks.Given | WordMarks.GivenCommon | WordMarks.Surname)) != 0)
            {
                return stem;
            }

            shaped = NameShapes.Of(stem) != NameShape.None && stem.Length < (shaped?.Length ?? int.MaxValue) ? stem : shaped;
        }

        return shaped ?? word;
    }

    private static bool Belongs(string part, HashSet<string> person) =>
        part.Length == 1 ? person.Any(p => p[0] == part[0]) : Stems(part).Any(person.Contains);

    private static IEnumerable<string> Stems(string word)
    {
        yield return word;
        foreach (var suffix in KazakhSuffixes.Of(word[^1]))
        {
            if (word.Length - suffix.Length >= StemLengthMin && word.EndsWith(suffix, StringComparison.Ordinal))
            {
                yield return word[..^suffix.Length];
            }
        }
    }

    private WordMarks Marks(ReadOnlySpan<char> word, bool capital, int depth)
    {
        if (words.TryGetValue(word, out var marks))
        {
            return marks;
        }

        if (depth == 0 || word.Length <= StemLengthMin)
        {
            return WordMarks.None;
        }

        foreach (var suffix in KazakhSuffixes.Of(word[^1]))
        {
            if (word.Length - suffix.Length < StemLengthMin || !word.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            var stem = Marks(word[..^suffix.Length], capital, depth - 1);
            if (stem != WordMarks.None)
            {
                // What is short or written small is a name only as it stands: "арман" in "армандар" is a dream.
                return capital ? stem : stem & ~(WordMarks.Given | WordMarks.GivenCommon | WordMarks.Surname);
            }
        }

        return WordMarks.None;
    }

    private static Lexicon Read()
    {
        var words = new Dictionary<string, WordMarks>(StringComparer.Ordinal);
        var known = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var people = new List<HashSet<string>>();
        foreach (var file in new[] { "names", "places", "signs" })
        {
            var mark = WordMarks.None;
            foreach (var line in Lines(file))
            {
                if (line[0] == '[')
                {
                    mark = Enum.Parse<WordMarks>(line[1..^1]);
                    continue;
                }

                foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    foreach (var form in NameForms.Of(FoldedText.LowerOf(word), mark))
                    {
                        words[form] = words.GetValueOrDefault(form) | mark;
                    }
                }
            }
        }

        foreach (var line in Lines("known-people"))
        {
            var person = new HashSet<string>(StringComparer.Ordinal);
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                foreach (var form in NameForms.Of(FoldedText.LowerOf(word.TrimStart('*')), WordMarks.Known))
                {
                    person.Add(form);
                    words[form] = words.GetValueOrDefault(form) | WordMarks.Known;
                    if (word[0] == '*')
                    {
                        (known.TryGetValue(form, out var ids) ? ids : known[form] = []).Add(people.Count);
                    }
                }
            }

            people.Add(person);
        }

        return new Lexicon(words, known.ToDictionary(k => k.Key, k => k.Value.ToArray(), StringComparer.Ordinal), people);
    }

    private static IEnumerable<string> Lines(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"words/{file}.txt")
            ?? throw new InvalidOperationException($"The word list {file} is not in the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
