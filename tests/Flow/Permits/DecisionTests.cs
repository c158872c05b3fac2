using System.Text;
using Mortanba.Permits;
using Mortanba.Tests.Permits;
using Xunit;
using World = Mortanba.Tests.Permits.PermitsWorld;

namespace Mortanba.Flow.Tests.Permits;

public sealed class DecisionTests
{
    private static readonly TestSigner Signer = new();

    [Fact]
    [Trait("Requirement", "DA-6")]
    public void A_signed_document_verifies_and_one_flipped_byte_does_not()
    {
        var bytes = World.Document().Write();
        var jws = DecisionSignature.Sign(Signer, "did:web:example.org#key-1", bytes);

        Assert.Equal("did:web:example.org#key-1", DecisionSignature.KeyIdOf(jws));
        Assert.True(DecisionSignature.Verify(jws, bytes, Signer.Multibase, World.Verify));
        bytes[^10] ^= 1;
        Assert.False(DecisionSignature.Verify(jws, bytes, Signer.Multibase, World.Verify));
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"did:web:example.org#key-1"}""")]
    [InlineData("""{"alg":"ES256","crit":["b64"],"kid":"did:web:example.org#key-1"}""")]
    [InlineData("""{"alg":"ES256"}""")]
    [InlineData("""[]""")]
    public void Another_header_is_no_signature(string header) => Assert.Null(DecisionSignature.KeyIdOf(
        $"{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}..AAAA"));

    [Fact]
    public void A_JWS_that_carries_its_payload_is_not_detached() => Assert.Null(DecisionSignature.KeyIdOf("e30.e30.AAAA"));

    [Fact]
    public void A_document_reads_back_and_only_in_its_canonical_form()
    {
        var bytes = World.Document().Write();

        Assert.Equal(World.Document(), DecisionDocument.Parse(bytes).Value);
        Assert.Equal("permits/malformed-decision", DecisionDocument.Parse(Encoding.UTF8.GetBytes(" " + Encoding.UTF8.GetString(bytes))).Problem?.Code);
        Assert.Equal(
            "permits/malformed-decision",
            DecisionDocument.Parse((World.Document() with { Text = new("Мәтін", " ", "Text") }).Write()).Problem?.Code);
        Assert.Equal("permits/malformed-decision", DecisionDocument.Parse((World.Document() with { Id = "../etc" }).Write()).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "X-16")]
    public void A_demonstration_register_fails_the_start_of_a_production_profile()
    {
        Assert.Equal("permits/fake-in-production", StateRegisters.ForProfile(new DemoStateRegister(), "Production").Problem?.Code);
        Assert.True(StateRegisters.ForProfile(new DemoStateRegister(), "demo").IsDone);
    }

    [Theory]
    [Trait("Requirement", "DA-2")]
    [InlineData("2028-10-12", null)]
    [InlineData("2028-10-13", 90)]
    [InlineData("2028-12-12", 30)]
    [InlineData("2029-01-10", 7)]
    [InlineData("2029-01-12", null)]
    public void The_operator_is_warned_90_30_and_7_days_before_the_end(string date, int? days)
    {
        var term = World.Book.Resolve(Mortanba.Rules.RuleKeys.PermitTerm, new DateOnly(2026, 1, 12)).Value.Value;
        var permit = new Permit("1", World.Operator, new DateOnly(2026, 1, 12), term.LastDay(new DateOnly(2026, 1, 12)), "", []);

        Assert.Equal(days, permit.WarningOn(DateOnly.Parse(date), term));
    }
}
