using System.Globalization;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>What was found in a file of another system, in words: for the page and the terminal.</summary>
internal static class ForeignWords
{
    /// <summary><c>signer-is-issuer</c> for <see cref="FileCheckName.SignerIsIssuer"/>.</summary>
    public static string Code<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    public static string Detail(Texts texts, Language language, FileCheck check) =>
        texts.Get(language, check.Reason, [.. check.Evidence.Select(e => (e.Key, (object?)e.Value))]);

    /// <summary>What the file says, in reading order; <c>foreign/fact.NAME</c> names each.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(Language language, QualificationReading says)
    {
        var tag = language.Tag();
        (string Name, string? Value)[] facts =
        [
            ("holder", says.Holder.FullName),
            ("title", says.Title?.In(tag)),
            ("institution", says.Institution?.In(tag)),
            ("country", says.Country),
            ("awarded", Day(language, says.AwardDate)),
            ("document", Day(language, says.DocumentDate)),
            ("level", string.Join(", ", says.Levels.Select(l => $"{l.Framework} {l.Value}"))),
            ("credits", says.Credits is null ? null : $"{Number(says.Credits)} {says.CreditScheme}".Trim()),
            ("grade", says.OverallGrade),
        ];
        return facts.Where(f => !string.IsNullOrEmpty(f.Value)).Select(f => (f.Name, f.Value!));
    }

    public static string Number(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string? Day(Language language, DateOnly? day) =>
        day is { } known ? Words.OnDate(language, known.ToString("O", CultureInfo.InvariantCulture)) : null;
}
