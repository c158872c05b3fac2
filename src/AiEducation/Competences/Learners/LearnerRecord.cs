using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Something that happened to a learner's record of competences.</summary>
/// <param name="By">Account of who did it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LearnerRecordOpened), "opened")]
[JsonDerivedType(typeof(BlockShown), "shown")]
public abstract record LearnerRecordEvent(DateTimeOffset At, string By) : IHappened;

/// <param name="Learner">Pseudonym.</param>
/// <param name="School">BIN.</param>
public sealed record LearnerRecordOpened(DateTimeOffset At, string By, string Learner, string School) : LearnerRecordEvent(At, By);

/// <param name="Grade">The learner's grade on that day.</param>
/// <param name="Basis">What it was seen by: a task, a project, an observation.</param>
public sealed record BlockShown(DateTimeOffset At, string By, string Block, int Grade, string Basis) : LearnerRecordEvent(At, By);

/// <summary>The blocks a learner has shown (requirement AI-17). In: the events. Out: each block with when and by what it was seen. Pure.</summary>
public sealed record LearnerRecord : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>Pseudonym.</summary>
    public required string Learner { get; init; }

    /// <summary>BIN.</summary>
    public required string School { get; init; }

    /// <summary>The first time each was seen, in that order.</summary>
    public IReadOnlyList<BlockShown> Shown { get; init; } = [];

    /// <summary>Folds a whole record. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static LearnerRecord Of(string id, IEnumerable<LearnerRecordEvent> events)
    {
        LearnerRecord? found = null;
        foreach (var happened in events)
        {
            found = (found, happened) switch
            {
                (null, LearnerRecordOpened o) => new LearnerRecord { Id = id, Version = 1, Learner = o.Learner, School = o.School },
                ({ } now, BlockShown s) => now with { Version = now.Version + 1, Shown = [.. now.Shown, s] },
                _ => throw new InvalidDataException($"The record {id} does not hold a {happened.GetType().Name} there."),
            };
        }

        return found ?? throw new InvalidDataException($"The record {id} has no events.");
    }

    public BlockShown? Find(string block) => Shown.FirstOrDefault(s => s.Block == block);

    /// <summary>Each block with where it is looked for and whether it was seen, in the order of the framework.</summary>
    public IReadOnlyList<BlockProgress> Progress(CompetenceFramework framework, CompetenceCrosswalk crosswalk, int grade) =>
    [
        .. framework.Blocks.Select(b => new BlockProgress(
            b, Find(b.Id), crosswalk.BandOf(grade) is { } band && crosswalk.PlaceOf(b.Id)?.Bands.Contains(band.Id) == true)),
    ];
}

/// <summary>A block of one learner.</summary>
/// <param name="Shown">Null while it was not seen.</param>
/// <param name="IsLookedFor">The crosswalk looks for it in the learner's band of grades.</param>
public sealed record BlockProgress(CompetenceBlock Block, BlockShown? Shown, bool IsLookedFor);

/// <summary>A teacher saw a block in what a learner did. Learners do not say so of themselves.</summary>
public static class ShowBlock
{
    /// <param name="own">Account of the learner; null when they have none.</param>
    public static Outcome<LearnerRecordEvent> Of(
        LearnerRecord now, string by, string? own, string block, int grade, string basis, CompetenceFramework framework, CompetenceCrosswalk crosswalk,
        DateTimeOffset at) =>
        by == own ? CompetenceRefusals.Own
        : framework.Find(block) is null ? CompetenceRefusals.UnknownBlock(block)
        : crosswalk.BandOf(grade) is null ? CompetenceRefusals.UnknownGrade(grade)
        : now.Find(block) is not null ? CompetenceRefusals.Counted
        : !CompetenceRefusals.Words(basis).TryGet(out var words, out var problem) ? problem
        : new BlockShown(at, by, block, grade, words);
}
