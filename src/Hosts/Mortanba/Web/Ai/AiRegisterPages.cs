using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>
/// The public register of AI systems (requirement AI-1): the list, one system with its history, and both as open data; the whole register
/// also as CSV and in the shape of the Dutch register (docs/formats/ai-system.md).
/// </summary>
internal static class AiRegisterPages
{
    public const string SchemaResource = "ai-system.schema.json";

    private const int OnPage = 50;
    private const int SizeMax = 500;
    private const int TextMaxChars = 100;
    private const int PageMax = 100_000;
    private static readonly TimeSpan CopyTerm = TimeSpan.FromMinutes(1);

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/ai/register", ListAsync);
        pages.MapGet("/ai/register/{id}", ShowAsync);
    }

    public static void MapApi(IEndpointRouteBuilder api)
    {
        api.MapGet("/ai/systems", DataAsync);
        api.MapGet("/ai/systems/{id}", OneAsync);
        api.MapGet("/ai/register.json", (HttpContext context, Installation home, LookupLimits limits) => WholeAsync(context, home, limits, "json"));
        api.MapGet("/ai/register.csv", (HttpContext context, Installation home, LookupLimits limits) => WholeAsync(context, home, limits, "csv"));
        api.MapGet(
            "/ai/register.algoritmeregister.json",
            (HttpContext context, Installation home, LookupLimits limits) => WholeAsync(context, home, limits, "algoritmeregister"));
    }

    /// <summary>The schema, where its own id says.</summary>
    public static void MapSchema(WebApplication app) => app.MapGet("/types/ai-system", (HttpContext context, WebOptions options) =>
        PublicApi.SendAsync(context, Encoding.UTF8.GetBytes(Schema(options.Site)), "application/schema+json", TimeSpan.FromHours(1)));

    /// <summary>What is asked of a list by an address.</summary>
    public static (RegisterSearch Search, int Page) SearchOf(IQueryCollection asked)
    {
        var text = asked["q"].ToString().Trim();
        var state = EventWords.Parse<AiSystemState>(asked["state"]);
        return (
            new RegisterSearch(
                text.Length is 0 or > TextMaxChars ? null : text, state is { } one and not AiSystemState.Offered ? [one] : null,
                EventWords.Parse<AiRisk>(asked["risk"])),
            int.TryParse(asked["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, PageMax) : 1);
    }

    internal static string Schema(string site)
    {
        using var stream = typeof(AiRegisterPages).Assembly.GetManifestResourceStream(SchemaResource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("https://mortanba.example", site, StringComparison.Ordinal);
    }

    /// <summary>The whole register in one of its forms: <c>json</c>, <c>csv</c>, <c>algoritmeregister</c>.</summary>
    internal static ReadOnlyMemory<byte> Whole(
        IReadOnlyList<PublicSystem> all, string form, Language language, string site, DateOnly today, RuleReference law, WorkingCalendar calendar)
    {
        if (form == "csv")
        {
            return Encoding.UTF8.GetBytes(SystemCsv.Write(all.Select(s => s.System)));
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, WriterOptions);
        if (form == "algoritmeregister")
        {
            json.WriteStartArray();
            foreach (var one in all)
            {
                AlgorithmRegister.Write(
                    json, one, language, $"{site}/{language.Tag()}/ai/register/{one.System.Id}", (law.Source.ActIn(language), law.Source.Address),
                    calendar);
            }

            json.WriteEndArray();
        }
        else
        {
            Head(json, site, today, all.Count);
            Systems(json, all);
            json.WriteEndObject();
        }

        json.Flush();
        return buffer.WrittenMemory;
    }

    private static async Task ListAsync(HttpContext context, Installation home, PageWriter writer)
    {
        var ((search, page), desk, cancel) = (SearchOf(context.Request.Query), new AiDesk(home), context.RequestAborted);
        var today = desk.Today();
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (found, total) = await RegisterRows.FindAsync(connection, search, (page - 1) * OnPage, OnPage, cancel);
        await SitePages.Write<AiRegisterPage>(
            context, writer, (nameof(AiRegisterPage.Search), search), (nameof(AiRegisterPage.Number), page), (nameof(AiRegisterPage.Size), OnPage),
            (nameof(AiRegisterPage.Found), found), (nameof(AiRegisterPage.Total), total), (nameof(AiRegisterPage.Today), today),
            (nameof(AiRegisterPage.Counts), await RegisterRows.CountsAsync(connection, desk.BeginningOf(today.AddYears(-1)), today, cancel)));
    }

    private static async Task ShowAsync(HttpContext context, Installation home, PageWriter writer, string id)
    {
        var desk = new SystemDesk(home, context.RequestServices.GetRequiredService<DiplomaFlow>());
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        if (await desk.Reading.FindAsync(connection, id, context.RequestAborted) is not { } one)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await SitePages.Write<AiSystemPage>(
            context, writer, (nameof(AiSystemPage.One), one), (nameof(AiSystemPage.Rules), desk.Rules), (nameof(AiSystemPage.Today), desk.Ai.Today()),
            (nameof(AiSystemPage.Schools), await SchoolsAsync(connection, one.System, Readers.LanguageOf(context.Request), context.RequestAborted)),
            (nameof(AiSystemPage.Names), await NamesAsync(desk, connection, id, context.RequestAborted)));
    }

    /// <summary>The schools of a pilot by name and BIN, in the order in which the approval names them; empty for what is for all.</summary>
    internal static async Task<IReadOnlyList<string>> SchoolsAsync(
        System.Data.Common.DbConnection connection, AiSystem system, Language language, CancellationToken cancel)
    {
        if (system.Approval?.Allowed.Schools is not { Count: > 0 } schools)
        {
            return [];
        }

        var names = (await SchoolDirectory.AllAsync(connection, cancel: cancel)).ToDictionary(s => s.Bin, s => s.Name.In(language));
        return [.. schools.Select(s => names.TryGetValue(s, out var name) ? $"{name} ({s})" : s.Value)];
    }

    /// <summary>
    /// Who decided, by the number of the event: an approval is given by a named person, and whoever stops a system says so in public. Who
    /// proposed or classed it is not shown.
    /// </summary>
    private static async Task<IReadOnlyDictionary<int, string>> NamesAsync(
        SystemDesk desk, System.Data.Common.DbConnection connection, string id, CancellationToken cancel)
    {
        var decided = (await desk.Ai.Events.EventsAsync(connection, SystemStream.Kind, id, cancel))
            .Select((happened, i) => (Number: i + 1, Event: happened))
            .Where(e => e.Event is SystemApproved or SystemRejected or SystemReviewed or SystemSuspended or SystemReinstated).ToList();
        var names = await AccountNames.OfAsync(connection, decided.Select(d => d.Event.By), cancel);
        return decided.Where(d => names.ContainsKey(d.Event.By)).ToDictionary(d => d.Number, d => names[d.Event.By]);
    }

    private static async Task DataAsync(HttpContext context, Installation home, LookupLimits limits)
    {
        if (!await limits.AllowFetchAsync(context))
        {
            return;
        }

        var ((search, page), cancel) = (SearchOf(context.Request.Query), context.RequestAborted);
        var size = int.TryParse(context.Request.Query["size"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? Math.Clamp(asked, 1, SizeMax) : OnPage;
        var reading = new RegisterReading(new AiDesk(home).Events);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (rows, total) = await RegisterRows.FindAsync(connection, search, (page - 1) * size, size, cancel);
        var found = new List<PublicSystem>();
        foreach (var row in rows)
        {
            found.Add((await reading.FindAsync(connection, row.System, cancel))!);
        }

        var buffer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            Head(json, home.Settings.Site, new AiDesk(home).Today(), total);
            json.WriteNumber("page", page);
            json.WriteNumber("size", size);
            Systems(json, found);
            json.WriteEndObject();
        }

        await PublicApi.SendAsync(context, buffer.WrittenMemory, "application/json", CopyTerm);
    }

    private static async Task OneAsync(HttpContext context, Installation home, LookupLimits limits, string id)
    {
        if (!await limits.AllowFetchAsync(context))
        {
            return;
        }

        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        if (await new RegisterReading(new AiDesk(home).Events).FindAsync(connection, id, context.RequestAborted) is not { } one)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            SystemJson.Write(json, one);
        }

        await PublicApi.SendAsync(context, buffer.WrittenMemory, "application/json", CopyTerm);
    }

    private static async Task WholeAsync(HttpContext context, Installation home, LookupLimits limits, string form)
    {
        if (!await limits.AllowFetchAsync(context))
        {
            return;
        }

        IReadOnlyList<PublicSystem> all;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            all = await RegisterReading.AllAsync(connection, context.RequestAborted);
        }

        var desk = new AiDesk(home);
        var today = desk.Today();
        var bytes = Whole(
            all, form, Readers.LanguageOfApi(context.Request), home.Settings.Site, today, home.Rules.Resolve(RuleKeys.AiRegister, today).Value.Reference,
            desk.Calendar);
        if (form == "csv")
        {
            context.Response.Headers.ContentDisposition = "attachment; filename=\"ai-register.csv\"";
        }

        await PublicApi.SendAsync(context, bytes, form == "csv" ? "text/csv; charset=utf-8" : "application/json", CopyTerm);
    }

    private static void Head(Utf8JsonWriter json, string site, DateOnly today, int total)
    {
        json.WriteStartObject();
        json.WriteString("asOf", today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("schema", site + "/types/ai-system");
        json.WriteString("license", CentrePages.Licence);
        json.WriteString("licenseUrl", CentrePages.LicenceAddress);
        json.WriteNumber("total", total);
    }

    private static void Systems(Utf8JsonWriter json, IReadOnlyList<PublicSystem> systems)
    {
        json.WriteStartArray("systems");
        foreach (var one in systems)
        {
            SystemJson.Write(json, one);
        }

        json.WriteEndArray();
    }
}
