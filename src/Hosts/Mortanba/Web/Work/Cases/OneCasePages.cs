using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Cases;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>One case that was filed, as its applicant sees it: where it stands, the clock, what is missing, the decision, the appeal.</summary>
internal static class OneCasePages
{
    private const int NumberLengthMax = 20;

    public static void Map(RouteGroupBuilder me)
    {
        me.MapGet(CasePages.Route, OpenAsync).Needs(null);
        me.MapGet(CasePages.Route + "/everything.json", EverythingAsync).Needs(null);
        me.MapGet(CasePages.Route + "/letter.pdf", (HttpContext context, string id) => DecisionAsync(context, id, asPdf: true)).Needs(null);
        me.MapGet(CasePages.Route + "/certificate", (HttpContext context, string id) => DecisionAsync(context, id, asPdf: false)).Needs(null);
        me.MapPost(CasePages.Route + "/waits/{wait}/end", (HttpContext context, string id, string wait) =>
            ActAsync(
                context, id, "answered", now => now.OpenWaits.All(w => w.Id != wait), (_, now, at) => EndWait.Of(now, now.Applicant, wait, at)))
            .Needs(null);
        me.MapPost(CasePages.Route + "/answered", (HttpContext context, string id) =>
            ActAsync(
                context, id, "words", now => now.Stage is not (CaseStage.Incomplete or CaseStage.Unanswered),
                (form, now, at) => AnswerMissing.Of(now, now.Applicant, at, form["words"].ToString()))).Needs(null);
        me.MapPost(CasePages.Route + "/remark", RemarkAsync).Needs(null);
        me.MapGet(CasePages.Route + "/withdraw", WithdrawAsync).Needs(null);
        me.MapPost(CasePages.Route + "/withdraw", (HttpContext context, Installation home, string id) =>
            ActAsync(
                context, id, "withdraw", now => now.Stage == CaseStage.Withdrawn, (_, now, at) => WithdrawCase.Of(now, now.Applicant, at),
                InquiryWait.TakeBack(home), endsCertificate: true))
            .WithMetadata(new NeverKept()).Needs(null);
        me.MapPost(CasePages.Route + "/conditions", (HttpContext context, CaseDesk desk, string id) =>
            ActAsync(context, id, "conditions", now => now.Stage == CaseStage.Condition, (_, now, at) =>
                BringConditions.Of(now, now.Applicant, desk.Today(), at))).Needs(null);
        me.MapPost(CasePages.Route + "/appeal/withdraw", WithdrawAppealAsync).WithMetadata(new NeverKept()).Needs(null);
        me.MapPost(CasePages.Route + "/appeal", (HttpContext context, CaseDesk desk, string id) =>
            ActAsync(context, id, "words", now => now.Stage == CaseStage.Appealed, (form, now, at) =>
                FileAppeal.Of(now, now.Applicant, form["words"].ToString(), desk.Today(), at))).Needs(null);
    }

    /// <summary>By its id, or by the number that stands in letters.</summary>
    private static async Task OpenAsync(HttpContext context, Installation home, CaseDesk desk, string id)
    {
        if (id.StartsWith("R-", StringComparison.Ordinal) && id.Length <= NumberLengthMax)
        {
            await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
            var rows = await desk.Lists.FindAsync(
                connection, new CaseSearch(Applicant: context.Visit().Actor.Id, Number: id), 1, context.RequestAborted);
            if (rows is [var row])
            {
                CasePages.Go(context, "/" + row.Id);
                return;
            }
        }

        if (await CasePages.OwnAsync(context, id) is not { } now)
        {
            return;
        }

        if (now.Stage == CaseStage.Draft)
        {
            CasePages.Go(context, $"/{id}/documents");
            return;
        }

        await ShowAsync(context, now, []);
    }

