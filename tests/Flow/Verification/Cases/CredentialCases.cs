using System.Text.Json.Nodes;
using Mortanba.Credentials;
using static Mortanba.Flow.Tests.Verification.CaseForms;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Badges shown alone: structure, contexts, status entries, proofs.</summary>
internal static class CredentialCases
{
    public static IEnumerable<Case> All() =>
        [.. Whole(), .. Structure(), .. Achievement(), .. Status(), .. Proofs(), .. FileCases.Flips("vc", CaseForms.Good.Vc, 40)];

    private static Case Of(string name, byte[] vc, string? trust = Trusts.Given) => FileCases.Of("vc/" + name, vc, trust);

    private static Case Of(string name, Action<JsonObject> change) => Of(name, Vc(change));

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private static IEnumerable<Case> Whole()
    {
        yield return Of("good", CaseForms.Good.Vc);
        yield return Of("good-no-trust", CaseForms.Good.Vc, null);
        yield return Of("good-unknown-issuer", CaseForms.Good.Vc, "no-institutions");
        yield return Of("indented", Utf8(JsonNode.Parse(CaseForms.Good.Vc)!.ToJsonString(new() { WriteIndented = true })));
        yield return Of("no-proof", Vc(after: vc => vc.Remove("proof")));
        yield return Of("no-issuer", vc => vc.Remove("issuer"));
        yield return Of("no-name-in-three-languages", vc => ((JsonArray)vc["credentialSubject"]!["identifier"]!).RemoveAt(0));
        yield return Of("badge-of-a-stranger", Vc(vc => vc["issuer"]!["id"] = "did:web:badges.example", keyId: "did:web:badges.example#key-1"));
        yield return Of("key-of-another", Vc(keyId: World.OperatorKeyId));
    }

    private static IEnumerable<Case> Structure()
    {
        foreach (var (name, change) in new (string, Action<JsonObject>)[]
        {
            ("context-missing", vc => vc.Remove("@context")),
            ("context-text", vc => vc["@context"] = Contexts.BaseUrl),
            ("context-empty", vc => vc["@context"] = new JsonArray()),
            ("context-other-order", vc => vc["@context"] = new JsonArray(Contexts.OpenBadgesUrl, Contexts.BaseUrl)),
            ("context-unknown", vc => ((JsonArray)vc["@context"]!).Add("https://example.com/context")),
            ("context-own-term", vc => ((JsonArray)vc["@context"]!).Add(Json("""{"mine":"https://example.com/mine"}"""))),
            ("context-own-vocabulary", vc => ((JsonArray)vc["@context"]!).Add(Json("""{"@vocab":"https://example.com/"}"""))),
            ("context-redefines", vc => ((JsonArray)vc["@context"]!).Add(Json("""{"issuer":"https://example.com/issuer"}"""))),
            ("context-own-term-no-url", vc => ((JsonArray)vc["@context"]!).Add(Json("""{"mine":"mine"}"""))),
            ("context-protected-twice", vc =>
            {
                ((JsonArray)vc["@context"]!).Add(Json("""{"@protected":true,"mine":"https://example.com/a"}"""));
                ((JsonArray)vc["@context"]!).Add(Json("""{"mine":"https://example.com/b"}"""));
            }),
            ("context-number", vc => ((JsonArray)vc["@context"]!).Add(1)),
            ("type-text", vc => vc["type"] = "VerifiableCredential"),
            ("type-unknown", vc => ((JsonArray)vc["type"]!).Add("Surprise")),
            ("type-of-own-context", vc =>
            {
                ((JsonArray)vc["@context"]!).Add(Json("""{"Mine":"https://example.com/mine"}"""));
                ((JsonArray)vc["type"]!).Add("Mine");
            }),
            ("type-url", vc => ((JsonArray)vc["type"]!).Add("https://example.com/Type")),
            ("type-no-badge", vc => vc["type"] = new JsonArray("VerifiableCredential")),
            ("type-no-credential", vc => vc["type"] = new JsonArray("AchievementCredential")),
            ("id-missing", vc => vc.Remove("id")),
            ("id-no-url", vc => vc["id"] = "diploma"),
            ("id-no-asset", vc => vc["id"] = "https://example.com/1"),
            ("issuer-text", vc => vc["issuer"] = World.InitiatorDid),
            ("issuer-name-map", vc => vc["issuer"]!["name"] = Json("""{"kk":"a"}""")),
            ("issuer-name-value", vc => vc["issuer"]!["name"] = Json("""{"@value":"a","@language":"kk"}""")),
            ("valid-from-missing", vc => vc.Remove("validFrom")),
            ("valid-from-day", vc => vc["validFrom"] = "2026-06-26"),
            ("valid-from-offset", vc => vc["validFrom"] = "2026-06-26T15:00:00.25+05:00"),
            ("valid-from-end-of-day", vc => vc["validFrom"] = "2026-06-25T24:00:00Z"),
            ("valid-from-no-day", vc => vc["validFrom"] = "2026-02-30T00:00:00Z"),
            ("valid-until-before", vc => vc["validUntil"] = "2026-06-25T00:00:00Z"),
            ("valid-until-no-time", vc => vc["validUntil"] = "never"),
            ("subject-list", vc => vc["credentialSubject"] = new JsonArray(vc["credentialSubject"]!.DeepClone())),
            ("subject-empty", vc => vc["credentialSubject"] = new JsonObject()),
            ("subject-id-no-url", vc => vc["credentialSubject"]!["id"] = "x"),
            ("subject-missing", vc => vc.Remove("credentialSubject")),
            ("name-number", vc => vc["name"] = 1),
            ("schema-without-id", vc => vc["credentialSchema"] = Json("""{"type":"JsonSchema"}""")),
            ("terms-without-type", vc => vc["termsOfUse"] = Json("""{"id":"https://example.com/"}""")),
            ("related-known", vc => vc["relatedResource"] = Json($$"""{"id":"{{Contexts.BaseUrl}}","digestSRI":"sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"}""")),
            ("related-multibase", vc => vc["relatedResource"] = Json($$"""{"id":"{{Contexts.BaseUrl}}","digestMultibase":"uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"}""")),
            ("related-differs", vc => vc["relatedResource"] = Json($$"""{"id":"{{Contexts.BaseUrl}}","digestSRI":"sha256-AAAA"}""")),
            ("related-without-digest", vc => vc["relatedResource"] = Json("""{"id":"https://example.com/"}""")),
            ("related-twice", vc => vc["relatedResource"] = Json("""[{"id":"https://a.example/","digestSRI":"x"},{"id":"https://a.example/","digestSRI":"x"}]""")),
        })
        {
            yield return Of("structure-" + name, change);
        }
    }

