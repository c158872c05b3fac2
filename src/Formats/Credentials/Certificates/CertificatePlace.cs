using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>What the platform gives a certificate: its names, its issuer, and where its state is published.</summary>
/// <param name="Number">As printed: series and ten random digits.</param>
/// <param name="Body">BIN of the body that issues it.</param>
/// <param name="Operator">BIN of the organisation that keeps the record.</param>
/// <param name="KeyId">DID URL of the body's key that signs.</param>
/// <param name="SiteAddress">Public address without a slash at its end.</param>
/// <param name="RevocationUri">Status lists of the certificate, with <paramref name="StatusIndex"/> in each.</param>
/// <param name="IssuedAt">Time of issue.</param>
/// <param name="Replaces">The certificate that this one takes the place of; null when there is none.</param>
public sealed record CertificatePlace(
    AssetId Asset,
    string Number,
    Bin Body,
    Bin Operator,
    string BodyDid,
    string KeyId,
    string SiteAddress,
    string RevocationUri,
    string SuspensionUri,
    string TokenUri,
    int StatusIndex,
    DateTimeOffset IssuedAt,
    AssetId? Replaces);