    /// <summary>
    /// An act of the applicant over the version that was read. A second click finds it done and is led to the case; what was typed is shown
    /// again with whatever is wrong.
    /// </summary>
    /// <param name="endsCertificate">That of a decision that was returned is in force until then.</param>
    private static async Task ActAsync(
        HttpContext context, string id, string field, Func<RecognitionCase, bool> isDone,
        Func<IFormCollection, RecognitionCase, DateTimeOffset, Outcome<CaseEvent>> act, CaseDesk.With? with = null, bool endsCertificate = false)
    {
        if (await CasePages.OwnAsync(context, id) is not { } now)
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var desk = context.RequestServices.GetRequiredService<CaseDesk>();
        if (!isDone(now))
        {
            Outcome<CaseEvent> Act(RecognitionCase one, DateTimeOffset at) => act(form, one, at);
            var (actor, version, cancel) = (context.Visit().Actor, CasePages.VersionOf(form), context.RequestAborted);
            var done = endsCertificate
                ? await new EndCertificate(
                    context.RequestServices.GetRequiredService<Installation>(), context.RequestServices.GetRequiredService<DiplomaFlow>(), desk)
                {
                    With = with,
                }.RunAsync(actor, null, id, version, EndCertificate.Withdrawn, Act, cancel)
                : await desk.ActAsync(actor, null, id, version, Act, cancel, with);
            if (done.Problem is { } refused)
            {
                if (await CasePages.OwnAsync(context, id) is { } newest && !isDone(newest))
                {
                    await ShowAsync(context, newest, [(field, refused)], form["words"].ToString());
                    return;
                }
            }
        }

        CasePages.Go(context, now.Stage == CaseStage.Draft ? "" : "/" + id);
    }

    // Whoever reviews it is told, and led to the list of appeals: the page of this one is there no more.
    private static async Task WithdrawAppealAsync(HttpContext context, CaseMail mail, string id)
    {
        if (await CasePages.OwnAsync(context, id) is not { } now)
        {
            return;
        }

        var tell = now.Appeal?.Reviewer is { } reviewer
            ? await mail.TellAsync(
                reviewer, CaseNews.AppealWithdrawn, context.RequestAborted, page: _ => "/console/recognition?view=appeals")
            : null;
        await ActAsync(
            context, id, "appeal", one => one.Stage != CaseStage.Appealed, (_, one, at) => WithdrawAppeal.Of(one, one.Applicant, at), tell);
    }

    private static async Task RemarkAsync(HttpContext context, CaseDesk desk, string id)
    {
        if (await CasePages.OwnAsync(context, id) is not { } now)
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (text, actor) = (form["remark"].ToString(), context.Visit().Actor);
        // Sent twice, said once.
        var isSaid = now.Remarks is [.., var last] && last.By == actor.Id && last.Text == text.Trim();
        var refused = isSaid ? null : await desk.InNewestAsync(
            actor, id, (one, at) => AddRemark.Of(one, actor.Id, text, isForApplicant: true, at), context.RequestAborted);
        if (refused is null)
        {
            CasePages.Go(context, $"/{id}#remarks");
            return;
        }

        await ShowAsync(context, now, [("remark", refused)], remark: text);
    }

    private static async Task WithdrawAsync(HttpContext context, PageWriter writer, string id)
    {
        if (await CasePages.OwnAsync(context, id) is not { } now)
        {
            return;
        }

        if ((now.Stage != CaseStage.Draft && !now.Stage.IsOpen()) || WithdrawCase.IsForgeryOpen(now))
        {
            CasePages.Go(context, "/" + id);
            return;
        }

        await SitePages.Write<CaseWithdrawPage>(context, writer, (nameof(CaseWithdrawPage.Now), now));
    }

    private static async Task EverythingAsync(HttpContext context, Installation home, CaseDesk desk, Texts texts, string id)
    {
        if (await CasePages.OwnAsync(context, id) is not { } now)
        {
            return;
        }

        IReadOnlyList<CaseEvent> events;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            events = await desk.Cases.EventsAsync(connection, id, context.RequestAborted);
        }

