using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>Takes a roster into the directory of its school: all of it or nothing, and the same roster again changes nothing.</summary>
public sealed class ImportRoster(SchoolDirectory directory, RosterGuardians guardians)
{
    private readonly RosterAccounts accounts = new(directory);

    /// <summary>What the roster would change now.</summary>
    public async Task<RosterPlan> PlanAsync(ReadFrom from, Roster roster, CancellationToken cancel = default) =>
        await PlanAsync(from, roster, await KnownAsync(from, roster.School, cancel), cancel);

    /// <summary>Takes it in, within the caller's transaction. Refused when the directory changed since a person saw the plan.</summary>
    /// <param name="seen">Fingerprint of the plan that a person confirmed.</param>
    /// <param name="accountOf">The account that proved an e-mail address and is a guardian at this school; null when there is none.</param>
    /// <param name="proved">Addresses and accounts of those who proved them and are teachers, or learners, at this school.</param>
    public async Task<Outcome<RosterPlan>> RunAsync(
        DbTransaction transaction, Roster roster, string seen, DateTimeOffset at, Func<string, Task<string?>> accountOf,
        Func<SchoolPersonKind, Task<IReadOnlyCollection<(string Email, string Account)>>> proved, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "ai/school/" + roster.School.Value, cancel);
        if (await SchoolDirectory.FindAsync(transaction, roster.School, cancel) is not { } school)
        {
            return new Problem("connections/roster-not-in-directory", "The directory of schools does not have this school yet.");
        }

        var known = await KnownAsync(transaction, roster.School, cancel);
        var plan = await PlanAsync(transaction, roster, known, cancel);
        if (seen != plan.Fingerprint)
        {
            return new Problem("connections/roster-moved-on", "The directory changed since the preview; look at it again.");
        }

        var fresh = new List<RosterPerson>();
        foreach (var (kind, person, _) in plan.Changes)
        {
            if (!known.TryGetValue(person.SourceId, out var before))
            {
                fresh.Add(person);
            }
            else if (kind == RosterChangeKind.Ended)
            {
                await directory.LeaveAsync(transaction, before, at, cancel);
            }
            else
            {
                await directory.ChangeAsync(transaction, Written(before, person), before, at, cancel);
                await RosterAccounts.EndIfOtherAsync(transaction, before, person.Email, cancel);
            }
        }

        if (fresh.Count > 0)
        {
            // The standard says nothing of needs or of the language of instruction: it is known where a school teaches in one alone.
            var blank = new SchoolPerson("", school.Bin, default, "", [], 0, school.Languages is [var only] ? only : "", "", null, null, [], null, at, null);
            await directory.AddAsync(
                transaction, school.Bin, [.. fresh.Select(p => Written(blank, p) with { Id = SchoolDirectory.NewPersonId() })],
                [.. fresh.Select(p => p.SourceId)], cancel);
        }

        foreach (var kind in Enum.GetValues<SchoolPersonKind>())
        {
            await accounts.TieAsync(transaction, school.Bin, kind, await proved(kind), cancel);
        }

        if (plan.Guardians.Count > 0)
        {
            await guardians.TakeAsync(
                transaction, school.Bin, plan.Guardians, await SchoolDirectory.SourceIdsAsync(transaction, school.Bin, cancel), accountOf, cancel);
        }

        return plan;
    }

    private async Task<RosterPlan> PlanAsync(
        ReadFrom from, Roster roster, Dictionary<string, SchoolPerson> known, CancellationToken cancel) => RosterPlan.Of(
            roster.Beside(known.ToDictionary(k => k.Key, k => RosterPerson.Of(k.Value, k.Key), StringComparer.Ordinal)),
            // Whom the list of a course brought the school's own system may not know: its roster says nothing of them.
            known.Where(k => k.Value.Left is null && !(roster.IsWhole && CourseRoster.IsOwn(k.Key))).Select(k => RosterPerson.Of(k.Value, k.Key)),
            (await guardians.OfSchoolAsync(from, roster.School, cancel)).Select(g => g.Guardian));

    private static SchoolPerson Written(SchoolPerson person, RosterPerson roster) => person with
    {
        Kind = roster.Kind,
        Class = roster.Class,
        Classes = roster.Classes,
        Grade = roster.Grade,
        Sex = roster.Sex,
        Words = new PersonWords(roster.Name, roster.BirthDate) { Email = roster.Email },
    };

    // Everybody who ever came by a roster, by their id in it.
    private async Task<Dictionary<string, SchoolPerson>> KnownAsync(ReadFrom from, Bin school, CancellationToken cancel)
    {
        var people = (await directory.PeopleAsync(from, school, SchoolPersonKind.Learner, cancel: cancel))
            .Concat(await directory.PeopleAsync(from, school, SchoolPersonKind.Teacher, cancel: cancel)).ToDictionary(p => p.Id, StringComparer.Ordinal);
        return (await SchoolDirectory.SourceIdsAsync(from, school, cancel)).ToDictionary(s => s.Key, s => people[s.Value], StringComparer.Ordinal);
    }
}
