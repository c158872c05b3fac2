using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>
/// What a verifier trusts before it sees anything: the log, its witnesses and its anchors, and the registers as they were then
/// (docs/formats/trust-bundle.md).
/// </summary>
/// <param name="MadeAt">Verification names the bundle's age.</param>
/// <param name="LogKey">vkey of the log (C2SP signed-note); its name is the origin.</param>
/// <param name="Policy">C2SP tlog-policy text: how many witnesses of whom.</param>
/// <param name="Site">Base address of the service, for live questions; null when there is none.</param>
/// <param name="Operator">BIN of the organisation that runs the log.</param>
/// <param name="Witnesses">Who stands behind each witness that the policy names.</param>
/// <param name="Institutions">Institution keys as of <paramref name="MadeAt"/>, so that a paper core can be read offline.</param>
public sealed record TrustBundle(
    DateTimeOffset MadeAt, string LogKey, string Policy, string? Site, string Operator, IReadOnlyList<TrustedWitness> Witnesses,
    IReadOnlyList<TrustedInstitution> Institutions)
{
    /// <summary>Days a bundle is good for when it does not say: institutions and witnesses come and go within a year.</summary>
    public const int GoodForDaysDefault = 180;

    /// <summary>The longest a bundle may call itself good for.</summary>
    public const int GoodForDaysMax = 366;

    /// <summary>Counts the bundles of one trust key from 1; a reader never goes back to a smaller one.</summary>
    public long Number { get; init; } = 1;

    /// <summary>After so many days verification warns that a newer one should be fetched: the operator's policy.</summary>
    public int GoodForDays { get; init; } = GoodForDaysDefault;

    /// <summary>The chains that the log's checkpoints are anchored on, the newest last.</summary>
    public IReadOnlyList<TrustedAnchor> Anchors { get; init; } = [];

    /// <summary>The permits of those that keep the record, with every change of state.</summary>
    public IReadOnlyList<TrustedPermit> Permits { get; init; } = [];

    /// <summary>vkey of the key that signs bundles; empty before <see cref="TrustBundleFile.Sign"/>.</summary>
    public string TrustKey { get; init; } = "";

    /// <summary>The signed note over number and content; empty before <see cref="TrustBundleFile.Sign"/>.</summary>
    public string Signature { get; init; } = "";

    /// <summary>Of the organisations behind these witnesses, those other than the operator: as many as speak for themselves.</summary>
    public int IndependentOrganisations(IEnumerable<string> witnesses) =>
        Witnesses.Where(w => witnesses.Contains(w.Name) && w.Organisation != Operator).Select(w => w.Organisation).Distinct().Count();
}

/// <param name="Name">Its name in the policy.</param>
/// <param name="Organisation">BIN of the organisation that runs it.</param>
/// <param name="Jurisdiction">Country whose law it is under (ISO 3166-1 alpha-2).</param>
/// <param name="Hosting">Who runs the machine it stands on.</param>
public sealed record TrustedWitness(string Name, string Organisation, string Jurisdiction, string Hosting);

/// <param name="Role">As in the ledger entry: <c>initiator</c>, <c>issuer-operator</c>, <c>regulator</c>, <c>witness</c>, <c>recognition-body</c>.</param>
/// <param name="Since">When the ledger registered it.</param>
public sealed record TrustedInstitution(
    string Bin, string Did, LocalizedText Name, string Role, DateTimeOffset Since, IReadOnlyList<TrustedKey> Keys);

public sealed record TrustedKey(string KeyId, string PublicKeyMultibase, DateTimeOffset Since, DateTimeOffset? Until);

/// <param name="Bin">Whose permit it is.</param>
/// <param name="From">First day.</param>
/// <param name="Until">Last day.</param>
/// <param name="Changes">Oldest first.</param>
public sealed record TrustedPermit(string Number, string Bin, DateOnly From, DateOnly Until, IReadOnlyList<TrustedPermitChange> Changes);

/// <param name="State"><c>granted</c> (again, too), <c>suspended</c>, <c>withdrawn</c>, <c>expired</c>.</param>
public sealed record TrustedPermitChange(string State, DateTimeOffset At);

/// <summary>A contract whose word about the log's checkpoints counts.</summary>
/// <param name="Chain"><c>eip155:ID</c>.</param>
/// <param name="Genesis">Hash of its block 0, <c>0x…</c>: tells chains apart that bear the same number.</param>
/// <param name="Contract">Its address, <c>0x…</c>.</param>
/// <param name="Account">
/// The account that anchors, <c>0x…</c>: the anchor's key is the account's, which the contract checks. Null for one that is no longer used.
/// </param>
/// <param name="Since">Of the first checkpoint anchored there.</param>
/// <param name="Until">When another took its place; null while it is in use.</param>
public sealed record TrustedAnchor(
    string Chain, string Genesis, string Contract, string? Account, DateTimeOffset Since, DateTimeOffset? Until);
