using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work;
using Mortanba.Host.Web.Work.Changes;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>The forms that propose a change: of state, of many diplomas to one value or by a list, of one by hand.</summary>
internal static class ChangeForms
{
    private const int NumbersMaxLength = 2 * 1024 * 1024;

    public static void Map(RouteGroupBuilder changes)
    {
        changes.MapGet("/new", (HttpContext context) => ShowStateAsync(context, StateForm.Of(context.Request.Query), [], [])).Needs(Right.ProposeChanges);
        changes.MapPost("/new", ProposeStateAsync).Needs(Right.ProposeChanges);
        changes.MapGet("/cohort", (HttpContext context) => ShowCohortAsync(context, CohortForm.Of(context.Request.Query), [], [])).Needs(Right.ProposeChanges);
        changes.MapPost("/cohort", ProposeCohortAsync).Needs(Right.ProposeChanges);
        changes.MapGet("/correct/{asset:guid}", OpenOneAsync).Needs(Right.ProposeChanges);
        changes.MapPost("/correct/{asset:guid}", ProposeOneAsync).Needs(Right.ProposeChanges);
        changes.MapGet("/{id:guid}/revise", ReviseAsync).Needs(Right.ProposeChanges);
    }

    private static async Task ProposeStateAsync(HttpContext context, Installation home)
    {
        var (form, cancel) = (await context.Request.ReadFormAsync(context.RequestAborted), context.RequestAborted);
        var typed = StateForm.Of(form);
        if (!(await NumberList.TextOfAsync(form.Files.GetFile("list"), cancel)).TryGet(out var file, out var problem))
        {
            await ShowStateAsync(context, typed, [("list", problem)], []);
            return;
        }

        typed = typed with { Numbers = Joined(typed.Numbers, file) };
        if (!TryReason(context, typed.Reason, out var act, out var reason) || act is StateAct.Supersede or StateAct.Erase)
        {
            await ShowStateAsync(context, typed, [("reason", new Problem("changes/reason-missing", "Choose what happens and why."))], []);
            return;
        }

        if (!NumberList.Parse(typed.Numbers).TryGet(out var numbers, out problem))
        {
            await ShowStateAsync(context, typed, [("numbers", problem)], []);
            return;
        }

        Outcome<IReadOnlyList<CredentialSummary>> chosen;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            chosen = await new ChosenDiplomas(home).FindAsync(
                connection, context.Visit().Institution!.Value, numbers, typed.Batch.Length == 0 ? null : typed.Batch, cancel);
        }

        if (!chosen.TryGet(out var diplomas, out problem))
        {
            await ShowStateAsync(context, typed, [("numbers", problem)], Lines(problem, []));
            return;
        }

        var proposed = await ProposeAsync(
            context, act, reason, typed, typed.Batch.Length > 0 ? "batch:" + typed.Batch : null, [.. diplomas.Select(d => new ProposedChange(d.Asset))]);
        if (!proposed.TryGet(out var order, out problem))
        {
            await ShowStateAsync(context, typed, [(FieldOf(problem, "numbers"), problem)], Lines(problem, diplomas));
            return;
        }

