using System.Security.Cryptography;
using System.Text.Json.Nodes;
using static Mortanba.Flow.Tests.Verification.CaseForms;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>SD-JWTs shown alone: headers, signatures, disclosures, claims.</summary>
internal static class SdJwtCases
{
    public static IEnumerable<Case> All() =>
        [.. Whole(), .. Headers(), .. Signatures(), .. Disclosures(), .. Claims(), .. FileCases.Flips("sd-jwt", Utf8(CaseForms.Good.SdJwt), 40)];

    private static Case Of(string name, string compact, string? trust = Trusts.Given) => FileCases.Of("sd-jwt/" + name, Utf8(compact), trust);

    private static IEnumerable<Case> Whole()
    {
        yield return Of("good", CaseForms.Good.SdJwt);
        yield return Of("good-no-trust", CaseForms.Good.SdJwt, null);
        yield return Of("good-key-ended", CaseForms.Good.SdJwt, "key-ended");
        yield return Of("good-key-ends-later", CaseForms.Good.SdJwt, "key-ends-later");
        yield return Of("good-unknown-issuer", CaseForms.Good.SdJwt, "no-institutions");
        yield return Of("subset", SdJwt(disclosures: [Number]));
        yield return Of("nothing-shown", SdJwt(disclosures: []));
        yield return Of("new-line-behind", CaseForms.Good.SdJwt + "\n");
        yield return Of("key-binding-behind", CaseForms.Good.SdJwt + "a.b.c");
        yield return Of("rest-behind", CaseForms.Good.SdJwt + "abc");
        yield return Of("end-cut-off", CaseForms.Good.SdJwt[..^1]);
        yield return Of("empty-disclosure", CaseForms.Good.SdJwt + "~");
        yield return Of("only-tildes", "~~~");
        yield return Of("letters", "a~b~c");
        yield return Of("too-many-disclosures", SdJwt(disclosures: Enumerable.Repeat("WyJhIl0", 2001)));
        yield return Of("other-letters", CaseForms.Good.SdJwt + "é~");
    }

    private static IEnumerable<Case> Headers()
    {
        foreach (var (name, header) in new (string, string)[]
        {
            ("no-alg", """{"kid":"KID","typ":"dc+sd-jwt"}"""),
            ("alg-none", """{"alg":"none","kid":"KID","typ":"dc+sd-jwt"}"""),
            ("alg-hs256", """{"alg":"HS256","kid":"KID","typ":"dc+sd-jwt"}"""),
            ("alg-es384", """{"alg":"ES384","kid":"KID","typ":"dc+sd-jwt"}"""),
            ("alg-eddsa", """{"alg":"EdDSA","kid":"KID","typ":"dc+sd-jwt"}"""),
            ("alg-of-objects", """{"alg":"toString","kid":"KID","typ":"dc+sd-jwt"}"""),
            ("critical", """{"alg":"ES256","crit":["x"],"kid":"KID","typ":"dc+sd-jwt"}"""),
            ("no-key", """{"alg":"ES256","typ":"dc+sd-jwt"}"""),
            ("unknown-key", """{"alg":"ES256","kid":"KID-2","typ":"dc+sd-jwt"}"""),
            ("key-brought-along", """{"alg":"ES256","jwk":{"kty":"EC"},"kid":"KID","typ":"dc+sd-jwt"}"""),
            ("other-type", """{"alg":"ES256","kid":"KID","typ":"JWT"}"""),
            ("old-type", """{"alg":"ES256","kid":"KID","typ":"vc+sd-jwt"}"""),
            ("member-twice", """{"alg":"ES256","alg":"none","kid":"KID","typ":"dc+sd-jwt"}"""),
            ("list", "[]"),
            ("words", "hello"),
        })
        {
            yield return Of("header-" + name, SdJwt(header: header));
        }
    }