    private static IEnumerable<Case> Achievement()
    {
        foreach (var (name, change) in new (string, Action<JsonObject>)[]
        {
            ("subject-type", s => s["type"] = "Person"),
            ("subject-type-text", s => s["type"] = "AchievementSubject"),
            ("no-id-no-identifier", s => s.Remove("identifier")),
            ("achievement-missing", s => s.Remove("achievement")),
            ("achievement-type", s => s["achievement"]!["type"] = new JsonArray()),
            ("achievement-id", s => s["achievement"]!["id"] = "a"),
            ("achievement-name-map", s => s["achievement"]!["name"] = Json("""{"kk":"Бакалавр","ru":"Бакалавр","en":"Bachelor"}""")),
            ("achievement-name-empty-map", s => s["achievement"]!["name"] = new JsonObject()),
            ("achievement-criteria", s => s["achievement"]!["criteria"] = "x"),
            ("identifier-hashed", s => s["identifier"]![0]!["hashed"] = "no"),
            ("identifier-type", s => ((JsonObject)s["identifier"]![0]!).Remove("identityType")),
            ("result-type", s => s["result"] = Json("""[{"type":["Result"]},{"type":["Grade"]}]""")),
            ("result-alignment", s => s["result"] = Json("""{"type":"Result","alignment":{"type":"Alignment","targetUrl":"x","targetName":"y"}}""")),
            ("rubric", s => s["achievement"]!["resultDescription"] = Json("""{"type":"ResultDescription","id":"urn:x:1","name":"n","resultType":"r","rubricCriterionLevel":{"type":"RubricCriterionLevel","id":"urn:x:2"}}""")),
            ("parent", s => s["source"] = Json("""{"type":"Profile","id":"urn:x:1","parentOrg":{"type":"Profile"}}""")),
            ("other-identifier", s => s["achievement"]!["otherIdentifier"] = Json("""{"type":"IdentifierEntry","identifier":"1","identifierType":"x"}""")),
        })
        {
            yield return Of("achievement-" + name, vc => change((JsonObject)vc["credentialSubject"]!));
        }

        yield return Of("achievement-evidence", vc => vc["evidence"] = Json("""{"type":"Proof"}"""));
    }

