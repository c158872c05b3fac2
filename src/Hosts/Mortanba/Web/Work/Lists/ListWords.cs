using System.Text.RegularExpressions;

namespace Mortanba.Host.Web;

internal static partial class ListWords
{
    /// <summary>What a rule says of any cell: its text without the values of one.</summary>
    public static string Rule(PageContext page, string code) =>
        Placeholder().Replace(page.Texts.GetOr(page.Language, code, code, new Dictionary<string, string>()), "…");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();
}
