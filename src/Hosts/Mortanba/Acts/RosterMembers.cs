using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>Accounts that a school's roster may name: proved address, role at this school. The school's invitation stands before the roster.</summary>
internal static class RosterMembers
{
    /// <summary>The role with which somebody of a roster signs in.</summary>
    public static Role RoleOf(SchoolPersonKind kind) => kind == SchoolPersonKind.Teacher ? Role.Teacher : Role.Learner;

    /// <summary>What somebody of the roster is by a role; null for a role that no roster has.</summary>
    public static SchoolPersonKind? KindOf(Role role) => role switch
    {
        Role.Teacher => SchoolPersonKind.Teacher,
        Role.Learner => SchoolPersonKind.Learner,
        _ => null,
    };

    /// <summary>All of a role at a school.</summary>
    public static async Task<IReadOnlyCollection<(string Email, string Account)>> OfAsync(
        ReadFrom from, Bin school, Role role, CancellationToken cancel) => await from.QueryAsync(
            """
            SELECT DISTINCT a.email, a.id FROM accounts a JOIN memberships m ON m.account = a.id
            WHERE a.email IS NOT NULL AND a.email_confirmed = 1 AND a.blocked_at IS NULL
                AND m.institution = @school AND m.role = @role AND m.ended_at IS NULL
            ORDER BY a.id
            """,
            r => (r.GetString(0), r.GetString(1)), cancel, ("school", school.Value), ("role", role.Word()));
}
