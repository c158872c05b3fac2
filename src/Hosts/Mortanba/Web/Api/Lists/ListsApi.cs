using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>
/// The bulk API of student information systems: a list goes in with a request id, is checked and sent to the approver, and
/// says at any time how far it is. Only a person approves.
/// </summary>
internal static class ListsApi
{
    private const string RequestIdHeader = "Request-Id";
    private const int BodyMaxBytes = 64 * 1024 * 1024;
    private const int ErrorsShown = 1_000;

    private const int BytesPerSecondMin = 128 * 1024;
    private static readonly TimeSpan BodyStart = TimeSpan.FromSeconds(30);

    /// <summary>Bodies of one institution's programs in memory at a time, at each node.</summary>
    internal const int BodiesMax = 2;

    /// <summary>How long a body may be on its way: whoever sends slower holds a place that others need.</summary>
    /// <param name="length">As the request announces it; null when it does not.</param>
    internal static TimeSpan TermOf(long? length) =>
        BodyStart + TimeSpan.FromSeconds(Math.Min(length ?? BodyMaxBytes, BodyMaxBytes) / BytesPerSecondMin);

    public static void Map(IEndpointRouteBuilder api)
    {
        ApiDoor.Map(api);
        api.MapPost("/institutions/{bin}/lists", TakeAsync);
        api.MapGet("/institutions/{bin}/lists/{id}", ShowAsync);
    }

