using Mortanba.AiEducation;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Ai.Indicators;

/// <summary>Values, areas and groups of indicators in the reader's language.</summary>
internal static class IndicatorWords
{
    private const char NoBreakSpace = '\u00a0';

    /// <summary>The value with its unit; words when it is not shown.</summary>
    public static string Value(PageContext page, Figure figure) => figure.State switch
    {
        FigureState.Hidden => page.T("indicators/hidden"),
        FigureState.Empty => page.T("indicators/empty"),
        FigureState.Shown => Number(page, figure.Indicator.Unit, figure.Value!.Value),
    };

    public static string Number(PageContext page, AiUnit unit, decimal value) => unit switch
    {
        AiUnit.Count => Words.Number((long)value),
        AiUnit.Share => Words.Decimal(page.Language, value, "0.#") + NoBreakSpace + "%",
        AiUnit.Days => page.T("indicators/days", ("n", Words.Decimal(page.Language, value, "0.#"))),
        AiUnit.PerHundred or AiUnit.PerThousand => Words.Decimal(page.Language, value, "0.#"),
    };

    /// <summary>What it was made of: <c>41 of 120</c>; empty when nothing of it is shown.</summary>
    public static string Of(PageContext page, Figure figure) => figure switch
    {
        { Indicator.Denominator: null } => "",
        { Numerator: { } some, Denominator: { } all } => page.T("indicators/some-of", ("some", some), ("all", all)),
        { Denominator: { } all } => page.T("indicators/of", ("all", all)),
        _ => "",
    };

    public static string Name(PageContext page, BoardView board, AiIndicator indicator) =>
        indicator.Name.In(page.Language) + (indicator.Member is null ? "" : ", " + Member(page, board, indicator));

    /// <summary>The block an indicator is of, where its list says what all of them count; else its name.</summary>
    public static string Member(PageContext page, BoardView board, AiIndicator indicator) => indicator.Member is not { } member
        ? Name(page, board, indicator)
        : board.Blocks.GetValueOrDefault(member) is { } name ? $"{member} {name.In(page.Language)}" : member;

    public static string Name(PageContext page, BoardView board, Area area) => area switch
    {
        { School: Area.Elsewhere or "" } or { Region: Area.Elsewhere, School: null } => page.T("indicators/elsewhere"),
        { School: { } bin } => board.Schools.GetValueOrDefault(bin)?.Name.In(page.Language) ?? bin,
        { District: { } district } => district,
        { Region: { } region } => Region(page, region),
        _ => page.T("indicators/country"),
    };

    /// <summary>What happened, by the type of its fact; one that has no text stands for itself.</summary>
    public static string Fact(PageContext page, string type) => page.Texts.GetOr(page.Language, "indicators/fact." + type, type, []);

    /// <summary>A region by its code; one that has no text stands for itself.</summary>
    public static string Region(PageContext page, string code) =>
        page.Texts.GetOr(page.Language, "indicators/region." + code.ToLowerInvariant(), code, []);

    /// <summary>A group: <c>sex:female</c> in words; a word that has no text stands for itself.</summary>
    public static string Group(PageContext page, string group) =>
        page.Texts.GetOr(page.Language, "indicators/group." + group.Replace(':', '.'), group[(group.IndexOf(':', StringComparison.Ordinal) + 1)..], []);
}
