using System.Text.Json.Nodes;
using Mortanba.Documents;
using Mortanba.Foundation;
using static Mortanba.Flow.Tests.Verification.CaseForms;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Certificates of decisions of recognition: whole, ended, by whom who may not, and passed off as diplomas or the other way round.</summary>
internal static class RecognitionCases
{
    private static readonly DateTimeOffset Start = new(2026, 1, 15, 5, 0, 0, TimeSpan.Zero);
    private static readonly AssetId Newer = AssetId.Parse("urn:uuid:7a1d2f3c-11aa-4e57-8d55-3c7b8a9e0f12");
    private static readonly CertificateSample Sample = new(
        "recognition", "RecognitionDecision", "Decision on the recognition of a qualification", "National centre", "recognition-body",
        [
            ("name", """{"kk":"Ли Вэй","ru":"Ли Вэй","en":"Li Wei"}"""),
            ("decision", """{"kk":"Толық танылды","ru":"Признана полностью","en":"Recognised in full"}"""),
            ("codes", """{"outcome":"full","purpose":"title","reasons":[]}"""),
        ],
        (asset, forms) => LedgerEntry.Create(
            LedgerEntryTypes.RecognitionDecided,
            World.IssuedAt,
            ("asset", asset),
            ("case", "R-7KQ2-9FXA"),
            ("initiator", World.Initiator),
            ("operator", World.Operator),
            ("rules", "sha-256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            ("forms", forms)));

    public static readonly DiplomaFile Good = Sample.File();

    public static IEnumerable<Case> All() => [.. Whole(), .. Ended(), .. ByOthers(), .. Passed(), .. FileCases.Flips("recognition", Good.Write(), 20)];

    private static Case Of(string name, DiplomaFile file, string? trust = Trusts.Given) => FileCases.Of("recognition/" + name, file, trust);

    private static IEnumerable<Case> Whole()
    {
        yield return Of("good", Good);
        yield return Of("no-trust", Good, null);
        yield return Of("no-institutions", Good, "no-institutions");
        yield return Of("no-disclosures", Good with { SdJwt = Sample.SdJwtText(disclosures: []) });
        yield return Of("sd-jwt-in-file", Good with { Vc = null });
        yield return Of("vc-in-file", Good with { SdJwt = null });
        yield return FileCases.Of("recognition/sd-jwt", Utf8(Sample.SdJwtText()));
        yield return FileCases.Of("recognition/vc", Sample.Certificate());
        yield return Of("foreign-disclosure", Good with { SdJwt = Sample.SdJwtText(disclosures: [Sample.Disclosures[0], Disclosure("scope", "\"all\"")]) });
        yield return Of("vc-changed", Good with { Vc = Changed(vc => vc["credentialSubject"]!["decision"]!["en"] = "Refused") });
        yield return Of("vc-context-unknown", Sample.File(vc: Sample.Certificate(vc => vc["@context"]!.AsArray().Add("https://stranger.example/c"))));
        yield return Of("vc-type-undefined", Sample.File(vc: Sample.Certificate(vc => vc["@context"]![1]!.AsObject().Remove("RecognitionDecision"))));
    }

    private static IEnumerable<Case> Ended()
    {
        foreach (var type in (string[])[LedgerEntryTypes.AssetSuperseded, LedgerEntryTypes.AssetAnnulled, LedgerEntryTypes.AssetErased])
        {
            var by = type == LedgerEntryTypes.AssetSuperseded ? Newer.ToString() : null;
            yield return Of(type, Sample.File(end: LedgerEntry.Create(type, FileCases.Later, ("asset", World.Asset.ToString()), ("reason", "appeal-changed"), ("by", by))));
        }

        yield return Of("decided-twice", Sample.File(end: Sample.Decided(Sample.SdJwtText(), Sample.Certificate())));
    }

    private static IEnumerable<Case> ByOthers()
    {
        yield return Of("by-an-initiator", Sample.File(role: "initiator"));
        yield return Of("by-a-regulator", Sample.File(role: "regulator"));
        yield return Of("body-unregistered", Good with { Entries = [.. Good.Entries.Where(e => e.Index != 1)] });
        yield return Of("operator-unregistered", Good with { Entries = [.. Good.Entries.Where(e => e.Index != 0)] });
        yield return Of("key-retired", Sample.File(before: World.KeyEntry(World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, Start, LedgerEntryTypes.KeyRetired)));
        yield return Of("another-key", Sample.File(Sample.SdJwtText(signer: Stranger)));
    }

    // Neither passes for the other: each asks for entries of its own.
    private static IEnumerable<Case> Passed()
    {
        var forms = new WorldForms(Sample.SdJwtText(), Sample.Certificate(), CaseForms.Good.Paper);
        yield return Of("registered-as-a-diploma", new World(forms: forms).File() with { Paper = null });
        yield return Of("diploma-registered-as-decision", Sample.File(CaseForms.Good.SdJwt, CaseForms.Good.Vc));
        yield return Of("beside-a-diploma", Sample.File(vc: CaseForms.Good.Vc));
        yield return Of("beside-a-paper-core", Good with { Paper = CaseForms.Good.Paper });
        yield return Of("of-another-site", Sample.File(Sample.SdJwtText(payload => payload["vct"] = "https://stranger.example/types/recognition")));
    }

    private static byte[] Changed(Action<JsonObject> change)
    {
        var vc = (JsonObject)JsonNode.Parse(Sample.Certificate())!;
        change(vc);
        return Jcs.Canonicalize(vc);
    }
}
