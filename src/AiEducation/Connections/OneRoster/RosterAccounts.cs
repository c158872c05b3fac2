using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>
/// Who signs in as the teachers and learners of a school. The roster names an address; whoever proved it and has taken the role at this school is
/// that person, at the import or when they accept the school's invitation later. Safe to share.
/// </summary>
/// <remarks>
/// Nobody is tied by an address that several people of one kind share, to a person who has an account already, or to a second person of the kind at
/// the school. One account may be somebody at several schools.
/// </remarks>
public sealed class RosterAccounts(SchoolDirectory directory)
{
    /// <summary>Ties those of one kind who are there and have no account; gives how many.</summary>
    /// <param name="proved">Addresses with the accounts that proved them and have the role of this kind at this school.</param>
    public async Task<int> TieAsync(
        DbTransaction transaction, Bin school, SchoolPersonKind kind, IReadOnlyCollection<(string Email, string Account)> proved,
        CancellationToken cancel = default)
    {
        if (proved.Count == 0)
        {
            return 0;
        }

        await Database.LockAsync(transaction, "ai/school/" + school.Value, cancel);
        var here = (await directory.PeopleAsync(transaction, school, kind, cancel: cancel)).Where(p => p.Left is null).ToList();
        var pairs = Pairs(here, proved);
        foreach (var (person, account) in pairs)
        {
            await SchoolDirectory.LinkAsync(transaction, person.Id, account, cancel);
        }

        return pairs.Count;
    }

    /// <summary>Ends the tie of somebody whom the roster now names by another address: that may be another person.</summary>
    internal static async Task<bool> EndIfOtherAsync(DbTransaction transaction, SchoolPerson before, string email, CancellationToken cancel)
    {
        var isOther = before.Account is not null && before.Words?.Email is { Length: > 0 } old && email.Length > 0 && Normal(old) != Normal(email);
        if (isOther)
        {
            await SchoolDirectory.LinkAsync(transaction, before.Id, null, cancel);
        }

        return isOther;
    }

    internal static IReadOnlyList<(SchoolPerson Person, string Account)> Pairs(
        IReadOnlyCollection<SchoolPerson> here, IEnumerable<(string Email, string Account)> proved)
    {
        var byEmail = here.Where(p => p.Words?.Email is { Length: > 0 }).ToLookup(p => Normal(p.Words!.Email), StringComparer.Ordinal);
        var tied = here.Select(p => p.Account).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. proved.Where(p => !tied.Contains(p.Account)).DistinctBy(p => p.Account)
            .SelectMany(p => byEmail[Normal(p.Email)].ToList() is [{ Account: null } one] ? new[] { (one, p.Account) } : [])];
    }

    // As accounts are found.
    private static string Normal(string email) => email.Normalize().ToUpperInvariant();
}
