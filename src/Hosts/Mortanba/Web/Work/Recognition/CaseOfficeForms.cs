using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Recognition;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>The officer's page of a case and its forms: intake, people, waits, authenticity, the issuer's right, rules, remarks.</summary>
internal static class CaseOfficeForms
{
    public static void Map(RouteGroupBuilder desk)
    {
        var one = desk.MapGroup("/cases/{id}");
        one.MapGet("", (HttpContext context, string id) => ShowAsync(context, id, [], DeskForm.None)).Needs(Right.ManageCases);
        one.MapGet("/files/{document}", FileAsync).Needs(Right.ManageCases);
        one.MapGet("/decide/files/{document}", FileAsync).Needs(Right.DecideCases);
        one.MapGet("/appeal/files/{document}", FileAsync).Needs(Right.ReviewAppeals);
        foreach (var (page, right) in new[] { ("", Right.ManageCases), ("/decide", Right.DecideCases), ("/appeal", Right.ReviewAppeals) })
        {
            one.MapGet(page + "/letter.pdf", (HttpContext context, string id) => DecisionAsync(context, id, asPdf: true)).Needs(right);
            one.MapGet(page + "/certificate", (HttpContext context, string id) => DecisionAsync(context, id, asPdf: false)).Needs(right);
        }

        one.MapPost("/evidence", UploadAsync).Needs(Right.ManageCases).WithMetadata(new ReadsOwnForm());
        Post(one, "/missing", "missing", (form, c, by, _, at) => AskForMissing.Of(
            c, by, [.. form.All("missing").Select(item => new MissingItem(item, form["why." + item]))], at));
        Post(one, "/complete", "missing", (_, c, by, _, at) => AcceptComplete.Of(c, by, at));
        Post(one, "/unanswered", "missing", (form, c, by, _, at) => EndUnanswered.Of(c, by, form["why"], at));
        Post(one, "/wait", "wait", (form, c, by, _, at) => BeginWait.Of(
            c, by, CaseDesk.NewId("wait"), form.Choice<WaitFor>("whom") ?? WaitFor.Issuer, form["about"], at));
        Post(one, "/answered", "wait", (form, c, by, _, at) => EndWait.Of(c, by, form["wait"], at));
        Post(one, "/authenticity", "authenticity", (form, c, by, _, at) => FindAuthenticity.Of(
            c, by,
            new AuthenticityFinding(
                form.Choice<Authenticity>("result") ?? Authenticity.NotAsked, form.Choice<AuthenticityWay>("way") ?? AuthenticityWay.Letter,
                form.All("evidence"), form["note"].Trim()),
            at));
        one.MapPost("/right", RightAsync).Needs(Right.ManageCases);
        Post(one, "/remark", "remark", (form, c, by, _, at) => AddRemark.Of(c, by, form["text"], form["applicant"] == "yes", at));
        one.MapPost("/rebase", RebaseAsync).Needs(Right.ManageCases);
        one.MapPost("/correct", CorrectAsync).Needs(Right.ManageCases);
        one.MapPost("/assign", AssignAsync).Needs(Right.ManageCases);
    }

    private static async Task RightAsync(HttpContext context, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        var at = home.Time.GetUtcNow();
        var found = new IssuerRightFinding(
            form.Choice<IssuerRight>("result") ?? IssuerRight.NotAsked, form.All("entry"), form.All("evidence"), form["note"].Trim());
        var done = form.TooLong() is { } wrong ? wrong : await new CaseDesk(home).ActAsync(
            visit.Actor, visit.Role, id, form.Version,
            async (transaction, open, _) => FindIssuerRight.Of(
                open.Case, visit.Actor.Id, found,
                await RegisterAsync(context, transaction, open.Case) is { } register
                    ? RegisterEntries.Of(context.RequestServices.GetRequiredService<Texts>(), Readers.LanguageOf(context.Request), register)
                    : null,
                at),
            at, context.RequestAborted);
        await AnswerAsync(context, id, form, "right", done.Problem);
    }

