using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.LearningPlatforms;
using Mortanba.Host.Web.Work.Ai.Connections;

namespace Mortanba.Host.Web;

/// <summary>What a school uses beside this site: its learning platforms, and its own list of people (requirement AI-32).</summary>
internal static class ConnectionPages
{
    private static readonly LtiPlatformForm Nothing = new("", "", "", "", "", "", "");

    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork("/console/{bin}/ai/connections");
        desk.MapGet("", (HttpContext context) => ShowAsync(context, Nothing, null)).Needs(Right.CoordinateAi);
        desk.MapPost("", AddAsync).Needs(Right.CoordinateAi);
        desk.MapPost("/end", EndAsync).Needs(Right.CoordinateAi);
        desk.MapPost("/unbind", UnbindAsync).Needs(Right.CoordinateAi);
        desk.MapPost("/scores", AgainAsync).Needs(Right.CoordinateAi);
        desk.MapPost("/course", CourseAsync).Needs(Right.CoordinateAi);
        var roster = pages.MapWork("/console/{bin}/ai/roster");
        roster.MapGet("", (HttpContext context) => RosterAsync(context, null)).Needs(Right.CoordinateAi);
        roster.MapPost("", UploadAsync).Needs(Right.CoordinateAi).WithMetadata(new ReadsOwnForm());
        roster.MapGet("/{upload:guid}", (HttpContext context, Guid upload) => PlanAsync(context, upload.ToString(), null)).Needs(Right.CoordinateAi);
        roster.MapPost("/{upload:guid}", ConfirmAsync).Needs(Right.CoordinateAi);
    }

    private static async Task ShowAsync(HttpContext context, LtiPlatformForm typed, Problem? refused)
    {
        var (home, bin, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ConnectionsPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ConnectionsPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), (nameof(ConnectionsPage.Typed), typed),
            (nameof(ConnectionsPage.Refused), refused), (nameof(ConnectionsPage.Platforms), await LtiStore.OfSchoolAsync(connection, bin, cancel)),
            (nameof(ConnectionsPage.Site), home.Settings.Site), (nameof(ConnectionsPage.Scores), await LtiScores.CountsAsync(connection, bin, cancel)),
            (nameof(ConnectionsPage.Courses), await LtiCourses.OfSchoolAsync(connection, bin, cancel)));
    }

    private static async Task AddAsync(HttpContext context, Installation home)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var typed = new LtiPlatformForm(
            form["name"].ToString(), form["issuer"].ToString(), form["client"].ToString(), form["deployments"].ToString(), form["login"].ToString(),
            form["token"].ToString(), form["jwks"].ToString());
        var added = await new ConnectPlatforms(home).AddAsync(visit.Actor, visit.Role, visit.Institution!.Value, typed, context.RequestAborted);
        if (added.TryGet(out _, out var refused))
        {
            Back(context, "/ai/connections");
            return;
        }

        await ShowAsync(context, typed, refused);
    }

    private static async Task EndAsync(HttpContext context, Installation home)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var ended = await new ConnectPlatforms(home).EndAsync(visit.Actor, visit.Role, visit.Institution!.Value, form["id"].ToString(), context.RequestAborted);
        if (ended.TryGet(out _, out var refused))
        {
            Back(context, "/ai/connections");
            return;
        }

        await ShowAsync(context, Nothing, refused);
    }

    private static async Task UnbindAsync(HttpContext context, Installation home, UserManager<Account> accounts)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var account = await accounts.FindByEmailAsync(form["email"].ToString().Trim());
        var ended = await new ConnectPlatforms(home).UnbindAsync(visit.Actor, visit.Role, visit.Institution!.Value, account?.Id, context.RequestAborted);
        if (ended.TryGet(out _, out var refused))
        {
            Back(context, "/ai/connections");
            return;
        }

        await ShowAsync(context, Nothing, refused);
    }

    private static async Task AgainAsync(HttpContext context, Installation home)
    {
        await new ConnectPlatforms(home).SendAgainAsync(
            context.Visit().Actor, context.Visit().Role, context.Visit().Institution!.Value, context.RequestAborted);
        Back(context, "/ai/connections");
    }

    private static async Task CourseAsync(HttpContext context, Installation home, PlatformCalls calls)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var read = await new ReadCourse(home, calls).RunAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, form["platform"].ToString(), form["context"].ToString(), context.RequestAborted);
        if (read.TryGet(out var kept, out var refused))
        {
            Back(context, "/ai/roster/" + kept);
            return;
        }

        await ShowAsync(context, Nothing, refused);
    }

    private static async Task RosterAsync(HttpContext context, Problem? refused)
    {
        var (home, bin, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<RosterPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(RosterPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), (nameof(RosterPage.Refused), refused),
            (nameof(RosterPage.Bin), bin), (nameof(RosterPage.Known), (await SchoolDirectory.SourceIdsAsync(connection, bin, cancel)).Count));
    }

    private static async Task UploadAsync(HttpContext context, Installation home)
    {
        using var upload = await ListUpload.ReadAsync(context);
        if (!upload.IsGenuine)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var problem = upload.Refused
            ?? (upload.Graduates is null or { LengthBytes: 0 } ? new Problem("intake/no-upload", "No file was chosen.") : null)
            ?? (upload.Graduates!.LengthBytes > TakeRoster.ArchiveMaxBytes
                ? new Problem("connections/roster-too-large", "The file is too large.", ("max", $"{TakeRoster.ArchiveMaxBytes >> 20}")) : null);
        if (problem is null)
        {
            await using var stream = upload.Graduates!.Open();
            var archive = new byte[upload.Graduates.LengthBytes!.Value];
            await stream.ReadExactlyAsync(archive, context.RequestAborted);
            var visit = context.Visit();
            if ((await new TakeRoster(home).KeepAsync(visit.Actor, visit.Institution!.Value, archive, context.RequestAborted)).TryGet(out var kept, out problem))
            {
                Back(context, "/ai/roster/" + kept);
                return;
            }
        }

        await RosterAsync(context, problem);
    }

    private static async Task PlanAsync(HttpContext context, string upload, Problem? refused)
    {
        var (home, visit, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit(), context.RequestAborted);
        var bin = visit.Institution!.Value;
        if (await new TakeRoster(home).PlanAsync(visit.Actor, bin, upload, cancel) is not { } found)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<RosterPlanPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict,
            (nameof(RosterPlanPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), (nameof(RosterPlanPage.Upload), upload),
            (nameof(RosterPlanPage.Roster), found.Roster), (nameof(RosterPlanPage.Plan), found.Plan), (nameof(RosterPlanPage.Refused), refused));
    }

    private static async Task ConfirmAsync(HttpContext context, Installation home, Guid upload)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var taken = await new TakeRoster(home).RunAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, upload.ToString(), form["seen"].ToString(), context.RequestAborted);
        // Confirmed twice, or an hour too late: the page of rosters says how many people came by one.
        if (taken is not { } outcome || outcome.TryGet(out _, out var refused))
        {
            Back(context, "/ai/roster");
            return;
        }

        await PlanAsync(context, upload.ToString(), refused);
    }

    private static void Back(HttpContext context, string rest) =>
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}{rest}");
}
