using System.Net.Mail;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// Who of a roster is the guardian of whom: a user with the role parent or guardian whom a learner's row names as an agent, or who names a
/// learner so (<c>agentSourcedIds</c> of users.csv, in OneRoster 1.1 and 1.2). A relative or a teacher who is named is no legal guardian by that.
/// </summary>
internal static class RosterFamilies
{
    private const string Agents = "agentSourcedIds";

    public static bool IsGuardian(string role) =>
        role.Equals("guardian", StringComparison.OrdinalIgnoreCase) || role.Equals("parent", StringComparison.OrdinalIgnoreCase);

    /// <summary>As the directory has it: family name first.</summary>
    public static string NameOf(RosterTable users, CsvRow row)
    {
        string?[] names = [users.Text(row, "familyName"), users.Text(row, "givenName"), users.Optional(row, "middleName")];
        return string.Join(' ', names.Where(n => !string.IsNullOrEmpty(n)));
    }

    /// <summary>Empty when the roster does not say.</summary>
    public static string EmailOf(RosterTable users, CsvRow row)
    {
        var email = users.Optional(row, "email") ?? "";
        if (email.Length > 0 && (!MailAddress.TryCreate(email, out var read) || read.Address != email))
        {
            users.Bad(row, "email", new Problem("connections/roster-email", "This is no e-mail address."));
        }

        return email;
    }

    /// <param name="learners">Ids of the school's learners.</param>
    /// <param name="guardians">Ids of users with the role.</param>
    /// <returns>By their ids in order; those of no learner of the school are left out.</returns>
    public static IReadOnlyList<RosterGuardian> Of(RosterTable users, IReadOnlySet<string> learners, IReadOnlySet<string> guardians)
    {
        var children = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var (id, row) in users.ById.Where(u => learners.Contains(u.Key) || guardians.Contains(u.Key)))
        {
            foreach (var other in users.Ids(row, Agents, users))
            {
                var (guardian, learner) = guardians.Contains(other) && learners.Contains(id) ? (other, id) : (id, other);
                if (other == id)
                {
                    users.Bad(row, Agents, new Problem("connections/roster-own-guardian", "Nobody is their own guardian."));
                }
                else if (guardians.Contains(guardian) && learners.Contains(learner))
                {
                    (children.TryGetValue(guardian, out var theirs) ? theirs : children[guardian] = new SortedSet<string>(StringComparer.Ordinal))
                        .Add(learner);
                }
            }
        }

        return [.. children.Select(c => One(users, c.Key, c.Value))];
    }

    private static RosterGuardian One(RosterTable users, string id, IEnumerable<string> learners)
    {
        var row = users.ById[id];
        return new RosterGuardian(id, NameOf(users, row), EmailOf(users, row), [.. learners]);
    }
}
