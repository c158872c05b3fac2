using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Ai.Indicators;

/// <summary>The published indicators and the roadmap as open data: JSON and CSV (requirements AI-25, AI-26). A null is a figure that is not shown.</summary>
internal static class IndicatorApi
{
    private static readonly TimeSpan CopyTerm = TimeSpan.FromMinutes(5);
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/ai/indicators", (HttpContext context, IndicatorBoard board) => AnswerAsync(context, board, null));
        api.MapGet("/ai/indicators/{id}", (HttpContext context, IndicatorBoard board, string id) => AnswerAsync(context, board, id));
        api.MapGet("/ai/roadmap", RoadmapAsync);
    }

    private static async Task AnswerAsync(HttpContext context, IndicatorBoard board, string? id)
    {
        var now = await board.NowAsync(context.RequestAborted);
        if (IndicatorPages.Ask(context, now, IndicatorPages.Public, Area.Country) is not { } question || (id is not null && now.Rules.Value.Find(id) is null))
        {
            await Problems.NotFoundAsync(context);
        }
        else if (context.Request.Query["format"] == "csv")
        {
            await SendCsvAsync(context, "ai-indicators", Csv(question, Figures(question, id)));
        }
        else
        {
            await PublicApi.SendAsync(context, Json(question, id), "application/json", CopyTerm);
        }
    }

    private static async Task RoadmapAsync(HttpContext context, RoadmapDesk desk)
    {
        var measures = await desk.NowAsync(context.RequestAborted);
        if (context.Request.Query["format"] == "csv")
        {
            await SendCsvAsync(context, "ai-roadmap", Rows(
                ["id", "name", "owner", "from", "until", "budgetTenge", "state", "daysOver", "reportedAt", "evidence", "source", "confidence"],
                measures.Select(m => new object?[]
                {
                    m.Measure.Id, m.Measure.Name.En, m.Measure.Owner.En, Day(m.Measure.From), Day(m.Measure.Until), m.Measure.BudgetTenge,
                    EventWords.Of(m.State), m.DaysOver, m.Course is { } course ? LedgerEntry.Time(course.Newest.At) : null, m.Course?.Newest.Evidence,
                    m.Measure.Source, EventWords.Of(m.Measure.Confidence),
                })));
            return;
        }

        await PublicApi.SendAsync(context, Write(json =>
        {
            json.WriteString("asOf", Day(desk.Today));
            Rule(json, desk.Roadmap.Reference);
            json.WriteStartArray("measures");
            foreach (var one in measures)
            {
                json.WriteStartObject();
                json.WriteString("id", one.Measure.Id);
                Text(json, "name", one.Measure.Name);
                Text(json, "owner", one.Measure.Owner);
                json.WriteString("from", Day(one.Measure.From));
                json.WriteString("until", Day(one.Measure.Until));
                Number(json, "budgetTenge", one.Measure.BudgetTenge);
                Text(json, "evidenceWanted", one.Measure.Evidence);
                json.WriteString("source", one.Measure.Source);
                json.WriteString("confidence", EventWords.Of(one.Measure.Confidence));
                json.WriteString("state", EventWords.Of(one.State));
                json.WriteNumber("daysOver", one.DaysOver);
                json.WriteString("report", one.Course?.Newest.Words);
                json.WriteString("reportedAt", one.Course is { } course ? LedgerEntry.Time(course.Newest.At) : null);
                json.WriteString("evidence", one.Course?.Newest.Evidence);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }), "application/json", CopyTerm);
    }

    // The area itself; of one indicator also the areas below it and its groups.
    private static IEnumerable<Figure> Figures(IndicatorQuestion question, string? id)
    {
        var (tables, rules) = (question.Board.Tables, question.Board.Rules.Value);
        if (question.Reading is not { } reading)
        {
            return [];
        }

        if (id is null)
        {
            return rules.Indicators.Select(i => tables.At(i, question.Area, reading));
        }

        var one = rules.Find(id)!;
        return tables.Counts.Below(question.Area).Prepend(question.Area).Select(a => tables.At(one, a, reading))
            .Concat(question.Area.District is null ? one.Breakdown.SelectMany(b => tables.Compare(one, b, question.Area, reading).Groups) : []);
    }

    private static ReadOnlyMemory<byte> Json(IndicatorQuestion question, string? id) => Write(json =>
    {
        var board = question.Board;
        json.WriteString("schoolYear", question.Reading is { } reading ? YearParts.NameOf(board.Parts.YearOf(reading.Part)) : null);
        json.WriteString("asOf", question.Reading is { } at ? LedgerEntry.Time(board.AsOf(at)) : null);
        json.WriteNumber("smallestShown", board.Rules.Value.Smallest);
        json.WriteStartArray("years");
        foreach (var year in board.Years(isLive: false))
        {
            json.WriteNumberValue(year);
        }

        json.WriteEndArray();
        Rule(json, board.Rules.Reference);
        json.WriteStartObject("inputs");
        Number(json, "lastFact", board.Standing?.Seq);
        json.WriteString("sha256", board.Standing?.InputsHash);
        json.WriteEndObject();
        json.WriteStartArray("indicators");
        foreach (var one in board.Rules.Value.Indicators.Where(i => id is null || i.Id == id))
        {
            json.WriteStartObject();
            json.WriteString("id", one.Id);
            json.WriteNumber("version", one.Version);
            Text(json, "name", one.Name);
            json.WriteString("unit", EventWords.Of(one.Unit));
            json.WriteString("numerator", one.Numerator.Formula);
            json.WriteString("denominator", one.Denominator?.Formula);
            Number(json, "target", one.Target?.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("figures");
        foreach (var figure in Figures(question, id))
        {
            json.WriteStartObject();
            foreach (var (name, value) in Columns(figure))
            {
                if (value is string or null && name is not ("value" or "numerator" or "denominator"))
                {
                    json.WriteString(name, value as string);
                }
                else
                {
                    Number(json, name, value is null ? null : Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static (string Name, object? Value)[] Columns(Figure figure) =>
    [
        ("indicator", figure.Indicator.Id), ("region", figure.Area.Region), ("district", figure.Area.District), ("school", figure.Area.School), ("group", figure.Group),
        ("state", EventWords.Of(figure.State)), ("value", figure.Value), ("numerator", figure.Numerator), ("denominator", figure.Denominator),
    ];

    private static string Csv(IndicatorQuestion question, IEnumerable<Figure> figures)
    {
        var year = question.Reading is { } reading ? YearParts.NameOf(question.Board.Parts.YearOf(reading.Part)) : "";
        return Rows(
            ["schoolYear", "indicator", "region", "district", "school", "group", "state", "value", "numerator", "denominator"],
            figures.Select(f => (object?[])[year, .. Columns(f).Select(c => c.Value)]));
    }

    private static string Rows(IReadOnlyList<string> head, IEnumerable<object?[]> rows)
    {
        var csv = new StringBuilder().AppendJoin(',', head).Append("\r\n");
        foreach (var row in rows)
        {
            csv.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        }

        return csv.ToString();
    }

    // Words of a directory or of a report may hold anything, and nobody's spreadsheet should compute them.
    private static string Cell(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        var safe = value is string && text.Length > 0 && "=+-@\t".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(Quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static Task SendCsvAsync(HttpContext context, string name, string csv)
    {
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        return PublicApi.SendAsync(context, Encoding.UTF8.GetBytes(csv), "text/csv; charset=utf-8", CopyTerm);
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Readable);
        json.WriteStartObject();
        content(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Rule(Utf8JsonWriter json, RuleReference rule)
    {
        json.WriteStartObject("rules");
        json.WriteString("pack", rule.PackText);
        json.WriteString("tag", $"{rule.Tag}");
        json.WriteString("confidence", EventWords.Of(rule.Confidence));
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, LocalizedText text)
    {
        json.WriteStartObject(name);
        foreach (var language in Languages.All)
        {
            json.WriteString(language.Tag(), text.In(language));
        }

        json.WriteEndObject();
    }

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

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
