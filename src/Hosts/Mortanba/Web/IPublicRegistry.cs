using Mortanba.Foundation;
using Mortanba.Host.Anchoring;
using Mortanba.Host.Availability;
using Mortanba.Host.Explorer;
using Mortanba.Host.Reconciling;
using Mortanba.Ledger;
using Mortanba.Ledger.Anchoring;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>
/// Port of the site to what the stores know and a stranger may see. Safe to call concurrently; every answer is public
/// data, except <see cref="PaperAsync"/> and its PDF, which answer only to the holder of an unguessable capability.
/// </summary>
public interface IPublicRegistry
{
    /// <summary>What this site itself trusts: cheap, called once for each verification.</summary>
    TrustBundle Trust { get; }

    /// <summary>Answers of now, from our own store.</summary>
    ILiveSource Live { get; }

    /// <summary>The legal class that rules resolve for a diploma today, with its doubt (requirement DA-30).</summary>
    LegalClassView LegalClass { get; }

    /// <summary>Title of a reason code from the rule pack; null when the pack has no such code.</summary>
    LocalizedText? ReasonTitle(string code);

    /// <summary>
    /// What the printed number gives away: never a name. Null when nothing has that number. The number comes as the
    /// reader typed it: case, spaces and hyphens are for the implementation to ignore.
    /// </summary>
    Task<NumberView?> FindByNumberAsync(string number, CancellationToken cancel);

    /// <summary>
    /// The number of a diploma that replaced another, for whoever presented that other one; null when unknown. Never listed:
    /// asset ids are public, and numbers are not to be read off the ledger.
    /// </summary>
    Task<string?> NumberOfReplacementAsync(string asset, CancellationToken cancel);

    /// <summary>The signed form behind a QR's capability, to be verified and shown; null when unknown or revoked.</summary>
    Task<PaperView?> PaperAsync(string capability, CancellationToken cancel);

    /// <summary>The same as a PDF, drawn when asked for.</summary>
    Task<PaperView?> PaperPdfAsync(string capability, CancellationToken cancel);

    /// <summary>The personal data behind this code are blocked: nothing of them is shown, and the page says so.</summary>
    Task<bool> IsBlockedAsync(string capability, CancellationToken cancel) => Task.FromResult(false);

    Task<IReadOnlyList<InstitutionView>> InstitutionsAsync(CancellationToken cancel);

    /// <summary>The did:web document (JSON bytes) of an organisation; null when it is not registered.</summary>
    Task<byte[]?> DidDocumentAsync(Bin bin, CancellationToken cancel);

    /// <summary>The JWT VC issuer metadata (SD-JWT VC section 5): <c>issuer</c> and <c>jwks</c>; null when not registered.</summary>
    Task<byte[]?> IssuerMetadataAsync(Bin bin, CancellationToken cancel);

    /// <summary>Decisions on issue, newest first.</summary>
    Task<IReadOnlyList<DecisionView>> DecisionsAsync(CancellationToken cancel);

    Task<DecisionView?> DecisionAsync(string id, CancellationToken cancel);

    /// <summary>The head of the log and its newest entries, newest first, at most <paramref name="latest"/>.</summary>
    Task<LedgerView> LedgerAsync(int latest, CancellationToken cancel);

    /// <summary>Entries below an index, newest first, at most that many.</summary>
    Task<IReadOnlyList<EntryView>> EntriesAsync(long before, int count, CancellationToken cancel);

    /// <summary>Index of the entry that registered an asset, when a checkpoint covers it; null when there is none.</summary>
    Task<long?> FindEntryAsync(AssetId asset, CancellationToken cancel);

    /// <summary>Entries by day and by kind, from counts that are kept.</summary>
    /// <param name="lately">How many of the last days count as lately.</param>
    Task<LedgerFigures> FiguresAsync(int days, int lately, CancellationToken cancel);

    /// <summary>The newest anchors on whatever chains, newest first.</summary>
    Task<IReadOnlyList<AnchorRow>> AnchorsAsync(int latest, CancellationToken cancel);

