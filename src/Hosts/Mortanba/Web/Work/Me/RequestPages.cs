using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Me;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>A holder asks the institution to correct, or the data-protection officer to erase (requirement X-8).</summary>
internal static class RequestPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var me = pages.MapWork("");
        foreach (var (path, kind) in ((string, RequestKind)[])[("/wrong", RequestKind.Correct), ("/erase", RequestKind.Erase), ("/block", RequestKind.Block), ("/unblock", RequestKind.Unblock)])
        {
            me.MapGet(MePages.AssetRoute + path, (HttpContext context, Guid asset) => BeginAsync(context, asset, kind)).Needs(null);
            me.MapPost(MePages.AssetRoute + path, (HttpContext context, Guid asset) => TakeAsync(context, asset, kind)).Needs(null);
        }

        me.MapPost("/me/requests/{id}/withdraw", WithdrawAsync).Needs(null);
    }

    private static async Task BeginAsync(HttpContext context, Guid asset, RequestKind kind)
    {
        if (await MePages.OwnAsync(context, asset) is { } diploma)
        {
            await ShowAsync(context, diploma, kind, Guid.NewGuid().ToString("N"), new RequestWords("", "", "", ""), []);
        }
    }

    private static async Task TakeAsync(HttpContext context, Guid asset, RequestKind kind)
    {
        if (await MePages.OwnAsync(context, asset) is not { } diploma)
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (id, typed) = (form["id"].ToString(), new RequestWords(
            form["field"].ToString(), form["wrong"].ToString(), form["right"].ToString(), form["proof"].ToString()));
        var home = context.RequestServices.GetRequiredService<Installation>();
        var asked = await new AskAboutDiploma(home).RunAsync(context.Visit().Actor, diploma, id, kind, typed, context.RequestAborted);
        if (asked.TryGet(out _, out var refused))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/data#requests");
            return;
        }

        await ShowAsync(context, diploma, kind, id, typed, [("wrong", refused)]);
    }

    private static async Task WithdrawAsync(HttpContext context, Installation home, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var version = int.TryParse(form["version"], out var read) ? read : 0;
        var outcome = await new AskAboutDiploma(home).WithdrawAsync(context.Visit().Actor, id, version, context.RequestAborted);
        if (outcome.Problem is { Code: "me/no-request" })
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        // Answered meanwhile: the page shows the answer.
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/data#requests");
    }

    private static Task ShowAsync(
        HttpContext context, StoredDiploma diploma, RequestKind kind, string id, RequestWords typed, IReadOnlyList<(string, Problem)> problems)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        var terms = home.Rules.Resolve(RuleKeys.RetentionTerms, today).Value;
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<RequestPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(RequestPage.Diploma), diploma), (nameof(RequestPage.Kind), kind), (nameof(RequestPage.Id), id), (nameof(RequestPage.Typed), typed),
            (nameof(RequestPage.Fields), ShownFields.Of(diploma.Forms.SdJwt).Names),
            (nameof(RequestPage.Locks), terms.Value.Terms.Where(t => t.Stops("holder-request") && t.LastDay(diploma.Summary.AwardDate) >= today)
                .Select(t => (t.LastDay(diploma.Summary.AwardDate), terms.Reference.Source.ActIn(Readers.LanguageOf(context.Request)))).ToList()),
            (nameof(RequestPage.Term), home.Rules.Resolve(RuleKeys.PersonRequestTerm, today).Value),
            (nameof(RequestPage.Refused), problems));
    }
}
