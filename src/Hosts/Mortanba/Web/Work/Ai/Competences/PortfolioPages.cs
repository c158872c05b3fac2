using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>A teacher's own portfolio at a school, and their certificates (requirements AI-16, AI-18).</summary>
internal static class PortfolioPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var own = pages.MapWork("/console/{bin}/ai/portfolio");
        own.MapGet("", (HttpContext context) => ShowAsync(context, DeskForm.None, [])).Needs(Right.Teach);
        own.MapPost("", HandInAsync).Needs(Right.Teach);
        own.MapPost("/withdraw", WithdrawAsync).Needs(Right.Teach);
        own.MapGet("/certificates/{asset:guid}", (HttpContext context, Guid asset) => CertificateAsync(context, asset, null)).Needs(Right.Teach);
        own.MapPost("/certificates/{asset:guid}/share", ShareAsync).Needs(Right.Teach);
        own.MapGet("/certificates/{asset:guid}.json", FileAsync).Needs(Right.Teach);
    }

    public static CompetenceDesk Desk(HttpContext context) => new(
        context.Home(), context.RequestServices.GetRequiredService<DiplomaFlow>());

    /// <summary>Address of a school's page, without the language.</summary>
    public static string Address(HttpContext context, string rest) => $"/console/{context.Visit().Institution}/ai/{rest}";

    /// <summary>The visitor as a teacher of this school; null when its directory knows none.</summary>
    public static async Task<SchoolPerson?> TeacherAsync(HttpContext context)
    {
        var home = context.Home();
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        return (await new SchoolDirectory(home.Vault).OfAccountAsync(connection, context.Visit().Actor.Id, context.RequestAborted))
            .FirstOrDefault(p => p.Kind == SchoolPersonKind.Teacher && p.School == context.Visit().Institution);
    }

    private static async Task ShowAsync(HttpContext context, DeskForm typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        var (desk, teacher) = (Desk(context), await TeacherAsync(context));
        var portfolio = teacher is null ? null
            : await desk.Ai.FindAsync(
                CompetenceStreams.Portfolio, CompetenceDesk.IdOf(CompetenceStreams.Portfolio, teacher), teacher.School, context.RequestAborted);
        await AiPages.WriteAsync<PortfolioPage>(
            context, refused, (nameof(PortfolioPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, context.Visit().Institution!.Value)),
            (nameof(PortfolioPage.Base), Address(context, "portfolio")), (nameof(PortfolioPage.Framework), desk.Teachers.Value),
            (nameof(PortfolioPage.Qualification), desk.Qualification), (nameof(PortfolioPage.Today), desk.Ai.Today()),
            (nameof(PortfolioPage.NewId), EventStore.NewId(CompetenceStreams.Portfolio)), (nameof(PortfolioPage.Teacher), teacher),
            (nameof(PortfolioPage.Portfolio), portfolio?.Now), (nameof(PortfolioPage.Typed), typed),
            (nameof(PortfolioPage.OfCourses), teacher is null ? [] : await CertificateSheet.OfCoursesAsync(context, teacher)));
    }

    private static async Task HandInAsync(HttpContext context)
    {
        if (await TeacherAsync(context) is not { } teacher)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var done = await Desk(context).HandInAsync(
            visit.Actor, visit.Role, teacher, form["evidence"] is { Length: > 0 and < 60 } id ? id : EventStore.NewId(CompetenceStreams.Portfolio), form["block"],
            form["what"], form["address"], context.RequestAborted);
        if (done.Problem is { } problem)
        {
            await ShowAsync(context, form, [("what", problem)]);
            return;
        }

        AiPages.See(context, Address(context, "portfolio"));
    }

    private static async Task WithdrawAsync(HttpContext context)
    {
        if (await TeacherAsync(context) is not { } teacher)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var (visit, form, desk) = (context.Visit(), await DeskPages.FormAsync(context), Desk(context));
        var done = await desk.Ai.ActAsync(
            visit.Actor, visit.Role, CompetenceStreams.Portfolio, CompetenceDesk.IdOf(CompetenceStreams.Portfolio, teacher), teacher.School, null,
            (now, at) => WithdrawEvidence.Of(now, visit.Actor.Id, form["evidence"], desk.Teachers.Value, at), context.RequestAborted);
        if (done.Problem is { } problem)
        {
            await ShowAsync(context, DeskForm.None, [("ev", problem)]);
            return;
        }

        AiPages.See(context, Address(context, "portfolio"));
    }

    private static async Task CertificateAsync(HttpContext context, Guid asset, (ShareOrder Order, Problem Problem)? refused)
    {
        var id = AssetId.Parse($"urn:uuid:{asset:D}");
        if (!await IsOwnAsync(context, id)
            || await CertificateSheet.OfAsync(context, id, Address(context, $"portfolio/certificates/{asset:D}"), refused?.Order) is not { } shown)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await AiPages.WriteAsync<CertificatePage>(
            context, refused is { } no ? [("who", no.Problem)] : [],
            (nameof(CertificatePage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, context.Visit().Institution!.Value)),
            (nameof(CertificatePage.Shown), shown));
    }

    private static async Task ShareAsync(HttpContext context, Guid asset)
    {
        if (!await IsOwnAsync(context, AssetId.Parse($"urn:uuid:{asset:D}")))
        {
            await Problems.NotFoundAsync(context);
        }
        else if (await CertificateSheet.ShareAsync(context, AssetId.Parse($"urn:uuid:{asset:D}")) is { } refused)
        {
            await CertificateAsync(context, asset, refused);
        }
    }

    private static async Task FileAsync(HttpContext context, Guid asset)
    {
        var id = AssetId.Parse($"urn:uuid:{asset:D}");
        if (!await IsOwnAsync(context, id) || !await CertificateSheet.SendFileAsync(context, id))
        {
            await Problems.NotFoundAsync(context);
        }
    }

    // Of a level, it stands in the portfolio; of a course, in the group, whose people are pseudonyms.
    private static async Task<bool> IsOwnAsync(HttpContext context, AssetId asset)
    {
        if (await TeacherAsync(context) is not { } teacher)
        {
            return false;
        }

        var award = await new CertificateLookup(context.Home()).AwardAsync(asset, context.RequestAborted);
        return award?.Award.Owner == CompetenceDesk.IdOf(CompetenceStreams.Portfolio, teacher)
            || (await CertificateSheet.OfCoursesAsync(context, teacher)).Any(c => c.Certificate.Certificate == asset.ToString());
    }
}
