using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>A school says who is on duty for reports of harm. Dates that are over are left out: they stand in the events.</summary>
public static class SetDuty
{
    /// <summary>Dates of one turn: a school year and its holidays.</summary>
    public const int DatesMax = 366;

    private const int TurnsMax = 60;

    /// <param name="staff">Accounts of the people who are at the school now.</param>
    public static Outcome<DutyEvent> Of(
        Bin school, string by, IReadOnlyList<DutyTurn> turns, IReadOnlySet<string> staff, DateOnly today, DateTimeOffset at)
    {
        var kept = turns.Where(t => !t.IsDated || t.To is null || t.To >= today).ToList();
        return kept.Count > TurnsMax ? new Problem("ai-safety/duty-many", $"At most {TurnsMax} turns.", ("count", $"{TurnsMax}"))
            : kept.Any(t => !staff.Contains(t.Person) || (t.Deputy is { } deputy && !staff.Contains(deputy)))
                ? new Problem("ai-safety/duty-person", "On duty is somebody of the school.")
            : kept.Any(t => t.Deputy == t.Person) ? new Problem("ai-safety/duty-same", "The deputy is another person.")
            : kept.Any(t => t.IsDated && !AreDates(t)) ? new Problem("ai-safety/duty-dates", "Dates have a first and a last day, a year apart at most.")
            : Overlap(kept) ? new Problem("ai-safety/duty-twice", "Two turns are on the same day.")
            : new DutySet(at, by, school, kept);
    }

    private static bool AreDates(DutyTurn turn) => turn is { From: { } from, To: { } to } && from <= to && to < from.AddDays(DatesMax);

    private static bool Overlap(List<DutyTurn> turns) => turns.Where((one, i) => turns.Skip(i + 1).Any(
        other => one.Weekday == other.Weekday && (!one.IsDated || (one.From <= other.To && other.From <= one.To)))).Any();
}
