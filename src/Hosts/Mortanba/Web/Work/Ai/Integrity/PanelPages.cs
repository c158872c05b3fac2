using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai.Integrity;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>
/// A case for a member of its committee who is of another school, of the region's department or of the ministry (requirement AI-23): they see this
/// case and nothing else of the school, the learner by pseudonym and no names in the words (<see cref="CaseForOutsiders"/>), and vote and decide
/// like the others. The way in is the message that tells them.
/// </summary>
internal static class PanelPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var panel = pages.MapWork("/me/panel");
        panel.MapGet("/{id}", (HttpContext context, string id) => OneAsync(context, id, [], DeskForm.None)).Needs(null);
        panel.MapPost("/{id}/vote", VoteAsync).Needs(null).WithMetadata(new NeverKept());
        panel.MapPost("/{id}/decide", DecideAsync).Needs(null).WithMetadata(new NeverKept());
    }

    private static Installation Home(HttpContext context) => context.RequestServices.GetRequiredService<Installation>();

    /// <summary>A case on whose committee the visitor sits; null, and a page that says so, when there is none.</summary>
    private static async Task<(IntegrityCase Case, Bin School)?> FindAsync(HttpContext context, string id)
    {
        if (await IntegrityPages.Desk(context).Desk.FindAsync(IntegrityStreams.Kind, id, null, context.RequestAborted) is { Now: var one, School: { } school }
            && one.Panel?.Members.Contains(context.Visit().Actor.Id) == true)
        {
            return (one, school);
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    private static async Task VoteAsync(HttpContext context, string id)
    {
        if (await FindAsync(context, id) is not var (one, school))
        {
            return;
        }

        var form = await DeskPages.FormAsync(context);
        var done = form.Choice<IntegrityFinding>("finding") is { } finding
            ? await IntegrityPages.Desk(context).ActAsync(
                context.Visit().Actor, null, school, one.Id, form.Version, (now, by, clock, at) => VoteInCase.Of(now, by, finding, form["why"], clock, at),
                context.RequestAborted)
            : new Problem("integrity/no-finding", "Choose what you find.");
        await AfterAsync(context, id, done, "vote", form);
    }

    private static async Task DecideAsync(HttpContext context, string id)
    {
        if (await FindAsync(context, id) is not var (one, school))
        {
            return;
        }

        var form = await DeskPages.FormAsync(context);
        await AfterAsync(
            context, id,
            await IntegrityPages.Desk(context).DecideAsync(
                context.Visit().Actor, null, school, one, form.Version, form.All("remedy"), form["reason"], context.RequestAborted),
            "reason", form);
    }

    private static Task AfterAsync(HttpContext context, string id, Outcome<IntegrityCase> done, string field, DeskForm form)
    {
        if (!done.IsDone)
        {
            return OneAsync(context, id, [(field, done.Problem)], form);
        }

        AiPages.See(context, $"/me/panel/{id}");
        return Task.CompletedTask;
    }

    private static async Task OneAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        if (await FindAsync(context, id) is not var (one, school))
        {
            return;
        }

        var (home, cancel, desk) = (Home(context), context.RequestAborted, IntegrityPages.Desk(context));

        // Reading what a case holds is recorded.
        await home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, home.Time.GetUtcNow(),
                new TrailEvent(TrailAct.View, "ai/case-viewed", context.Visit().Actor, new TrailSubject("ai-case", id), null, school), cancel),
            cancel);
        IReadOnlyDictionary<string, string> names;
        LocalizedText? name;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            names = await AccountNames.OfAsync(connection, one.Panel!.Members, cancel);
            name = (await SchoolDirectory.FindAsync(connection, school, cancel))?.Name;
        }

        await AiPages.WriteAsync<PanelCasePage>(
            context, problems, (nameof(PanelCasePage.Case), CaseForOutsiders.Of(one)),
            (nameof(PanelCasePage.SchoolName), name?.In(Readers.LanguageOf(context.Request)) ?? school.Value),
            (nameof(PanelCasePage.Clock), await desk.ClockAsync(school, cancel)), (nameof(PanelCasePage.Now), home.Time.GetUtcNow()),
            (nameof(PanelCasePage.Names), names), (nameof(PanelCasePage.Earlier), await desk.EarlierAsync(one, school, cancel)),
            (nameof(PanelCasePage.Typed), typed));
    }
}
