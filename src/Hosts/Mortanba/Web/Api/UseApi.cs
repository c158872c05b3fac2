using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;

namespace Mortanba.Host.Web;

/// <summary>
/// A program asks before an AI system is used (requirements AI-9, AI-10, AI-11): for a role and an age, by anybody and of nobody; for a
/// pseudonym, by the school's own program with its key, with consent, refusal, notice and the class considered, and the text that would go.
/// The answer holds for the moment: what is withdrawn, suspended or switched off counts in the next one.
/// </summary>
internal static class UseApi
{
    private const int AgeMax = 120;
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/ai/schools/{school}/may-use", AnybodyAsync);
        api.MapPost("/institutions/{bin}/ai/may-use", PersonAsync);
    }

    private static async Task AnybodyAsync(HttpContext context, LookupLimits limits, string school)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        var (query, desk) = (context.Request.Query, SchoolPages.Desk(context));
        var (role, purpose) = (EventWords.Parse<ToolRole>(query["role"].ToString()), EventWords.Parse<AiPurpose>(query["purpose"].ToString()));
        var age = int.TryParse(query["age"], NumberStyles.None, CultureInfo.InvariantCulture, out var years) && years <= AgeMax ? years : (int?)null;
        if (role is not { } asRole || purpose is not { } forPurpose || (asRole == ToolRole.Learner && age is null))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, new Problem(
                "ai-school/ask", "Ask with system, role (learner, teacher, administration), purpose and, of a learner, age in whole years."));
            return;
        }

        if (await FindAsync(context, school, query["system"].ToString()) is not var (now, system))
        {
            await NotThereAsync(context);
            return;
        }

        // Under a teacher's eyes is a condition, unless the question says that there are none.
        var answer = desk.MayAnybody(now, asRole, age ?? 0, system, forPurpose, isSupervised: query["supervised"] != "no");
        (string Name, bool IsAsked)[] ofLearners = [("consent", answer.NeedsConsent), ("supervision", answer.NeedsSupervision), ("notice", true)];
        await WriteAsync(
            context, now, answer.Against, asRole == ToolRole.Learner ? [.. ofLearners.Where(c => c.IsAsked).Select(c => c.Name)] : []);
    }

    private static async Task PersonAsync(HttpContext context, string bin)
    {
        if (await ApiDoor.EnterAsync(context, Right.ViewDiplomas, bin) is null || await AiTaskApi.BodyAsync(context) is not { } body)
        {
            return;
        }

        using (body)
        {
            var root = body.RootElement;
            var isSupervised = root.TryGetProperty("supervised", out var supervised) && supervised.ValueKind == JsonValueKind.True;
            if (EventWords.Parse<AiPurpose>(AiTaskApi.Text(root, "purpose")) is not { } purpose
                || AiTaskApi.Text(root, "system") is not { } systemId || AiTaskApi.Text(root, "person") is not { } person)
            {
                await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, new Problem(
                    "ai-school/ask-person", "Ask with system, person (the pseudonym) and purpose; supervised and text may be there."));
                return;
            }

            var (desk, cancel) = (SchoolPages.Desk(context), context.RequestAborted);
            await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
            if (await FindAsync(context, bin, systemId) is not var (now, system)
                || await desk.Ai.Directory.PersonAsync(connection, person, cancel) is not { Left: null } who || who.School != now.School.Bin)
            {
                await NotThereAsync(context);
                return;
            }

            var answer = await desk.MayUseAsync(connection, now, who, system, purpose, isSupervised, cancel);
            var isLearner = who.Kind == SchoolPersonKind.Learner;
            var gate = context.RequestServices.GetRequiredService<PersonalDataGate>();
            var inText = AiTaskApi.Text(root, "text") is { } text ? gate.Pass(text, isLearner ? Role.Learner : Role.Teacher).Problem : null;
            await WriteAsync(
                context, now, inText is null ? answer.Against : [.. answer.Against, inText],
                isLearner && answer.NeedsSupervision ? ["supervision"] : []);
        }
    }

    /// <param name="conditions">What has to be there before the use; its words are <c>ai-school/condition.NAME</c>.</param>
    private static async Task WriteAsync(HttpContext context, SchoolNow now, IReadOnlyList<Problem> against, IReadOnlyList<string> conditions)
    {
        var (texts, language) = (context.RequestServices.GetRequiredService<Texts>(), Readers.LanguageOfApi(context.Request));
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, WriterOptions);
        json.WriteStartObject();
        json.WriteString("verdict", against.Count > 0 ? "refused" : conditions.Count > 0 ? "conditional" : "allowed");
        WriteArray(json, "reasons", against.Select(p => (p.Code, texts.GetOr(language, p.Code, p.Detail, p.Args))));
        WriteArray(json, "conditions", conditions.Select(c => (c, texts.Get(language, "ai-school/condition." + c))));
        json.WriteString("asOf", $"{now.Today:yyyy-MM-dd}");
        json.WriteString("rules", $"{SchoolPages.Desk(context).Register.Reference}");
        if (now.InForce.Own is { } own)
        {
            json.WriteNumber("regulation", own.Number);
        }

        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<(string Code, string Words)> values)
    {
        json.WriteStartArray(name);
        foreach (var (code, words) in values)
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteString("words", words);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static async Task<(SchoolNow School, AiSystem System)?> FindAsync(HttpContext context, string school, string system)
    {
        var (desk, cancel) = (SchoolPages.Desk(context), context.RequestAborted);
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
        return Bin.TryParse(school, out var bin) && await desk.ReadAsync(connection, bin, cancel) is { } now
            && await desk.SystemAsync(connection, system, cancel) is { State: not AiSystemState.Offered } known
            ? (now, known) : null;
    }

    private static Task NotThereAsync(HttpContext context) => Problems.WriteAsync(context, StatusCodes.Status404NotFound, new Problem(
        "ai/not-there", "There is no such entry, or it is not yours."));
}
