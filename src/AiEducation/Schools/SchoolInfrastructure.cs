using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Something that happened to what is known of a school's devices and line.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(InfrastructureReported), "reported")]
public abstract record InfrastructureEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>The school says what it has.</summary>
/// <param name="Devices">Computers and tablets that learners can use at school.</param>
/// <param name="Learners">How many learners there are for them.</param>
public sealed record InfrastructureReported(DateTimeOffset At, string By, Bin School, int Devices, int Learners, Connectivity Connectivity)
    : InfrastructureEvent(At, By);

/// <summary>
/// Devices and line of a school as it reported them: the last report counts (requirements AI-26, AI-32). Pure: the same events give the same.
/// </summary>
public sealed record SchoolInfrastructure : IFolded
{
    /// <summary>More of either is a slip of the pen.</summary>
    public const int CountMax = 100_000;

    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>All reports, oldest first; at least one.</summary>
    public required IReadOnlyList<InfrastructureReported> Reports { get; init; }

    [JsonIgnore]
    public InfrastructureReported Newest => Reports[^1];

    /// <summary>Folds all reports. Throws <see cref="InvalidDataException"/> when there is none.</summary>
    public static SchoolInfrastructure Of(string id, IEnumerable<InfrastructureEvent> events)
    {
        List<InfrastructureReported> reports =
        [
            .. events.Select(e => e as InfrastructureReported ?? throw new InvalidDataException($"An event of an unknown kind: {e.GetType().Name}.")),
        ];
        return reports.Count > 0
            ? new SchoolInfrastructure { Id = id, Version = reports.Count, Reports = reports }
            : throw new InvalidDataException($"The infrastructure {id} has no events.");
    }
}