        context.Response.Redirect(ChangePages.Address(context, "/" + order.Id));
    }

    private static async Task ProposeCohortAsync(HttpContext context, Installation home, DiplomaFlow flow)
    {
        var (form, cancel) = (await context.Request.ReadFormAsync(context.RequestAborted), context.RequestAborted);
        var (typed, bin) = (CohortForm.Of(form), context.Visit().Institution!.Value);
        if (!(await NumberList.TextOfAsync(form.Files.GetFile("list"), cancel)).TryGet(out var file, out var problem))
        {
            await ShowCohortAsync(context, typed, [("list", problem)], []);
            return;
        }

        typed = typed with { Numbers = Joined(typed.Numbers, file) };
        var first = typed.FirstNumber.Length == 0 ? null : DiplomaPages.NumberOf(typed.FirstNumber);
        if (!TryReason(context, typed.Reason, out var act, out var reason) || act != StateAct.Supersede)
        {
            await ShowCohortAsync(context, typed, [("reason", new Problem("changes/reason-missing", "Choose what happens and why."))], []);
            return;
        }

        if (typed.FirstNumber.Length > 0 && first is null)
        {
            await ShowCohortAsync(context, typed, [("first", new Problem("changes/bad-first-number", "This is no number of a diploma."))], []);
            return;
        }

        if (typed.Version is null && await SentBeforeAsync(context, home, typed.Id) is { } sent)
        {
            context.Response.Redirect(ChangePages.Address(context, "/" + sent.Id));
            return;
        }

        var (changes, diplomas, origin) = (default(Outcome<IReadOnlyList<ProposedChange>>), (IReadOnlyList<CredentialSummary>)[], (string?)null);
        var (cohort, list) = (new CorrectCohort(home, flow), (Draft?)null);
        if (typed.Draft.Length > 0)
        {
            list = await ListAsync(home, bin, typed.Draft, cancel);
            changes = list is null ? new Problem("changes/no-list", "There is no such corrected list.")
                : (await home.Drafts.OpenListAsync(list, cancel)).TryGet(out var rows, out problem)
                    ? await cohort.FromListAsync(bin, rows, first, cancel) : problem;
            origin = list is null ? null : CorrectedList.OriginOf(list);
        }
        else
        {
            if (!NumberList.Parse(typed.Numbers).TryGet(out var numbers, out problem))
            {
                await ShowCohortAsync(context, typed, [("numbers", problem)], []);
                return;
            }

            Outcome<IReadOnlyList<CredentialSummary>> chosen;
            await using (var connection = await home.Database.ConnectAsync(cancel))
            {
                chosen = await new ChosenDiplomas(home).FindAsync(connection, bin, numbers, typed.Batch.Length == 0 ? null : typed.Batch, cancel);
            }

            if (!chosen.TryGet(out diplomas!, out problem))
            {
                await ShowCohortAsync(context, typed, [("numbers", problem)], Lines(problem, []));
                return;
            }

            changes = await cohort.SetAsync(diplomas, typed.Column, typed.Value, first, cancel);
            origin = typed.Batch.Length > 0 ? "batch:" + typed.Batch : null;
        }

        var proposed = changes.TryGet(out var all, out problem) ? await ProposeAsync(context, act, reason, typed, origin, all, list) : problem;
        if (!proposed.TryGet(out var order, out problem))
        {
            await ShowCohortAsync(context, typed, [(FieldOf(problem, "value"), problem)], Lines(problem, diplomas));
            return;
        }

        context.Response.Redirect(ChangePages.Address(context, "/" + order.Id));
    }

    /// <summary>The order that the same form made before: sent twice, it proposes once.</summary>
    private static async Task<ChangeOrder?> SentBeforeAsync(HttpContext context, Installation home, string id)
    {
        var visit = context.Visit();
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        return await home.ChangeOrders.FindAsync(connection, visit.Institution!.Value, id, context.RequestAborted) is { } order
            && order.ProposedBy == visit.Actor.Id ? order : null;
    }

    /// <summary>A corrected list that waits for an order; null when there is none of that id.</summary>
    private static async Task<Draft?> ListAsync(Installation home, Bin bin, string id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await home.Drafts.FindAsync(connection, bin, id, cancel) is { Purpose: ListPurpose.Correct, State: DraftState.Open } list
            ? list : null;
    }

    private static async Task OpenOneAsync(HttpContext context, Installation home, Guid asset, string? request)
    {
        if (await LoadAsync(context, home, asset) is not { } old)
        {
            return;
        }

        await ShowOneAsync(context, old, OneForm.Of(old, request ?? ""), [], []);
    }

    private static async Task ProposeOneAsync(HttpContext context, Installation home, DiplomaFlow flow, Guid asset)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await LoadAsync(context, home, asset) is not { } old)
        {
            return;
        }

        var typed = OneForm.Of(old, form);
        var problems = new List<(string, Problem)>();
        if (!TryReason(context, typed.Reason, out var act, out var reason) || act != StateAct.Supersede)
        {
            problems.Add(("reason", new Problem("changes/reason-missing", "Choose what happens and why.")));
        }

        var (corrected, findings) = await new CorrectCohort(home, flow).OneAsync(old, typed.Cells, context.RequestAborted);
        problems.AddRange(findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => (
            f.Part == ListPart.Courses ? $"c.{f.Row - 1}.{f.Column}" : "f." + f.Column, new Problem(f.Code, f.Code, f.Args))));
        if (corrected is not null
            && DiplomaDifferences.Between(old.Record.Content, corrected with { Number = old.Record.Content.Number }).Count == 0)
        {
            problems.Add(("f.number", new Problem("changes/nothing-differs", "Nothing would change.")));
        }

        if (problems.Count == 0)
        {
            var proposed = await ProposeAsync(
                context, StateAct.Supersede, reason, typed, typed.Request.Length > 0 ? "request:" + typed.Request : null,
                [new ProposedChange(old.Summary.Asset, corrected)]);
            if (proposed.TryGet(out var order, out var refused))
            {
                context.Response.Redirect(ChangePages.Address(context, "/" + order.Id));
                return;
            }

            refused = refused is ChangesRefused { Rows: [var only, ..] } ? only.Problem : refused;
            problems.Add((FieldOf(refused, "f.number"), refused));
        }

        await ShowOneAsync(context, old, typed, problems, [.. findings.Where(f => f.Severity == FindingSeverity.Warning)]);
    }

    /// <summary>A returned order opens in the form it came from, filled as it was proposed.</summary>
    private static async Task ReviseAsync(HttpContext context, Installation home, Guid id)
    {
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        ChangeOrder? order;
        IReadOnlyList<ChangeRow> rows = [];
        IReadOnlyList<CredentialSummary> diplomas = [];
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            order = await home.ChangeOrders.FindAsync(connection, visit.Institution!.Value, $"{id:D}", cancel);
            if (order is not null)
            {
                rows = await home.ChangeOrders.Rows.PageAsync(connection, order.Id, 0, order.RowCount, cancel);
                diplomas = await new DiplomaRegister(home.Credentials).OfAssetsAsync(
                    connection, visit.Institution.Value, [.. rows.Select(r => r.Asset)], cancel);
            }
        }

        if (order is not { State: ChangeOrderState.Returned } || order.ProposedBy != visit.Actor.Id)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var reason = $"{ChangeWords.Of(order.Act)}/{order.ReasonCode}";
        var numbers = string.Join('\n', diplomas.Select(d => $"{d.Series} {d.Number}"));
        var list = CorrectedList.IdOf(order);
        if (order.Act != StateAct.Supersede)
        {
            await ShowStateAsync(context, new StateForm(order.Id, order.Version, reason, order.Basis, numbers, ""), [], []);
        }
        // One row or many: what came from a list goes back to it, so that whoever made the list still has a hand in the order.
        else if (list is null && rows is [{ Corrected: { } corrected } row])
        {
            if (await LoadAsync(context, home, Guid.Parse(DiplomaPages.IdOf(row.Asset))) is not { } old)
            {
                return;
            }

            var request = order.Origin?.StartsWith("request:", StringComparison.Ordinal) == true ? order.Origin["request:".Length..] : "";
            await ShowOneAsync(
                context, old, new OneForm(order.Id, order.Version, reason, order.Basis, request, DiplomaCells.Of(corrected)), [],
                CorrectCohort.Warnings(home)(corrected));
        }
        else
        {
            await ShowCohortAsync(
                context, new CohortForm(order.Id, order.Version, reason, order.Basis, list is null ? numbers : "", "", "", "", "", list ?? ""), [], []);
        }
    }

    private static Task<Outcome<ChangeOrder>> ProposeAsync(
        HttpContext context, StateAct act, string reason, IProposalForm typed, string? origin, IReadOnlyList<ProposedChange> changes,
        Draft? list = null)
    {
        var (visit, services) = (context.Visit(), context.RequestServices);
        var home = services.GetRequiredService<Installation>();
        return new ProposeChange(home, services.GetRequiredService<DiplomaFlow>()).RunAsync(
            visit.Actor, visit.Role,
            new ChangeProposal(
                typed.Id, visit.Institution!.Value, act, reason, typed.Basis, visit.Actor.Id, home.Time.GetUtcNow(), origin, changes),
            typed.Version, list, context.RequestAborted);
    }

    /// <summary>Null when there is none to be shown; it has answered then.</summary>
    private static async Task<StoredDiploma?> LoadAsync(HttpContext context, Installation home, Guid asset)
    {
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        var (diploma, block) = ((StoredDiploma?)null, (DataBlock?)null);
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await DiplomaPages.OwnAsync(home, connection, visit, asset, cancel) is { } credential)
            {
                (diploma, block) = await UnblockedData.OfAsync(home, connection, credential.Asset, cancel);
            }
        }

        if (diploma is null)
        {
            await (block is null ? Problems.NotFoundAsync(context) : DiplomaPages.ShowBlockedAsync(context));
            return null;
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            await DiplomaPages.RecordAsync(context, DiplomaPages.ViewOf(home, visit, diploma, "diplomas/viewed"));
        }

        return diploma;
    }

    private static bool TryReason(HttpContext context, string typed, out StateAct act, out string code)
    {
        var parts = typed.Split('/', 2);
        code = parts.Length == 2 ? parts[1] : "";
        var known = Enum.TryParse(parts[0], ignoreCase: true, out act) && parts.Length == 2;
        return known && context.RequestServices.GetRequiredService<DiplomaFlow>().Reasons().Value.Find(act, code) is not null;
    }

    // Pasted and uploaded are one list; what is longer than any order is cut, and then refused by its count.
    private static string Joined(string typed, string? file)
    {
        var text = file is null ? typed : typed.Length == 0 ? file : typed + "\n" + file;
        return text.Length > NumbersMaxLength ? text[..NumbersMaxLength] : text;
    }

    private static string FieldOf(Problem problem, string otherwise) => problem.Code switch
    {
        "issuance/basis-missing" or "issuance/words-too-long" or "issuance/words-invisible" => "basis",
        "issuance/unknown-reason" => "reason",
        "changes/first-number-missing" or "changes/number-series" or "changes/numbers-end" => "first",
        "changes/no-list" or "changes/no-such-diploma" => "draft",
        _ when problem.Code.StartsWith("intake/", StringComparison.Ordinal) => "draft",
        _ => otherwise,
    };

    /// <summary>What is wrong with which diploma, for the table under the form.</summary>
    private static IReadOnlyList<(string Number, Problem Problem)> Lines(Problem problem, IReadOnlyList<CredentialSummary> diplomas) =>
        problem is not ChangesRefused refused
            ? []
            : [.. refused.Rows.Select(r => (
                r.Problem.Args.GetValueOrDefault("number")
                    ?? (r.Row <= diplomas.Count ? $"{diplomas[r.Row - 1].Series} {diplomas[r.Row - 1].Number}" : $"{r.Row}"),
                r.Problem))];

    private static async Task ShowStateAsync(
        HttpContext context, StateForm typed, IReadOnlyList<(string, Problem)> problems, IReadOnlyList<(string, Problem)> lines) =>
        await WriteAsync<NewChangePage>(context, problems, (nameof(NewChangePage.Typed), typed), (nameof(NewChangePage.Lines), lines));

    private static async Task ShowCohortAsync(
        HttpContext context, CohortForm typed, IReadOnlyList<(string, Problem)> problems, IReadOnlyList<(string, Problem)> lines)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var drafts = await home.Drafts.OfInstitutionAsync(
            connection, context.Visit().Institution!.Value, [DraftState.Open], context.RequestAborted);
        await WriteAsync<CohortPage>(
            context, problems, (nameof(CohortPage.Typed), typed), (nameof(CohortPage.Lines), lines),
            (nameof(CohortPage.Drafts), drafts.Where(d => d is { Purpose: ListPurpose.Correct, IsChecked: true, ErrorCount: 0 }).ToList()));
    }

    private static Task ShowOneAsync(
        HttpContext context, StoredDiploma old, OneForm typed, IReadOnlyList<(string, Problem)> problems, IReadOnlyList<Finding> warned) =>
        WriteAsync<CorrectPage>(
            context, problems, (nameof(CorrectPage.Old), old), (nameof(CorrectPage.Typed), typed), (nameof(CorrectPage.Warned), warned));

    private static async Task WriteAsync<TPage>(
        HttpContext context, IReadOnlyList<(string, Problem)> problems, params (string Name, object? Value)[] values)
        where TPage : ProposalPage
    {
        var (home, bin) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit().Institution!.Value);
        IReadOnlyList<(string, DateTimeOffset, int)> batches;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            batches = await DiplomaRegister.BatchesAsync(connection, bin, context.RequestAborted);
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<TPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            [
                (nameof(ProposalPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
                (nameof(ProposalPage.Refused), problems), (nameof(ProposalPage.Batches), batches),
                (nameof(ProposalPage.Reasons), context.RequestServices.GetRequiredService<DiplomaFlow>().Reasons().Value), .. values,
            ]);
    }
}
