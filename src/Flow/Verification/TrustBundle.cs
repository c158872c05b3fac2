using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>What a verifier trusts before it sees anything: the log and its witnesses, and the keys known by then.</summary>
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
    /// <summary>Of the organisations behind these witnesses, those other than the operator: as many as speak for themselves.</summary>
    public int IndependentOrganisations(IEnumerable<string> witnesses) =>
        Witnesses.Where(w => witnesses.Contains(w.Name) && w.Organisation != Operator).Select(w => w.Organisation).Distinct().Count();
}

/// <param name="Name">Its name in the policy.</param>
/// <param name="Organisation">BIN of the organisation that runs it.</param>
/// <param name="Jurisdiction">Country whose law it is under (ISO 3166-1 alpha-2).</param>
/// <param name="Hosting">Who runs the machine it stands on.</param>
public sealed record TrustedWitness(string Name, string Organisation, string Jurisdiction, string Hosting);

public sealed record TrustedInstitution(string Bin, string Did, LocalizedText Name, IReadOnlyList<TrustedKey> Keys);

public sealed record TrustedKey(string KeyId, string PublicKeyMultibase, DateTimeOffset Since, DateTimeOffset? Until);
