using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>
/// One case, as its events make it. In: the events. Out: everything that is known of it. Pure: the same events give the same case, byte
/// for byte (<see cref="CaseRecord"/>). What may happen next is decided by the acts in <c>Cases/Acts</c>, each of which gives one event.
/// </summary>
public sealed record RecognitionCase
{
    public required string Id { get; init; }

    /// <summary>How many events: whoever acts names the version they read.</summary>
    public int Version { get; init; }

    public CaseStage Stage { get; init; }

    /// <summary>What it is called in letters; null while a draft.</summary>
    public string? Number { get; init; }

    /// <summary>Account of who files it.</summary>
    public required string Applicant { get; init; }

    public required Holder Holder { get; init; }

    public Representation? Representation { get; init; }

    public HolderKind HolderKind { get; init; }

    public RecognitionPurpose Purpose { get; init; }

    public required Qualification Qualification { get; init; }

    public CaseTerms? Terms { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When the last item that was owed came in; the clock runs from there.</summary>
    public DateTimeOffset? CompleteAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public IReadOnlyList<CaseDocument> Documents { get; init; } = [];

    /// <summary>What was asked for, once; null while nothing was.</summary>
    public IReadOnlyList<MissingItem>? Asked { get; init; }

    public IReadOnlyList<LoggedWait> Waits { get; init; } = [];

    public string? Evaluator { get; init; }

    public string? SecondEvaluator { get; init; }

    public string? DecisionMaker { get; init; }

    public AuthenticityFinding? Authenticity { get; init; }

    public IssuerRightFinding? IssuerRight { get; init; }

    /// <summary>The interview that stands in for documents: its record among the documents.</summary>
    public string? Interview { get; init; }

    public IReadOnlyList<SavedAssessment> Assessments { get; init; } = [];

    public ProposedDecision? Proposal { get; init; }

    /// <summary>The decision in force; after an appeal that changed it, the new one.</summary>
    public DecisionTaken? Decision { get; init; }

    public Appeal? Appeal { get; init; }

    public IReadOnlyList<Remark> Remarks { get; init; } = [];

    public IReadOnlyList<Suggestion> Suggestions { get; init; } = [];

    /// <summary>Everybody of the body who had a hand in the comparison or the decision: none of them reviews an appeal.</summary>
    public IEnumerable<string> TookPart => Assessments.Select(a => a.Assessment.Evaluator)
        .Concat([Evaluator, SecondEvaluator, DecisionMaker, Proposal?.DecidedBy, Decision?.Decision.DecidedBy]).OfType<string>().Distinct();

    public IReadOnlyList<Evidence> Evidence => [.. Documents.Select(d => new Evidence(d.Id, d.Source))];

    /// <summary>What the body still waits for of what it asked.</summary>
    public IEnumerable<MissingItem> Missing => Asked?.Where(m => !Documents.Any(d => d.Item == m.Item && d.Source == EvidenceSource.Applicant && d.At > AskedAt)) ?? [];

    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Waits that last.</summary>
    public IEnumerable<LoggedWait> OpenWaits => Waits.Where(w => w.Wait.Until is null);

    /// <summary>Reads the clock; null while it has not begun. It stops with the first decision: an appeal has a term of its own.</summary>
    public Outcome<ClockReading>? Clock(CaseClock clock, DateTimeOffset now) => CompleteAt is { } complete && Terms is { } terms
        ? clock.Read(complete, [.. Waits.Select(w => w.Wait)], terms.LimitDays, (Appeal is { Outcome: not AppealOutcome.Return } appeal ? appeal.Original.At : Decision?.At) ?? EndedAt ?? now)
        : default(Outcome<ClockReading>?);

    /// <summary>The days of the clock, to be drawn; null while it has not begun.</summary>
    public Outcome<IReadOnlyList<ClockDay>>? ClockDays(CaseClock clock, DateTimeOffset now) => CompleteAt is { } complete && Terms is { } terms
        ? clock.Days(complete, [.. Waits.Select(w => w.Wait)], terms.LimitDays, Decision?.At ?? EndedAt ?? now)
        : default(Outcome<IReadOnlyList<ClockDay>>?);

    /// <summary>Folds a whole case. Throws <see cref="InvalidDataException"/> when the events are those of no case.</summary>
    public static RecognitionCase Of(string id, IEnumerable<CaseEvent> events)
    {
        RecognitionCase? found = null;
        foreach (var happened in events)
        {
            found = found is null ? Opened(id, happened) : found.With(happened);
        }

        return found ?? throw new InvalidDataException($"The case {id} has no events.");
    }

    /// <summary>The case after one more event.</summary>
    public RecognitionCase With(CaseEvent happened) => Changed(happened) with { Version = Version + 1 };

    public CaseDocument? Document(string id) => Documents.FirstOrDefault(d => d.Id == id);

    /// <summary>Refuses an act that has no place in this stage.</summary>
    internal Problem? Unless(params ReadOnlySpan<CaseStage> stages) => stages.Contains(Stage)
        ? null
        : new Problem("recognition/other-stage", $"The case is at another stage ({Stage}) for that.", ("stage", BasisRecord.Code(Stage)));

    private static RecognitionCase Opened(string id, CaseEvent first) => first is CaseDescribed d
        ? new RecognitionCase
        {
            Id = id,
            Version = 1,
            Applicant = d.By,
            OpenedAt = d.At,
            Holder = d.Holder,
            HolderKind = d.HolderKind,
            Purpose = d.Purpose,
            Qualification = d.Qualification,
            Representation = d.Representation,
        }
        : throw new InvalidDataException($"The case {id} does not begin with what the applicant says.");

    // Where a case came from when it was laid before the decision maker.
    private CaseStage Before() => Authenticity?.Result == Recognition.Authenticity.NotConfirmed ? CaseStage.Authenticity
        : Terms!.Route == CaseRoute.AuthenticityOnly ? CaseStage.IssuerRight
        : CaseStage.Evaluation;

    private RecognitionCase Changed(CaseEvent happened) => happened switch
    {
        CaseDescribed d => this with
        {
            Holder = d.Holder,
            HolderKind = d.HolderKind,
            Purpose = d.Purpose,
            Qualification = d.Qualification,
            Representation = d.Representation,
        },
        DocumentAdded d => this with { Documents = [.. Documents, d.Document] },
        DocumentRemoved d => this with { Documents = [.. Documents.Where(one => one.Id != d.Document)] },
        CaseSubmitted s => this with { Stage = CaseStage.Intake, Number = s.Number, Terms = s.Terms, SubmittedAt = s.At },
        MissingAsked m => this with { Stage = CaseStage.Incomplete, Asked = m.Items, AskedAt = m.At },
        MissingAnswered => this with { Stage = CaseStage.Intake },
        InformationComplete c => this with { Stage = CaseStage.Authenticity, CompleteAt = c.Since },
        CaseAssigned a => this with
        {
            Evaluator = a.Evaluator ?? Evaluator,
            SecondEvaluator = a.Second ?? SecondEvaluator,
            DecisionMaker = a.DecisionMaker ?? DecisionMaker,
        },
        WaitBegan w => this with { Waits = [.. Waits, new LoggedWait(w.Wait, w.About, new Wait(w.For, w.At))] },
        WaitEnded w => this with
        {
            Waits = [.. Waits.Select(one => one.Id == w.Wait ? one with { Wait = one.Wait with { Until = w.At } } : one)],
        },
        AuthenticityFound a => this with
        {
            Authenticity = a.Finding,
            Stage = a.Finding.Result == Recognition.Authenticity.NotConfirmed ? CaseStage.Decision : CaseStage.IssuerRight,
        },
        IssuerRightFound r => this with
        {
            IssuerRight = r.Finding,
            Stage = Terms!.Route == CaseRoute.AuthenticityOnly ? CaseStage.Decision : CaseStage.Evaluation,
        },
        InterviewHeld i => this with { Interview = i.Document },
        AssessmentSaved a => this with
        {
            Assessments =
            [
                .. Assessments.Where(one => one.Assessment.Evaluator != a.By), new SavedAssessment(a.Assessment, a.IsFinished, a.At),
            ],
        },
        DecisionProposed p => this with { Stage = CaseStage.Decision, Proposal = p.Proposal },
        CaseSentBack => this with { Stage = Before(), Proposal = null },
        CaseDecided d => this with
        {
            Decision = d.Decision,
            Stage = d.Decision.Decision.NoDecision == NoDecisionReason.NotAuthentic ? CaseStage.NotAuthentic : CaseStage.Issued,
        },
        AppealFiled a => this with { Stage = CaseStage.Appealed, Appeal = new Appeal(a.Words, a.At, Decision!) },
        AppealTaken a => this with { Appeal = Appeal! with { Reviewer = a.By } },
        AppealDecided a => this with
        {
            Appeal = Appeal! with { Outcome = a.Outcome, Reason = a.Reason, Reviewer = a.By },
            Decision = a.Outcome switch
            {
                AppealOutcome.Uphold => Decision,
                AppealOutcome.Change => a.Changed,
                AppealOutcome.Return => null,
            },
            Proposal = a.Outcome == AppealOutcome.Return ? null : Proposal,
            Assessments = a.Outcome == AppealOutcome.Return ? [.. Assessments.Select(one => one with { IsFinished = false })] : Assessments,
            Stage = a.Outcome == AppealOutcome.Return ? CaseStage.Evaluation : CaseStage.Closed,
            EndedAt = a.Outcome == AppealOutcome.Return ? null : a.At,
        },
        CaseWithdrawn w => this with { Stage = CaseStage.Withdrawn, EndedAt = w.At },
        CaseRebased r => this with { Terms = r.Terms },
        CaseEnded e => this with { Stage = CaseStage.Closed, EndedAt = e.At },
        RemarkAdded r => this with { Remarks = [.. Remarks, new Remark(r.At, r.By, r.Text, r.IsForApplicant)] },
        SuggestionMade s => this with { Suggestions = [.. Suggestions, s.Suggestion] },
        SuggestionAnswered s => this with
        {
            Suggestions =
            [
                .. Suggestions.Select(one => one.Id != s.Suggestion ? one
                    : s.IsConfirmed ? one with { ConfirmedBy = s.By } : one with { RejectedBy = s.By }),
            ],
        },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    };
}
