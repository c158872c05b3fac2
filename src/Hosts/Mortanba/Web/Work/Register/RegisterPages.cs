using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Platform;
using Mortanba.Host.Web.Work.Register;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Host.Web;

/// <summary>
/// Insider controls in the console: the register and the orders of an institution, the import for the operator, and the alarms for
/// the auditor and the compliance officer.
/// </summary>
internal static class RegisterPages
{
    private const int AlarmsShown = 50;
    private const int ImportsShown = 20;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapWork("/console/{bin}/register").MapGet("", RegisterAsync).Needs(Right.ViewDiplomas);
        var own = pages.MapWork("/console/{bin}/alarms");
        own.MapGet("", (HttpContext context) => AlarmsAsync(context, "", "", [])).Needs(Right.ReviewAlarms);
        own.MapPost("/{id}", DecideAsync).Needs(Right.ReviewAlarms);
        var all = pages.MapWork("/console/platform/alarms");
        all.MapGet("", (HttpContext context) => AlarmsAsync(context, "", "", [])).Needs(Right.ViewPlatform);
        all.MapPost("/{id}", DecideAsync).Needs(Right.ReviewAlarms);
        var enrolment = pages.MapWork("/console/platform/enrolment");
        enrolment.MapGet("", (HttpContext context) => EnrolmentAsync(context, "", [], null)).Needs(Right.ViewPlatform);
        enrolment.MapPost("", ImportAsync).Needs(Right.OperatePlatform).WithMetadata(new ReadsOwnForm());
    }

    private static async Task RegisterAsync(HttpContext context, Installation home, PageWriter writer)
    {
        var bin = context.Visit().Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        await SitePages.Write<RegisterPage>(
            context, writer,
            (nameof(RegisterPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(RegisterPage.Read), await RegisterFigures.ReadAsync(connection, bin, context.RequestAborted)));
    }

    private static async Task ImportAsync(HttpContext context, Installation home)
    {
        using var upload = await ListUpload.ReadAsync(context);
        if (!upload.IsGenuine)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var (visit, typed) = (context.Visit(), upload["institution"]);
        var problem = upload.Refused
            ?? (upload.Graduates is null ? new Problem("intake/no-upload", "No file was chosen.") : null)
            ?? (Bin.TryParse(typed, out _) ? null : new Problem("permits/unknown-institution", "There is no such institution.", ("bin", "–")));
        if (problem is null)
        {
            var taken = await ImportEnrolment.RunAsync(home, visit.Actor, visit.Role, Bin.Parse(typed), upload.Graduates!, context.RequestAborted);
            problem = taken.Problem;
        }

        if (problem is null)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/platform/enrolment");
            return;
        }

        await EnrolmentAsync(context, typed, [("learners", problem)], problem as LearnersHaveErrors);
    }

    private static async Task EnrolmentAsync(
        HttpContext context, string typed, IReadOnlyList<(string, Problem)> problems, LearnersHaveErrors? bad)
    {
        var (home, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<EnrolmentPage>(
            context, Readers.LanguageOf(context.Request), Status(problems),
            (nameof(EnrolmentPage.Institutions), (IReadOnlyList<Organisation>)
                [.. (await PermitRegister.OrganisationsAsync(connection, cancel)).Where(o => o.Role == OrganisationRole.Initiator)]),
            (nameof(EnrolmentPage.Imports), await Enrolments.ImportsAsync(connection, null, ImportsShown, cancel)),
            (nameof(EnrolmentPage.MayImport), context.Visit().Actor.PlatformRoleFor(Right.OperatePlatform) is not null),
            (nameof(EnrolmentPage.Typed), typed), (nameof(EnrolmentPage.Findings), bad?.Findings ?? []), (nameof(EnrolmentPage.Refused), problems));
    }

    private static async Task DecideAsync(HttpContext context, Installation home, string id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (visit, reason) = (context.Visit(), form["reason"].ToString());
        Problem? problem = form["verdict"].ToString() is var word && Enum.GetValues<AlarmVerdict>().Where(v => SigningAlarms.Word(v) == word).ToList() is [var verdict]
            ? (await DecideAlarm.RunAsync(home, visit.Actor, visit.Role!.Value, visit.Institution, id, verdict, reason, context.RequestAborted)).Problem
            : new Problem("alarms/unknown-verdict", "There is no such verdict.");
        if (problem is null)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{BaseOf(visit)}");
            return;
        }

        await AlarmsAsync(context, id, reason.Length > SigningAlarms.ReasonMaxLength ? reason[..SigningAlarms.ReasonMaxLength] : reason, [("re-" + id, problem)]);
    }

    private static async Task AlarmsAsync(HttpContext context, string typedId, string typed, IReadOnlyList<(string, Problem)> problems)
    {
        var (home, visit, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit(), context.RequestAborted);
        var language = Readers.LanguageOf(context.Request);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var alarms = await SigningAlarms.ListAsync(connection, visit.Institution, AlarmsShown, cancel);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<AlarmsPage>(
            context, language, Status(problems),
            (nameof(AlarmsPage.InstitutionName), visit.Institution is { } bin ? await ConsolePages.InstitutionNameAsync(context, bin) : ""),
            (nameof(AlarmsPage.Alarms), (IReadOnlyList<SigningAlarm>)alarms),
            (nameof(AlarmsPage.Names), (await PermitRegister.OrganisationsAsync(connection, cancel)).ToDictionary(o => o.Bin, o => o.Name.In(language))),
            (nameof(AlarmsPage.People), await AccountNames.OfAsync(connection, alarms.Select(a => a.DecidedBy).OfType<string>(), cancel)),
            (nameof(AlarmsPage.Base), BaseOf(visit)),
            (nameof(AlarmsPage.MayDecide), visit.Institution is not null || visit.Actor.PlatformRoleFor(Right.ReviewAlarms) is not null),
            (nameof(AlarmsPage.TypedId), typedId), (nameof(AlarmsPage.Typed), typed), (nameof(AlarmsPage.Refused), problems));
    }

    private static string BaseOf(Visit visit) => visit.Institution is { } bin ? $"/console/{bin}/alarms" : "/console/platform/alarms";

    private static int Status(IReadOnlyList<(string, Problem)> problems) =>
        problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}
