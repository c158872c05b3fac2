using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// A case of academic integrity, as its events make it (requirements AI-22, AI-23). In: the events. Out: grounds, what the learner said,
/// who decides, how it ended. Pure.
/// </summary>
/// <remarks>
/// The acts refuse what is not allowed; this fold refuses it again: events by which a breach rests on a detector alone, a learner was not
/// heard, or a program or somebody outside the committee decided, make no case.
/// </remarks>
public sealed record IntegrityCase : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>BIN.</summary>
    public required string School { get; init; }

    /// <summary>Pseudonym.</summary>
    public required string Learner { get; init; }

    public string? Work { get; init; }

    public required string Title { get; init; }

    public required string ReportedBy { get; init; }

    public required DateTimeOffset ReportedAt { get; init; }

    public CaseState State { get; init; }

    public required IReadOnlyList<BroughtGround> Grounds { get; init; }

    public required DateOnly NoticeBy { get; init; }

    public required DateOnly DecisionBy { get; init; }

    /// <summary>The newest notice; its terms are those of the first.</summary>
    public LearnerNotified? Notice { get; init; }

    /// <summary>What the learner and the parents wrote.</summary>
    public IReadOnlyList<LearnerSaid> Said { get; init; } = [];

    /// <summary>The newest hearing.</summary>
    public LearnerHeard? Hearing { get; init; }

    public OralCheckHeld? OralCheck { get; init; }

    /// <summary>Who decides now; null until they are named.</summary>
    public Panel? Panel { get; init; }

    public CaseDecided? Decision { get; init; }

    public CaseDismissed? Dismissal { get; init; }

    public CaseAppealed? Appeal { get; init; }

    public AppealDecided? AppealDecision { get; init; }

    public CaseClosed? Closing { get; init; }

    /// <summary>Everybody who acted or was named: none of them decides an appeal.</summary>
    public IReadOnlyList<string> TookPart { get; init; } = [];

    /// <summary>Who may not be named now: who accused, and for an appeal whoever took part; whoever sits already may stay.</summary>
    public IEnumerable<string> Barred => (State == CaseState.Appealed ? TookPart : Accusers).Except(Panel?.Members ?? []);

    /// <summary>The learner and the parents see it: from the notice on, or once it is over.</summary>
    public bool IsShown => Notice is not null || State != CaseState.Open;

    /// <summary>Who reported it or brought a ground: none of them decides.</summary>
    public IEnumerable<string> Accusers => Grounds.Select(g => g.By).Append(ReportedBy).Distinct();

    /// <summary>At least one ground besides scores of detectors (requirement AI-22).</summary>
    public bool HasIndependentGround => Grounds.Any(g => g.Ground.IsIndependent);

    /// <summary>Every ground was told to the learner, what came of an oral check too.</summary>
    public bool IsTold => Notice is not null && IsToldAll;

    /// <summary>Heard after the newest notice, or invited in vain.</summary>
    public bool IsHeard => Hearing is not null && IsHeardSince;

    // By the order of events, not by their times: two may come in one instant.
    private bool IsToldAll { get; init; }

    private bool IsHeardSince { get; init; }

    /// <summary>What was found, and stands.</summary>
    public IntegrityFinding? Finding => AppealDecision?.Finding ?? Decision?.Finding;

    /// <summary>What follows, and stands.</summary>
    public IReadOnlyList<string> Remedies => AppealDecision?.Remedies ?? Decision?.Remedies ?? [];

    /// <summary>The day by which the next step is due; null where none is.</summary>
    public DateOnly? DueBy => State switch
    {
        CaseState.Open => Notice is null ? NoticeBy : IsTold && IsHeard ? DecisionBy : Notice.HearBy,
        CaseState.Decided => Decision!.AppealUntil,
        CaseState.Appealed => Appeal!.DecideBy,
        CaseState.Final or CaseState.Closed => null,
    };

    /// <summary>Folds a whole case. Throws <see cref="InvalidDataException"/> when the events are those of no case that the rules allow.</summary>
    public static IntegrityCase Of(string id, IEnumerable<IntegrityEvent> events)
    {
        IntegrityCase? found = null;
        foreach (var happened in events)
        {
            found = found is null ? Opened(id, happened) : found.With(happened);
        }

        return found ?? throw new InvalidDataException($"The case {id} has no events.");
    }

    /// <summary>The case after one more event.</summary>
    public IntegrityCase With(IntegrityEvent happened) => Changed(happened) with
    {
        Version = Version + 1,
        TookPart = [.. TookPart.Concat(Parts(happened)).Distinct()],
    };

    private static IEnumerable<string> Parts(IntegrityEvent happened) => happened switch
    {
        LearnerSaid or CaseAppealed => [],
        CommitteeNamed named => [named.By, .. named.Members],
        MemberReplaced replaced => [replaced.By, replaced.With],
        _ => [happened.By],
    };

    private static IntegrityCase Opened(string id, IntegrityEvent first) => first is CaseReported r
        ? new IntegrityCase
        {
            Id = id,
            Version = 1,
            School = r.School,
            Learner = r.Learner,
            Work = r.Work,
            Title = r.Title,
            ReportedBy = r.By,
            ReportedAt = r.At,
            Grounds = [new BroughtGround(r.Ground, r.By, r.At)],
            NoticeBy = r.NoticeBy,
            DecisionBy = r.DecisionBy,
            TookPart = [r.By],
        }
        : throw new InvalidDataException($"The case {id} does not begin with a report.");

    private IntegrityCase Changed(IntegrityEvent happened) => happened switch
    {
        GroundAdded g => this with { Grounds = [.. Grounds, new BroughtGround(g.Ground, g.By, g.At)], IsToldAll = false },
        LearnerNotified n => this with { Notice = n, IsToldAll = true, IsHeardSince = false },
        LearnerSaid s => this with { Said = [.. Said, s] },
        LearnerHeard h => this with { Hearing = h, IsHeardSince = true },
        OralCheckHeld o when OralCheck is null => this with
        {
            OralCheck = o,
            IsToldAll = IsToldAll && o.Result == OralResult.Explains,
            Grounds = o.Result == OralResult.Explains ? Grounds : [.. Grounds, new BroughtGround(new Ground(GroundKind.OralCheck, o.Words), o.By, o.At)],
        },
        CommitteeNamed c when !c.Members.Any(Barred.Contains) => this with { Panel = new Panel(c.Members, []) },
        MemberReplaced r when Panel is { } panel && panel.MayLeave(r.Member) && !panel.Members.Contains(r.With) && !Barred.Contains(r.With)
            => this with { Panel = panel with { Members = [.. panel.Members.Select(m => m == r.Member ? r.With : m)] } },
        MemberVoted v when Panel is { } panel && panel.Members.Contains(v.By) && panel.Votes.All(old => old.By != v.By)
            => this with { Panel = panel with { Votes = [.. panel.Votes, new Vote(v.By, v.Finding, v.Reason)] } },
        CaseDecided d when MayFind(d.IsPerson, d.By, d.Finding) && State == CaseState.Open
            => this with { Decision = d, State = d.Finding == IntegrityFinding.NoBreach ? CaseState.Final : CaseState.Decided },
        CaseDismissed d when d.IsPerson && State == CaseState.Open => this with { Dismissal = d, State = CaseState.Final },
        CaseAppealed a when State == CaseState.Decided => this with { Appeal = a, State = CaseState.Appealed, Panel = null },
        AppealDecided a when State == CaseState.Appealed && (IsLapsed(a) || MayFind(a.IsPerson, a.By, a.Finding))
            => this with { AppealDecision = a, State = CaseState.Final },
        CaseClosed c when c.IsPerson && State is CaseState.Decided or CaseState.Final => this with { Closing = c, State = CaseState.Closed },
        _ => throw new InvalidDataException($"The case {Id} cannot take this event: {happened.GetType().Name}."),
    };

    // Found too late, so for the learner, whatever the committee voted.
    private bool IsLapsed(AppealDecided a) =>
        a is { IsPerson: true, Finding: IntegrityFinding.NoBreach, Remedies.Count: 0 } && a.LapsedOn > Appeal!.DecideBy;

    // A person of the whole committee, what most of it found, and no breach without a ground besides a detector, or without a hearing.
    private bool MayFind(bool isPerson, string by, IntegrityFinding finding) =>
        isPerson && Panel is { } panel && panel.Members.Contains(by) && panel.Majority == finding
        && (finding == IntegrityFinding.NoBreach || (HasIndependentGround && IsTold && IsHeard));
}
