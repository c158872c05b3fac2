using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Commands;
using Mortanba.Host.Mail;
using Mortanba.Host.Web.Work.Changes;
using Mortanba.Intake;
using Mortanba.Issuance;

namespace Mortanba.Host.Web;

/// <summary>Orders of change of an institution: what waits, what was done, one order with its differences, and the decision on it.</summary>
internal static class ChangePages
{
    public const int RowsOnPage = 100;
    private const int OrdersOnPage = 50;

    public static void Map(RouteGroupBuilder pages)
    {
        var changes = pages.MapWork("/console/{bin}/changes");
        changes.MapGet("", (HttpContext context) => ShowAsync(context, [])).Needs(Right.ViewDiplomas);
        changes.MapGet("/{id:guid}", (HttpContext context, Guid id) => OrderAsync(context, $"{id:D}", [], "")).Needs(Right.ViewDiplomas);
        changes.MapPost("/{id:guid}/approve", ApproveAsync).Needs(Right.Approve).WithMetadata(new NeverKept());
        changes.MapPost("/{id:guid}/return", ReturnAsync).Needs(Right.Approve).WithMetadata(new NeverKept());
        changes.MapPost("/{id:guid}/withdraw", WithdrawAsync).Needs(Right.ProposeChanges);
        changes.MapPost("/requests/{id}", AnswerRequestAsync).Needs(Right.ProposeChanges).WithMetadata(new NeverKept());
        ChangeForms.Map(changes);
    }

    internal static string Address(HttpContext context, string rest = "") =>
        $"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/changes{rest}";

    internal static async Task ShowAsync(HttpContext context, IReadOnlyList<(string, Problem)> problems, string answer = "", string request = "")
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        var bin = visit.Institution!.Value;
        var page = int.TryParse(context.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 10_000) : 1;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var open = await home.ChangeOrders.OfInstitutionAsync(connection, bin, open: true, 0, RowsOnPage, cancel);
        var done = await home.ChangeOrders.OfInstitutionAsync(connection, bin, open: false, (page - 1) * OrdersOnPage, OrdersOnPage + 1, cancel);
        var requests = await new HolderRequests(home.Vault).OpenOfInstitutionAsync(connection, bin, cancel);
        var diplomas = await new DiplomaRegister(home.Credentials).OfAssetsAsync(connection, bin, [.. requests.Select(r => r.Credential).Distinct()], cancel);
        if (requests.Count > 0)
        {
            await DiplomaPages.RecordAsync(context, new TrailEvent(
                TrailAct.View, "changes/requests-viewed", visit.Actor, new TrailSubject("institution", bin.Value), visit.Role, bin,
                Facts: [("count", $"{requests.Count}")]));
        }