    /// <summary>Whether a diploma can be held as a token here, and the token is claimed; null when not, or for an unknown asset.</summary>
    Task<TokenView?> TokenAsync(AssetId asset, CancellationToken cancel) => Task.FromResult<TokenView?>(null);

    /// <summary>How far log, database, files and lists have been compared, and what did not agree; null where nobody compares.</summary>
    Task<ReconciliationReport?> ReconciliationAsync(CancellationToken cancel) => Task.FromResult<ReconciliationReport?>(null);

    /// <summary>There are tokens of diplomas here.</summary>
    bool HasTokens => false;

    /// <summary>Checkpoints below a size, newest first, at most that many.</summary>
    Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(long below, int count, CancellationToken cancel);

    /// <summary>What the service measured of itself in the last days; empty before the first minute.</summary>
    Task<IReadOnlyList<PartSummary>> AvailabilityAsync(int days, CancellationToken cancel);

    /// <summary>One entry with its inclusion proof into the newest checkpoint; null beyond the published size.</summary>
    Task<EntryView?> EntryAsync(long index, CancellationToken cancel);

    /// <summary>Bytes of a published status list; null when there is no such list.</summary>
    Task<PublishedStatusList?> StatusListAsync(string listId, StatusListKind kind, CancellationToken cancel);

    /// <summary>Good and bad diplomas to try; empty outside a demonstration.</summary>
    IReadOnlyList<SampleView> Samples { get; }

    Task<byte[]?> SampleAsync(string id, CancellationToken cancel);
}

/// <param name="State"><c>in-force</c>, <c>suspended</c>, <c>annulled</c>, <c>superseded</c>, <c>erased</c>.</param>
/// <param name="Since">When the state began; null while in force.</param>
public sealed record NumberView(
    string Number,
    AssetId Asset,
    string IssuerBin,
    LocalizedText Issuer,
    LocalizedText Programme,
    DateOnly Awarded,
    string State,
    DateTimeOffset? Since,
    string? ReasonCode)
{
    /// <summary>Number of the diploma in its place; null unless it was replaced.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>
    /// Kind of certificate, <c>recognition</c> or <c>competence</c>: the programme is then what was asked for or awarded, the day the decision's.
    /// Null for a diploma.
    /// </summary>
    public string? Certificate { get; init; }
}

/// <param name="Form">
/// Bytes of any form the verifier reads. The page shows all that it discloses, to compare with the paper: give it what
/// stands on the paper and no more (a subset without the IIN).
/// </param>
public sealed record PaperView(string Number, ReadOnlyMemory<byte> Form);

/// <param name="Role"><c>initiator</c>, <c>issuer-operator</c>, <c>regulator</c>, <c>witness</c>, <c>recognition-body</c>.</param>
public sealed record InstitutionView(
    Bin Bin, string Did, string Role, LocalizedText Name, LocalizedText City, IReadOnlyList<string> KeyIds, long LedgerIndex)
{
    /// <summary>Permits to issue, oldest first; only an operator has any.</summary>
    public IReadOnlyList<PermitView> Permits { get; init; } = [];
}

/// <param name="Status"><c>granted</c>, <c>suspended</c>, <c>withdrawn</c>, <c>expired</c>; null before its first day.</param>
/// <param name="Rule">The rule its term came from.</param>
public sealed record PermitView(string Number, DateOnly From, DateOnly Until, string? Status, string Rule);

/// <param name="Document">The published text itself, as signed.</param>
/// <param name="Commitment">What the ledger entry holds of it.</param>
public sealed record DecisionView(
    string Id,
    string InitiatorBin,
    LocalizedText Initiator,
    LocalizedText Operator,
    DateTimeOffset Published,
    DateTimeOffset? Closed,
    string LegalClass,
    string Document,
    string Commitment,
    long LedgerIndex);

