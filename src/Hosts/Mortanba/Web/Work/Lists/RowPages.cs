using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Lists;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>The rows of a list: what is to be repaired, put right in place, undone, taken out, down- and uploaded.</summary>
internal static class RowPages
{
    private const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(RouteGroupBuilder lists)
    {
        lists.MapGet("/{id}/rows", (HttpContext context, string id) => ShowAsync(context, id, RowsQuery.Of(context.Request.Query), null, null))
            .Needs(Right.ViewDiplomas);
        lists.MapPost("/{id}/rows", SaveAsync).Needs(Right.PrepareLists);
        lists.MapPost("/{id}/undo", UndoAsync).Needs(Right.PrepareLists);
        lists.MapPost("/{id}/remove", RemoveAsync).Needs(Right.PrepareLists);
        lists.MapGet("/{id}/compare", CompareAsync).Needs(Right.ViewDiplomas);
        lists.MapGet("/{id}/errors.xlsx", DownloadAsync).Needs(Right.PrepareLists);
        lists.MapPost("/{id}/file", ReplaceAsync).Needs(Right.PrepareLists).WithMetadata(new ReadsOwnForm());
    }

    private static async Task SaveAsync(HttpContext context, Installation home, DraftChecks checks, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var query = RowsQuery.Parse(form["view"].ToString());
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        var typed = new Dictionary<(int Row, int Column), string>();
        var shown = new Dictionary<(int Row, int Column), string>();
        foreach (var (name, value) in form)
        {
            if (TryCell(name, 'c', out var place))
            {
                typed[place] = value.ToString();
            }
            else if (TryCell(name, 'w', out place))
            {
                shown[place] = value.ToString();
            }
        }

        // Only what the person changed on the page: a cell left alone is nobody's correction.
        var cells = typed.Where(t => !shown.TryGetValue(t.Key, out var was) || was != t.Value)
            .Select(t => new CellRepair(query.Grid.Part, t.Key.Row, t.Key.Column, t.Value)).ToList();
        var isScript = CellAnswers.IsAsked(context) && cells.Count == 1;
        if (cells.Count == 0)
        {
            ListPages.Go(context, $"/{id}/rows{query.ToAddress()}");
            return;
        }

        var saved = await RepairList.SaveAsync(
            home, ListPages.Request(context, id, form["version"]), draft, cells, shown, context.RequestAborted);
        if (saved.TryGet(out var done, out var problem))
        {
            if (isScript)
            {
                await CellAnswers.SavedAsync(
                    context, checks, done, cells[0].Part,
                    form["of"].Select(row => int.TryParse(row, NumberStyles.None, CultureInfo.InvariantCulture, out var of) ? of : 0)
                        .Append(cells[0].Row).ToHashSet());
                return;
            }

            await checks.AskAsync(done, context.RequestAborted);
            ListPages.Go(context, $"/{id}/rows{(query with { Edit = null }).ToAddress()}");
            return;
        }

        if (isScript)
        {
            await CellAnswers.RefusedAsync(context, draft, cells[0], problem);
            return;
        }

        await ShowAsync(context, id, query, problem, cells.ToDictionary(c => (c.Row, c.Column), c => c.Value));
    }

    private static async Task UndoAsync(HttpContext context, Installation home, DraftChecks checks, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var undone = await RepairList.UndoAsync(home, ListPages.Request(context, id, form["version"]), context.RequestAborted);
        await AnswerAsync(context, checks, id, RowsQuery.Parse(form["view"].ToString()), undone);
    }

    private static async Task RemoveAsync(HttpContext context, Installation home, DraftChecks checks, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        var part = form["part"] == "courses" ? ListPart.Courses : ListPart.Graduates;
        var row = int.TryParse(form["row"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        var removed = await RepairList.RemoveAsync(
            home, ListPages.Request(context, id, form["version"]), draft, part, row, form["reason"].ToString(), context.RequestAborted);
        if (removed.Problem is { Code: "intake/removal-reason" } problem)
        {
            await ShowCompareAsync(context, draft, part, row, problem);
            return;
        }

        await AnswerAsync(context, checks, id, RowsQuery.Parse(form["view"].ToString()), removed);
    }

    private static async Task AnswerAsync(HttpContext context, DraftChecks checks, string id, RowsQuery query, Outcome<Draft> outcome)
    {
        if (outcome.TryGet(out var done, out var problem))
        {
            await checks.AskAsync(done, context.RequestAborted);
            ListPages.Go(context, $"/{id}/rows{query.ToAddress()}");
        }
        else if (problem.Code == "intake/unknown-draft")
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
        }
        else
        {
            await ShowAsync(context, id, query, problem, null);
        }
    }

    private static async Task ShowAsync(
        HttpContext context, string id, RowsQuery query, Problem? problem, Dictionary<(int Row, int Column), string>? typed)
    {
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        var home = context.RequestServices.GetRequiredService<Installation>();
        var checks = context.RequestServices.GetRequiredService<DraftChecks>();
        if (!draft.IsMapped || await home.Drafts.GridAsync(draft, query.Grid, context.RequestAborted) is not { } grid)
        {
            ListPages.Go(context, draft is { IsDestroyed: false, State: DraftState.Open } ? $"/{id}/columns" : $"/{id}/send");
            return;
        }

        if (draft is { IsChecked: false, State: DraftState.Open } && checks.RefusalOf(draft) is null)
        {
            _ = checks.Ask(draft);
        }

        await ListPages.ViewedAsync(context, draft, "lists/viewed", ("part", query.Grid.Part == ListPart.Graduates ? "graduates" : "courses"));
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<RowsPage>(
            context, Readers.LanguageOf(context.Request),
            problem is null ? StatusCodes.Status200OK
                : problem.Code is "intake/draft-changed" or "intake/cell-changed" ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity,
            (nameof(RowsPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, draft.Institution)),
            (nameof(RowsPage.Draft), draft),
            (nameof(RowsPage.Grid), grid),
            (nameof(RowsPage.Query), query),
            (nameof(RowsPage.Typed), typed ?? []),
            (nameof(RowsPage.CheckDone), checks.DoneOf(id)),
            (nameof(RowsPage.CheckRefused), draft.IsChecked ? null : checks.RefusalOf(draft)),
            (nameof(RowsPage.MayRepair), draft.State == DraftState.Open && ListPages.MayPrepare(context)),
            (nameof(RowsPage.Refused), problem));
    }

    private static async Task CompareAsync(HttpContext context, string id, int row, string? part)
    {
        if (await ListPages.DraftAsync(context, id) is { } draft)
        {
            await ShowCompareAsync(context, draft, part == "courses" ? ListPart.Courses : ListPart.Graduates, row, null);
        }
    }

    /// <summary>One row whole, beside the one it repeats; from here it can be taken out.</summary>
    private static async Task ShowCompareAsync(HttpContext context, Draft draft, ListPart part, int row, Problem? problem)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var own = await home.Drafts.RowAsync(draft, part, row, context.RequestAborted);
        if (own is null)
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
            return;
        }

