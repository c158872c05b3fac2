using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Signing;
using Mortanba.Host.Web.Work.Approvals;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Host.Web;

/// <summary>
/// The approver's pages: what waits, one list with everything to decide on it, the page that signs, how far it is, the
/// receipt. They translate HTTP; the acts decide (<see cref="ApproveDraft"/>, <see cref="ReturnDraft"/>).
/// </summary>
internal static class ApprovalPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var approvals = pages.MapWork("/console/{bin}/approvals");
        approvals.MapGet("", IndexAsync).Needs(Right.ViewDiplomas);
        approvals.MapGet("/{draft}", (HttpContext context, string draft) => OneAsync(context, draft, [], "")).Needs(Right.ViewDiplomas);
        approvals.MapGet("/{draft}/sign", (HttpContext context, string draft) => SignPageAsync(context, draft, Typed.None, [])).Needs(Right.Approve);
        approvals.MapPost("/{draft}/sign", SignAsync).Needs(Right.Approve).WithMetadata(new NeverKept());
        approvals.MapPost("/{draft}/return", ReturnAsync).Needs(Right.Approve).WithMetadata(new NeverKept());
        approvals.MapPost("/{draft}/again", AgainAsync).Needs(Right.Approve).WithMetadata(new NeverKept());
        approvals.MapGet("/{draft}/receipt", ReceiptAsync).Needs(Right.ViewDiplomas);
        approvals.MapGet("/{draft}/receipt.json", ReceiptFileAsync).Needs(Right.ViewDiplomas);
    }

    /// <summary>What the sign page sends back.</summary>
    internal sealed record Typed(string Version, string ListHash, string Office, string Order, bool Understood)
    {
        public static readonly Typed None = new("", "", "", "", false);
    }

    private static async Task IndexAsync(HttpContext context, Installation home, DiplomaFlow flow, PageWriter writer)
    {
        var (bin, cancel) = (context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var jobs = await SigningJobs.OfInstitutionAsync(connection, bin, 100, cancel);
        var drafts = await home.Drafts.OfInstitutionAsync(
            connection, bin, [DraftState.Submitted, DraftState.Approved, DraftState.Issued], cancel);
        var progress = new List<SigningView>();
        foreach (var job in jobs)
        {
            progress.Add(await ViewAsync(home, connection, job, drafts.FirstOrDefault(d => d.Id == job.Draft), cancel));
        }

        await SitePages.Write<ApprovalsPage>(
            context, writer,
            (nameof(ApprovalsPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(ApprovalsPage.Waiting), drafts.Where(d => d is { State: DraftState.Submitted, Purpose: Intake.ListPurpose.Issue }).ToList()),
            (nameof(ApprovalsPage.Signings), progress),
            (nameof(ApprovalsPage.Names), await NamesAsync(connection, bin, cancel)),
            (nameof(ApprovalsPage.Quota), await QuotaAsync(home, flow, connection, bin, cancel)));
    }

    private static async Task OneAsync(
        HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, string note)
    {
        var (home, bin, cancel) = (Home(context), context.Visit().Institution!.Value, context.RequestAborted);
        Draft? draft;
        SigningJob? job;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            draft = await home.Drafts.FindAsync(connection, bin, id, cancel);
            job = await SigningJobs.OfDraftAsync(connection, bin, id, cancel);
        }

        if (draft is not { Purpose: Intake.ListPurpose.Issue } || (job is null && draft.State != DraftState.Submitted))
        {
            await Problems.NotFoundAsync(context);
        }
        else if (job is not null)
        {
            await ProgressAsync(context, draft, job, problems);
        }
        else
        {
            await ReviewAsync(context, draft, problems, note);
        }
    }

    private static async Task ReviewAsync(
        HttpContext context, Draft draft, IReadOnlyList<(string, Problem)> problems, string note)
    {
        var (home, visit, cancel) = (Home(context), context.Visit(), context.RequestAborted);
        var reviews = context.RequestServices.GetRequiredService<DraftReviews>();
        var flow = context.RequestServices.GetRequiredService<DiplomaFlow>();
        var read = await reviews.OfAsync(draft, cancel);
        GateReport? gate = null;
        if (read.TryGet(out var review, out var unreadable))
        {
            var asked = await flow.AskBeforehandAsync(draft.Institution, draft.Decision!, review.Awards, cancel);
            (gate, unreadable) = (asked.IsDone ? asked.Value : null, asked.Problem);
        }

        await home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, home.Time.GetUtcNow(),
                new TrailEvent(
                    TrailAct.View, "approvals/reviewed", visit.Actor, new TrailSubject("draft", draft.Id), visit.Role, visit.Institution),
                cancel),
            cancel);
        var last = await reviews.LastAsync(draft.Institution, null, cancel);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var people = await ApproveDraft.PreparersAsync(connection, draft, cancel);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ApprovalPage>(
            context, Readers.LanguageOf(context.Request), Status(problems),
            (nameof(ApprovalPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, draft.Institution)),
            (nameof(ApprovalPage.Draft), draft),
            (nameof(ApprovalPage.Reviewed), review),
            (nameof(ApprovalPage.Unreadable), unreadable),
            (nameof(ApprovalPage.Gate), gate),
            (nameof(ApprovalPage.Decision), await IssueDecisions.FindAsync(connection, draft.Decision!, cancel)),
            (nameof(ApprovalPage.Last), last?.Figures),
            (nameof(ApprovalPage.LastAt), last?.Job.QueuedAt),
            (nameof(ApprovalPage.HadAHand), people.Contains(visit.Actor.Id)),
            (nameof(ApprovalPage.Trail), await AuditTrail.OfSubjectsAsync(connection, [new TrailSubject("draft", draft.Id)], 12, cancel)),
            (nameof(ApprovalPage.Names), await NamesAsync(connection, draft.Institution, cancel)),
            (nameof(ApprovalPage.Quota), await QuotaAsync(home, flow, connection, draft.Institution, cancel)),
            (nameof(ApprovalPage.Note), note),
            (nameof(ApprovalPage.Refused), problems));
    }

    private static async Task SignPageAsync(
        HttpContext context, string id, Typed typed, IReadOnlyList<(string, Problem)> problems)
    {
        var (home, bin, cancel) = (Home(context), context.Visit().Institution!.Value, context.RequestAborted);
        Draft? draft;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            draft = await home.Drafts.FindAsync(connection, bin, id, cancel);
        }

        if (draft is not { State: DraftState.Submitted, Purpose: Intake.ListPurpose.Issue })
        {
            // Decided meanwhile, or a second click: the page of the list says what became of it.
            await OneAsync(context, id, problems, "");
            return;
        }

        var read = await context.RequestServices.GetRequiredService<DraftReviews>().OfAsync(draft, cancel);
        if (!read.TryGet(out var review, out _))
        {
            await OneAsync(context, id, problems, "");
            return;
        }

        List<InstitutionKey> keys;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            keys = await PermitRegister.KeysAsync(connection, bin, cancel);
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<SignPage>(
            context, Readers.LanguageOf(context.Request), Status(problems),
            (nameof(SignPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(SignPage.Draft), draft),
            (nameof(SignPage.Reviewed), review),
            (nameof(SignPage.KeyId), InstitutionKey.Signing(keys, home.Time.GetUtcNow())?.Kid ?? "–"),
            (nameof(SignPage.KeyInToken), home.Settings.Keys?.Pkcs11 is not null),
            (nameof(SignPage.AsksPassword), !await Sessions.IsFreshAsync(context)),
            (nameof(SignPage.WasTyped), typed),
            (nameof(SignPage.Refused), problems));
    }

    private static async Task SignAsync(HttpContext context, string draft, ApproveDraft approve, SignInManager<Account> signIn)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var typed = new Typed(form["version"].ToString(), form["list"].ToString(), form["office"].ToString(), form["order"].ToString(), form["understood"] == "yes");
        var problems = new List<(string, Problem)>();
        if (!typed.Understood)
        {
            problems.Add(("understood", new Problem("approvals/not-understood", "The box is not ticked.")));
        }

        if (await FreshSignIn.RefusalAsync(context, signIn, form["password"].ToString()) is { } wrong)
        {
            problems.Add(("password", wrong));
        }

        if (problems.Count == 0)
        {
            var version = int.TryParse(typed.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            var approved = await approve.RunAsync(
                context.Visit(), new ApproveDraft.Request(draft, version, typed.ListHash, typed.Office, typed.Order),
                context.RequestAborted);
            if (approved.TryGet(out _, out var refused))
            {
                Back(context, draft);
                return;
            }

            if (refused.Code == "intake/unknown-draft")
            {
                await Problems.NotFoundAsync(context);
                return;
            }

            problems.Add((refused.Code == "approvals/text-missing" ? "office" : "act", refused));
        }

        await SignPageAsync(context, draft, typed, problems);
    }

    private static async Task ReturnAsync(HttpContext context, string draft, ReturnDraft act)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var note = form["note"].ToString();
        var version = int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var returned = await act.RunAsync(context.Visit(), draft, version, note, context.RequestAborted);
        if (returned.TryGet(out _, out var refused))
        {
            context.Response.Redirect(Address(context, ""));
            return;
        }

        if (refused.Code == "intake/unknown-draft")
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await OneAsync(context, draft, [("note", refused)], note);
    }

    private static async Task AgainAsync(HttpContext context, string draft, Installation home, TrySigningAgain again)
    {
        SigningJob? job;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            job = await SigningJobs.OfDraftAsync(connection, context.Visit().Institution!.Value, draft, context.RequestAborted);
        }

        if (job is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        // Somebody else asked a moment before: the page says that it goes on, which is what was wanted.
        _ = await again.RunAsync(context.Visit(), job.Batch, context.RequestAborted);
        Back(context, draft);
    }

    private static async Task ProgressAsync(
        HttpContext context, Draft draft, SigningJob job, IReadOnlyList<(string, Problem)> problems)
    {
        var (home, cancel) = (Home(context), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var view = await ViewAsync(home, connection, job, draft, cancel);
        var refreshes = context.Request.Query["refresh"] == "on" && job.State is SigningState.Waiting or SigningState.Signing;
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<SigningPage>(
            context, Readers.LanguageOf(context.Request), Status(problems),
            (nameof(SigningPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, draft.Institution)),
            (nameof(SigningPage.Signing), view),
            (nameof(SigningPage.Refreshes), refreshes),
            (nameof(SigningPage.Trail), await AuditTrail.OfSubjectsAsync(
                connection, [new TrailSubject("batch", job.Batch), new TrailSubject("draft", draft.Id)], 12, cancel)),
            (nameof(SigningPage.Names), await NamesAsync(connection, draft.Institution, cancel)),
            (nameof(SigningPage.Refused), problems));
    }

    private static async Task ReceiptAsync(HttpContext context, string draft, PageWriter writer)
    {
        if (await ReceiptOfAsync(context, draft) is not { } file)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var bin = context.Visit().Institution!.Value;
        await SitePages.Write<ReceiptPage>(
            context, writer,
            (nameof(ReceiptPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(ReceiptPage.Draft), draft),
            (nameof(ReceiptPage.Receipt), BatchReceipt.Parse(file)));
    }

    private static async Task ReceiptFileAsync(HttpContext context, string draft)
    {
        if (await ReceiptOfAsync(context, draft) is not { } file)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{BatchReceipt.Parse(file).Batch}.receipt.json\"";
        context.Response.ContentLength = file.Length;
        await context.Response.Body.WriteAsync(file, context.RequestAborted);
    }

    private static async Task<byte[]?> ReceiptOfAsync(HttpContext context, string draft)
    {
        var (home, bin, cancel) = (Home(context), context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await SigningJobs.OfDraftAsync(connection, bin, draft, cancel) is { } job
            ? await BatchReceipts.FindAsync(connection, bin, job.Batch, cancel)
            : null;
    }

    private static async Task<SigningView> ViewAsync(
        Installation home, System.Data.Common.DbConnection connection, SigningJob job, Draft? draft, CancellationToken cancel)
    {
        var batch = await home.Database.ReadAsync(async t => (await IssueBatches.FindAsync(t, job.Batch, cancel))!, cancel);
        return new SigningView(
            job, batch, draft?.Title ?? "", await SigningJobs.StepsAsync(connection, job.Batch, cancel), home.Time.GetUtcNow());
    }

    private static async Task<QuotaView> QuotaAsync(
        Installation home, DiplomaFlow flow, System.Data.Common.DbConnection connection, Bin bin, CancellationToken cancel)
    {
        var quota = flow.Quota(home.Time.GetUtcNow());
        return new QuotaView(await quota.UsedAsync(connection, bin, cancel), quota.PerDay, quota.PerList);
    }

    private static async Task<IReadOnlyDictionary<string, string>> NamesAsync(
        System.Data.Common.DbConnection connection, Bin bin, CancellationToken cancel) =>
        (await Memberships.OfInstitutionAsync(connection, bin, cancel))
            .GroupBy(m => m.Account, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Name, StringComparer.Ordinal);

    private static Installation Home(HttpContext context) => context.RequestServices.GetRequiredService<Installation>();

    private static int Status(IReadOnlyList<(string, Problem)> problems) =>
        problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;

    private static string Address(HttpContext context, string rest) =>
        $"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/approvals{rest}";

    private static void Back(HttpContext context, string draft) =>
        context.Response.Redirect(Address(context, "/" + Uri.EscapeDataString(draft)));
}

/// <summary>What an institution may still sign today.</summary>
public sealed record QuotaView(long Used, int PerDay, int PerList);
