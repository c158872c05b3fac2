using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;

namespace Mortanba.Issuance;

/// <summary>The truth about one diploma; both signed forms, the PDF and the supplement are pure functions of it.</summary>
/// <param name="InitiatorKeyId">DID URL of the institution key that signs the forms.</param>
/// <param name="Capability">128 random bits, base64url: the unguessable part of the QR's address.</param>
/// <param name="InForceUntil">Last day, when the rule <c>diploma-expiry</c> sets one; no source does so today.</param>
public sealed record DiplomaRecord(
    AssetId Asset,
    ValidatedDiploma Content,
    IssuePermission Permission,
    string InitiatorKeyId,
    StatusPointer Status,
    string Capability,
    string SiteAddress,
    DateTimeOffset IssuedAt,
    DateOnly? InForceUntil = null)
{
    public Organisation Initiator => Permission.Initiator;

    public Organisation Operator => Permission.Operator;
}

/// <summary>Where the state of a credential is published: the same random index in all three lists of one block.</summary>
/// <param name="ListId">Id of the block of 131,072 indices.</param>
public sealed record StatusPointer(string ListId, int Index, string RevocationUri, string SuspensionUri, string TokenUri);
