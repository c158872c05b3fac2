using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// How many diplomas an institution may sign in one day and by one list or order, whoever asks. Counted from the approved
/// lists and orders themselves, so that no counter can lag behind. Only what makes a diploma counts: a correction, no annulment.
/// </summary>
/// <param name="DayStart">When the civil day of Kazakhstan began in which the approval falls.</param>
public sealed record SigningQuota(int PerDay, int PerList, DateTimeOffset DayStart)
{
    /// <summary>Diplomas of the lists that were approved since the day began, and replacements of the orders that were.</summary>
    public async Task<long> UsedAsync(ReadFrom from, Bin initiator, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            """
            SELECT
                (SELECT COALESCE(SUM(diploma_count), 0) FROM issue_batches
                 WHERE initiator = @bin AND approved_at IS NOT NULL AND approved_at >= @since)
                + (SELECT COALESCE(SUM(row_count), 0) FROM change_orders
                   WHERE institution = @bin AND act = 'supersede' AND decided_at IS NOT NULL AND decided_at >= @since)
            """,
            r => r.GetInt64(0), cancel, ("bin", initiator.Value), ("since", LedgerEntry.Time(DayStart)))).Single();

    /// <summary>The refusal of so many more, or null. Called under the lock of the stage, in the transaction that approves.</summary>
    public async Task<Problem?> RefusalAsync(ReadFrom from, Bin initiator, int count, CancellationToken cancel = default)
    {
        if (count > PerList)
        {
            return new Problem(
                "issuance/quota-list", $"The list has {count} diplomas; one list may have {PerList}.",
                ("count", Text(count)), ("max", Text(PerList)));
        }

        var used = await UsedAsync(from, initiator, cancel);
        return used + count > PerDay
            ? new Problem(
                "issuance/quota-day",
                $"{used} diplomas were approved today and {count} more would pass the {PerDay} of a day.",
                ("count", Text(count)), ("used", Text(used)), ("max", Text(PerDay)))
            : null;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
