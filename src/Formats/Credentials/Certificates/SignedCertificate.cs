using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A kind of certificate: a credential that is no diploma.</summary>
/// <param name="Path">Last part of its addresses: <c>SITE/types/PATH</c> (the <c>vct</c>), <c>SITE/ns/PATH#</c> (its terms).</param>
/// <param name="TypeName">Type of the Verifiable Credential.</param>
/// <param name="Title">Name of the Verifiable Credential.</param>
/// <param name="Entry">Type of the ledger entry that registers it.</param>
public sealed record CertificateType(string Path, string TypeName, string Title, string Entry);

/// <summary>
/// A certificate in both signed forms, and the ledger entry that commits to them (docs/formats/recognition-certificate.md,
/// docs/formats/competence-certificate.md). In: claims and place. Out: bytes; nothing is stored.
/// </summary>
/// <param name="SdJwt">Compact, every claim about person and decision disclosable.</param>
/// <param name="Vc">Canonical bytes with the body's Data Integrity proof.</param>
/// <param name="Entry">No person, no outcome.</param>
public sealed record SignedCertificate(byte[] SdJwt, byte[] Vc, LedgerEntry Entry)
{
    // VC 2.0 keeps the word name for plain text about the subject.
    private const string HolderName = "holder_name";

    /// <param name="issuer">Name of the body, English.</param>
    /// <param name="hidden">Claims that the SD-JWT alone has: who gets the other form needs no numbers of the person.</param>
    /// <param name="claims">Claims that both forms have, by the name that the SD-JWT gives them.</param>
    /// <param name="members">Members of the ledger entry beside those that every certificate has.</param>
    /// <param name="hash">Value of the rule <c>record-hash</c>.</param>
    public static SignedCertificate Sign(
        CertificateType type, CertificatePlace place, string issuer, IEnumerable<(string Name, JsonNode Value)> hidden,
        IReadOnlyList<(string Name, JsonNode Value)> claims, IReadOnlyList<(string Name, JsonNode? Value)> members, string hash, ISigner key)
    {
        var sdJwt = SdJwtOf(type, place, hidden.Concat(claims), key);
        var vc = DataIntegrity.SignCanonical(Jcs.Canonicalize(VcOf(type, place, issuer, claims)), new ProofOptions(place.KeyId, place.IssuedAt), key);
        var entry = LedgerEntry.Create(
            type.Entry,
            place.IssuedAt,
            [
                ("asset", place.Asset.ToString()),
                ("initiator", place.Body.Value),
                ("operator", place.Operator.Value),
                ("forms", new JsonObject
                {
                    [SdJwtVc.MediaType] = Commitment.OfSigned(Credentials.SdJwt.CommittedPart(sdJwt), hash).ToString(),
                    ["application/vc"] = Commitment.OfSigned(vc, hash).ToString(),
                }),
                ("replaces", place.Replaces?.ToString()),
                .. members,
            ]);
        return new SignedCertificate(sdJwt, vc, entry);
    }

    /// <summary>Three languages as a claim.</summary>
    public static JsonObject Words(LocalizedText text) => new() { ["kk"] = text.Kk, ["ru"] = text.Ru, ["en"] = text.En };

    /// <summary>A day as a claim.</summary>
    public static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    // Sub-claims cannot be shown alone: a reader of a certificate needs a whole fact or none.
    private static byte[] SdJwtOf(CertificateType type, CertificatePlace place, IEnumerable<(string Name, JsonNode Value)> claims, ISigner key)
    {
        var writer = new SdJwtWriter().Begin()
            .Text("iss"u8, $"{place.SiteAddress}/institutions/{place.Body.Value}")
            .Text("vct"u8, $"{place.SiteAddress}/types/{type.Path}")
            .Text("jti"u8, place.Asset.ToString())
            .Number("iat"u8, place.IssuedAt.ToUnixTimeSeconds())
            .StartObject("status"u8).StartObject("status_list"u8)
            .Number("idx"u8, place.StatusIndex).Text("uri"u8, place.TokenUri)
            .End().End();
        foreach (var (name, value) in claims)
        {
            writer.Json(Encoding.ASCII.GetBytes(name), Jcs.Canonicalize(value), disclosable: true);
        }

        return writer.Sign(key, SdJwtVc.HeaderType, place.KeyId);
    }

    private static JsonObject VcOf(CertificateType type, CertificatePlace place, string issuer, IEnumerable<(string Name, JsonNode Value)> claims)
    {
        var space = $"{place.SiteAddress}/ns/{type.Path}#";
        var (subject, terms) = (new JsonObject(), new JsonObject { [type.TypeName] = space + type.TypeName });
        foreach (var (name, value) in claims)
        {
            var term = name == "name" ? HolderName : name;
            subject[term] = value;
            terms[term] = space + term;
        }

        return new JsonObject
        {
            ["@context"] = new JsonArray("https://www.w3.org/ns/credentials/v2", terms),
            ["id"] = place.Asset.ToString(),
            ["type"] = new JsonArray("VerifiableCredential", type.TypeName),
            ["issuer"] = new JsonObject { ["id"] = place.BodyDid, ["name"] = issuer },
            ["name"] = type.Title,
            ["validFrom"] = LedgerEntry.Time(place.IssuedAt),
            ["credentialStatus"] = new JsonArray(
                Status(place.RevocationUri, place.StatusIndex, "revocation"), Status(place.SuspensionUri, place.StatusIndex, "suspension")),
            ["credentialSubject"] = subject,
        };
    }

    private static JsonObject Status(string list, int index, string purpose) => new()
    {
        ["type"] = "BitstringStatusListEntry",
        ["statusListCredential"] = list,
        ["statusListIndex"] = index.ToString(CultureInfo.InvariantCulture),
        ["statusPurpose"] = purpose,
    };
}
