using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// What the whole country shares: the courses that are offered and the map of topics, kept by the ministry and open to everybody (requirements
/// AI-17, AI-18, AI-28).
/// </summary>
internal static class CompetenceDeskPages
{
    /// <summary>Without the language.</summary>
    public const string Base = "/console/ai/competences";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/ai/topics", TopicsAsync);
        var desk = pages.MapWork(Base);
        desk.MapGet("", (HttpContext context) => ShowAsync(context, DeskForm.None, [])).Needs(Right.OverseeAi);
        desk.MapPost("/courses", OfferAsync).Needs(Right.OverseeAi);
        desk.MapPost("/courses/{course}/withdraw", WithdrawAsync).Needs(Right.OverseeAi);
        desk.MapPost("/topics", PutAsync).Needs(Right.OverseeAi);
        desk.MapPost("/topics/drop", DropAsync).Needs(Right.OverseeAi);
    }

    public static void MapApi(IEndpointRouteBuilder api) => api.MapGet("/ai/topics", DataAsync);

    private static async Task<TopicMap> MapAsync(HttpContext context) =>
        (await PortfolioPages.Desk(context).Ai.FindAsync(CompetenceStreams.Topics, CompetenceStreams.TopicsId, null, context.RequestAborted))?.Now
            ?? TopicMap.Empty(CompetenceStreams.TopicsId);

    private static async Task TopicsAsync(HttpContext context, PageWriter writer)
    {
        var desk = PortfolioPages.Desk(context);
        await SitePages.Write<TopicsPage>(
            context, writer, (nameof(TopicsPage.Map), await MapAsync(context)), (nameof(TopicsPage.Learners), desk.Learners),
            (nameof(TopicsPage.Teachers), desk.Teachers), (nameof(TopicsPage.Crosswalk), desk.Crosswalk));
    }

    private static async Task DataAsync(HttpContext context)
    {
        var (desk, map) = (PortfolioPages.Desk(context), await MapAsync(context));
        var gaps = map.Gaps(desk.Learners.Value, desk.Crosswalk.Value);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                topics = map.Topics,
                gaps = new
                {
                    blocks = gaps.Blocks.Select(g => new { block = g.Block.Id, grades = $"{g.Band.From}-{g.Band.To}" }),
                    grades = gaps.Grades.Select(g => new { subject = g.Subject.Id, grade = g.Grade }),
                    withoutResource = gaps.Bare.Select(t => t.Id),
                },
                rules = new[] { desk.Learners.Reference.ToString(), desk.Crosswalk.Reference.ToString() },
            },
            Json);
        await PublicApi.SendAsync(context, body, "application/json", TimeSpan.FromMinutes(5));
    }

    private static async Task ShowAsync(HttpContext context, DeskForm typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        var desk = PortfolioPages.Desk(context);
        await using var connection = await context.Home().Database.ConnectAsync(context.RequestAborted);
        var courses = await EventStore.AllAsync(connection, CompetenceStreams.Course, cancel: context.RequestAborted);
        await AiPages.WriteAsync<CompetenceDeskPage>(
            context, refused, (nameof(CompetenceDeskPage.Courses), courses.Select(c => c.Now).ToList()), (nameof(CompetenceDeskPage.Map), await MapAsync(context)),
            (nameof(CompetenceDeskPage.Rules), desk.Courses.Value), (nameof(CompetenceDeskPage.Crosswalk), desk.Crosswalk.Value),
            (nameof(CompetenceDeskPage.NewCourse), EventStore.NewId(CompetenceStreams.Course)),
            (nameof(CompetenceDeskPage.NewTopic), "t-" + EventStore.NewId(CompetenceStreams.Topics)[^8..]), (nameof(CompetenceDeskPage.Typed), typed));
    }

    private static async Task OfferAsync(HttpContext context)
    {
        var (visit, form, desk) = (context.Visit(), await DeskPages.FormAsync(context), PortfolioPages.Desk(context));
        var terms = new CourseTerms(
            NameOf(form, "course"), form["series"], form.Number("lessons") ?? 0, BlocksOf(form["blocks"]), form.Number("hours"),
            context.Home().Settings.OperatorBin);
        var offered = await desk.Ai.OpenAsync(
            visit.Actor, visit.Role, CompetenceStreams.Course, null,
            at => OfferCourse.Of(visit.Actor.Id, terms, desk.Courses, desk.Teachers.Value, desk.Learners.Value, at), context.RequestAborted,
            id: CompetenceStreams.Course.IdOf(form["id"]));
        await AnswerAsync(context, form, "lessons", offered.Problem);
    }

    private static async Task WithdrawAsync(HttpContext context, string course)
    {
        var (visit, form, desk) = (context.Visit(), await DeskPages.FormAsync(context), PortfolioPages.Desk(context));
        var done = await desk.Ai.ActAsync(
            visit.Actor, visit.Role, CompetenceStreams.Course, course, null, null, (now, at) => WithdrawCourse.Of(now, visit.Actor.Id, form["reason"], at),
            context.RequestAborted);
        await AnswerAsync(context, form, "courses", done.Problem);
    }

    private static async Task PutAsync(HttpContext context)
    {
        var (visit, form, desk) = (context.Visit(), await DeskPages.FormAsync(context), PortfolioPages.Desk(context));
        IReadOnlyList<TopicResource> resources = form.Chosen("resource") is { } title
            ? [new TopicResource(title.Trim(), form.Chosen("place"), form.Chosen("address"))]
            : [];
        var topic = new Topic(
            form["topic"] is { Length: > 0 and < 40 } id ? id : "t-" + EventStore.NewId(CompetenceStreams.Topics)[^8..], NameOf(form, "topic"), form["subject"],
            form.Number("grade") ?? 0, BlocksOf(form["topic-blocks"]), resources);
        Outcome<TopicMapEvent> Put(DateTimeOffset at) => PutTopic.Of(visit.Actor.Id, topic, desk.Learners.Value, desk.Crosswalk.Value, at);

        // The first topic opens the map; opened by it already, there is nothing more to do.
        var opened = await desk.Ai.OpenAsync(
            visit.Actor, visit.Role, CompetenceStreams.Topics, null, Put, context.RequestAborted, id: CompetenceStreams.TopicsId);
        var done = opened.TryGet(out var map, out _) && map.Find(topic.Id) is null
            ? await desk.Ai.ActAsync(
                visit.Actor, visit.Role, CompetenceStreams.Topics, CompetenceStreams.TopicsId, null, null, (_, at) => Put(at), context.RequestAborted)
            : opened;
        await AnswerAsync(context, form, "topic-kk", done.Problem);
    }

    private static async Task DropAsync(HttpContext context)
    {
        var (visit, form, desk) = (context.Visit(), await DeskPages.FormAsync(context), PortfolioPages.Desk(context));
        var done = await desk.Ai.ActAsync(
            visit.Actor, visit.Role, CompetenceStreams.Topics, CompetenceStreams.TopicsId, null, null,
            (now, at) => DropTopic.Of(now, visit.Actor.Id, form["topic"], form["reason"], at), context.RequestAborted);
        await AnswerAsync(context, form, "topics", done.Problem);
    }

    private static async Task AnswerAsync(HttpContext context, DeskForm form, string field, Problem? refused)
    {
        if (refused is not null)
        {
            await ShowAsync(context, form, [(field, refused)]);
            return;
        }

        AiPages.See(context, Base);
    }

    private static LocalizedText NameOf(DeskForm form, string prefix) => new(form[prefix + "-kk"], form[prefix + "-ru"], form[prefix + "-en"]);

    private static IReadOnlyList<string> BlocksOf(string text) =>
        [.. text.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries).Select(b => b.ToUpperInvariant()).Take(30)];

}
