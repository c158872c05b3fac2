using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.AiEducation.PersonalData;
using Mortanba.Foundation;
using Mortanba.Host.Acts;

namespace Mortanba.Host.Web;

/// <summary>
/// What programs may do with works and cases: read the text of a work past the guard (requirement AI-10) and propose a grade, or say that they
/// cannot read it; nothing else (requirements AI-14, AI-22, AI-23). A grade or a decision that a program sends goes to the same act as a
/// person's, and the act refuses it. The key has a scope of its own for that, which names the AI systems it speaks for.
/// </summary>
internal static class AiTaskApi
{
    private const int BodyMaxBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/institutions/{bin}/ai/works/{work}/text", TextAsync);
        api.MapPost("/institutions/{bin}/ai/works/{work}/proposal", ProposeAsync);
        api.MapPost("/institutions/{bin}/ai/works/{work}/grade", GradeAsync);
        api.MapPost("/institutions/{bin}/ai/cases/{id}/decision", (HttpContext context, string bin, string id) =>
            CaseAsync(context, bin, id, (now, by, clock, at) => DecideIntegrityCase.Of(now, by, [], 0, "", clock, at)));
        api.MapPost("/institutions/{bin}/ai/cases/{id}/close", (HttpContext context, string bin, string id) =>
            CaseAsync(context, bin, id, (now, by, clock, at) => CloseCase.Of(now, by, null, clock, at)));
    }

    private static async Task TextAsync(HttpContext context, string bin, string work, string? system)
    {
        if (await ApiDoor.EnterAsync(context, Right.AssessWorks, bin) is not { } visit)
        {
            return;
        }

        var done = await new WorkReading(Home(context)).ReadAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, work, system ?? "", context.RequestAborted);
        if (!done.IsDone)
        {
            await RefuseAsync(context, done.Problem);
            return;
        }

        await SendAsync(context, done.Value.Work, done.Value.Text);
    }

    // Takes what passed the guard and no string: there is no other way to write a text of a learner here.
    private static Task SendAsync(HttpContext context, LearnerWork work, ToolText text) => context.Response.WriteAsJsonAsync(
        new Dictionary<string, object> { ["work"] = work.Id, ["level"] = work.Level, ["text"] = text.Text, ["masked"] = text.IsMasked }, context.RequestAborted);

    private static async Task ProposeAsync(HttpContext context, string bin, string work)
    {
        if (await ApiDoor.EnterAsync(context, Right.AssessWorks, bin) is not { } visit || await BodyAsync(context) is not { } body)
        {
            return;
        }

        string state;
        using (body)
        {
            if (Said(body.RootElement) is not var (system, proposal))
            {
                await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, new Problem(
                    "tasks/bad-proposal",
                    "A proposal has score, system, model and data (what was read), and may have words; who cannot read a work says system and notReadable."));
                return;
            }

            var (reading, school) = (new WorkReading(Home(context)), visit.Institution!.Value);
            var done = await (proposal is null
                ? reading.SayNotReadableAsync(visit.Actor, visit.Role, school, work, system, context.RequestAborted)
                : reading.ProposeAsync(visit.Actor, visit.Role, school, work, proposal, context.RequestAborted));
            if (!done.IsDone)
            {
                await RefuseAsync(context, done.Problem);
                return;
            }

            state = proposal is null ? "not-readable" : "sealed";
        }

        // Sealed: the answer does not even say the score back.
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(new Dictionary<string, string> { ["work"] = work, ["state"] = state }, context.RequestAborted);
    }

    private static async Task GradeAsync(HttpContext context, string bin, string work)
    {
        if (await ApiDoor.EnterAsync(context, Right.AssessWorks, bin) is not { } visit || await BodyAsync(context) is not { } body)
        {
            return;
        }

        using (body)
        {
            var done = await new TaskDesk(Home(context)).GradeAsync(
                visit.Actor, visit.Role, visit.Institution!.Value, work, null, Number(body.RootElement, "score") ?? -1, Text(body.RootElement, "reason") ?? "",
                context.RequestAborted);
            await AfterAsync(context, done);
        }
    }

    private static async Task CaseAsync(
        HttpContext context, string bin, string id, Func<IntegrityCase, Doer, IntegrityClock, DateTimeOffset, Outcome<IntegrityEvent>> act)
    {
        if (await ApiDoor.EnterAsync(context, Right.AssessWorks, bin) is not { } visit)
        {
            return;
        }

        await AfterAsync(context, await IntegrityPages.Desk(context).ActAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, id, null, act, context.RequestAborted));
    }

    // Nobody but a program comes here, so these acts are always refused; that one is not would be a hole.
    private static Task AfterAsync<T>(HttpContext context, Outcome<T> done) => done.IsDone
        ? throw new InvalidOperationException("A program decided.")
        : RefuseAsync(context, done.Problem);

    private static Task RefuseAsync(HttpContext context, Problem problem) => Problems.WriteAsync(context, problem.Code switch
    {
        "ai/not-there" => StatusCodes.Status404NotFound,
        "tasks/person-decides" or "integrity/person-decides" or "tasks/other-system" => StatusCodes.Status403Forbidden,
        "tasks/other-state" or "integrity/other-state" => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status422UnprocessableEntity,
    }, problem);

    private static Installation Home(HttpContext context) => context.RequestServices.GetRequiredService<Installation>();

    /// <summary>The body as an object; null when the refusal was written to the response.</summary>
    internal static async Task<JsonDocument?> BodyAsync(HttpContext context)
    {
        var body = new byte[BodyMaxBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > BodyMaxBytes)
        {
            await Problems.ShowAsync(context, StatusCodes.Status413PayloadTooLarge);
            return null;
        }

        try
        {
            var read = JsonDocument.Parse(body.AsMemory(0, length), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (read.RootElement.ValueKind == JsonValueKind.Object)
            {
                return read;
            }

            read.Dispose();
        }
        catch (JsonException)
        {
            // Answered below, as for what is JSON and no object.
        }

        await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, new Problem("api/bad-json", "The body is not JSON, or names a member twice."));
        return null;
    }

    // A proposal, or that there is none because the work cannot be read; null for anything else, and for both at once.
    private static (string System, GradeProposal? Proposal)? Said(JsonElement root) =>
        !root.TryGetProperty("notReadable", out var not) ? Proposal(root) is { } proposal ? (proposal.System, proposal) : null
        : not.ValueKind == JsonValueKind.True && Text(root, "system") is { } system && root.EnumerateObject().Count() == 2 ? (system, null)
        : null;

    private static GradeProposal? Proposal(JsonElement root) =>
        root.EnumerateObject().All(p => p.Name is "score" or "system" or "model" or "words" or "data")
        && Number(root, "score") is { } score && Text(root, "system") is { } system && Text(root, "model") is { } model
        && root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
        && data.EnumerateArray().All(d => d.ValueKind == JsonValueKind.String)
            ? new GradeProposal(score, system, model, Text(root, "words") ?? "", [.. data.EnumerateArray().Select(d => d.GetString()!)])
            : null;

    internal static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
