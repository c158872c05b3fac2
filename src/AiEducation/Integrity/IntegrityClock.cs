using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>The rules of a case with the calendar that counts their days.</summary>
public sealed record IntegrityClock(Resolved<AiIntegrityRules> Rules, WorkingCalendar Calendar)
{
    /// <summary>The civil day of an instant; throws when no rule gives the civil time, as no act of the day could be dated then.</summary>
    public DateOnly DayOf(DateTimeOffset at) => Calendar.DateOf(at).Value;

    /// <summary>The last day of a term of so many working days that starts on the day of <paramref name="at"/>.</summary>
    public Outcome<DateOnly> After(DateTimeOffset at, int days) =>
        Calendar.AddWorkingDays(DayOf(at), days).Then(day => Outcome<DateOnly>.From(day.Value));

    /// <summary>Calendar days between two instants, by civil day.</summary>
    public int DaysBetween(DateTimeOffset from, DateTimeOffset to) => DayOf(to).DayNumber - DayOf(from).DayNumber;

    /// <summary>By the exact age on a day; whose day of birth is not known counts as a minor.</summary>
    public bool IsMinor(SchoolPerson learner, DateOnly day) => (learner.AgeOn(day) ?? 0) < Rules.Value.RepresentativeUntilAge;
}
