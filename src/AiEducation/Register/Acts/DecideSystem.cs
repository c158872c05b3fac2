using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>The ethics board, by one of its members, is for it, against it, or sends it back (requirement AI-4).</summary>
public static class ReviewEthics
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, EthicsOutcome outcome, string reason, DateTimeOffset at) =>
        !(now.State is AiSystemState.Proposed or AiSystemState.Suspended || (now.IsAllowed && now.IsEthicsOutdated)) ? RegisterRefusals.OtherState(now)
        : now.IsOf(by) ? RegisterRefusals.OwnWork
        : now.IsAllowed && outcome != EthicsOutcome.Favourable
            ? RegisterRefusals.SuspendFirst
        : now.Class is null ? new Problem("ai/not-classed", "Risk, autonomy, mode and the forbidden functions are to be answered first.")
        : RegisterRefusals.Words(reason).TryGet(out var words, out var problem) ? new EthicsReviewed(at, by, outcome, words) : problem;
}

/// <summary>
/// A named person allows a system, for ages, purposes and until a day (requirements AI-6, AI-11). What is in use is approved anew in the same way,
/// so that no class has to stop on the day after the last one.
/// </summary>
public static class ApproveSystem
{
    /// <summary>It may be approved, or approved anew.</summary>
    public static bool IsOpen(AiSystem now) => now.IsAllowed || now.State is AiSystemState.Proposed or AiSystemState.Suspended;

    /// <param name="today">Civil day of the decision.</param>
    public static Outcome<AiSystemEvent> Of(
        AiSystem now, string by, Allowed allowed, string reason, Resolved<AiRegisterRules> rules, DateOnly today, DateTimeOffset at)
    {
        if (!IsOpen(now))
        {
            return RegisterRefusals.OtherState(now);
        }

        // Whoever reviewed the ethics has had their say: somebody else approves.
        if (now.IsOf(by) || now.Ethics?.By == by)
        {
            return RegisterRefusals.OwnWork;
        }

        if (Admission.Outdated(now, rules.Value) is { } outdated)
        {
            return outdated;
        }

        if (!RegisterRefusals.Words(reason).TryGet(out var words, out var problem))
        {
            return problem;
        }

        var last = today.AddMonths(rules.Value.ApprovalMonths);
        if (allowed.Until < today || allowed.Until > last)
        {
            return new Problem(
                "ai/end-date", $"An approval ends on a day from today to {last:yyyy-MM-dd}.", ("last", $"{last:yyyy-MM-dd}"));
        }

        return Admission.Faults(now, allowed, rules.Value) is [var fault, ..]
            ? fault
            : new SystemApproved(at, by, allowed, words, today.AddMonths(rules.Value.ReviewMonths), $"{rules.Reference}");
    }
}

public static class RejectSystem
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, string reason, DateTimeOffset at) =>
        now.State is not (AiSystemState.Proposed or AiSystemState.SentBack or AiSystemState.Pilot) ? RegisterRefusals.OtherState(now)
        : now.IsOf(by) ? RegisterRefusals.OwnWork
        : RegisterRefusals.Words(reason).TryGet(out var words, out var problem) ? new SystemRejected(at, by, words) : problem;
}

/// <summary>The yearly review (article 18(1)(4), requirement AI-7). It renews no approval: that ends on its own day.</summary>
public static class ReviewSystem
{
    /// <summary>In use, or to come back: whatever it was suspended for, a review that is overdue keeps it out.</summary>
    public static bool IsOpen(AiSystem now) => now.IsAllowed || now.State == AiSystemState.Suspended;

    public static Outcome<AiSystemEvent> Of(
        AiSystem now, string by, string finding, Resolved<AiRegisterRules> rules, DateOnly today, DateTimeOffset at) =>
        !IsOpen(now) ? RegisterRefusals.OtherState(now)
        : now.IsOf(by) ? RegisterRefusals.OwnWork
        : RegisterRefusals.Words(finding).TryGet(out var words, out var problem)
            ? new SystemReviewed(at, by, words, today.AddMonths(rules.Value.ReviewMonths), $"{rules.Reference}")
            : problem;
}

/// <summary>The end of a system here. Where data of learners lay with the vendor, its certificate of deletion belongs to it (requirement AI-31).</summary>
public static class EndSystem
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, string reason, string? deletionCertificate, DateTimeOffset at) =>
        now.State == AiSystemState.Ended ? RegisterRefusals.OtherState(now)
        : now.Approval is not null && string.IsNullOrWhiteSpace(deletionCertificate)
            ? new Problem("ai/no-deletion-certificate", "It was used: name where the vendor's certificate of deletion can be read.")
        : RegisterRefusals.Words(reason).TryGet(out var words, out var problem)
            ? new SystemEnded(at, by, words, string.IsNullOrWhiteSpace(deletionCertificate) ? null : deletionCertificate.Trim())
            : problem;
}
