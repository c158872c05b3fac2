using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>Devices and line of a school: anybody of it sees what was reported, the coordinator reports (requirements AI-26, AI-32).</summary>
internal static class InfrastructurePages
{
    public static void Map(RouteGroupBuilder school)
    {
        school.MapGet("/infrastructure", (HttpContext context) => OpenAsync(context, null, [])).Needs(Right.ViewSchool);
        school.MapPost("/infrastructure", ReportAsync).Needs(Right.CoordinateAi);
    }

    private static async Task ReportAsync(HttpContext context)
    {
        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        var done = await SchoolPages.Desk(context).ReportInfrastructureAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, form.Version, form.Number("devices"), form.Number("learners"),
            EventWords.Parse<Connectivity>(form["connectivity"]), context.RequestAborted);
        if (done.IsDone)
        {
            SchoolPages.Back(context, "/infrastructure");
            return;
        }

        await OpenAsync(context, form, [(done.Problem.Code == "ai-school/no-connectivity" ? "connectivity" : "devices", done.Problem)]);
    }

    /// <param name="typed">What was sent and refused; null shows the last report.</param>
    private static async Task OpenAsync(HttpContext context, DeskForm? typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await SchoolPages.SchoolAsync(context) is not { } school)
        {
            return;
        }

        var bin = school.School.Bin;
        var now = await SchoolPages.Desk(context).Ai.FindAsync(
            SchoolStreams.Infrastructure, SchoolStreams.InfrastructureOf(bin), bin, context.RequestAborted);
        await SchoolPages.WriteAsync<InfrastructurePage>(
            context, school, refused, (nameof(InfrastructurePage.Infrastructure), now?.Now), (nameof(InfrastructurePage.Typed), typed ?? DeskForm.None));
    }
}
