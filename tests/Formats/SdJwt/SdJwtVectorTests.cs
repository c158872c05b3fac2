using System.Text;
using System.Text.Json;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.SelectiveDisclosure;

/// <summary>SD-JWTs issued and presented by the reference implementation of the IETF authors (sd-jwt-python).</summary>
public sealed class SdJwtVectorTests
{
    public static TheoryData<string> Names => new(
        "01", "02", "03-pid", "address_only_flat", "address_only_recursive", "address_only_structured",
        "address_only_structured_one_open", "arf-pid", "array_data_types", "array_full_sd", "array_in_sd",
        "array_nested_in_plain", "array_none_disclosed", "array_of_nulls", "array_of_objects", "array_of_scalars",
        "array_recursive_sd", "array_recursive_sd_some_disclosed", "complex_eidas", "complex_eidas_proposal",
        "complex_ekyc", "header_mod", "jsonld", "key_binding", "no_sd", "object_data_types", "recursions", "simple",
        "simple_structured", "w3c-vc", "w3c-vc_for_slide_deck");

    [Theory]
    [MemberData(nameof(Names))]
    public void A_presentation_of_the_reference_implementation_gives_the_same_payload(string name)
    {
        using var vector = SharedVectors.Json("vectors", "sd-jwt", name + ".json");
        var root = vector.RootElement;
        var issuer = PublicKey.FromJwk(root.GetProperty("issuer_jwk")).Value;
        using var sdJwt = SdJwt.Parse(Encoding.ASCII.GetBytes(root.GetProperty("presentation").GetString()!)).Value;

        var disclosed = sdJwt.Verify(issuer).Value;

        Assert.True(
            JsonElement.DeepEquals(root.GetProperty("verified_payload"), disclosed.Payload),
            Encoding.UTF8.GetString(disclosed.Json.Span));
        Assert.Equal(root.GetProperty("key_binding").GetBoolean(), sdJwt.HasKeyBinding);
        if (sdJwt.HasKeyBinding)
        {
            // The vectors say when the credential was issued, not when it was presented: the window is left open.
            var expected = new KeyBindingExpectation(
                root.GetProperty("aud").GetString()!,
                root.GetProperty("nonce").GetString()!,
                DateTimeOffset.UnixEpoch.AddSeconds(1883000000),
                TimeSpan.FromDays(36500),
                TimeSpan.FromMinutes(1));
            Assert.Null(sdJwt.CheckKeyBinding(expected));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_issued_credential_of_the_reference_implementation_discloses_everything(string name)
    {
        using var vector = SharedVectors.Json("vectors", "sd-jwt", name + ".json");
        var root = vector.RootElement;
        var issuer = PublicKey.FromJwk(root.GetProperty("issuer_jwk")).Value;
        using var sdJwt = SdJwt.Parse(Encoding.ASCII.GetBytes(root.GetProperty("issued").GetString()!)).Value;

        var disclosed = sdJwt.Verify(issuer).Value;

        Assert.Equal(sdJwt.DisclosureCount, disclosed.Claims.Count);
        Assert.True(JsonElement.DeepEquals(root.GetProperty("sd_jwt_payload"), sdJwt.IssuerPayload));
    }

    [Fact]
    public void Every_negative_vector_is_refused()
    {
        using var vectors = SharedVectors.Json("vectors", "sd-jwt", "_negative.json");
        var issuer = PublicKey.FromJwk(vectors.RootElement.GetProperty("issuer_jwk")).Value;
        var refusals = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var one in vectors.RootElement.GetProperty("cases").EnumerateArray())
        {
            var parsed = SdJwt.Parse(Encoding.ASCII.GetBytes(one.GetProperty("sd_jwt").GetString()!));
            refusals[one.GetProperty("name").GetString()!] =
                parsed.Problem?.Code ?? parsed.Value.Verify(issuer).Problem?.Code;
        }

        Assert.Equal("sdjwt/disclosure-twice", refusals["duplicate-disclosure"]);
        Assert.Equal("sdjwt/disclosure-unreferenced", refusals["unreferenced-disclosure"]);
        Assert.Equal("sdjwt/disclosure-malformed", refusals["tampered-disclosure"]);
        Assert.Equal("sdjwt/malformed", refusals["missing-trailing-tilde"]);
        Assert.Equal("jws/algorithm-none", refusals["alg-none"]);
        Assert.Equal("jws/signature-invalid", refusals["bad-signature"]);
    }

    [Fact]
    public void The_digest_of_the_specification_is_found()
    {
        // RFC 9901 section 4.2.3.
        const string disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
        var compact = HandMade.Text("""{"_sd":["X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"]}""") + disclosure + "~";
        using var sdJwt = SdJwt.Parse(HandMade.Bytes(compact)).Value;

        var payload = sdJwt.Verify(HandMade.Issuer.ToPublicKey()).Value.Payload;

        Assert.Equal("Möbius", payload.GetProperty("family_name").GetString());
    }
}
