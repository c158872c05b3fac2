using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Acts;

/// <summary>
/// Checks a draft as it stands, and keeps what was found. Changes nothing a person did: a check that meets a newer version
/// at its end is thrown away, and one that a kill cut off is made again.
/// </summary>
public static class CheckDraft
{
    public static async Task<Outcome<IntakeResult>> RunAsync(
        Installation home, DiplomaFlow flow, Draft draft, ListWatch watch, CancellationToken cancel = default)
    {
        if (!(await home.Drafts.OpenListAsync(draft, cancel)).TryGet(out var list, out var problem))
        {
            return problem;
        }

        var intake = await flow.CheckListAsync(list, draft.Institution, null, cancel, watch);
        if (intake.TryGet(out var result, out _))
        {
            CrashPoint.Reach("before-list-check");
            await home.Database.WriteAsync(t => home.Drafts.SaveCheckAsync(t, draft, result, watch.Rows, cancel), cancel);
        }

        return intake;
    }
}
