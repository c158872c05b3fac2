using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Me;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <param name="Until">Last day on which the record must be there.</param>
/// <param name="Act">The law that keeps it.</param>
public sealed record ErasureLock(DateOnly Until, string Act);

/// <summary>The data-protection officer's page: erase what a holder asked to have erased, or refuse with the reasons.</summary>
internal static class ErasurePages
{
    private const string HolderAsked = "holder-request";

    public static void Map(RouteGroupBuilder pages)
    {
        var erasures = pages.MapWork("/console/platform/erasures");
        erasures.MapGet("", (HttpContext context) => ShowAsync(context, "", "", [])).Needs(Right.AnswerPersons);
        erasures.MapPost("/{id}", AnswerAsync).Needs(Right.AnswerPersons).WithMetadata(new NeverKept());
    }

    private static async Task AnswerAsync(HttpContext context, Installation home, DiplomaFlow flow, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (by, answer, version) = (context.Visit().Actor, form["answer"].ToString(), int.TryParse(form["version"], out var read) ? read : 0);
        var act = new AnswerRequest(home, flow);
        var refused = form["act"] == "erase"
            ? (await act.EraseAsync(by, id, version, form["reason"].ToString(), answer, context.RequestAborted)).Problem
            : (await act.RefuseErasureAsync(by, id, version, answer, context.RequestAborted)).Problem;
        if (refused is null)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/platform/erasures");
            return;
        }

        await ShowAsync(context, id, answer, [("a-" + id, refused)]);
    }

    private static async Task ShowAsync(HttpContext context, string typedId, string typed, IReadOnlyList<(string, Problem)> problems)
    {
        var (home, flow) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestServices.GetRequiredService<DiplomaFlow>());
        var cancel = context.RequestAborted;
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        var terms = home.Rules.Resolve(RuleKeys.RetentionTerms, today).Value;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var requests = await new HolderRequests(home.Vault).ErasuresAsync(connection, cancel);
        var locks = new Dictionary<AssetId, ErasureLock>();
        foreach (var asset in requests.Where(r => r.State == RequestState.Open).Select(r => r.Credential).Distinct())
        {
            var awarded = (await home.Credentials.FindAsync(connection, asset, cancel))?.AwardDate;
            var last = terms.Value.Terms.Where(t => t.Stops(HolderAsked)).Select(t => awarded is { } day ? t.LastDay(day) : default).DefaultIfEmpty().Max();
            if (last >= today)
            {
                locks[asset] = new ErasureLock(last, terms.Reference.Source.ActIn(Readers.LanguageOf(context.Request)));
            }
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ErasuresPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ErasuresPage.Requests), requests), (nameof(ErasuresPage.Locks), locks),
            (nameof(ErasuresPage.Reasons), flow.Reasons().Value.Codes.Where(c => c.Act == StateAct.Erase).Select(c => (c.Code, c.Title)).ToList()),
            (nameof(ErasuresPage.TypedId), typedId), (nameof(ErasuresPage.Typed), typed), (nameof(ErasuresPage.Refused), problems));
    }
}
