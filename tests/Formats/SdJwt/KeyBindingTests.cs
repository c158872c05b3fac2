using System.Text;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.SelectiveDisclosure;

/// <summary>RFC 9901 section 7.3, each refusal apart.</summary>
public sealed class KeyBindingTests
{
    private const string Audience = "https://employer.example";
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly KeyBindingExpectation Expected =
        new(Audience, "n-1", Now, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));

    private static byte[] Credential(bool bound = true)
    {
        var writer = new SdJwtWriter().Begin().Text("vct"u8, "v").Text("name"u8, "Aru", disclosable: true);
        if (bound)
        {
            writer.Json("cnf"u8, Encoding.UTF8.GetBytes($$"""{"jwk":{{HandMade.Holder.ToPublicKey().ToJwk()}}}"""));
        }

        return writer.Sign(HandMade.Issuer, "dc+sd-jwt", "k");
    }

    private static string? Refusal(byte[] presented, KeyBindingExpectation? expected = null)
    {
        var parsed = SdJwt.Parse(presented);
        return parsed.Problem?.Code ?? parsed.Value.CheckKeyBinding(expected ?? Expected)?.Code;
    }

    [Fact]
    public void An_answer_to_this_question_is_accepted() =>
        Assert.Null(Refusal(KeyBinding.Bind(Credential(), HandMade.Holder, Audience, "n-1", Now)));

    [Fact]
    public void Refuses_when_it_is_required_and_absent() => Assert.Equal("sdjwt/kb-missing", Refusal(Credential()));

    [Fact]
    public void Refuses_a_credential_bound_to_nobody() =>
        Assert.Equal(
            "sdjwt/no-holder-key", Refusal(KeyBinding.Bind(Credential(bound: false), HandMade.Holder, Audience, "n-1", Now)));

    [Fact]
    public void Refuses_another_holder() =>
        Assert.Equal(
            "sdjwt/kb-signature", Refusal(KeyBinding.Bind(Credential(), HandMade.Issuer, Audience, "n-1", Now)));

    [Fact]
    public void Refuses_another_audience_nonce_or_time()
    {
        var presented = KeyBinding.Bind(Credential(), HandMade.Holder, Audience, "n-1", Now);
        Assert.Equal("sdjwt/kb-audience", Refusal(presented, Expected with { Audience = "https://other.example" }));
        Assert.Equal("sdjwt/kb-nonce", Refusal(presented, Expected with { Nonce = "n-2" }));
        Assert.Equal("sdjwt/kb-from-future", Refusal(presented, Expected with { Now = Now.AddMinutes(-2) }));
        Assert.Equal("sdjwt/kb-too-old", Refusal(presented, Expected with { Now = Now.AddMinutes(6) }));
    }

    [Fact]
    public void Refuses_when_a_disclosure_was_dropped_afterwards()
    {
        var text = Encoding.ASCII.GetString(KeyBinding.Bind(Credential(), HandMade.Holder, Audience, "n-1", Now));
        var parts = text.Split('~');
        Assert.Equal("sdjwt/kb-hash", Refusal(HandMade.Bytes(parts[0] + "~" + parts[2])));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"JWT"}""", """{"iat":1,"aud":"a","nonce":"n","sd_hash":"h"}""", "sdjwt/kb-type")]
    [InlineData("""{"alg":"ES256","typ":"kb+jwt"}""", """{"iat":1,"aud":["a"],"nonce":"n","sd_hash":"h"}""", "sdjwt/kb-malformed")]
    [InlineData("""{"alg":"ES256","typ":"kb+jwt"}""", """{"aud":"a","nonce":"n","sd_hash":"h"}""", "sdjwt/kb-malformed")]
    [InlineData("""{"alg":"none","typ":"kb+jwt"}""", """{"iat":1,"aud":"a","nonce":"n","sd_hash":"h"}""", "sdjwt/kb-signature")]
    public void Refuses_a_key_binding_jwt_of_another_kind(string header, string payload, string code)
    {
        var jwt = Jws.Sign(HandMade.Holder, Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload));
        Assert.Equal(code, Refusal([.. Credential(), .. jwt]));
    }
}
