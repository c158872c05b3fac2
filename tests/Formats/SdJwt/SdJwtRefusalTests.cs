using System.Text;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.SelectiveDisclosure;

/// <summary>RFC 9901 section 7.1: each refusal by an SD-JWT that is wrong in that way only.</summary>
public sealed class SdJwtRefusalTests
{
    private const string Name = """["aaaaaaaaaaaaaaaaaaaaaa","name","Aru"]""";

    private static string WithDigests(params string[] digests) =>
        $$"""{"_sd":[{{string.Join(',', digests.Select(d => $"\"{d}\""))}}]}""";

    [Fact]
    public void A_well_made_one_is_accepted()
    {
        Assert.Null(HandMade.Refusal(HandMade.Text(WithDigests(HandMade.Digest(Name)), Name)));
        Assert.Null(HandMade.Refusal(HandMade.Text(WithDigests(HandMade.Digest(Name)))));
        Assert.Null(HandMade.Refusal(HandMade.Text("{}")));
    }

    [Fact]
    public void Refuses_a_digest_that_stands_twice()
    {
        var digest = HandMade.Digest(Name);
        Assert.Equal("sdjwt/digest-twice", HandMade.Refusal(HandMade.Text(WithDigests(digest, digest), Name)));
        Assert.Equal(
            "sdjwt/digest-twice",
            HandMade.Refusal(HandMade.Text($$"""{"_sd":["{{digest}}"],"inner":{"_sd":["{{digest}}"]} }""", Name)));
        Assert.Equal("sdjwt/digest-twice", HandMade.Refusal(HandMade.Text(WithDigests("decoy", "decoy"))));
    }

    [Fact]
    public void Refuses_a_disclosure_that_nothing_references() =>
        Assert.Equal("sdjwt/disclosure-unreferenced", HandMade.Refusal(HandMade.Text("{}", Name)));

    [Fact]
    public void Refuses_a_nested_disclosure_whose_parent_is_withheld()
    {
        var parent = $$"""["bbbbbbbbbbbbbbbbbbbbbb","person",{"_sd":["{{HandMade.Digest(Name)}}"]}]""";
        var payload = WithDigests(HandMade.Digest(parent));
        Assert.Null(HandMade.Refusal(HandMade.Text(payload, parent, Name)));
        Assert.Null(HandMade.Refusal(HandMade.Text(payload, Name, parent)));
        Assert.Equal("sdjwt/disclosure-unreferenced", HandMade.Refusal(HandMade.Text(payload, Name)));
    }

    [Fact]
    public void Refuses_a_disclosure_given_twice() =>
        Assert.Equal(
            "sdjwt/disclosure-twice", HandMade.Refusal(HandMade.Text(WithDigests(HandMade.Digest(Name)), Name, Name)));

    [Theory]
    [InlineData("""["aaaaaaaaaaaaaaaaaaaaaa","_sd","x"]""")]
    [InlineData("""["aaaaaaaaaaaaaaaaaaaaaa","...","x"]""")]
    public void Refuses_a_reserved_name(string disclosure) =>
        Assert.Equal(
            "sdjwt/reserved-name", HandMade.Refusal(HandMade.Text(WithDigests(HandMade.Digest(disclosure)), disclosure)));

    [Fact]
    public void Refuses_a_name_that_exists_at_that_level()
    {
        var digest = HandMade.Digest(Name);
        Assert.Equal(
            "sdjwt/name-exists", HandMade.Refusal(HandMade.Text($$"""{"name":"Other","_sd":["{{digest}}"]}""", Name)));
        const string second = """["cccccccccccccccccccccc","name","Dana"]""";
        Assert.Equal(
            "sdjwt/name-exists",
            HandMade.Refusal(HandMade.Text(WithDigests(digest, HandMade.Digest(second)), Name, second)));
        Assert.Null(HandMade.Refusal(HandMade.Text($$"""{"inner":{"name":"Other"},"_sd":["{{digest}}"]}""", Name)));
    }

    [Fact]
    public void Refuses_a_name_that_exists_in_an_escaped_spelling() =>
        Assert.Equal(
            "sdjwt/name-exists",
            HandMade.Refusal(HandMade.Text($$"""{"\u006eame":"Other","_sd":["{{HandMade.Digest(Name)}}"]}""", Name)));

    [Theory]
    [InlineData("""["aaaaaaaaaaaaaaaaaaaaaa","x"]""")]
    [InlineData("""["aaaaaaaaaaaaaaaaaaaaaa","name","x","y"]""")]
    [InlineData("""["aaaaaaaaaaaaaaaaaaaaaa",7,"x"]""")]
    [InlineData("""[7,"name","x"]""")]
    [InlineData("[]")]
    public void Refuses_a_wrong_element_count_in_an_object(string disclosure) =>
        Assert.Equal(
            "sdjwt/disclosure-element-count",
            HandMade.Refusal(HandMade.Text(WithDigests(HandMade.Digest(disclosure)), disclosure)));

