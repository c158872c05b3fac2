using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>The trust bundles of the case table, by name.</summary>
internal static class Trusts
{
    public const string Given = "given";

    private static readonly World Plain = new(forms: CaseForms.Good);

    public static readonly NoteSigner[] Witnesses = [.. "abc".Select(letter => Signer($"witness.example/{letter}"))];

    /// <summary>A note key whose seed is the hash of its name.</summary>
    public static NoteSigner Signer(string name) =>
        new(name, new Ed25519PrivateKey(System.Security.Cryptography.SHA256.HashData(CaseForms.Utf8(name))));

    public static JsonObject All()
    {
        var given = Plain.Trust();
        var log = given.LogKey;
        var abc = string.Concat(Witnesses.Select((w, i) =>
            $"witness {"abc"[i]} {w.Verifier(NoteKeyType.CosignatureV1).ToVkey()}\n"));
        // Two witnesses of one organisation, and one of the operator's own.
        var witnessed = given with
        {
            Witnesses =
            [
                new TrustedWitness("a", World.Initiator, "KZ", "own"), new TrustedWitness("b", World.Initiator, "KZ", "rented"),
                new TrustedWitness("c", World.Operator, "KZ", "own"),
            ],
        };
        var other = Signer("other.example/log").Verifier().ToVkey();
        var bundles = new Dictionary<string, TrustBundle>
        {
            [Given] = given,
            ["old"] = given with { MadeAt = World.Now.AddDays(-181) },
            ["not-yet-old"] = given with { MadeAt = World.Now.AddDays(-180) },
            ["from-tomorrow"] = given with { MadeAt = World.Now.AddDays(1) },
            ["no-institutions"] = given with { Institutions = [] },
            ["no-site"] = given with { Site = null },
            ["other-key"] = Plain.Trust(null, new TrustedInstitution(
                World.Initiator, World.InitiatorDid, LocalizedText.Same("Q"), "initiator", World.IssuedAt,
                [new TrustedKey(World.InitiatorKeyId, World.StrangerKey.Multibase(), World.IssuedAt, null)])),
            ["key-ended"] = given with { Institutions = [.. given.Institutions.Select(i => Ended(i, World.Now.AddDays(-1)))] },
            ["key-ends-later"] = given with { Institutions = [.. given.Institutions.Select(i => Ended(i, World.Now.AddDays(1)))] },
            ["older"] = given with { Number = 6 },
            ["stricter"] = given with { GoodForDays = 1, MadeAt = World.Now.AddDays(-1).AddSeconds(-1) },
            ["key-ended-before"] = given with { Institutions = [.. given.Institutions.Select(i => Ended(i, World.IssuedAt.AddSeconds(-1)))] },
            ["key-ended-at-once"] = given with { Institutions = [.. given.Institutions.Select(i => Ended(i, World.IssuedAt))] },
            ["permit-suspended-before"] = given with { Permits = [Stopped("suspended", -1)] },
            ["permit-withdrawn-at-once"] = given with { Permits = [Stopped("withdrawn", 0)] },
            ["permit-granted-again"] = given with
            {
                Permits = [Stopped("suspended", -2) is var p ? p with { Changes = [.. p.Changes, new("granted", World.IssuedAt.AddDays(-1))] } : null!],
            },
            ["no-permits"] = given with { Permits = [] },
            ["no-anchors"] = given with { Anchors = [] },
            ["other-genesis"] = given with { Anchors = [given.Anchors[0] with { Genesis = "0x" + new string('9', 64) }] },
            ["unreadable-key"] = given with
            {
                Institutions = [.. given.Institutions.Select(i => i with { Keys = [.. i.Keys.Select(k => k with { PublicKeyMultibase = "z6Mk" })] })],
            },
            ["other-did"] = given with { Institutions = [.. given.Institutions.Select(i => i with { Did = i.Did + ":elsewhere", Keys = [] })] },
            ["other-log"] = given with { LogKey = other, Policy = $"log {other}\nquorum none\n" },
            ["quorum-none"] = given with { Policy = $"log {log}\nquorum none\n" },
            ["quorum-any"] = witnessed with { Policy = $"log {log}\n{abc}group g any a b c\nquorum g\n" },
            ["quorum-all"] = witnessed with { Policy = $"log {log}\n{abc}group g all a b c\nquorum g\n" },
            ["quorum-2"] = witnessed with { Policy = $"# two of three\n\nlog {log} https://log.example/\n{abc}group g 2 a b c\nquorum g\n" },
            ["quorum-nested"] = witnessed with { Policy = $"log {log}\n{abc}group ab any a b\ngroup g all ab c\nquorum g\n" },
            ["policy-empty"] = given with { Policy = "" },
            ["policy-no-quorum"] = given with { Policy = $"log {log}\n" },
            ["policy-unknown-word"] = given with { Policy = $"log {log}\nmaybe x\nquorum none\n" },
            ["policy-unknown-member"] = given with { Policy = $"log {log}\n{abc}group g any a d\nquorum g\n" },
            ["policy-member-twice"] = given with { Policy = $"log {log}\n{abc}group g 2 a a\nquorum g\n" },
            ["policy-threshold"] = given with { Policy = $"log {log}\n{abc}group g 4 a b c\nquorum g\n" },
            ["policy-bad-key"] = given with { Policy = $"log {log[..^2]}AA\nquorum none\n" },
            ["policy-bad-log-key"] = given with { LogKey = log.Replace('+', '-'), Policy = $"log {log}\nquorum none\n" },
        };
        return new JsonObject(bundles.OrderBy(b => b.Key, StringComparer.Ordinal).Select(b =>
            KeyValuePair.Create(b.Key, JsonNode.Parse(TrustBundleFile.Write(TrustBundleFile.Sign(b.Value, World.TrustSigner))))));
    }

    private static TrustedPermit Stopped(string state, int days)
    {
        var permit = Plain.Trust().Permits[0];
        return permit with { Changes = [.. permit.Changes, new TrustedPermitChange(state, World.IssuedAt.AddDays(days))] };
    }

    private static TrustedInstitution Ended(TrustedInstitution institution, DateTimeOffset until) =>
        institution with { Keys = [.. institution.Keys.Select(k => k with { Until = until })] };
}
