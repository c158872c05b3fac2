using System.Data.Common;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Cases;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// Recognition from the applicant's side, <c>/{lang}/me/cases</c>: the list, the draft in its steps, filing. Another's case is not there,
/// neither by its id nor by its number.
/// </summary>
internal static class CasePages
{
    private const int ListMax = 100;

    public const string Route = "/me/cases/{id}";

    public static void Map(RouteGroupBuilder pages)
    {
        var me = pages.MapWork("");
        me.MapGet("/me/cases", IndexAsync).Needs(null);
        me.MapGet("/me/cases/new", (HttpContext context) => ShowFormAsync(context, null, CaseForm.Of(context.Request.Query), [])).Needs(null);
        me.MapPost("/me/cases/new", OpenAsync).Needs(null);
        me.MapGet(Route + "/what", async (HttpContext context, string id) =>
        {
            if (await DraftAsync(context, id) is { } now)
            {
                await ShowFormAsync(context, now, CaseForm.Of(now), []);
            }
        }).Needs(null);
        me.MapPost(Route + "/what", DescribeAsync).Needs(null);
        me.MapGet(Route + "/documents", async (HttpContext context, string id) =>
        {
            if (await DraftAsync(context, id) is { } now)
            {
                await ShowDocumentsAsync(context, now, []);
            }
        }).Needs(null);
        me.MapPost(Route + "/documents", AddAsync).WithMetadata(new ReadsOwnForm()).Needs(null);
        me.MapGet(Route + "/documents/{document}", FileAsync).Needs(null);
        me.MapPost(Route + "/documents/{document}/remove", RemoveAsync).Needs(null);
        me.MapGet(Route + "/background", async (HttpContext context, string id) =>
        {
            if (await DraftAsync(context, id) is { } now)
            {
                await ShowPaperAsync(context, now, new Dictionary<string, string>(StringComparer.Ordinal), []);
            }
        }).Needs(null);
        me.MapPost(Route + "/background", WriteAsync).Needs(null);
        me.MapGet(Route + "/file", async (HttpContext context, string id) =>
        {
            if (await DraftAsync(context, id) is { } now)
            {
                await ShowFilingAsync(context, now, []);
            }
        }).Needs(null);
        me.MapPost(Route + "/file", FileCaseAsync).WithMetadata(new NeverKept()).Needs(null);
        OneCasePages.Map(me);
    }

