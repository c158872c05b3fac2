using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>One year of the five-day working week, as the labour ministry's production calendar has it.</summary>
/// <param name="DaysOff">Days off on a weekday: holidays, and weekends moved to them, with the reason.</param>
/// <param name="WorkingWeekends">Saturdays and Sundays on which people work in exchange.</param>
public sealed record WorkingYear(
    IReadOnlyDictionary<DateOnly, LocalizedText> DaysOff, IReadOnlySet<DateOnly> WorkingWeekends)
{
    public bool IsWorkingDay(DateOnly date) => IsWeekend(date)
        ? WorkingWeekends.Contains(date)
        : !DaysOff.ContainsKey(date);

    internal static WorkingYear Read(PackNode node)
    {
        var daysOff = new Dictionary<DateOnly, LocalizedText>();
        foreach (var (line, date, name) in node["daysOff"].List(n => (n, n["date"].Date, n["name"].Localized)))
        {
            if (IsWeekend(date) || !daysOff.TryAdd(date, name))
            {
                throw line.Wrong("a day off listed here is a weekday and stands once");
            }
        }

        var working = new HashSet<DateOnly>();
        foreach (var day in node.Find("workingWeekends")?.List(n => n.Date) ?? [])
        {
            working.Add(IsWeekend(day) ? day : throw node.Wrong("a working weekend is a Saturday or a Sunday"));
        }

        return new WorkingYear(daysOff, working);
    }

    private static bool IsWeekend(DateOnly date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}

/// <summary>The time zone in which a date of the law is read (requirement X-4).</summary>
public sealed record CivilTime(TimeZoneInfo Zone)
{
    public DateOnly DateOf(DateTimeOffset at) => DateOnly.FromDateTime(ClockOf(at));

    /// <summary>What the clocks show at an instant.</summary>
    public DateTime ClockOf(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).DateTime;

    /// <summary>The first instant of a day.</summary>
    public DateTimeOffset BeginningOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight));
    }

    internal static CivilTime Read(PackNode node) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(node["timeZone"].Text, out var zone)
        ? new CivilTime(zone)
        : throw node.Wrong("unknown time zone");
}
