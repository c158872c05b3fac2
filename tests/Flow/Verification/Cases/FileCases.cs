using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Foundation;
using static Mortanba.Flow.Tests.Verification.CaseForms;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Diploma files: good ones, each authority wrong alone, each event of a diploma, each shape that a reader refuses.</summary>
internal static class FileCases
{
    public static readonly DateTimeOffset Later = World.IssuedAt.AddHours(2);
    private static readonly DateTimeOffset Before = World.IssuedAt.AddDays(-1);

    /// <summary>The good file.</summary>
    public static readonly DiplomaFile Good = new World(forms: CaseForms.Good).File();

    public static IEnumerable<Case> All() =>
    [
        .. Whole(), .. Authority(), .. Keys(), .. Events(), .. Forms(), .. Shapes(), .. Flips("file", Good.Write(), 60),
    ];

    public static Case Of(string name, DiplomaFile file, string? trust = Trusts.Given) => Of(name, file.Write(), trust);

    public static Case Of(string name, byte[] input, string? trust = Trusts.Given) => new(name, input, trust, World.Now);

    public static Case Of(string name, World world, string? trust = Trusts.Given) => Of(name, world.File(), trust);

    /// <summary>One changed bit in each of several copies; which one is a matter of the number alone.</summary>
    public static IEnumerable<Case> Flips(string name, byte[] input, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var changed = input.ToArray();
            var at = (int)(((i * 2654435761L) + 97) % input.Length);
            changed[at] ^= (byte)(1 << (i % 7));
            yield return Of($"{name}/bit-{at}-{i % 7}", changed);
        }
    }

    private static World With(string step, params LedgerEntry[] before) =>
        new((at, entries) => at == step ? [.. before, .. entries] : entries, forms: CaseForms.Good);

    private static World Instead(string step, params LedgerEntry[] entries) =>
        new((at, own) => at == step ? entries : own, forms: CaseForms.Good);

    private static World Late(string step, LedgerEntry entry) =>
        new((at, own) => at == step ? [] : at == "end" ? [entry] : own, forms: CaseForms.Good);

    private static IEnumerable<Case> Whole()
    {
        yield return Of("file/good", Good);
        yield return Of("file/no-trust", Good, null);
        foreach (var trust in (string[])["old", "not-yet-old", "from-tomorrow", "no-institutions", "no-site", "other-key", "key-ended",
            "unreadable-key", "other-did", "other-log", "quorum-none", "stricter", "key-ended-before", "key-ended-at-once", "permit-suspended-before",
            "permit-withdrawn-at-once", "permit-granted-again", "no-permits"])
        {
            yield return Of("file/trust-" + trust, Good, trust);
        }

        yield return Of("file/good-at-issue", Good) with { Clock = World.IssuedAt };
        yield return Of("file/good-before-issue", Good) with { Clock = World.IssuedAt.AddDays(-2) };
        yield return Of("file/good-years-later", Good) with { Clock = World.Now.AddYears(7) };
        var indented = Encoding.UTF8.GetBytes(JsonNode.Parse(Good.Write())!.ToJsonString(new() { WriteIndented = true }));
        yield return Of("file/indented-and-escaped", indented);
        yield return Of("file/byte-order-mark", [0xef, 0xbb, 0xbf, .. Good.Write()]);
        yield return Of("file/white-space-around", [.. " \r\n\t"u8, .. Good.Write(), .. "\n\n"u8]);
        yield return Of("file/no-disclosures", Good with { SdJwt = SdJwt(disclosures: []) });
        yield return Of("file/one-disclosure", Good with { SdJwt = SdJwt(disclosures: [Number]) });
        yield return Of("file/sd-jwt-alone", Good with { Vc = null, Paper = null });
        yield return Of("file/vc-alone", Good with { SdJwt = null, Paper = null });
        yield return Of("file/core-alone", Good with { SdJwt = null, Vc = null });
        yield return Of("unknown/empty", []);
        yield return Of("unknown/spaces", "  \n"u8.ToArray());
        yield return Of("unknown/words", "hello"u8.ToArray());
        yield return Of("unknown/not-utf8", [0xff, 0xfe, 0x00]);
        yield return Of("unknown/other-json", """{"hello":1}"""u8.ToArray());
        yield return Of("unknown/list", "[1]"u8.ToArray());
        yield return Of("unknown/long", Encoding.ASCII.GetBytes(new string('a', 3000) + "."));
    }

    private static IEnumerable<Case> Authority()
    {
        var start = Before;
        yield return Of("authority/initiator-is-no-initiator", Instead("initiator", World.Institution(World.Initiator, World.InitiatorDid, "regulator", start)));
        yield return Of("authority/initiator-became-witness", With("asset", LedgerEntry.Create(
            LedgerEntryTypes.InstitutionChanged, Before, ("bin", World.Initiator), ("did", World.InitiatorDid), ("role", "witness"))));
        yield return Of("authority/initiator-of-other-did", Instead("initiator", World.Institution(World.Initiator, World.OperatorDid, "initiator", start)));
        yield return Of("authority/initiator-left-out", Instead("initiator"));
        yield return Of("authority/operator-is-no-operator", Instead("operator", World.Institution(World.Operator, World.OperatorDid, "initiator", start)));
        yield return Of("authority/operator-left-out", Instead("operator"));
        yield return Of("authority/permit-of-another", Instead("permit", World.Permit(start, bin: World.Initiator)));
        yield return Of("authority/permit-left-out", Instead("permit"));
        yield return Of("authority/permit-ended-the-day-before", Instead("permit", World.Permit(start, until: "2026-06-25")));
        yield return Of("authority/permit-ends-that-day", Instead("permit", World.Permit(start, until: "2026-06-26")));
        yield return Of("authority/permit-begins-the-day-after", Instead("permit", World.Permit(start, from: "2026-06-27")));
        yield return Of("authority/permit-without-dates", Instead("permit", World.Permit(start, from: "soon")));
        foreach (var type in (string[])[LedgerEntryTypes.PermitSuspended, LedgerEntryTypes.PermitWithdrawn, LedgerEntryTypes.PermitExpired])
        {
            yield return Of("authority/" + type, With("asset", LedgerEntry.Create(type, Before, ("permit", "KZ-DA-0007"))));
        }

        yield return Of("authority/permit-suspended-and-reinstated", With(
            "asset",
            LedgerEntry.Create(LedgerEntryTypes.PermitSuspended, Before, ("permit", "KZ-DA-0007")),
            LedgerEntry.Create(LedgerEntryTypes.PermitReinstated, Before.AddHours(1), ("permit", "KZ-DA-0007"))));
        yield return Of("authority/permit-suspended-later", With("end", LedgerEntry.Create(
            LedgerEntryTypes.PermitSuspended, Later, ("permit", "KZ-DA-0007"))));
        yield return Of("authority/permit-granted-anew", With("asset", World.Permit(Before, from: "2027-01-01", until: "2030-01-01")));
        yield return Of("authority/permit-granted-later", Late("permit", World.Permit(Later)));
        yield return Of("authority/decision-closed", With("asset", World.Decision(Before, LedgerEntryTypes.DecisionClosed)));
        yield return Of("authority/decision-closed-later", With("end", World.Decision(Later, LedgerEntryTypes.DecisionClosed)));
        yield return Of("authority/decision-of-others", Instead("decision", World.Decision(Before, initiator: World.Operator)));
        yield return Of("authority/decision-published-later", Late("decision", World.Decision(Later)));
        yield return Of("authority/decision-left-out", Instead("decision"));
        yield return Of("authority/registration-left-out", Instead("asset"));
        foreach (var type in (string[])[LedgerEntryTypes.InstitutionRegistered, LedgerEntryTypes.PermitGranted,
            LedgerEntryTypes.KeyRegistered, LedgerEntryTypes.DecisionPublished, LedgerEntryTypes.AssetRegistered])
        {
            yield return Of("authority/carries-no-" + type, new World(forms: CaseForms.Good).File(e => e.Type != type));
        }

        var stranger = new World((at, own) => at == "asset" ? [Registered(("initiator", World.Operator))] : own, forms: CaseForms.Good);
        yield return Of("authority/asset-of-another-initiator", stranger);
        yield return Of("authority/asset-under-no-decision", new World(
            (at, own) => at == "asset" ? [Registered(("decision", null))] : own, forms: CaseForms.Good));
        yield return Of("authority/asset-under-no-permit", new World(
            (at, own) => at == "asset" ? [Registered(("permit", null))] : own, forms: CaseForms.Good));
    }

    private static LedgerEntry Registered(params (string Name, string? Value)[] changed)
    {
        var entry = (JsonObject)JsonNode.Parse(new World(forms: CaseForms.Good).Registered().Bytes.Span)!;
        foreach (var (name, value) in changed)
        {
            entry.Remove(name);
            if (value is not null)
            {
                entry[name] = value;
            }
        }

        return LedgerEntry.Parse(Jcs.Canonicalize(entry)).Value;
    }

    private static IEnumerable<Case> Keys()
    {
        LedgerEntry Key(string type, DateTimeOffset at, P256PrivateKey? key = null, string did = World.InitiatorDid) =>
            World.KeyEntry(did, World.InitiatorKeyId, key ?? World.InitiatorKey, at, type);

        yield return Of("key/retired-before", With("asset", Key(LedgerEntryTypes.KeyRetired, Before)));
        yield return Of("key/retired-later", With("end", Key(LedgerEntryTypes.KeyRetired, Later)));
        yield return Of("key/compromised-before", With("asset", Key(LedgerEntryTypes.KeyCompromised, Before)));
        yield return Of("key/compromise-reaches-back", With("end", Key(LedgerEntryTypes.KeyCompromised, World.IssuedAt)));
        yield return Of("key/compromised-later", With("end", Key(LedgerEntryTypes.KeyCompromised, Later)));
        // By its place: the log had it before the last checkpoint that was shown before the theft, or it had not.
        LedgerEntry Stolen(DateTimeOffset since, JsonNode size) => World.KeyEntry(
            World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, since, LedgerEntryTypes.KeyCompromised, size);
        yield return Of("key/compromised-after-its-checkpoint", With("end", Stolen(Later, World.AssetIndex + 1)));
        yield return Of("key/compromised-run-begun-before-and-appended-after", With("end", Stolen(World.IssuedAt.AddMinutes(1), World.AssetIndex)));
        yield return Of("key/compromised-diploma-dated-back", new World(
            (at, own) => at switch
            {
                "asset" => [Registered(("at", LedgerEntry.Time(World.IssuedAt.AddDays(-2))))],
                "end" => [Stolen(World.IssuedAt.AddDays(-1), World.AssetIndex)],
                _ => own,
            },
            forms: CaseForms.Good));
        yield return Of("key/compromised-dated-after-under-its-checkpoint", With("end", Stolen(World.IssuedAt, World.AssetIndex + 1)));
        yield return Of("key/compromised-before-any-checkpoint", With("end", Stolen(Later, 0)));
        yield return Of("key/compromised-size-negative", With("end", Stolen(Later, -1)));
        yield return Of("key/compromised-size-no-number", With("end", Stolen(Later, "0")));
        yield return Of("key/retired-with-a-size", With("end", World.KeyEntry(
            World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, Later, LedgerEntryTypes.KeyRetired, 0)));
        yield return Of("key/registered-later", Late("key", Key(LedgerEntryTypes.KeyRegistered, Later)));
        yield return Of("key/left-out", Instead("key"));
        yield return Of("key/left-out-and-unknown", Instead("key"), "no-institutions");
        yield return Of("key/of-another", Instead("key", Key(LedgerEntryTypes.KeyRegistered, Before, did: World.OperatorDid)));
        yield return Of("key/another-one", Instead("key", Key(LedgerEntryTypes.KeyRegistered, Before, World.StrangerKey)));
        yield return Of("key/unreadable", Instead("key", LedgerEntry.Create(
            LedgerEntryTypes.KeyRegistered, Before, ("did", World.InitiatorDid), ("kid", World.InitiatorKeyId), ("publicKeyMultibase", "z6Mk"))));
        yield return Of("key/without-since", Instead("key", LedgerEntry.Create(
            LedgerEntryTypes.KeyRegistered, Before, ("did", World.InitiatorDid), ("kid", World.InitiatorKeyId),
            ("publicKeyMultibase", World.InitiatorKey.Multibase()))));
        yield return Of("key/registered-twice", With("asset", Key(LedgerEntryTypes.KeyRegistered, Before, World.StrangerKey)));
    }

    private static IEnumerable<Case> Events()
    {
        World Then(params string[] types)
        {
            var world = new World(forms: CaseForms.Good);
            for (var i = 0; i < types.Length; i++)
            {
                world.Happens(types[i], Later.AddHours(i), ("reason", "because"), ("by", types[i] == LedgerEntryTypes.AssetSuperseded ? "urn:uuid:7a1d2f3c-11aa-4e57-8d55-3c7b8a9e0f12" : null));
            }

            return world;
        }

        const string suspended = LedgerEntryTypes.AssetSuspended, reinstated = LedgerEntryTypes.AssetReinstated,
            annulled = LedgerEntryTypes.AssetAnnulled, superseded = LedgerEntryTypes.AssetSuperseded,
            erased = LedgerEntryTypes.AssetErased, transferred = LedgerEntryTypes.AssetTransferred;
        foreach (var types in (string[][])
        [
            [transferred], [suspended], [suspended, suspended], [suspended, reinstated], [suspended, reinstated, suspended], [annulled],
            [annulled, reinstated], [suspended, annulled], [erased], [annulled, erased], [superseded], [superseded, superseded],
            [superseded, suspended], [suspended, superseded], [superseded, annulled], [superseded, erased], [reinstated], ["asset.disputed"],
            ["asset.disputed", annulled], [superseded, "asset.disputed"],
        ])
        {
            yield return Of("event/" + string.Join('-', types.Select(type => type["asset.".Length..])), Then(types));
        }

        yield return Of("event/suspended-no-trust", Then(suspended), null);
        yield return Of("event/suspended-too-few-witnesses", Then(suspended).File(cosigned: false));
        yield return Of("event/of-another-diploma", With("end", LedgerEntry.Create(annulled, Later, ("asset", "urn:uuid:7a1d2f3c-11aa-4e57-8d55-3c7b8a9e0f12"))));
        yield return Of("event/before-registration", With("asset", LedgerEntry.Create(suspended, Before, ("asset", World.Asset.ToString()))));
        yield return Of("event/registered-twice", With("end", new World(forms: CaseForms.Good).Registered()));
        yield return Of("event/not-carried", Then(annulled).File(e => e.Type != annulled));
    }

    private static IEnumerable<Case> Forms()
    {
        const string otherId = "urn:uuid:7a1d2f3c-11aa-4e57-8d55-3c7b8a9e0f12";
        yield return Of("forms/of-different-diplomas", Good with { Vc = Vc(vc => vc["id"] = otherId) });
        yield return Of("forms/sd-jwt-not-registered", Commit(forms => forms.Remove("application/dc+sd-jwt")));
        yield return Of("forms/vc-of-another-fingerprint", Commit(forms => forms["application/vc"] = Commitment.OfSigned("other"u8).ToString()));
        yield return Of("forms/fingerprint-sha-256", Commit(forms =>
            forms["application/vc"] = Commitment.OfSigned(CaseForms.Good.Vc, Commitment.Sha256).ToString()));
        yield return Of("forms/fingerprint-of-unknown-hash", Commit(forms => forms["application/vc"] = "md5:AAAA"));
        yield return Of("forms/fingerprint-with-padding", Commit(forms => forms["application/vc"] = (string)forms["application/vc"]! + "=="));
        yield return Of("forms/fingerprint-no-text", Commit(forms => forms["application/vc"] = 1));
        yield return Of("forms/signed-by-a-stranger", new World(forms: new WorldForms(
            SdJwt(signer: Stranger), Vc(signer: Stranger), Paper(signer: Stranger))));
        yield return Of("forms/core-of-other-words", Good with { Paper = Paper(Core() with { QualificationEn = "Doctor" }) });
        yield return Of("forms/core-by-a-stranger", Good with { Paper = Paper(signer: Stranger) });
        yield return Of("forms/another-type", new World(forms: CaseForms.Good with
        {
            SdJwt = SdJwt(payload => payload["vct"] = World.Site + "/types/award"),
        }));
        yield return Of("forms/added-disclosure", Good with { SdJwt = SdJwt(disclosures: [Name, Number, Course, Disclosure("gpa", "4.0")]) });
    }

    private static byte[] Commit(Action<JsonObject> change)
    {
        var entry = (JsonObject)JsonNode.Parse(new World(forms: CaseForms.Good).Registered().Bytes.Span)!;
        change((JsonObject)entry["forms"]!);
        return new World((at, own) => at == "asset" ? [LedgerEntry.Parse(Jcs.Canonicalize(entry)).Value] : own, forms: CaseForms.Good).File().Write();
    }

    private static IEnumerable<Case> Shapes()
    {
        byte[] Changed(Action<JsonObject> change)
        {
            var file = (JsonObject)JsonNode.Parse(Good.Write())!;
            change(file);
            return Jcs.Canonicalize(file);
        }

        var text = Encoding.UTF8.GetString(Good.Write());
        yield return Of("shape/cut-off", Good.Write()[..^40]);
        yield return Of("shape/member-twice", Utf8(text.Replace("\"v\":1}", "\"v\":1,\"v\":1}", StringComparison.Ordinal)));
        yield return Of("shape/behind-the-end", Utf8(text + "x"));
        yield return Of("shape/trailing-comma", Utf8(text[..^1] + ",}"));
        yield return Of("shape/comment", Utf8("{/* */" + text[1..]));
        yield return Of("shape/not-utf8", [.. Utf8(text[..^2]), 0xff, .. Utf8(text[^2..])]);
        yield return Of("shape/too-deep", Utf8("{\"x\":" + new string('[', 70) + new string(']', 70) + "}"));
        yield return Of("shape/lone-surrogate", Utf8(text[..^1] + ",\"x\":\"\\ud800\"}"));
        yield return Of("shape/number-too-large", Utf8(text[..^1] + ",\"x\":9007199254740993}"));
        yield return Of("shape/version-2", Changed(file => file["v"] = 2));
        yield return Of("shape/version-in-words", Changed(file => file["v"] = "1"));
        yield return Of("shape/version-with-a-point", Utf8(text.Replace("\"v\":1}", "\"v\":1.0}", StringComparison.Ordinal)));
        yield return Of("shape/another-kind", Changed(file => file["type"] = "MortanbaTrust"));
        yield return Of("shape/unknown-member", Changed(file => file["note"] = "hello"));
        foreach (var name in (string[])["forms", "entries", "checkpoint", "v", "type"])
        {
            yield return Of("shape/without-" + name, Changed(file => file.Remove(name)));
        }

        yield return Of("shape/no-forms", Changed(file => file["forms"] = new JsonObject()));
        yield return Of("shape/unknown-form", Changed(file => file["forms"]!["application/pdf"] = "x"));
        yield return Of("shape/form-of-another-kind", Changed(file => file["forms"]!["application/vc"] = "x"));
        yield return Of("shape/checkpoint-no-text", Changed(file => file["checkpoint"] = 1));
        yield return Of("shape/too-many-entries", Changed(file =>
            file["entries"] = new JsonArray([.. Enumerable.Repeat(0, 257).Select(_ => new JsonObject())])));
        foreach (var (name, change) in new (string, Action<JsonObject>)[]
        {
            ("index-negative", entry => entry["index"] = -1),
            ("index-fraction", entry => entry["index"] = 0.5),
            ("index-text", entry => entry["index"] = "0"),
            ("extra-member", entry => entry["more"] = 1),
            ("proof-missing", entry => entry.Remove("proof")),
            ("proof-no-base64", entry => entry["proof"]![0] = "!"),
            ("proof-of-31-bytes", entry => entry["proof"]![0] = Convert.ToBase64String(new byte[31])),
            ("proof-without-padding", entry => entry["proof"]![0] = Convert.ToBase64String(new byte[32]).TrimEnd('=')),
            ("proof-too-long", entry => entry["proof"] = new JsonArray([.. Enumerable.Repeat(0, 65).Select(_ => JsonValue.Create(Convert.ToBase64String(new byte[32])))])),
            ("entry-no-object", entry => entry["entry"] = "x"),
            ("entry-too-large", entry => entry["entry"]!["pad"] = new string('x', 4096)),
        })
        {
            yield return Of("shape/entry-" + name, Changed(file => change((JsonObject)file["entries"]![2]!)));
        }
    }
}
