using System.Text.Json.Serialization;

namespace Mortanba.AiEducation;

/// <summary>What a teacher asks for, and which AI it allows (requirement AI-19).</summary>
/// <param name="Class">Class or group that gets it.</param>
/// <param name="Level">Of the AI Assessment Scale, 1 to 5.</param>
/// <param name="Tools">Systems of the register that may be used, by id; empty at level 1.</param>
/// <param name="OwnPart">Percent of the work that the learner makes themselves, at least.</param>
/// <param name="IsControlled">Done under supervision: level 1 asks for it.</param>
/// <param name="MaxScore">Highest score, 1 to 100.</param>
public sealed record TaskTerms(
    string Title, string Words, string Class, int Level, IReadOnlyList<string> Tools, int OwnPart, bool IsControlled, int MaxScore,
    DateTimeOffset DueAt);

/// <summary>Something that happened to a task. It names no learner.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TaskSet), "set")]
[JsonDerivedType(typeof(TaskHandedOver), "handed-over")]
[JsonDerivedType(typeof(TaskWithdrawn), "withdrawn")]
public abstract record TaskEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>Opens it. Whoever sets it is its teacher.</summary>
/// <param name="School">BIN.</param>
/// <param name="Rule">Pack, version, hash and rule it was set under.</param>
public sealed record TaskSet(DateTimeOffset At, string By, string School, TaskTerms Terms, string Rule) : TaskEvent(At, By);

/// <summary>Another teacher of the class grades it from now on.</summary>
public sealed record TaskHandedOver(DateTimeOffset At, string By, string To) : TaskEvent(At, By);

public sealed record TaskWithdrawn(DateTimeOffset At, string By, string Reason) : TaskEvent(At, By);

/// <summary>One task, as its events make it.</summary>
public sealed record AssessmentTask : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>BIN.</summary>
    public required string School { get; init; }

    /// <summary>Account of the teacher of that class: nobody else grades its works.</summary>
    public required string Teacher { get; init; }

    public required TaskTerms Terms { get; init; }

    public required DateTimeOffset SetAt { get; init; }

    public bool IsWithdrawn { get; init; }

    /// <summary>Folds a whole task. Throws <see cref="InvalidDataException"/> when the events are those of no task.</summary>
    public static AssessmentTask Of(string id, IEnumerable<TaskEvent> events)
    {
        AssessmentTask? found = null;
        foreach (var happened in events)
        {
            found = found is null ? Opened(id, happened) : found.With(happened);
        }

        return found ?? throw new InvalidDataException($"The task {id} has no events.");
    }

    public AssessmentTask With(TaskEvent happened) => happened switch
    {
        TaskHandedOver h when !IsWithdrawn => this with { Version = Version + 1, Teacher = h.To },
        TaskWithdrawn => this with { Version = Version + 1, IsWithdrawn = true },
        _ => throw new InvalidDataException($"The task {Id} cannot take this event in its state: {happened.GetType().Name}."),
    };

    private static AssessmentTask Opened(string id, TaskEvent first) => first is TaskSet set
        ? new AssessmentTask { Id = id, Version = 1, School = set.School, Teacher = set.By, Terms = set.Terms, SetAt = set.At }
        : throw new InvalidDataException($"The task {id} does not begin with being set.");
}