        await NoteAsync(context, home, now, "recognition/case-taken");
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{now.Number ?? now.Id}.json\"";
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(
            CaseExport.Write(now, events, texts, Readers.LanguageOf(context.Request)), context.RequestAborted);
    }

    private static async Task DecisionAsync(HttpContext context, string id, bool asPdf)
    {
        if (await CasePages.OwnAsync(context, id) is { } now)
        {
            await WriteDecisionAsync(
                context, now, asPdf, () => NoteAsync(context, context.RequestServices.GetRequiredService<Installation>(), now, "recognition/case-file-taken"));
        }
    }

    /// <summary>The letter, or the certificate as a file with its proof: of the decision in force, or of one before it (<c>of=first</c>, <c>of=conditional</c>).</summary>
    /// <param name="note">Records that it was taken.</param>
    internal static async Task WriteDecisionAsync(HttpContext context, RecognitionCase now, bool asPdf, Func<Task> note)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var taken = context.Request.Query["of"].ToString() switch
        {
            "first" => now.Appeal?.Original,
            "conditional" => now.Conditions is [.., var newest] ? newest.Original : null,
            _ => now.Decision ?? now.Appeal?.Original,
        };
        var lookup = new CertificateLookup(home);
        var hasCertificate = AssetId.TryParse(taken?.Certificate, out var asset);
        var letter = !hasCertificate && asPdf && taken is not null ? await NoDecisionLetter.OfAsync(home, now, taken, context.RequestAborted) : null;
        if (letter is { Problem: { } problem })
        {
            await Problems.RefuseAsync(context, StatusCodes.Status409Conflict, problem);
            return;
        }

        var bytes = !hasCertificate ? letter?.Value
            : asPdf ? await lookup.LetterAsync(asset, context.RequestAborted)
            : (await lookup.FileAsync(asset, context.RequestAborted))?.Write();
        if (bytes is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await note();
        context.Response.ContentType = asPdf ? "application/pdf" : "application/json; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{now.Number}.{(asPdf ? "pdf" : "json")}\"";
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Writes that the applicant took something of the case away with them.</summary>
    internal static Task NoteAsync(HttpContext context, Installation home, RecognitionCase now, string what) => home.Database.WriteAsync(
        t => AuditTrail.AppendAsync(
            t, home.Time.GetUtcNow(),
            new TrailEvent(TrailAct.View, what, context.Visit().Actor, new TrailSubject("recognition-case", now.Id)), context.RequestAborted),
        context.RequestAborted);

    internal static async Task ShowAsync(
        HttpContext context, RecognitionCase now, IReadOnlyList<(string, Problem)> wrong, string words = "", string remark = "")
    {
        var (home, desk) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestServices.GetRequiredService<CaseDesk>());
        var at = home.Time.GetUtcNow();
        IReadOnlyList<CaseEvent> events;
        string? maker = null;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            events = await desk.Cases.EventsAsync(connection, now.Id, context.RequestAborted);
            if (now.DecisionMaker is { } person)
            {
                maker = (await AccountNames.OfAsync(connection, [person], context.RequestAborted)).GetValueOrDefault(person);
            }
        }

        var (texts, language) = (context.RequestServices.GetRequiredService<Texts>(), Readers.LanguageOf(context.Request));
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CasePage>(
            context, language, CasePages.StatusOf(wrong),
            (nameof(CasePage.Now), now), (nameof(CasePage.Course), CaseCourse.Of(now, events)),
            (nameof(CasePage.Clock), now.Clock(desk.Clock, at)), (nameof(CasePage.Days), now.ClockDays(desk.Clock, at)),
            (nameof(CasePage.Today), desk.Today()), (nameof(CasePage.Term), now.IntakeDue(desk.Clock) ?? now.AnswerDue(desk.Clock) ?? now.QuestionDue(desk.Clock)), (nameof(CasePage.Guide), CasePages.GuideOf(context, now).TryGet(out var guide, out _) ? guide : null),
            (nameof(CasePage.Desk), context.RequestServices.GetRequiredService<RecognitionDesk>()), (nameof(CasePage.Maker), maker),
            (nameof(CasePage.Said), words), (nameof(CasePage.RemarkWords), remark), (nameof(CasePage.Refused), wrong.Select(w => (w.Item1, DeskWords.InWords(texts, language, w.Item2))).ToList()));
    }
}
