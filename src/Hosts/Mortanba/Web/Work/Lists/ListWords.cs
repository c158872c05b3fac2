using System.Text.RegularExpressions;
using Mortanba.Foundation;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

internal static partial class ListWords
{
    /// <summary>What a rule says of any cell: its text without the values of one.</summary>
    public static string Rule(PageContext page, string code) =>
        Placeholder().Replace(page.Texts.GetOr(page.Language, code, code, new Dictionary<string, string>()), "…");

    /// <summary>How a list stands, as the page of its rows is headed.</summary>
    public static string Heading(Texts texts, Language language, Draft draft)
    {
        var rows = ("rows", (object?)Words.Number(draft.RowCount));
        return !draft.IsChecked && draft.State == DraftState.Open ? texts.Get(language, "lists/rows.checking")
            : draft.ErrorCount == 0 ? texts.Get(language, "lists/rows.clean", rows)
            : texts.Get(language, "lists/rows.heading", ("errors", Words.Number(draft.ErrorCount)), rows);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();
}
