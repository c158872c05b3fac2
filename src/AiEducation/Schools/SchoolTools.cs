using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Who may use a system in a school.</summary>
public enum ToolRole
{
    Learner,
    Teacher,

    /// <summary>Who plans, writes letters, reports.</summary>
    Administration,
}

/// <summary>One system as a school allows it: never wider than its approval (requirement AI-11).</summary>
/// <param name="System">Its id in the register.</param>
/// <param name="AgeFrom">Whole years of the youngest learner.</param>
/// <param name="AgeTo">Of the oldest; null: no upper limit.</param>
/// <param name="Until">Last day.</param>
/// <param name="WithoutAi">The equal way without AI (requirement AI-12), in the school's words; empty when learners do not use it.</param>
/// <param name="Masks">A learner's text with personal data goes to it with placeholders; else it does not go at all (requirement AI-10).</param>
public sealed record AllowedTool(
    string System, IReadOnlyList<ToolRole> Roles, IReadOnlyList<AiPurpose> Purposes, int AgeFrom, int? AgeTo, DateOnly Until, string WithoutAi,
    bool Masks = false)
{
    /// <summary>It may look at what learners wrote, for their teacher.</summary>
    [JsonIgnore]
    public bool ReadsWorks => Roles.Contains(ToolRole.Teacher) && Purposes.Contains(AiPurpose.AssessmentAid);

    /// <summary>Learners use it or are read by it: they may refuse, and their parents are asked.</summary>
    [JsonIgnore]
    public bool ConcernsLearners => Roles.Contains(ToolRole.Learner) || ReadsWorks;
}

/// <summary>Something that happened to the tools of a school (<see cref="SchoolTools"/>).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ToolAllowed), "allowed")]
[JsonDerivedType(typeof(ToolEnded), "ended")]
public abstract record SchoolToolsEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>Allowed, or allowed otherwise than before.</summary>
public sealed record ToolAllowed(DateTimeOffset At, string By, Bin School, AllowedTool Tool) : SchoolToolsEvent(At, By);

public sealed record ToolEnded(DateTimeOffset At, string By, string System, string Reason) : SchoolToolsEvent(At, By);

/// <summary>The AI systems that one school allows (requirement AI-11). In: the events. Out: what is allowed; anything else is denied.</summary>
public sealed record SchoolTools : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    public required Bin School { get; init; }

    /// <summary>By the system's id.</summary>
    public IReadOnlyDictionary<string, AllowedTool> Allowed { get; init; } = new Dictionary<string, AllowedTool>();

    /// <summary>Folds the tools of a school. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static SchoolTools Of(string id, IEnumerable<SchoolToolsEvent> events)
    {
        SchoolTools? found = null;
        foreach (var happened in events)
        {
            found ??= happened is ToolAllowed first
                ? new SchoolTools { Id = id, School = first.School }
                : throw new InvalidDataException($"The tools {id} do not begin with a tool.");
            found = found.With(happened);
        }

        return found ?? throw new InvalidDataException($"The tools {id} have no events.");
    }

    /// <summary>The tools after one more event.</summary>
    public SchoolTools With(SchoolToolsEvent happened) => happened switch
    {
        ToolAllowed a => this with { Version = Version + 1, Allowed = new Dictionary<string, AllowedTool>(Allowed) { [a.Tool.System] = a.Tool } },
        ToolEnded e => this with { Version = Version + 1, Allowed = Allowed.Where(t => t.Key != e.System).ToDictionary() },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    };
}
