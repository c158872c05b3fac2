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

/// <summary>The data-protection officer's page: erase, block or unblock what a holder asked for, or refuse with the reasons.</summary>
internal static class ErasurePages
{
    public const string HolderAsked = "holder-request";

    public static void Map(RouteGroupBuilder pages)
    {
        var erasures = pages.MapWork("/console/platform/requests");
        erasures.MapGet("", (HttpContext context) => ShowAsync(context, "", "", [])).Needs(Right.AnswerPersons);
        erasures.MapPost("/block", (HttpContext context, Installation home) => BlockAsync(context, home, isLift: false)).Needs(Right.AnswerPersons).WithMetadata(new NeverKept());
        erasures.MapPost("/lift", (HttpContext context, Installation home) => BlockAsync(context, home, isLift: true)).Needs(Right.AnswerPersons).WithMetadata(new NeverKept());
        erasures.MapPost("/{id}", AnswerAsync).Needs(Right.AnswerPersons).WithMetadata(new NeverKept());
    }

    private static async Task AnswerAsync(HttpContext context, Installation home, DiplomaFlow flow, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (by, answer, version) = (context.Visit().Actor, form["answer"].ToString(), int.TryParse(form["version"], out var read) ? read : 0);
        var act = new AnswerRequest(home, flow);
        var refused = form["act"].ToString() switch
        {
            "erase" => (await act.EraseAsync(by, id, version, form["reason"].ToString(), answer, context.RequestAborted)).Problem,
            "done" => (await new BlockData(home).DoAskedAsync(by, id, version, answer, context.RequestAborted)).Problem,
            _ => (await act.RefuseAsync(by, id, version, answer, context.RequestAborted)).Problem,
        };
        if (refused is null)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/platform/requests");
            return;
        }

        await ShowAsync(context, id, answer, [("a-" + id, refused)]);
    }

    /// <summary>By the number on the paper, on the officer's own decision.</summary>
    private static async Task BlockAsync(HttpContext context, Installation home, bool isLift)
    {
        var (form, by, cancel) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit().Actor, context.RequestAborted);
        var typed = form["number"].ToString();
        AssetId? asset = null;
        if (DiplomaPages.NumberOf(typed) is var (series, number))
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            asset = await home.Credentials.FindByNumberAsync(connection, series, number, cancel) is [var one] ? one.Asset : null;
        }

        var act = new BlockData(home);
        var refused = asset is not { } found ? new Problem("me/nothing-to-block", "There are no personal data of such a diploma here.")
            : (isLift ? await act.LiftAsync(by, found, cancel) : await act.BlockAsync(by, found, form["ground"].ToString(), cancel)).Problem;
        if (refused is null)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/platform/requests#blocks");
            return;
        }

        await ShowAsync(context, "number", typed.Length > 60 ? typed[..60] : typed, [("number", refused)], form["ground"].ToString());
    }

    private static async Task ShowAsync(HttpContext context, string typedId, string typed, IReadOnlyList<(string, Problem)> problems, string typedGround = "")
    {
        var (home, flow) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestServices.GetRequiredService<DiplomaFlow>());
        var cancel = context.RequestAborted;
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        var terms = home.Rules.Resolve(RuleKeys.RetentionTerms, today).Value;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var requests = await new HolderRequests(home.Vault).OfOfficerAsync(connection, cancel);
        var locks = new Dictionary<AssetId, ErasureLock>();
        foreach (var asset in requests.Where(r => r.State == RequestState.Open && r.Kind == RequestKind.Erase).Select(r => r.Credential).Distinct())
        {
            var awarded = (await home.Credentials.FindAsync(connection, asset, cancel))?.AwardDate;
            var last = terms.Value.Terms.Where(t => t.Stops(HolderAsked)).Select(t => awarded is { } day ? t.LastDay(day) : default).DefaultIfEmpty().Max();
            if (last >= today)
            {
                locks[asset] = new ErasureLock(last, terms.Reference.Source.ActIn(Readers.LanguageOf(context.Request)));
            }
        }

        var blocks = new List<(DataBlock, string)>();
        foreach (var block in await DataBlocks.AllAsync(connection, cancel))
        {
            var credential = await home.Credentials.FindAsync(connection, block.Credential, cancel);
            blocks.Add((block, credential is null ? block.Credential.ToString() : $"{credential.Series} {credential.Number}"));
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ErasuresPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ErasuresPage.Requests), requests), (nameof(ErasuresPage.Locks), locks), (nameof(ErasuresPage.Blocks), blocks),
            (nameof(ErasuresPage.Reasons), flow.Reasons().Value.Codes.Where(c => c.Act == StateAct.Erase).Select(c => (c.Code, c.Title)).ToList()),
            (nameof(ErasuresPage.TypedId), typedId), (nameof(ErasuresPage.Typed), typed), (nameof(ErasuresPage.TypedGround), typedGround),
            (nameof(ErasuresPage.Refused), problems));
    }
}
