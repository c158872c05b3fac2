using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Where an incident stands.</summary>
public enum IncidentState
{
    /// <summary>Nobody has it yet.</summary>
    Reported,

    Taken,
    Closed,
}

/// <summary>Routes of the rules that somebody outside the school sees by.</summary>
public static class IncidentRoutes
{
    /// <summary>To the ministry, which can suspend a system everywhere.</summary>
    public const string Register = "register";

    public const string Region = "region";
}

/// <summary>
/// One report of harm by AI (requirement AI-35). In: the events. Out: who has it, where it went and whether its clock is kept. It says nothing
/// of a child but what the report says: there is no profile to look up.
/// </summary>
public sealed record Incident : IFolded
{
    /// <summary>Who reported without an account.</summary>
    public const string Anybody = "anybody";

    public required string Id { get; init; }

    public int Version { get; init; }

    public required IncidentReported Report { get; init; }

    /// <summary>The first person who took it, which stops the first clock.</summary>
    public IncidentTaken? FirstTaken { get; init; }

    /// <summary>Account of who has it now.</summary>
    public string? With { get; init; }

    /// <summary>What was done and where it went, in order.</summary>
    public IReadOnlyList<IncidentEvent> Steps { get; init; } = [];

    public IncidentClosed? Closed { get; init; }

    public IncidentState State => Closed is not null ? IncidentState.Closed : With is null ? IncidentState.Reported : IncidentState.Taken;

    /// <summary>When the clock that runs now ends; null when none runs.</summary>
    public DateTimeOffset? Due => State switch
    {
        IncidentState.Reported => Handed?.TakeBy ?? Report.TakeBy,
        IncidentState.Taken => Handed?.CloseBy ?? Report.CloseBy,
        IncidentState.Closed => null,
    };

    /// <summary>The newest time it was handed to a school; null while it never was.</summary>
    public IncidentHanded? Handed => Steps.OfType<IncidentHanded>().LastOrDefault();

    /// <summary>Whose it is: the school that was named, or was given it since; null for the ministry's.</summary>
    public Bin? School => Handed?.School ?? Report.School;

    /// <summary>Account it was routed to at the school; null for nobody in particular.</summary>
    public string? OnDuty => Handed is { } handed ? handed.OnDuty : Report.OnDuty;

    /// <summary>The newest time it went up; null while it never did, or when it was handed down again since.</summary>
    public IncidentPassedUp? LastPass => Moved as IncidentPassedUp;

    public IncidentLevel Level => LastPass?.To ?? (School is null ? IncidentLevel.Ministry : IncidentLevel.School);

    /// <summary>
    /// When it goes up by itself: after the term to take it or to close it at its level, each level having the terms of the report anew; null
    /// when it is closed, or nobody is above.
    /// </summary>
    public DateTimeOffset? PassUpAt =>
        State == IncidentState.Closed || Level == IncidentLevel.Ministry ? null
        : Moved is not { } moved ? Due
        : Steps.SkipWhile(s => !ReferenceEquals(s, moved)).Any(s => s is IncidentTaken) ? moved.CloseBy
        : moved.TakeBy;

    /// <summary>Taken and closed in time; null while it is open.</summary>
    public bool? InTime => Closed is null ? null : FirstTaken!.At <= Report.TakeBy && Closed.At <= Report.CloseBy;

    /// <summary>Whether those of a level see it: theirs, what went up from them or past them, and what was passed on to them by hand.</summary>
    public bool IsSeenBy(IncidentLevel level) => level switch
    {
        IncidentLevel.School => School is not null,
        IncidentLevel.Region => School is not null && (Level != IncidentLevel.School || WentUpTo(level) || WentTo(IncidentRoutes.Region)),
        IncidentLevel.Ministry => Report.School is null || WentUpTo(level) || WentTo(IncidentRoutes.Register),
    };

    private IncidentMoved? Moved => Steps.OfType<IncidentMoved>().LastOrDefault();

    private bool WentUpTo(IncidentLevel level) => Steps.OfType<IncidentPassedUp>().Any(p => p.To == level);

    public bool WentTo(string route) => Steps.OfType<IncidentRouted>().Any(r => r.To == route);

    public bool IsOverdueAt(DateTimeOffset at) => Due < at;

    /// <summary>Folds a whole incident. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static Incident Of(string id, IEnumerable<IncidentEvent> events)
    {
        Incident? found = null;
        foreach (var happened in events)
        {
            found = found?.After(happened) ?? (happened is IncidentReported first
                ? new Incident { Id = id, Version = 1, Report = first }
                : throw new InvalidDataException($"The incident {id} does not begin with a report."));
        }

        return found ?? throw new InvalidDataException($"The incident {id} has no events.");
    }

    /// <summary>The incident after one more event.</summary>
    public Incident After(IncidentEvent happened) => happened switch
    {
        IncidentTaken t => this with { Version = Version + 1, FirstTaken = FirstTaken ?? t, With = t.By, Steps = [.. Steps, t] },
        IncidentNoted or IncidentRouted or IncidentPassedUp => this with { Version = Version + 1, Steps = [.. Steps, happened] },
        IncidentHanded h => this with { Version = Version + 1, With = null, Steps = [.. Steps, h] },
        IncidentClosed c => this with { Version = Version + 1, Closed = c, Steps = [.. Steps, c] },
        _ => throw new InvalidDataException($"An event that cannot follow: {happened.GetType().Name}."),
    };
}