/// <param name="Code">Value of the rule, for example <c>secured-digital-asset</c>; its words are <c>web/class.CODE</c>.</param>
/// <param name="Rule">Pack id and version.</param>
public sealed record LegalClassView(string Code, string Rule, bool Confirmed);

/// <param name="Size">Entries under the newest checkpoint.</param>
/// <param name="Checkpoint">The signed note, as served.</param>
/// <param name="SignedAt">When it was signed; null when the log is empty.</param>
/// <param name="Diplomas">Assets registered; null when it is not counted.</param>
/// <param name="Witnesses">Of the policy, in its order; none when nobody cosigns.</param>
public sealed record LedgerView(
    string Origin,
    long Size,
    string Checkpoint,
    DateTimeOffset? SignedAt,
    long? Diplomas,
    IReadOnlyList<WitnessView> Witnesses,
    IReadOnlyList<EntryView> Latest)
{
    /// <summary>How many of them have cosigned what is shown, or more.</summary>
    public int WitnessesCosigned => Witnesses.Count(w => w.Size >= Size);

    /// <summary>How many organisations must have cosigned before a checkpoint is shown; 0 when nobody must.</summary>
    public int Quorum { get; init; }

    /// <summary>Independent organisations that have cosigned what is shown, or more.</summary>
    public int OrganisationsCosigned => Witnesses.Where(w => w.IsIndependent && w.Size >= Size).Select(w => w.Organisation).Distinct().Count();

    /// <summary>Why the newest signed checkpoint is not shown yet; null when it is.</summary>
    public Problem? Waiting { get; init; }

    /// <summary>The newest anchor on a chain; null when there is none.</summary>
    public AnchorRow? Anchor { get; init; }
}

/// <param name="Counted">Entries that were counted; fewer than the ledger has while counting catches up.</param>
/// <param name="Days">Oldest first; today is the last.</param>
/// <param name="Kinds">The most frequent first.</param>
public sealed record LedgerFigures(long Counted, IReadOnlyList<(DateOnly Day, long Count)> Days, IReadOnlyList<KindCount> Kinds);

/// <param name="Grown">Entries since the checkpoint before.</param>
/// <param name="Cosigners">Names of the witnesses whose lines are under it.</param>
public sealed record CheckpointView(ShownCheckpoint Checkpoint, long Grown, IReadOnlyList<string> Cosigners);

/// <param name="Organisation">Who runs it; its BIN when it is not in the register.</param>
/// <param name="Size">Entries it cosigned last; 0 when not lately.</param>
/// <param name="At">When; null when not lately.</param>
public sealed record WitnessView(
    string Name, LocalizedText Organisation, string Jurisdiction, string Hosting, bool IsIndependent, long Size, DateTimeOffset? At);

/// <param name="Proof">Inclusion proof, leaf to root; empty when not asked for.</param>
public sealed record EntryView(long Index, LedgerEntry Entry, IReadOnlyList<ReadOnlyMemory<byte>> Proof)
{
    /// <summary>The proof as steps up to the root it leads to; null when no proof was asked for.</summary>
    public EntryProof? Way { get; init; }

    /// <summary>How many leaves a picture shows around an entry.</summary>
    public const int AroundCount = 8;

    /// <summary>The leaves of the subtree of eight in which the entry stands; empty at the end of the log, where there are fewer.</summary>
    public IReadOnlyList<TreeHash> Around { get; init; } = [];
}

/// <param name="Size">Of the tree whose root it is.</param>
public sealed record EntryProof(IReadOnlyList<ProofStep> Steps, TreeHash Root, long Size);

public enum StatusListKind
{
    Revocation,
    Suspension,
    Token,
}

/// <param name="MaxAge">How long a copy may be used.</param>
public sealed record PublishedStatusList(ReadOnlyMemory<byte> Bytes, TimeSpan MaxAge);

/// <param name="Id">Short name for addresses.</param>
/// <param name="Kind"><c>genuine</c>, <c>suspended</c>, <c>annulled</c>, <c>superseded</c>, <c>tampered</c>.</param>
public sealed record SampleView(string Id, string Kind, string FileName);
