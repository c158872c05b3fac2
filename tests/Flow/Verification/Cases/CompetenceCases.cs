using Mortanba.Documents;
using Mortanba.Foundation;
using static Mortanba.Flow.Tests.Verification.CaseForms;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Certificates of competence: whole, ended, by whom who may and may not, and passed off as another kind of credential.</summary>
internal static class CompetenceCases
{
    private static readonly CertificateSample Sample = new(
        "competence", "CompetenceAward", "Certificate of AI competence", "School of trials", "initiator",
        [
            ("name", "\"Trial Teacher\""),
            ("competence", """{"kk":"«Тереңдету» деңгейі","ru":"Уровень «Углубление»","en":"Level Deepen"}"""),
            ("blocks", "\"T01, T02\""),
            ("codes", """{"award":"level/deepen","blocks":["T01","T02"]}"""),
        ],
        (asset, forms) => LedgerEntry.Create(
            LedgerEntryTypes.CompetenceAwarded,
            World.IssuedAt,
            ("asset", asset),
            ("award", "sha-256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            ("initiator", World.Initiator),
            ("operator", World.Operator),
            ("rules", "sha-256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            ("forms", forms)));

    private static readonly DiplomaFile Good = Sample.File();

    public static IEnumerable<Case> All()
    {
        yield return Of("good", Good);
        yield return Of("no-trust", Good, null);
        yield return Of("no-disclosures", Good with { SdJwt = Sample.SdJwtText(disclosures: []) });
        yield return FileCases.Of("competence/vc", Sample.Certificate());
        yield return Of("vc-signed-anew", Good with { Vc = Sample.Certificate(vc => vc["credentialSubject"]!["competence"]!["en"] = "Level Create") });
        yield return Of("annulled", Sample.File(end: LedgerEntry.Create(
            LedgerEntryTypes.AssetAnnulled, FileCases.Later, ("asset", World.Asset.ToString()), ("reason", "issued-in-error"))));
        yield return Of("awarded-twice", Sample.File(end: Sample.Decided(Sample.SdJwtText(), Sample.Certificate())));
        yield return Of("by-a-regulator", Sample.File(role: "regulator"));
        yield return Of("by-a-recognition-body", Sample.File(role: "recognition-body"));
        yield return Of("by-a-witness", Sample.File(role: "witness"));
        yield return Of("another-key", Sample.File(Sample.SdJwtText(signer: Stranger)));

        // None passes for another kind, each of which asks for entries of its own.
        yield return Of("registered-as-a-diploma", new World(forms: new WorldForms(Sample.SdJwtText(), Sample.Certificate(), CaseForms.Good.Paper)).File() with
        {
            Paper = null,
        });
        yield return Of("diploma-registered-as-award", Sample.File(CaseForms.Good.SdJwt, CaseForms.Good.Vc));
        yield return Of("recognition-registered-as-award", Sample.File(RecognitionCases.Good.SdJwt, RecognitionCases.Good.Vc));
        foreach (var flip in FileCases.Flips("competence", Good.Write(), 10))
        {
            yield return flip;
        }
    }

    private static Case Of(string name, DiplomaFile file, string? trust = Trusts.Given) => FileCases.Of("competence/" + name, file, trust);
}
