namespace Mortanba.Documents;

/// <summary>The diploma file, <c>application/vnd.mortanba.diploma+json</c> (docs/formats/diploma-file.md).</summary>
/// <param name="SdJwt">SD-JWT VC in compact form; null when only the other form is carried.</param>
/// <param name="Vc">VC 2.0 / Open Badge with its proof: the canonical (JCS) bytes; null when absent.</param>
/// <param name="Paper">The short signed core of the paper QR, a compact JWS; null when absent.</param>
/// <param name="Entries">Ledger entries that give authority, then the asset's own, each proved into the checkpoint.</param>
/// <param name="Checkpoint">Signed note with log signature and cosignatures.</param>
public sealed record DiplomaFile(
    string? SdJwt, byte[]? Vc, string? Paper, IReadOnlyList<ProvenEntry> Entries, string Checkpoint);

/// <summary>A ledger entry with its place and inclusion proof (RFC 6962 section 2.1.1, leaf to root).</summary>
public sealed record ProvenEntry(long Index, ReadOnlyMemory<byte> Entry, IReadOnlyList<ReadOnlyMemory<byte>> Proof);