    [Theory]
    [InlineData("""["aaaaaaaaaaaaaaaaaaaaaa","name","x"]""")]
    [InlineData("""["aaaaaaaaaaaaaaaaaaaaaa"]""")]
    [InlineData("""[null,"x"]""")]
    public void Refuses_a_wrong_element_count_in_an_array(string disclosure) =>
        Assert.Equal(
            "sdjwt/disclosure-element-count",
            HandMade.Refusal(HandMade.Text($$"""{"list":[{"...":"{{HandMade.Digest(disclosure)}}"}]}""", disclosure)));

    [Theory]
    [InlineData("""{"_sd_alg":"md5"}""")]
    [InlineData("""{"_sd_alg":256}""")]
    [InlineData("""{"_sd_alg":"SHA-256"}""")]
    public void Refuses_an_unknown_hash(string payload) =>
        Assert.Equal("sdjwt/unknown-hash", HandMade.Refusal(HandMade.Text(payload)));

    [Theory]
    [InlineData("""{"_sd":"text"}""")]
    [InlineData("""{"_sd":[1]}""")]
    [InlineData("""{"inner":{"_sd":{}}}""")]
    public void Refuses_digests_that_are_not_an_array_of_text(string payload) =>
        Assert.Equal("sdjwt/malformed-digests", HandMade.Refusal(HandMade.Text(payload)));

    [Theory]
    [InlineData("""{"list":[{"...":"abc","more":1}]}""")]
    [InlineData("""{"list":[{"...":1}]}""")]
    [InlineData("""{"...":"abc"}""")]
    public void Refuses_a_placeholder_that_is_not_alone(string payload) =>
        Assert.Equal("sdjwt/malformed-placeholder", HandMade.Refusal(HandMade.Text(payload)));

    [Fact]
    public void Refuses_disclosures_that_together_nest_too_deep()
    {
        static string Nest(int levels, string core) =>
            string.Concat(Enumerable.Repeat("""{"a":""", levels)) + core + new string('}', levels);

        var inner = $"""["aaaaaaaaaaaaaaaaaaaaaa","deep",{Nest(40, "1")}]""";
        var outer = $$"""["bbbbbbbbbbbbbbbbbbbbbb","top",{{Nest(40, WithDigests(HandMade.Digest(inner)))}}]""";
        Assert.Equal(
            "sdjwt/too-deep", HandMade.Refusal(HandMade.Text(WithDigests(HandMade.Digest(outer)), outer, inner)));
    }

