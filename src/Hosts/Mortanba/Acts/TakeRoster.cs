using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a school's roster (OneRoster CSV), or the list of a course that was read (<see cref="ReadCourse"/>). Out: the directory as the roster has it, in one transaction with its record; or every value that
/// is wrong, and nothing taken. What it would change is looked at first.
/// </summary>
internal sealed class TakeRoster(Installation home)
{
    public const int ArchiveMaxBytes = 8 << 20;

    private readonly RosterUploads uploads = new(home.Vault);
    private readonly ImportRoster import = new(new SchoolDirectory(home.Vault), new RosterGuardians(home.Vault));

    /// <summary>Keeps a readable archive, or list, until its plan is confirmed; gives its id.</summary>
    public async Task<Outcome<string>> KeepAsync(Actor by, Bin school, byte[] archive, CancellationToken cancel) =>
        Read(school, archive).TryGet(out _, out var problem)
            ? await home.Database.WriteAsync(t => uploads.AddAsync(t, school, archive, by.Id, home.Time.GetUtcNow(), cancel), cancel)
            : problem;

    /// <summary>What a kept roster would change now; null when there is none of this id by this person.</summary>
    public async Task<(Roster Roster, RosterPlan Plan)?> PlanAsync(Actor by, Bin school, string upload, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await uploads.FindAsync(connection, upload, school, by.Id, home.Time.GetUtcNow(), cancel) is { } archive
            && Read(school, archive).TryGet(out var roster, out _)
            ? (roster, await import.PlanAsync(connection, roster, cancel))
            : null;
    }

    /// <param name="seen">Fingerprint of the plan that was confirmed.</param>
    /// <returns>Null when there is no such upload any more.</returns>
    public Task<Outcome<RosterPlan>?> RunAsync(Actor by, Role? role, Bin school, string upload, string seen, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync<Outcome<RosterPlan>?>(
            async t =>
            {
                if (await uploads.FindAsync(t, upload, school, by.Id, at, cancel) is not { } archive)
                {
                    return null;
                }

                if (!Read(school, archive).TryGet(out var roster, out var problem)
                    || !(await import.RunAsync(
                        t, roster, seen, at, email => GuardianAsync(t, school, email, cancel),
                        kind => RosterMembers.OfAsync(t, school, RosterMembers.RoleOf(kind), cancel), cancel)).TryGet(out var plan, out problem))
                {
                    return problem;
                }

                await RosterUploads.RemoveAsync(t, upload, cancel);
                await AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.Change, "connections/roster-taken", by, new TrailSubject("school", school.Value), role, school,
                        Facts: [.. Enum.GetValues<RosterChangeKind>().Select(k => (EventWords.Of(k), $"{plan.Count(k)}"))]),
                    cancel);
                CrashPoint.Reach("in-roster");
                return Outcome<RosterPlan>.From(plan);
            },
            cancel);
    }

    // Whoever proved this address and has taken the role of a guardian at this school: the school's invitation stands before the roster.
    private static async Task<string?> GuardianAsync(DbTransaction transaction, Bin school, string email, CancellationToken cancel) =>
        (await transaction.QueryAsync(
            """
            SELECT DISTINCT a.id FROM accounts a JOIN memberships m ON m.account = a.id
            WHERE a.email_normal = @email AND a.email_confirmed = 1 AND a.blocked_at IS NULL
                AND m.institution = @school AND m.role = @role AND m.ended_at IS NULL
            """,
            r => r.GetString(0), cancel, ("email", email.Normalize().ToUpperInvariant()), ("school", school.Value), ("role", Role.Guardian.Word())))
            .SingleOrDefault();

    private Outcome<Roster> Read(Bin school, byte[] archive)
    {
        if (CourseRoster.Read(archive) is { } course)
        {
            return course;
        }

        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        using var stream = new MemoryStream(archive, writable: false);
        return RosterFiles.Open(stream).Then(files => ReadRoster.Of(files, school, today));
    }
}
