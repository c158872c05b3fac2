using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Where a system of the register stands.</summary>
public enum AiSystemState
{
    /// <summary>Its vendor answered; nobody proposed it yet, and no public page shows it.</summary>
    Offered,

    /// <summary>A class, a review of ethics or an approval is to come.</summary>
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

    public AiSystemState State { get; init; } = AiSystemState.Proposed;

    /// <summary>Since when it stands there.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Null while it is only offered.</summary>
    public string? ProposedBy { get; init; }

    /// <summary>BIN of the school that took up a vendor's offer; null for what a school, or the ministry, opened itself.</summary>
    public string? TakenUpAt { get; init; }

    public required SystemDescription Description { get; init; }

    /// <summary>The account that answers for the vendor; null while none is named.</summary>
    public string? VendorAccount { get; init; }

    public VendorAnswers? Vendor { get; init; }

    public SystemClassified? Class { get; init; }

    public ImpactAssessed? Impact { get; init; }

    public ValueShown? Value { get; init; }

    /// <summary>The newest review of ethics; what is changed afterwards needs a new one.</summary>
    public EthicsReviewed? Ethics { get; init; }

    /// <summary>Changed in use since its ethics were reviewed: it goes on, and no approval is given anew over the old review.</summary>
    public bool IsEthicsOutdated { get; init; }

    /// <summary>The class that the ethics board had before it last; null while it reviewed none.</summary>
    public SystemClassified? ClassReviewed { get; init; }

    public SystemApproved? Approval { get; init; }

    /// <summary>Since it was approved somebody said of it what asks for less care (<see cref="IsLess(SystemDescription)"/>): only a new approval lets it on.</summary>
    public bool IsLessSinceApproval { get; init; }

    /// <summary>When it was allowed for the first time.</summary>
    public DateTimeOffset? FirstAllowedAt { get; init; }

    /// <summary>When its risks were looked at last: an approval does that, too.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }

    /// <summary>Day by which it has to be reviewed; null while it was not approved.</summary>
    public DateOnly? ReviewBy { get; init; }

    public SystemSuspended? Suspension { get; init; }

    /// <summary>Everybody who described, answered for, classed or assessed it: none of them reviews its ethics or decides about it.</summary>
    public IReadOnlyList<string> Hands { get; init; } = [];

    /// <summary>May be used somewhere, within what its approval allows.</summary>
    [JsonIgnore]
    public bool IsAllowed => State is AiSystemState.Pilot or AiSystemState.InUse;

    /// <summary>May be used at a school: a pilot only at those it names.</summary>
    public bool IsAllowedAt(Bin school) => IsAllowed && Approval!.Allowed.IsFor(school);

    /// <summary>A description that asks for less care than the one that stands: what makes texts or pictures does so no longer.</summary>
    public bool IsLess(SystemDescription said) => Description.IsGenerative != false && said.IsGenerative == false;

    /// <summary>A class that asks for less care than the one that stands: less risk, less autonomy, or one function less that the rules name.</summary>
    public bool IsLess(Classification found) => Class?.Classification is { } stands
        && (found.Risk < stands.Risk || found.Autonomy < stands.Autonomy
            || stands.Functions.Any(f => f.Value == Answer.Yes && found.Of(f.Key) != Answer.Yes));

    /// <summary>Had a part in it, or speaks for its vendor.</summary>
    public bool IsOf(string account) => Hands.Contains(account) || VendorAccount == account;

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
    public AiSystem With(AiSystemEvent happened)
    {
        var next = Changed(happened);
        return next with
        {
            Version = Version + 1,
            Since = next.State == State ? Since : happened.At,
            Hands = happened is SystemProposed or SystemDescribed or VendorAnswered or SystemClassified or ImpactAssessed or ValueShown
                ? [.. Hands.Append(happened.By).Distinct()]
                : Hands,
        };
    }

    private static AiSystem Opened(string id, AiSystemEvent first)
    {
        var opened = new AiSystem { Id = id, Version = 1, Since = first.At, Hands = [first.By], Description = new SystemDescription("", null) };
        return first switch
        {
            SystemProposed p => opened with { ProposedBy = p.By, Description = p.Description },
            SystemOffered o => opened with { State = AiSystemState.Offered, VendorAccount = o.By, Description = o.Description, Vendor = o.Answers },
            _ => throw new InvalidDataException($"The system {id} begins neither with a proposal nor with a vendor's offer."),
        };
    }

    private AiSystem Changed(AiSystemEvent happened) => happened switch
    {
        SystemProposed p when State == AiSystemState.Offered => this with
        {
            State = AiSystemState.Proposed,
            ProposedBy = p.By,
            Description = p.Description,
            TakenUpAt = p.School,
        },
        SystemDescribed d => Anew(IsLess(d.Description)) with { Description = d.Description },
        VendorNamed n => this with { VendorAccount = n.Account },
        VendorAnswered v => Anew() with { Vendor = v.Answers },
        SystemClassified c => Classed(c),
        ImpactAssessed i => Anew() with { Impact = i },
        ValueShown v => Anew() with { Value = v },
        EthicsReviewed e => this with
        {
            Ethics = e,
            ClassReviewed = Class,
            IsEthicsOutdated = false,
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
            IsLessSinceApproval = false,
            FirstAllowedAt = FirstAllowedAt ?? a.At,
            ReviewedAt = a.At,
            ReviewBy = a.ReviewBy,
            Suspension = null,
            State = a.Allowed.IsPilot ? AiSystemState.Pilot : AiSystemState.InUse,
        },
        SystemRejected => this with { State = AiSystemState.Rejected },
        SystemReviewed r => this with { ReviewedAt = r.At, ReviewBy = r.NextBy },
        SystemSuspended s => this with { State = s.Cause == SuspensionCause.ForbiddenFunction ? AiSystemState.Prohibited : AiSystemState.Suspended, Suspension = s },
        SystemReinstated => this with { State = Approval!.Allowed.IsPilot ? AiSystemState.Pilot : AiSystemState.InUse, Suspension = null },
        SystemEnded => this with { State = AiSystemState.Ended },
        _ => throw new InvalidDataException($"An event that cannot follow: {happened.GetType().Name}."),
    };

    // What was said has changed: an earlier yes of the ethics review was to something else. What is in use goes on, unless the admission
    // would now be refused (SuspendSystem.Due).
    private AiSystem Anew(bool isLess = false) => (IsAllowed ? this with { IsEthicsOutdated = Ethics is not null } : this with
    {
        Ethics = null,
        IsEthicsOutdated = false,
        State = State is AiSystemState.SentBack or AiSystemState.Rejected ? AiSystemState.Proposed : State,
    }) with
    { IsLessSinceApproval = IsLessSinceApproval || (isLess && Approval is not null) };

    // Only a new class takes a prohibition away, and then everybody is asked anew.
    private AiSystem Classed(SystemClassified found) => Anew(IsLess(found.Classification)) with
    {
        Class = found,
        State = found.Forbidden.Count > 0 ? AiSystemState.Prohibited
            : State is AiSystemState.Prohibited or AiSystemState.SentBack or AiSystemState.Rejected ? AiSystemState.Proposed
            : State,
    };
}
