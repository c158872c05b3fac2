using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>The reviewer's page of an appeal: the decision as it was, frozen, beside the applicant's words; take, compare, decide.</summary>
internal static class CaseAppealForms
{
    private const string Page = "/appeal";

    public static void Map(RouteGroupBuilder desk)
    {
        var one = desk.MapGroup("/cases/{id}" + Page);
        one.MapGet("", (HttpContext context, string id) => ShowAsync(context, id, [], DeskForm.None)).Needs(Right.ReviewAppeals);
        one.MapPost("/take", TakeAsync).Needs(Right.ReviewAppeals);
        one.MapPost("/release", ReleaseAsync).Needs(Right.ReviewAppeals);
        one.MapPost("", DecideAsync).Needs(Right.ReviewAppeals).WithMetadata(new NeverKept());
    }

    private static async Task TakeAsync(HttpContext context, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        var done = await new CaseDesk(home).ActAsync(
            visit.Actor, visit.Role, id, form.Version, (now, at) => TakeAppeal.Of(now, visit.Actor.Id, at), context.RequestAborted);
        if (done.IsDone)
        {
            DeskPages.Back(context, id, Page);
        }
        else
        {
            await ShowAsync(context, id, [("take", done.Problem!)], form);
        }
    }

    // Back to the list of appeals: whoever lets it go sees it as one that is to be taken, as every reviewer does.
    private static async Task ReleaseAsync(HttpContext context, string id)
    {
        var (home, visit, form) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context));
        var done = await new CaseDesk(home).ActAsync(
            visit.Actor, visit.Role, id, form.Version,
            (now, at) => now.Appeal?.Reviewer is { } reviewer && reviewer != visit.Actor.Id
                ? new Problem("recognition/not-assigned", "Another person reviews this appeal.")
                : ReleaseAppeal.Of(now, visit.Actor.Id, at),
            context.RequestAborted);
        if (done.IsDone)
        {
            DeskPages.Back(context, id, Page);
        }
        else
        {
            await ShowAsync(context, id, [("release", done.Problem!)], form);
        }
    }

    private static async Task DecideAsync(HttpContext context, string id, DiplomaFlow flow, SignInManager<Account> signIn)
    {
        var (home, visit, form, cancel) = (DeskPages.Home(context), context.Visit(), await DeskPages.FormAsync(context), context.RequestAborted);
        if (await CaseView.FindAsync(home, id, cancel) is not { } view || !IsTheirs(view.Case, visit))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var problem = form.TooLong() ?? (form.Choice<AppealOutcome>("appeal") is null ? new Problem("recognition/no-result", "Choose what came out of it.") : null);
        var field = "appeal";
        if (problem is null && await FreshSignIn.RefusalAsync(context, signIn, form["password"]) is { } wrong)
        {
            (problem, field) = (wrong, "password");
        }

        var decide = new DecideRecognitionAppeal(home, flow, new CaseDesk(home)) { With = await DeskPages.TellAsync(context, id, CaseNews.AppealDecided) };
        problem ??= (await decide.RunAsync(
            visit.Actor, Role.AppealReviewer, id, form.Version, form.Choice<AppealOutcome>("appeal")!.Value, form["reason"], form.Draft(), form.Findings(isFinal: true),
            view.Precedents, cancel)).Problem;
        if (problem is null)
        {
            DeskPages.Back(context, id, Page);
        }
        else
        {
            await ShowAsync(context, id, [(field, problem)], form);
        }
    }

    // An appeal lies open to every reviewer until one takes it; whoever took part never sees it as one.
    private static bool IsTheirs(RecognitionCase one, Visit visit) =>
        one.Appeal is { } appeal && !one.TookPart.Except([appeal.Reviewer]).Contains(visit.Actor.Id) && one.Applicant != visit.Actor.Id
        && (appeal.Reviewer is null || appeal.Reviewer == visit.Actor.Id);

    private static async Task ShowAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        if (await CaseView.FindAsync(DeskPages.Home(context), id, context.RequestAborted) is not { } view || !IsTheirs(view.Case, context.Visit()))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await DeskPages.NoteViewAsync(context, id);
        await DeskPages.WriteAsync<CaseAppealPage>(
            context, problems, (nameof(CaseAppealPage.View), view), (nameof(CaseAppealPage.Typed), typed),
            (nameof(CaseAppealPage.AsksPassword), !await Sessions.IsFreshAsync(context)),
            (nameof(CaseAppealPage.Guide), context.RequestServices.GetRequiredService<RecognitionDesk>()));
    }
}
