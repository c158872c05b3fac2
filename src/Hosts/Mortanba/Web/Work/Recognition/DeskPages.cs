using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// The cases of the recognition body: lists, and a page of each case for each of its people. The right of the route says who may
/// open a kind of page, the place in the case whose case it is: whoever has none gets the answer of a case that is not there.
/// </summary>
internal static class DeskPages
{
    public const int RowsOnPage = 50;

    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork("/console/recognition");
        desk.MapGet("", ListAsync).Needs(Right.ViewCases);
        desk.MapGet("/number", FindAsync).Needs(Right.ViewCases);
        CaseOfficeForms.Map(desk);
        CaseCompareForms.Map(desk);
        CaseDecisionForms.Map(desk);
        CaseAppealForms.Map(desk);
    }

    public static string Address(HttpContext context, string rest) => $"/{Readers.LanguageOf(context.Request).Tag()}/console/recognition{rest}";

    public static string CaseAddress(HttpContext context, string id, string page = "") => Address(context, $"/cases/{id}{page}");

    public static Installation Home(HttpContext context) => context.RequestServices.GetRequiredService<Installation>();

    public static async Task<DeskForm> FormAsync(HttpContext context) => new(await context.Request.ReadFormAsync(context.RequestAborted));

    /// <summary>Back to a page of the case after an act: the answer of a form is never a page that could be sent again.</summary>
    public static void Back(HttpContext context, string id, string page = "", string anchor = "")
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = CaseAddress(context, id, page) + anchor;
    }

    /// <summary>The page with what is wrong, elements and stages in words.</summary>
    public static Task WriteAsync<TPage>(
        HttpContext context, IReadOnlyList<(string Field, Problem Problem)> problems, params (string Name, object? Value)[] parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var (texts, language) = (context.RequestServices.GetRequiredService<Texts>(), Readers.LanguageOf(context.Request));
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<TPage>(
            context, language, problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            [("Refused", problems.Select(p => (p.Field, DeskWords.InWords(texts, language, p.Problem))).ToList()), .. parameters]);
    }

    /// <summary>Queues a message to the applicant with the event; null when there is no such case.</summary>
    public static async Task<CaseDesk.With?> TellAsync(HttpContext context, string id, CaseNews news)
    {
        await using var connection = await Home(context).Database.ConnectAsync(context.RequestAborted);
        return await new CaseDesk(Home(context)).Cases.FindAsync(connection, id, context.RequestAborted) is { } open
            ? await context.RequestServices.GetRequiredService<CaseMail>().TellAsync(open.Case.Applicant, news, context.RequestAborted)
            : null;
    }

    /// <summary>Reading what a case holds is recorded.</summary>
    public static Task NoteViewAsync(HttpContext context, string id, string what = "recognition/case-viewed")
    {
        var (home, visit) = (Home(context), context.Visit());
        return home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, home.Time.GetUtcNow(), new TrailEvent(TrailAct.View, what, visit.Actor, new TrailSubject("recognition-case", id), visit.Role),
                context.RequestAborted),
            context.RequestAborted);
    }

    /// <summary>The page of a case that this person may open; null when none.</summary>
    public static string? PageOf(Actor who, CaseRow row) =>
        // Who compares a case, or did, is no officer in it, whatever roles they hold.
        row.Evaluator == who.Id || row.Second == who.Id ? who.PlatformRoleFor(Right.AssessCases) is not null ? "/compare" : null
        : who.PlatformRoleFor(Right.ManageCases) is not null && !row.IsComparedBy(who.Id) ? ""
        : who.PlatformRoleFor(Right.DecideCases) is not null && row.DecisionMaker == who.Id ? "/decide"
        : who.PlatformRoleFor(Right.ReviewAppeals) is not null && row.Stage == CaseStage.Appealed && row.Evaluator != who.Id
            && row.Second != who.Id && row.DecisionMaker != who.Id && row.Applicant != who.Id ? "/appeal"
        : who.PlatformRoleFor(Right.ReviewAppeals) is not null && row.Reviewer == who.Id ? "/appeal"
        : null;

    private static async Task ListAsync(
        HttpContext context, Installation home, RecognitionDesk guide, string? view, string? stage, string? country, string? unassigned, string? after)
    {
        var (who, cancel) = (context.Visit().Actor, context.RequestAborted);
        var shown = view ?? (who.PlatformRoleFor(Right.ManageCases) is not null ? "open"
            : who.PlatformRoleFor(Right.ReviewAppeals) is not null && who.PlatformRoleFor(Right.AssessCases) is null ? "appeals" : "mine");
        var open = Enum.GetValues<CaseStage>().Where(s => s.IsOpen() || s == CaseStage.Condition).ToList();
        var asked = BasisRecord.Parse<CaseStage>(stage);
        IReadOnlyList<CaseStage> stages = asked is { } one && one != CaseStage.Draft ? [one]
            : shown switch
            {
                "appeals" => [CaseStage.Appealed],
                "decided" => [CaseStage.Issued, CaseStage.Closed, CaseStage.NotAuthentic, CaseStage.Withdrawn, CaseStage.Unanswered],
                "mine" => [.. open, CaseStage.Appealed],
                _ => open,
            };
        var search = new CaseSearch(
            stages, Anybody: shown == "mine" ? who.Id : null, Country: country is { Length: > 0 and <= 4 } ? country : null,
            Assigned: unassigned == "yes" ? false : null, After: AfterOf(after),
            IsNewestFirst: !stages.Any(s => open.Contains(s) || s == CaseStage.Appealed));
        var desk = new CaseDesk(home);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var rows = await desk.Lists.FindAsync(connection, search, RowsOnPage + 1, cancel);
        var near = await desk.Lists.FindAsync(
            connection, new CaseSearch(open, CeilingUntil: desk.Today().AddDays(RaiseCeiling.NearDays)), RowsOnPage, cancel);
        var work = await CaseLists.WorkloadAsync(connection, cancel);
        var people = rows.SelectMany(r => new[] { r.Evaluator, r.Second, r.DecisionMaker, r.Reviewer }).OfType<string>().Concat(work.Select(w => w.Account));
        await WriteAsync<DeskCasesPage>(
            context, [],
            (nameof(DeskCasesPage.View), shown), (nameof(DeskCasesPage.Stage), asked), (nameof(DeskCasesPage.Country), search.Country ?? ""),
            (nameof(DeskCasesPage.Unassigned), search.Assigned == false), (nameof(DeskCasesPage.Rows), rows.Take(RowsOnPage).ToList()),
            (nameof(DeskCasesPage.After), rows.Count > RowsOnPage ? $"{rows[RowsOnPage - 1].Queue}|{rows[RowsOnPage - 1].Id}" : null),
            (nameof(DeskCasesPage.Counts), await CaseLists.CountsAsync(connection, cancel)), (nameof(DeskCasesPage.Workload), work),
            (nameof(DeskCasesPage.Names), await AccountNames.OfAsync(connection, people, cancel)), (nameof(DeskCasesPage.Today), desk.Today()),
            (nameof(DeskCasesPage.Near), near.OrderBy(r => r.Ceiling).ToList()), (nameof(DeskCasesPage.Guide), guide));
    }

    /// <summary>By its number, to the page that this person may open.</summary>
    private static async Task FindAsync(HttpContext context, Installation home, string? number)
    {
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var found = number is { Length: > 0 and <= 40 }
            ? await new CaseDesk(home).Lists.FindAsync(connection, new CaseSearch(Number: number.Trim().ToUpperInvariant()), 1, context.RequestAborted)
            : [];
        if (found is [var row] && PageOf(context.Visit().Actor, row) is { } page)
        {
            context.Response.Redirect(CaseAddress(context, row.Id, page));
            return;
        }

        await Problems.NotFoundAsync(context);
    }

    private static (string, string)? AfterOf(string? after) =>
        after?.Split('|') is [{ Length: < 40 } queue, { Length: < 60 } id] ? (queue, id) : null;
}

