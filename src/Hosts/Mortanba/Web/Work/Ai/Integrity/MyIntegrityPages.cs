using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Integrity;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// A case of academic integrity for the learner and the parents: every ground, what comes next, a place for their own words, the appeal
/// (requirement AI-23). A case is there for them from the notice on, or once it is over.
/// </summary>
internal static class MyIntegrityPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var mine = pages.MapWork(MeAiPages.Base + "/cases");
        mine.MapGet("", IndexAsync).Needs(null);
        mine.MapGet("/{id}", (HttpContext context, string person, string id) => OneAsync(context, person, id, [], DeskForm.None)).Needs(null);
        mine.MapPost("/{id}/say", (HttpContext context, string person, string id) => ActAsync(
            context, person, id, "words", (form, now, by, _, at) => SayInIntegrityCase.Of(now, by, form["words"], at))).Needs(null);
        mine.MapPost("/{id}/appeal", (HttpContext context, string person, string id) => ActAsync(
            context, person, id, "appeal", (form, now, by, clock, at) => AppealIntegrityCase.Of(now, by, form["appeal"], clock, at)))
            .Needs(null).WithMetadata(new NeverKept());
    }

    private static Installation Home(HttpContext context) => context.RequestServices.GetRequiredService<Installation>();

    private static async Task IndexAsync(HttpContext context, string person)
    {
        if (await MeAiPages.PersonAsync(context, person, evenAfter: true) is not { } learner)
        {
            return;
        }

        var (home, cancel) = (Home(context), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (events, cases) = (new AiDesk(home).Events, new List<IntegrityCase>());
        foreach (var row in await EventStore.RowsAsync(connection, IntegrityStreams.Kind, new StreamSearch(learner.School, Subject: learner.Id), 100, cancel))
        {
            if (await events.FindAsync(connection, IntegrityStreams.Kind, row.Id, cancel) is { Now: var one } && one.IsShown)
            {
                cases.Add(one);
            }
        }

        await AiPages.WriteAsync<MyIntegrityCasesPage>(context, [], (nameof(MyIntegrityCasesPage.Person), learner), (nameof(MyIntegrityCasesPage.Cases), cases));
    }

    /// <summary>A case of this learner; null, and a page that says so, when there is none.</summary>
    private static async Task<(SchoolPerson Learner, IntegrityCase Case)?> FindAsync(HttpContext context, string person, string id)
    {
        if (await MeAiPages.PersonAsync(context, person, evenAfter: true) is not { } learner)
        {
            return null;
        }

        if (await new AiDesk(Home(context)).FindAsync(IntegrityStreams.Kind, id, learner.School, context.RequestAborted) is { Now: var one }
            && one.Learner == learner.Id && one.IsShown)
        {
            return (learner, one);
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    private static async Task OneAsync(HttpContext context, string person, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        if (await FindAsync(context, person, id) is not var (learner, one))
        {
            return;
        }

        var home = Home(context);
        await AiPages.WriteAsync<MyIntegrityCasePage>(
            context, problems, (nameof(MyIntegrityCasePage.Person), learner), (nameof(MyIntegrityCasePage.Case), one),
            (nameof(MyIntegrityCasePage.Clock), await IntegrityPages.Desk(context).ClockAsync(learner.School, context.RequestAborted)),
            (nameof(MyIntegrityCasePage.Now), home.Time.GetUtcNow()), (nameof(MyIntegrityCasePage.Typed), typed));
    }

    private static async Task ActAsync(
        HttpContext context, string person, string id, string field,
        Func<DeskForm, IntegrityCase, Doer, IntegrityClock, DateTimeOffset, Outcome<IntegrityEvent>> act)
    {
        if (await FindAsync(context, person, id) is not var (learner, _))
        {
            return;
        }

        var form = await DeskPages.FormAsync(context);
        var done = await IntegrityPages.Desk(context).ActAsync(
            context.Visit().Actor, MeAiPages.IsSelf(context, learner) ? Role.Learner : Role.Guardian, learner.School, id, form.Version,
            (now, by, clock, at) => act(form, now, by, clock, at), context.RequestAborted);
        if (done.IsDone)
        {
            AiPages.See(context, $"/me/ai/{person}/cases/{id}");
        }
        else
        {
            await OneAsync(context, person, id, [(field, done.Problem)], form);
        }
    }
}
