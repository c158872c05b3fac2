using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a school's roster (OneRoster CSV). Out: the directory as the roster has it, in one transaction with its record; or every value that
/// is wrong, and nothing taken. What it would change is looked at first.
/// </summary>
internal sealed class TakeRoster(Installation home)
{
    public const int ArchiveMaxBytes = 8 << 20;

    private readonly RosterUploads uploads = new(home.Vault);
    private readonly ImportRoster import = new(new SchoolDirectory(home.Vault));

    /// <summary>Keeps a readable archive until its plan is confirmed; gives its id.</summary>
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
                    || !(await import.RunAsync(t, roster, seen, at, cancel)).TryGet(out var plan, out problem))
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

    private Outcome<Roster> Read(Bin school, byte[] archive)
    {
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        using var stream = new MemoryStream(archive, writable: false);
        return RosterFiles.Open(stream).Then(files => ReadRoster.Of(files, school, today));
    }
}
