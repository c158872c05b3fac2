using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>What the record says, in the reader's language: codes of ours become words, what is no code of ours stays.</summary>
internal static class TrailWords
{
    public static string What(Texts texts, IPublicRegistry registry, Language language, TrailRow row) =>
        texts.GetOr(language, "trail/" + row.What, row.What, row.Facts.ToDictionary(
            f => f.Key, f => Fact(texts, registry, language, row.What, f.Key, f.Value), StringComparer.Ordinal));

    /// <summary>The kind of a thing: diploma, list, account.</summary>
    public static string Thing(Texts texts, Language language, string kind) => texts.GetOr(language, "work/thing." + kind, kind, []);

    private static string Fact(Texts texts, IPublicRegistry registry, Language language, string what, string name, string value) => name switch
    {
        "role" => texts.GetOr(language, "work/role." + value, value, []),
        "scopes" => string.Join(", ", value.Split(' ').Select(s => texts.GetOr(language, "work/scope." + s, s, []))),
        "act" => texts.GetOr(language, "changes/act." + value, value, []),
        "reason" when what.StartsWith("changes/", StringComparison.Ordinal) => registry.ReasonTitle(value)?.In(language) ?? value,
        "reason" when what == "delivery/bounced" => texts.GetOr(language, "delivery/what.bounce." + value, value, []),
        "by" or "form" or "part" => texts.GetOr(language, $"work/fact.{name}.{value}", value, []),
        "due" => DateOnly.TryParseExact(value, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Words.Date(language, day) : value,
        _ => value,
    };
}
