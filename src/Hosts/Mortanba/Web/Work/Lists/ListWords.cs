using System.Globalization;
using System.Text.RegularExpressions;
using Mortanba.Foundation;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

internal static partial class ListWords
{
    /// <summary>What a rule says of any cell: its text without the values of one, nor the quotation marks and brackets around them.</summary>
    public static string Rule(PageContext page, string code) =>
        Placeholder().Replace(page.Texts.GetOr(page.Language, code, code, new Dictionary<string, string>()), "…")
            .Replace(" (…)", "", StringComparison.Ordinal).Replace("….", "…", StringComparison.Ordinal);

    /// <summary>A value of a diploma as a cell of a list in the reader's language: figures for dates, words for choices.</summary>
    public static string Cell(Texts texts, Language language, string field, string value) =>
        DateOnly.TryParseExact(value, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture)
            : field == "gpa" ? Words.Decimal(language, value)
            : field is "form" or "instruction" or "honours" or "kind"
                ? texts.GetOr(language, $"intake/word.{value}", value, [])
            : value;

    /// <summary>An average as the courses give it.</summary>
    public static string Computed(Language language, GridGpa gpa) => Words.Decimal(language, gpa.Computed, "0.00");

    /// <summary>By how much the list states another; null when it does not.</summary>
    public static string? Difference(Language language, GridGpa gpa) =>
        gpa.Difference is { } difference and not 0 ? Words.Decimal(language, difference, "+0.00##;−0.00##") : null;

    /// <summary>How a list stands, as the page of its rows is headed.</summary>
    public static string Heading(Texts texts, Language language, Draft draft)
    {
        var rows = ("rows", (object?)Words.Number(draft.RowCount));
        return !draft.IsChecked && draft.State == DraftState.Open ? texts.Get(language, "lists/rows.checking")
            : draft.ErrorCount == 0 ? texts.Get(language, "lists/rows.clean", rows)
            : texts.Get(language, "lists/rows.heading", ("errors", Words.Number(draft.ErrorCount)), rows);
    }

    [GeneratedRegex("""«\{[^}]*\}»|“\{[^}]*\}”|\{[^}]*\}""")]
    private static partial Regex Placeholder();
}
