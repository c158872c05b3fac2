using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// Consents of parents for the coordinator: how many there are, class by class, one learner, and what came on paper (requirements AI-9, X-7).
/// </summary>
internal static class ConsentPages
{
    public static void Map(RouteGroupBuilder school)
    {
        school.MapGet("/consents", ListAsync).Needs(Right.CoordinateAi);
        school.MapGet("/consents/{person}", (HttpContext context, string person, string? system) => OpenAsync(context, person, system, [])).Needs(Right.CoordinateAi);
        school.MapPost("/consents/{person}", PaperAsync).Needs(Right.CoordinateAi).WithMetadata(new NeverKept());
        school.MapPost("/consents/{person}/withdraw", WithdrawAsync).Needs(Right.CoordinateAi).WithMetadata(new NeverKept());
    }

    /// <summary>The purposes and the last day of a form, as a parent or a paper gives them.</summary>
    public static (DateOnly Until, IReadOnlyList<AiPurpose> Purposes) Read(DeskForm form) => (
        form.Day("until") ?? DateOnly.MinValue, [.. form.All("purpose").Select(EventWords.Parse<AiPurpose>).OfType<AiPurpose>().Distinct()]);

    private static async Task ListAsync(HttpContext context, string? group)
    {
        if (await SchoolPages.SchoolAsync(context) is not { } school)
        {
            return;
        }

        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var (learners, consents) = await SchoolPages.LearnersAsync(context, connection, school);
        await SchoolPages.WriteAsync<ConsentsPage>(
            context, school, [], (nameof(ConsentsPage.Learners), learners), (nameof(ConsentsPage.Consents), consents), (nameof(ConsentsPage.Class), group),
            (nameof(ConsentsPage.UntilAge), SchoolPages.Desk(context).Register.Value.ConsentUntilAge),
            (nameof(ConsentsPage.Tools), await SchoolPages.ToolsAsync(context, connection, school)));
    }

    private static async Task OpenAsync(HttpContext context, string person, string? systemId, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await SchoolPages.SchoolAsync(context) is not { } school || await LearnerAsync(context, person) is not { } learner)
        {
            return;
        }

        var desk = SchoolPages.Desk(context);
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var system = string.IsNullOrEmpty(systemId) ? null : await desk.SystemAsync(connection, systemId, context.RequestAborted);
        await SchoolPages.WriteAsync<LearnerConsentsPage>(
            context, school, refused, (nameof(LearnerConsentsPage.Learner), learner),
            (nameof(LearnerConsentsPage.Consents), await desk.ConsentsAsync(connection, learner.Id, context.RequestAborted)),
            (nameof(LearnerConsentsPage.Tools), await SchoolPages.ToolsAsync(context, connection, school)),
            (nameof(LearnerConsentsPage.Chosen), system),
            (nameof(LearnerConsentsPage.Offer), system is null ? (object?)null : desk.Offer(school, learner, system, Readers.LanguageOf(context.Request))));
    }

    private static async Task PaperAsync(HttpContext context, string person)
    {
        if (await LearnerAsync(context, person) is not { } learner)
        {
            return;
        }

        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        var (until, purposes) = Read(form);
        var done = await SchoolPages.Desk(context).ConsentAsync(
            visit.Actor, visit.Role, learner, form["system"], form["id"], form["shown"], until, purposes, form["paper"],
            Readers.LanguageOf(context.Request), context.RequestAborted);
        if (done.IsDone)
        {
            SchoolPages.Back(context, $"/consents/{learner.Id}");
            return;
        }

        await OpenAsync(context, person, form["system"], [("give", done.Problem)]);
    }

    private static async Task WithdrawAsync(HttpContext context, string person)
    {
        if (await LearnerAsync(context, person) is not { } learner)
        {
            return;
        }

        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        var done = await SchoolPages.Desk(context).WithdrawAsync(visit.Actor, visit.Role, learner, form["consent"], isForSchool: true, context.RequestAborted);
        if (done.IsDone)
        {
            SchoolPages.Back(context, $"/consents/{learner.Id}");
            return;
        }

        await OpenAsync(context, person, null, [("consents", done.Problem)]);
    }

    /// <summary>A learner of this school; null, and a page that says so, when there is none.</summary>
    private static async Task<SchoolPerson?> LearnerAsync(HttpContext context, string person)
    {
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        if (await SchoolPages.Desk(context).Ai.Directory.PersonAsync(connection, person, context.RequestAborted) is { Kind: SchoolPersonKind.Learner, Left: null } found
            && found.School == context.Visit().Institution)
        {
            return found;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }
}
