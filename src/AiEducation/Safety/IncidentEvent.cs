using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>How an incident ended.</summary>
public enum IncidentOutcome
{
    /// <summary>It was so, and was put right.</summary>
    PutRight,

    /// <summary>It was so, and the system was taken out of use: here or everywhere.</summary>
    SystemStopped,

    /// <summary>Others carry on: a specialist, the authority.</summary>
    PassedOn,

    /// <summary>Nothing was found.</summary>
    NotConfirmed,
}

/// <summary>Who answers for an incident now. What they leave lying goes up by itself.</summary>
public enum IncidentLevel
{
    School,

    /// <summary>The department of the school's region.</summary>
    Region,

    Ministry,
}

/// <summary>Something that happened in an incident (<see cref="Incident"/>). Words may hold personal data; sealed at rest.</summary>
/// <param name="By">Account of who did it; <see cref="Incident.Anybody"/> for a report without an account.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(IncidentReported), "reported")]
[JsonDerivedType(typeof(IncidentTaken), "taken")]
[JsonDerivedType(typeof(IncidentNoted), "noted")]
[JsonDerivedType(typeof(IncidentRouted), "routed")]
[JsonDerivedType(typeof(IncidentPassedUp), "passed-up")]
[JsonDerivedType(typeof(IncidentHanded), "handed")]
[JsonDerivedType(typeof(IncidentClosed), "closed")]
public abstract record IncidentEvent(DateTimeOffset At, string By) : IHappened;

/// <param name="School">Null when the report names no school.</param>
/// <param name="Sort">Id of a kind of the rules.</param>
/// <param name="System">Id in the register; null when it is not known which.</param>
/// <param name="TakeBy">A person has it by then.</param>
/// <param name="CloseBy">It is closed by then.</param>
/// <param name="Rule">The rule of the clock: pack, version, hash and rule.</param>
/// <param name="OnDuty">Account it was routed to: who was on duty at the school then, or its head; null when there was neither.</param>
public sealed record IncidentReported(
    DateTimeOffset At, string By, Bin? School, string Sort, bool IsData, string Words, string? System, DateTimeOffset TakeBy, DateTimeOffset CloseBy,
    string Rule, string? OnDuty = null) : IncidentEvent(At, By);

/// <summary>A person answers for it from now on; another one may take it over.</summary>
public sealed record IncidentTaken(DateTimeOffset At, string By) : IncidentEvent(At, By);

/// <summary>A step was done: somebody was spoken to, something was changed.</summary>
public sealed record IncidentNoted(DateTimeOffset At, string By, string Words) : IncidentEvent(At, By);

/// <param name="To">Id of a route of the rules.</param>
public sealed record IncidentRouted(DateTimeOffset At, string By, string To, string Words) : IncidentEvent(At, By);

/// <summary>Others answer for it from now on, with the terms of the report anew.</summary>
/// <param name="TakeBy">Somebody takes it there by then.</param>
/// <param name="CloseBy">It is closed by then.</param>
public abstract record IncidentMoved(DateTimeOffset At, string By, DateTimeOffset TakeBy, DateTimeOffset CloseBy) : IncidentEvent(At, By);

/// <summary>Nobody took it, or closed it, in time: the next ones answer for it, too. An event of the program alone.</summary>
public sealed record IncidentPassedUp(
    DateTimeOffset At, string By, IncidentLevel To, DateTimeOffset TakeBy, DateTimeOffset CloseBy) : IncidentMoved(At, By, TakeBy, CloseBy);

/// <summary>Handed to a school by whoever had it above: it is the school's from then on, and nobody there has it yet.</summary>
/// <param name="OnDuty">As in a report.</param>
public sealed record IncidentHanded(
    DateTimeOffset At, string By, Bin School, string Words, DateTimeOffset TakeBy, DateTimeOffset CloseBy, string? OnDuty = null)
    : IncidentMoved(At, By, TakeBy, CloseBy);

public sealed record IncidentClosed(DateTimeOffset At, string By, IncidentOutcome Outcome, string Words) : IncidentEvent(At, By);
