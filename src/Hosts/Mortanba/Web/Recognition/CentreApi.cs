using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>Where other information centres send their signed inquiries, reminders and replies (requirement RQ-24).</summary>
internal static class CentreApi
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/recognition/inquiries", TakeAsync);

    private static async Task TakeAsync(HttpContext context, Installation home, LookupLimits limits, MailQueue mail, Texts texts)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        var body = new byte[CentreMessage.SizeMaxBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > CentreMessage.SizeMaxBytes)
        {
            await Problems.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, new Problem(
                "recognition/centre-message-bad", "The message is too large.", ("member", $"> {CentreMessage.SizeMaxBytes}")));
            return;
        }

        if (!(await new TakeCentreMessage(home, mail, texts).RunAsync(body.AsMemory(0, length), context.RequestAborted)).TryGet(out _, out var problem))
        {
            await Problems.WriteAsync(context, StatusOf(problem), problem);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteBoolean("taken", true);
        json.WriteEndObject();
    }

    private static int StatusOf(Problem problem) => problem.Code switch
    {
        "recognition/centre-not-known" or "recognition/centre-message-elsewhere" => StatusCodes.Status403Forbidden,
        "recognition/centre-message-twice" => StatusCodes.Status409Conflict,
        "recognition/centre-inquiry-unknown" => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status400BadRequest,
    };
}
