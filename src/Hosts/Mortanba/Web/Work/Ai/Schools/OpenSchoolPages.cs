using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// What a school adopted and allows, for everybody, as a page and as JSON; and the report of harm, by anybody and without an account
/// (requirements AI-24, AI-35).
/// </summary>
internal static class OpenSchoolPages
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/ai/schools/{school}", ShowAsync);
        pages.MapGet("/ai/report", (HttpContext context) => AskAsync(context, DeskForm.None, []));
        pages.MapPost("/ai/report", ReportAsync);
    }

    public static void MapApi(IEndpointRouteBuilder api) => api.MapGet("/ai/schools/{school}", AnswerAsync);

    private static async Task ShowAsync(HttpContext context, string school, int? number)
    {
        if (await FindAsync(context, school) is not { } now)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        await SchoolPages.WriteAsync<OpenSchoolPage>(
            context, now, [],
            (nameof(OpenSchoolPage.Shown), number is null ? now.InForce.Own : now.Regulation?.Adopted.FirstOrDefault(a => a.Number == number)),
            (nameof(OpenSchoolPage.Tools), await SchoolPages.ToolsAsync(context, connection, now)));
    }

    private static async Task AnswerAsync(HttpContext context, string school)
    {
        if (await FindAsync(context, school) is not { } now)
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
            return;
        }

        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var tools = await SchoolPages.ToolsAsync(context, connection, now);
        using var bytes = new MemoryStream();
        await using (var json = new Utf8JsonWriter(bytes, WriterOptions))
        {
            Write(json, now, tools);
        }

        await PublicApi.SendAsync(context, bytes.ToArray(), "application/json", TimeSpan.FromMinutes(5));
    }

    private static void Write(Utf8JsonWriter json, SchoolNow now, IReadOnlyList<ToolRow> tools)
    {
        json.WriteStartObject();
        json.WriteString("bin", now.School.Bin.Value);
        json.WriteStartObject("name");
        foreach (var language in Languages.All)
        {
            json.WriteString(language.Tag(), now.School.Name.In(language));
        }

        json.WriteEndObject();
        if (now.InForce.Own is { } own)
        {
            json.WriteStartObject("regulation");
            json.WriteNumber("number", own.Number);
            json.WriteString("from", $"{own.From:yyyy-MM-dd}");
            json.WriteString("adoptedBy", own.Head);
            json.WriteString("order", own.Order);
            json.WriteString("template", own.Template);
            json.WriteStartObject("values");
            foreach (var item in now.Template.Value.Items)
            {
                json.WriteString(item.Id, now.InForce.Value(item.Id));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteStartArray("tools");
        foreach (var (tool, system) in tools)
        {
            json.WriteStartObject();
            json.WriteString("system", tool.System);
            json.WriteString("name", system?.Description.Name);
            json.WriteBoolean(
                "usable", system?.IsAllowedAt(now.School.Bin) == true && tool.Until >= now.Today);
            json.WriteStartArray("roles");
            foreach (var role in tool.Roles)
            {
                json.WriteStringValue(EventWords.Of(role));
            }

            json.WriteEndArray();
            json.WriteStartArray("purposes");
            foreach (var purpose in tool.Purposes)
            {
                json.WriteStringValue(EventWords.Of(purpose));
            }

            json.WriteEndArray();
            json.WriteNumber("ageFrom", tool.AgeFrom);
            if (tool.AgeTo is { } to)
            {
                json.WriteNumber("ageTo", to);
            }

            json.WriteString("until", $"{tool.Until:yyyy-MM-dd}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task ReportAsync(HttpContext context, LookupLimits limits)
    {
        if (!await limits.AllowAsync(context) || !await FormGuard.TryReadAsync(context))
        {
            return;
        }

        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var (form, cancel) = (await DeskPages.FormAsync(context), context.RequestAborted);
        var school = form["school"].Trim() is { Length: > 0 } named ? await FindAsync(context, named) : null;
        if (form["school"].Trim().Length > 0 && school is null)
        {
            await AskAsync(context, form, [("school", new Problem("ai-safety/no-school", "There is no school of this number."))]);
            return;
        }

        // A system that nobody knows is left out: the words count, not the address the form came with.
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
        var system = form["system"] is { Length: > 0 } id ? await SchoolPages.Desk(context).SystemAsync(connection, id, cancel) : null;
        var done = await IncidentPages.Desk(context).ReportAsync(
            form.Has("nameless", "yes") ? null : await context.ActorAsync(), school?.School.Bin, form["kind"], form["words"], system?.Id, cancel,
            SafetyStreams.Incident.IdOf(form["id"]));
        if (done.IsDone)
        {
            // What it is about stands in no address: others use the computer, and proxies write addresses down.
            SchoolPages.See(context, $"/ai/report?done={done.Value.Id}");
            return;
        }

        await AskAsync(context, form, [(done.Problem.Code == "ai-safety/kind" ? "kind" : "words", done.Problem)]);
    }

    private static async Task AskAsync(HttpContext context, DeskForm form, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        context.Response.Headers.CacheControl = "no-store";
        var (desk, query, cancel) = (IncidentPages.Desk(context), context.Request.Query, context.RequestAborted);
        var made = SafetyStreams.Incident.IdOf(query["done"].ToString()) is { } done
            ? (await desk.Ai.FindAsync(SafetyStreams.Incident, done, null, cancel))?.Now.Report
            : null;
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ReportPage>(
            context, Readers.LanguageOf(context.Request), refused.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ReportPage.Rules), desk.Rules), (nameof(ReportPage.Help), desk.Help), (nameof(ReportPage.Refused), refused),
            (nameof(ReportPage.FormId), SafetyStreams.Incident.IdOf(form["id"]) ?? EventStore.NewId(SafetyStreams.Incident)),
            (nameof(ReportPage.Form), form), (nameof(ReportPage.Visitor), (await context.ActorAsync())?.Name),
            (nameof(ReportPage.Made), made is null ? null : query["done"].ToString()),
            (nameof(ReportPage.Hours), made is null ? 0 : (int)(made.TakeBy - made.At).TotalHours),
            (nameof(ReportPage.SchoolBin), form.IsSent ? form["school"]
                : Bin.TryParse(query["school"], out var bin) ? bin.Value : await OwnSchoolAsync(context)),
            (nameof(ReportPage.SystemId), form.IsSent ? form["system"] : query["system"].ToString() is { Length: < 60 } system ? system : ""));
    }

    // Where the visitor learns or teaches, or their child learns; empty where that is not one place.
    private static async Task<string> OwnSchoolAsync(HttpContext context)
    {
        if (await context.ActorAsync() is not { } actor)
        {
            return "";
        }

        var (home, cancel) = (SchoolPages.Home(context), context.RequestAborted);
        var directory = new SchoolDirectory(home.Vault);
        await using var connection = await home.Database.ConnectAsync(cancel);
        List<SchoolPerson> people =
            [.. await directory.OfAccountAsync(connection, actor.Id, cancel), .. await directory.ChildrenAsync(connection, actor.Id, cancel)];
        return people.Select(p => p.School.Value).Distinct().ToList() is [var one] ? one : "";
    }

    private static async Task<SchoolNow?> FindAsync(HttpContext context, string text)
    {
        if (!Bin.TryParse(text, out var bin))
        {
            return null;
        }

        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        return await SchoolPages.Desk(context).ReadAsync(connection, bin, context.RequestAborted);
    }
}
