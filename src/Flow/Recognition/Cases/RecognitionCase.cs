using System.Text.Json.Serialization;
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

    /// <summary>What was set right of the qualification leads to other law than that of the terms: nothing is decided before a person puts the case under it.</summary>
    public bool IsLawOther { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When the last item that was owed came in; the clock runs from there.</summary>
    public DateTimeOffset? CompleteAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was decided first; an appeal does not move it, a return takes it away.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>When the applicant said that they brought what they can.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When the applicant was reminded of what is asked for; null while they were not.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>When the term of their answer was found to be over; null while it is not.</summary>
    public DateTimeOffset? LapsedAt { get; init; }

    /// <summary>From a decision to its return by an appeal: the clock of the evaluation stood still.</summary>
    public IReadOnlyList<Wait> Standstills { get; init; } = [];

    public IReadOnlyList<CaseDocument> Documents { get; init; } = [];

    /// <summary>What was asked for; null while nothing was.</summary>
    public IReadOnlyList<MissingItem>? Asked { get; init; }

    public IReadOnlyList<LoggedWait> Waits { get; init; } = [];

    public string? Evaluator { get; init; }

    public string? SecondEvaluator { get; init; }

    public string? DecisionMaker { get; init; }

    /// <summary>Everybody who has or had the place of an evaluator in it, also if somebody else has it now.</summary>
    public IReadOnlyList<string> Evaluators { get; init; } = [];

    public AuthenticityFinding? Authenticity { get; init; }

    /// <summary>Who found it; null while nobody has.</summary>
    public string? AuthenticityBy { get; init; }

    public IssuerRightFinding? IssuerRight { get; init; }

    /// <summary>The interview that stands in for documents: its record among the documents.</summary>
    public string? Interview { get; init; }

    /// <summary>The other evaluator who held it, and who has to confirm its record.</summary>
    public string? InterviewOther { get; init; }

    /// <summary>Both stand by its record; before, it is no evidence.</summary>
    public bool IsInterviewConfirmed { get; init; }

    /// <summary>Of the ceiling of a treaty the body was told: false, that it is near; true, that it is reached; null, nothing yet.</summary>
    public bool? CeilingTold { get; init; }

    public IReadOnlyList<SavedAssessment> Assessments { get; init; } = [];

    public ProposedDecision? Proposal { get; init; }

    /// <summary>The decision in force; after an appeal that changed it, the new one.</summary>
    public DecisionTaken? Decision { get; init; }

    public Appeal? Appeal { get; init; }

    /// <summary>Looks at whether the conditions of the decision are fulfilled, the first one first.</summary>
    public IReadOnlyList<ConditionCheck> Conditions { get; init; } = [];

    public IReadOnlyList<Remark> Remarks { get; init; } = [];

    public IReadOnlyList<Suggestion> Suggestions { get; init; } = [];

    /// <summary>Appeals before the present one: taken back, or contested again after they were decided.</summary>
    public IReadOnlyList<Appeal> PastAppeals { get; init; } = [];

    /// <summary>Everybody of the body who found, compared, proposed or decided something in it, also if somebody else has their place now.</summary>
    public IReadOnlyList<string> Hands { get; init; } = [];

    /// <summary>The body was given it. A draft is its applicant's alone, also once it was taken back.</summary>
    [JsonIgnore]
    public bool IsFiled => SubmittedAt is not null;

    /// <summary>Who had a hand in it or has a place in it: none of them reviews an appeal.</summary>
    [JsonIgnore]
    public IEnumerable<string> TookPart => Hands.Concat(new[] { Evaluator, SecondEvaluator, DecisionMaker }.OfType<string>()).Distinct();

    [JsonIgnore]
    public IReadOnlyList<Evidence> Evidence => [.. Documents.Where(Counts).Select(d => new Evidence(d.Id, d.Source))];

    /// <summary>What the body still waits for of what it asked.</summary>
    [JsonIgnore]
    public IEnumerable<MissingItem> Missing => Asked?.Where(m => Brought(m) is null) ?? [];

    /// <summary>Waits that last.</summary>
    [JsonIgnore]
    public IEnumerable<LoggedWait> OpenWaits => Waits.Where(w => w.Wait.Until is null);

    /// <summary>The assessments that count: of those who are its evaluators now. Those of predecessors stay in the file.</summary>
    [JsonIgnore]
    public IEnumerable<SavedAssessment> CountedAssessments =>
        Assessments.Where(a => a.Assessment.Evaluator == Evaluator || a.Assessment.Evaluator == SecondEvaluator);

    /// <summary>By the short way nothing is compared: only for what is authentic and was awarded by right (requirement RQ-10).</summary>
    [JsonIgnore]
    public CaseRoute Route => Terms?.Route == CaseRoute.AuthenticityOnly && !IsLawOther
        && Authenticity?.Result == Recognition.Authenticity.Confirmed && IssuerRight?.Result == Recognition.IssuerRight.Entitled
            ? CaseRoute.AuthenticityOnly
            : CaseRoute.Case;

    /// <summary>The way the case goes, or went: the short one until a finding closes it; null while a draft.</summary>
    [JsonIgnore]
    public CaseRoute? Way => Terms is null ? null
        : (Authenticity is null or { Result: Recognition.Authenticity.Confirmed }) && (IssuerRight is null or { Result: Recognition.IssuerRight.Entitled })
            ? Terms.Route
            : CaseRoute.Case;

    /// <summary>
    /// It rests on what stands in for documents (requirement RQ-19): they cannot be had, and an interview was held, or no diploma was filed.
    /// What was confirmed as authentic rests on itself.
    /// </summary>
    [JsonIgnore]
    public bool IsWithoutDocuments => Terms is { WithoutDocuments: true } && Authenticity?.Result != Recognition.Authenticity.Confirmed
        && (IsInterviewConfirmed || Documents.All(d => d.Item != DocumentItems.Qualification));

    /// <summary>The question of the case to the law (requirement RQ-1).</summary>
    public AwardQuestion Ask(IReadOnlyList<RankingPosition>? rankings = null) => Qualification.Ask(Purpose, HolderKind, Representation, rankings);

    /// <summary>The civil day on which the ceiling of a treaty is reached (requirement RQ-6); null where none applies. Waits do not move it.</summary>
    public Outcome<DateOnly>? Ceiling(CaseClock clock) => CompleteAt is { } complete && Terms?.LimitMonthsMax is { } months
        ? clock.DayOf(complete).Then(day => Outcome<DateOnly>.From(day.AddMonths(months)))
        : default(Outcome<DateOnly>?);

    /// <summary>Reads the clock; null while it has not begun. It stops with the first decision: an appeal has a term of its own.</summary>
    public Outcome<ClockReading>? Clock(CaseClock clock, DateTimeOffset now) => CompleteAt is { } complete && Terms is { } terms
        ? clock.Read(complete, [.. Waits.Select(w => w.Wait), .. Standstills], terms.LimitDays, this.CountedAt() ?? EndedAt ?? now)
        : default(Outcome<ClockReading>?);

    /// <summary>The days of the clock, to be drawn; null while it has not begun.</summary>
    public Outcome<IReadOnlyList<ClockDay>>? ClockDays(CaseClock clock, DateTimeOffset now) => CompleteAt is { } complete && Terms is { } terms
        ? clock.Days(complete, [.. Waits.Select(w => w.Wait), .. Standstills], terms.LimitDays, this.CountedAt() ?? EndedAt ?? now)
        : default(Outcome<IReadOnlyList<ClockDay>>?);

    /// <summary>Last day for deciding the appeal that is open; null without one.</summary>
    public Outcome<DateOnly>? AppealDue(CaseClock clock) => Stage == CaseStage.Appealed && Terms is { } terms
        ? clock.After(Appeal!.At, terms.AppealDecideDays)
        : default(Outcome<DateOnly>?);

    /// <summary>When an item first came in after it was asked for; null while it has not.</summary>
    internal DateTimeOffset? Brought(MissingItem asked) =>
        Documents.Where(d => d.Item == asked.Item && d.Source == EvidenceSource.Applicant && d.At > asked.At).Select(d => (DateTimeOffset?)d.At).Min();

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
    public RecognitionCase With(CaseEvent happened) => Changed(happened) with
    {
        Version = Version + 1,
        Hands = [.. Hands.Concat(HandsIn(happened)).Distinct()],
    };

    // The record of an interview that one evaluator alone asserts shows nothing yet.
    private bool Counts(CaseDocument document) => document.Item != DocumentItems.Interview || (IsInterviewConfirmed && document.Id == Interview);

    /// <summary>Compares it, or did before somebody else got it, and does not see whose it is (requirement RQ-20).</summary>
    public bool IsComparedBy(string account) => Evaluators.Contains(account);

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

    private static IEnumerable<string> HandsIn(CaseEvent happened) => happened switch
    {
        AuthenticityFound or IssuerRightFound or AssessmentSaved or DecisionProposed or CaseSentBack or CaseDecided or CaseRebased
            or QualificationCorrected or AppealDecided or ConditionDecided => [happened.By],
        InterviewHeld i => [i.By, i.Other],
        _ => [],
    };

    // Where a case that is not decided belongs, by what was found so far.
    private CaseStage Onward() =>
        Authenticity is null ? CaseStage.Authenticity
        : Authenticity.Result == Recognition.Authenticity.NotConfirmed ? CaseStage.Decision
        : IssuerRight is null ? CaseStage.IssuerRight
        : Route == CaseRoute.AuthenticityOnly ? CaseStage.Decision
        : CaseStage.Evaluation;

    // Where it goes when it comes back from there: one step before the decision.
    private CaseStage Back() => Onward() is var stage && stage != CaseStage.Decision ? stage
        : Route == CaseRoute.AuthenticityOnly ? CaseStage.IssuerRight
        : CaseStage.Authenticity;

    // Something new was found: what was proposed on what was known before is void.
    private RecognitionCase Anew() => this with { Stage = Onward(), Proposal = null };

    private List<SavedAssessment> Unfinished() => [.. Assessments.Select(one => one with { IsFinished = false })];

    // What was found of an institution on a day is nothing about another one, another day, or another level (requirement RQ-9); and whoever
    // compared another level, subject or workload looks again before it counts.
    private RecognitionCase Corrected(Qualification other)
    {
        var was = Qualification;
        var isCompared = (other.Isced, other.Field, other.Credits, other.Years) == (was.Isced, was.Field, was.Credits, was.Years);
        var corrected = this with { Qualification = other, Assessments = isCompared ? Assessments : Unfinished() };
        return IssuerRight is null || ((other.Awarded, other.Isced) == (was.Awarded, was.Isced) && other.Institutions.SequenceEqual(was.Institutions))
            ? corrected
            : (corrected with { IssuerRight = null }).Anew();
    }

    private RecognitionCase Changed(CaseEvent happened) => happened switch
    {
        CaseDescribed d => this with
        {
            Holder = d.Holder,
            HolderKind = d.HolderKind,
            Purpose = d.Purpose,
            Qualification = d.Qualification,
            Representation = d.Representation,
            // A diploma was looked at for the holder of then.
            Documents = d.Holder.Name == Holder.Name && d.Holder.Born == Holder.Born ? Documents : [.. Documents.Select(one => one with { Diploma = null })],
        },
        DocumentAdded d => this with { Documents = [.. Documents, d.Document] },
        DocumentRemoved d => this with { Documents = [.. Documents.Where(one => one.Id != d.Document)] },
        CaseSubmitted s => this with { Stage = CaseStage.Intake, Number = s.Number, Terms = s.Terms, SubmittedAt = s.At },
        MissingAsked m => this with
        {
            Stage = CaseStage.Incomplete,
            // What was said of the list before is no answer to this one.
            AnsweredAt = null,
            RemindedAt = null,
            LapsedAt = null,
            Asked = [.. (Asked ?? []).Where(before => m.Items.All(i => i.Item != before.Item)), .. m.Items.Select(i => i with { At = m.At })],
        },
        MissingAnswered m => this with
        {
            Stage = CaseStage.Intake,
            AnsweredAt = m.At,
            EndedAt = null,
            Remarks = m.Words is { } words ? [.. Remarks, new Remark(m.At, m.By, words, true)] : Remarks,
        },
        AnswerReminded r => this with { RemindedAt = r.At },
        AnswerLapsed l => this with { LapsedAt = l.At },
        CaseUnanswered u => this with { Stage = CaseStage.Unanswered, EndedAt = u.At, Remarks = [.. Remarks, new Remark(u.At, u.By, u.Reason, true)] },
        InformationComplete c => this with { Stage = CaseStage.Authenticity, CompleteAt = c.Since },
        CaseAssigned a => this with
        {
            Evaluator = a.Evaluator ?? Evaluator,
            SecondEvaluator = a.Second ?? SecondEvaluator,
            DecisionMaker = a.DecisionMaker ?? DecisionMaker,
            Evaluators = [.. Evaluators.Concat(new[] { a.Evaluator, a.Second }.OfType<string>()).Distinct()],
        },
        WaitBegan w => this with { Waits = [.. Waits, new LoggedWait(w.Wait, w.About, new Wait(w.For, w.At), Stage)] },
        WaitEnded w => this with
        {
            Waits = [.. Waits.Select(one => one.Id == w.Wait ? one with { Wait = one.Wait with { Until = w.At } } : one)],
        },
        AuthenticityFound a => (this with { Authenticity = a.Finding, AuthenticityBy = a.By }).Anew(),
        IssuerRightFound r => (this with { IssuerRight = r.Finding }).Anew(),
        QualificationCorrected q => (this with { IsLawOther = q.IsLawOther }).Corrected(q.Qualification) with { Remarks = [.. Remarks, new Remark(q.At, q.By, q.Reason, true)] },
        InterviewHeld i => this with { Interview = i.Document, InterviewOther = i.Other, IsInterviewConfirmed = false },
        InterviewConfirmed => this with { IsInterviewConfirmed = true },
        CeilingRaised c => this with { CeilingTold = c.IsReached },
        AssessmentSaved a => this with
        {
            Assessments =
            [
                .. Assessments.Where(one => one.Assessment.Evaluator != a.By), new SavedAssessment(a.Assessment, a.IsFinished, a.At),
            ],
        },
        DecisionProposed p => this with { Stage = CaseStage.Decision, Proposal = p.Proposal },
        CaseSentBack s => this with { Stage = Back(), Proposal = null, Remarks = [.. Remarks, new Remark(s.At, s.By, s.Reason, false)] },
        CaseDecided d => this with
        {
            Decision = d.Decision,
            DecidedAt = d.At,
            Stage = d.Decision.Decision.NoDecision == NoDecisionReason.NotAuthentic ? CaseStage.NotAuthentic : CaseStage.Issued,
        },
        AppealFiled a => this with
        {
            Stage = CaseStage.Appealed,
            Appeal = new Appeal(a.Words, a.At, Decision!),
            PastAppeals = Appeal is { } past ? [.. PastAppeals, past] : PastAppeals,
        },
        AppealTaken a => this with { Appeal = Appeal! with { Reviewer = a.By } },
        AppealWithdrawn w => (this with
        {
            Stage = Decision!.Decision.NoDecision is null ? CaseStage.Issued : CaseStage.NotAuthentic,
            Appeal = null,
            PastAppeals = [.. PastAppeals, Appeal! with { WithdrawnAt = w.At }],
        }).LookedAfter(w.At),
        ConditionBrought c => Looked(new ConditionCheck(c.At, false, Decision!)),
        ConditionLapsed c => Looked(new ConditionCheck(c.At, true, Decision!)),
        ConditionDecided c => this with
        {
            Stage = c.IsFulfilled ? CaseStage.Closed : CaseStage.Issued,
            EndedAt = c.IsFulfilled ? c.At : null,
            Decision = c.Taken,
            Conditions = [.. Conditions.SkipLast(1), Conditions[^1] with { IsFulfilled = c.IsFulfilled, Reason = c.Reason, By = c.By, DecidedAt = c.At }],
        },
        ConditionEnded c => this with { Conditions = [.. Conditions.SkipLast(1), Conditions[^1] with { EndedAt = c.At }] },
        AppealReleased => this with { Appeal = Appeal! with { Reviewer = null } },
        AppealDecided a => (this with
        {
            Appeal = Appeal! with { Outcome = a.Outcome, Reason = a.Reason, Reviewer = a.By },
            Decision = a.Outcome switch
            {
                AppealOutcome.Uphold => Decision,
                AppealOutcome.Change => a.Changed,
                AppealOutcome.Return => null,
            },
            Stage = CaseStage.Closed,
            EndedAt = a.At,
        }).AfterAppeal(a.Outcome, a.At),
        CaseWithdrawn w => this with
        {
            Stage = CaseStage.Withdrawn,
            EndedAt = w.At,
            Waits = [.. Waits.Select(one => one.Wait.Until is null ? one with { Wait = one.Wait with { Until = w.At } } : one)],
        },
        CaseRebased r => (this with { Terms = r.Terms, IsLawOther = false, Remarks = [.. Remarks, new Remark(r.At, r.By, r.Reason, true)] }).RebasedFrom(Stage),
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

    private RecognitionCase Looked(ConditionCheck check) => this with { Stage = CaseStage.Condition, EndedAt = null, Conditions = [.. Conditions, check] };

    // The decision stands: proof that lay before its decision maker when the appeal came still lies there; that it waited is nobody's delay.
    private RecognitionCase LookedAfter(DateTimeOffset at) => this.LastCheck() is { DecidedAt: null } open ? WithoutOpenCheck().Looked(open with { At = at }) : this;

    // Without the look that nobody has decided: there is at most one, the last.
    private RecognitionCase WithoutOpenCheck() => this with { Conditions = [.. Conditions.Where(c => c.DecidedAt is not null)] };

    private RecognitionCase AfterAppeal(AppealOutcome outcome, DateTimeOffset at) => outcome switch
    {
        AppealOutcome.Uphold => LookedAfter(at),
        AppealOutcome.Change => WithoutOpenCheck(),
        // What was decided about the conditions is looked at again; the decision that set them is not touched.
        AppealOutcome.Return when this.IsAboutConditions() => (WithoutOpenCheck() with { Decision = Appeal!.Original }).Looked(
            this.ContestedChecks().Last() with { At = at, IsFulfilled = null, Reason = "", By = "", DecidedAt = null }),
        // Back to be compared again: everybody looks anew, and the time of the appeal is nobody's delay.
        AppealOutcome.Return => WithoutOpenCheck() with
        {
            Stage = Back(),
            EndedAt = null,
            DecidedAt = null,
            Proposal = null,
            Assessments = Unfinished(),
            Standstills = [.. Standstills, new Wait(WaitFor.Applicant, DecidedAt!.Value, at)],
        },
    };

    // The new rules may open the short way to it, or close it.
    private RecognitionCase RebasedFrom(CaseStage stage) => stage is CaseStage.Decision or CaseStage.Evaluation ? Anew() : this;
}
