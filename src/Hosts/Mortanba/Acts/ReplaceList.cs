using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Acts;

/// <summary>In: the error file, repaired. Out: the same draft with the content of that file; refused files change nothing.</summary>
public static class ReplaceList
{
    public static async Task<Outcome<Draft>> RunAsync(
        Installation home, DraftRequest request, Draft draft, ListBytes graduates, ListBytes? courses, CancellationToken cancel = default)
    {
        if (!(await home.Drafts.ReadAgainAsync(draft, graduates, courses, cancel)).TryGet(out var content, out var problem))
        {
            return problem;
        }

        return await DraftAct.RunAsync(
            home, request, TrailAct.Change, "lists/replaced", "list-replace",
            (t, at) => home.Drafts.ReplaceAsync(t, request.Draft, request.Version, request.Actor.Id, at, content, cancel),
            [("rows", $"{content.RowCount}")], cancel);
    }
}
