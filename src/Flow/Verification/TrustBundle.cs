using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>What a verifier trusts before it sees anything: the log and its witnesses, and the keys known by then.</summary>
/// <param name="MadeAt">Verification names the bundle's age.</param>
/// <param name="LogKey">vkey of the log (C2SP signed-note); its name is the origin.</param>
/// <param name="Policy">C2SP tlog-policy text: how many witnesses of whom.</param>
/// <param name="Site">Base address of the service, for live questions; null when there is none.</param>
/// <param name="Institutions">Institution keys as of <paramref name="MadeAt"/>, so that a paper core can be read offline.</param>
public sealed record TrustBundle(
    DateTimeOffset MadeAt, string LogKey, string Policy, string? Site, IReadOnlyList<TrustedInstitution> Institutions);

public sealed record TrustedInstitution(string Bin, string Did, LocalizedText Name, IReadOnlyList<TrustedKey> Keys);

public sealed record TrustedKey(string KeyId, string PublicKeyMultibase, DateTimeOffset Since, DateTimeOffset? Until);
