using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Permits;

public enum PermitStatus
{
    Granted,
    Suspended,
    Withdrawn,
    Expired,
}

/// <summary>The operator's permit to issue (Law on Digital Assets, article 6(2); requirement DA-1).</summary>
/// <param name="From">First day.</param>
/// <param name="Until">Last day, by the rule <c>permit-term</c>.</param>
/// <param name="Rule">Pack, version and hash of that rule.</param>
/// <param name="History">Oldest first; never edited.</param>
public sealed record Permit(
    string Number, Bin Bin, DateOnly From, DateOnly Until, string Rule, IReadOnlyList<PermitChange> History)
{
    /// <summary>The status at an instant; null before the permit was granted or before its first day.</summary>
    /// <param name="date">The civil date of <paramref name="at"/> in Kazakhstan.</param>
    public PermitStatus? StatusAt(DateTimeOffset at, DateOnly date)
    {
        var last = History.LastOrDefault(change => change.At <= at);
        if (last is null || date < From)
        {
            return null;
        }

        // The end of the term needs no act: a permit nobody marked as expired gives no right either.
        return last.Status is PermitStatus.Withdrawn ? last.Status : date > Until ? PermitStatus.Expired : last.Status;
    }

    /// <summary>Days of warning due on that day: the largest of the rule's steps already reached; null when none
    /// is.</summary>
    public int? WarningOn(DateOnly date, PermitTerm term)
    {
        var left = Until.DayNumber - date.DayNumber;
        return term.WarningDays.Where(days => left >= 0 && left <= days).Select(days => (int?)days).Min();
    }
}

/// <param name="Decision">The regulator's decision as JSON: who, in which role, on what evidence, why.</param>
public sealed record PermitChange(PermitStatus Status, DateTimeOffset At, string Decision);
