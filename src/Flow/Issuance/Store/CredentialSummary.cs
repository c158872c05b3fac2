using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>What may be said of a credential without opening it: no name, nothing personal.</summary>
/// <param name="Id">Row number in the store, counted upward from 1.</param>
/// <param name="TransferredAt">When rights arose (requirement DA-11); null before the transfer to the holder.</param>
/// <param name="Reason">Reason code of the last change of state; null for one that never changed.</param>
/// <param name="Supersedes">The older credential this one replaces (requirement DA-25).</param>
public sealed record CredentialSummary(
    long Id,
    AssetId Asset,
    string Batch,
    Bin Initiator,
    string Kind,
    string Series,
    string Number,
    string Programme,
    DateOnly AwardDate,
    DateTimeOffset IssuedAt,
    DateTimeOffset? TransferredAt,
    DiplomaState State,
    DateTimeOffset StateAt,
    string? Reason,
    AssetId? Supersedes,
    AssetId? SupersededBy,
    StatusPointer Status);

/// <summary>The three signed forms of one diploma, exactly as their commitments in the ledger cover them.</summary>
/// <param name="SdJwt"><c>application/dc+sd-jwt</c>, compact, with every disclosure, ASCII.</param>
/// <param name="Vc"><c>application/vc</c>: canonical bytes with the proof.</param>
/// <param name="Paper"><c>application/vnd.mortanba.paper+jwt</c>: the core of the paper code, ASCII.</param>
public sealed record SignedForms(byte[] SdJwt, byte[] Vc, byte[] Paper)
{
    public string SdJwtText => Encoding.ASCII.GetString(SdJwt);

    public string PaperText => Encoding.ASCII.GetString(Paper);
}

/// <summary>A stored credential in clear. Personal data.</summary>
public sealed record StoredDiploma(CredentialSummary Summary, DiplomaRecord Record, SignedForms Forms);

/// <summary>A diploma signed and sealed, ready for the store and the ledger in one transaction.</summary>
/// <remarks>The forms stand in the payload alone: 36 KB in clear for each diploma that waits would live through collections.</remarks>
/// <param name="Entry">Canonical bytes of the ledger entry <c>asset.registered</c>.</param>
/// <param name="WrappedKey">The data key under the vault's key, bound to the asset id.</param>
/// <param name="Name">The holder's name, AES-256-GCM under the data key.</param>
/// <param name="Payload">Record and forms, compressed, then AES-256-GCM under the data key.</param>
/// <param name="CapabilityHash">SHA-256 of the capability in the QR's address.</param>
/// <param name="Holder">HMAC of holder and programme: one award is one credential in force.</param>
public sealed record IssuedDiploma(
    DiplomaRecord Record,
    ReadOnlyMemory<byte> Entry,
    byte[] WrappedKey,
    byte[] Name,
    byte[] Payload,
    byte[] CapabilityHash,
    byte[] Holder)
{
    public AssetId Asset => Record.Asset;
}