        var findings = await home.Drafts.FindingsOfAsync(draft, part, row, context.RequestAborted);
        var twin = findings.FirstOrDefault(f => f.Code.EndsWith("-twice", StringComparison.Ordinal) && f.Args.ContainsKey("row"));
        var other = twin is not null && int.TryParse(twin.Args["row"], NumberStyles.None, CultureInfo.InvariantCulture, out var otherRow)
            ? (Row: otherRow, Values: await home.Drafts.RowAsync(draft, part, otherRow, context.RequestAborted))
            : default;
        var issued = findings.Any(f => f.Code is "intake/number-issued" or "intake/graduate-issued" or "intake/already-issued")
            ? await IssuedBeside.FindAsync(home, draft.Institution, own, context.RequestAborted) : null;
        await ListPages.ViewedAsync(context, draft, "lists/viewed", ("part", "row"));
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ComparePage>(
            context, Readers.LanguageOf(context.Request),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ComparePage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, draft.Institution)),
            (nameof(ComparePage.Draft), draft), (nameof(ComparePage.Part), part), (nameof(ComparePage.Row), row),
            (nameof(ComparePage.Own), own), (nameof(ComparePage.OtherRow), other.Row), (nameof(ComparePage.Other), other.Values),
            (nameof(ComparePage.Issued), issued), (nameof(ComparePage.Findings), findings),
            (nameof(ComparePage.MayRepair), draft.State == DraftState.Open && ListPages.MayPrepare(context)),
            (nameof(ComparePage.Refused), problem));
    }

    private static async Task DownloadAsync(HttpContext context, Installation home, Texts texts, string id)
    {
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        var language = Readers.LanguageOf(context.Request);
        using var file = new MemoryStream();
        if (!draft.IsMapped || !await home.Drafts.WriteErrorFileAsync(
            draft, file, (key, args) => texts.GetOr(language, key, key, args), context.RequestAborted))
        {
            ListPages.Go(context, $"/{id}/send");
            return;
        }

        await ListPages.ViewedAsync(context, draft, "lists/downloaded");
        context.Response.ContentType = WorkbookType;
        context.Response.Headers.ContentDisposition = "attachment; filename=\"list-errors.xlsx\"";
        context.Response.ContentLength = file.Length;
        await context.Response.Body.WriteAsync(file.GetBuffer().AsMemory(0, (int)file.Length), context.RequestAborted);
    }

    private static async Task ReplaceAsync(HttpContext context, Installation home, DraftChecks checks, string id)
    {
        using var upload = await ListUpload.ReadAsync(context);
        if (!upload.IsGenuine)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        if (upload.Refused is not null || upload.Graduates is null)
        {
            await ShowAsync(
                context, id, RowsQuery.Default, upload.Refused ?? new Problem("intake/no-upload", "No file was chosen."), null);
            return;
        }

        var replaced = await ReplaceList.RunAsync(
            home, ListPages.Request(context, id, upload["version"]), draft, upload.Graduates, upload.Courses, context.RequestAborted);
        if (replaced is { IsDone: true, Value.IsMapped: false })
        {
            ListPages.Go(context, $"/{id}/columns");
            return;
        }

        await AnswerAsync(context, checks, id, RowsQuery.Default, replaced);
    }

    // c.118.7: column 7 of row 118 as typed; w.118.7: as the page showed it.
    private static bool TryCell(string name, char kind, out (int Row, int Column) place)
    {
        place = default;
        var parts = name.Split('.');
        if (parts.Length != 3 || parts[0].Length != 1 || parts[0][0] != kind
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var column))
        {
            return false;
        }

        place = (row, column);
        return true;
    }
}
