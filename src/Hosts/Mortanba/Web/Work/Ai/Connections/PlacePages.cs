using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Connections;

namespace Mortanba.Host.Web;

/// <summary>A platform that waits for its teacher's choice; kept in a protected cookie.</summary>
/// <param name="Back">Where the choice goes.</param>
/// <param name="Data">Goes back as it came.</param>
internal sealed record LtiPlace(string Platform, string Deployment, string Back, string? Data, DateTimeOffset At);

/// <summary>
/// A teacher places a task into a course of the platform they came from (LTI Deep Linking 2.0): chooses one of their own, and brings the signed
/// choice back. Works without script: the last step is a button.
/// </summary>
internal static class PlacePages
{
    private const string Cookie = "lti-place";
    private const int Shown = 50;
    private static readonly TimeSpan Term = TimeSpan.FromMinutes(30);

    public static void Map(RouteGroupBuilder pages)
    {
        var place = pages.MapWork("/console/{bin}/ai/place");
        place.MapGet("", (HttpContext context) => ShowAsync(context, null)).Needs(Right.Teach);
        place.MapPost("", ChooseAsync).Needs(Right.Teach);
    }

    /// <summary>Keeps what the platform asked; gives the page that answers it.</summary>
    public static string Begin(HttpContext context, Language language, Bin school, LtiPlace place)
    {
        LtiCookies.Keep(context, Cookie, place, Term);
        return $"/{language.Tag()}/console/{school}/ai/place";
    }

    private static async Task ShowAsync(HttpContext context, Problem? refused)
    {
        var (home, visit, cancel) = (SchoolPages.Home(context), context.Visit(), context.RequestAborted);
        var bin = visit.Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (_, platform) = await FindAsync(context, connection, bin);
        var tasks = platform is null ? [] : (await EventStore.AllAsync(connection, TaskStreams.Tasks, bin, cancel)).Select(t => t.Now)
            .Where(t => t.Teacher == visit.Actor.Id && !t.IsWithdrawn).OrderByDescending(t => t.SetAt).Take(Shown).ToList();
        await WriteAsync(
            context, bin, refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(PlacePage.Platform), platform), (nameof(PlacePage.Tasks), tasks), (nameof(PlacePage.Refused), refused));
    }

    private static async Task ChooseAsync(HttpContext context, Installation home)
    {
        var (form, visit, cancel) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit(), context.RequestAborted);
        var (bin, at) = (visit.Institution!.Value, home.Time.GetUtcNow());
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (place, platform) = await FindAsync(context, connection, bin);
        var task = (await new AiDesk(home).Events.FindAsync(connection, TaskStreams.Tasks, form["task"].ToString(), cancel))?.Now;
        if (place is null || platform is null || task is null || task.IsWithdrawn || task.Teacher != visit.Actor.Id || task.School != bin.Value)
        {
            await ShowAsync(context, place is null || platform is null
                ? new Problem("connections/place-over", "The platform waits no more: choose there anew.")
                : new Problem("ai/not-there", "There is no such entry, or it is not yours."));
            return;
        }

        using var key = await new LtiStore(home.Vault).KeyAsync(home.Database, at, cancel);
        var address = new Uri($"{home.Settings.Site}/{Readers.LanguageOf(context.Request).Tag()}{MyTaskPages.LinkOf(task)}");
        var jwt = LtiPlacing.Write(key, platform, place.Deployment, place.Data, task, address, at);
        // The one page whose form goes to another site: the platform that asked, and no other.
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = headers.ContentSecurityPolicy.ToString().Replace(
            "form-action 'self'", "form-action " + new Uri(place.Back).GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        await WriteAsync(
            context, bin, StatusCodes.Status200OK, (nameof(PlacePage.Platform), platform),
            (nameof(PlacePage.Tasks), new List<AssessmentTask> { task }),
            (nameof(PlacePage.Back), place.Back), (nameof(PlacePage.Jwt), jwt));
    }

    // A platform speaks for its own school alone.
    private static async Task<(LtiPlace? Place, LtiPlatform? Platform)> FindAsync(HttpContext context, Storage.ReadFrom from, Bin school)
    {
        var now = SchoolPages.Home(context).Time.GetUtcNow();
        if (LtiCookies.Find<LtiPlace>(context, Cookie) is not { } place || now >= place.At + Term)
        {
            return default;
        }

        var platform = await LtiStore.FindAsync(from, place.Platform, context.RequestAborted);
        return (place, platform?.School == school ? platform : null);
    }

    private static async Task WriteAsync(HttpContext context, Bin bin, int status, params (string Name, object? Value)[] values)
    {
        context.Response.Headers.CacheControl = "no-store";
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<PlacePage>(
            context, Readers.LanguageOf(context.Request), status,
            [(nameof(PlacePage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), .. values]);
    }
}