        var names = await AccountNames.OfAsync(connection, open.Concat(done).SelectMany(o => new[] { o.ProposedBy, o.DecidedBy ?? "" }), cancel);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ChangesPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ChangesPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(ChangesPage.Open), open), (nameof(ChangesPage.Done), done.Take(OrdersOnPage).ToList()),
            (nameof(ChangesPage.HasMore), done.Count > OrdersOnPage), (nameof(ChangesPage.PageNumber), page),
            (nameof(ChangesPage.Names), names), (nameof(ChangesPage.Requests), requests),
            (nameof(ChangesPage.Diplomas), diplomas.ToDictionary(d => d.Asset)), (nameof(ChangesPage.Refused), problems),
            (nameof(ChangesPage.Answer), answer), (nameof(ChangesPage.Answered), request));
    }

    private static async Task OrderAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, string note)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        var bin = visit.Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await home.ChangeOrders.FindAsync(connection, bin, id, cancel) is not { } order)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var last = Math.Max(1, (order.RowCount + RowsOnPage - 1) / RowsOnPage);
        var page = int.TryParse(context.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, last) : 1;
        var rows = await home.ChangeOrders.Rows.PageAsync(connection, id, (page - 1) * RowsOnPage, RowsOnPage, cancel);
        var known = (await new DiplomaRegister(home.Credentials).OfAssetsAsync(
            connection, bin, [.. rows.SelectMany(r => new[] { r.Asset, r.Replacement ?? r.Asset }).Distinct()], cancel)).ToDictionary(c => c.Asset);
        var (views, warnings) = (new List<ChangeRowView>(), new Lazy<Func<ValidatedDiploma, IReadOnlyList<Finding>>>(() => CorrectCohort.Warnings(home)));
        foreach (var row in rows)
        {
            var differences = await DifferencesAsync(home, connection, row, cancel);
            views.Add(new ChangeRowView(
                row, known.GetValueOrDefault(row.Asset), row.Replacement is { } by ? known.GetValueOrDefault(by) : null,
                differences ?? [], IsBlocked: differences is null,
                row.Corrected is { } corrected && differences is not null && order.IsOpen ? warnings.Value(corrected) : []));
        }

        if (views.Any(v => v.Differences.Count > 0))
        {
            await DiplomaPages.RecordAsync(context, new TrailEvent(
                TrailAct.View, "changes/viewed", visit.Actor, new TrailSubject("change", id), visit.Role, bin,
                Facts: [("count", $"{views.Count(v => v.Differences.Count > 0)}")]));
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ChangePage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ChangePage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), (nameof(ChangePage.Order), order),
            (nameof(ChangePage.Rows), views), (nameof(ChangePage.PageNumber), page), (nameof(ChangePage.Note), note),
            (nameof(ChangePage.Refused), problems), (nameof(ChangePage.AsksPassword), !await Sessions.IsFreshAsync(context)),
            (nameof(ChangePage.HadAHand), (await CorrectedList.PreparersAsync(home, connection, order, cancel)).Contains(visit.Actor.Id)),
            (nameof(ChangePage.Names), await AccountNames.OfAsync(connection, [order.ProposedBy, order.DecidedBy ?? ""], cancel)),
            (nameof(ChangePage.Told), await ChangeRows.ToldAsync(connection, id, cancel)));
    }

    /// <summary>
    /// What is proposed while it waits, and what was done once it stands: from the proposal or from both diplomas. Null while the
    /// data of either are blocked.
    /// </summary>
    private static async Task<IReadOnlyList<DiplomaDifference>?> DifferencesAsync(
        Installation home, System.Data.Common.DbConnection connection, ChangeRow row, CancellationToken cancel)
    {
        if (row.Corrected is null && row.Replacement is null)
        {
            return [];
        }

        var (old, block) = await UnblockedData.OfAsync(home, connection, row.Asset, cancel);
        var (newer, newerBlock) = row.Replacement is { } by ? await UnblockedData.OfAsync(home, connection, by, cancel) : default;
        if (block is not null || newerBlock is not null)
        {
            return null;
        }

        var corrected = row.Corrected ?? newer?.Record.Content;
        return old is null || corrected is null ? [] : DiplomaDifferences.Between(old.Record.Content, corrected);
    }

    private static async Task ApproveAsync(
        HttpContext context, Installation home, ChangeWorker worker, SignInManager<Account> signIn, Guid id)
    {
        var (visit, form) = (context.Visit(), await context.Request.ReadFormAsync(context.RequestAborted));
        if (await FreshSignIn.RefusalAsync(context, signIn, form["password"].ToString()) is { } wrong)
        {
            await OrderAsync(context, $"{id:D}", [("password", wrong)], "");
            return;
        }

        var outcome = await new DecideChange(home).ApproveAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, $"{id:D}", VersionOf(form), visit.Role!.Value.Word(), context.RequestAborted);
        if (outcome.IsDone)
        {
            worker.Ring();
        }

        await AnswerAsync(context, outcome, id, "decide", "");
    }

    private static async Task ReturnAsync(HttpContext context, Installation home, Guid id)
    {
        var (visit, form) = (context.Visit(), await context.Request.ReadFormAsync(context.RequestAborted));
        var note = form["note"].ToString();
        var outcome = await new DecideChange(home).ReturnAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, $"{id:D}", VersionOf(form), visit.Role!.Value.Word(), note, context.RequestAborted);
        await AnswerAsync(context, outcome, id, "note", note);
    }

    private static async Task WithdrawAsync(HttpContext context, Installation home, Guid id)
    {
        var (visit, form) = (context.Visit(), await context.Request.ReadFormAsync(context.RequestAborted));
        var outcome = await new DecideChange(home).WithdrawAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, $"{id:D}", VersionOf(form), context.RequestAborted);
        await AnswerAsync(context, outcome, id, "decide", "");
    }

    /// <summary>A holder's request ends here: refused with reasons, or done; a correction itself is an order like any other.</summary>
    private static async Task AnswerRequestAsync(HttpContext context, Installation home, DiplomaFlow flow, MailQueue mail, Texts texts, string id)
    {
        var (visit, form) = (context.Visit(), await context.Request.ReadFormAsync(context.RequestAborted));
        var (bin, answer) = (visit.Institution!.Value, form["answer"].ToString());
        var message = await new TellHolders(home, mail, texts).AnswerAsync(bin, id, context.RequestAborted);
        var outcome = await new AnswerRequest(home, flow).CorrectionAsync(
            visit.Actor, bin, id, VersionOf(form), form["act"] == "done" ? RequestState.Done : RequestState.Refused, answer, context.RequestAborted, mail, message);
        if (outcome.TryGet(out _, out var refused))
        {
            context.Response.Redirect(Address(context));
        }
        else if (refused.Code == "me/no-request")
        {
            await Problems.NotFoundAsync(context);
        }
        else
        {
            await ShowAsync(context, [("answer-" + id, refused)], answer, id);
        }
    }

    private static async Task AnswerAsync(HttpContext context, Outcome<ChangeOrder> outcome, Guid id, string field, string note)
    {
        if (outcome.TryGet(out _, out var refused))
        {
            context.Response.Redirect(Address(context, $"/{id:D}"));
        }
        else if (refused.Code == "issuance/unknown-change")
        {
            await Problems.NotFoundAsync(context);
        }
        else
        {
            await OrderAsync(context, $"{id:D}", [(field, refused)], note);
        }
    }

    private static int VersionOf(IFormCollection form) =>
        int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
}

/// <summary>One diploma of an order as its page shows it.</summary>
/// <param name="Warnings">What the checks ask to look at while the order waits.</param>
public sealed record ChangeRowView(
    ChangeRow Row, CredentialSummary? Diploma, CredentialSummary? Replacement, IReadOnlyList<DiplomaDifference> Differences, bool IsBlocked,
    IReadOnlyList<Finding> Warnings);
