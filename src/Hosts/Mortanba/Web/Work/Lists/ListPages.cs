using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Lists;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Permits;

namespace Mortanba.Host.Web;

/// <summary>Lists of an institution: which are there, upload one, send it to the approver, take it back, give it up.</summary>
internal static class ListPages
{
    private static readonly DraftState[] InWork = [DraftState.Open, DraftState.Submitted, DraftState.Approved];

    public static void Map(RouteGroupBuilder pages)
    {
        var lists = pages.MapWork("/console/{bin}/lists");
        lists.MapGet("", IndexAsync).Needs(Right.ViewDiplomas);
        lists.MapGet("/new", (HttpContext context, string? purpose) => ShowNewAsync(context, PurposeOf(purpose), null, "", null)).Needs(Right.PrepareLists);
        lists.MapPost("/new", UploadAsync).Needs(Right.PrepareLists).WithMetadata(new ReadsOwnForm());
        lists.MapGet("/{id}", OpenAsync).Needs(Right.ViewDiplomas);
        lists.MapGet("/{id}/send", (HttpContext context, string id) => ShowSendAsync(context, id, [])).Needs(Right.ViewDiplomas);
        lists.MapPost("/{id}/send", SendAsync).Needs(Right.PrepareLists).WithMetadata(new NeverKept());
        lists.MapPost("/{id}/name", NameAsync).Needs(Right.PrepareLists);
        lists.MapPost("/{id}/take-back", TakeBackAsync).Needs(Right.PrepareLists);
        lists.MapPost("/{id}/withdraw", WithdrawAsync).Needs(Right.PrepareLists);
        ColumnPages.Map(lists);
        RowPages.Map(lists);
        ReplacePages.Map(lists);
        PreviewPages.Map(lists);
    }

