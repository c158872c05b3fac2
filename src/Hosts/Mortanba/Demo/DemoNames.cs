using System.Text;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Host.Demo;

/// <summary>Invented people: Kazakh, Russian and other names with the endings of their gender, in three spellings.</summary>
internal sealed class DemoNames(JsonElement json)
{
    private readonly string[][] kazakhFamilies = Pairs(json, "kazakhFamilies");
    private readonly string[][] russianFamilies = Singles(json, "russianFamilies");
    private readonly string[][] otherFamilies = Singles(json, "otherFamilies");
    private readonly string[][] kazakhMale = Pairs(json, "kazakhMale");
    private readonly string[][] kazakhFemale = Pairs(json, "kazakhFemale");
    private readonly string[][] kazakhFathers = Pairs(json, "kazakhFathers");
    private readonly string[][] russianMale = Singles(json, "russianMale");
    private readonly string[][] russianFemale = Singles(json, "russianFemale");
    private readonly string[][] russianFathers = Pairs(json, "russianFathers");

    /// <param name="onlyRussianLetters">For lists in Windows-1251, which has no Kazakh letters.</param>
    public DemoPerson Invent(ref DemoRandom random, bool isMale, bool onlyRussianLetters)
    {
        var origin = onlyRussianLetters ? 70 + random.Next(30) : random.Next(100);
        return origin switch
        {
            < 70 => Kazakh(ref random, isMale),
            < 92 => Slavic(ref random, isMale, russianFamilies, hasEnding: true),
            _ => Slavic(ref random, isMale, otherFamilies, hasEnding: false),
        };
    }

    /// <summary>Latin spelling as Kazakh passports print it (simplified: one letter, one sound).</summary>
    public static string Transliterate(string text)
    {
        var latin = new StringBuilder(text.Length + 4);
        foreach (var letter in text)
        {
            var lower = char.ToLowerInvariant(letter);
            var sound = lower switch
            {
                'а' or 'ә' => "a",
                'б' => "b",
                'в' => "v",
                'г' or 'ғ' => "g",
                'д' => "d",
                'е' or 'э' => "e",
                'ё' => "yo",
                'ж' => "zh",
                'з' => "z",
                'и' or 'і' => "i",
                'й' => "i",
                'к' => "k",
                'қ' => "k",
                'л' => "l",
                'м' => "m",
                'н' or 'ң' => "n",
                'о' or 'ө' => "o",
                'п' => "p",
                'р' => "r",
                'с' => "s",
                'т' => "t",
                'у' or 'ұ' or 'ү' => "u",
                'ф' => "f",
                'х' => "kh",
                'һ' => "h",
                'ц' => "ts",
                'ч' => "ch",
                'ш' => "sh",
                'щ' => "shch",
                'ы' => "y",
                'ю' => "yu",
                'я' => "ya",
                'ь' or 'ъ' => "",
                _ => letter.ToString(),
            };
            latin.Append(letter != lower && sound.Length > 0 ? char.ToUpperInvariant(sound[0]) + sound[1..] : sound);
        }

        return latin.ToString();
    }

    private DemoPerson Kazakh(ref DemoRandom random, bool isMale)
    {
        var ending = isMale ? "" : "а";
        var family = random.Pick(kazakhFamilies);
        var given = random.Pick(isMale ? kazakhMale : kazakhFemale);
        var father = random.Pick(kazakhFathers);
        var fatherKk = father[0] + (isMale ? "ұлы" : "қызы");
        return Person(
            family[0] + ending, family[1] + ending, given[0], given[1],
            fatherKk, father[1] + (isMale ? "ович" : "овна"), Transliterate(fatherKk));
    }

    private DemoPerson Slavic(ref DemoRandom random, bool isMale, string[][] families, bool hasEnding)
    {
        var family = random.Pick(families)[0] + (hasEnding && !isMale ? "а" : "");
        var given = random.Pick(isMale ? russianMale : russianFemale)[0];
        var father = random.Pick(russianFathers)[isMale ? 0 : 1];
        return Person(family, family, given, given, father, father, Transliterate(father));
    }

    private static DemoPerson Person(
        string familyKk, string familyRu, string givenKk, string givenRu, string fatherKk, string fatherRu, string fatherEn)
    {
        var family = new LocalizedText(familyKk, familyRu, Transliterate(familyKk));
        var given = new LocalizedText(givenKk, givenRu, Transliterate(givenKk));
        return new DemoPerson(family, given, new LocalizedText(fatherKk, fatherRu, fatherEn));
    }

    private static string[][] Pairs(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(pair => pair.EnumerateArray().Select(v => v.GetString()!).ToArray())];

    private static string[][] Singles(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(v => new[] { v.GetString()! })];
}

internal sealed record DemoPerson(LocalizedText Family, LocalizedText Given, LocalizedText Patronymic);

/// <summary>SplitMix64: repeatable invented data, the same on every machine. Never for secrets.</summary>
internal struct DemoRandom(ulong seed)
{
    private ulong state = seed;

    public ulong NextBits()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    public int Next(int below) => (int)((NextBits() >> 33) % (ulong)below);

    /// <summary>About normal around 0, from -3 to 3: the sum of three even draws.</summary>
    public double NextBell() => ((Next(2001) + Next(2001) + Next(2001)) / 1000.0) - 3;

    public T Pick<T>(T[] choices) => choices[Next(choices.Length)];
}
