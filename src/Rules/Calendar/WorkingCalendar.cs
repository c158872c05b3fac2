using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Counts deadlines in working days of Kazakhstan (requirement X-4).</summary>
/// <remarks>The first day counted is the working day after the start. A day no pack covers is a refusal, never a
/// guess.</remarks>
public sealed class WorkingCalendar(RuleBook rules)
{
    /// <summary>The civil date in Kazakhstan at an instant: one time zone, UTC+5, since 1 March 2024.</summary>
    public Outcome<DateOnly> DateOf(DateTimeOffset at) => TimeAt(at).Then(time => Outcome<DateOnly>.From(time.DateOf(at)));

    /// <summary>The civil time in force at an instant.</summary>
    public Outcome<CivilTime> TimeAt(DateTimeOffset at) =>
        rules.Resolve(RuleKeys.CivilTime, DateOnly.FromDateTime(at.UtcDateTime)).Then(time => Outcome<CivilTime>.From(time.Value));

    public Outcome<bool> IsWorkingDay(DateOnly date) =>
        Year(date).Then(year => Outcome<bool>.From(year.Value.IsWorkingDay(date)));

    /// <summary>The last day of a term of so many working days that starts on <paramref name="start"/>.</summary>
    /// <returns>The date, under the calendar entry that decided the last day.</returns>
    public Outcome<Resolved<DateOnly>> AddWorkingDays(DateOnly start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var date = start;
        if (!Year(date).TryGet(out var year, out var problem))
        {
            return problem;
        }

        var unconfirmed = year.Reference.Unconfirmed ? year.Reference : null;
        while (count > 0)
        {
            date = date.AddDays(1);
            if (!Year(date).TryGet(out year, out problem))
            {
                return problem;
            }

            unconfirmed ??= year.Reference.Unconfirmed ? year.Reference : null;
            count -= year.Value.IsWorkingDay(date) ? 1 : 0;
        }

        // A term that crosses one doubtful year is as doubtful as that year.
        return new Resolved<DateOnly>(date, unconfirmed ?? year.Reference);
    }

    private Outcome<Resolved<WorkingYear>> Year(DateOnly date) => rules.Resolve(RuleKeys.WorkingYear, date);
}
