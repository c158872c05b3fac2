namespace Mortanba.Host.Availability;

/// <summary>How many of the minutes that went by since measuring began a part worked.</summary>
public sealed record MeasuredSpan(DateOnly First, int Worked, int Passed)
{
    /// <summary>0 to 1; null when no minute has passed yet.</summary>
    public double? Share => Passed == 0 ? null : (double)Worked / Passed;
}

/// <summary>What the status page shows of one part: each day, and the whole.</summary>
public sealed record PartSummary(ServicePart Part, IReadOnlyList<MeasuredSpan> Days, MeasuredSpan Whole);

/// <summary>Adds up what was measured. Pure.</summary>
public static class AvailabilitySummary
{
    /// <summary>
    /// Days without a row inside the span count as days on which nothing worked. The first minute ever written of any
    /// part begins the span; the minute that runs now is not counted yet.
    /// </summary>
    /// <param name="clock">What the clocks in Kazakhstan show now.</param>
    /// <param name="measured">Rows since <paramref name="first"/>, of all parts.</param>
    public static IReadOnlyList<PartSummary> Of(IReadOnlyList<MeasuredDay> measured, DateOnly first, DateTime clock)
    {
        if (measured.Count == 0)
        {
            return [];
        }

        var (today, minuteNow) = (DateOnly.FromDateTime(clock), (clock.Hour * 60) + clock.Minute);
        var firstDay = measured.Min(d => d.Day);
        // Measuring that began before the span began at its midnight.
        var firstMinute = firstDay > first
            ? measured.Where(d => d.Day == firstDay).Min(d => Enumerable.Range(0, MeasuredDay.MinutesADay).First(m => d.Minutes[m]))
            : 0;
        var parts = new List<PartSummary>();
        foreach (var part in Enum.GetValues<ServicePart>())
        {
            var byDay = measured.Where(d => d.Part == part).ToDictionary(d => d.Day, d => d.Minutes);
            var days = new List<MeasuredSpan>();
            for (var day = firstDay; day <= today; day = day.AddDays(1))
            {
                var from = day == firstDay ? firstMinute : 0;
                var until = day == today ? minuteNow : MeasuredDay.MinutesADay;
                var minutes = byDay.GetValueOrDefault(day);
                var worked = minutes is null ? 0 : Enumerable.Range(from, Math.Max(0, until - from)).Count(m => minutes[m]);
                days.Add(new MeasuredSpan(day, worked, Math.Max(0, until - from)));
            }

            parts.Add(new PartSummary(
                part, days, new MeasuredSpan(firstDay, days.Sum(d => d.Worked), days.Sum(d => d.Passed))));
        }

        return parts;
    }
}
