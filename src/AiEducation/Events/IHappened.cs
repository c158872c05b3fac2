using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Something that happened in a part of AI in education: when, and who did it.</summary>
public interface IHappened
{
    DateTimeOffset At { get; }

    /// <summary>Account of who did it, or the name of the program itself (<see cref="AiSystem.Program"/>).</summary>
    string By { get; }
}

/// <summary>A part as its events make it: the same events give the same.</summary>
public interface IFolded
{
    string Id { get; }

    /// <summary>How many events: whoever acts names the version they read.</summary>
    int Version { get; }
}

/// <summary>
/// What an event says in clear, for indicators: never personal data. The school it happened at and what is known of a subject (language,
/// sex, region) stand in the directory and are not repeated.
/// </summary>
/// <param name="Type">For example <c>task.set</c>; the words stand in docs/ai-education/indicators.md.</param>
/// <param name="Subject">A pseudonym, or the id of a thing.</param>
/// <param name="Values">Words and numbers an indicator may ask for, by name.</param>
public sealed record EventFact(string Type, string? Subject, IReadOnlyDictionary<string, string> Values)
{
    public EventFact(string type, string? subject, params (string Name, string Value)[] values)
        : this(type, subject, values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal))
    {
    }
}

/// <summary>What lists know of a part without reading its events: never personal data.</summary>
/// <param name="State">Word of the state, in kebab case.</param>
/// <param name="Subject">Whom or what it is about, for example a pseudonym.</param>
/// <param name="Title">A name that may be read by anybody; null when there is none.</param>
/// <param name="Due">Civil day by which something has to be done.</param>
public sealed record StreamSummary(string State, string? Subject = null, string? Title = null, DateOnly? Due = null)
{
    /// <summary>The same as an instant, for a term that ends within a day: lists keep its civil day.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The civil day for lists; null when nothing is due.</summary>
    public DateOnly? DayDue(WorkingCalendar calendar) => Due ?? (DueAt is { } at ? calendar.DateOf(at).Value : null);
}
