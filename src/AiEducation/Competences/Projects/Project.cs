using System.Text.Json.Nodes;

namespace Mortanba.AiEducation;

/// <summary>A learner's project with AI: scope, data, model card and reflection (requirement AI-29). In: the events. Pure.</summary>
public sealed record Project : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>Account of the learner.</summary>
    public required string Account { get; init; }

    /// <summary>Pseudonym.</summary>
    public required string Learner { get; init; }

    /// <summary>BIN.</summary>
    public required string School { get; init; }

    public required string Title { get; init; }

    public ProjectScope? Scope { get; init; }

    public ProjectData? Data { get; init; }

    public ModelCard? Model { get; init; }

    public Reflection? Reflection { get; init; }

    /// <summary>Null while it goes on.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Parts that are not written yet: <c>scope</c>, <c>data</c>, <c>model</c>, <c>reflection</c>.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. new (string Name, object? Written)[] { ("scope", Scope), ("data", Data), ("model", Model), ("reflection", Reflection) }
            .Where(p => p.Written is null).Select(p => p.Name),
    ];

    /// <summary>Folds a project. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static Project Of(string id, IEnumerable<ProjectEvent> events)
    {
        Project? found = null;
        foreach (var happened in events)
        {
            found = found?.With(happened) ?? (happened is ProjectBegun b
                ? new Project { Id = id, Version = 1, Account = b.By, Learner = b.Learner, School = b.School, Title = b.Title }
                : throw new InvalidDataException($"The project {id} does not begin with its beginning."));
        }

        return found ?? throw new InvalidDataException($"The project {id} has no events.");
    }

    /// <summary>The project after one more event.</summary>
    public Project With(ProjectEvent happened) => (happened switch
    {
        ScopeWritten s => this with { Scope = s.Scope },
        DataNamed d => this with { Data = d.Data },
        ModelDescribed m => this with { Model = m.Card },
        ReflectionWritten r => this with { Reflection = r.Reflection },
        ProjectFinished f => this with { FinishedAt = f.At },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    }) with
    { Version = Version + 1 };

    /// <summary>
    /// The data of the project as machines read them: a schema.org <c>Dataset</c> in JSON-LD with its maker and licence. Null while no data are named.
    /// </summary>
    public JsonObject? DataCard() => Data is not { } data ? null : new JsonObject
    {
        ["@context"] = "https://schema.org",
        ["@type"] = "Dataset",
        ["identifier"] = Id,
        ["name"] = data.Name,
        ["description"] = data.Description,
        ["creator"] = new JsonObject { ["@type"] = "Organization", ["name"] = data.Maker },
        ["license"] = data.Licence,
        ["url"] = data.Source,
    };
}
