using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>
/// Every interface text in Kazakh, Russian and English (requirement X-5): the files <c>Locales/AREA/{kk,ru,en}.json</c>,
/// flat objects of key to text. Loading throws when a language misses a key or names other placeholders.
/// </summary>
/// <remarks>
/// <c>{name}</c> is replaced by an argument. <c>{n|entry|entries}</c> writes the form of the word that fits the number n:
/// one, other in English; one, few, many in Russian; one form in Kazakh, which has no plural after a numeral.
/// </remarks>
public sealed partial class Texts
{
    private const string ResourcePrefix = "Locales/";
    private const string KnownWords = "intake/unknown-word";

    private readonly Lazy<Dictionary<string, string>>[] byLanguage;

    private Texts(IEnumerable<Lazy<Dictionary<string, string>>> byLanguage) => this.byLanguage = [.. byLanguage];

    public static Texts Load()
    {
        var texts = Read();
        var faults = texts.Faults();
        return faults.Count == 0
            ? texts
            : throw new InvalidOperationException("The locale files disagree: " + string.Join("; ", faults));
    }

    /// <summary>As the files are, without the check; each language is read when it is first spoken.</summary>
    internal static Texts Read() => new(
        Languages.All.Select(l => new Lazy<Dictionary<string, string>>(() => ReadLanguage(typeof(Texts).Assembly, l))));

    public IEnumerable<string> Keys => In(Language.En).Keys;

    public bool Has(string key) => In(Language.En).ContainsKey(key);

    /// <summary>A missing key is a bug and throws: a test walks every key that pages name.</summary>
    public string Get(Language language, string key, params ReadOnlySpan<(string Name, object? Value)> args)
    {
        if (!In(language).TryGetValue(key, out var text))
        {
            throw new KeyNotFoundException($"No text '{key}' in {language.Tag()}.");
        }

        return text.Contains('{', StringComparison.Ordinal) ? Fill(language, text, args) : text;
    }

    /// <summary>The text of a code that another part of the program chose; the fallback when it has no words.</summary>
    public string GetOr(
        Language language, string key, string fallback, IEnumerable<KeyValuePair<string, string>> args) =>
        In(language).ContainsKey(key) ? Get(language, key, [.. args.Select(a => (a.Key, (object?)Spoken(language, key, a.Value)))]) : fallback;

    /// <summary>
    /// What a check names in its machine form, as people of that language say it: an average with their decimal mark, the words
    /// a list may use instead of ours.
    /// </summary>
    private string Spoken(Language language, string key, string value) =>
        key == KnownWords ? string.Join(", ", value.Split(", ").Select(word => In(language).GetValueOrDefault("intake/word." + word, word)))
        : AveragePattern().IsMatch(value) ? Words.Decimal(language, value)
        : value;

    /// <summary>What is wrong with the files, for the start and for the test that lists all offenders.</summary>
    internal List<string> Faults()
    {
        var faults = new List<string>();
        foreach (var key in byLanguage.SelectMany(texts => texts.Value.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var holders = Languages.All.Where(l => In(l).ContainsKey(key)).ToList();
            if (holders.Count != Languages.All.Count)
            {
                faults.Add($"{key} is only in {string.Join(", ", holders.Select(l => l.Tag()))}");
                continue;
            }

            var placeholders = Languages.All
                .Select(l => string.Join(' ', Placeholders(In(l)[key]).Distinct().Order(StringComparer.Ordinal)))
                .Distinct();
            if (placeholders.Count() != 1)
            {
                faults.Add($"{key} has other placeholders in another language");
            }
        }

        return faults;
    }

    private Dictionary<string, string> In(Language language) => byLanguage[(int)language].Value;

    private static IEnumerable<string> Placeholders(string text)
    {
        for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0;)
        {
            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                yield break;
            }

            yield return text[(open + 1)..close].Split('|')[0];
            open = text.IndexOf('{', close);
        }
    }

    private static string Fill(Language language, string text, ReadOnlySpan<(string Name, object? Value)> args)
    {
        var filled = new StringBuilder(text.Length + 32);
        var rest = text.AsSpan();
        while (rest.IndexOf('{') is var open and >= 0)
        {
            filled.Append(rest[..open]);
            var length = rest[open..].IndexOf('}');
            if (length < 0)
            {
                filled.Append(rest[open..]);
                return filled.ToString();
            }

            var parts = rest.Slice(open + 1, length - 1).ToString().Split('|');
            var value = Argument(language, parts[0], args);
            filled.Append(parts.Length == 1
                ? Words.Plain(language, value)
                : parts[1 + Words.PluralForm(language, Count(value), parts.Length - 1)]);
            rest = rest[(open + length + 1)..];
        }

        return filled.Append(rest).ToString();
    }

    // Evidence comes as text; what is no number at all takes the form for many.
    private static long Count(object? value) =>
        long.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;

    // An argument that was not given stays visible as {name}: a text with a hole would say something else.
    // One that is given in several languages is read in the reader's (LocalizedText.Args).
    private static object? Argument(Language language, string name, ReadOnlySpan<(string Name, object? Value)> args)
    {
        object? found = $"{{{name}}}";
        foreach (var (known, value) in args)
        {
            if (known == name)
            {
                found = value;
            }
            else if (known.Length == name.Length + 3 && known[name.Length] == '.'
                && known.StartsWith(name, StringComparison.Ordinal) && known.EndsWith(language.Tag(), StringComparison.Ordinal))
            {
                return value;
            }
        }

        return found;
    }

    private static Dictionary<string, string> ReadLanguage(Assembly assembly, Language language)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(ResourcePrefix, StringComparison.Ordinal)
                || !name.EndsWith($"/{language.Tag()}.json", StringComparison.Ordinal))
            {
                continue;
            }

            using var stream = assembly.GetManifestResourceStream(name)!;
            using var document = JsonDocument.Parse(stream);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                texts.Add(member.Name, member.Value.GetString()!);
            }
        }

        return texts;
    }

    [GeneratedRegex(@"^\d\.\d\d$")]
    private static partial Regex AveragePattern();
}
