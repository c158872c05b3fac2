using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Permits;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>Inquiries between information centres for the recognition officer: the list, one of them with its messages, a new one.</summary>
internal static class InquiryPages
{
    public const string Base = "/console/recognition/inquiries";

    /// <summary>What a question may need, by name; nothing else is sent.</summary>
    public static readonly IReadOnlyList<string> Facts = ["institution", "qualification", "awarded", "number", "holder"];

    private const int OnPage = 50;
    private const int PageMax = 10_000;

    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork(Base);
        desk.MapGet("", ListAsync).Needs(Right.ManageCases);
        desk.MapGet("/new", (HttpContext context) => AskAsync(context, null)).Needs(Right.ManageCases);
        desk.MapPost("/new", SendAsync).Needs(Right.ManageCases);
        desk.MapGet("/of/{id}", (HttpContext context, string id) => ShowAsync(context, id, null)).Needs(Right.ManageCases);
        desk.MapPost("/of/{id}", EndAsync).Needs(Right.ManageCases);
        desk.MapGet("/of/{id}/letter.pdf", LetterAsync).Needs(Right.ManageCases);
        desk.MapPost("/of/{id}/posted", PostedAsync).Needs(Right.ManageCases);
    }

    private static async Task ListAsync(HttpContext context, Installation home, PageWriter writer, string? state, int? page)
    {
        var (asked, at) = (BasisRecord.Parse<InquiryState>(state), Math.Clamp(page ?? 1, 1, PageMax));
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var found = await new InquiryStore(home.Vault).ListAsync(connection, asked, null, (at - 1) * OnPage, OnPage + 1, context.Visit().Actor.Id, context.RequestAborted);
        await SitePages.Write<InquiriesPage>(
            context, writer, (nameof(InquiriesPage.Found), (IReadOnlyList<Inquiry>)[.. found.Take(OnPage)]), (nameof(InquiriesPage.State), asked),
            (nameof(InquiriesPage.PageNumber), at), (nameof(InquiriesPage.HasMore), found.Count > OnPage),
            (nameof(InquiriesPage.Names), Names(home)), (nameof(InquiriesPage.Terms), TermsOf(context, home)),
            (nameof(InquiriesPage.Numbers), await CaseLists.NumbersAsync(connection, found.Select(i => i.CaseId).OfType<string>(), context.RequestAborted)));
    }

    private static async Task AskAsync(HttpContext context, Problem? refused)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        refused = InWords(context, refused);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<NewInquiryPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(NewInquiryPage.Centres), home.Settings.InformationCentres ?? []), (nameof(NewInquiryPage.Refused), refused),
            (nameof(NewInquiryPage.Typed), context.Request.HasFormContentType ? await TypedAsync(context) : new Dictionary<string, string>
            {
                ["case"] = context.Request.Query["case"].ToString(),
            }));
    }

    private static async Task SendAsync(HttpContext context, Installation home, MailQueue mail, Texts texts)
    {
        var (typed, visit) = (await TypedAsync(context), context.Visit());
        Problem? refused = new Problem("recognition/unknown-word", "There is no such question.", ("word", "–"), ("known", "–"));
        if (BasisRecord.Parse<EvidenceQuestion>(typed["question"]) is { } question
            && (await new AskCentre(home, mail, texts).RunAsync(
                visit.Actor, visit.Role, typed["case"], typed["centre"], question, typed["words"],
                Facts.Where(f => typed[f].Length > 0).ToDictionary(f => f, f => typed[f]), context.RequestAborted)).TryGet(out var asked, out refused))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{Base}/of/{asked.Id}");
            return;
        }

        await AskAsync(context, refused);
    }

    private static async Task ShowAsync(HttpContext context, string id, Problem? refused)
    {
        var (home, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await FindAsync(context, connection, id) is not var (inquiry, entries))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<InquiryPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict,
            (nameof(InquiryPage.Inquiry), inquiry), (nameof(InquiryPage.Entries), entries), (nameof(InquiryPage.Names), Names(home)),
            (nameof(InquiryPage.Refused), refused), (nameof(InquiryPage.Terms), TermsOf(context, home)),
            (nameof(InquiryPage.Numbers), await CaseLists.NumbersAsync(connection, inquiry.CaseId is { } about ? [about] : [], cancel)),
            (nameof(InquiryPage.Typed), context.Request.HasFormContentType ? (await TypedAsync(context))["words"] : ""));
    }

    private static async Task EndAsync(HttpContext context, Installation home, MailQueue mail, Texts texts, string id)
    {
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            if (await FindAsync(context, connection, id) is null)
            {
                await Problems.NotFoundAsync(context);
                return;
            }
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (typed, visit) = (await TypedAsync(context), context.Visit());
        Problem? refused = new Problem("recognition/unknown-word", "There is no such answer.", ("word", "–"), ("known", "–"));
        if (BasisRecord.Parse<InquiryOutcome>(form["outcome"]) is { } outcome
            && (await new AskCentre(home, mail, texts).EndAsync(
                visit.Actor, visit.Role, id, long.TryParse(form["version"], out var version) ? version : 0, form["side"] == "out", outcome,
                typed["words"], context.RequestAborted)).TryGet(out _, out refused))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{Base}/of/{id}");
            return;
        }

        await ShowAsync(context, id, refused);
    }

    /// <summary>The letter of a notice that goes by post.</summary>
    private static async Task LetterAsync(HttpContext context, Installation home, string id)
    {
        var cancel = context.RequestAborted;
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await FindAsync(context, connection, id) is not ({ Way: InquiryWay.Post }, [var notice, ..])
            || (await PermitRegister.OrganisationsAsync(connection, cancel)).Find(o => o.Role == OrganisationRole.RecognitionBody) is not { } body)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        context.Response.ContentType = "application/pdf";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}.pdf\"";
        await context.Response.Body.WriteAsync(ForgeryNoticeLetter.Render(notice.Message, body.Name, new WorkingCalendar(home.Rules).DateOf(notice.Message.At).Value), cancel);
    }

    private static async Task PostedAsync(HttpContext context, Installation home, string id)
    {
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await FindAsync(context, connection, id) is null)
            {
                await Problems.NotFoundAsync(context);
                return;
            }
        }

        await home.Database.WriteAsync(
            async t =>
            {
                if (await InquiryStore.PostedAsync(t, id, cancel))
                {
                    await AuditTrail.AppendAsync(
                        t, home.Time.GetUtcNow(),
                        new TrailEvent(TrailAct.Transfer, "recognition/notice-posted", visit.Actor, new TrailSubject("inquiry", id), visit.Role), cancel);
                }
            },
            cancel);
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{Base}/of/{id}");
    }

    /// <summary>An inquiry with its messages; null when there is none, or it is about a case of the visitor's own, or that they compare.</summary>
    private static async Task<(Inquiry Inquiry, IReadOnlyList<InquiryEntry> Entries)?> FindAsync(HttpContext context, DbConnection connection, string id)
    {
        var (home, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestAborted);
        return await new InquiryStore(home.Vault).FindAsync(connection, id, cancel) is { } found
            && (found.Inquiry.CaseId is not { } about
                || await new CaseDesk(home).Cases.FindAsync(connection, about, cancel) is not { } open
                || CaseOfficeForms.IsOfficers(open.Case, context.Visit().Actor.Id))
                ? found
                : null;
    }

    /// <summary>What an inquiry or a notice is about, in words.</summary>
    public static string AboutKey(Inquiry one) =>
        one.State == InquiryState.Told ? "recognition/inquiry.kind.notice" : "recognition/inquiry.question." + BasisRecord.Code(one.Question);

    private static Problem? InWords(HttpContext context, Problem? refused) => refused is null
        ? null
        : DeskWords.InWords(context.RequestServices.GetRequiredService<Texts>(), Readers.LanguageOf(context.Request), refused);

    private static async Task<Dictionary<string, string>> TypedAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return new[] { "case", "centre", "question", "words" }.Concat(Facts)
            .ToDictionary(f => f, f => form[f].ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Trim());
    }

    public static Dictionary<string, string> Names(Installation home) =>
        (home.Settings.InformationCentres ?? []).GroupBy(c => c.Id).ToDictionary(c => c.Key, c => c.First().Name);

    private static Resolved<InquiryTerms>? TermsOf(HttpContext context, Installation home) => home.Rules.Resolve(
        RuleKeys.InquiryTerms, context.RequestServices.GetRequiredService<RecognitionDesk>().Today) is { IsDone: true, Value: var terms } ? terms : null;
}
