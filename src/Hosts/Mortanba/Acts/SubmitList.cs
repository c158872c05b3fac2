using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Intake.Drafts;
using Mortanba.Permits;

namespace Mortanba.Host.Acts;

/// <summary>Sends a checked list without errors to the approver and locks it; takes it back; gives it up.</summary>
public static class SubmitList
{
    public static Task<Outcome<Draft>> RunAsync(Installation home, DraftRequest request, CancellationToken cancel = default) =>
        DraftAct.RunAsync(
            home, request, TrailAct.Change, "lists/submitted", "list-submit",
            async (t, at) =>
            {
                // In the same transaction: a decision that closes meanwhile waits, or is seen.
                var draft = (await home.Drafts.FindAsync(t, request.Institution, request.Draft, cancel))!;
                if (CorrectedList.RefusalOf(draft) is { } corrects)
                {
                    return corrects;
                }

                if (draft.Decision is { } id
                    && (await IssueDecisions.FindAsync(t, id, cancel) is not { } decision
                        || decision.Document.Initiator != request.Institution || !decision.IsOpenAt(at)))
                {
                    return new Problem("intake/decision-closed", "The decision on issue is not open.", ("decision", id));
                }

                return await home.Drafts.SubmitAsync(t, request.Draft, request.Version, request.Actor.Id, at, cancel);
            },
            [], cancel);

    public static Task<Outcome<Draft>> TakeBackAsync(Installation home, DraftRequest request, CancellationToken cancel = default) =>
        DraftAct.RunAsync(
            home, request, TrailAct.Change, "lists/taken-back", "list-take-back",
            async (t, at) => CorrectedList.RefusalOf(await home.Drafts.FindAsync(t, request.Institution, request.Draft, cancel)) is { } corrects
                ? corrects
                : await home.Drafts.TakeBackAsync(t, request.Draft, request.Version, request.Actor.Id, at, cancel), [], cancel);

    public static async Task<Outcome<Draft>> WithdrawAsync(
        Installation home, DraftRequest request, CancellationToken cancel = default)
    {
        var withdrawn = await DraftAct.RunAsync(
            home, request, TrailAct.Destroy, "lists/withdrawn", "list-withdraw",
            async (t, at) => await home.Drafts.FindAsync(t, request.Institution, request.Draft, cancel) is { State: not DraftState.Open } locked
                && CorrectedList.RefusalOf(locked) is { } corrects
                    ? corrects
                    : await home.Drafts.WithdrawAsync(t, request.Draft, request.Version, request.Actor.Id, at, cancel), [], cancel);
        if (withdrawn.IsDone)
        {
            await home.Database.ForgetAsync(["drafts", "draft_pages", "draft_steps"]);
        }

        return withdrawn;
    }

    /// <summary>Title and decision on issue of an open list.</summary>
    public static Task<Outcome<Draft>> NameAsync(
        Installation home, DraftRequest request, string title, string? decision, CancellationToken cancel = default) =>
        title.Trim() is var name && (name.Length is 0 or > DraftStore.TitleMaxLength || name.Any(char.IsControl))
            ? Task.FromResult<Outcome<Draft>>(
                new Problem("intake/draft-title", "A title of a line is needed.", ("max", $"{DraftStore.TitleMaxLength}")))
            : DraftAct.RunAsync(
                home, request, TrailAct.Change, "lists/named", "list-name",
                (t, at) => home.Drafts.NameAsync(
                    t, request.Draft, request.Version, request.Actor.Id, at, name, decision, cancel), [], cancel);
}
