using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A key as its controller publishes it (Controlled Identifiers 1.0 section 2.2).</summary>
/// <param name="Id">DID URL with a fragment: <c>did:web:…#key-1</c>.</param>
/// <param name="Controller">The DID that answers for the key.</param>
/// <param name="Revoked">
/// From this instant on the key proves nothing; null when never. A resolver that knows from the ledger that a proof is
/// older than the revocation leaves it null.
/// </param>
/// <param name="Expires">From this instant on the key signs nothing new; null when never.</param>
public sealed record VerificationMethod(
    string Id, string Controller, PublicKey Key, DateTimeOffset? Expires = null, DateTimeOffset? Revoked = null);

/// <summary>Gives the key of a DID URL if its controller allows it for that purpose; else why not.</summary>
/// <param name="verificationMethod">DID URL of the proof.</param>
/// <param name="purpose">The relationship: <c>assertionMethod</c>, <c>authentication</c>.</param>
public delegate Outcome<VerificationMethod> KeyResolver(string verificationMethod, string purpose);