/// <summary>Words of cases that pages and refusals share.</summary>
internal static class DeskWords
{
    /// <summary>The elements of a refusal in the reader's language; its stage, too.</summary>
    public static Problem InWords(Texts texts, Language language, Problem problem) => new(
        problem.Code, problem.Detail,
        [
            .. problem.Args.Select(a => (a.Key, a.Key == "element" && Enum.TryParse<Element>(a.Value, out var element) ? texts.Get(language, ElementKey(element))
                : a.Key == "stage" && BasisRecord.Parse<CaseStage>(a.Value) is { } stage ? texts.Get(language, StageKey(stage))
                : a.Value)),
        ]);

    public static string ElementKey(Element element) => "recognition/element." + BasisRecord.Code(element);

    public static string StageKey(CaseStage stage) => "recognition/stage." + BasisRecord.Code(stage);

    /// <summary>Icon beside the word.</summary>
    public static string StageSign(CaseStage stage) => stage switch
    {
        CaseStage.Incomplete or CaseStage.Unanswered => "s-hold",
        CaseStage.Issued or CaseStage.Closed => "s-ok",
        CaseStage.NotAuthentic => "s-bad",
        CaseStage.Withdrawn => "s-na",
        CaseStage.Draft => "s-todo",
        _ => "s-now",
    };

    public static string StageClass(CaseStage stage) => stage switch
    {
        CaseStage.Incomplete or CaseStage.Unanswered => "hold",
        CaseStage.Issued or CaseStage.Closed => "ok",
        CaseStage.NotAuthentic => "bad",
        CaseStage.Withdrawn or CaseStage.Draft => "plain",
        _ => "teal",
    };
}
