using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai;

namespace Mortanba.Host.Web;

/// <summary>
/// AI in education for a learner, and for whoever represents one: a way in for each child. An address names a learner by pseudonym; to
/// anybody but the learner and, until the learner is of age, the representatives it is as if it were not there.
/// </summary>
internal static class MeAiPages
{
    /// <summary>Before every page of a learner.</summary>
    public const string Base = "/me/ai/{person}";

    /// <summary>Pages of a learner, in the order of the list; only those that there are. Their words are <c>ai/me.NAME</c>.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["tools", "tasks", "cases", "competences", "projects"];

    public static void Map(RouteGroupBuilder pages) => pages.MapWork("/me/ai").MapGet("", IndexAsync).Needs(null);

    /// <summary>Where a page of a learner stands, without the language.</summary>
    public static string PathOf(SchoolPerson person, string rest = "") => $"/me/ai/{person.Id}{rest}";

    /// <summary>The learner of this address, when the visitor is the learner or a representative; null, and a page that says so, when not.</summary>
    /// <param name="evenAfter">What was decided about somebody is theirs to read and to appeal when they have left the school, too.</param>
    public static async Task<SchoolPerson?> PersonAsync(HttpContext context, string person, bool evenAfter = false)
    {
        var (home, visitor) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit().Actor.Id);
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var found = await new SchoolDirectory(home.Vault).PersonAsync(connection, person, context.RequestAborted);
        if (found is { Kind: SchoolPersonKind.Learner } && (evenAfter || found.Left is null)
            && (found.Account == visitor || (found.Guardians.Contains(visitor) && new SchoolDesk(home).IsRepresented(found))))
        {
            return found;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    /// <summary>Whether the visitor acts as the learner, and not for them.</summary>
    public static bool IsSelf(HttpContext context, SchoolPerson person) => person.Account == context.Visit().Actor.Id;

    /// <summary>Whether somebody has nothing here but a place as a learner or a representative.</summary>
    public static bool IsOnlyHere(Actor actor) =>
        actor.Memberships.Count > 0 && actor.Memberships.All(m => m.Role is Role.Learner or Role.Guardian);

    private static async Task IndexAsync(HttpContext context, Installation home, PageWriter writer)
    {
        var (visitor, cancel) = (context.Visit().Actor.Id, context.RequestAborted);
        var directory = new SchoolDirectory(home.Vault);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var people = new List<(SchoolPerson Person, LocalizedText School)>();
        foreach (var person in (await directory.OfAccountAsync(connection, visitor, cancel)).Where(p => p.Kind == SchoolPersonKind.Learner)
            .Concat((await directory.ChildrenAsync(connection, visitor, cancel)).Where(new SchoolDesk(home).IsRepresented)))
        {
            people.Add((person, (await SchoolDirectory.FindAsync(connection, person.School, cancel))!.Name));
        }

        await SitePages.Write<MeAiPage>(context, writer, (nameof(MeAiPage.People), people));
    }
}
