using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using static Mortanba.Credentials.SignedCertificate;

namespace Mortanba.Recognition;

/// <summary>The certificate of a decision (requirement RQ-22, docs/formats/recognition-certificate.md). In: the facts of the decision.</summary>
public static class RecognitionCertificate
{
    /// <summary>Its entry <c>recognition.decided</c> carries neither person nor outcome.</summary>
    public static readonly CertificateType Type = new(
        "recognition", "RecognitionDecision", "Decision on the recognition of a qualification", LedgerEntryTypes.RecognitionDecided);

    /// <param name="hash">Value of the rule <c>record-hash</c>.</param>
    public static SignedCertificate Sign(RecognitionDecisionFacts facts, CertificatePlace place, string hash, ISigner key) => SignedCertificate.Sign(
        Type, place, facts.Body.En,
        facts.Holder.BirthDate is { } born ? [("birthdate", Day(born))] : [],
        [.. Claims(facts, place)],
        [
            ("case", Commitment.OfSigned(Encoding.UTF8.GetBytes(facts.CaseId), Commitment.Sha256).ToString()),
            ("rules", facts.RulesHash().ToString()),
        ],
        hash, key);

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
}
