using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>What pages of an applicant's case say of days and sizes.</summary>
internal static class CaseWords
{
    /// <summary>A day with its weekday: Wednesday 9 December 2026.</summary>
    public static string Day(PageContext page, DateOnly day)
    {
        var weekday = page.T($"cases/weekday.{(int)day.DayOfWeek}");
        return page.Language == Language.En ? $"{weekday} {Words.Date(page.Language, day)}" : $"{Words.Date(page.Language, day)}, {weekday}";
    }

    public static string Size(PageContext page, long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / 1_000)} KB")
        : Words.Decimal(page.Language, bytes / 1_000_000m, "0.0") + " MB";

    /// <summary>The words of an item of the list that was published before the case was filed.</summary>
    public static string Item(PageContext page, RecognitionCase now, string item) =>
        now.Terms?.Items.FirstOrDefault(i => i.Id == item)?.Text.In(page.Language)
        ?? Proof(page, item) ?? page.Texts.GetOr(page.Language, "cases/item." + item, item, []);

    /// <summary>Proof of a condition by the element it is about; null for anything else.</summary>
    public static string? Proof(PageContext page, string item) =>
        DocumentItems.ConditionElement(item) is { } element ? page.T("cases/item.condition", ("element", page.T("cases/element." + element))) : null;
}
