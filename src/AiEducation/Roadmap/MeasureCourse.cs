using System.Text.Json.Serialization;

namespace Mortanba.AiEducation;

/// <summary>How far a measure of the roadmap has come, as its owner reports it.</summary>
public enum MeasureStatus
{
    UnderWay,
    Done,

    /// <summary>It will not be carried out.</summary>
    Dropped,
}

/// <summary>Something that happened to a measure of the roadmap.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(MeasureReported), "reported")]
public abstract record MeasureEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>Its owner says how far it has come.</summary>
/// <param name="Words">What was done, for everybody to read.</param>
/// <param name="Evidence">Where it can be seen; null while there is nothing to show.</param>
public sealed record MeasureReported(DateTimeOffset At, string By, MeasureStatus Status, string Words, string? Evidence) : MeasureEvent(At, By);

/// <summary>
/// A measure of the roadmap as its reports make it (requirement AI-25). Name, owner, term and wanted evidence stand in the pack; here is what
/// was reported. Pure: the same events give the same.
/// </summary>
public sealed record MeasureCourse : IFolded
{
    public const int WordsLengthMax = 1_000;

    public static readonly EventKind<MeasureCourse, MeasureEvent> Kind = new(
        "measure", isPersonal: false, Of, m => new StreamSummary(EventWords.Of(m.Newest.Status), m.Measure),
        (now, happened) => happened is MeasureReported r ? [new EventFact("measure.reported", now.Measure, ("status", EventWords.Of(r.Status)))] : []);

    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>All reports, oldest first; at least one.</summary>
    public required IReadOnlyList<MeasureReported> Reports { get; init; }

    [JsonIgnore]
    public MeasureReported Newest => Reports[^1];

    /// <summary>Id in the pack.</summary>
    [JsonIgnore]
    public string Measure => Id[(Kind.Name.Length + 1)..];

    /// <summary>Id of the stream of a measure.</summary>
    public static string IdOf(string measure) => $"{Kind.Name}-{measure}";

    /// <summary>Folds all reports. Throws <see cref="InvalidDataException"/> when there is none.</summary>
    public static MeasureCourse Of(string id, IEnumerable<MeasureEvent> events)
    {
        List<MeasureReported> reports =
        [
            .. events.Select(e => e as MeasureReported ?? throw new InvalidDataException($"An event of an unknown kind: {e.GetType().Name}.")),
        ];
        return reports.Count > 0
            ? new MeasureCourse { Id = id, Version = reports.Count, Reports = reports }
            : throw new InvalidDataException($"The measure {id} has no events.");
    }
}
