using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Where a measure of the roadmap stands on a day.</summary>
public enum MeasureState
{
    /// <summary>Its term has not begun.</summary>
    Ahead,

    /// <summary>Its term has begun and nothing was reported.</summary>
    NoReport,

    UnderWay,

    /// <summary>Its term ends soon and it is not done.</summary>
    DueSoon,

    /// <summary>Its term is over and it is not done.</summary>
    Overdue,

    Done,

    /// <summary>Done after its term was over.</summary>
    DoneLate,

    Dropped,
}

/// <summary>A measure with what was reported.</summary>
/// <param name="DaysOver">Days since its term ended; until it was done, when it is.</param>
public sealed record MeasureStanding(RoadmapMeasure Measure, MeasureCourse? Course, MeasureState State, int DaysOver)
{
    /// <summary>Somebody should look at it.</summary>
    public bool IsAlarm => State is MeasureState.Overdue or MeasureState.DueSoon or MeasureState.NoReport;
}

/// <summary>The roadmap on a day (requirement AI-25): each measure of the pack with its newest report.</summary>
public static class RoadmapState
{
    /// <param name="courses">By id of the measure.</param>
    /// <param name="dayOf">Civil day of a moment.</param>
    public static IReadOnlyList<MeasureStanding> On(
        DateOnly today, AiRoadmap roadmap, IReadOnlyDictionary<string, MeasureCourse> courses, Func<DateTimeOffset, DateOnly> dayOf) =>
        [.. roadmap.Measures.Select(m => Of(today, roadmap, m, courses.GetValueOrDefault(m.Id), dayOf))];

    private static MeasureStanding Of(
        DateOnly today, AiRoadmap roadmap, RoadmapMeasure measure, MeasureCourse? course, Func<DateTimeOffset, DateOnly> dayOf)
    {
        var newest = course?.Newest;
        var end = newest is { Status: MeasureStatus.Done } ? dayOf(newest.At) : today;
        var over = Math.Max(0, end.DayNumber - measure.Until.DayNumber);
        var state = newest?.Status switch
        {
            MeasureStatus.Done => over > 0 ? MeasureState.DoneLate : MeasureState.Done,
            MeasureStatus.Dropped => MeasureState.Dropped,
            _ when over > 0 => MeasureState.Overdue,
            _ when measure.From > today => MeasureState.Ahead,
            _ when measure.Until.AddDays(-roadmap.DueSoonDays) <= today => MeasureState.DueSoon,
            MeasureStatus.UnderWay => MeasureState.UnderWay,
            _ => MeasureState.NoReport,
        };
        return new MeasureStanding(measure, course, state, over);
    }
}
