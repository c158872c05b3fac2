using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>
/// What a page's script is told of the cell it sent alone. The status and the list's new version go out when the save is
/// stored; the body follows with what the check says of the row, so that the next cell need not wait for it.
/// </summary>
internal static class CellAnswers
{
    public const string VersionHeader = "List-Version";

    private const string Json = "application/json";

    /// <summary>Asked by our script: a form that a browser sends itself wants a page.</summary>
    public static bool IsAsked(HttpContext context) => context.Request.Headers.Accept == Json;

    /// <param name="rows">Whose findings the page has not heard of yet.</param>
    public static async Task SavedAsync(HttpContext context, DraftChecks checks, Draft draft, ListPart part, IReadOnlySet<int> rows)
    {
        context.Response.ContentType = Json;
        context.Response.Headers[VersionHeader] = $"{draft.Version}";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await checks.AskAsync(draft, context.RequestAborted);

        var services = context.RequestServices;
        var (home, texts) = (services.GetRequiredService<Installation>(), services.GetRequiredService<Texts>());
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        if (await home.Drafts.FindAsync(connection, draft.Institution, draft.Id, context.RequestAborted) is not { } now)
        {
            return;
        }

        var found = await home.Drafts.FindingsAsync(now, context.RequestAborted);
        var language = Readers.LanguageOf(context.Request);
        var averages = part == ListPart.Graduates ? await home.Drafts.AveragesAsync(now, rows, context.RequestAborted) : null;
        await WriteAsync(context, new Saved(
            now.IsChecked,
            found.Where(f => f.Severity == FindingSeverity.Error).Select(f => (f.Part, f.Row)).Distinct().Count(),
            await DraftStore.StepCountAsync(connection, now.Id, context.RequestAborted),
            ListWords.Heading(texts, language, now),
            [.. found.Where(f => f.Part == part && rows.Contains(f.Row)).Select(f => new Found(
                f.Row, f.ColumnIndex, f.Severity == FindingSeverity.Error, texts.GetOr(language, f.Code, f.Code, f.Args),
                texts.GetOr(language, f.RemedyKey, "", f.Args)))],
            averages is null ? [] : [.. rows.Select(row => averages.TryGetValue(row, out var gpa)
                ? new Average(row, ListWords.Computed(language, gpa), ListWords.Difference(language, gpa)) : new Average(row, null, texts.Get(language, "lists/gpa.none")))]));
    }

    /// <summary>The cell keeps what was typed; the version lets the same key save over what the answer shows.</summary>
    public static async Task RefusedAsync(HttpContext context, Draft draft, CellRepair cell, Problem problem)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var texts = context.RequestServices.GetRequiredService<Texts>();
        var language = Readers.LanguageOf(context.Request);
        var isChanged = problem.Code is "intake/draft-changed" or "intake/cell-changed";
        context.Response.StatusCode = isChanged ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity;
        var words = texts.GetOr(language, problem.Code, problem.Detail, problem.Args);
        string? now = null;
        if (isChanged && await home.Drafts.RowAsync(draft, cell.Part, cell.Row, context.RequestAborted) is { } row
            && cell.Column >= 0 && cell.Column < row.Count)
        {
            context.Response.Headers[VersionHeader] = $"{draft.Version}";
            await ListPages.ViewedAsync(context, draft, "lists/viewed", ("part", "row"));
            now = row[cell.Column].Value;
            words += " " + texts.Get(language, "lists/cell.now", ("now", now));
        }

        context.Response.ContentType = Json;
        await WriteAsync(context, new Refused(words, now));
    }

    /// <summary>The role waits for a second factor, as <see cref="SecondFactorPages"/> says to who sends the whole form.</summary>
    public static async Task WaitsAsync(HttpContext context)
    {
        var texts = context.RequestServices.GetRequiredService<Texts>();
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = Json;
        await WriteAsync(context, new Refused(texts.Get(Readers.LanguageOf(context.Request), "lists/cell.factor"), null));
    }

    private static Task WriteAsync<T>(HttpContext context, T answer) => System.Text.Json.JsonSerializer.SerializeAsync(
        context.Response.Body, answer, typeof(T), CellJson.Default, context.RequestAborted);

    /// <param name="IsChecked">False: the check of a long list goes on, and the rest is of the one before.</param>
    internal sealed record Saved(
        bool IsChecked, int ToRepair, int Saves, string Heading, IReadOnlyList<Found> Findings, IReadOnlyList<Average> Averages);

    /// <param name="Computed">Null where the courses are not whole.</param>
    /// <param name="Tip">By how much the list states another, or why there is none.</param>
    internal sealed record Average(int Row, string? Computed, string? Tip);

    internal sealed record Found(int Row, int Column, bool IsError, string Words, string Remedy);

    /// <param name="Now">What the cell says where somebody else changed it: shown to the person, it is what they save over.</param>
    internal sealed record Refused(string Words, string? Now);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CellAnswers.Saved))]
[JsonSerializable(typeof(CellAnswers.Refused))]
internal sealed partial class CellJson : JsonSerializerContext;
