using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Web.Pages;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>"Before you apply": the guide to recognition and the table of treaties, as pages and as one call. Nothing is stored.</summary>
internal static class RecognitionPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/recognition", ShowAsync);
        pages.MapGet("/recognition/treaties", (HttpContext context, PageWriter writer, RecognitionDesk desk) =>
            SitePages.Write<TreatiesPage>(context, writer, (nameof(TreatiesPage.Desk), desk)));
    }

    public static void MapApi(IEndpointRouteBuilder api) => api.MapGet("/recognition/basis", AnswerAsync);

    private static async Task ShowAsync(HttpContext context, PageWriter writer, RecognitionDesk desk)
    {
        var query = context.Request.Query;
        RecognitionGuide? guide = null;
        IReadOnlyList<(string Field, Problem Problem)> wrong = [];
        if (query.ContainsKey("country"))
        {
            (var question, wrong) = GuideQuestion.Read(name => query[name]);
            if (question is not null && !desk.Guide(question).TryGet(out guide, out var problem))
            {
                wrong = [(GuideQuestion.FieldOf(problem), problem)];
            }
        }

        await writer.WriteAsync<RecognitionPage>(
            context, Readers.LanguageOf(context.Request), wrong.Count > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
            (nameof(RecognitionPage.Desk), desk),
            (nameof(RecognitionPage.Query), query),
            (nameof(RecognitionPage.Wrong), wrong),
            (nameof(RecognitionPage.Guide), guide));
    }

    /// <summary>The same answer for programs; <c>at</c> asks the rules of another day, to repeat an earlier answer.</summary>
    private static async Task AnswerAsync(HttpContext context, RecognitionDesk desk, Texts texts)
    {
        var query = context.Request.Query;
        var (question, wrong) = GuideQuestion.Read(name => query[name]);
        if (question is null)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, wrong[0].Problem);
            return;
        }

        var at = query["at"].ToString();
        if (!DayOf(at, desk.Today).TryGet(out var day, out var problem)
            || !desk.Guide(question, day).TryGet(out var guide, out problem))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        var bytes = Json(guide, new GuideWords(texts, Readers.LanguageOfApi(context.Request), desk));
        await PublicApi.SendAsync(context, bytes, "application/json", TimeSpan.FromMinutes(5));
    }

    /// <summary>The day whose rules are asked; today when none is named.</summary>
    internal static Outcome<DateOnly> DayOf(string? text, DateOnly today) =>
        string.IsNullOrEmpty(text) ? today
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : new Problem("recognition/no-day", "The day of the rules is a date, year-month-day.");

    internal static ReadOnlyMemory<byte> Json(RecognitionGuide guide, GuideWords words)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            GuideJson.Write(json, guide, words);
        }

        return buffer.WrittenMemory;
    }
}
