using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Web.Pages;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>
/// What the information centre publishes (requirement RQ-23): the education system of the home country, and institutions with their
/// rights by date, as pages and as open data.
/// </summary>
internal static class CentrePages
{
    public const string Licence = "CC-BY-4.0";
    public const string LicenceAddress = "https://creativecommons.org/licenses/by/4.0/";

    private const int OnPage = 50;
    private const int SizeMax = 500;
    private static readonly TimeSpan CopyTerm = TimeSpan.FromMinutes(5);

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/recognition/system", (HttpContext context, PageWriter writer, RuleBook rules, RecognitionDesk desk) =>
            SitePages.Write<SystemPage>(
                context, writer,
                (nameof(SystemPage.Levels), rules.Resolve(RuleKeys.EducationSystem, desk.Today).Value),
                (nameof(SystemPage.Texts), rules.Resolve(RuleKeys.SupplementTexts, desk.Today).Value)));
        pages.MapGet("/recognition/institutions", ListAsync);
        pages.MapGet("/recognition/institutions/{id}", EntryAsync);
    }

    public static void MapApi(IEndpointRouteBuilder api) => api.MapGet("/recognition/institutions", DataAsync);

    private static async Task ListAsync(HttpContext context, Installation home, PageWriter writer, RecognitionDesk desk)
    {
        var (query, cancel) = (QueryOf(context, OnPage), context.RequestAborted);
        var register = Register(home, desk);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (found, total) = await register.SearchAsync(connection, query, cancel);
        await SitePages.Write<OpenRegisterPage>(
            context, writer, (nameof(OpenRegisterPage.Found), found), (nameof(OpenRegisterPage.Total), total),
            (nameof(OpenRegisterPage.Query), query), (nameof(OpenRegisterPage.Desk), desk),
            (nameof(OpenRegisterPage.Countries), await register.CountriesAsync(connection, cancel)));
    }

    private static async Task EntryAsync(HttpContext context, Installation home, PageWriter writer, RecognitionDesk desk, string id)
    {
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        if (await Register(home, desk).FindAsync(connection, id, null, context.RequestAborted) is { } found)
        {
            await SitePages.Write<OpenInstitutionPage>(
                context, writer, (nameof(OpenInstitutionPage.Institution), found), (nameof(OpenInstitutionPage.Desk), desk),
                (nameof(OpenInstitutionPage.Kin), await InstitutionRegister.NamedAsync(connection, [.. found.Predecessors, .. found.Successors], null, context.RequestAborted)));
        }
        else
        {
            await Problems.NotFoundAsync(context);
        }
    }

    /// <summary>The same list for programs: JSON, or CSV with a row a period.</summary>
    private static async Task DataAsync(HttpContext context, Installation home, RecognitionDesk desk)
    {
        var cancel = context.RequestAborted;
        var known = context.Request.Query["known"].ToString();
        if (!RecognitionPages.DayOf(known, desk.Today).TryGet(out var day, out var problem))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        var query = QueryOf(context, int.TryParse(context.Request.Query["size"], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? Math.Clamp(size, 1, SizeMax) : OnPage) with
        {
            KnownAt = known.Length == 0 ? null : EndOf(home, day),
        };
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (found, total) = await Register(home, desk).SearchAsync(connection, query, cancel);
        if (context.Request.Query["format"] == "csv")
        {
            context.Response.Headers.ContentDisposition = "attachment; filename=\"recognition-institutions.csv\"";
            await PublicApi.SendAsync(context, Encoding.UTF8.GetBytes(Csv(found)), "text/csv; charset=utf-8", CopyTerm);
            return;
        }

        await PublicApi.SendAsync(context, Json(found, total, query, desk.Today), "application/json", CopyTerm);
    }

    /// <summary>The last moment of a civil day: what was known on it.</summary>
    internal static DateTimeOffset EndOf(Installation home, DateOnly day) =>
        new WorkingCalendar(home.Rules).TimeAt(home.Time.GetUtcNow()).Value.BeginningOf(day.AddDays(1)).ToUniversalTime().AddSeconds(-1);

    private static OpenRegister Register(Installation home, RecognitionDesk desk) => new(home.Rules, home.Settings.Site, desk.Today);

    internal static OpenQuery QueryOf(HttpContext context, int size)
    {
        const int textMaxChars = 100;
        const int pageMax = 100_000;
        var asked = context.Request.Query;
        var (text, country) = (asked["q"].ToString().Trim(), asked["country"].ToString());
        return new OpenQuery(
            text.Length is 0 or > textMaxChars ? null : text, country.Length is 2 or 4 ? country : null,
            int.TryParse(asked["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, pageMax) : 1, size);
    }

    private static ReadOnlyMemory<byte> Json(IReadOnlyList<OpenInstitution> found, int total, OpenQuery query, DateOnly today)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("asOf", Day(today));
        json.WriteString("license", Licence);
        json.WriteString("licenseUrl", LicenceAddress);
        json.WriteNumber("total", total);
        json.WriteNumber("page", query.Page);
        json.WriteNumber("size", query.Size);
        json.WriteStartArray("institutions");
        foreach (var one in found)
        {
            json.WriteStartObject();
            json.WriteString("id", one.Id);
            json.WriteString("country", one.Country);
            json.WriteString("name", one.Original);
            json.WriteStartObject("names");
            foreach (var language in Languages.All)
            {
                json.WriteString(language.Tag(), one.Name.In(language));
            }

            json.WriteEndObject();
            Texts(json, "aliases", one.Aliases);
            json.WriteString("founded", Day(one.Founded));
            json.WriteString("closed", Day(one.Closed));
            Texts(json, "predecessors", one.Predecessors);
            Texts(json, "successors", one.Successors);
            json.WriteString("source", one.Source);
            json.WriteString("read", Day(one.Read));
            json.WriteStartArray("periods");
            foreach (var period in one.Periods)
            {
                json.WriteStartObject();
                json.WriteString("kind", BasisRecord.Code(period.Kind));
                json.WriteString("programme", period.Programme.En.Length == 0 ? null : period.Programme.En);
                json.WriteString("level", BasisRecord.Code(period.Level));
                json.WriteString("from", Day(period.From));
                json.WriteString("until", Day(period.Until));
                json.WriteString("grantedBy", period.GrantedBy.En);
                json.WriteString("source", period.Source);
                json.WriteString("read", Day(period.Read));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static string Csv(IReadOnlyList<OpenInstitution> found)
    {
        var csv = new StringBuilder("\ufeffid,country,name,name_kk,name_ru,name_en,founded,closed,kind,programme,level,from,until,granted_by,source,read,license\r\n");
        foreach (var one in found)
        {
            foreach (var period in one.Periods.DefaultIfEmpty())
            {
                string?[] cells =
                [
                    one.Id, one.Country, one.Original, one.Name.Kk, one.Name.Ru, one.Name.En, Day(one.Founded), Day(one.Closed),
                    period is null ? null : BasisRecord.Code(period.Kind), period?.Programme.En, period is null ? null : BasisRecord.Code(period.Level),
                    Day(period?.From), Day(period?.Until), period?.GrantedBy.En, period?.Source ?? one.Source, Day(period?.Read ?? one.Read), Licence,
                ];
                csv.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
            }
        }

        return csv.ToString();
    }

    // Quoted; a cell that a spreadsheet would compute is made text.
    private static string Cell(string? text) =>
        $"\"{(text is ['=' or '+' or '-' or '@', ..] ? "'" : "")}{text?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
