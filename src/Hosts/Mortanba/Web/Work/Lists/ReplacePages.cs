using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Lists;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>One wrong value put right wherever it stands in its column: first how many rows and which, then one save.</summary>
internal static class ReplacePages
{
    public static void Map(RouteGroupBuilder lists)
    {
        lists.MapGet("/{id}/replace", async (HttpContext context, string id, int row, int column, string? part) =>
        {
            if (await ListPages.DraftAsync(context, id) is { } draft)
            {
                await ShowAsync(context, draft, PartOf(part), row, column, null, null);
            }
        }).Needs(Right.PrepareLists);
        lists.MapPost("/{id}/replace", ReplaceAsync).Needs(Right.PrepareLists);
    }

    private static ListPart PartOf(string? part) => part == "courses" ? ListPart.Courses : ListPart.Graduates;

    private static async Task ReplaceAsync(HttpContext context, Installation home, DraftChecks checks, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        int Number(string name) =>
            int.TryParse(form[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        var (part, row, column) = (PartOf(form["part"]), Number("row"), Number("column"));
        var (was, value) = (form["was"].ToString(), form["value"].ToString());
        if (value.Trim() == was)
        {
            await ShowAsync(context, draft, part, row, column, value, new Problem("lists/replace.same", "Nothing would change."));
            return;
        }

        var replaced = await RepairList.ReplaceAsync(
            home, ListPages.Request(context, id, form["version"]), draft, part, row, column, was, value, context.RequestAborted);
        if (replaced.TryGet(out var done, out var problem))
        {
            await checks.AskAsync(done, context.RequestAborted);
            ListPages.Go(context, $"/{id}/rows{(part == ListPart.Courses ? "?part=courses" : "")}");
            return;
        }

        await ShowAsync(context, draft, part, row, column, value, problem);
    }

    private static async Task ShowAsync(
        HttpContext context, Draft draft, ListPart part, int row, int column, string? typed, Problem? problem)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        if (draft.State != DraftState.Open)
        {
            ListPages.Go(context, $"/{draft.Id}/send");
            return;
        }

        if (await home.Drafts.AlikeAsync(draft, part, row, column, context.RequestAborted) is not { } alike)
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
            return;
        }

        await ListPages.ViewedAsync(context, draft, "lists/viewed", ("part", "row"));
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ReplacePage>(
            context, Readers.LanguageOf(context.Request),
            problem is null ? StatusCodes.Status200OK
                : problem.Code == "intake/draft-changed" ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity,
            (nameof(ReplacePage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, draft.Institution)),
            (nameof(ReplacePage.Draft), draft), (nameof(ReplacePage.Part), part), (nameof(ReplacePage.Row), row),
            (nameof(ReplacePage.Alike), alike), (nameof(ReplacePage.Typed), typed), (nameof(ReplacePage.Refused), problem));
    }
}
