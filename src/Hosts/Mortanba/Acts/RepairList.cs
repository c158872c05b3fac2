using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Acts;

/// <summary>In: cells put right, or a row to take out. Out: the draft one version on. Undo takes back one save as a whole.</summary>
public static class RepairList
{
    public const int ReasonMaxLength = 300;

    /// <summary>Cells that one act may change: its step is read whole with each page of the list.</summary>
    public const int ReplacedMax = 25_000;

    /// <param name="shown">
    /// The values as the page showed them, by row and column. A page that heard of the newest version need not show it in every
    /// cell: nobody writes over what they have not seen.
    /// </param>
    public static async Task<Outcome<Draft>> SaveAsync(
        Installation home, DraftRequest request, Draft draft, IReadOnlyList<CellRepair> cells,
        IReadOnlyDictionary<(int Row, int Column), string> shown, CancellationToken cancel = default)
    {
        // At another version, or locked, the act itself is refused.
        var standing = await home.Drafts.StandingAsync(draft, cells, cancel);
        if (draft.State == DraftState.Open && standing.Version == request.Version)
        {
            foreach (var (cell, now) in cells.Zip(standing.Values))
            {
                if (now is not null && shown.TryGetValue((cell.Row, cell.Column), out var was) && !IsSame(was, now) && !IsSame(cell.Value, now))
                {
                    return new Problem(
                        "intake/cell-changed", "Somebody else changed this cell.", ("row", $"{cell.Row}"), ("was", was), ("now", now));
                }
            }
        }

        return await DraftAct.RunAsync(
            home, request, TrailAct.Change, "lists/repaired", "list-repair",
            (t, at) => home.Drafts.RepairAsync(t, request.Draft, request.Version, request.Actor.Id, at, cells, [], cancel),
            [("cells", $"{cells.Count}")], cancel);
    }

    /// <summary>Puts one value in the place of another in every row of a column that holds it: one save, which one undo takes back.</summary>
    /// <param name="was">The value as the page showed it.</param>
    public static async Task<Outcome<Draft>> ReplaceAsync(
        Installation home, DraftRequest request, Draft draft, ListPart part, int row, int column, string was, string value,
        CancellationToken cancel = default)
    {
        var alike = await home.Drafts.AlikeAsync(draft, part, row, column, cancel);
        if (alike is null)
        {
            return new Problem("intake/repair-place", "There is no such cell.", ("max", "0"));
        }

        if (alike.Version != request.Version || alike.Value != was)
        {
            return new Problem("intake/draft-changed", "The list was changed meanwhile.");
        }

        if (alike.Rows.Count > ReplacedMax)
        {
            return new Problem("intake/replace-too-many", "Too many rows for one act.", ("max", $"{ReplacedMax}"));
        }

        CellRepair[] cells = [.. alike.Rows.Select(r => new CellRepair(part, r, column, value))];
        return await DraftAct.RunAsync(
            home, request, TrailAct.Change, "lists/value-replaced", "list-replace-value",
            (t, at) => home.Drafts.RepairAsync(t, request.Draft, request.Version, request.Actor.Id, at, cells, [], cancel),
            [("cells", $"{cells.Length}")], cancel);
    }

    // A form sends the ends of lines its own way.
    private static bool IsSame(string one, string other) =>
        string.Equals(one.ReplaceLineEndings(" ").Trim(), other.ReplaceLineEndings(" ").Trim(), StringComparison.Ordinal);

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
