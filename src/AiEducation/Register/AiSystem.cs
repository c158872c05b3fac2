using System.Text.Json.Serialization;

namespace Mortanba.AiEducation;

/// <summary>Where a system of the register stands.</summary>
public enum AiSystemState
{
    /// <summary>Described and classed; a review of ethics or an approval is to come.</summary>
    Proposed,

    /// <summary>Back with who proposed it.</summary>
    SentBack,

    /// <summary>Does something that the rules forbid.</summary>
    Prohibited,

    Pilot,
    InUse,
    Suspended,
    Rejected,
    Ended,
}

/// <summary>
/// One AI system of the register, as its events make it (requirement AI-1). In: the events. Out: what is known and allowed. Pure: the
/// same events give the same system. What may happen next is said by the acts in <c>Register/Acts</c>, each of which gives one event.
/// </summary>
public sealed record AiSystem : IFolded
{
    /// <summary>Who acts when a term is over: nobody's account.</summary>
    public const string Program = "program";

    public required string Id { get; init; }

    /// <summary>How many events: whoever acts names the version they read.</summary>
    public int Version { get; init; }

    public AiSystemState State { get; init; }

    public required string ProposedBy { get; init; }

    public DateTimeOffset ProposedAt { get; init; }

    public required SystemDescription Description { get; init; }

    public VendorAnswers? Vendor { get; init; }

    public SystemClassified? Class { get; init; }

    public ImpactAssessed? Impact { get; init; }

    public ValueShown? Value { get; init; }

    /// <summary>The newest review of ethics; what is changed afterwards needs a new one.</summary>
    public EthicsReviewed? Ethics { get; init; }

    public SystemApproved? Approval { get; init; }

    /// <summary>Day by which it has to be reviewed; null while it was not approved.</summary>
    public DateOnly? ReviewBy { get; init; }

    public SystemSuspended? Suspension { get; init; }

    /// <summary>Everybody who described, classed or assessed it: none of them reviews its ethics or approves it.</summary>
    public IReadOnlyList<string> Hands { get; init; } = [];

    /// <summary>May be used somewhere, within what its approval allows.</summary>
    [JsonIgnore]
    public bool IsAllowed => State is AiSystemState.Pilot or AiSystemState.InUse;

    /// <summary>Folds a whole entry. Throws <see cref="InvalidDataException"/> when the events are those of no system.</summary>
    public static AiSystem Of(string id, IEnumerable<AiSystemEvent> events)
    {
        AiSystem? found = null;
        foreach (var happened in events)
        {
            found = found is null ? Opened(id, happened) : found.With(happened);
        }

        return found ?? throw new InvalidDataException($"The system {id} has no events.");
    }

    /// <summary>The system after one more event.</summary>
    public AiSystem With(AiSystemEvent happened) => Changed(happened) with
    {
        Version = Version + 1,
        Hands = happened is SystemDescribed or SystemClassified or ImpactAssessed or ValueShown ? [.. Hands.Append(happened.By).Distinct()] : Hands,
    };

    private static AiSystem Opened(string id, AiSystemEvent first) => first is SystemProposed p
        ? new AiSystem
        {
            Id = id,
            Version = 1,
            ProposedBy = p.By,
            ProposedAt = p.At,
            Description = p.Description,
            Hands = [p.By],
        }
        : throw new InvalidDataException($"The system {id} does not begin with a proposal.");

    private AiSystem Changed(AiSystemEvent happened) => happened switch
    {
        SystemDescribed d => Anew() with { Description = d.Description },
        VendorAnswered v => Anew() with { Vendor = v.Answers },
        SystemClassified c => (Anew() with { Class = c }).ProhibitedIf(c.Forbidden.Count > 0),
        ImpactAssessed i => Anew() with { Impact = i },
        ValueShown v => Anew() with { Value = v },
        EthicsReviewed e => this with
        {
            Ethics = e,
            State = e.Outcome switch
            {
                EthicsOutcome.Favourable => State,
                EthicsOutcome.SentBack => AiSystemState.SentBack,
                EthicsOutcome.Unfavourable => AiSystemState.Rejected,
            },
        },
        SystemApproved a => this with
        {
            Approval = a,
            ReviewBy = a.ReviewBy,
            Suspension = null,
            State = a.Allowed.IsPilot ? AiSystemState.Pilot : AiSystemState.InUse,
        },
        SystemRejected => this with { State = AiSystemState.Rejected },
        SystemReviewed r => this with { ReviewBy = r.NextBy },
        SystemSuspended s => this with { State = s.Cause == SuspensionCause.ForbiddenFunction ? AiSystemState.Prohibited : AiSystemState.Suspended, Suspension = s },
        SystemReinstated => this with { State = Approval!.Allowed.IsPilot ? AiSystemState.Pilot : AiSystemState.InUse, Suspension = null },
        SystemEnded => this with { State = AiSystemState.Ended },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    };

    // What was said has changed: an earlier yes of the ethics review was to something else. What is in use goes on, unless the admission
    // would now be refused (SuspendDue).
    private AiSystem Anew() => IsAllowed ? this : this with
    {
        Ethics = null,
        State = State is AiSystemState.SentBack or AiSystemState.Rejected or AiSystemState.Prohibited ? AiSystemState.Proposed : State,
    };

    private AiSystem ProhibitedIf(bool isForbidden) => isForbidden ? this with { State = AiSystemState.Prohibited } : this;
}