    /// <summary>At every depth around the limit: refused, or readable; never an exception later.</summary>
    [Fact]
    public void What_is_not_refused_as_too_deep_can_be_read()
    {
        static string Nest(int levels, string core) =>
            string.Concat(Enumerable.Repeat("""{"a":""", levels)) + core + new string('}', levels);

        var read = 0;
        for (var levels = 20; levels < 40; levels++)
        {
            var disclosure = $"""["aaaaaaaaaaaaaaaaaaaaaa","deep",{Nest(levels, "1")}]""";
            var text = HandMade.Text(Nest(30, WithDigests(HandMade.Digest(disclosure))), disclosure);
            var disclosed = SdJwt.Parse(HandMade.Bytes(text)).Then(sdJwt => sdJwt.Disclose());
            if (disclosed.TryGet(out var claims, out var problem))
            {
                claims.Open().Dispose();
                read++;
            }
            else
            {
                Assert.Equal("sdjwt/too-deep", problem.Code);
            }
        }

        Assert.Equal(14, read);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"a":1}""")]
    [InlineData("""["s","n",1""")]
    [InlineData("""["s","n",1],["s","n",2]""")]
    [InlineData("""["s","n",{"a":1,"a":2}]""")]
    [InlineData("")]
    public void Refuses_a_disclosure_that_is_not_one_strict_array(string disclosure)
    {
        var compact = HandMade.Text(WithDigests(HandMade.Digest(disclosure)), disclosure);
        Assert.Contains(HandMade.Refusal(compact), (string?[])["sdjwt/disclosure-malformed", "sdjwt/malformed"]);
    }

    [Fact]
    public void Refuses_disclosures_that_only_together_are_json()
    {
        const string first = """["s","n",1],["s" """;
        const string second = """ "n",2]""";
        var compact = HandMade.Text(WithDigests(HandMade.Digest(first), HandMade.Digest(second)), first, second);
        Assert.Equal("sdjwt/disclosure-malformed", HandMade.Refusal(compact));
    }

    [Fact]
    public void Refuses_padding_and_white_space_in_a_disclosure()
    {
        var compact = HandMade.Text(WithDigests(HandMade.Digest(Name)));
        Assert.Equal("sdjwt/disclosure-not-base64url", HandMade.Refusal(compact + HandMade.Encode(Name) + "=~"));
        Assert.Equal("sdjwt/disclosure-not-base64url", HandMade.Refusal(compact + HandMade.Encode(Name) + " ~"));
    }

    [Fact]
    public void Refuses_what_is_too_large_or_has_too_many_disclosures()
    {
        var compact = HandMade.Text("{}");
        Assert.Equal("sdjwt/too-large", HandMade.Refusal(compact + new string('a', SdJwt.SizeMaxBytes)));
        var many = string.Concat(Enumerable.Repeat("a~", SdJwt.DisclosuresMaxCount + 1));
        Assert.Equal("sdjwt/too-many-disclosures", HandMade.Refusal(compact + many));
    }

    [Theory]
    [InlineData("", "sdjwt/malformed")]
    [InlineData("~", "jws/malformed")]
    [InlineData("a.b.c~~", "sdjwt/malformed")]
    [InlineData("a.b~", "jws/malformed")]
    public void Refuses_what_is_no_sd_jwt(string compact, string code) => Assert.Equal(code, HandMade.Refusal(compact));

    [Fact]
    public void Refuses_duplicate_names_in_the_payload() =>
        Assert.Equal("sdjwt/malformed-payload", HandMade.Refusal(HandMade.Text("""{"a":1,"a":2}""")));

    [Theory]
    [InlineData("""{"alg":"none"}""", "jws/algorithm-none")]
    [InlineData("""{"alg":"NONE"}""", "jws/algorithm-none")]
    [InlineData("""{"alg":"HS256"}""", "jws/algorithm-not-allowed")]
    [InlineData("""{"alg":"ES256K"}""", "jws/algorithm-not-allowed")]
    [InlineData("""{"alg":"ES384"}""", "jws/algorithm-key-mismatch")]
    [InlineData("""{"alg":"EdDSA"}""", "jws/algorithm-key-mismatch")]
    [InlineData("""{"alg":"ES256","crit":["b64"],"b64":false}""", "jws/critical-extension")]
    [InlineData("""{"typ":"dc+sd-jwt"}""", "jws/malformed-header")]
    [InlineData("""{"alg":"ES256","alg":"none"}""", "jws/malformed-header")]
    public void Refuses_a_header_by_name(string header, string code)
    {
        var signed = Jws.Sign(HandMade.Issuer, Encoding.UTF8.GetBytes(header), "{}"u8);
        Assert.Equal(code, HandMade.Refusal(Encoding.ASCII.GetString(signed) + "~"));
    }

    [Fact]
    public void Refuses_a_der_signature_by_name()
    {
        using var ecdsa = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var input = HandMade.Encode(HandMade.Header) + "." + HandMade.Encode("{}");
        var der = ecdsa.SignData(
            Encoding.ASCII.GetBytes(input),
            System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.DSASignatureFormat.Rfc3279DerSequence);
        var compact = input + "." + System.Buffers.Text.Base64Url.EncodeToString(der) + "~";
        Assert.Equal("jws/signature-der", HandMade.Refusal(compact));
    }

    [Fact]
    public void Refuses_another_key()
    {
        using var sdJwt = SdJwt.Parse(HandMade.Bytes(HandMade.Text("{}"))).Value;
        Assert.Equal("jws/signature-invalid", sdJwt.Verify(HandMade.Holder.ToPublicKey()).Problem?.Code);
    }

    [Fact]
    public void One_flipped_bit_anywhere_is_refused()
    {
        var whole = HandMade.Bytes(HandMade.Text(WithDigests(HandMade.Digest(Name)), Name));
        for (var i = 0; i < whole.Length; i++)
        {
            for (var bit = 0; bit < 7; bit += 3)
            {
                var changed = whole.ToArray();
                changed[i] ^= (byte)(1 << bit);
                var refusal = HandMade.Refusal(Encoding.Latin1.GetString(changed));
                Assert.True(refusal is not null, $"byte {i}, bit {bit}");
            }
        }
    }

    [Fact]
    public void Every_prefix_is_refused_or_withholds_the_claim()
    {
        var whole = HandMade.Text(WithDigests(HandMade.Digest(Name)), Name);
        var signed = whole.IndexOf('~', StringComparison.Ordinal) + 1;
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.True(length == signed || HandMade.Refusal(whole[..length]) is not null, $"length {length}");
        }
    }
}
