using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>A public key of an organisation and the time it may be relied on.</summary>
/// <param name="Kid">DID URL: <c>did:web:…#key-1</c>.</param>
/// <param name="Multibase">Multikey text.</param>
/// <param name="Ended">When it was retired or found compromised; null while in use.</param>
/// <param name="Compromised">True: what it signed proves nothing, unless the ledger shows it was signed before.</param>
public sealed record InstitutionKey(
    Bin Bin, string Kid, string Multibase, DateTimeOffset Since, DateTimeOffset? Ended, bool Compromised)
{
    public bool IsActiveAt(DateTimeOffset at) => Since <= at && (Ended is null || at < Ended);
}

/// <summary>Port to the formats: true when the P-256 key of that Multikey text signed the data (64 bytes
/// r||s).</summary>
public delegate bool SignatureVerifier(string multibase, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
