using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>Who answers for reports of harm, at a school and above it.</summary>
internal static class SafetyPeople
{
    /// <summary>Accounts of those who hold one of these rights at a place now; null for the platform.</summary>
    public static async Task<IReadOnlyList<string>> HoldingAsync(ReadFrom from, Bin? place, IReadOnlyList<Right> rights, CancellationToken cancel) =>
    [
        .. (await Memberships.OfInstitutionAsync(from, place, cancel))
            .Where(m => m.EndedAt is null && rights.Any(r => Rights.Gives(m.Role, r))).Select(m => m.Account).Distinct(),
    ];

    /// <summary>
    /// Whom a new report is routed to: who is on duty at the school on that day, or the head; null when the school has neither.
    /// </summary>
    /// <param name="by">Account of who reports: nobody is on duty for their own report.</param>
    public static async Task<string?> OnDutyAsync(ReadFrom from, EventStore events, Bin school, string? by, DateOnly day, CancellationToken cancel)
    {
        var roster = await events.FindAsync(from, SafetyStreams.Duty, SafetyStreams.DutyOf(school), cancel);
        var staff = (await HoldingAsync(from, school, [Right.ViewSchool], cancel)).ToHashSet(StringComparer.Ordinal);
        return roster?.Now.On(day, a => a != by && staff.Contains(a))
            ?? (await HoldingAsync(from, school, [Right.AdoptRegulation], cancel)).FirstOrDefault(a => a != by);
    }

    /// <summary>Whether those above the school read the name of whoever reported: of staff; never of a learner, or of a parent.</summary>
    public static async Task<bool> IsNamedAboveAsync(Installation home, ReadFrom from, string account, CancellationToken cancel)
    {
        var roles = await Memberships.OfAccountAsync(from, account, home.Database.Seals, cancel);
        return roles.Count > 0 && !roles.Any(m => m.Role is Role.Learner or Role.Guardian)
            && (await new SchoolDirectory(home.Vault).ChildrenAsync(from, account, cancel)).Count == 0;
    }

    /// <summary>Those of the department of a school's region, each with where they read incidents; empty when nobody is there.</summary>
    public static async Task<IReadOnlyList<AiLetter>> OfRegionAsync(ReadFrom from, Bin school, string rest, CancellationToken cancel)
    {
        var found = new List<AiLetter>();
        if (await SchoolDirectory.FindAsync(from, school, cancel) is { } place)
        {
            foreach (var department in (await SchoolDirectory.AllAsync(from, place.Region, cancel)).Where(s => s.IsDepartment))
            {
                found.AddRange((await HoldingAsync(from, department.Bin, [Right.ViewRegion], cancel))
                    .Select(a => new AiLetter(a, $"/console/{department.Bin}/region/incidents{rest}")));
            }
        }

        return found;
    }

    /// <summary>Those of the ministry.</summary>
    public static async Task<IReadOnlyList<AiLetter>> OfMinistryAsync(ReadFrom from, string rest, CancellationToken cancel) =>
        [.. (await HoldingAsync(from, null, [Right.OverseeAi], cancel)).Select(a => new AiLetter(a, "/console/ai/incidents" + rest))];
}
