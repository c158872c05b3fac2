using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>When somebody is on duty for reports of harm: on a day of each week, or on dates, which come before the days of the week.</summary>
/// <param name="Weekday">Null for dates.</param>
/// <param name="From">First date; null for a day of the week.</param>
/// <param name="To">Last date.</param>
/// <param name="Person">Account.</param>
/// <param name="Deputy">Account of who stands in when the person has left the school or reported it themselves; null for nobody.</param>
public sealed record DutyTurn(DayOfWeek? Weekday, DateOnly? From, DateOnly? To, string Person, string? Deputy)
{
    /// <summary>On dates, not on a day of each week.</summary>
    [JsonIgnore]
    public bool IsDated => Weekday is null;

    public bool IsOn(DateOnly day) => IsDated ? From <= day && day <= To : day.DayOfWeek == Weekday;
}

/// <summary>Something that happened to a duty roster (<see cref="DutyRoster"/>).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DutySet), "set")]
public abstract record DutyEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>The roster was written anew, as a whole.</summary>
public sealed record DutySet(DateTimeOffset At, string By, Bin School, IReadOnlyList<DutyTurn> Turns) : DutyEvent(At, By);

/// <summary>Who is on duty for reports of harm at a school (requirement AI-35). In: the events. Out: who it is on a day.</summary>
public sealed record DutyRoster : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    public required Bin School { get; init; }

    public required IReadOnlyList<DutyTurn> Turns { get; init; }

    /// <summary>Who is on duty on a day, or stands in.</summary>
    /// <param name="mayAct">Whether an account can take it: is still of the school, and did not report it.</param>
    /// <returns>An account; null when nobody is on duty who can.</returns>
    public string? On(DateOnly day, Func<string, bool> mayAct) => Turns.Where(t => t.IsOn(day)).OrderByDescending(t => t.IsDated)
        .SelectMany(t => (string?[])[t.Person, t.Deputy]).OfType<string>().FirstOrDefault(mayAct);

    /// <summary>Folds a whole roster. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static DutyRoster Of(string id, IEnumerable<DutyEvent> events)
    {
        DutyRoster? found = null;
        foreach (var happened in events)
        {
            found = happened is DutySet set
                ? new DutyRoster { Id = id, Version = (found?.Version ?? 0) + 1, School = set.School, Turns = set.Turns }
                : throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}.");
        }

        return found ?? throw new InvalidDataException($"The duty roster {id} has no events.");
    }
}
