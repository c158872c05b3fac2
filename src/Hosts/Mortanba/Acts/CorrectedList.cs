using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// A corrected list and the order that was made of it: the list is locked while the order waits, open again when the order is
/// sent or taken back, and closed with it. Each step stands in the transaction of the order's own.
/// </summary>
internal static class CorrectedList
{
    private const string Prefix = "draft:";

    public static string OriginOf(Draft list) => Prefix + list.Id;

    /// <summary>The list behind an order; null when it came another way.</summary>
    public static string? IdOf(ChangeOrder order) =>
        order.Origin?.StartsWith(Prefix, StringComparison.Ordinal) == true ? order.Origin[Prefix.Length..] : null;

    /// <summary>The act of a list of graduates that a corrected list has no part in: it goes and comes with its order.</summary>
    public static Problem? RefusalOf(Draft? list) => list is { Purpose: ListPurpose.Correct, State: not DraftState.Withdrawn }
        ? new Problem("intake/draft-corrects", "This list corrects diplomas; it goes to the approver as an order of change.")
        : null;

    /// <summary>Everybody who had a hand in the list behind the order, beside whoever proposed it (requirement X-13).</summary>
    public static async Task<IReadOnlyList<string>> PreparersAsync(
        Installation home, ReadFrom from, ChangeOrder order, CancellationToken cancel) =>
        await FindAsync(home, from, order, cancel) is { } list ? await ApproveDraft.PreparersAsync(from, list, cancel) : [];

    /// <summary>Null when whoever decides had no hand in the list behind the order.</summary>
    public static async Task<Problem?> SamePersonAsync(
        Installation home, DbTransaction transaction, Bin institution, string order, string by, string office, DateTimeOffset at,
        CancellationToken cancel)
    {
        if (await home.ChangeOrders.FindAsync(transaction, institution, order, cancel) is { } decided)
        {
            foreach (var person in await PreparersAsync(home, transaction, decided, cancel))
            {
                if (TwoPersons.Of(person, by, office, at, order).Problem is { } same)
                {
                    return same;
                }
            }
        }

        return null;
    }

    /// <summary>After each step of the order, in its transaction.</summary>
    public static async Task FollowAsync(
        Installation home, DbTransaction transaction, ChangeOrder order, string by, DateTimeOffset at, CancellationToken cancel)
    {
        if (await FindAsync(home, transaction, order, cancel) is not { } list)
        {
            return;
        }

        var drafts = home.Drafts;
        _ = (order.State, list.State) switch
        {
            (ChangeOrderState.Returned, DraftState.Submitted) =>
                (await drafts.ReturnAsync(transaction, list.Id, list.Version, by, order.Note ?? "", at, cancel)).Value,
            (ChangeOrderState.Withdrawn, DraftState.Submitted) =>
                (await drafts.TakeBackAsync(transaction, list.Id, list.Version, by, at, cancel)).Value,
            (ChangeOrderState.Approved, DraftState.Submitted) =>
                (await drafts.ApprovedAsync(transaction, list.Id, list.Version, order.Id, by, at, cancel)).Value,
            (ChangeOrderState.Done, DraftState.Approved) => (await drafts.IssuedAsync(transaction, list.Id, at, cancel)).Value,
            _ => list,
        };
    }

    private static async Task<Draft?> FindAsync(Installation home, ReadFrom from, ChangeOrder order, CancellationToken cancel) =>
        IdOf(order) is { } id ? await home.Drafts.FindAsync(from, order.Institution, id, cancel) : null;
}