    /// <summary>The visitor's own case; null, and a page that says there is none, when it is not theirs.</summary>
    internal static async Task<RecognitionCase?> OwnAsync(HttpContext context, string id)
    {
        var (home, desk) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestServices.GetRequiredService<CaseDesk>());
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var found = await desk.Cases.FindAsync(connection, id, context.RequestAborted);
        if (found?.Case is { } now && now.Applicant == context.Visit().Actor.Id)
        {
            return now;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    internal static int VersionOf(IFormCollection form) =>
        int.TryParse(form["version"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var read) ? read : -1;

    internal static void Go(HttpContext context, string path) =>
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/cases{path}");

    /// <summary>Today's answer of the guide for a case.</summary>
    internal static Outcome<RecognitionGuide> GuideOf(HttpContext context, RecognitionCase now) =>
        context.RequestServices.GetRequiredService<RecognitionDesk>().Guide(now.Qualification.Ask(now.Purpose, now.HolderKind));

    /// <summary>Cases may be filed: the body has set its terms. Any question tells it.</summary>
    internal static bool IsOpen(HttpContext context) => context.RequestServices.GetRequiredService<RecognitionDesk>().CanFile;

    private static async Task<RecognitionCase?> DraftAsync(HttpContext context, string id)
    {
        if (await OwnAsync(context, id) is not { } now)
        {
            return null;
        }

        if (now.Stage == CaseStage.Draft)
        {
            return now;
        }

        Go(context, "/" + id);
        return null;
    }

    private static async Task IndexAsync(HttpContext context, Installation home, CaseDesk desk, PageWriter writer)
    {
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var rows = await desk.Lists.FindAsync(connection, new CaseSearch(Applicant: context.Visit().Actor.Id), ListMax, context.RequestAborted);
        await SitePages.Write<CasesPage>(
            context, writer, (nameof(CasesPage.Rows), rows), (nameof(CasesPage.Desk), context.RequestServices.GetRequiredService<RecognitionDesk>()),
            (nameof(CasesPage.IsOpen), IsOpen(context)));
    }

    private static async Task OpenAsync(HttpContext context, CaseDesk desk)
    {
        var actor = context.Visit().Actor;
        var typed = CaseForm.Of(await context.Request.ReadFormAsync(context.RequestAborted));
        if (typed.IsMore)
        {
            await ShowFormAsync(context, null, typed, []);
            return;
        }

        var (said, wrong) = Check(context, typed);
        if (said is not null)
        {
            said = await LinkedAsync(context, said);
            var opened = await desk.OpenAsync(actor, at => said.Of(null, actor.Id, desk.Today(), at), context.RequestAborted, isForm: true);
            if (opened.TryGet(out var now, out var refused))
            {
                Go(context, $"/{now.Id}/documents");
                return;
            }

            wrong = [(CaseForm.FieldOf(refused), refused)];
        }

        await ShowFormAsync(context, null, typed, wrong);
    }

    private static async Task DescribeAsync(HttpContext context, CaseDesk desk, string id)
    {
        if (await DraftAsync(context, id) is not { } now)
        {
            return;
        }

        var actor = context.Visit().Actor;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var typed = CaseForm.Of(form);
        if (typed.IsMore)
        {
            await ShowFormAsync(context, now, typed, []);
            return;
        }

        var (said, wrong) = Check(context, typed);
        if (said is not null)
        {
            said = await LinkedAsync(context, said);
            var done = await desk.ActAsync(
                actor, null, id, VersionOf(form), (one, at) => said.Of(one, actor.Id, desk.Today(), at), context.RequestAborted);
            if (done.TryGet(out _, out var refused))
            {
                Go(context, $"/{id}/documents");
                return;
            }

            wrong = [(CaseForm.FieldOf(refused), refused)];
        }

        await ShowFormAsync(context, now, typed, wrong);
    }

    /// <summary>What was said, when the guide knows an answer to it and a case may be filed on it.</summary>
    private static (CaseDescription? Said, IReadOnlyList<(string, Problem)> Wrong) Check(HttpContext context, CaseForm typed)
    {
        var (said, wrong) = typed.Read();
        if (said is null)
        {
            return (null, wrong);
        }

        var asked = said.Qualification.Ask(said.Purpose, said.Kind);
        var desk = context.RequestServices.GetRequiredService<RecognitionDesk>();
        return desk.Guide(asked).TryGet(out var guide, out var refused) && CaseTerms.Of(guide).TryGet(out _, out refused)
            ? (said, [])
            : (null, [(CaseForm.FieldOf(refused), refused)]);
    }

    // What the registers know by the very name needs no officer to find it.
    private static async Task<CaseDescription> LinkedAsync(HttpContext context, CaseDescription said)
    {
        await using var connection = await context.RequestServices.GetRequiredService<Installation>().Database.ConnectAsync(context.RequestAborted);
        var institutions = await InstitutionRegister.LinkAsync(connection, said.Qualification.Institutions, context.RequestAborted);
        return said with { Qualification = said.Qualification with { Institutions = institutions } };
    }

    private static async Task AddAsync(HttpContext context, Installation home, CaseDesk desk, string id)
    {
        if (await OwnAsync(context, id) is not { } now)
        {
            return;
        }

        var upload = await CaseUpload.ReadAsync(context);
        if (!upload.IsGenuine)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var item = upload["item"];
        var problem = upload.Refused
            ?? (upload.File is null ? new Problem("cases/no-file", "No file was chosen.") : null)
            ?? await PutAsync(context, home, desk, now, upload.File!, item, upload.FileName);
        if (problem is null)
        {
            Go(context, $"/{id}" + (now.Stage == CaseStage.Draft ? "/documents" : "#documents"));
        }
        else if (now.Stage == CaseStage.Draft)
        {
            await ShowDocumentsAsync(context, now, [("f-" + item, problem)]);
        }
        else
        {
            await OneCasePages.ShowAsync(context, now, [("f-" + item, problem)]);
        }
    }

    /// <summary>A file takes nothing away from what others did meanwhile: it joins the case as it is now, whichever version was read.</summary>
    private static async Task<Problem?> PutAsync(
        HttpContext context, Installation home, CaseDesk desk, RecognitionCase read, TakenFile file, string item, string name)
    {
        var (actor, cancel) = (context.Visit().Actor, context.RequestAborted);
        var document = await CaseFileKind.ReadAsync(context, home, file, item, name, read.Holder, cancel);
        return await desk.InNewestAsync(
            actor, read.Id,
            (now, at) => AddDocument.Of(now, actor.Id, document with { At = at, Diploma = now.Holder == read.Holder ? document.Diploma : null }, at), cancel,
            (transaction, now, inner) => CaseFiles.PutAsync(transaction, now, document.Id, file, inner));
    }

    private static async Task RemoveAsync(HttpContext context, CaseDesk desk, string id, string document)
    {
        if (await DraftAsync(context, id) is not { } now)
        {
            return;
        }

        var actor = context.Visit().Actor;
        // Taken back already, by the first of two clicks: the page shows so.
        _ = await desk.InNewestAsync(
            actor, id, (one, at) => RemoveDocument.Of(one, actor.Id, document, at), context.RequestAborted,
            (transaction, _, inner) => CaseFiles.RemoveAsync(transaction, now.Id, document, inner));
        Go(context, $"/{id}/documents");
    }

    /// <summary>The bytes as they came, always as a file to save: what a stranger sent is opened by no page of this site.</summary>
    private static async Task FileAsync(HttpContext context, Installation home, CaseDesk desk, string id, string document)
    {
        if (await OwnAsync(context, id) is not { } now)
        {
            return;
        }

        if (now.Document(document) is not { } wanted || !CaseSight.Sees(now, wanted))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var cancel = context.RequestAborted;
        await OneCasePages.NoteAsync(context, home, now, "recognition/case-file-taken");
        await using var connection = await home.Database.ConnectAsync(cancel);
        var one = (await desk.Cases.FindAsync(connection, id, cancel))!;
        context.Response.ContentType = CaseFileKind.IsUsual(wanted.MediaType) ? wanted.MediaType : "application/octet-stream";
        context.Response.ContentLength = wanted.Length;
        context.Response.Headers.ContentDisposition =
            new System.Net.Mime.ContentDisposition { FileName = "document" }.ToString().Replace("filename=document", $"filename*=UTF-8''{Uri.EscapeDataString(wanted.FileName)}", StringComparison.Ordinal);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await foreach (var part in CaseFiles.ReadAsync(connection, one, wanted.Id, cancel))
        {
            await context.Response.Body.WriteAsync(part, cancel);
        }
    }

    private static async Task WriteAsync(HttpContext context, Installation home, CaseDesk desk, Texts texts, string id)
    {
        if (await DraftAsync(context, id) is not { } now)
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var typed = CaseBackgroundPage.Questions.ToDictionary(q => q, q => form[q].ToString(), StringComparer.Ordinal);
        if (typed.Values.All(string.IsNullOrWhiteSpace))
        {
            await ShowPaperAsync(context, now, typed, [(CaseBackgroundPage.Questions[0], new Problem("recognition/no-words", "This needs words."))]);
            return;
        }

        if (typed.FirstOrDefault(q => q.Value.Length > CaseBackgroundPage.AnswerLengthMax) is { Key: { } tooLong })
        {
            await ShowPaperAsync(context, now, typed, [(tooLong, new Problem(
                "recognition/too-long", "Too many characters.", ("max", $"{CaseBackgroundPage.AnswerLengthMax}")))]);
            return;
        }

        var language = Readers.LanguageOf(context.Request);
        var paper = new StringBuilder();
        foreach (var (question, answer) in typed)
        {
            paper.AppendLine(texts.Get(language, "cases/paper." + question)).AppendLine(answer.Trim()).AppendLine();
        }

        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(paper.ToString()));
        var file = (await CaseFiles.TakeAsync(bytes, context.RequestAborted)).Value;
        var refused = await PutAsync(context, home, desk, now, file, DocumentItems.BackgroundPaper, texts.Get(language, "cases/paper.file"));
        if (refused is null or { Code: "recognition/document-there" })
        {
            Go(context, $"/{id}/documents");
            return;
        }

        await ShowPaperAsync(context, now, typed, [(CaseBackgroundPage.Questions[0], refused)]);
    }

    private static async Task FileCaseAsync(HttpContext context, CaseDesk desk, CaseMail mail, string id)
    {
        // Filed already, by the first of two clicks: its page says so.
        if (await DraftAsync(context, id) is not { } now)
        {
            return;
        }

        var actor = context.Visit().Actor;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["read"] != "yes")
        {
            await ShowFilingAsync(context, now, [("read", new Problem("cases/not-read", "Tick that what you say is true."))]);
            return;
        }

        var home = context.RequestServices.GetRequiredService<Installation>();
        var at = home.Time.GetUtcNow();
        var filed = await desk.ActAsync(
            actor, null, id, VersionOf(form),
            async (DbTransaction transaction, OpenCase one, CancellationToken cancel) =>
            {
                // A filing that is refused takes no number: first without one.
                if (!(await CaseGuide.OfAsync(transaction, home.Rules, one.Case, desk.Today(), cancel)).TryGet(out var guide, out var problem)
                    || !SubmitCase.Of(one.Case, actor.Id, guide, "", at).TryGet(out _, out problem))
                {
                    return problem;
                }

                return SubmitCase.Of(one.Case, actor.Id, guide, await CaseStore.NextNumberAsync(transaction, desk.Today().Year, cancel), at);
            },
            at, context.RequestAborted, await mail.TellAsync(actor.Id, CaseNews.Filed, context.RequestAborted));
        if (filed.TryGet(out _, out var refused))
        {
            Go(context, "/" + id);
            return;
        }

        await ShowFilingAsync(context, now, [(refused.Code == "recognition/nothing-added" ? "documents" : "read", refused)]);
    }

