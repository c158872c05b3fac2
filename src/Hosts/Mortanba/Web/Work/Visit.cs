using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>Who is here, and in which role at which institution; made once per request by the <see cref="Gatekeeper"/>.</summary>
/// <param name="Institution">Null on the platform's pages and on a holder's own.</param>
/// <param name="Role">The role that gave the right the route asks for; null where none is needed.</param>
public sealed record Visit(Actor Actor, Bin? Institution, Role? Role)
{
    /// <summary>Roles that wait for a second factor and give nothing until then.</summary>
    public IReadOnlyList<Membership> Waiting { get; init; } = [];
}

internal static class Visits
{
    private static readonly object ActorKey = new();
    private static readonly object VisitKey = new();
    private static readonly object WaitingKey = new();

    /// <summary>The signed-in person, or null. Roles are read anew at each request, so that an ended one counts no more.</summary>
    public static async Task<Actor?> ActorAsync(this HttpContext context)
    {
        if (context.Items.TryGetValue(ActorKey, out var known))
        {
            return (Actor?)known;
        }

        Actor? actor = null;
        if (context.User.Identity?.IsAuthenticated == true && context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } id)
        {
            var accounts = context.RequestServices.GetRequiredService<UserManager<Account>>();
            if (await accounts.FindByIdAsync(id) is { BlockedAt: null } account)
            {
                var database = context.RequestServices.GetRequiredService<Database>();
                await using var connection = await database.ConnectAsync(context.RequestAborted);
                var held = await Memberships.OfAccountAsync(connection, account.Id, database.Seals, context.RequestAborted);
                var waiting = await context.RequestServices.GetRequiredService<SecondFactor>().WaitingAsync(context, account, held);
                context.Items[WaitingKey] = waiting;
                actor = new Actor(ActorKind.Person, account.Id, account.Name, [.. held.Except(waiting)]);
            }
        }

        context.Items[ActorKey] = actor;
        return actor;
    }

    /// <summary>Roles of the signed-in person that wait for a second factor; known once <see cref="ActorAsync"/> was asked.</summary>
    internal static IReadOnlyList<Membership> WaitingRoles(this HttpContext context) => (IReadOnlyList<Membership>?)context.Items[WaitingKey] ?? [];

    /// <summary>Throws on a route that no gate stands before: that would be a hole, not a visit.</summary>
    public static Visit Visit(this HttpContext context) =>
        (Visit?)context.Items[VisitKey] ?? throw new InvalidOperationException("No gate stands before this route.");

    public static Visit? VisitOrNull(this HttpContext context) => (Visit?)context.Items[VisitKey];

    internal static void Remember(this HttpContext context, Visit visit) => context.Items[VisitKey] = visit;
}
