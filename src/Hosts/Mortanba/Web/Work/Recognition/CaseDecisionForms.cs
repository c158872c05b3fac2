using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>The decision maker's page: proposal, both comparisons and like cases; decides after a fresh sign-in, or sends back.</summary>
internal static class CaseDecisionForms
{
    private const string Page = "/decide";

    public static void Map(RouteGroupBuilder desk)
    {
        var one = desk.MapGroup("/cases/{id}" + Page);
        one.MapGet("", (HttpContext context, string id) => ShowAsync(context, id, [], DeskForm.None)).Needs(Right.DecideCases);
        one.MapPost("", DecideAsync).Needs(Right.DecideCases).WithMetadata(new NeverKept());
        one.MapPost("/conditions", ConditionsAsync).Needs(Right.DecideCases).WithMetadata(new NeverKept());
        one.MapPost("/return", ReturnAsync).Needs(Right.DecideCases);
    }

    private static async Task DecideAsync(HttpContext context, string id, DiplomaFlow flow, SignInManager<Account> signIn)
    {
        var (home, visit, form, cancel) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context), context.RequestAborted);
        if (await CaseView.FindAsync(home, id, cancel) is not { } view || !IsMine(view.Case, visit))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var problem = form.TooLong() ?? await FreshSignIn.RefusalAsync(context, signIn, form["password"]);
        var field = problem is null ? "decide" : "password";
        if (problem is null)
        {
            // What the page offers: the proposal, full recognition on the short way, or the end of a case of a false document.
            var draft = form["act"] switch
            {
                "not-authentic" => new DecisionDraft(RecognitionOutcome.NoDecision, [], NoDecision: NoDecisionReason.NotAuthentic),
                "full" => new DecisionDraft(RecognitionOutcome.Full, []),
                _ => null,
            };
            var decide = new DecideRecognition(home, flow, new CaseDesk(home)) { With = await DeskPages.TellAsync(context, id, CaseNews.Decided) };
            problem = (await decide.RunAsync(
                visit.Actor, Role.DecisionMaker, id, form.Version, draft, view.Precedents, form["reason"], cancel)).Problem;
        }

        if (problem is null)
        {
            DeskPages.Back(context, id, Page);
        }
        else
        {
            await ShowAsync(context, id, [(field, problem)], form);
        }
    }

    private static async Task ConditionsAsync(HttpContext context, string id, DiplomaFlow flow, SignInManager<Account> signIn)
    {
        var (home, visit, form, cancel) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context), context.RequestAborted);
        var problem = form.TooLong()
            ?? (form["act"] is "fulfilled" or "not-fulfilled" ? null : new Problem("recognition/no-result", "Choose what came out of it."));
        var field = "conditions";
        if (problem is null && await FreshSignIn.RefusalAsync(context, signIn, form["password"]) is { } wrong)
        {
            (problem, field) = (wrong, "password");
        }

        problem ??= (await new DecideRecognitionConditions(home, flow, new CaseDesk(home))
        {
            With = await DeskPages.TellAsync(context, id, CaseNews.ConditionDecided),
        }.RunAsync(visit.Actor, Role.DecisionMaker, id, form.Version, form["act"] == "fulfilled", form["reason"], cancel)).Problem;
        if (problem is null)
        {
            DeskPages.Back(context, id, Page);
        }
        else
        {
            await ShowAsync(context, id, [(field, problem)], form);
        }
    }

    private static async Task ReturnAsync(HttpContext context, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        var done = await new CaseDesk(home).ActAsync(
            visit.Actor, visit.Role, id, form.Version, (now, at) => SendBack.Of(now, visit.Actor.Id, form["back"], at), context.RequestAborted);
        if (done.IsDone)
        {
            DeskPages.Back(context, id, Page);
        }
        else
        {
            await ShowAsync(context, id, [("back", done.Problem!)], form);
        }
    }

    private static bool IsMine(RecognitionCase one, Visit visit) => one.DecisionMaker == visit.Actor.Id;

    private static async Task ShowAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        if (await CaseView.FindAsync(DeskPages.Home(context), id, context.RequestAborted) is not { } view || !IsMine(view.Case, context.Visit()))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await DeskPages.NoteViewAsync(context, id);
        await DeskPages.WriteAsync<CaseDecisionPage>(
            context, problems, (nameof(CaseDecisionPage.View), view), (nameof(CaseDecisionPage.Typed), typed),
            (nameof(CaseDecisionPage.Clock), new CaseDesk(DeskPages.Home(context)).Clock),
            (nameof(CaseDecisionPage.AsksPassword), !await Sessions.IsFreshAsync(context)),
            (nameof(CaseDecisionPage.Guide), context.RequestServices.GetRequiredService<RecognitionDesk>()));
    }
}
