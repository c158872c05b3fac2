using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Cases;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>The last step of a case: everything once more, then filing.</summary>
internal static class CaseFilingPages
{
    public static void Map(RouteGroupBuilder me)
    {
        me.MapGet(CasePages.Route + "/file", async (HttpContext context, string id) =>
        {
            if (await CasePages.DraftAsync(context, id) is { } now)
            {
                await ShowFilingAsync(context, now, []);
            }
        }).Needs(null);
        me.MapPost(CasePages.Route + "/file", FileCaseAsync).WithMetadata(new NeverKept()).Needs(null);
    }

    private static async Task FileCaseAsync(HttpContext context, CaseDesk desk, CaseMail mail, string id)
    {
        // Filed already, by the first of two clicks: its page says so.
        if (await CasePages.DraftAsync(context, id) is not { } now)
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
            actor, null, id, CasePages.VersionOf(form),
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
            CasePages.Go(context, "/" + id);
            return;
        }

        await ShowFilingAsync(context, now, [(refused.Code == "recognition/nothing-added" ? "documents" : "read", refused)]);
    }

    private static Task ShowFilingAsync(HttpContext context, RecognitionCase now, IReadOnlyList<(string, Problem)> wrong)
    {
        var guide = CasePages.GuideOf(context, now).TryGet(out var answer, out var refused) ? answer : null;
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseFilePage>(
            context, Readers.LanguageOf(context.Request), CasePages.StatusOf(wrong),
            (nameof(CaseFilePage.Now), now), (nameof(CaseFilePage.Guide), guide),
            (nameof(CaseFilePage.Desk), context.RequestServices.GetRequiredService<RecognitionDesk>()),
            (nameof(CaseFilePage.Refused), refused is null || wrong.Count > 0 ? wrong : [("read", refused)]));
    }
}
