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
    private static readonly string Holder = Disclosure("name", """{"kk":"Ли Вэй","ru":"Ли Вэй","en":"Li Wei"}""");
    private static readonly string Decision = Disclosure("decision", """{"kk":"Толық танылды","ru":"Признана полностью","en":"Recognised in full"}""");
    private static readonly string Codes = Disclosure("codes", """{"outcome":"full","purpose":"title","reasons":[]}""");

    private static readonly DiplomaFile Good = File();

    public static IEnumerable<Case> All() => [.. Whole(), .. Ended(), .. ByOthers(), .. Passed(), .. FileCases.Flips("recognition", Good.Write(), 20)];

    private static Case Of(string name, DiplomaFile file, string? trust = Trusts.Given) => FileCases.Of("recognition/" + name, file, trust);

    private static IEnumerable<Case> Whole()
    {
        yield return Of("good", Good);
        yield return Of("no-trust", Good, null);
        yield return Of("no-institutions", Good, "no-institutions");
        yield return Of("no-disclosures", Good with { SdJwt = SdJwtText(disclosures: []) });
        yield return Of("sd-jwt-in-file", Good with { Vc = null });
        yield return Of("vc-in-file", Good with { SdJwt = null });
        yield return FileCases.Of("recognition/sd-jwt", Utf8(SdJwtText()));
        yield return FileCases.Of("recognition/vc", Certificate());
        yield return Of("foreign-disclosure", Good with { SdJwt = SdJwtText(disclosures: [Holder, Disclosure("scope", "\"all\"")]) });
        yield return Of("vc-changed", Good with { Vc = Changed(vc => vc["credentialSubject"]!["decision"]!["en"] = "Refused") });
        yield return Of("vc-context-unknown", File(vc: Certificate(vc => vc["@context"]!.AsArray().Add("https://stranger.example/c"))));
        yield return Of("vc-type-undefined", File(vc: Certificate(vc => vc["@context"]![1]!.AsObject().Remove("RecognitionDecision"))));
    }

    private static IEnumerable<Case> Ended()
    {
        foreach (var type in (string[])[LedgerEntryTypes.AssetSuperseded, LedgerEntryTypes.AssetAnnulled, LedgerEntryTypes.AssetErased])
        {
            var by = type == LedgerEntryTypes.AssetSuperseded ? Newer.ToString() : null;
            yield return Of(type, File(end: LedgerEntry.Create(type, FileCases.Later, ("asset", World.Asset.ToString()), ("reason", "appeal-changed"), ("by", by))));
        }

        yield return Of("decided-twice", File(end: Decided(SdJwtText(), Certificate())));
    }

    private static IEnumerable<Case> ByOthers()
    {
        yield return Of("by-an-initiator", File(role: "initiator"));
        yield return Of("by-a-regulator", File(role: "regulator"));
        yield return Of("body-unregistered", Good with { Entries = [.. Good.Entries.Where(e => e.Index != 1)] });
        yield return Of("operator-unregistered", Good with { Entries = [.. Good.Entries.Where(e => e.Index != 0)] });
        yield return Of("key-retired", File(before: World.KeyEntry(World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, Start, LedgerEntryTypes.KeyRetired)));
        yield return Of("another-key", File(SdJwtText(signer: Stranger)));
    }

    // Neither passes for the other: each asks for entries of its own.
    private static IEnumerable<Case> Passed()
    {
        var forms = new WorldForms(SdJwtText(), Certificate(), CaseForms.Good.Paper);
        yield return Of("registered-as-a-diploma", new World(forms: forms).File() with { Paper = null });
        yield return Of("diploma-registered-as-decision", File(CaseForms.Good.SdJwt, CaseForms.Good.Vc));
        yield return Of("beside-a-diploma", File(vc: CaseForms.Good.Vc));
        yield return Of("beside-a-paper-core", Good with { Paper = CaseForms.Good.Paper });
        yield return Of("of-another-site", File(SdJwtText(payload => payload["vct"] = "https://stranger.example/types/recognition")));
    }

    private static DiplomaFile File(
        string? sdJwt = null, byte[]? vc = null, string role = "recognition-body", LedgerEntry? before = null, LedgerEntry? end = null)
    {
        var forms = new WorldForms(sdJwt ?? SdJwtText(), vc ?? Certificate(), CaseForms.Good.Paper);
        var world = new World(
            (step, entries) => step switch
            {
                "initiator" => [World.Institution(World.Initiator, World.InitiatorDid, role, Start)],
                "permit" => [],
                "decision" => before is null ? [] : [before],
                "asset" => [Decided(forms.SdJwt, forms.Vc)],
                "end" => end is null ? [] : [end],
                _ => entries,
            },
            forms: forms);
        return world.File() with { Paper = null };
    }

    private static LedgerEntry Decided(string sdJwt, byte[] vc) => LedgerEntry.Create(
        LedgerEntryTypes.RecognitionDecided,
        World.IssuedAt,
        ("asset", World.Asset.ToString()),
        ("case", "R-7KQ2-9FXA"),
        ("initiator", World.Initiator),
        ("operator", World.Operator),
        ("rules", "sha-256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("forms", new JsonObject
        {
            ["application/dc+sd-jwt"] = Commitment.OfSigned(Credentials.SdJwt.CommittedPart(Utf8(sdJwt))).ToString(),
            ["application/vc"] = Commitment.OfSigned(vc).ToString(),
        }));

    private static string SdJwtText(Action<JsonObject>? change = null, IEnumerable<string>? disclosures = null, ISigner? signer = null) => SdJwt(
        payload =>
        {
            payload["vct"] = World.Site + "/types/recognition";
            payload["_sd"] = new JsonArray(DigestOf(Holder), DigestOf(Decision), DigestOf(Codes));
            payload.Remove("courses");
            change?.Invoke(payload);
        },
        disclosures ?? [Holder, Decision, Codes],
        signer: signer);

    private static byte[] Certificate(Action<JsonObject>? change = null)
    {
        var terms = new JsonObject();
        foreach (var term in (string[])["RecognitionDecision", "holder_name", "decision", "codes"])
        {
            terms[term] = $"{World.Site}/ns/recognition#{term}";
        }

        return Vc(vc =>
        {
            vc["@context"] = new JsonArray("https://www.w3.org/ns/credentials/v2", terms);
            vc["type"] = new JsonArray("VerifiableCredential", "RecognitionDecision");
            vc["issuer"] = new JsonObject { ["id"] = World.InitiatorDid, ["name"] = "National centre" };
            vc["name"] = "Decision on the recognition of a qualification";
            vc.Remove("awardedDate");
            vc["credentialSubject"] = JsonNode.Parse("""
                {"holder_name":{"kk":"Ли Вэй","ru":"Ли Вэй","en":"Li Wei"},
                 "decision":{"kk":"Толық танылды","ru":"Признана полностью","en":"Recognised in full"},
                 "codes":{"outcome":"full","purpose":"title","reasons":[]} }
                """);
            change?.Invoke(vc);
        });
    }

    private static byte[] Changed(Action<JsonObject> change)
    {
        var vc = (JsonObject)JsonNode.Parse(Certificate())!;
        change(vc);
        return Jcs.Canonicalize(vc);
    }
}
