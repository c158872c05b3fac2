using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>Somebody outside the body is waited for; written down when it begins and when it ends (requirement RQ-6).</summary>
/// <param name="Until">Null while it lasts.</param>
public sealed record Wait(WaitFor For, DateTimeOffset From, DateTimeOffset? Until = null);

/// <summary>Whom a case may wait for. Nobody of the body itself is among them: its own time counts.</summary>
public enum WaitFor
{
    Applicant,

    /// <summary>The institution that awarded the qualification.</summary>
    Issuer,

    /// <summary>The information centre of another country.</summary>
    InformationCentre,
}

/// <summary>Where the clock of a case stands.</summary>
/// <param name="Used">Working days the body has had; above the limit when it is late.</param>
/// <param name="Left">Working days it still has; 0 on the last day and after it.</param>
/// <param name="Due">Last day for the decision; null while somebody is waited for.</param>
/// <param name="Waiting">The wait that has lasted longest, of those that last.</param>
/// <param name="IsOverdue">The last day is over.</param>
/// <param name="Calendar">The entry of the working calendar behind the last day that was counted.</param>
public sealed record ClockReading(int Used, int Left, DateOnly? Due, Wait? Waiting, bool IsOverdue, RuleReference Calendar);

/// <summary>What a working day was, or will be, for a clock.</summary>
public enum ClockDayKind
{
    Used,

    /// <summary>Somebody outside the body was waited for.</summary>
    Waited,

    /// <summary>Used, and not over yet.</summary>
    Today,

    Left,
}

/// <param name="Day">Null for a day that is left while nobody knows when the wait ends.</param>
public sealed record ClockDay(DateOnly? Day, ClockDayKind Kind);

/// <summary>
/// The clock of a case (requirement RQ-6): begins when the information is complete, stands still only while somebody outside the body
/// is waited for, and is read in working days.
/// </summary>
/// <remarks>
/// Days, not hours: the day on which the information became complete does not count, the next working day is the first; in the same
/// way the day on which a wait begins counts still, and the day on which it ends counts no more. Waits may overlap.
/// </remarks>
public sealed class CaseClock(WorkingCalendar calendar)
{
    /// <param name="complete">When the last missing item came in.</param>
    /// <param name="limit">Working days for the decision, above 0, as published before the case was filed.</param>
    /// <returns>The reading at <paramref name="now"/>, or a refusal when no pack covers a day that has to be counted.</returns>
    public Outcome<ClockReading> Read(DateTimeOffset complete, IReadOnlyList<Wait> waits, int limit, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (!calendar.DateOf(complete).TryGet(out var day, out var problem)
            || !calendar.DateOf(now).TryGet(out var today, out problem)
            || !Standstills(waits).TryGet(out var standstills, out problem))
        {
            return problem;
        }

        var used = 0;
        var counted = 0;
        var open = waits.Where(w => w.Until is null).MinBy(w => w.From);
        // To the last day of the limit; while somebody is waited for, to today.
        while (counted < limit && (open is null || day < today))
        {
            // Many days of a long wait at once.
            if (standstills.FindIndex(s => s.From <= day && day < s.Until) is >= 0 and var wait)
            {
                var until = standstills[wait].Until;
                day = until < today || open is null ? until : today;
                continue;
            }

            day = day.AddDays(1);
            if (!calendar.IsWorkingDay(day).TryGet(out var isWorking, out problem))
            {
                return problem;
            }

            counted += isWorking ? 1 : 0;
            used += isWorking && day <= today ? 1 : 0;
        }

        if (!calendar.AddWorkingDays(day, 0).TryGet(out var last, out problem))
        {
            return problem;
        }

        DateOnly? due = counted == limit ? day : null;
        if (!LateDays(due ?? today, standstills, today).TryGet(out var late, out problem))
        {
            return problem;
        }

        used += late;
        return new ClockReading(used, Math.Max(0, limit - used), due, due < today ? null : open, due < today, last.Reference);
    }

    /// <summary>The working days of a clock one by one, to be drawn: as many used and left as <see cref="Read"/> counts, and those that were waited between.</summary>
    public Outcome<IReadOnlyList<ClockDay>> Days(DateTimeOffset complete, IReadOnlyList<Wait> waits, int limit, DateTimeOffset now)
    {
        if (!calendar.DateOf(complete).TryGet(out var day, out var problem)
            || !calendar.DateOf(now).TryGet(out var today, out problem)
            || !Standstills(waits).TryGet(out var standstills, out problem))
        {
            return problem;
        }

        var days = new List<ClockDay>();
        var isOpen = waits.Any(w => w.Until is null);
        var counted = 0;
        while (counted < limit && (!isOpen || day < today))
        {
            day = day.AddDays(1);
            if (!calendar.IsWorkingDay(day).TryGet(out var isWorking, out problem))
            {
                return problem;
            }

            if (!isWorking)
            {
                continue;
            }

            var isWaited = standstills.Exists(s => s.From < day && day <= s.Until);
            counted += isWaited ? 0 : 1;
            days.Add(new ClockDay(
                day, isWaited ? ClockDayKind.Waited : day < today ? ClockDayKind.Used : day == today ? ClockDayKind.Today : ClockDayKind.Left));
        }

        days.AddRange(Enumerable.Repeat(new ClockDay(null, ClockDayKind.Left), limit - counted));
        return days;
    }

    // Working days after the last one of the limit.
    private Outcome<int> LateDays(DateOnly due, List<(DateOnly From, DateOnly Until)> standstills, DateOnly today)
    {
        var late = 0;
        for (var day = due.AddDays(1); day <= today; day = day.AddDays(1))
        {
            if (!calendar.IsWorkingDay(day).TryGet(out var isWorking, out var problem))
            {
                return problem;
            }

            late += isWorking && !standstills.Exists(s => s.From < day && day <= s.Until) ? 1 : 0;
        }

        return late;
    }

    /// <returns>The civil day of a moment at the body.</returns>
    public Outcome<DateOnly> DayOf(DateTimeOffset at) => calendar.DateOf(at);

    /// <returns>The last of so many working days after a moment.</returns>
    public Outcome<DateOnly> After(DateTimeOffset at, int days) =>
        !calendar.DateOf(at).TryGet(out var day, out var problem) ? problem
        : calendar.AddWorkingDays(day, days).TryGet(out var last, out problem) ? last.Value
        : problem;

    // From the evening of one day to the evening of another nothing counts.
    private Outcome<List<(DateOnly From, DateOnly Until)>> Standstills(IReadOnlyList<Wait> waits)
    {
        var found = new List<(DateOnly, DateOnly)>();
        foreach (var wait in waits)
        {
            if (!calendar.DateOf(wait.From).TryGet(out var from, out var problem))
            {
                return problem;
            }

            var until = DateOnly.MaxValue;
            if (wait.Until is { } ended && !calendar.DateOf(ended).TryGet(out until, out problem))
            {
                return problem;
            }

            found.Add((from, until));
        }

        return found;
    }
}
