using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Signing;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// The approver's decision on a list (requirement X-13). In: the version and the hash that the page showed. Out: an
/// approved batch in the queue of the signing service; nothing is signed here. Refused for everybody who had a hand in the
/// list, for another version or content than was seen, beyond the quota, and when the gate would not let it through.
/// </summary>
internal sealed class ApproveDraft(Installation home, DiplomaFlow flow, DraftReviews reviews, SigningService signing)
{
    private const int TextLengthMax = 200;

    /// <param name="ListHash">Of the list whose review the approver read.</param>
    /// <param name="Office">In which the approver decides: rector, acting rector.</param>
    /// <param name="Order">Number and date of the order.</param>
    internal sealed record Request(string Draft, int Version, string ListHash, string Office, string Order);

    /// <summary>Gives the batch.</summary>
    public async Task<Outcome<string>> RunAsync(Visit visit, Request request, CancellationToken cancel)
    {
        var (bin, at) = (visit.Institution!.Value, home.Time.GetUtcNow());
        if (!TryText(request.Office, out var office) || !TryText(request.Order, out var order))
        {
            return new Problem("approvals/text-missing", "Office and order are each 1 to 200 characters.");
        }

        Draft? draft;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            draft = await home.Drafts.FindAsync(connection, bin, request.Draft, cancel);
        }

        if (draft is null)
        {
            return new Problem("intake/unknown-draft", "There is no such draft.");
        }

        if (draft is not { State: DraftState.Submitted, Decision: { } decision } || draft.Version != request.Version)
        {
            return new Problem(
                "approvals/changed", $"The list is {draft.State.Word()} and at version {draft.Version}.",
                ("state", draft.State.Word()), ("version", $"{draft.Version}"));
        }

        if (draft.Purpose != ListPurpose.Issue)
        {
            return new Problem("approvals/not-an-issue", "This list corrects diplomas; it is decided among the changes.");
        }

        if (!(await reviews.OfAsync(draft, cancel)).TryGet(out var review, out var problem)
            || !(await flow.AskBeforehandAsync(bin, decision, review.Awards, cancel)).TryGet(out var gate, out problem))
        {
            return problem;
        }

        if (review.ListHash != request.ListHash)
        {
            return new Problem("issuance/other-list", "The list is not the one that was approved; nothing of it is signed.");
        }

        if (!gate.Passed)
        {
            return GateWords.Of(new GateRefused(gate));
        }

        var figures = reviews.Protect(review.Cohort.Figures);
        var approved = await home.Database.DecideAsync(
            t => StoreAsync(t, visit, draft, review, figures, office, order, at, cancel), cancel);
        CrashPoint.Reach("after-approval");
        signing.Ring();
        return approved;
    }

    /// <summary>Who may not approve: everybody who had a hand in the list, and whoever made the key of a program that had one.</summary>
    internal static async Task<IReadOnlyList<string>> PreparersAsync(ReadFrom from, Draft draft, CancellationToken cancel)
    {
        var people = await DraftStore.PeopleAsync(from, draft.Id, cancel);
        var clients = await ApiClients.OfInstitutionAsync(from, draft.Institution, cancel);
        return [.. people.Union(clients.Where(c => people.Contains(c.Id)).Select(c => c.CreatedBy))];
    }

    private async Task<Outcome<string>> StoreAsync(
        System.Data.Common.DbTransaction t, Visit visit, Draft draft, DraftReview review, string figures, string office,
        string order, DateTimeOffset at, CancellationToken cancel)
    {
        var approver = visit.Actor.Id;
        foreach (var person in await PreparersAsync(t, draft, cancel))
        {
            // Whoever uploaded, repaired or sent it: each of them against the approver, not only the first.
            if (TwoPersons.Of(person, approver, office, at, order).Problem is { } same)
            {
                return same;
            }
        }

        var batch = await IssueBatches.PrepareAsync(
            t, draft.Institution, draft.Decision!, Convert.FromHexString(review.ListHash), review.ToIssue,
            draft.SubmittedBy ?? draft.PreparedBy, draft.SubmittedAt ?? draft.PreparedAt, cancel);
        var outcome = await IssueBatches.ApproveAsync(t, batch.Id, approver, office, order, at, flow.Quota(at), cancel);
        if (outcome.Problem is { } refused)
        {
            return refused;
        }

        var moved = await home.Drafts.ApprovedAsync(t, draft.Id, draft.Version, batch.Id, approver, at, cancel);
        if (moved.Problem is { } changed)
        {
            return changed;
        }

        await SigningJobs.QueueAsync(t, batch.Id, draft.Institution, draft.Id, review.ListHash, figures, at, cancel);
        await AuditTrail.AppendAsync(
            t, at,
            new TrailEvent(
                TrailAct.Change, "approvals/approved", visit.Actor, new TrailSubject("batch", batch.Id), visit.Role,
                draft.Institution, null,
                ("count", review.ToIssue.ToString(CultureInfo.InvariantCulture)), ("decision", draft.Decision!),
                ("draft", draft.Id), ("list", review.ListHash)),
            cancel);
        CrashPoint.Reach("in-approval");
        return batch.Id;
    }

    private static bool TryText(string typed, out string text)
    {
        text = typed.Trim();
        return text.Length is > 0 and <= TextLengthMax && !text.Any(char.IsControl);
    }
}
