using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: what each column is. Out: the draft with those columns alone; the cells of skipped ones stand nowhere any more.
/// </summary>
public static class ConfirmColumns
{
    public static async Task<Outcome<Draft>> RunAsync(
        Installation home, DraftRequest request, Draft draft, IReadOnlyDictionary<ListPart, IReadOnlyList<string>> choices,
        bool remember, CancellationToken cancel = default)
    {
        if (await home.Drafts.ColumnsAsync(draft, cancel) is not { } columns)
        {
            return new Problem("intake/draft-destroyed", "The content of this list was destroyed.");
        }

        if (!(await home.Drafts.MapAsync(draft, choices, cancel)).TryGet(out var content, out var problem))
        {
            return problem;
        }

        var mapped = await DraftAct.RunAsync(
            home, request, TrailAct.Change, "lists/columns-confirmed", "list-columns",
            async (t, at) =>
            {
                var done = await home.Drafts.ConfirmColumnsAsync(t, draft.Id, request.Version, request.Actor.Id, at, content, cancel);
                if (done.IsDone && remember)
                {
                    await DraftStore.RememberColumnsAsync(
                        t, request.Institution,
                        new Dictionary<ListPart, IReadOnlyList<DraftColumn>>
                        {
                            [ListPart.Graduates] = columns.Graduates,
                            [ListPart.Courses] = columns.Courses,
                        },
                        choices, cancel);
                }

                return done;
            },
            [("skipped", $"{choices.Values.Sum(c => c.Count(choice => choice == "skip"))}")], cancel);
        if (mapped.IsDone)
        {
            // The skipped cells were personal data nobody asked for.
            await home.Database.ForgetAsync(["draft_pages"]);
        }

        return mapped;
    }
}
