using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai.Schools;

namespace Mortanba.Host.Web;

/// <summary>A class with what is switched off in it.</summary>
/// <param name="IsMine">The reader teaches it.</param>
public sealed record ClassSwitch(string Class, bool IsMine, IReadOnlyList<SwitchedOff> Off);

/// <summary>
/// A teacher switches AI off for a class with one button, and back on (requirement AI-30). No reason is asked; the record alone says who did
/// it, no list of the school does.
/// </summary>
internal static class SwitchPages
{
    public static void Map(RouteGroupBuilder school)
    {
        school.MapGet("/switch", (HttpContext context) => OpenAsync(context, [])).Needs(Right.ViewSchool);
        school.MapPost("/switch/off", OffAsync).Needs(Right.Teach);
        school.MapPost("/switch/on", OnAsync).Needs(Right.ViewSchool);
    }

    private static async Task OffAsync(HttpContext context)
    {
        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        var (_, mine) = await ClassesAsync(context);
        var done = !mine.Contains(form["class"])
            ? new Problem("ai-school/not-your-class", "You do not teach this class.")
            : (await SchoolPages.Desk(context).SwitchOffAsync(
                visit.Actor, visit.Role, visit.Institution!.Value, form["class"], form.Chosen("system"), context.RequestAborted)).Problem;
        await AnswerAsync(context, done);
    }

    private static async Task OnAsync(HttpContext context)
    {
        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        var (bin, className) = (visit.Institution!.Value, form["class"]);
        var (system, cancel) = (form.Chosen("system"), context.RequestAborted);
        var now = (await SchoolPages.Desk(context).Ai.FindAsync(SchoolStreams.Class, SchoolStreams.ClassOf(bin, className), bin, cancel))?.Now;
        var own = now?.Off.FirstOrDefault(o => o.System == system && o.By == visit.Actor.Id);
        var theirs = own ?? now?.Off.FirstOrDefault(o => o.System == system);
        var isGone = own is null && theirs is not null && visit.Actor.May(Right.CoordinateAi, bin) && !await TeachesAsync(context, bin, theirs.By);
        await AnswerAsync(context, (await SchoolPages.Desk(context).SwitchOnAsync(
            visit.Actor, visit.Role, bin, className, theirs?.By ?? visit.Actor.Id, system, isGone, cancel)).Problem);
    }

    private static Task AnswerAsync(HttpContext context, Problem? refused)
    {
        if (refused is not null)
        {
            return OpenAsync(context, [("classes", refused)]);
        }

        SchoolPages.Back(context, "/switch");
        return Task.CompletedTask;
    }

    private static async Task OpenAsync(HttpContext context, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        if (await SchoolPages.SchoolAsync(context) is not { } school)
        {
            return;
        }

        var (all, mine) = await ClassesAsync(context);
        var shown = new List<ClassSwitch>();
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var off = (await EventStore.RowsAsync(
            connection, SchoolStreams.Class, new StreamSearch(school.School.Bin, ["off"]), SchoolPages.RowsMax, context.RequestAborted))
            .Select(r => r.Summary.Subject!).ToHashSet(StringComparer.Ordinal);
        foreach (var one in all.Where(c => mine.Contains(c) || off.Contains(c)))
        {
            var now = off.Contains(one)
                ? await SchoolPages.Desk(context).Ai.Events.FindAsync(
                    connection, SchoolStreams.Class, SchoolStreams.ClassOf(school.School.Bin, one), context.RequestAborted)
                : null;
            shown.Add(new ClassSwitch(one, mine.Contains(one), now?.Now.Off ?? []));
        }

        await SchoolPages.WriteAsync<SwitchPage>(
            context, school, refused, (nameof(SwitchPage.Classes), shown),
            (nameof(SwitchPage.Tools), await SchoolPages.ToolsAsync(context, connection, school)));
    }

    /// <summary>All classes of the school, and those that the visitor teaches: all, when the directory names none of a teacher.</summary>
    private static async Task<(IReadOnlyList<string> All, IReadOnlyCollection<string> Mine)> ClassesAsync(HttpContext context)
    {
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        var (bin, directory) = (visit.Institution!.Value, SchoolPages.Desk(context).Ai.Directory);
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
        var all = (await directory.PeopleAsync(connection, bin, SchoolPersonKind.Learner, cancel: cancel))
            .Where(p => p.Left is null).OrderBy(p => p.Grade).Select(p => p.Class).Distinct().ToList();
        if (!visit.Actor.May(Right.Teach, bin))
        {
            return (all, []);
        }

        var teaches = (await directory.OfAccountAsync(connection, visit.Actor.Id, cancel))
            .Where(p => p.School == bin && p.Kind == SchoolPersonKind.Teacher).SelectMany(p => p.Classes).ToHashSet(StringComparer.Ordinal);
        return (all, teaches.Count > 0 ? teaches : all.ToHashSet(StringComparer.Ordinal));
    }

    private static async Task<bool> TeachesAsync(HttpContext context, Bin bin, string account)
    {
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        return (await Memberships.OfAccountAsync(connection, account, cancel: context.RequestAborted))
            .Any(m => m.Covers(bin) && Rights.Gives(m.Role, Right.Teach));
    }
}