    private static IEnumerable<Case> Signatures()
    {
        var good = CaseForms.Good.SdJwt;
        var (jwt, rest) = (good[..good.IndexOf('~', StringComparison.Ordinal)], good[good.IndexOf('~', StringComparison.Ordinal)..]);
        var dot = jwt.LastIndexOf('.');
        string With(string signature) => jwt[..dot] + "." + signature + rest;

        yield return Of("signed-by-a-stranger", SdJwt(signer: Stranger));
        yield return Of("signature-empty", With(""));
        yield return Of("signature-short", With(Encode(new byte[63])));
        yield return Of("signature-zero", With(Encode(new byte[64])));
        yield return Of("signature-der", With(Encode([0x30, 0x44, 0x02, 0x20, .. new byte[32], 0x02, 0x20, .. new byte[32]])));
        yield return Of("signature-with-padding", With(jwt[(dot + 1)..] + "=="));
        yield return Of("signature-with-stray-bits", With(jwt[(dot + 1)..^1] + (char)(jwt[^1] + 1)));
        yield return Of("signature-with-space", With(jwt[(dot + 1)..] + " "));
        yield return Of("signature-other-s", With(Encode(OtherS(jwt[(dot + 1)..]))));
        yield return Of("two-parts", jwt[..dot] + rest);
        yield return Of("four-parts", jwt + "." + rest);
        yield return Of("no-header", jwt[jwt.IndexOf('.', StringComparison.Ordinal)..] + rest);
        foreach (var (name, payload) in new (string, string)[]
        {
            ("no-json", "{"), ("list", "[]"), ("number", "1"), ("member-twice", """{"vct":"a","vct":"b"}"""), ("empty", "{}"), ("lone-surrogate", """{"a":["\ud800"]}"""),
        })
        {
            yield return Of("payload-" + name, SignedText(payload));
        }
    }

