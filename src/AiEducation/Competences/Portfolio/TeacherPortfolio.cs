using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Where one piece of evidence stands.</summary>
public enum EvidenceState
{
    HandedIn,
    Met,
    NotMet,
    Withdrawn,
}

/// <summary>One piece of evidence for a block.</summary>
/// <param name="Assessed">Who said what of it; null while nobody did.</param>
/// <param name="Revoked">Who took that back and why; null when nobody did.</param>
public sealed record PortfolioEvidence(
    string Id, string Block, string What, string? Address, DateTimeOffset At, EvidenceState State, EvidenceAssessed? Assessed = null,
    AssessmentRevoked? Revoked = null);

/// <summary>
/// What a teacher can do with AI, by evidence that others assessed (requirement AI-16). In: the events. Out: the evidence and what it shows. Pure.
/// What may happen next is said by the acts beside it, each of which gives one event.
/// </summary>
public sealed record TeacherPortfolio : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>Account of the teacher.</summary>
    public required string Account { get; init; }

    /// <summary>Pseudonym in the school's directory.</summary>
    public required string Teacher { get; init; }

    /// <summary>BIN.</summary>
    public required string School { get; init; }

    /// <summary>In the order in which it was handed in; what was withdrawn stays.</summary>
    public IReadOnlyList<PortfolioEvidence> Evidence { get; init; } = [];

    public IReadOnlyList<QualificationRaised> Raised { get; init; } = [];

    /// <summary>Those in force; a level whose certificate was annulled can be certified anew.</summary>
    public IReadOnlyList<LevelCertified> Certificates { get; init; } = [];

    /// <summary>Folds a whole portfolio. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static TeacherPortfolio Of(string id, IEnumerable<PortfolioEvent> events)
    {
        TeacherPortfolio? found = null;
        foreach (var happened in events)
        {
            found = found?.With(happened) ?? (happened is PortfolioOpened o
                ? new TeacherPortfolio { Id = id, Version = 1, Account = o.By, Teacher = o.Teacher, School = o.School }
                : throw new InvalidDataException($"The portfolio {id} does not begin with its opening."));
        }

        return found ?? throw new InvalidDataException($"The portfolio {id} has no events.");
    }

    /// <summary>The portfolio after one more event.</summary>
    public TeacherPortfolio With(PortfolioEvent happened) => (happened switch
    {
        EvidenceHandedIn h => this with { Evidence = [.. Evidence, new PortfolioEvidence(h.Evidence, h.Block, h.What, h.Address, h.At, EvidenceState.HandedIn)] },
        EvidenceWithdrawn w => Changed(w.Evidence, e => e with { State = EvidenceState.Withdrawn }),
        EvidenceAssessed a => Changed(a.Evidence, e => e with { State = a.Met ? EvidenceState.Met : EvidenceState.NotMet, Assessed = a }),
        AssessmentRevoked r => Changed(r.Evidence, e => e with { State = EvidenceState.NotMet, Revoked = r }) with
        {
            Certificates = [.. Certificates.Where(c => !r.Annulled.Contains(c.Certificate))],
        },
        QualificationRaised r => this with { Raised = [.. Raised, r] },
        LevelCertified c => this with { Certificates = [.. Certificates, c] },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    }) with
    { Version = Version + 1 };

    public PortfolioEvidence? Find(string evidence) => Evidence.FirstOrDefault(e => e.Id == evidence);

    /// <summary>Some evidence that was not withdrawn shows the block.</summary>
    public bool Shows(string block) => Evidence.Any(e => e.Block == block && e.State == EvidenceState.Met);

    /// <summary>Holds a level in an aspect: its block and all blocks below it are met.</summary>
    public bool Holds(CompetenceFramework framework, string level, string aspect) =>
        framework.UpTo(level).All(l => Shows(framework.At(aspect, l).Id));

    /// <summary>Holds a level in every aspect.</summary>
    public bool Holds(CompetenceFramework framework, string level) => framework.Aspects.All(a => Holds(framework, level, a.Id));

    /// <summary>Every level held: in each aspect, and whole ones as <see cref="LevelReached.Whole"/>.</summary>
    public IReadOnlyList<LevelReached> Levels(CompetenceFramework framework) =>
    [
        .. framework.Levels.SelectMany(l => framework.Aspects.Where(a => Holds(framework, l.Id, a.Id)).Select(a => new LevelReached(l.Id, a.Id))
            .Concat(Holds(framework, l.Id) ? [new LevelReached(l.Id, LevelReached.Whole)] : [])),
    ];

    /// <summary>
    /// When the qualification is to be raised next: so many years after the last time (requirement AI-18). Null when it was never raised here: it
    /// is due, or was raised before this record began.
    /// </summary>
    public DateOnly? QualificationDue(TeacherQualification rules) =>
        Raised.Count == 0 ? null : Raised.Max(r => r.Day).AddYears(rules.Years);

    private TeacherPortfolio Changed(string evidence, Func<PortfolioEvidence, PortfolioEvidence> change) =>
        this with { Evidence = [.. Evidence.Select(e => e.Id == evidence ? change(e) : e)] };
}
