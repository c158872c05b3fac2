using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Lists;
using Mortanba.Intake;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>What each column of an uploaded list is: guessed, shown with its first values, confirmed by a person.</summary>
internal static class ColumnPages
{
    private static readonly ListPart[] Parts = [ListPart.Graduates, ListPart.Courses];

    public static void Map(RouteGroupBuilder lists)
    {
        lists.MapGet("/{id}/columns", (HttpContext context, string id) => ShowAsync(context, id, null, null)).Needs(Right.PrepareLists);
        lists.MapPost("/{id}/columns", ConfirmAsync).Needs(Right.PrepareLists);
    }

    /// <summary>Name of the input of one column.</summary>
    public static string InputOf(ListPart part, int index) =>
        FormattableString.Invariant($"{(part == ListPart.Graduates ? 'g' : 'c')}{index}");

    private static async Task ConfirmAsync(HttpContext context, Installation home, DraftChecks checks, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        if (draft.IsMapped)
        {
            ListPages.Go(context, $"/{id}");
            return;
        }

        if (await home.Drafts.ColumnsAsync(draft, context.RequestAborted) is not { } columns)
        {
            ListPages.Go(context, $"/{id}/send");
            return;
        }

        var choices = Parts.ToDictionary(
            part => part,
            part => (IReadOnlyList<string>)[.. (part == ListPart.Graduates ? columns.Graduates : columns.Courses)
                .Select((_, i) => form[InputOf(part, i)].ToString())]);
        if (form["act"] == "all")
        {
            await ShowAsync(context, id, choices, null, all: true);
            return;
        }

        var mapped = await ConfirmColumns.RunAsync(
            home, ListPages.Request(context, id, form["version"]), draft, choices, form["remember"] == "yes", context.RequestAborted);
        if (mapped.TryGet(out var done, out var problem))
        {
            await checks.AskAsync(done, context.RequestAborted);
            ListPages.Go(context, $"/{id}/rows");
            return;
        }

        await ShowAsync(context, id, choices, problem);
    }

    private static async Task ShowAsync(
        HttpContext context, string id, Dictionary<ListPart, IReadOnlyList<string>>? typed, Problem? problem, bool all = false)
    {
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        var home = context.RequestServices.GetRequiredService<Installation>();
        if (draft.IsMapped || draft.State != DraftState.Open || await home.Drafts.ColumnsAsync(draft, context.RequestAborted) is not { } columns)
        {
            ListPages.Go(context, $"/{id}/send");
            return;
        }

        var choices = typed ?? [];
        var isRemembered = false;
        if (typed is null)
        {
            await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
            foreach (var part in Parts)
            {
                var own = part == ListPart.Graduates ? columns.Graduates : columns.Courses;
                var before = await DraftStore.RememberedColumnsAsync(connection, draft.Institution, part, own, context.RequestAborted);
                isRemembered |= before is not null;
                choices[part] = before ?? [.. own.Select(c => c.Choice.Certainty == ColumnCertainty.Ambiguous ? "" : c.Choice.Choice)];
            }

            await ListPages.ViewedAsync(context, draft, "lists/viewed", ("part", "columns"));
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ColumnsPage>(
            context, Readers.LanguageOf(context.Request),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ColumnsPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, draft.Institution)),
            (nameof(ColumnsPage.Draft), draft),
            (nameof(ColumnsPage.Columns), columns),
            (nameof(ColumnsPage.Choices), choices),
            (nameof(ColumnsPage.IsRemembered), isRemembered),
            (nameof(ColumnsPage.All), all),
            (nameof(ColumnsPage.Refused), problem));
    }
}