    /// <summary>The draft of this address; answers 404 itself when the institution has none of that id.</summary>
    internal static async Task<Draft?> DraftAsync(HttpContext context, string id)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var draft = await home.Drafts.FindAsync(connection, context.Visit().Institution!.Value, id, context.RequestAborted);
        if (draft is null)
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
        }

        return draft;
    }

    internal static string Address(HttpContext context, string rest = "") =>
        $"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/lists{rest}";

    // 303: the browser asks the next address with GET, and going back does not send the form again.
    internal static void Go(HttpContext context, string rest)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Address(context, rest);
    }

    internal static DraftRequest Request(HttpContext context, string id, string? version) => new(
        context.Visit().Actor, context.Visit().Role, context.Visit().Institution!.Value, id,
        int.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var shown) ? shown : -1);

    internal static bool MayPrepare(HttpContext context) =>
        context.Visit().Actor.May(Right.PrepareLists, context.Visit().Institution!.Value);

    /// <summary>The open decisions of this institution, newest first.</summary>
    internal static async Task<IReadOnlyList<IssueDecision>> DecisionsAsync(HttpContext context)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (bin, now) = (context.Visit().Institution!.Value, home.Time.GetUtcNow());
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        return [.. (await IssueDecisions.ListAsync(connection, context.RequestAborted))
            .Where(d => d.Document.Initiator == bin && d.IsOpenAt(now))];
    }

    /// <summary>Writes that somebody saw what stands in a list.</summary>
    internal static Task ViewedAsync(HttpContext context, Draft draft, string what, params IReadOnlyList<(string Name, string Value)> facts)
    {
        var (home, visit) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit());
        return home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, home.Time.GetUtcNow(),
                new TrailEvent(
                    TrailAct.View, what, visit.Actor, new TrailSubject("draft", draft.Id), visit.Role, visit.Institution, null, facts),
                context.RequestAborted),
            context.RequestAborted);
    }

    private static async Task IndexAsync(HttpContext context, Installation home, PageWriter writer)
    {
        var bin = context.Visit().Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var drafts = await home.Drafts.OfInstitutionAsync(connection, bin, InWork, context.RequestAborted);
        var done = await home.Drafts.OfInstitutionAsync(connection, bin, [DraftState.Issued, DraftState.Withdrawn], context.RequestAborted);
        Draft[] all = [.. drafts, .. done.Take(50)];
        await SitePages.Write<ListsPage>(
            context, writer,
            (nameof(ListsPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(ListsPage.Drafts), all),
            (nameof(ListsPage.MayPrepare), MayPrepare(context)),
            (nameof(ListsPage.Names), await AccountNames.OfAsync(connection, all.Select(d => d.PreparedBy), context.RequestAborted)));
    }

    private static async Task OpenAsync(HttpContext context, string id)
    {
        if (await DraftAsync(context, id) is { } draft)
        {
            var step = !draft.IsMapped && draft.State == DraftState.Open ? "columns"
                : draft is { State: DraftState.Open } ? "rows" : "send";
            Go(context, $"/{id}/{step}");
        }
    }

    private static async Task UploadAsync(HttpContext context, Installation home)
    {
        using var upload = await ListUpload.ReadAsync(context);
        if (!upload.IsGenuine)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var (title, purpose) = (upload["title"], PurposeOf(upload["purpose"]));
        var decision = purpose == ListPurpose.Correct ? "" : upload["decision"];
        var problem = upload.Refused
            ?? (upload.Graduates is null ? new Problem("intake/no-upload", "No file was chosen.") : null);
        if (problem is null && decision.Length > 0 && (await DecisionsAsync(context)).All(d => d.Document.Id != decision))
        {
            problem = new Problem("intake/decision-closed", "The decision on issue is not open.", ("decision", "–"));
        }

        if (problem is null)
        {
            var visit = context.Visit();
            var texts = context.RequestServices.GetRequiredService<Texts>();
            var language = Readers.LanguageOf(context.Request);
            var name = title.Trim().Length > 0 ? title
                : texts.Get(language, "lists/title-default", ("date", Words.Date(language, home.Time.GetUtcNow())));
            var stored = await UploadList.RunAsync(
                home, visit.Actor, visit.Role, visit.Institution!.Value, name, decision.Length > 0 ? decision : null, purpose,
                upload.Graduates!, upload.Courses, cancel: context.RequestAborted);
            if (stored.TryGet(out var draft, out problem))
            {
                Go(context, $"/{draft.Id}/columns");
                return;
            }
        }

        await ShowNewAsync(context, purpose, problem, title, decision);
    }

    private static ListPurpose PurposeOf(string? word) => word == "correct" ? ListPurpose.Correct : ListPurpose.Issue;

    private static async Task ShowNewAsync(
        HttpContext context, ListPurpose purpose, Problem? problem, string title, string? decision)
    {
        var bin = context.Visit().Institution!.Value;
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<NewListPage>(
            context, Readers.LanguageOf(context.Request),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(NewListPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(NewListPage.Decisions), await DecisionsAsync(context)),
            (nameof(NewListPage.Refused), problem is null ? new List<(string, Problem)>() : [(problem.Code == "intake/draft-title" ? "title" : "graduates", problem)]),
            (nameof(NewListPage.Purpose), purpose),
            (nameof(NewListPage.TypedTitle), title),
            (nameof(NewListPage.TypedDecision), decision));
    }

    private static async Task ShowSendAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems)
    {
        if (await DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        var home = context.RequestServices.GetRequiredService<Installation>();
        var bin = draft.Institution;
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var approvers = (await Memberships.OfInstitutionAsync(connection, bin, context.RequestAborted))
            .Where(m => m.Role == Role.Approver && m.EndedAt is null && m.Account != context.Visit().Actor.Id)
            .Select(m => m.Name).Distinct().ToList();
        var grid = draft is { IsMapped: true, IsDestroyed: false, State: DraftState.Open }
            ? await home.Drafts.GridAsync(
                draft, new GridQuery(ListPart.Graduates, GridFilter.Warnings, null, null, null, false, 1, null), context.RequestAborted)
            : null;
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<SendPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(SendPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(SendPage.Draft), draft),
            (nameof(SendPage.Grid), grid),
            (nameof(SendPage.Approvers), approvers),
            (nameof(SendPage.Decisions), await DecisionsAsync(context)),
            (nameof(SendPage.MayPrepare), MayPrepare(context)),
            (nameof(SendPage.Names), await AccountNames.OfAsync(
                connection, new[] { draft.PreparedBy, draft.SubmittedBy ?? "", draft.ChangedBy }.Distinct(), context.RequestAborted)),
            (nameof(SendPage.Refused), problems));
    }

    private static async Task SendAsync(HttpContext context, Installation home, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        // The same click again finds it sent already.
        if (draft.State == DraftState.Submitted && draft.SubmittedBy == context.Visit().Actor.Id)
        {
            Go(context, $"/{id}/send");
            return;
        }

        if (draft.WarningCount > 0 && form["warnings"] != "seen")
        {
            await ShowSendAsync(context, id, [("warnings", new Problem("intake/warnings-unseen", "The warnings were not confirmed."))]);
            return;
        }

        await AnswerAsync(context, id, await SubmitList.RunAsync(home, Request(context, id, form["version"]), context.RequestAborted));
    }

    private static async Task NameAsync(HttpContext context, Installation home, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var decision = form["decision"].ToString();
        if (decision.Length > 0 && (await DecisionsAsync(context)).All(d => d.Document.Id != decision))
        {
            await ShowSendAsync(context, id, [("decision", new Problem("intake/decision-closed", "The decision is not open.", ("decision", "–")))]);
            return;
        }

        await AnswerAsync(context, id, await SubmitList.NameAsync(
            home, Request(context, id, form["version"]), form["title"].ToString(), decision.Length > 0 ? decision : null, context.RequestAborted));
    }

    private static async Task TakeBackAsync(HttpContext context, Installation home, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        await AnswerAsync(context, id, await SubmitList.TakeBackAsync(home, Request(context, id, form["version"]), context.RequestAborted));
    }

    private static async Task WithdrawAsync(HttpContext context, Installation home, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        await AnswerAsync(context, id, await SubmitList.WithdrawAsync(home, Request(context, id, form["version"]), context.RequestAborted));
    }

    private static async Task AnswerAsync(HttpContext context, string id, Outcome<Draft> outcome)
    {
        if (outcome.TryGet(out _, out var problem))
        {
            Go(context, $"/{id}/send");
        }
        else if (problem.Code == "intake/unknown-draft")
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
        }
        else
        {
            await ShowSendAsync(context, id, [("send", problem)]);
        }
    }
}
