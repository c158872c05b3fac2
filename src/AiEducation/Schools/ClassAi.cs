using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Something that happened to AI in one class (<see cref="ClassAi"/>).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AiSwitchedOff), "switched-off")]
[JsonDerivedType(typeof(AiSwitchedOn), "switched-on")]
public abstract record ClassAiEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>Logged without a reason: nobody asks for one, and nothing follows from it for the teacher (requirement AI-30).</summary>
/// <param name="System">Id in the register; null: every one.</param>
public sealed record AiSwitchedOff(DateTimeOffset At, string By, Bin School, string Class, string? System) : ClassAiEvent(At, By);

/// <param name="SwitchedBy">Whose switch was put back.</param>
public sealed record AiSwitchedOn(DateTimeOffset At, string By, string SwitchedBy, string? System) : ClassAiEvent(At, By);

/// <summary>A switch that is off.</summary>
/// <param name="System">Null: every system.</param>
/// <param name="By">Account of the teacher.</param>
public sealed record SwitchedOff(string? System, string By, DateTimeOffset At);

/// <summary>What teachers switched off in one class. In: the events. Out: what is off. One switch is enough, whoever set it.</summary>
public sealed record ClassAi : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    public required Bin School { get; init; }

    public required string Class { get; init; }

    public IReadOnlyList<SwitchedOff> Off { get; init; } = [];

    public bool IsOff(string system) => Off.Any(o => o.System is null || o.System == system);

    /// <summary>Folds the switches of a class. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static ClassAi Of(string id, IEnumerable<ClassAiEvent> events)
    {
        ClassAi? found = null;
        foreach (var happened in events)
        {
            found ??= happened is AiSwitchedOff first
                ? new ClassAi { Id = id, School = first.School, Class = first.Class }
                : throw new InvalidDataException($"The switches {id} do not begin with a switch.");
            found = found.With(happened);
        }

        return found ?? throw new InvalidDataException($"The switches {id} have no events.");
    }

    /// <summary>The switches after one more event.</summary>
    public ClassAi With(ClassAiEvent happened) => happened switch
    {
        AiSwitchedOff o => this with { Version = Version + 1, Off = [.. Off, new SwitchedOff(o.System, o.By, o.At)] },
        AiSwitchedOn o => this with { Version = Version + 1, Off = [.. Off.Where(s => s.By != o.SwitchedBy || s.System != o.System)] },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    };
}

/// <summary>A teacher switches off one system or all AI for a class, in one act (requirement AI-30).</summary>
public static class SwitchOffAi
{
    /// <param name="now">Null when nothing was ever switched off in the class.</param>
    /// <param name="system">Null: every system.</param>
    public static Outcome<ClassAiEvent> Of(ClassAi? now, Bin school, string className, string by, string? system, DateTimeOffset at) =>
        now?.Off.Any(o => o.System == system && o.By == by) == true
            ? new Problem("ai-school/is-off", "You have switched it off in this class already.")
            : new AiSwitchedOff(at, by, now?.School ?? school, now?.Class ?? className, system);
}

/// <summary>The teacher who switched it off puts it back on; nobody over their head while they teach here.</summary>
public static class SwitchOnAi
{
    /// <param name="switchedBy">Whose switch is put back.</param>
    /// <param name="isGone">That teacher teaches here no more: then the school may put it back.</param>
    public static Outcome<ClassAiEvent> Of(ClassAi now, string by, string switchedBy, string? system, bool isGone, DateTimeOffset at) =>
        !now.Off.Any(o => o.System == system && o.By == switchedBy) ? new Problem("ai-school/is-on", "That is not switched off.")
        : by != switchedBy && !isGone ? new Problem("ai-school/not-your-switch", "Only the teacher who switched it off puts it back on.")
        : new AiSwitchedOn(at, by, switchedBy, system);
}
