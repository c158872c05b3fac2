using System.Globalization;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Ai.Indicators;

/// <summary>What a page of indicators was asked for.</summary>
/// <param name="Base">Path of the overview it belongs to, without the language.</param>
/// <param name="Top">The area it may not leave.</param>
/// <param name="Reading">Null: nothing is published yet.</param>
public sealed record IndicatorQuestion(BoardView Board, string Base, Area Top, Area Area, Reading? Reading, bool IsLive)
{
    /// <summary>Address of this page, or of one of its indicators, for an area; the school year stays.</summary>
    public string Address(Area area, string? indicator = null, int? year = null)
    {
        var asked = year ?? (Reading is { } reading ? Board.Parts.YearOf(reading.Part) : (int?)null);
        (string Name, string? Value)[] query =
        [
            ("year", asked?.ToString(CultureInfo.InvariantCulture)), ("region", area.Region == Top.Region ? null : area.Region), ("district", area.District),
            ("school", area.School),
        ];
        var text = string.Join('&', query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}"));
        var one = indicator is null ? "" : (Base.EndsWith("/indicators", StringComparison.Ordinal) ? "/" : "/indicators/") + indicator;
        return Base + one + (text.Length > 0 ? "?" + text : "");
    }
}

/// <summary>
/// Indicators: for everybody as they were published (requirement AI-26), for the ministry and the departments of the regions as they stand
/// now. The same drill from the country to a school everywhere, until nothing more is shown.
/// </summary>
internal static class IndicatorPages
{
    public const string Public = "/ai/indicators";
    private const string Console = "/console/ai";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(Public, (HttpContext context, IndicatorBoard board, PageWriter writer) =>
            AnswerAsync(context, board, q => SitePages.Write<PublicIndicatorsPage>(context, writer, (nameof(PublicIndicatorsPage.Question), q))));
        pages.MapGet(Public + "/{id}", (HttpContext context, IndicatorBoard board, PageWriter writer, string id) =>
            OneAsync(context, board, id, (q, i) => SitePages.Write<PublicIndicatorPage>(
                context, writer, (nameof(PublicIndicatorPage.Question), q), (nameof(PublicIndicatorPage.Indicator), i))));

        var console = pages.MapWork(Console);
        console.MapGet("", (HttpContext context, IndicatorBoard board, RoadmapDesk roadmap, PageWriter writer) =>
            AnswerAsync(context, board, async q => await SitePages.Write<MinistryIndicatorsPage>(
                context, writer, (nameof(MinistryIndicatorsPage.Question), q),
                (nameof(MinistryIndicatorsPage.Alarms), (await roadmap.NowAsync(context.RequestAborted)).Where(m => m.IsAlarm).ToList())),
                Console)).Needs(Right.OverseeAi);
        console.MapGet("/indicators/{id}", (HttpContext context, IndicatorBoard board, PageWriter writer, string id) =>
            OneAsync(context, board, id, (q, i) => SitePages.Write<MinistryIndicatorPage>(
                context, writer, (nameof(MinistryIndicatorPage.Question), q), (nameof(MinistryIndicatorPage.Indicator), i)),
                Console)).Needs(Right.OverseeAi);

        var region = pages.MapWork("/console/{bin}/region");
        region.MapGet("", (HttpContext context, IndicatorBoard board, PageWriter writer, string bin) =>
            AnswerAsync(context, board, q => SitePages.Write<RegionIndicatorsPage>(context, writer, (nameof(RegionIndicatorsPage.Question), q)), RegionOf(bin), bin))
            .Needs(Right.ViewRegion);
        region.MapGet("/indicators/{id}", (HttpContext context, IndicatorBoard board, PageWriter writer, string bin, string id) =>
            OneAsync(context, board, id, (q, i) => SitePages.Write<RegionIndicatorPage>(
                context, writer, (nameof(RegionIndicatorPage.Question), q), (nameof(RegionIndicatorPage.Indicator), i)), RegionOf(bin), bin))
            .Needs(Right.ViewRegion);
    }

    /// <summary>What was asked for; null when there is no such area or school year.</summary>
    internal static IndicatorQuestion? Ask(HttpContext context, BoardView board, string path, Area top)
    {
        var query = context.Request.Query;
        string? Word(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
        var area = new Area(Word("region") ?? top.Region, Word("district"), Word("school"));
        if (!top.Holds(area) || (area.Region is null && area != Area.Country) || (area.District is null && area.School is not null)
            || (area != top && !board.Tables.Counts.Has(area)))
        {
            return null;
        }

        var isLive = path != Public;
        int? year = null;
        if (Word("year") is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) || !board.Years(isLive).Contains(asked))
            {
                return null;
            }

            year = asked;
        }

        return new IndicatorQuestion(board, path, top, area, board.Of(year, isLive), isLive);
    }

    private static string RegionOf(string bin) => $"/console/{bin}/region";

    private static async Task AnswerAsync(
        HttpContext context, IndicatorBoard board, Func<IndicatorQuestion, Task> answer, string path = Public, string? department = null)
    {
        var now = await board.NowAsync(context.RequestAborted);
        var top = department is null ? Area.Country : new Area(now.Schools.GetValueOrDefault(department)?.Region ?? Area.Elsewhere);
        await (Ask(context, now, path, top) is { } question ? answer(question) : Problems.NotFoundAsync(context));
    }

    private static Task OneAsync(
        HttpContext context, IndicatorBoard board, string id, Func<IndicatorQuestion, AiIndicator, Task> answer, string path = Public,
        string? department = null) =>
        AnswerAsync(context, board, q => q.Board.Rules.Value.Find(id) is { } one && q.Reading is not null ? answer(q, one) : Problems.NotFoundAsync(context), path, department);
}
