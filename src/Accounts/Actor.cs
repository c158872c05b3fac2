using Mortanba.Foundation;

namespace Mortanba.Accounts;

public enum ActorKind
{
    /// <summary>A person with an account.</summary>
    Person,

    /// <summary>A student information system or other program with an API key.</summary>
    ApiClient,

    /// <summary>Somebody at the machine itself, through the command line.</summary>
    Console,

    /// <summary>The service on its own: a rhythm, a queue that goes on after a restart.</summary>
    Service,

    /// <summary>Somebody without an account: whoever opens a share or a claim link.</summary>
    Visitor,
}

/// <summary>Who acts: taken from the session or key once per request, and handed to every use case.</summary>
/// <param name="Id">Account or client id; for the command line the staff id given there. An id, not a name.</param>
/// <param name="Name">For the eyes of colleagues; never stored with what was done.</param>
/// <param name="Memberships">The roles held now.</param>
public sealed record Actor(ActorKind Kind, string Id, string Name, IReadOnlyList<Membership> Memberships)
{
    /// <summary>Ids of the AI systems that a program speaks for; empty for anybody else.</summary>
    public IReadOnlyList<string> Systems { get; init; } = [];

    public static Actor AtConsole(string id) => new(ActorKind.Console, id, id, []);

    /// <summary>The first role that gives this right at this institution; null when none does.</summary>
    public Role? RoleFor(Right right, Bin institution) =>
        Memberships.Where(m => m.Covers(institution) && Rights.Gives(m.Role, right)).Select(m => (Role?)m.Role).FirstOrDefault();

    public bool May(Right right, Bin institution) => RoleFor(right, institution) is not null;

    /// <summary>A right over the whole platform, held through a platform role only.</summary>
    public Role? PlatformRoleFor(Right right) =>
        Memberships.Where(m => m.Institution is null && Rights.Gives(m.Role, right)).Select(m => (Role?)m.Role).FirstOrDefault();
}

/// <summary>A role held at one institution, or over the platform.</summary>
/// <param name="Institution">Null for the platform's own roles.</param>
public sealed record Membership(string Id, string Account, Bin? Institution, Role Role, DateTimeOffset GrantedAt)
{
    /// <summary>A platform role covers every institution, as far as its rights go.</summary>
    public bool Covers(Bin institution) => Institution is null || Institution == institution;
}
