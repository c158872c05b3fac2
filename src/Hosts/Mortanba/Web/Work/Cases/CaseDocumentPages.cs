using System.Text;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Cases;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>The second step of a case, and files afterwards: what is added, taken back, and taken away; a background paper in place of documents.</summary>
internal static class CaseDocumentPages
{
    public static void Map(RouteGroupBuilder me)
    {
        me.MapGet(CasePages.Route + "/documents", async (HttpContext context, string id) =>
        {
            if (await CasePages.DraftAsync(context, id) is { } now)
            {
                await ShowDocumentsAsync(context, now, []);
            }
        }).Needs(null);
        me.MapPost(CasePages.Route + "/documents", AddAsync).WithMetadata(new ReadsOwnForm()).Needs(null);
        me.MapGet(CasePages.Route + "/documents/{document}", FileAsync).Needs(null);
        me.MapPost(CasePages.Route + "/documents/{document}/remove", RemoveAsync).Needs(null);
        me.MapGet(CasePages.Route + "/background", async (HttpContext context, string id) =>
        {
            if (await CasePages.DraftAsync(context, id) is { } now)
            {
                await ShowPaperAsync(context, now, new Dictionary<string, string>(StringComparer.Ordinal), []);
            }
        }).Needs(null);
        me.MapPost(CasePages.Route + "/background", WriteAsync).Needs(null);
    }

    private static async Task AddAsync(HttpContext context, Installation home, CaseDesk desk, string id)
    {
        if (await CasePages.OwnAsync(context, id) is not { } now)
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
            CasePages.Go(context, $"/{id}" + (now.Stage == CaseStage.Draft ? "/documents" : "#documents"));
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
        if (await CasePages.DraftAsync(context, id) is not { } now)
        {
            return;
        }

        var actor = context.Visit().Actor;
        // Taken back already, by the first of two clicks: the page shows so.
        _ = await desk.InNewestAsync(
            actor, id, (one, at) => RemoveDocument.Of(one, actor.Id, document, at), context.RequestAborted,
            (transaction, _, inner) => CaseFiles.RemoveAsync(transaction, now.Id, document, inner));
        CasePages.Go(context, $"/{id}/documents");
    }

    /// <summary>The bytes as they came, always as a file to save: what a stranger sent is opened by no page of this site.</summary>
    private static async Task FileAsync(HttpContext context, Installation home, CaseDesk desk, string id, string document)
    {
        if (await CasePages.OwnAsync(context, id) is not { } now)
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
        if (await CasePages.DraftAsync(context, id) is not { } now)
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
            CasePages.Go(context, $"/{id}/documents");
            return;
        }

        await ShowPaperAsync(context, now, typed, [(CaseBackgroundPage.Questions[0], refused)]);
    }

    private static Task ShowDocumentsAsync(HttpContext context, RecognitionCase now, IReadOnlyList<(string, Problem)> wrong)
    {
        var guide = CasePages.GuideOf(context, now).TryGet(out var answer, out var refused) ? answer : null;
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseDocumentsPage>(
            context, Readers.LanguageOf(context.Request), CasePages.StatusOf(wrong),
            (nameof(CaseDocumentsPage.Now), now), (nameof(CaseDocumentsPage.Items), guide?.Documents ?? []),
            (nameof(CaseDocumentsPage.Without), guide?.WithoutDocuments),
            (nameof(CaseDocumentsPage.Refused), refused is null ? wrong : [.. wrong, ("f-other", refused)]));
    }

    private static Task ShowPaperAsync(
        HttpContext context, RecognitionCase now, IReadOnlyDictionary<string, string> typed, IReadOnlyList<(string, Problem)> wrong) =>
        context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseBackgroundPage>(
            context, Readers.LanguageOf(context.Request), CasePages.StatusOf(wrong),
            (nameof(CaseBackgroundPage.Now), now), (nameof(CaseBackgroundPage.Typed), typed), (nameof(CaseBackgroundPage.Refused), wrong));
}
