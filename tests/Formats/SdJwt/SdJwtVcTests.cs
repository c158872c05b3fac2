using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.SelectiveDisclosure;

/// <summary>draft-ietf-oauth-sd-jwt-vc-19 section 2.</summary>
public sealed class SdJwtVcTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_780_000_000);

    private static string? Refusal(string payload, params string[] disclosures) => Check(payload, disclosures).Problem?.Code;

    private static Outcome<SdJwtVc> Check(string payload, params string[] disclosures)
    {
        using var sdJwt = SdJwt.Parse(HandMade.Bytes(HandMade.Text(payload, disclosures))).Value;
        return SdJwtVc.Check(sdJwt, sdJwt.Disclose().Value, Now, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Reads_type_issuer_id_and_status()
    {
        var vc = Check(
            """{"vct":"v","iss":"https://i","jti":"urn:uuid:1","iat":1780000000,"status":{"status_list":{"idx":7,"uri":"https://s"}}}""")
            .Value;
        Assert.Equal(("v", "https://i", "urn:uuid:1", Now), (vc.Type, vc.Issuer, vc.Id, vc.IssuedAt!.Value));
        Assert.Equal(new TokenStatusReference("https://s", 7), vc.Status);
        Assert.False(vc.IsBoundToHolder);
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("cnf")]
    [InlineData("vct")]
    [InlineData("status")]
    public void Refuses_a_disclosure_of_what_must_stand_in_the_open(string name)
    {
        var disclosure = $"""["aaaaaaaaaaaaaaaaaaaaaa","{name}","x"]""";
        var payload = name == "vct"
            ? $$"""{"_sd":["{{HandMade.Digest(disclosure)}}"]}"""
            : $$"""{"vct":"v","_sd":["{{HandMade.Digest(disclosure)}}"]}""";
        Assert.Equal("sdjwt/never-disclosable", Refusal(payload, disclosure));
    }

    [Fact]
    public void Refuses_digests_inside_status_or_cnf()
    {
        Assert.Equal("sdjwt/never-disclosable", Refusal("""{"vct":"v","status":{"status_list":{"_sd":["x"]}}}"""));
        Assert.Equal("sdjwt/never-disclosable", Refusal("""{"vct":"v","cnf":{"jwk":{"_sd":["x"]}}}"""));
        Assert.Null(Refusal("""{"vct":"v","other":{"_sd":["x"]}}"""));
    }

    [Theory]
    [InlineData("{}", "sdjwt/vct-missing")]
    [InlineData("""{"vct":""}""", "sdjwt/vct-missing")]
    [InlineData("""{"vct":7}""", "sdjwt/vct-missing")]
    [InlineData("""{"vct":"v","exp":1779999000}""", "sdjwt/expired")]
    [InlineData("""{"vct":"v","nbf":1780001000}""", "sdjwt/not-yet-valid")]
    [InlineData("""{"vct":"v","exp":"2030-01-01"}""", "sdjwt/malformed-time")]
    [InlineData("""{"vct":"v","exp":-5}""", "sdjwt/malformed-time")]
    [InlineData("""{"vct":"v","status":{"other":{}}}""", "sdjwt/unknown-status")]
    [InlineData("""{"vct":"v","status":{"status_list":{"idx":1,"uri":"u"},"other":{}}}""", "sdjwt/unknown-status")]
    [InlineData("""{"vct":"v","status":{"status_list":{"idx":-1,"uri":"u"}}}""", "sdjwt/unknown-status")]
    [InlineData("""{"vct":"v","status":{"status_list":{"idx":"1","uri":"u"}}}""", "sdjwt/unknown-status")]
    public void Refuses_by_rule(string payload, string code) => Assert.Equal(code, Refusal(payload));

    [Fact]
    public void Refuses_another_type_of_token()
    {
        var compact = new SdJwtWriter().Begin().Text("vct"u8, "v").Sign(HandMade.Issuer, "JWT", "k");
        using var sdJwt = SdJwt.Parse(compact).Value;
        Assert.Equal(
            "sdjwt/type", SdJwtVc.Check(sdJwt, sdJwt.Disclose().Value, Now, TimeSpan.Zero).Problem?.Code);
    }
}
