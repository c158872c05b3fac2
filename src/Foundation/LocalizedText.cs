namespace Mortanba.Foundation;

/// <summary>The three languages of every text: the state language first.</summary>
public enum Language
{
    Kk,
    Ru,
    En,
}

/// <summary>One text in Kazakh, Russian and English (requirement X-5).</summary>
public sealed record LocalizedText(string Kk, string Ru, string En)
{
    public string In(Language language) => language switch
    {
        Language.Kk => Kk,
        Language.Ru => Ru,
        Language.En => En,
    };

    /// <summary>
    /// Values of a <see cref="Problem"/> that are read in the reader's language: the English one under the name, for logs, and
    /// each under the name with the language's tag, <c>act.kk</c>.
    /// </summary>
    public (string Name, string Value)[] Args(string name) =>
        [(name, En), .. Languages.All.Select(l => ($"{name}.{l.Tag()}", In(l)))];

    /// <summary>The same text in every language, for names that are not translated.</summary>
    public static LocalizedText Same(string text) => new(text, text, text);
}

public static class Languages
{
    public static IReadOnlyList<Language> All { get; } = [Language.Kk, Language.Ru, Language.En];

    /// <summary>BCP 47 tag: kk, ru, en.</summary>
    public static string Tag(this Language language) => language switch
    {
        Language.Kk => "kk",
        Language.Ru => "ru",
        Language.En => "en",
    };

    public static bool TryParse(string? tag, out Language language)
    {
        (var known, language) = tag?.ToLowerInvariant() switch
        {
            "kk" => (true, Language.Kk),
            "ru" => (true, Language.Ru),
            "en" => (true, Language.En),
            _ => (false, Language.Kk),
        };
        return known;
    }
}
