using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>The diploma file, <c>application/vnd.mortanba.diploma+json</c> (docs/formats/diploma-file.md).</summary>
/// <param name="SdJwt">SD-JWT VC in compact form; null when only the other form is carried.</param>
/// <param name="Vc">VC 2.0 / Open Badge with its proof: the canonical (JCS) bytes; null when absent.</param>
/// <param name="Paper">The short signed core of the paper QR, a compact JWS; null when absent.</param>
/// <param name="Entries">Ledger entries that give authority, then the asset's own, each proved into the checkpoint.</param>
/// <param name="Checkpoint">Signed note with log signature and cosignatures.</param>
public sealed record DiplomaFile(
    string? SdJwt, byte[]? Vc, string? Paper, IReadOnlyList<ProvenEntry> Entries, string Checkpoint)
{
    /// <summary>An anchor of an earlier tree on a chain; null when none is carried.</summary>
    public CarriedAnchor? Anchor { get; init; }

    /// <summary>Media type of the file, also the <c>Subtype</c> of the file embedded in a PDF.</summary>
    public const string MediaType = "application/vnd.mortanba.diploma+json";

    /// <summary>Name of the file when it is embedded in a PDF.</summary>
    public const string EmbeddedName = "diploma.json";

    /// <summary>A diploma with 200 trilingual courses stays below a quarter of this.</summary>
    public const int SizeMaxBytes = 2 * 1024 * 1024;

    /// <summary>Authority takes about eight entries and an asset's life a handful; more is not a diploma.</summary>
    public const int EntryCountMax = 256;

    internal const string Type = "MortanbaDiploma";
    internal const int Version = 1;
    internal const string SdJwtForm = "application/dc+sd-jwt";
    internal const string VcForm = "application/vc";
    internal const string PaperForm = "application/vnd.mortanba.paper+jwt";

    /// <summary>
    /// Reads a diploma file: its shape only, no signature and no proof. Refusals: <c>documents/file-too-large</c>,
    /// <c>-not-json</c>, <c>-wrong-type</c>, <c>-unknown-version</c>, <c>-malformed</c> (with the place).
    /// </summary>
    /// <remarks>
    /// White space and the order of members may differ from what <see cref="Write"/> gives: <see cref="Vc"/> and the
    /// entries come back as canonical bytes either way. An unknown member is refused, so nothing unread travels along.
    /// </remarks>
    public static Outcome<DiplomaFile> Parse(ReadOnlyMemory<byte> utf8) => DiplomaFileReader.Read(utf8, withForms: true);

    /// <summary>
    /// Reads the same shape without a form in it, which is how a site answers for the evidence of a diploma: entries,
    /// proofs and checkpoint (docs/formats/diploma-file.md). Refuses what <see cref="Parse"/> refuses, and any form.
    /// </summary>
    public static Outcome<DiplomaFile> ParseEvidence(ReadOnlyMemory<byte> utf8) =>
        DiplomaFileReader.Read(utf8, withForms: false);

    /// <summary>The same, and keeps what was parsed: the VC need not be parsed a second time.</summary>
    /// <param name="utf8">Must stay as it is until the answer is disposed.</param>
    public static Outcome<OpenedDiplomaFile> Open(ReadOnlyMemory<byte> utf8) => DiplomaFileReader.Open(utf8);

    /// <summary>The canonical (RFC 8785) bytes of the file, UTF-8 without a byte order mark.</summary>
    public byte[] Write() => DiplomaFileWriter.Write(this);
}

/// <summary>A ledger entry with its place and inclusion proof (RFC 6962 section 2.1.1, leaf to root).</summary>
/// <param name="Index">Place in the log, counted from 0.</param>
/// <param name="Entry">The canonical bytes the leaf hash runs over.</param>
/// <param name="Proof">Hashes of 32 bytes, from the leaf's sibling up.</param>
public sealed record ProvenEntry(long Index, ReadOnlyMemory<byte> Entry, IReadOnlyList<ReadOnlyMemory<byte>> Proof);

/// <summary>
/// An anchor of a tree that the checkpoint's tree grew from: what the ledger says of it, and that nothing was rewritten since.
/// </summary>
/// <param name="Index">Place of the <c>checkpoint.anchored</c> entry, which is one of <see cref="DiplomaFile.Entries"/>.</param>
/// <param name="Proof">
/// Consistency proof (RFC 6962 section 2.1.2) from the anchored size to that of the checkpoint: hashes of 32 bytes.
/// </param>
public sealed record CarriedAnchor(long Index, IReadOnlyList<ReadOnlyMemory<byte>> Proof);