    // n - s signs as well as s: ECDSA has two signatures for one nonce, and JWS forbids neither.
    private static byte[] OtherS(string signature)
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(signature);
        var n = new System.Numerics.BigInteger(
            Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), isUnsigned: true, isBigEndian: true);
        var s = new System.Numerics.BigInteger(bytes.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var other = (n - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. bytes[..32], .. new byte[32 - other.Length], .. other];
    }

    private static IEnumerable<Case> Disclosures()
    {
        yield return Of("disclosure-added", SdJwt(disclosures: [Name, Disclosure("gpa", "4.0")]));
        yield return Of("disclosure-twice", SdJwt(disclosures: [Name, Name]));
        yield return Of("disclosure-no-base64url", SdJwt(disclosures: ["a+b"]));
        yield return Of("disclosure-of-one-letter", SdJwt(disclosures: ["a"]));
        foreach (var (name, text) in new (string, string)[]
        {
            ("no-json", "[\"a\",\"b\""), ("two-arrays", "[\"a\",\"b\",1],[\"a\",\"c\",1]"), ("object", """{"a":1}"""), ("empty-list", "[]"), ("two-elements", """["s","v"]"""),
            ("four-elements", """["s","n","v","w"]"""), ("salt-no-text", """[1,"n","v"]"""), ("name-no-text", """["s",1,"v"]"""),
            ("name-sd", """["s","_sd",[]]"""), ("name-dots", """["s","...","v"]"""), ("name-exists", """["s","iss","v"]"""),
            ("never-hidden", """["s","exp",1]"""), ("with-spaces", """ [ "s" , "gpa" , 4.00 ] """), ("technical", """["s","sub","x"]"""),
            ("three-languages", """["s","city",{"kk":"Алматы","ru":"Алматы","en":"Almaty"}]"""),
            ("two-languages", """["s","city",{"kk":"Алматы","ru":"Алматы"}]"""), ("yes", """["s","honours",true]"""), ("nothing", """["s","honours",null]"""),
            ("nested", """["s","award",{"_sd":["x"],"a":1}]"""), ("placeholder-in-object", """["s","award",{"...":"x"}]"""),
        })
        {
            var disclosure = Encode(text);
            yield return Of("disclosure-" + name, SdJwt(p => ((JsonArray)p["_sd"]!).Add(DigestOf(disclosure)), [disclosure]));
        }

        foreach (var (name, text) in new (string, string)[]
        {
            ("three-elements", """["s","n","v"]"""), ("no-course", """["s","v"]"""), ("course-without-name", """["s",{"code":"A"}]"""),
            ("course-of-odd-numbers", """["s",{"code":1,"kk":"a","ru":"b","en":"c","credits":5.0,"percent":"91","letter":null}]"""),
        })
        {
            var disclosure = Encode(text);
            yield return Of("element-" + name, SdJwt(p => ((JsonArray)p["courses"]!).Add(new JsonObject { ["..."] = DigestOf(disclosure) }), [disclosure]));
        }

        yield return Of("digests-twice", SdJwt(p => ((JsonArray)p["_sd"]!).Add(DigestOf(Name))));
        yield return Of("withheld-digests-twice", SdJwt(p => ((JsonArray)p["_sd"]!).Add(DigestOf(Name)), []));
        yield return Of("digests-no-list", SdJwt(p => p["_sd"] = "x"));
        yield return Of("digests-of-numbers", SdJwt(p => p["_sd"] = new JsonArray(1)));
        yield return Of("placeholder-of-numbers", SdJwt(p => p["courses"] = new JsonArray(new JsonObject { ["..."] = 1 }), []));
        yield return Of("placeholder-beside-others", SdJwt(p => p["courses"] = new JsonArray(new JsonObject { ["..."] = "x", ["a"] = 1 }), []));
        yield return Of("decoys", SdJwt(p => ((JsonArray)p["_sd"]!).Add("decoy-decoy")));
        yield return Of("hash-unknown", SdJwt(p => p["_sd_alg"] = "md5", []));
        yield return Of("hash-no-text", SdJwt(p => p["_sd_alg"] = 1, []));
        yield return Of("hash-default", SdJwt(p => p.Remove("_sd_alg")));
        yield return Of("hash-sha-512", SdJwt(
            p =>
            {
                p["_sd_alg"] = "sha-512";
                p["_sd"] = new JsonArray(Encode(SHA512.HashData(Utf8(Name))));
            },
            [Name]));
        yield return Of("payload-too-deep", SignedText("{\"vct\":\"a\",\"x\":" + string.Concat(Enumerable.Repeat("{\"_sd\":[],\"x\":", 62)) + "1" + new string('}', 62) + "}"));
    }

    private static IEnumerable<Case> Claims()
    {
        var now = World.Now.ToUnixTimeSeconds();
        foreach (var (name, change) in new (string, Action<JsonObject>)[]
        {
            ("vct-missing", p => p.Remove("vct")),
            ("vct-empty", p => p["vct"] = ""),
            ("vct-of-another-type", p => p["vct"] = World.Site + "/types/award"),
            ("vct-of-another-site", p => p["vct"] = "https://other.example/types/diploma"),
            ("iss-missing", p => p.Remove("iss")),
            ("iss-of-another-bin", p => p["iss"] = World.Site + "/institutions/" + World.Operator),
            ("jti-missing", p => p.Remove("jti")),
            ("jti-no-asset", p => p["jti"] = "urn:x:1"),
            ("jti-no-text", p => p["jti"] = 5),
            ("exp-passed", p => p["exp"] = now - 600),
            ("exp-just-passed", p => p["exp"] = now - 60),
            ("exp-to-come", p => p["exp"] = now + 600),
            ("exp-no-number", p => p["exp"] = "soon"),
            ("exp-negative", p => p["exp"] = -1),
            ("exp-beyond-dates", p => p["exp"] = 253402300800),
            ("nbf-to-come", p => p["nbf"] = now + 600),
            ("nbf-nearly", p => p["nbf"] = now + 60),
            ("iat-fraction", p => p["iat"] = 1782000000.5),
            ("iat-text", p => p["iat"] = "x"),
            ("status-missing", p => p.Remove("status")),
            ("status-unknown", p => p["status"] = new JsonObject { ["other"] = 1 }),
            ("status-two-kinds", p => p["status"]!["other"] = 1),
            ("status-index-negative", p => p["status"]!["status_list"]!["idx"] = -1),
            ("status-index-text", p => p["status"]!["status_list"]!["idx"] = "1"),
            ("status-hides", p => p["status"]!["_sd"] = new JsonArray()),
            ("cnf", p => p["cnf"] = new JsonObject { ["jwk"] = new JsonObject() }),
            ("open-claims", p => p["gpa"] = 3.5),
            ("number-as-written", p => p["credits"] = JsonNode.Parse("240.0")),
        })
        {
            yield return Of("claim-" + name, SdJwt(change));
        }
    }
}
