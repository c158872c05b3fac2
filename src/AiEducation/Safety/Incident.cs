namespace Mortanba.AiEducation;

/// <summary>Where an incident stands.</summary>
public enum IncidentState
{
    /// <summary>Nobody has it yet.</summary>
    Reported,

    Taken,
    Closed,
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
        IncidentState.Reported => Report.TakeBy,
        IncidentState.Taken => Report.CloseBy,
        IncidentState.Closed => null,
    };

    /// <summary>Taken and closed in time; null while it is open.</summary>
    public bool? InTime => Closed is null ? null : FirstTaken!.At <= Report.TakeBy && Closed.At <= Report.CloseBy;

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
        IncidentNoted or IncidentRouted => this with { Version = Version + 1, Steps = [.. Steps, happened] },
        IncidentClosed c => this with { Version = Version + 1, Closed = c, Steps = [.. Steps, c] },
        _ => throw new InvalidDataException($"An event that cannot follow: {happened.GetType().Name}."),
    };
}
