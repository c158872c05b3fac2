using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

public class MultikeyTests
{
    private const string P256 = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP";
    private const string P256Jwk =
        """{"crv":"P-256","kty":"EC","x":"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y","y":"eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk"}""";

    private const string P256Secret = "z42twTcNeSYcnqg1FLuSFs2bsGH3ZqbRHFmvS9XMsYhjxvHN";

    [Theory]
    [InlineData(P256, KeyKind.P256, "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6")]
    [InlineData(
        "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
        KeyKind.P384,
        "02ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13")]
    [InlineData(
        "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        KeyKind.Ed25519,
        "b00d8d938e7f773d51565aad36a623f5344f7f5d1960f9cf3e8e12620ea2810f")]
    public void A_published_key_reads_and_writes_as_the_same_text(string multibase, KeyKind kind, string rawHex)
    {
        var key = PublicKey.FromMultibase(multibase).Value;

        Assert.Equal(kind, key.Kind);
        Assert.Equal(rawHex, Convert.ToHexStringLower(key.Raw.Span));
        Assert.Equal(multibase, key.Multibase);
        Assert.Equal(key, FromJwk(key.ToJwk()).Value);
    }

    [Fact]
    public void The_jwk_of_a_published_key_is_the_published_jwk()
    {
        Assert.Equal(P256Jwk, PublicKey.FromMultibase(P256).Value.ToJwk());
        Assert.Equal(P256, FromJwk(P256Jwk).Value.Multibase);
    }

    [Fact]
    public void All_shared_multikey_vectors_hold()
    {
        using var vectors = SharedVectors.Json("vectors", "multikey", "multikey.json");
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var text = vector.GetProperty("publicKeyMultibase").GetString();
            var key = PublicKey.FromMultibase(text).Value;
            Assert.Equal(text, key.Multibase);
            var secretText = vector.GetProperty("secretKeyMultibase").GetString();
            var (kind, secret) = SignerKeys.FromSecretMultibase(secretText).Value;
            Assert.Equal(key.Kind, kind);
            Assert.Equal(secretText, SignerKeys.ToSecretMultibase(kind, secret));
            if (kind == KeyKind.Ed25519)
            {
                using var signer = new Ed25519PrivateKey(secret);
                Assert.Equal(text, signer.Multibase());
            }
            else
            {
                var jwk = vector.GetProperty("jwk");
                Assert.Equal(
                    jwk.GetProperty("x").GetString(),
                    JsonDocument.Parse(key.ToJwk()).RootElement.GetProperty("x").GetString());
                Assert.Equal("credentials/secret-in-jwk", PublicKey.FromJwk(jwk).Problem?.Code);
            }
        }
    }

    [Fact]
    public void A_secret_multikey_gives_its_public_key_and_comes_out_unchanged()
    {
        var key = P256PrivateKey.FromSecretMultibase(P256Secret).Value;

        Assert.Equal(P256, key.Multibase());
        Assert.Equal(P256Secret, SignerKeys.ToSecretMultibase(KeyKind.P256, key.ExportSecret()));
        Assert.True(key.ToPublicKey().Verify("data"u8, key.Sign("data"u8)));
        Assert.False(key.ToPublicKey().Verify("datb"u8, key.Sign("data"u8)));
    }

    [Theory]
    [InlineData(null, "credentials/not-base58btc")]
    [InlineData("", "credentials/not-base58btc")]
    [InlineData("z", "credentials/not-base58btc")]
    [InlineData("uZDna", "credentials/not-base58btc")]
    [InlineData("zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKV0", "credentials/not-base58btc")]
    [InlineData("zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKV ", "credentials/not-base58btc")]
    [InlineData(P256Secret, "credentials/unknown-key-type")]
    [InlineData("z2", "credentials/unknown-key-type")]
    public void Refuses_text_that_is_no_public_multikey(string? text, string code) =>
        Assert.Equal(code, PublicKey.FromMultibase(text).Problem?.Code);

    [Fact]
    public void Refuses_a_text_too_long_to_be_a_key_before_decoding_it() =>
        Assert.Equal("credentials/not-base58btc", PublicKey.FromMultibase("z" + new string('2', 100_000)).Problem?.Code);

    [Fact]
    public void Refuses_a_key_of_another_length() =>
        Assert.Equal("credentials/wrong-key-length", PublicKey.FromRaw(KeyKind.P256, new byte[32]).Problem?.Code);

    [Theory]
    [InlineData(KeyKind.P256, "020000000000000000000000000000000000000000000000000000000000000001")] // no such x
    [InlineData(KeyKind.P256, "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6")] // no such form
    [InlineData(KeyKind.P256, "02ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")] // x = p
    [InlineData(KeyKind.Ed25519, "0100000000000000000000000000000000000000000000000000000000000000")] // neutral
    [InlineData(KeyKind.Ed25519, "0000000000000000000000000000000000000000000000000000000000000000")] // order 4
    [InlineData(KeyKind.Ed25519, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // order 2
    [InlineData(KeyKind.Ed25519, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")] // order 8
    [InlineData(KeyKind.Ed25519, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")] // order 8
    [InlineData(KeyKind.Ed25519, "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // y = p
    [InlineData(KeyKind.Ed25519, "0200000000000000000000000000000000000000000000000000000000000000")] // no such y
    public void Refuses_what_is_no_usable_point_of_the_curve(KeyKind kind, string hex) =>
        Assert.Equal("credentials/key-not-on-curve", PublicKey.FromRaw(kind, Convert.FromHexString(hex)).Problem?.Code);

    [Theory]
    [InlineData("""[]""", "credentials/malformed-jwk")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA"}""", "credentials/malformed-jwk")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""", "credentials/key-not-on-curve")]
    [InlineData("""{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}""", "credentials/unknown-key-type")]
    [InlineData("""{"kty":"RSA","n":"AA","e":"AQAB"}""", "credentials/unknown-key-type")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA==","y":"AA"}""", "credentials/malformed-jwk")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519"}""", "credentials/malformed-jwk")]
    public void Refuses_a_jwk_that_is_no_usable_key(string jwk, string code) =>
        Assert.Equal(code, FromJwk(jwk).Problem?.Code);

    [Fact]
    public void Refuses_a_jwk_whose_point_was_moved_off_the_curve() =>
        Assert.Equal(
            "credentials/key-not-on-curve",
            FromJwk(P256Jwk.Replace("RGIpk", "RGIpo", StringComparison.Ordinal)).Problem?.Code);

    [Fact]
    public void One_key_serves_many_threads_at_once()
    {
        var signer = P256PrivateKey.Generate();
        var key = signer.ToPublicKey();
        var wrong = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var data = BitConverter.GetBytes(i);
            if (!key.Verify(data, signer.Sign(data)))
            {
                Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
    }

    private static Outcome<PublicKey> FromJwk(string jwk)
    {
        using var document = JsonDocument.Parse(jwk);
        return PublicKey.FromJwk(document.RootElement);
    }
}