    private static async Task CorrectAsync(HttpContext context, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        var (desk, at) = (new CaseDesk(home), home.Time.GetUtcNow());
        var done = form.TooLong() is { } wrong ? wrong : await desk.ActAsync(
            visit.Actor, visit.Role, id, form.Version,
            async (transaction, open, cancel) => Corrected(form, open.Case.Qualification).TryGet(out var right, out var problem)
                // On a day on which the law knows no answer, as after the end of the state, nothing could be decided.
                && (await CaseGuide.OwnAsync(transaction, home.Rules, open.Case with { Qualification = right }, cancel)).TryGet(out var law, out problem)
                ? CorrectQualification.Of(open.Case, visit.Actor.Id, right, law, form["why"], desk.Today(), at)
                : problem,
            at, context.RequestAborted);
        await AnswerAsync(context, id, form, "correct", done.Problem);
    }

    private static Outcome<Qualification> Corrected(DeskForm form, Qualification was)
    {
        if (!form.Number("credits", was.Credits).TryGet(out var credits, out var wrong) || !form.Number("years", was.Years).TryGet(out var years, out wrong))
        {
            return wrong;
        }

        var isced = form.Chosen("isced") is not { } level ? was.Isced
            : int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read
            : 0;
        return was with
        {
            Awarded = form.Day("awarded") ?? was.Awarded,
            Institutions = [.. was.Institutions.Select((i, n) => i with { Id = LinkOf(form.Chosen($"institution.{n}"), i.Id) })],
            Isced = isced,
            Level = isced == was.Isced ? was.Level : CaseForm.LevelOf(isced),
            Field = form.IsNamed("field") ? form["field"].Trim() : was.Field,
            Credits = credits,
            Years = years,
        };
    }

    // What was linked stays so until another is chosen, or that it is none of the register.
    private static string? LinkOf(string? chosen, string? now) => chosen is null ? now : chosen == CorrectPart.NotRegistered ? null : chosen;

    // Whoever applies is told of what is asked, and of waits.
    private static CaseNews? NewsOf(string path) => path switch
    {
        "missing" => CaseNews.Missing,
        "unanswered" => CaseNews.Unanswered,
        "wait" => CaseNews.WaitBegan,
        "answered" => CaseNews.WaitEnded,
        _ => null,
    };

    private delegate Outcome<CaseEvent> Act(DeskForm form, RecognitionCase now, string by, Installation home, DateTimeOffset at);

    private static void Post(RouteGroupBuilder one, string path, string field, Act act) => one.MapPost(
        path, async (HttpContext context, string id) => await DoAsync(context, id, await DeskPages.FormAsync(context), field, act, NewsOf(path[1..]))).Needs(Right.ManageCases);

    private static async Task DoAsync(HttpContext context, string id, DeskForm form, string field, Act act, CaseNews? news = null)
    {
        var (home, visit) = (DeskPages.Home(context), context.Visit());
        var tell = news is { } some ? await DeskPages.TellAsync(context, id, some) : null;
        var done = form.TooLong() is { } wrong ? wrong : await new CaseDesk(home).ActAsync(
            visit.Actor, visit.Role, id, form.Version, (now, at) => act(form, now, visit.Actor.Id, home, at), context.RequestAborted, tell);
        await AnswerAsync(context, id, form, field, done.Problem);
    }

    private static Task AnswerAsync(HttpContext context, string id, DeskForm form, string field, Problem? refused)
    {
        if (refused is not null)
        {
            return ShowAsync(context, id, [(field, refused)], form);
        }

        DeskPages.Back(context, id, anchor: "#" + field);
        return Task.CompletedTask;
    }

    private static async Task RebaseAsync(HttpContext context, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        var (desk, at) = (new CaseDesk(home), home.Time.GetUtcNow());
        var done = form.TooLong() is { } wrong ? wrong : await desk.ActAsync(
            visit.Actor, visit.Role, id, form.Version,
            async (transaction, open, cancel) => (await CaseGuide.OfAsync(transaction, home.Rules, open.Case, desk.Today(), cancel)).TryGet(out var guide, out var problem)
                ? RebaseCase.Of(open.Case, visit.Actor.Id, guide, form["reason"], at)
                : problem,
            at, context.RequestAborted);
        await AnswerAsync(context, id, form, "rebase", done.Problem);
    }

    // Only people who hold the role: an account of somebody else is nobody.
    private static async Task AssignAsync(HttpContext context, string id)
    {
        var (home, form, cancel) = (DeskPages.Home(context), await DeskPages.FormAsync(context), context.RequestAborted);
        IReadOnlyList<(string Id, string Name, Role Role)> staff;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            staff = await CaseView.StaffAsync(connection, cancel);
        }

