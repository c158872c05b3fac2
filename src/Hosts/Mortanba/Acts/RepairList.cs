using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Acts;

/// <summary>In: cells put right, or a row to take out. Out: the draft one version on. Undo takes back one save as a whole.</summary>
public static class RepairList
{
    public const int ReasonMaxLength = 300;

    public static Task<Outcome<Draft>> SaveAsync(
        Installation home, DraftRequest request, IReadOnlyList<CellRepair> cells, CancellationToken cancel = default) =>
        DraftAct.RunAsync(
            home, request, TrailAct.Change, "lists/repaired", "list-repair",
            (t, at) => home.Drafts.RepairAsync(t, request.Draft, request.Version, request.Actor.Id, at, cells, [], cancel),
            [("cells", $"{cells.Count}")], cancel);

    public static Task<Outcome<Draft>> UndoAsync(Installation home, DraftRequest request, CancellationToken cancel = default) =>
        DraftAct.RunAsync(
            home, request, TrailAct.Change, "lists/undone", "list-undo",
            (t, at) => home.Drafts.UndoAsync(t, request.Draft, request.Version, request.Actor.Id, at, cancel), [], cancel);

    /// <summary>Takes a row out. Of a graduate the courses go too, unless another row has the same student number.</summary>
    public static async Task<Outcome<Draft>> RemoveAsync(
        Installation home, DraftRequest request, Draft draft, ListPart part, int row, string reason, CancellationToken cancel = default)
    {
        var why = reason.Trim();
        if (why.Length is 0 or > ReasonMaxLength)
        {
            return new Problem("intake/removal-reason", "A reason is needed.", ("max", $"{ReasonMaxLength}"));
        }

        var removals = part == ListPart.Courses
            ? [new Removal(part, row, row, null, why)]
            : await home.Drafts.RemovalOfAsync(draft, row, why, cancel);
        return removals is null
            ? new Problem("intake/repair-place", "There is no such row.", ("max", "0"))
            : await DraftAct.RunAsync(
                home, request, TrailAct.Change, "lists/row-removed", "list-remove",
                (t, at) => home.Drafts.RepairAsync(t, request.Draft, request.Version, request.Actor.Id, at, [], removals, cancel),
                [("row", $"{row}")], cancel);
    }
}
