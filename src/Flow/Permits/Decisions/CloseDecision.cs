using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>Port to the stage that holds the assets: how many assets of a decision still oblige somebody.</summary>
public delegate Task<long> OpenObligations(DbTransaction transaction, string decision, CancellationToken cancel);

/// <summary>
/// Closes a decision on issue. In: its id. Out: <c>decision.closed</c>. Refused while any covered asset has an open
/// obligation: article 7(1) keeps the decision open until all obligations to all holders are fulfilled.
/// </summary>
public sealed class CloseDecision(OpenObligations openObligations)
{
    public async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction, string id, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await IssueDecisions.FindAsync(transaction, id, cancel) is not { } decision)
        {
            return new Problem(
                "permits/unknown-decision", "No decision of this number is published.", ("decision", id));
        }

        if (decision.ClosedAt is not null)
        {
            return new Problem("permits/decision-closed", "The decision is closed already.", ("decision", id));
        }

        var open = await openObligations(transaction, id, cancel);
        if (open > 0)
        {
            return new Problem(
                "permits/open-obligations",
                $"{open} assets of this decision still oblige somebody; article 7(1) keeps it open.",
                ("decision", id),
                ("count", open.ToString(CultureInfo.InvariantCulture)));
        }

        await transaction.ExecuteAsync(
            "UPDATE issue_decisions SET closed_at = @at WHERE id = @id",
                cancel, ("at", at.ToUnixTimeSeconds()), ("id", id));
        return await AuthorityEntries.RecordAsync(
            transaction,
            PublishDecision.Entry(LedgerEntryTypes.DecisionClosed, decision.Document, decision.Commitment, at),
            cancel,
            decision: id);
    }
}