        string? Of(string field, Role role) => staff.FirstOrDefault(s => s.Id == form[field] && s.Role == role).Id;
        await DoAsync(context, id, form, "people", (_, now, by, _, at) => AssignCase.Of(
            now, by, Of("evaluator", Role.Evaluator), Of("second", Role.Evaluator), Of("maker", Role.DecisionMaker), at));
    }

    /// <summary>The body's own evidence.</summary>
    private static async Task UploadAsync(HttpContext context, string id)
    {
        var (home, visit) = (DeskPages.Home(context), context.Visit());
        var upload = await CaseUpload.ReadAsync(context);
        if (!upload.IsGenuine)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var problem = upload.Refused ?? (upload.File is null ? new Problem("recognition/file-empty", "The file is empty.") : null);
        if (problem is null)
        {
            var item = upload["item"] is DocumentItems.RegisterExtract or DocumentItems.Answer ? upload["item"] : DocumentItems.Other;
            var file = upload.File!;
            var document = (await CaseFileKind.ReadAsync(context, home, file, item, upload.FileName, null, context.RequestAborted)) with { Source = EvidenceSource.Authority };
            var version = int.TryParse(upload["version"], out var read) ? read : 0;
            var added = await new CaseDesk(home).ActAsync(
                visit.Actor, visit.Role, id, version,
                (now, at) => AddDocument.Of(now, visit.Actor.Id, document, at), context.RequestAborted,
                (t, now, cancel) => CaseFiles.PutAsync(t, now, document.Id, file, cancel));
            problem = added.Problem;
        }

        if (problem is null)
        {
            DeskPages.Back(context, id, anchor: "#documents");
        }
        else
        {
            await ShowAsync(context, id, [("documents", problem)], DeskForm.None);
        }
    }

    private static async Task ShowAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        var (home, cancel) = (DeskPages.Home(context), context.RequestAborted);
        if (await CaseView.FindAsync(home, id, cancel) is not { } view || !IsOfficers(view.Case, context.Visit().Actor.Id))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await DeskPages.NoteViewAsync(context, id);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var register = await RegisterAsync(context, connection, view.Case);
        await DeskPages.WriteAsync<OfficerPage>(
            context, problems, (nameof(OfficerPage.View), view), (nameof(OfficerPage.Typed), typed),
            (nameof(OfficerPage.Staff), await CaseView.StaffAsync(connection, cancel)),
            (nameof(OfficerPage.Readings), await EvidenceReading.OfAllAsync(connection, view.Open, home.Time.GetUtcNow(), cancel)),
            (nameof(OfficerPage.LawNow), await LawNowAsync(connection, home, view.Case, cancel)),
            (nameof(OfficerPage.Candidates), await CandidatesAsync(connection, view.Case, cancel)),
            (nameof(OfficerPage.Register), register), (nameof(OfficerPage.Kin), await InstitutionRegister.NamedAsync(connection, [.. register?.Findings.SelectMany(f => f.Reasons).SelectMany(r => r.Kin ?? []) ?? []], null, cancel)),
            (nameof(OfficerPage.Inquiries), await new InquiryStore(home.Vault).OfCaseAsync(connection, id, cancel)),
            (nameof(OfficerPage.Centres), InquiryPages.Names(home)),
            (nameof(OfficerPage.Guide), context.RequestServices.GetRequiredService<RecognitionDesk>()));
    }

    /// <summary>What the registers say of the day of the award; null when none of the institutions is linked to them.</summary>
    private static async Task<EntitlementAnswer?> RegisterAsync(HttpContext context, ReadFrom from, RecognitionCase one)
    {
        var guide = context.RequestServices.GetRequiredService<RecognitionDesk>();
        var question = EntitlementQuestion.Of(one.Qualification, guide.Treaties.Home);
        var ids = one.Qualification.Institutions.Select(i => i.Id).OfType<string>().Intersect(question.Institutions).ToList();
        if (one.Stage is not (CaseStage.IssuerRight or CaseStage.Evaluation or CaseStage.Decision) || ids.Count == 0)
        {
            return null;
        }

        return EntitledThen.Decide(
            question, await InstitutionRegister.FactsAsync(from, ids, cancel: context.RequestAborted),
            [.. guide.Countries(Language.En), .. guide.FormerStates(Language.En)]).TryGet(out var answer, out _) ? answer : null;
    }

    /// <summary>For each institution of the qualification: those of its country in the register, to choose from; none where nothing can be set right any more.</summary>
    private static async Task<IReadOnlyList<(int Place, AwardingInstitution Institution, IReadOnlyList<ForeignInstitution> Choices)>> CandidatesAsync(
        System.Data.Common.DbConnection connection, RecognitionCase one, CancellationToken cancel)
    {
        const int choicesMax = 100;
        var found = new List<(int, AwardingInstitution, IReadOnlyList<ForeignInstitution>)>();
        foreach (var (institution, place) in one.Qualification.Institutions.Select((i, n) => (i, n)))
        {
            if (one.Stage is CaseStage.Intake or CaseStage.Authenticity or CaseStage.IssuerRight or CaseStage.Evaluation)
            {
                found.Add((place, institution, await InstitutionRegister.LikeAsync(connection, institution, choicesMax, cancel)));
            }
        }

        return found;
    }

    /// <summary>The law of today, when it is other than that of the case: other rules, other treaties, another way by rankings, it was set right, or no pack has the old one any more.</summary>
    private static async Task<RecognitionGuide?> LawNowAsync(
        System.Data.Common.DbConnection connection, Installation home, RecognitionCase one, CancellationToken cancel) =>
        (await CaseGuide.OfAsync(connection, home.Rules, one, new CaseDesk(home).Today(), cancel)).TryGet(out var guide, out _)
            && (one.IsLawOther || !CaseGuide.Own(home.Rules, one).IsDone || guide.Rules.Select(r => r.ToString()).Except(one.Terms!.Rules).Any() || guide.Basis.Route != one.Terms.Route
                || !guide.Basis.Applied.Select(t => t.Treaty.Id).SequenceEqual(one.Terms.Treaties))
            ? guide
            : null;

    /// <summary>A document as it came, to be saved, never shown by the browser; to those of the body who see the person.</summary>
    private static async Task FileAsync(HttpContext context, string id, string document)
    {
        var (home, visit, cancel) = (DeskPages.Home(context), context.Visit(), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var open = await new CaseDesk(home).Cases.FindAsync(connection, id, cancel);
        if (open is not { Case.IsFiled: true } || open.Case.Document(document) is not { } file || !IsTheirs(visit, open.Case))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await DeskPages.NoteViewAsync(context, id, "recognition/document-viewed");
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Length;
        context.Response.Headers.ContentDisposition = new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue("attachment")
        {
            FileNameStar = file.FileName,
        }.ToString();
        await foreach (var part in CaseFiles.ReadAsync(connection, open, document, cancel))
        {
            await context.Response.Body.WriteAsync(part, cancel);
        }
    }

    /// <summary>What went out to the applicant, to those of the body who see the person.</summary>
    private static async Task DecisionAsync(HttpContext context, string id, bool asPdf)
    {
        OpenCase? open;
        await using (var connection = await DeskPages.Home(context).Database.ConnectAsync(context.RequestAborted))
        {
            open = await new CaseDesk(DeskPages.Home(context)).Cases.FindAsync(connection, id, context.RequestAborted);
        }

        if (open is null || !IsTheirs(context.Visit(), open.Case))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await OneCasePages.WriteDecisionAsync(context, open.Case, asPdf, () => DeskPages.NoteViewAsync(context, id, "recognition/case-file-taken"));
    }

    /// <summary>An officer sees whose case it is: not of their own, and of none that they compare (requirement RQ-20).</summary>
    public static bool IsOfficers(RecognitionCase one, string account) => one.Applicant != account && !one.IsComparedBy(account);

    private static bool IsTheirs(Visit visit, RecognitionCase one) => visit.Role switch
    {
        Role.RecognitionOfficer => IsOfficers(one, visit.Actor.Id),
        Role.DecisionMaker => one.DecisionMaker == visit.Actor.Id,
        Role.AppealReviewer => one.Appeal?.Reviewer == visit.Actor.Id,
        _ => false,
    };
}
