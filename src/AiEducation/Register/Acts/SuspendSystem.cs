using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>One act takes a system out of use in every school (article 18(2), requirement AI-8).</summary>
public static class SuspendSystem
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, SuspensionCause cause, string reason, DateTimeOffset at) =>
        !now.IsAllowed ? RegisterRefusals.OtherState(now)
        : RegisterRefusals.Words(reason).TryGet(out var words, out var problem) ? new SystemSuspended(at, by, cause, words) : problem;

    /// <summary>What is due without anybody's act (requirement AI-7); null when nothing is.</summary>
    public static AiSystemEvent? Due(AiSystem now, AiRegisterRules rules, DateOnly today, DateTimeOffset at) =>
        !now.IsAllowed ? null
        : now.Approval!.Allowed.Until < today
            ? new SystemSuspended(at, AiSystem.Program, SuspensionCause.ApprovalEnded, $"{now.Approval.Allowed.Until:yyyy-MM-dd}")
        : now.ReviewBy!.Value.AddDays(rules.GraceDays) < today
            ? new SystemSuspended(at, AiSystem.Program, SuspensionCause.ReviewOverdue, $"{now.ReviewBy:yyyy-MM-dd}")
        : now.IsLessSinceApproval
            ? new SystemSuspended(at, AiSystem.Program, SuspensionCause.NoLongerMet, RegisterRefusals.ApproveAnew.Code)
        : Admission.Faults(now, now.Approval.Allowed, rules) is [var fault, ..]
            ? new SystemSuspended(at, AiSystem.Program, SuspensionCause.NoLongerMet, fault.Code)
        : null;
}

/// <summary>Back in use as it was approved, once what it was suspended for is gone.</summary>
public static class ReinstateSystem
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, string reason, AiRegisterRules rules, DateOnly today, DateTimeOffset at)
    {
        if (now.State != AiSystemState.Suspended)
        {
            return RegisterRefusals.OtherState(now);
        }

        if (now.IsOf(by))
        {
            return RegisterRefusals.OwnWork;
        }

        if (now.IsLessSinceApproval)
        {
            return RegisterRefusals.ApproveAnew;
        }

        if (Admission.Outdated(now, rules) is { } outdated)
        {
            return outdated;
        }

        var inUse = now with { State = AiSystemState.InUse };
        return SuspendSystem.Due(inUse, rules, today, at) is SystemSuspended { Cause: var cause }
            ? new Problem("ai/still-due", "What it was suspended for still stands; approve or review it anew.", ("cause", $"{cause}"))
            : RegisterRefusals.Words(reason).TryGet(out var words, out var problem) ? new SystemReinstated(at, by, words) : problem;
    }
}
