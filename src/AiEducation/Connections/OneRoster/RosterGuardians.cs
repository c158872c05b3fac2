using System.Data.Common;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>
/// Guardians as the roster of a school names them, sealed, each with the account that turned out to be theirs. The links of that account to its
/// learners follow the roster: who is named no more represents nobody. Safe to share.
/// </summary>
public sealed class RosterGuardians(IKeyVault vault)
{
    private const string Table = "ai_roster_guardians";

    /// <summary>Those of a school with their accounts, by their ids in the roster.</summary>
    public async Task<IReadOnlyList<(RosterGuardian Guardian, string? Account)>> OfSchoolAsync(
        ReadFrom from, Bin school, CancellationToken cancel = default) => await from.QueryAsync(
            $"SELECT source_id, data_key, content, account FROM {Table} WHERE school = @school ORDER BY source_id",
            r => (Opened(school, r.GetString(0), r.GetBytes(1), r.GetBytes(2)), r.GetStringOrNull(3)), cancel, ("school", school.Value));

    /// <summary>Carries out what a plan says of guardians, and sets the links of their accounts right. After the people of the plan.</summary>
    /// <param name="people">Pseudonyms of learners by their ids in the roster.</param>
    /// <param name="accountOf">The account that proved an e-mail address and is a guardian at this school; null when there is none.</param>
    public async Task TakeAsync(
        DbTransaction transaction, Bin school, IReadOnlyList<GuardianChange> changes, IReadOnlyDictionary<string, string> people,
        Func<string, Task<string?>> accountOf, CancellationToken cancel = default)
    {
        var before = (await OfSchoolAsync(transaction, school, cancel)).ToDictionary(g => g.Guardian.SourceId, StringComparer.Ordinal);
        var touched = new List<(string Account, IReadOnlyList<string> Learners)>();
        foreach (var (kind, guardian, _) in changes)
        {
            if (before.GetValueOrDefault(guardian.SourceId) is { Account: { } linked } old)
            {
                touched.Add((linked, old.Guardian.Learners));
            }

            await transaction.TouchAsync(Table, cancel, school.Value, guardian.SourceId);
            if (kind == RosterChangeKind.Ended)
            {
                await transaction.ExecuteAsync(
                    $"DELETE FROM {Table} WHERE school = @school AND source_id = @id", cancel, ("school", school.Value), ("id", guardian.SourceId));
                continue;
            }

            // Found anew: another address may be another person.
            var account = guardian.Email.Length == 0 ? null : await accountOf(guardian.Email);
            if (account is not null)
            {
                touched.Add((account, []));
            }

            var (key, content) = SealedBox.Seal(
                vault, Context(school, guardian.SourceId), JsonSerializer.SerializeToUtf8Bytes(guardian, EventKind.Json));
            await transaction.ExecuteAsync(
                $"""
                INSERT INTO {Table} (school, source_id, data_key, content, account) VALUES (@school, @id, @key, @content, @account)
                ON CONFLICT (school, source_id) DO UPDATE SET data_key = @key, content = @content, account = @account
                """,
                cancel, ("school", school.Value), ("id", guardian.SourceId), ("key", key), ("content", content), ("account", account));
        }

        await LinkAsync(transaction, school, touched, people, cancel);
    }

    /// <summary>Somebody proved an e-mail address and became a guardian at a school: they represent the learners whom the roster names.</summary>
    public async Task AcceptedAsync(DbTransaction transaction, Bin school, string email, string account, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "ai/school/" + school.Value, cancel);
        var theirs = (await OfSchoolAsync(transaction, school, cancel))
            .Where(g => g.Account is null && g.Guardian.Email.Normalize().Equals(email.Normalize(), StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var (guardian, _) in theirs)
        {
            await transaction.TouchAsync(Table, cancel, school.Value, guardian.SourceId);
            await transaction.ExecuteAsync(
                $"UPDATE {Table} SET account = @account WHERE school = @school AND source_id = @id", cancel,
                ("account", account), ("school", school.Value), ("id", guardian.SourceId));
        }

        if (theirs.Count > 0)
        {
            var people = await SchoolDirectory.SourceIdsAsync(transaction, school, cancel);
            await LinkAsync(transaction, school, [(account, [])], people, cancel);
        }
    }

    // One account may stand behind several entries: what any of them names stays.
    private async Task LinkAsync(
        DbTransaction transaction, Bin school, List<(string Account, IReadOnlyList<string> Learners)> touched,
        IReadOnlyDictionary<string, string> people, CancellationToken cancel)
    {
        var now = (await OfSchoolAsync(transaction, school, cancel)).ToLookup(g => g.Account ?? "", g => g.Guardian.Learners);
        foreach (var account in touched.GroupBy(t => t.Account, t => t.Learners, StringComparer.Ordinal))
        {
            var named = now[account.Key].SelectMany(l => l).ToHashSet(StringComparer.Ordinal);
            foreach (var learner in named.Where(people.ContainsKey))
            {
                await SchoolDirectory.AddGuardianAsync(transaction, people[learner], account.Key, cancel);
            }

            foreach (var learner in account.SelectMany(l => l).Distinct().Where(l => !named.Contains(l) && people.ContainsKey(l)))
            {
                await SchoolDirectory.EndGuardianAsync(transaction, people[learner], account.Key, cancel);
            }
        }
    }

    private RosterGuardian Opened(Bin school, string id, byte[] key, byte[] content) =>
        JsonSerializer.Deserialize<RosterGuardian>(SealedBox.Open(vault, Context(school, id), key, content), EventKind.Json)!;

    private static string Context(Bin school, string id) => $"ai/roster-guardian/{school.Value}/{id}";
}