    private static async Task TakeAsync(HttpContext context, string bin, Installation home, ListCarrier carrier)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = BodyMaxBytes;
        }

        if (await ApiDoor.EnterAsync(context, Right.PrepareLists, bin) is not { } visit)
        {
            return;
        }

        var requestId = context.Request.Headers[RequestIdHeader].ToString();
        if (requestId.Length is 0 or > 100 || !requestId.All(c => c is > ' ' and <= '~'))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, new Problem(
                "api/request-id", "Send a Request-Id of 1 to 100 visible ASCII characters, new for each list."));
            return;
        }

        var term = TermOf(context.Request.ContentLength);
        using var late = new CancellationTokenSource(term, home.Time);
        using var place = carrier.Bodies.Enter(bin);
        if (place is null)
        {
            context.Response.Headers.RetryAfter = "5";
            await Problems.WriteAsync(context, StatusCodes.Status429TooManyRequests, new Problem(
                "api/too-many-bodies", "Send the next list when one of those under way is answered.", ("max", $"{BodiesMax}")));
            return;
        }

        using var buffer = new MemoryStream();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
        try
        {
            await context.Request.Body.CopyToAsync(buffer, ended.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // What is still to come of the body is not waited for.
            context.Response.Headers.Connection = "close";
            await Problems.WriteAsync(context, StatusCodes.Status408RequestTimeout, new Problem(
                "api/body-slow", "The body did not come in time.", ("seconds", $"{term.TotalSeconds:0}")));
            return;
        }
        catch (BadHttpRequestException refused)
        {
            await Problems.ShowAsync(context, refused.StatusCode);
            return;
        }

        var bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        if (!ListBody.Read(bytes).TryGet(out var read, out var problem))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        List<ItemProblem> bad = [.. read.Bad];
        if (!(await new TakeList(home).RunAsync(visit, requestId, bytes, read.Body, bad, context.RequestAborted)).TryGet(out var taken, out problem))
        {
            await RefuseAsync(context, problem, bad);
            return;
        }

        carrier.Ring();
        CrashPoint.Reach("after-list-request");
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = $"{home.Settings.Site}/api/v1/institutions/{visit.Institution}/lists/{taken.Request.Id}";
        await WriteStateAsync(context, home, taken.Request, null, taken.Already);
    }

    private static async Task ShowAsync(HttpContext context, string bin, string id, Installation home)
    {
        if (await ApiDoor.EnterAsync(context, Right.ViewDiplomas, bin) is not { } visit)
        {
            return;
        }

        ListRequest? request;
        Draft? draft;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            request = await ListRequests.FindAsync(connection, visit.Institution!.Value, id, context.RequestAborted);
            draft = await home.Drafts.FindAsync(connection, visit.Institution!.Value, id, context.RequestAborted);
        }

        if (request is null || draft is null)
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
            return;
        }

        if (draft.ErrorCount > 0)
        {
            // The messages may quote a cell: somebody looked at personal data.
            var at = home.Time.GetUtcNow();
            await home.Database.WriteAsync(
                t => AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.View, "lists/errors-read", visit.Actor, new TrailSubject("draft", draft.Id), visit.Role, visit.Institution),
                    context.RequestAborted),
                context.RequestAborted);
        }

        await WriteStateAsync(context, home, request, draft, []);
    }

    /// <summary>The word of a program's list, from its draft: the only place where it stands.</summary>
    internal static string StateOf(ListRequest request, Draft? draft) => draft is null ? "received" : draft.State switch
    {
        DraftState.Open when request.Refusal is not null => "refused",
        DraftState.Open when draft.ErrorCount > 0 && draft.IsChecked => "has-errors",
        DraftState.Open when draft.ReturnNote is not null => "refused",
        DraftState.Open => "checking",
        DraftState.Submitted => "awaiting-approval",
        DraftState.Approved => "issuing",
        DraftState.Issued => "done",
        DraftState.Withdrawn => "refused",
    };

    private static async Task WriteStateAsync(
        HttpContext context, Installation home, ListRequest request, Draft? draft, IReadOnlyList<(int Index, string List)> already)
    {
        var texts = context.RequestServices.GetRequiredService<Texts>();
        var language = Readers.LanguageOfApi(context.Request);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("id", request.Id);
        json.WriteString("requestId", request.RequestId);
        json.WriteString("state", StateOf(request, draft));
        json.WriteString("received", LedgerEntry.Time(request.MadeAt));
        json.WriteNumber("items", request.Items.Count);
        if (request.Refusal is { } refusal)
        {
            json.WriteString("refusal", refusal);
        }

        if (already.Count > 0)
        {
            json.WriteStartArray("already");
            foreach (var (index, list) in already)
            {
                json.WriteStartObject();
                json.WriteNumber("index", index);
                json.WriteString("list", list);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (draft is { IsChecked: true })
        {
            json.WriteNumber("rows", draft.RowCount);
            json.WriteNumber("errorCount", draft.ErrorCount);
            json.WriteNumber("warningCount", draft.WarningCount);
        }

        if (draft is { ErrorCount: > 0, IsChecked: true })
        {
            json.WriteStartArray("errors");
            var findings = await home.Drafts.FindingsAsync(draft, context.RequestAborted);
            var itemOfCourse = request.Items.SelectMany(i => Enumerable.Repeat(i.Index, i.Courses)).ToList();
            foreach (var finding in findings.Where(f => f.Severity == FindingSeverity.Error).Take(ErrorsShown))
            {
                WriteItem(json, IndexOf(request, itemOfCourse, finding), finding.Column, finding.Code, texts.GetOr(language, finding.Code, finding.Code, finding.Args));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The item behind a finding; null for one that concerns the whole list.</summary>
    private static int? IndexOf(ListRequest request, List<int> itemOfCourse, Finding finding)
    {
        var row = finding.Row - 2;
        return finding.Part == ListPart.Graduates
            ? row >= 0 && row < request.Items.Count ? request.Items[row].Index : null
            : row >= 0 && row < itemOfCourse.Count ? itemOfCourse[row] : null;
    }

    private static void WriteItem(Utf8JsonWriter json, int? index, string? field, string code, string message)
    {
        json.WriteStartObject();
        if (index is { } place)
        {
            json.WriteNumber("index", place);
        }
        else
        {
            json.WriteNull("index");
        }

        json.WriteString("message", message);
        if (!string.IsNullOrEmpty(field))
        {
            json.WriteString("field", field);
        }

        json.WriteString("code", code);
        json.WriteEndObject();
    }

    /// <summary>Problem details (RFC 9457) with a member for each bad item.</summary>
    private static async Task RefuseAsync(HttpContext context, Problem problem, List<ItemProblem> bad)
    {
        var texts = context.RequestServices.GetRequiredService<Texts>();
        var language = Readers.LanguageOfApi(context.Request);
        var status = problem.Code is "api/other-body" or "api/nothing-new" or "api/too-many-open"
            ? StatusCodes.Status409Conflict
            : StatusCodes.Status422UnprocessableEntity;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", problem.Code);
        json.WriteString("title", texts.GetOr(language, problem.Code, problem.Detail, problem.Args));
        json.WriteNumber("status", status);
        json.WriteString("detail", problem.Detail);
        json.WriteString("code", problem.Code);
        if (problem.Args.TryGetValue("list", out var list))
        {
            json.WriteString("list", list);
        }

        json.WriteStartArray("errors");
        foreach (var item in bad.OrderBy(b => b.Index).Take(ErrorsShown))
        {
            WriteItem(json, item.Index, item.Field, item.Problem.Code, texts.GetOr(language, item.Problem.Code, item.Problem.Detail, item.Problem.Args));
        }

        json.WriteEndArray();
        json.WriteNumber("errorCount", bad.Count);
        json.WriteEndObject();
    }
}
