using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>Takes a list of schools into the directory: all of it or nothing, and the same list again changes nothing.</summary>
public sealed class ImportSchools(SchoolDirectory directory)
{
    /// <summary>What the list would change now.</summary>
    public static async Task<Outcome<SchoolListPlan>> PlanAsync(ReadFrom from, SchoolList list, CancellationToken cancel = default) =>
        SchoolListPlan.Of(list, (await SchoolDirectory.AllAsync(from, cancel: cancel)).ToDictionary(s => s.Bin));

    /// <summary>Takes it in, within the caller's transaction. Refused when the directory changed since a person saw the plan.</summary>
    /// <param name="seen">Fingerprint of the plan that a person confirmed; null at the terminal, which shows what was done.</param>
    public async Task<Outcome<SchoolListPlan>> RunAsync(
        DbTransaction transaction, SchoolList list, string? seen, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "ai/schools", cancel);
        if (!(await PlanAsync(transaction, list, cancel)).TryGet(out var plan, out var problem))
        {
            return problem;
        }

        if (seen is not null && seen != plan.Fingerprint)
        {
            return new Problem("connections/roster-moved-on", "The directory changed since the preview; look at it again.");
        }

        await directory.PutAsync(transaction, plan.Changes.Select(c => c.Place), at, cancel);
        return plan;
    }
}
