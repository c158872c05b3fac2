using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The certificate of a decision in both signed forms, and the ledger entry that commits to them (requirement RQ-22,
/// docs/formats/recognition-certificate.md). In: the facts of the decision. Out: bytes; nothing is stored.
/// </summary>
/// <param name="SdJwt">Compact, every claim about person and decision disclosable.</param>
/// <param name="Vc">Canonical bytes with the body's Data Integrity proof.</param>
/// <param name="Entry"><c>recognition.decided</c>: no person, no outcome.</param>
public sealed record RecognitionCertificate(byte[] SdJwt, byte[] Vc, LedgerEntry Entry)
{
    public const string TypeName = "RecognitionDecision";

    /// <summary>The <c>vct</c> of certificates of one site.</summary>
    public static string TypeAt(string siteAddress) => siteAddress + "/types/recognition";

    /// <param name="hash">Value of the rule <c>record-hash</c>.</param>
    public static RecognitionCertificate Sign(RecognitionDecisionFacts facts, CertificatePlace place, string hash, ISigner key)
    {
        var sdJwt = SdJwtOf(facts, place, key);
        var vc = DataIntegrity.SignCanonical(Jcs.Canonicalize(VcOf(facts, place)), new ProofOptions(place.KeyId, place.IssuedAt), key);
        var entry = LedgerEntry.Create(
            LedgerEntryTypes.RecognitionDecided,
            place.IssuedAt,
            ("asset", place.Asset.ToString()),
            ("case", Commitment.OfSigned(Encoding.UTF8.GetBytes(facts.CaseId), Commitment.Sha256).ToString()),
            ("initiator", place.Body.Value),
            ("operator", place.Operator.Value),
            ("rules", facts.RulesHash().ToString()),
            ("forms", new JsonObject
            {
                [Credentials.SdJwtVc.MediaType] = Commitment.OfSigned(Credentials.SdJwt.CommittedPart(sdJwt), hash).ToString(),
                ["application/vc"] = Commitment.OfSigned(vc, hash).ToString(),
            }),
            ("replaces", place.Replaces?.ToString()));
        return new RecognitionCertificate(sdJwt, vc, entry);
    }

    // Sub-claims cannot be shown alone: a reader of a certificate needs a whole fact or none.
    private static byte[] SdJwtOf(RecognitionDecisionFacts facts, CertificatePlace place, ISigner key)
    {
        var writer = new SdJwtWriter().Begin()
            .Text("iss"u8, $"{place.SiteAddress}/institutions/{place.Body.Value}")
            .Text("vct"u8, TypeAt(place.SiteAddress))
            .Text("jti"u8, place.Asset.ToString())
            .Number("iat"u8, place.IssuedAt.ToUnixTimeSeconds())
            .StartObject("status"u8).StartObject("status_list"u8)
            .Number("idx"u8, place.StatusIndex).Text("uri"u8, place.TokenUri)
            .End().End();
        if (facts.Holder.BirthDate is { } born)
        {
            writer.Text("birthdate"u8, Day(born), disclosable: true);
        }

        foreach (var (name, value) in Claims(facts, place))
        {
            writer.Json(Encoding.ASCII.GetBytes(name), Jcs.Canonicalize(value), disclosable: true);
        }

        return writer.Sign(key, Credentials.SdJwtVc.HeaderType, place.KeyId);
    }

    // No birth date: who gets this form needs the decision, not the person's numbers.
    private static JsonObject VcOf(RecognitionDecisionFacts facts, CertificatePlace place)
    {
        var (subject, terms) = (new JsonObject(), new JsonObject { [TypeName] = place.SiteAddress + "/ns/recognition#" + TypeName });
        foreach (var (name, value) in Claims(facts, place))
        {
            // VC 2.0 keeps the word name for plain text about the subject.
            var term = name == "name" ? HolderName : name;
            subject[term] = value;
            terms[term] = $"{place.SiteAddress}/ns/recognition#{term}";
        }

        return new JsonObject
        {
            ["@context"] = new JsonArray("https://www.w3.org/ns/credentials/v2", terms),
            ["id"] = place.Asset.ToString(),
            ["type"] = new JsonArray("VerifiableCredential", TypeName),
            ["issuer"] = new JsonObject { ["id"] = place.BodyDid, ["name"] = facts.Body.En },
            ["name"] = "Decision on the recognition of a qualification",
            ["validFrom"] = LedgerEntry.Time(place.IssuedAt),
            ["credentialStatus"] = new JsonArray(
                Status(place.RevocationUri, place.StatusIndex, "revocation"), Status(place.SuspensionUri, place.StatusIndex, "suspension")),
            ["credentialSubject"] = subject,
        };
    }

    private const string HolderName = "holder_name";

    private static JsonObject Status(string list, int index, string purpose) => new()
    {
        ["type"] = "BitstringStatusListEntry",
        ["statusListCredential"] = list,
        ["statusListIndex"] = index.ToString(CultureInfo.InvariantCulture),
        ["statusPurpose"] = purpose,
    };

    // Members that both forms have, by the name that the SD-JWT gives them.
    private static IEnumerable<(string Name, JsonNode Value)> Claims(RecognitionDecisionFacts facts, CertificatePlace place)
    {
        var (holder, qualification) = (facts.Holder, facts.Qualification);
        yield return ("name", Words(holder.Name));
        yield return ("certificate_number", place.Number);
        yield return ("case_number", facts.CaseNumber);
        yield return ("decision", Words(DecisionWords.Of(facts.Outcome)));
        yield return ("purpose", Words(DecisionWords.Of(facts.Purpose)));
        if (facts.Scope.Length > 0)
        {
            yield return ("scope", facts.Scope);
        }

        yield return ("foreign_qualification", Words(qualification.Title));
        if (qualification.Title != LocalizedText.Same(qualification.OriginalTitle))
        {
            yield return ("original_title", qualification.OriginalTitle);
        }

        if (qualification.OriginalLanguage != "und")
        {
            yield return ("original_language", qualification.OriginalLanguage);
        }

        yield return ("foreign_institution", qualification.Institution);
        yield return ("awarding_country", Words(DecisionWords.Join(qualification.Countries.Select(c => c.Name))));
        yield return ("awarding_country_codes", new JsonArray([.. qualification.Countries.Select(c => (JsonNode)c.Code)]));
        yield return ("award_date", Day(qualification.Awarded));
        yield return ("qualification_level", Words(qualification.Level));
        yield return ("recognition_body", Words(facts.Body));
        yield return ("decided_by", facts.DecidedBy.Name);
        yield return ("decision_date", Day(facts.Date));
        if (facts.Appeal?.Until is { } until)
        {
            yield return ("appeal_until", Day(until));
        }

        if (facts.ConditionUntil is { } fulfilled)
        {
            yield return ("condition_until", Day(fulfilled));
        }

        if (facts.Validity is { } validity)
        {
            yield return validity.Until is { } last ? ("valid_until", Day(last)) : ("validity", Words(DecisionWords.NoEnd));
        }

        foreach (var (name, cited) in new[]
        {
            ("cited_diploma", facts.Diploma), ("cited_receipt", facts.Receipt), ("replaced_certificate", place.Replaces?.ToString()),
        })
        {
            if (cited is not null)
            {
                yield return (name, cited);
            }
        }

        yield return ("codes", new JsonObject
        {
            ["outcome"] = RecognitionDecisionFacts.Code(facts.Outcome),
            ["purpose"] = RecognitionDecisionFacts.Code(facts.Purpose),
            ["reasons"] = new JsonArray([.. facts.ReasonCodes.Select(c => (JsonNode)c)]),
        });
        yield return ("legal_basis", new JsonArray(
        [
            .. facts.Basis.Select(b => (JsonNode)new JsonObject
            {
                ["treaty"] = b.Id,
                ["articles"] = new JsonArray([.. b.Articles.Select(a => (JsonNode)a)]),
            }),
        ]));
        yield return ("rules", new JsonArray([.. facts.Rules.Select(r => (JsonNode)r.Reference)]));
    }

    private static JsonObject Words(LocalizedText text) => new() { ["kk"] = text.Kk, ["ru"] = text.Ru, ["en"] = text.En };

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
