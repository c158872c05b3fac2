using System.Globalization;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Ai.Indicators;

/// <summary>The roadmap as it stands today, and the reports on it (requirement AI-25). Safe to share.</summary>
internal sealed class RoadmapDesk(Installation home)
{
    private readonly AiDesk desk = new(home);

    public DateOnly Today => desk.Today();

    public Resolved<AiRoadmap> Roadmap => home.Rules.Resolve(RuleKeys.AiRoadmap, desk.Today()).Value;

    public async Task<IReadOnlyList<MeasureStanding>> NowAsync(CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var courses = await EventStore.AllAsync(connection, MeasureCourse.Kind, cancel: cancel);
        return RoadmapState.On(
            desk.Today(), Roadmap.Value, courses.ToDictionary(c => c.Now.Measure, c => c.Now, StringComparer.Ordinal), at => desk.Calendar.DateOf(at).Value);
    }

    /// <summary>Writes a report. The first of a measure opens its stream; each names the version that was read.</summary>
    public Task<Outcome<MeasureCourse>> ReportAsync(
        Actor by, Role? role, string measure, int version, MeasureStatus status, string words, string? evidence, CancellationToken cancel) =>
        desk.OnlyAsync(
            by, role, MeasureCourse.Kind, MeasureCourse.IdOf(measure), null, version,
            (_, _, at) => Task.FromResult(ReportMeasure.Of(Roadmap.Value, measure, by.Id, status, words, evidence, at)), cancel);
}

/// <summary>The roadmap for everybody, and for the ministry with a form for reports.</summary>
internal static class RoadmapPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/ai/roadmap", async (HttpContext context, RoadmapDesk desk, PageWriter writer) => await SitePages.Write<PublicRoadmapPage>(
            context, writer, (nameof(PublicRoadmapPage.Roadmap), desk.Roadmap), (nameof(PublicRoadmapPage.Measures), await desk.NowAsync(context.RequestAborted)),
            (nameof(PublicRoadmapPage.Today), desk.Today)));
        var console = pages.MapWork("/console/ai/roadmap");
        console.MapGet("", async (HttpContext context, RoadmapDesk desk, PageWriter writer) => await SitePages.Write<MinistryRoadmapPage>(
            context, writer, (nameof(MinistryRoadmapPage.Roadmap), desk.Roadmap),
            (nameof(MinistryRoadmapPage.Measures), await desk.NowAsync(context.RequestAborted)), (nameof(MinistryRoadmapPage.Today), desk.Today)))
            .Needs(Right.OverseeAi);
        console.MapGet("/{measure}", (HttpContext context, RoadmapDesk desk, PageWriter writer, string measure) =>
            ShowAsync(context, desk, writer, measure, null)).Needs(Right.OverseeAi);
        console.MapPost("/{measure}", ReportAsync).Needs(Right.OverseeAi);
    }

    private static async Task ReportAsync(HttpContext context, RoadmapDesk desk, PageWriter writer, string measure)
    {
        var form = context.Request.Form;
        var visit = context.Visit();
        if (!int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || EventWords.Parse<MeasureStatus>(form["status"]) is not { } status)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
        }
        else if ((await desk.ReportAsync(visit.Actor, visit.Role, measure, version, status, form["words"].ToString(), form["evidence"], context.RequestAborted))
            .TryGet(out _, out var problem))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/ai/roadmap#{measure}");
        }
        else
        {
            await ShowAsync(context, desk, writer, measure, problem);
        }
    }

    private static async Task ShowAsync(HttpContext context, RoadmapDesk desk, PageWriter writer, string measure, Problem? problem)
    {
        if ((await desk.NowAsync(context.RequestAborted)).FirstOrDefault(m => m.Measure.Id == measure) is not { } found)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await writer.WriteAsync<ReportMeasurePage>(
            context, Readers.LanguageOf(context.Request), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
            (nameof(ReportMeasurePage.Standing), found), (nameof(ReportMeasurePage.Problem), problem),
            (nameof(ReportMeasurePage.Typed), problem is null ? null : context.Request.Form));
    }
}
