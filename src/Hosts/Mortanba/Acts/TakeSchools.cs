using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: the ministry's list of schools and departments (<see cref="SchoolList"/>). Out: the directory as the list has them, in one transaction with
/// its record; or every value that is wrong, and nothing taken.
/// </summary>
internal sealed class TakeSchools(Installation home)
{
    private readonly RosterUploads uploads = new(home.Vault);
    private readonly ImportSchools import = new(new SchoolDirectory(home.Vault));

    /// <summary>What a file would change; nothing is written.</summary>
    public async Task<Outcome<SchoolListPlan>> PreviewAsync(byte[] file, CancellationToken cancel)
    {
        if (!SchoolList.Read(file).TryGet(out var list, out var problem))
        {
            return problem;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        return await ImportSchools.PlanAsync(connection, list, cancel);
    }

    /// <summary>Keeps a readable file until its plan is confirmed; gives its id.</summary>
    public async Task<Outcome<string>> KeepAsync(Actor by, byte[] file, CancellationToken cancel) =>
        (await PreviewAsync(file, cancel)).TryGet(out _, out var problem)
            ? await home.Database.WriteAsync(t => uploads.AddAsync(t, null, file, by.Id, home.Time.GetUtcNow(), cancel), cancel)
            : problem;

    /// <summary>A kept file; null when there is none of this id by this person.</summary>
    public async Task<byte[]?> FindAsync(Actor by, string upload, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await uploads.FindAsync(connection, upload, null, by.Id, home.Time.GetUtcNow(), cancel);
    }

    /// <param name="seen">Fingerprint of the plan that was confirmed; null at the terminal, which shows what was done.</param>
    /// <param name="upload">The kept file that this is, and that goes with it; null when none is kept.</param>
    public async Task<Outcome<SchoolListPlan>> RunAsync(
        Actor by, Role? role, byte[] file, string? seen, string? upload, CancellationToken cancel)
    {
        if (!SchoolList.Read(file).TryGet(out var list, out var problem))
        {
            return problem;
        }

        var at = home.Time.GetUtcNow();
        return await home.Database.WriteAsync(
            async t =>
            {
                var taken = await import.RunAsync(t, list, seen, at, cancel);
                if (!taken.TryGet(out var plan, out _))
                {
                    return taken;
                }

                if (upload is not null)
                {
                    await RosterUploads.RemoveAsync(t, upload, cancel);
                }

                if (plan.Changes.Count > 0)
                {
                    var added = plan.Changes.Count(c => c.IsNew);
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, "ai/schools-taken", by, new TrailSubject("schools", list.Hash[..16]), role,
                            Facts: [("file", list.Hash), ("added", $"{added}"), ("changed", $"{plan.Changes.Count - added}")]),
                        cancel);
                    CrashPoint.Reach("in-ai-schools");
                }

                return taken;
            },
            cancel);
    }
}
