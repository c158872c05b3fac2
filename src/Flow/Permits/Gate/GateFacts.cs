using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>All that the seven points look at, read once: the points themselves ask no database and no
/// network.</summary>
/// <param name="Date">The civil date of the event in Kazakhstan.</param>
/// <param name="Unmatched">Rows the state registers do not hold.</param>
/// <param name="Lines">The order of the decision, by programme; empty when it names none.</param>
/// <param name="Enrolled">What the enrolment register says of each award; null when it is not kept for this initiator.</param>
internal sealed record GateFacts(
    GateRequest Request,
    DateOnly Date,
    Organisation? Initiator,
    Organisation? Operator,
    IReadOnlyList<InstitutionKey> InitiatorKeys,
    IReadOnlyList<Permit> OperatorPermits,
    IssueDecision? Decision,
    IReadOnlyList<Programme> Programmes,
    IReadOnlyList<AuthorityEntry> Authority,
    IReadOnlyList<int> Unmatched,
    Outcome<Resolved<RecognisedTypes>> Types,
    Outcome<Resolved<RecordHash>> Hash,
    IReadOnlyList<OrderLine> Lines,
    IReadOnlyList<Enrolment?>? Enrolled,
    IReadOnlyList<LicensedIntake> Intakes,
    Outcome<Resolved<Reconciliation>> Papers,
    Demanded OrderDemanded,
    SignatureVerifier Verify)
{
    /// <summary>The operator's permit in force at the event; null when there is none.</summary>
    public Permit? Permit { get; } =
        OperatorPermits.FirstOrDefault(p => p.StatusAt(Request.At, Date) == PermitStatus.Granted);

    public RecognisedType? Type { get; } =
        Decision is not null && Types.IsDone ? Types.Value.Value.Find(Decision.Document.TypeCode) : null;

    public static async Task<GateFacts> LoadAsync(
        ReadFrom from,
        GateRequest request,
        DateOnly date,
        IReadOnlyList<int> unmatched,
        IReadOnlyList<Enrolment?>? enrolled,
        RuleBook rules,
        SignatureVerifier verify,
        CancellationToken cancel)
    {
        var decision = await IssueDecisions.FindAsync(from, request.Decision, cancel);
        var issuer = decision?.Document.Operator;
        var permits = issuer is { } bin ? await PermitRegister.PermitsOfAsync(from, bin, cancel) : [];
        var permit = permits.FirstOrDefault(p => p.StatusAt(request.At, date) == PermitStatus.Granted);
        return new GateFacts(
            request,
            date,
            await PermitRegister.FindOrganisationAsync(from, request.Initiator, cancel),
            issuer is { } operatorBin ? await PermitRegister.FindOrganisationAsync(from, operatorBin, cancel) : null,
            await PermitRegister.KeysAsync(from, request.Initiator, cancel),
            permits,
            decision,
            await PermitRegister.ProgrammesAsync(from, request.Initiator, cancel),
            await AuthorityEntries.EvidenceAsync(
                from, request.Initiator, issuer ?? request.Initiator, permit?.Number ?? "", request.Decision, cancel),
            unmatched,
            rules.Resolve(RuleKeys.RecognisedTypes, date),
            rules.Resolve(RuleKeys.RecordHash, date),
            await OrderPlaces.LinesAsync(from, request.Decision, cancel),
            enrolled,
            await Mortanba.Permits.Intakes.OfAsync(from, request.Initiator, cancel),
            rules.Resolve(RuleKeys.Reconciliation, date),
            OrderDemandedOf(decision, rules),
            verify);
    }

    // A decision answers to the rule of the day it was published: one from before is not turned down later.
    private static Demanded OrderDemandedOf(IssueDecision? decision, RuleBook rules) =>
        decision is not null
        && new WorkingCalendar(rules).DateOf(decision.PublishedAt).TryGet(out var published, out _)
        && rules.Resolve(RuleKeys.Reconciliation, published).TryGet(out var papers, out _)
            ? papers.Value.Order
            : Demanded.WhenThere;
}
