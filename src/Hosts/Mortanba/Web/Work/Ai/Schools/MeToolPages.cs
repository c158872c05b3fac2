using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Schools;

namespace Mortanba.Host.Web;

/// <summary>A tool of the school for one learner.</summary>
public sealed record ToolForMe(AiSystem System, AllowedTool Tool, IReadOnlyList<UseForMe> Uses);

/// <summary>
/// The AI of a school for a learner and for a parent: what it is, whether it may be used and why not, the notice before use, the refusal, the
/// consent with its eight elements and its withdrawal (requirements AI-9, AI-12, X-7).
/// </summary>
internal static class MeToolPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var me = pages.MapWork(MeAiPages.Base + "/tools");
        me.MapGet("", (HttpContext context, string person) => ListAsync(context, person, [])).Needs(null);
        me.MapPost("/refuse", (HttpContext context, string person) => RefuseAsync(context, person, null)).Needs(null);
        me.MapGet("/{system}", (HttpContext context, string person, string system) => OpenAsync(context, person, system, [])).Needs(null);
        me.MapPost("/{system}/read", ReadAsync).Needs(null);
        me.MapPost("/{system}/refuse", (HttpContext context, string person, string system) => RefuseAsync(context, person, system)).Needs(null);
        me.MapPost("/{system}/consent", ConsentAsync).Needs(null).WithMetadata(new NeverKept());
        me.MapPost("/{system}/withdraw", WithdrawAsync).Needs(null).WithMetadata(new NeverKept());
    }

    private static async Task ListAsync(HttpContext context, string person, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } learner || await SchoolAsync(context, learner) is not { } school)
        {
            return;
        }

        var (desk, cancel) = (SchoolPages.Desk(context), context.RequestAborted);
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
        var tools = new List<ToolForMe>();
        foreach (var (tool, system) in await SchoolPages.ToolsAsync(context, connection, school))
        {
            if (system is not null && tool.ConcernsLearners)
            {
                tools.Add(new ToolForMe(system, tool, await desk.UsesAsync(connection, school, learner, tool, system, cancel)));
            }
        }

        await SchoolPages.WriteAsync<MeToolsPage>(
            context, school, refused, (nameof(MeToolsPage.Learner), learner), (nameof(MeToolsPage.Tools), tools),
            (nameof(MeToolsPage.IsSelf), MeAiPages.IsSelf(context, learner)),
            (nameof(MeToolsPage.RefusesAll), (await desk.LearnerAsync(connection, learner.Id, cancel))?.Refused.Contains("") == true));
    }

    private static async Task OpenAsync(HttpContext context, string person, string systemId, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } learner || await SchoolAsync(context, learner) is not { } school)
        {
            return;
        }

        var (desk, cancel) = (SchoolPages.Desk(context), context.RequestAborted);
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
        var consents = (await desk.ConsentsAsync(connection, learner.Id, cancel)).Where(c => c.Given.System == systemId).ToList();
        if (await desk.SystemAsync(connection, systemId, cancel) is not { } system || (school.Tool(systemId) is null && consents.Count == 0))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var tool = school.Tool(systemId);
        var chosen = await desk.LearnerAsync(connection, learner.Id, cancel);
        var notice = desk.Notice(school, system);
        var offer = desk.Offer(school, learner, system, Readers.LanguageOf(context.Request));
        await SchoolPages.WriteAsync<MeToolPage>(
            context, school, refused, (nameof(MeToolPage.Learner), learner), (nameof(MeToolPage.Of), system), (nameof(MeToolPage.Notice), notice),
            (nameof(MeToolPage.Uses), tool is null ? [] : await desk.UsesAsync(connection, school, learner, tool, system, cancel)),
            (nameof(MeToolPage.IsSelf), MeAiPages.IsSelf(context, learner)), (nameof(MeToolPage.Consents), consents),
            (nameof(MeToolPage.Offer), offer.IsDone ? offer.Value : null),
            (nameof(MeToolPage.HasRead), notice is not null && chosen?.Notices.GetValueOrDefault(systemId) == notice.Edition),
            (nameof(MeToolPage.Refuses), chosen?.Refused.Contains(systemId) == true));
    }

    private static async Task ReadAsync(HttpContext context, string person, string system)
    {
        if (await SelfAsync(context, person) is not { } learner)
        {
            return;
        }

        var form = await DeskPages.FormAsync(context);
        var done = await SchoolPages.Desk(context).ReadNoticeAsync(
            context.Visit().Actor, null, learner, system, form["edition"], context.RequestAborted);
        await AnswerAsync(context, person, system, done.Problem);
    }

    /// <param name="system">Null: all AI.</param>
    private static async Task RefuseAsync(HttpContext context, string person, string? system)
    {
        if (await SelfAsync(context, person) is not { } learner)
        {
            return;
        }

        var (form, desk, by) = (await DeskPages.FormAsync(context), SchoolPages.Desk(context), context.Visit().Actor);
        var done = form["back"] == "yes"
            ? await desk.TakeBackAsync(by, null, learner, system, context.RequestAborted)
            : await desk.RefuseAsync(by, null, learner, system, context.RequestAborted);
        await AnswerAsync(context, person, system, done.Problem);
    }

    private static async Task ConsentAsync(HttpContext context, string person, string system)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } learner)
        {
            return;
        }

        var form = await DeskPages.FormAsync(context);
        var (until, purposes) = ConsentPages.Read(form);
        var done = await SchoolPages.Desk(context).ConsentAsync(
            context.Visit().Actor, null, learner, system, form["id"], form["shown"], until, purposes, null, Readers.LanguageOf(context.Request),
            context.RequestAborted);
        await AnswerAsync(context, person, system, done.Problem);
    }

    private static async Task WithdrawAsync(HttpContext context, string person, string system)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } learner)
        {
            return;
        }

        var form = await DeskPages.FormAsync(context);
        var done = await SchoolPages.Desk(context).WithdrawAsync(
            context.Visit().Actor, null, learner, form["consent"], isForSchool: false, context.RequestAborted);
        await AnswerAsync(context, person, system, done.Problem);
    }

    private static Task AnswerAsync(HttpContext context, string person, string? system, Problem? refused)
    {
        if (refused is not null)
        {
            return system is null ? ListAsync(context, person, [("all", refused)]) : OpenAsync(context, person, system, [("main", refused)]);
        }

        SchoolPages.See(context, $"/me/ai/{person}/tools" + (system is null ? "" : "/" + system));
        return Task.CompletedTask;
    }

    /// <summary>The learner in person: a parent reads and refuses nothing in a child's place. Null, and a page that says so, when it is not.</summary>
    private static async Task<SchoolPerson?> SelfAsync(HttpContext context, string person)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } learner)
        {
            return null;
        }

        if (MeAiPages.IsSelf(context, learner))
        {
            return learner;
        }

        await Problems.ShowAsync(context, StatusCodes.Status403Forbidden);
        return null;
    }

    private static async Task<SchoolNow?> SchoolAsync(HttpContext context, SchoolPerson learner)
    {
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        return await SchoolPages.Desk(context).ReadAsync(connection, learner.School, context.RequestAborted);
    }
}
