using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>All that the seven points look at, read once: the points themselves ask no database and no
/// network.</summary>
/// <param name="Date">The civil date of the event in Kazakhstan.</param>
/// <param name="Unmatched">Rows the state registers do not hold.</param>
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
            verify);
    }
}
