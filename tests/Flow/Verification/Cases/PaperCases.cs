using System.IO.Compression;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using static Mortanba.Flow.Tests.Verification.CaseForms;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>The QR on paper: its whole text, its link, its signed core.</summary>
internal static class PaperCases
{
    private const string Link = World.Site + "/q/aaaaaaaaaaaaaaaaaaaaaa";

    public static IEnumerable<Case> All() => [.. Texts(), .. Cores(), .. FileCases.Flips("paper", Utf8(CaseForms.Good.Paper), 40)];

    private static Case Of(string name, string text, string? trust = Trusts.Given) => FileCases.Of("paper/" + name, Utf8(text), trust);

    private static IEnumerable<Case> Texts()
    {
        var core = CaseForms.Good.Paper;
        yield return Of("core", core);
        yield return Of("core-no-trust", core, null);
        yield return Of("core-key-ended", core, "key-ended");
        yield return Of("core-key-ends-later", core, "key-ends-later");
        yield return Of("core-unknown-issuer", core, "no-institutions");
        yield return Of("core-other-key", core, "other-key");
        yield return Of("code", $"{Link}#{core}");
        yield return Of("code-in-russian", $"{World.Site}/ru/q/aaaaaaaaaaaaaaaaaaaaaa#{core}");
        yield return Of("code-in-unknown-language", $"{World.Site}/de/q/aaaaaaaaaaaaaaaaaaaaaa#{core}");
        yield return Of("code-of-another-site", $"https://other.example/q/aaaaaaaaaaaaaaaaaaaaaa#{core}");
        yield return Of("code-over-ftp", $"ftp://other.example/q/aaaaaaaaaaaaaaaaaaaaaa#{core}");
        yield return Of("code-of-short-capability", $"{World.Site}/q/aaaa#{core}");
        yield return Of("code-with-spaces-around", $" \n{Link}#{core}\t\n");
        yield return Of("code-with-empty-core", Link + "#");
        yield return Of("code-with-other-core", Link + "#abc");
        yield return Of("link", Link);
        yield return Of("three-words", "a.b.c");
        yield return Of("three-nothings", "..");
        yield return Of("jwt-of-another-kind", Ascii(Jws.Sign(Initiator, """{"alg":"ES256","typ":"JWT"}"""u8, "{}"u8)));
        yield return Of("too-long", new string('a', 2100) + ".b.c");
    }

    private static IEnumerable<Case> Cores()
    {
        yield return Of("signed-by-a-stranger", Paper(signer: Stranger));
        yield return Of("key-of-another", Paper(keyId: World.OperatorKeyId));
        yield return Of("unknown-key", Paper(keyId: World.InitiatorKeyId + "0"));
        foreach (var (name, change) in new (string, Action<JsonObject>)[]
        {
            ("member-missing", core => core.Remove("n")),
            ("member-added", core => core["z"] = 1),
            ("member-number", core => core["n"] = 1),
            ("asset-no-id", core => core["id"] = "urn:x:1"),
            ("bin-wrong-digit", core => core["b"] = "050101600809"),
            ("bin-short", core => core["b"] = "05010160080"),
            ("date-with-time", core => core["d"] = "2026-06-20T00:00:00Z"),
            ("date-of-no-day", core => core["d"] = "2026-02-30"),
            ("words-missing", core => ((JsonObject)core["q"]!).Remove("kk")),
            ("index-negative", core => core["s"]!["x"] = -1),
            ("index-text", core => core["s"]!["x"] = "1"),
            ("address-missing", core => ((JsonObject)core["s"]!).Remove("u")),
        })
        {
            var core = (JsonObject)JsonNode.Parse(Core().Write())!;
            change(core);
            yield return Of(name, Signed(Deflate(Utf8(core.ToJsonString()))));
        }

        var good = Core().Write();
        foreach (var (name, header) in new (string, string)[]
        {
            ("header-not-packed", """{"alg":"ES256","kid":"KID","typ":"mortanba-paper+jwt"}"""),
            ("header-alg-none", """{"alg":"none","kid":"KID","typ":"mortanba-paper+jwt","zip":"DEF"}"""),
            ("header-other-type", """{"alg":"ES256","kid":"KID","typ":"JWT","zip":"DEF"}"""),
            ("header-one-more", """{"alg":"ES256","kid":"KID","typ":"mortanba-paper+jwt","zip":"DEF","x":1}"""),
            ("header-key-number", """{"alg":"ES256","kid":1,"typ":"mortanba-paper+jwt","zip":"DEF"}"""),
        })
        {
            yield return Of(name, Signed(Deflate(good), header));
        }

        yield return Of("payload-not-packed", Signed(good));
        yield return Of("payload-empty", Signed([]));
        yield return Of("payload-garbage", Signed([0xff, 0xff, 0xff]));
        yield return Of("payload-too-large", Signed(Deflate(new byte[5000])));
        yield return Of("payload-no-json", Signed(Deflate("hello"u8.ToArray())));
        var dot = CaseForms.Good.Paper.LastIndexOf('.');
        yield return Of("signature-short", CaseForms.Good.Paper[..dot] + "." + Encode(new byte[63]));
        yield return Of("signature-with-padding", CaseForms.Good.Paper + "==");
    }

    private static string Signed(
        byte[] payload, string header = """{"alg":"ES256","kid":"KID","typ":"mortanba-paper+jwt","zip":"DEF"}""") => Ascii(
            Jws.Sign(Initiator, Utf8(header.Replace("KID", World.InitiatorKeyId, StringComparison.Ordinal)), payload));

    private static byte[] Deflate(byte[] payload)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(payload);
        }

        return output.ToArray();
    }
}
