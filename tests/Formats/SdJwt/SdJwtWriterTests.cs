using System.Text;
using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.SelectiveDisclosure;

public sealed class SdJwtWriterTests
{
    private static readonly PublicKey Issuer = HandMade.Issuer.ToPublicKey();

    private static byte[] Diploma(SdJwtWriter writer) => writer.Begin()
        .Text("iss"u8, "https://example.kz")
        .Text("vct"u8, "https://example.kz/vct/diploma")
        .Number("iat"u8, 1_780_000_000)
        .Text("family"u8, "Әбілқайыр \"Қ\" \\ \n\u0001", disclosable: true)
        .Number("gpa"u8, 3.40m, disclosable: true)
        .Boolean("honours"u8, true, disclosable: true)
        .StartObject("person"u8, disclosable: true)
            .Text("given"u8, "Ару", disclosable: true)
            .Text("open"u8, "yes")
            .End()
        .StartArray("courses"u8)
            .StartObjectElement(disclosable: true)
                .Text("code"u8, "MAT1")
                .Json("name"u8, """{"kk":"Алгебра"}"""u8, disclosable: true)
                .End()
            .TextElement("plain")
            .TextElement("hidden", disclosable: true)
            .Decoys(1)
            .End()
        .Decoys(2)
        .Sign(HandMade.Issuer, "dc+sd-jwt", "did:web:example.kz#key-1");

    [Fact]
    public void What_is_written_is_read_again()
    {
        using var sdJwt = SdJwt.Parse(Diploma(new SdJwtWriter())).Value;
        var disclosed = sdJwt.Verify(Issuer).Value;

        const string expected = """
            {"iss":"https://example.kz","vct":"https://example.kz/vct/diploma","iat":1780000000,
             "family":"Әбілқайыр \"Қ\" \\ \n\u0001","gpa":3.40,"honours":true,"person":{"given":"Ару","open":"yes"},
             "courses":[{"code":"MAT1","name":{"kk":"Алгебра"}},"plain","hidden"]}
            """;
        using var document = JsonDocument.Parse(expected);
        Assert.True(
            JsonElement.DeepEquals(document.RootElement, disclosed.Payload), Encoding.UTF8.GetString(disclosed.Json.Span));
        Assert.Equal(8, disclosed.Claims.Count);
        Assert.Equal(3, disclosed.WithheldCount);
        Assert.Equal("dc+sd-jwt", sdJwt.Header.Type);
        Assert.Equal("did:web:example.kz#key-1", sdJwt.Header.KeyId);
    }

    [Fact]
    public void One_writer_makes_many_credentials_and_never_repeats_a_salt()
    {
        var writer = new SdJwtWriter();
        var salts = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 50; i++)
        {
            var text = Encoding.ASCII.GetString(Diploma(writer));
            foreach (var disclosure in text.Split('~')[1..^1])
            {
                var json = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(disclosure));
                using var array = JsonDocument.Parse(json);
                var salt = array.RootElement[0].GetString()!;
                Assert.Equal(22, salt.Length);
                Assert.True(salts.Add(salt));
            }
        }
    }

    [Fact]
    public void Digests_are_sorted_and_no_disclosed_value_stands_in_the_payload()
    {
        using var sdJwt = SdJwt.Parse(Diploma(new SdJwtWriter())).Value;
        var digests = sdJwt.IssuerPayload.GetProperty("_sd").EnumerateArray().Select(d => d.GetString()!).ToArray();

        Assert.Equal(6, digests.Length);
        Assert.Equal(digests.Order(StringComparer.Ordinal), digests);
        Assert.DoesNotContain("Ару", sdJwt.IssuerPayload.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("sha-256", sdJwt.IssuerPayload.GetProperty("_sd_alg").GetString());
    }

    [Fact]
    [Trait("Requirement", "DA-17")]
    public void A_subset_shows_the_chosen_claims_and_what_contains_them()
    {
        using var whole = SdJwt.Parse(Diploma(new SdJwtWriter())).Value;
        var presented = Presentation.Present(whole, claim => claim.Name is "given" or "gpa").Value;
        using var part = SdJwt.Parse(presented).Value;

        var disclosed = part.Verify(Issuer).Value;

        Assert.Equal(3, part.DisclosureCount);
        Assert.Equal("Ару", disclosed.Payload.GetProperty("person").GetProperty("given").GetString());
        Assert.False(disclosed.Payload.TryGetProperty("family", out _));
        Assert.Equal(["plain"], disclosed.Payload.GetProperty("courses").EnumerateArray().Select(c => c.GetString()));
    }

    [Fact]
    public void Signs_with_ed25519_as_well()
    {
        using var key = new Ed25519PrivateKey(new byte[32]);
        var compact = new SdJwtWriter().Begin().Text("a"u8, "b", disclosable: true).Sign(key, "dc+sd-jwt", "k");
        using var sdJwt = SdJwt.Parse(compact).Value;
        Assert.Equal("EdDSA", sdJwt.Header.Algorithm);
        Assert.True(sdJwt.Verify(key.ToPublicKey()).IsDone);
    }

    [Fact]
    public void A_lone_surrogate_is_a_bug_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => new SdJwtWriter().Begin().Text("a"u8, "\ud800"));

    [Fact]
    public void Members_and_elements_are_not_mixed_up()
    {
        Assert.Throws<InvalidOperationException>(() => new SdJwtWriter().Begin().TextElement("x"));
        Assert.Throws<InvalidOperationException>(() => new SdJwtWriter().Begin().StartArray("a"u8).Text("b"u8, "x"));
        Assert.Throws<InvalidOperationException>(() => new SdJwtWriter().Begin().End());
        Assert.Throws<InvalidOperationException>(
            () => new SdJwtWriter().Begin().StartObject("a"u8).Sign(HandMade.Issuer, "t", "k"));
    }
}