    private static IEnumerable<Case> Status()
    {
        foreach (var (name, change) in new (string, Action<JsonObject>)[]
        {
            ("type", s => s["type"] = "CredentialStatusList2017"),
            ("index-number", s => s["statusListIndex"] = 1),
            ("index-sign", s => s["statusListIndex"] = "+1"),
            ("index-too-large", s => s["statusListIndex"] = "2147483648"),
            ("purpose-message", s => s["statusPurpose"] = "message"),
            ("purpose-refresh", s => s["statusPurpose"] = "refresh"),
            ("purpose-empty", s => s["statusPurpose"] = ""),
            ("list-no-url", s => s["statusListCredential"] = "list"),
            ("id-is-list", s => s["id"] = (string)s["statusListCredential"]!),
            ("size-0", s => s["statusSize"] = 0),
            ("size-2", s => s["statusSize"] = 2),
            ("size-2-with-words", s =>
            {
                s["statusSize"] = 2;
                s["statusMessage"] = Json("""[{"status":"0x0","message":"a"},{"status":"0x1","message":"b"},{"status":"0x2","message":"c"},{"status":"0x3","message":"d"}]""");
            }),
            ("words-missing", s => s["statusMessage"] = new JsonArray()),
        })
        {
            yield return Of("status-" + name, vc => change((JsonObject)vc["credentialStatus"]![1]!));
        }

        yield return Of("status-none", vc => vc.Remove("credentialStatus"));
        yield return Of("status-empty", vc => vc["credentialStatus"] = new JsonArray());
        yield return Of("status-single", vc => vc["credentialStatus"] = vc["credentialStatus"]![0]!.DeepClone());
        yield return FileCases.Of("file/status-unknown", new World(forms: CaseForms.Good with
        {
            Vc = Vc(vc => vc["credentialStatus"]![1]!["statusPurpose"] = "refresh"),
        }));
    }

    private static IEnumerable<Case> Proofs()
    {
        foreach (var (name, change) in new (string, Action<JsonObject>)[]
        {
            ("type", p => p["type"] = "Ed25519Signature2020"),
            ("suite", p => p["cryptosuite"] = "ecdsa-rdfc-2019"),
            ("suite-missing", p => p.Remove("cryptosuite")),
            ("suite-of-another-key", p => p["cryptosuite"] = "eddsa-jcs-2022"),
            ("purpose", p => p["proofPurpose"] = "authentication"),
            ("purpose-missing", p => p.Remove("proofPurpose")),
            ("created-changed", p => p["created"] = "2026-06-26T10:00:01Z"),
            ("created-no-time", p => p["created"] = "now"),
            ("created-in-the-future", p => p["created"] = "2027-01-01T00:00:00Z"),
            ("expired", p => p["expires"] = "2026-06-27T00:00:00Z"),
            ("value-missing", p => p.Remove("proofValue")),
            ("value-short", p => p["proofValue"] = "z1111"),
            ("value-no-base58", p => p["proofValue"] = "z0OIl"),
            ("value-other-base", p => p["proofValue"] = "u" + (string)p["proofValue"]!),
            ("context-missing", p => p.Remove("@context")),
            ("context-other", p => p["@context"] = new JsonArray(Contexts.OpenBadgesUrl)),
            ("context-fewer", p => p["@context"] = new JsonArray(Contexts.BaseUrl)),
            ("previous-missing", p => p["previousProof"] = "urn:x:1"),
            ("previous-number", p => p["previousProof"] = 1),
            ("method-of-another", p => p["verificationMethod"] = World.OperatorKeyId),
        })
        {
            yield return Of("proof-" + name, Vc(after: vc => change((JsonObject)vc["proof"]!)));
        }

        yield return Of("proof-by-a-stranger", Vc(signer: Stranger));
        yield return Of("proof-list", Vc(after: vc => vc["proof"] = new JsonArray(vc["proof"]!.DeepClone())));
        yield return Of("proof-list-twice", Vc(after: vc => vc["proof"] = new JsonArray(vc["proof"]!.DeepClone(), vc["proof"]!.DeepClone())));
        yield return Of("proof-list-empty", Vc(after: vc => vc["proof"] = new JsonArray()));
        yield return Of("proof-list-of-texts", Vc(after: vc => ((JsonArray)(vc["proof"] = new JsonArray(vc["proof"]!.DeepClone()))).Add("x")));
        yield return Of("proof-list-with-one-of-another", Vc(after: vc =>
        {
            var other = (JsonObject)vc["proof"]!.DeepClone();
            other["verificationMethod"] = World.OperatorKeyId;
            vc["proof"] = new JsonArray(vc["proof"]!.DeepClone(), other);
        }));
        yield return Of("proof-ids-repeated", Vc(after: vc =>
        {
            vc["proof"]!["id"] = "urn:x:1";
            vc["proof"] = new JsonArray(vc["proof"]!.DeepClone(), vc["proof"]!.DeepClone());
        }));
        yield return Of("content-changed", Vc(after: vc => vc["name"] = "Doctor"));
        yield return Of("member-added", Vc(after: vc => vc["note"] = "x"));
    }
}
