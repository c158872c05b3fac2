namespace Mortanba.AiEducation;

/// <summary>Where a work stands.</summary>
public enum WorkState
{
    /// <summary>Back with the learner: the statement is missing, or the own part is too small.</summary>
    Returned,

    HandedIn,
    Graded,
}

/// <summary>
/// A learner's work on one task, as its events make it. In: the events. Out: what was handed in, the grade, the requests. Pure.
/// </summary>
/// <remarks>A proposal of a program cannot be read from here before a person has decided: <see cref="Proposal"/> is null until then.</remarks>
public sealed record LearnerWork : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>
    /// The version in which what a person decides about became what it is. That a program read the work, or could not, leaves it as it is: nobody
    /// who decides is sent back for that.
    /// </summary>
    public int Edition { get; init; }

    /// <summary>Id of the task.</summary>
    public required string Task { get; init; }

    /// <summary>BIN.</summary>
    public required string School { get; init; }

    /// <summary>Pseudonym.</summary>
    public required string Learner { get; init; }

    public required int Level { get; init; }

    public WorkState State { get; init; }

    public required WorkDraft Draft { get; init; }

    public required DateTimeOffset HandedInAt { get; init; }

    public IReadOnlyList<WorkFinding> Findings { get; init; } = [];

    public IReadOnlyList<string> OtherTools { get; init; } = [];

    /// <summary>Ids of the systems that were given the text as it was handed in, without those that could not read it.</summary>
    public IReadOnlyList<string> ReadBy { get; init; } = [];

    /// <summary>Ids of the systems that were given it and could not read it; said once, it stands until the work is handed in anew.</summary>
    public IReadOnlyList<string> NotReadableBy { get; init; } = [];

    /// <summary>There is one; what it says is seen after the decision.</summary>
    public bool HasProposal => Sealed is not null;

    /// <summary>What a program proposed; null before the teacher's own decision (requirement AI-14).</summary>
    public GradeProposal? Proposal => Grade is null ? null : Sealed;

    /// <summary>The grade that stands: the teacher's, or the one after an objection.</summary>
    public WorkGrade? Grade { get; init; }

    /// <summary>Accounts of all who ever set the grade: none of them answers an objection to it.</summary>
    public IReadOnlyList<string> Graders { get; init; } = [];

    public IReadOnlyList<Objection> Objections { get; init; } = [];

    internal GradeProposal? Sealed { get; init; }

    /// <summary>One learner has one work on a task: handing in twice meets in one stream.</summary>
    public static string IdOf(string task, string learner) =>
        "w-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{task}\n{learner}"))[..10]);

    /// <summary>Folds a whole work. Throws <see cref="InvalidDataException"/> when the events are those of no work, or a program decided.</summary>
    public static LearnerWork Of(string id, IEnumerable<WorkEvent> events)
    {
        LearnerWork? found = null;
        foreach (var happened in events)
        {
            found = found is null ? Opened(id, happened) : found.With(happened);
        }

        return found ?? throw new InvalidDataException($"The work {id} has no events.");
    }

    /// <summary>The work after one more event.</summary>
    public LearnerWork With(WorkEvent happened)
    {
        var next = Changed(happened) with { Version = Version + 1 };
        return happened is WorkRead or WorkNotReadable && next.HasProposal == HasProposal ? next : next with { Edition = next.Version };
    }

    private static LearnerWork Opened(string id, WorkEvent first) => first is WorkHandedIn h
        ? Handed(
            new LearnerWork { Id = id, Version = 1, Edition = 1, Task = h.Task, School = h.School, Learner = h.Learner, Level = h.Level, Draft = h.Draft, HandedInAt = h.At }, h)
        : throw new InvalidDataException($"The work {id} does not begin with being handed in.");

    private static LearnerWork Handed(LearnerWork work, WorkHandedIn h) => work with
    {
        Draft = h.Draft,
        HandedInAt = h.At,
        Findings = h.Findings,
        OtherTools = h.OtherTools,
        State = h.Findings.Any(HandInWork.SendsBack) ? WorkState.Returned : WorkState.HandedIn,

        // Read, and proposed, was what was handed in before.
        ReadBy = [],
        NotReadableBy = [],
        Sealed = null,
    };

    private LearnerWork Changed(WorkEvent happened) => happened switch
    {
        WorkHandedIn h when Grade is null => Handed(this, h),
        WorkRead r when Grade is null => this with { ReadBy = [.. ReadBy, r.System] },
        WorkNotReadable n when Grade is null => this with
        {
            ReadBy = [.. ReadBy.Where(s => s != n.System)],
            NotReadableBy = [.. NotReadableBy, n.System],
            Sealed = Sealed?.System == n.System ? null : Sealed,
        },
        GradeProposed p when Grade is null => this with { Sealed = p.Proposal },
        GradeDecided g when g.IsPerson && Grade is null && State == WorkState.HandedIn
            => this with { Grade = new WorkGrade(g.Score, g.By, g.Role, g.Reason, g.At), Graders = [g.By], State = WorkState.Graded },
        ObjectionMade o => this with { Objections = [.. Objections, new Objection(o.Asks, o.By, o.Words, o.At, o.AnswerBy)] },
        ObjectionAnswered a when a.IsPerson => this with
        {
            Objections = [.. Objections.Select(o => o.IsOpen && o.Kind == a.To ? o with { Answer = a } : o)],
            Grade = a.Score is { } score ? new WorkGrade(score, a.By, a.Role, a.Words, a.At) : Grade,
            Graders = a.Score is null ? Graders : [.. Graders.Append(a.By).Distinct()],
        },
        _ => throw new InvalidDataException($"The work {Id} cannot take this event in its state: {happened.GetType().Name}."),
    };
}