    private static Task ShowFormAsync(HttpContext context, RecognitionCase? now, CaseForm typed, IReadOnlyList<(string, Problem)> wrong) =>
        context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseFormPage>(
            context, Readers.LanguageOf(context.Request), StatusOf(wrong),
            (nameof(CaseFormPage.Desk), context.RequestServices.GetRequiredService<RecognitionDesk>()), (nameof(CaseFormPage.Typed), typed),
            (nameof(CaseFormPage.Id), now?.Id), (nameof(CaseFormPage.Version), now?.Version ?? 0), (nameof(CaseFormPage.IsOpen), IsOpen(context)),
            (nameof(CaseFormPage.Refused), wrong));

    private static Task ShowDocumentsAsync(HttpContext context, RecognitionCase now, IReadOnlyList<(string, Problem)> wrong)
    {
        var guide = GuideOf(context, now).TryGet(out var answer, out var refused) ? answer : null;
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseDocumentsPage>(
            context, Readers.LanguageOf(context.Request), StatusOf(wrong),
            (nameof(CaseDocumentsPage.Now), now), (nameof(CaseDocumentsPage.Items), guide?.Documents ?? []),
            (nameof(CaseDocumentsPage.Without), guide?.WithoutDocuments),
            (nameof(CaseDocumentsPage.Refused), refused is null ? wrong : [.. wrong, ("f-other", refused)]));
    }

    private static Task ShowPaperAsync(
        HttpContext context, RecognitionCase now, IReadOnlyDictionary<string, string> typed, IReadOnlyList<(string, Problem)> wrong) =>
        context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseBackgroundPage>(
            context, Readers.LanguageOf(context.Request), StatusOf(wrong),
            (nameof(CaseBackgroundPage.Now), now), (nameof(CaseBackgroundPage.Typed), typed), (nameof(CaseBackgroundPage.Refused), wrong));

    private static Task ShowFilingAsync(HttpContext context, RecognitionCase now, IReadOnlyList<(string, Problem)> wrong)
    {
        var guide = GuideOf(context, now).TryGet(out var answer, out var refused) ? answer : null;
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseFilePage>(
            context, Readers.LanguageOf(context.Request), StatusOf(wrong),
            (nameof(CaseFilePage.Now), now), (nameof(CaseFilePage.Guide), guide),
            (nameof(CaseFilePage.Desk), context.RequestServices.GetRequiredService<RecognitionDesk>()),
            (nameof(CaseFilePage.Refused), refused is null || wrong.Count > 0 ? wrong : [("read", refused)]));
    }

    internal static int StatusOf(IReadOnlyList<(string, Problem)> wrong) =>
        wrong.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}
