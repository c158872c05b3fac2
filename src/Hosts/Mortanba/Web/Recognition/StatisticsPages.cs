using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Web.Pages;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>The public statistics of recognition (requirement RQ-30): a page, and the same rows as JSON and CSV.</summary>
internal static class StatisticsPages
{
    private static readonly TimeSpan CopyTerm = TimeSpan.FromMinutes(5);

    public static void Map(RouteGroupBuilder pages) => pages.MapGet(
        "/recognition/statistics",
        async (HttpContext context, StatisticsOfCases statistics, RecognitionDesk desk, PageWriter writer) => await SitePages.Write<StatisticsPage>(
            context, writer, (nameof(StatisticsPage.Desk), desk),
            (nameof(StatisticsPage.Figures), await statistics.OfAsync(YearOf(context), context.RequestAborted))));

    public static void MapApi(IEndpointRouteBuilder api) => api.MapGet("/recognition/statistics", DataAsync);

    private static int? YearOf(HttpContext context) =>
        int.TryParse(context.Request.Query["year"], NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year : null;

    private static async Task DataAsync(HttpContext context, StatisticsOfCases statistics)
    {
        var found = await statistics.OfAsync(YearOf(context), context.RequestAborted);
        if (context.Request.Query["format"] == "csv")
        {
            context.Response.Headers.ContentDisposition = "attachment; filename=\"recognition-statistics.csv\"";
            await PublicApi.SendAsync(context, Encoding.UTF8.GetBytes(Csv(found)), "text/csv; charset=utf-8", CopyTerm);
            return;
        }

        await PublicApi.SendAsync(context, Json(found), "application/json", CopyTerm);
    }

    private static ReadOnlyMemory<byte> Json(RecognitionStatistics found)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("asOf", found.Day.ToString("O", CultureInfo.InvariantCulture));
        json.WriteNumber("smallestShown", CountSheet.SmallestShown);
        Number(json, "open", found.Open);
        Number(json, "overdue", found.Overdue);
        json.WriteStartArray("years");
        foreach (var year in found.Years)
        {
            json.WriteNumberValue(year);
        }

        json.WriteEndArray();
        Number(json, "year", found.Year);
        json.WriteStartArray("rows");
        foreach (var row in found.Rows)
        {
            json.WriteStartObject();
            json.WriteString("group", BasisRecord.Code(row.Group));
            json.WriteString("key", row.Key);
            foreach (var (name, value) in Columns(row))
            {
                Number(json, name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static string Csv(RecognitionStatistics found)
    {
        var csv = new StringBuilder("group,key,");
        csv.AppendJoin(',', Columns(new Figures(default, "", null, null, null, null, null, null, null, null, null, null, null, null)).Select(c => c.Name)).Append("\r\n");
        foreach (var row in found.Rows)
        {
            csv.Append(BasisRecord.Code(row.Group)).Append(',').Append(row.Key).Append(',')
                .AppendJoin(',', Columns(row).Select(c => c.Value?.ToString(CultureInfo.InvariantCulture))).Append("\r\n");
        }

        return csv.ToString();
    }

    private static (string Name, decimal? Value)[] Columns(Figures row) =>
    [
        ("decided", row.Decided), ("medianWorkingDays", row.MedianDays), ("withinLimit", row.WithinLimit), ("late", row.Late), ("shortWay", row.ShortWay),
        ("full", row.Full), ("partial", row.Partial), ("conditional", row.Conditional), ("refusal", row.Refusal), ("noDecision", row.NoDecision),
        ("appealed", row.Appealed), ("overturned", row.Overturned),
    ];

    // Null is a figure that is not shown, not a zero.
    private static void Number(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } shown)
        {
            json.WriteNumber(name, shown);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

/// <summary>The statistics of the day, computed anew after a while at the earliest: anybody may ask for them. Safe to share.</summary>
internal sealed class StatisticsOfCases(Installation home)
{
    private const int Kept = 32;
    private static readonly TimeSpan Term = TimeSpan.FromMinutes(5);
    private readonly CaseFigures figures = new(home.Vault, new WorkingCalendar(home.Rules));
    private readonly ConcurrentDictionary<int, (DateTimeOffset At, RecognitionStatistics Found)> found = [];

    public async Task<RecognitionStatistics> OfAsync(int? year, CancellationToken cancel)
    {
        var now = home.Time.GetUtcNow();
        if (found.TryGetValue(year ?? 0, out var before) && now - before.At < Term)
        {
            return before.Found;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        var fresh = await figures.StatisticsAsync(connection, new WorkingCalendar(home.Rules).DateOf(now).Value, year, cancel);
        // A year that is none is nobody's to keep.
        if (year is null || (fresh.Years.Contains(year.Value) && found.Count < Kept))
        {
            found[year ?? 0] = (now, fresh);
        }

        return fresh;
    }
}
