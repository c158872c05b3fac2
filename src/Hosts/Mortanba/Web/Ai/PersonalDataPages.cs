using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.AiEducation.PersonalData;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>
/// Personal data in a text, before it goes to a tool of others (requirement AI-10): a page with a plain form and
/// <c>POST /api/v1/ai/personal-data</c>. The text is in the body, never in an address; it is neither stored nor logged.
/// </summary>
internal static class PersonalDataPages
{
    public const int TextSizeMaxBytes = 64 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/ai/personal-data", (HttpContext context, PageWriter writer) => SitePages.Write<PersonalDataPage>(context, writer));
        pages.MapPost("/ai/personal-data", ShowAsync);
    }

    public static void MapApi(IEndpointRouteBuilder api) => api.MapPost("/ai/personal-data", AnswerAsync);

    /// <summary>The wire form of a kind: <c>birth-date</c>.</summary>
    public static string Code(PersonalDataKind kind) => ToolText.Code(kind);

    private static async Task ShowAsync(HttpContext context, PageWriter writer, LookupLimits limits)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        var read = await ReadAsync(context);
        await writer.WriteAsync<PersonalDataPage>(
            context, Readers.LanguageOf(context.Request), read.IsDone ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
            (nameof(PersonalDataPage.Text), read.IsDone ? read.Value : ""),
            (nameof(PersonalDataPage.Masked), read.IsDone ? MaskedText.Of(read.Value) : null),
            (nameof(PersonalDataPage.Wrong), read.Problem is { } problem ? [("text", problem)] : Array.Empty<(string, Problem)>()));
    }

    private static async Task AnswerAsync(HttpContext context, LookupLimits limits)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        if (!(await ReadAsync(context)).TryGet(out var text, out var problem))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        var masked = MaskedText.Of(text);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, WriterOptions);
        json.WriteStartObject();
        json.WriteStartArray("findings");
        foreach (var finding in masked.Findings)
        {
            json.WriteStartObject();
            json.WriteNumber("start", finding.Start);
            json.WriteNumber("length", finding.Length);
            json.WriteString("kind", Code(finding.Kind));
            json.WriteString("confidence", finding.Confidence == Confidence.Certain ? "certain" : "likely");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("masked", masked.Text);
        json.WriteEndObject();
    }

    // A form sends CRLF for each line; the reader's places count the text as it was sent.
    private static async Task<Outcome<string>> ReadAsync(HttpContext context)
    {
        using var presented = await Presented.ReadAsync(context.Request, TextSizeMaxBytes, context.RequestAborted);
        var text = Encoding.UTF8.GetString(presented.Bytes.Span);
        return string.IsNullOrWhiteSpace(text) ? new Problem("ai/no-text", "There is no text to check.") : text;
    }
}
