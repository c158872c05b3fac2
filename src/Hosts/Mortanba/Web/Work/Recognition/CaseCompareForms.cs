using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// The evaluators' split view: evidence beside the five elements, and the proposal of the first of them. Nothing of the person is in
/// it (requirement RQ-20), and nothing of the other evaluator before both have finished.
/// </summary>
internal static class CaseCompareForms
{
    private const int TriesMax = 3;
    private const string Page = "/compare";

    public static void Map(RouteGroupBuilder desk)
    {
        var one = desk.MapGroup("/cases/{id}" + Page);
        one.MapGet("", (HttpContext context, string id) => ShowAsync(context, id, [], DeskForm.None)).Needs(Right.AssessCases);
        one.MapPost("", SaveAsync).Needs(Right.AssessCases);
        one.MapPost("/propose", ProposeAsync).Needs(Right.AssessCases);
        desk.MapPost("/cases/{id}/suggest", SuggestAsync).Needs(Right.AssessCases);
        one.MapPost("/suggestion", SuggestionAsync).Needs(Right.AssessCases);
        one.MapPost("/interview", InterviewAsync).Needs(Right.AssessCases);
        one.MapPost("/interview/confirm", ConfirmAsync).Needs(Right.AssessCases);
    }

    /// <summary>What a comparison says, so that a save over another window of the same evaluator is noticed.</summary>
    public static string Fingerprint(RecognitionCase one, string evaluator) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        one.Assessments.FirstOrDefault(a => a.Assessment.Evaluator == evaluator))))[..16];

    /// <summary>Saves or finishes. The other evaluator may save at the same time: only one's own comparison must be the one that was read.</summary>
    private static async Task SaveAsync(HttpContext context, string id)
    {
        var (home, visit, form, cancel) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context), context.RequestAborted);
        var isFinished = form["act"] == "finish";
        var problem = form.TooLong();
        for (var i = 0; i < TriesMax && (i == 0 || problem?.Code == "recognition/changed-meanwhile"); i++)
        {
            if (problem is { Code: not "recognition/changed-meanwhile" } || await MineAsync(context, id) is not { } one)
            {
                break;
            }

            if (Fingerprint(one, visit.Actor.Id) != form["seen"])
            {
                problem = new Problem("recognition/changed-meanwhile", "Your comparison was saved from another window meanwhile.");
                break;
            }

            problem = (await new CaseDesk(home).ActAsync(
                visit.Actor, visit.Role, id, one.Version, (now, at) => AssessCase.Of(now, visit.Actor.Id, form.Findings(isFinished), isFinished, at), cancel)).Problem;
        }

        await AnswerAsync(context, id, problem, "elements", form);
    }

    private static async Task ProposeAsync(HttpContext context, string id)
    {
        var (home, visit, form, cancel) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context), context.RequestAborted);
        var problem = form.TooLong() ?? (form.Draft() is null ? new Problem("recognition/no-proposal", "Nothing is proposed yet: say how the case ends.") : null);
        if (problem is null && await CaseView.FindAsync(home, id, cancel) is { } view && IsMine(view.Case, visit))
        {
            problem = (await new CaseDesk(home).ActAsync(
                visit.Actor, visit.Role, id, form.Version,
                (now, at) => ProposeDecision.Of(now, visit.Actor.Id, form.Draft()!, view.Precedents, view.Today, at), cancel)).Problem;
        }

        await AnswerAsync(context, id, problem, "proposal", form);
    }

    // The document that was beside the form.
    private static string Shown(HttpContext context) => "?document=" + Uri.EscapeDataString(context.Request.Query["document"].ToString());

    /// <summary>Lets the tool read the documents; the page then shows what it proposes, each to be answered.</summary>
    private static async Task SuggestAsync(HttpContext context, ISuggestionTool tool, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        var done = await MineAsync(context, id) is null
            ? default(Outcome<int>?)
            : await new SuggestForCase(home, tool).RunAsync(visit.Actor, visit.Role, id, form.Version, context.RequestAborted);
        if (done is { } made && made.TryGet(out var proposed, out _))
        {
            DeskPages.Back(context, id, Page + Shown(context), $"&proposed={proposed}#evidence");
        }
        else
        {
            await AnswerAsync(context, id, done?.Problem, "evidence", form);
        }
    }

    private static async Task SuggestionAsync(HttpContext context, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        if (await MineAsync(context, id) is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var problem = (await new CaseDesk(home).ActAsync(
            visit.Actor, visit.Role, id, form.Version, (now, at) => AnswerSuggestion.Of(now, visit.Actor.Id, form["suggestion"], form["answer"] == "confirm", at),
            context.RequestAborted)).Problem;
        if (problem is null)
        {
            DeskPages.Back(context, id, Page + Shown(context), "#evidence");
        }
        else
        {
            await AnswerAsync(context, id, problem, "evidence", form);
        }
    }

    /// <summary>The record of a structured interview, as text: a document of the case and the event, together.</summary>
    private static async Task InterviewAsync(HttpContext context, string id)
    {
        var (home, visit, form, cancel) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context), context.RequestAborted);
        var problem = form.TooLong() ?? (form["record"].Trim().Length == 0 ? new Problem("recognition/no-words", "This needs words.") : null);
        if (problem is null && await MineAsync(context, id) is not null)
        {
            using var body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(form["record"].Trim()));
            var file = (await CaseFiles.TakeAsync(body, cancel)).Value;
            problem = await HoldAsync(home, visit, id, form.Version, file, cancel);
        }

        await AnswerAsync(context, id, problem, "interview", form);
    }

    private static Task<Problem?> HoldAsync(Installation home, Visit visit, string id, int version, TakenFile file, CancellationToken cancel)
    {
        var (desk, by, at, document) = (new CaseDesk(home), visit.Actor.Id, home.Time.GetUtcNow(), CaseDesk.NewId("document"));
        // Refused before anything is added; that the record is not there yet is no reason.
        Outcome<CaseEvent> Add(RecognitionCase now) =>
            HoldInterview.Of(now, by, document, at).Problem is { Code: not "recognition/no-document" } wrong ? wrong
            : AddDocument.Of(
                now, by,
                new CaseDocument(document, DocumentItems.Interview, "interview.txt", "text/plain", file.Length, file.Sha256, EvidenceSource.Authority, at), at);
        return home.Database.WriteAsync(
            async t =>
            {
                var added = await desk.InAsync(
                    t, visit.Actor, visit.Role, id, version, (_, now, _) => Task.FromResult(Add(now.Case)), at, cancel,
                    (inner, now, stop) => CaseFiles.PutAsync(inner, now, document, file, stop));
                if (added.TryGet(out var with, out var refused))
                {
                    _ = (await desk.InAsync(
                        t, visit.Actor, visit.Role, id, with.Version, (_, now, _) => Task.FromResult(HoldInterview.Of(now.Case, by, document, at)), at, cancel))
                        .Value;
                }

                return refused;
            },
            cancel);
    }

    private static async Task ConfirmAsync(HttpContext context, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        var problem = (await new CaseDesk(home).ActAsync(
            visit.Actor, visit.Role, id, form.Version, (now, at) => ConfirmInterview.Of(now, visit.Actor.Id, at), context.RequestAborted)).Problem;
        await AnswerAsync(context, id, problem, "interview", form);
    }

    private static async Task AnswerAsync(HttpContext context, string id, Problem? problem, string field, DeskForm form)
    {
        if (problem is null && await MineAsync(context, id) is not null)
        {
            DeskPages.Back(context, id, Page, "#" + field);
        }
        else
        {
            await ShowAsync(context, id, problem is null ? [] : [(field, problem)], form);
        }
    }

    private static async Task<RecognitionCase?> MineAsync(HttpContext context, string id)
    {
        var home = DeskPages.Home(context);
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var open = await new CaseDesk(home).Cases.FindAsync(connection, id, context.RequestAborted);
        return open is { Case: { Stage: not CaseStage.Draft } one } && IsMine(one, context.Visit()) ? one : null;
    }

    private static bool IsMine(RecognitionCase one, Visit visit) => one.Evaluator == visit.Actor.Id || one.SecondEvaluator == visit.Actor.Id;

    private static async Task ShowAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        var (home, cancel, me) = (DeskPages.Home(context), context.RequestAborted, context.Visit().Actor.Id);
        if (await CaseView.FindAsync(home, id, cancel) is not { } view || !IsMine(view.Case, context.Visit()))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await DeskPages.NoteViewAsync(context, id);
        var one = view.Case;
        var shown = one.Documents.Where(d => !DocumentItems.IsPersonal(d.Item)).ToList();
        var chosen = shown.FirstOrDefault(d => d.Id == context.Request.Query["document"]) ?? shown.FirstOrDefault();
        var reading = chosen is null ? null : await EvidenceReading.OfAsync(home, view.Open, chosen, cancel);
        await DeskPages.WriteAsync<ComparePage>(
            context, problems, (nameof(ComparePage.View), view), (nameof(ComparePage.Typed), typed), (nameof(ComparePage.Documents), shown),
            (nameof(ComparePage.Reading), reading),
            (nameof(ComparePage.Proposed), int.TryParse(context.Request.Query["proposed"], NumberStyles.None, CultureInfo.InvariantCulture, out var made) ? made : null), (nameof(ComparePage.Grade), GradeOf(context.Request.Query)),
            (nameof(ComparePage.Seen), Fingerprint(one, me)), (nameof(ComparePage.IsFirst), one.Evaluator == me),
            (nameof(ComparePage.Guide), context.RequestServices.GetRequiredService<RecognitionDesk>()));
    }

    /// <summary>The grade that was asked for; null when none was.</summary>
    private static Outcome<decimal>? GradeOf(IQueryCollection query)
    {
        decimal? Of(string field) => decimal.TryParse(
            query[field].ToString().Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < 1_000_000 ? number : null;
        return !query.ContainsKey("grade") ? default(Outcome<decimal>?)
            : Of("grade") is { } grade && Of("best") is { } best && Of("pass") is { } pass && Of("tobest") is { } toBest && Of("topass") is { } toPass
                ? GradeConversion.Convert(grade, new GradeScale(best, pass), new GradeScale(toBest, toPass))
                : new Problem("recognition/no-scale-typed", "Five numbers are needed.");
    }
}
