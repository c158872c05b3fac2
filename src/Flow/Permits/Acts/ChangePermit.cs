using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Permits;

public enum PermitAct
{
    Suspend,
    Reinstate,
    Withdraw,

    /// <summary>Notes the end of the term; the permit gave no right from that day on anyway.</summary>
    Expire,
}

/// <summary>
/// Suspends, reinstates, withdraws or notes the end of a permit. In: number, act, the decision of a person. Out:
/// <c>permit.suspended</c>, <c>.reinstated</c>, <c>.withdrawn</c>, <c>.expired</c>. What was issued stays verifiable.
/// </summary>
public static class ChangePermit
{
    public static async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        string number,
        PermitAct act,
        HumanDecision decision,
        CancellationToken cancel = default)
    {
        if (await PermitRegister.FindPermitAsync(transaction, number, cancel) is not { } permit)
        {
            return new Problem("permits/unknown-permit", "No permit of this number is on record.", ("permit", number));
        }

        var last = permit.History[^1];
        if (Next(last.Status, act) is not var (status, type) || decision.At < last.At)
        {
            return new Problem(
                "permits/permit-state",
                $"A permit that is {Name(last.Status)} cannot take the act '{Name(act)}' now.",
                ("state", Name(last.Status)),
                ("act", Name(act)));
        }

        return await GrantPermit.AppendAsync(transaction, permit, status, type, decision, cancel);
    }

    // The state machine of domain requirements 7.1.
    private static (PermitStatus Status, string Type)? Next(PermitStatus now, PermitAct act) => (now, act) switch
    {
        (PermitStatus.Granted, PermitAct.Suspend) => (PermitStatus.Suspended, LedgerEntryTypes.PermitSuspended),
        (PermitStatus.Suspended, PermitAct.Reinstate) => (PermitStatus.Granted, LedgerEntryTypes.PermitReinstated),
        (PermitStatus.Granted or PermitStatus.Suspended, PermitAct.Withdraw) =>
            (PermitStatus.Withdrawn, LedgerEntryTypes.PermitWithdrawn),
        (PermitStatus.Granted or PermitStatus.Suspended, PermitAct.Expire) =>
            (PermitStatus.Expired, LedgerEntryTypes.PermitExpired),
        _ => null,
    };

    private static string Name<T>(T value)
        where T : struct, Enum => $"{value}".ToLowerInvariant();
}
