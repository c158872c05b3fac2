using System.Text;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>A learner's own blocks and projects; representatives read them (requirements AI-17, AI-29).</summary>
internal static class MyProjectPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var mine = pages.MapWork(MeAiPages.Base);
        mine.MapGet("/competences", CompetencesAsync).Needs(null);
        mine.MapGet("/certificates/{asset:guid}", (HttpContext context, string person, Guid asset) => CertificateAsync(context, person, asset, null)).Needs(null);
        mine.MapPost("/certificates/{asset:guid}/share", ShareAsync).Needs(null);
        mine.MapGet("/certificates/{asset:guid}.json", FileAsync).Needs(null);
        mine.MapGet("/projects", (HttpContext context, string person) => ListAsync(context, person, DeskForm.None, [])).Needs(null);
        mine.MapPost("/projects", BeginAsync).Needs(null);
        mine.MapGet("/projects/{project}", (HttpContext context, string person, string project) =>
            ShowAsync(context, person, project, "", DeskForm.None, [])).Needs(null);
        mine.MapGet("/projects/{project}/data.json", DataAsync).Needs(null);
        mine.MapPost("/projects/{project}/{part}", WriteAsync).Needs(null);
    }

    /// <summary>The parts of a project with their fields, as they stand.</summary>
    public static IReadOnlyList<(string Part, IReadOnlyList<(string Field, string? Value)> Fields)> PartsOf(Project p) =>
    [
        ("scope", [("problem", p.Scope?.Problem), ("for-whom", p.Scope?.ForWhom), ("why-ai", p.Scope?.WhyAi)]),
        ("data",
        [
            ("data-name", p.Data?.Name), ("data-about", p.Data?.Description), ("maker", p.Data?.Maker), ("source", p.Data?.Source),
            ("data-licence", p.Data?.Licence),
        ]),
        ("model", [("does", p.Model?.Does), ("tested", p.Model?.Tested), ("limits", p.Model?.Limits), ("not-for", p.Model?.NotFor)]),
        ("reflection", [("own", p.Reflection?.Own), ("by-ai", p.Reflection?.ByAi), ("learnt", p.Reflection?.Learnt)]),
    ];

    private static string Base(SchoolPerson person) => MeAiPages.PathOf(person, "/projects");

    private static async Task CompetencesAsync(HttpContext context, PageWriter writer, string person)
    {
        if (await MeAiPages.PersonAsync(context, person) is { } found)
        {
            await SitePages.Write<MyCompetencesPage>(
                context, writer, (nameof(MyCompetencesPage.Person), found), (nameof(MyCompetencesPage.Blocks), await LearnerPages.BlocksAsync(context, found)),
                (nameof(MyCompetencesPage.Base), MeAiPages.PathOf(found)),
                (nameof(MyCompetencesPage.Certificates), await CertificateSheet.OfCoursesAsync(context, found)));
        }
    }

    private static async Task<bool> IsOwnAsync(HttpContext context, SchoolPerson person, AssetId asset) =>
        (await CertificateSheet.OfCoursesAsync(context, person)).Any(c => c.Certificate.Certificate == asset.ToString());

    private static async Task CertificateAsync(HttpContext context, string person, Guid asset, (ShareOrder Order, Problem Problem)? refused)
    {
        var id = AssetId.Parse($"urn:uuid:{asset:D}");
        if (await MeAiPages.PersonAsync(context, person) is not { } found)
        {
            return;
        }

        if (!await IsOwnAsync(context, found, id)
            || await CertificateSheet.OfAsync(context, id, MeAiPages.PathOf(found, $"/certificates/{asset:D}"), refused?.Order) is not { } shown)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await AiPages.WriteAsync<MyCertificatePage>(
            context, refused is { } no ? [("who", no.Problem)] : [], (nameof(MyCertificatePage.Shown), shown));
    }

    private static async Task ShareAsync(HttpContext context, string person, Guid asset)
    {
        var id = AssetId.Parse($"urn:uuid:{asset:D}");
        if (await MeAiPages.PersonAsync(context, person) is not { } found)
        {
            return;
        }

        if (!await IsOwnAsync(context, found, id))
        {
            await Problems.NotFoundAsync(context);
        }
        else if (await CertificateSheet.ShareAsync(context, id) is { } refused)
        {
            await CertificateAsync(context, person, asset, refused);
        }
    }

    private static async Task FileAsync(HttpContext context, string person, Guid asset)
    {
        var id = AssetId.Parse($"urn:uuid:{asset:D}");
        if (await MeAiPages.PersonAsync(context, person) is { } found
            && !(await IsOwnAsync(context, found, id) && await CertificateSheet.SendFileAsync(context, id)))
        {
            await Problems.NotFoundAsync(context);
        }
    }

    private static async Task ListAsync(HttpContext context, string person, DeskForm typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await MeAiPages.PersonAsync(context, person) is { } found)
        {
            await AiPages.WriteAsync<MyProjectsPage>(
                context, refused, (nameof(MyProjectsPage.Person), found), (nameof(MyProjectsPage.Base), Base(found)),
                (nameof(MyProjectsPage.Projects), await LearnerPages.ProjectsAsync(context, found)),
                (nameof(MyProjectsPage.IsSelf), MeAiPages.IsSelf(context, found)), (nameof(MyProjectsPage.NewId), EventStore.NewId(CompetenceStreams.Project)),
                (nameof(MyProjectsPage.Typed), typed));
        }
    }

    // Whoever represents a learner reads; the learner alone writes.
    private static async Task<SchoolPerson?> SelfAsync(HttpContext context, string person)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } found)
        {
            return null;
        }

        if (MeAiPages.IsSelf(context, found))
        {
            return found;
        }

        await Problems.ShowAsync(context, StatusCodes.Status403Forbidden);
        return null;
    }

    private static async Task BeginAsync(HttpContext context, string person)
    {
        if (await SelfAsync(context, person) is not { } self)
        {
            return;
        }

        var (visit, form, desk) = (context.Visit(), await DeskPages.FormAsync(context), PortfolioPages.Desk(context));
        var begun = await desk.Ai.OpenAsync(
            visit.Actor, visit.Role, CompetenceStreams.Project, self.School,
            at => WriteProject.Begin(visit.Actor.Id, self.Id, self.School.Value, form["title"], at), context.RequestAborted,
            id: CompetenceStreams.Project.IdOf(form["id"]));
        if (!begun.TryGet(out var project, out var problem))
        {
            await ListAsync(context, person, form, [("title", problem)]);
            return;
        }

        AiPages.See(context, $"{Base(self)}/{project.Id}");
    }

    private static async Task<Project?> FindAsync(HttpContext context, SchoolPerson person, string id)
    {
        if (await PortfolioPages.Desk(context).Ai.FindAsync(CompetenceStreams.Project, id, person.School, context.RequestAborted) is { Now: var project }
            && project.Learner == person.Id)
        {
            return project;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    private static async Task ShowAsync(
        HttpContext context, string person, string id, string part, DeskForm typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await MeAiPages.PersonAsync(context, person) is { } found && await FindAsync(context, found, id) is { } project)
        {
            await AiPages.WriteAsync<MyProjectPage>(
                context, refused, (nameof(MyProjectPage.Person), found), (nameof(MyProjectPage.Base), $"{Base(found)}/{id}"), (nameof(MyProjectPage.Project), project),
                (nameof(MyProjectPage.IsSelf), MeAiPages.IsSelf(context, found)), (nameof(MyProjectPage.Part), part), (nameof(MyProjectPage.Typed), typed));
        }
    }

    private static async Task DataAsync(HttpContext context, string person, string project)
    {
        if (await MeAiPages.PersonAsync(context, person) is not { } found || await FindAsync(context, found, project) is not { } one)
        {
            return;
        }

        if (one.DataCard() is not { } card)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        context.Response.ContentType = "application/ld+json";
        await context.Response.WriteAsync(card.ToJsonString(), Encoding.UTF8, context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, string person, string project, string part)
    {
        if (await SelfAsync(context, person) is not { } self || await FindAsync(context, self, project) is null)
        {
            return;
        }

        var (visit, f) = (context.Visit(), await DeskPages.FormAsync(context));
        var by = visit.Actor.Id;
        Func<Project, DateTimeOffset, Outcome<ProjectEvent>>? act = part switch
        {
            "scope" => (now, at) => WriteProject.Scope(now, by, new ProjectScope(f["problem"], f["for-whom"], f["why-ai"]), at),
            "data" => (now, at) => WriteProject.Data(
                now, by, new ProjectData(f["data-name"], f["data-about"], f["maker"], f.Chosen("source"), f["data-licence"]), at),
            "model" => (now, at) => WriteProject.Model(now, by, new ModelCard(f["does"], f["tested"], f["limits"], f["not-for"]), at),
            "reflection" => (now, at) => WriteProject.Reflect(now, by, new Reflection(f["own"], f["by-ai"], f["learnt"]), at),
            "finish" => (now, at) => FinishProject.Of(now, by, at),
            _ => null,
        };
        if (act is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var done = await PortfolioPages.Desk(context).Ai.ActAsync(
            visit.Actor, visit.Role, CompetenceStreams.Project, project, self.School, null, act, context.RequestAborted);
        if (done.Problem is { } problem)
        {
            await ShowAsync(context, person, project, part, f, [(part, problem)]);
            return;
        }

        AiPages.See(context, $"{Base(self)}/{project}");
    }
}
