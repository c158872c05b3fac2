using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Formats.Tests.SelectiveDisclosure;
using Xunit;

namespace Mortanba.Formats.Tests.StatusLists;

/// <summary>draft-ietf-oauth-status-list; its own vectors of sections 4.1 and Test vectors appendix.</summary>
public sealed class TokenStatusListTests
{
    private const string Uri = "https://example.kz/status-lists/1/token";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_780_000_000);
    private static readonly PublicKey Issuer = HandMade.Issuer.ToPublicKey();

    [Theory]
    [InlineData(1, "eNrbuRgAAhcBXQ", new[] { 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1 })]
    [InlineData(2, "eNo76fITAAPfAgc", new[] { 1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3 })]
    public void Reads_the_examples_of_the_specification(int bits, string lst, int[] expected)
    {
        var list = TokenStatusList.Decode(lst, bits).Value;
        Assert.Equal(expected.Length, list.Count);
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(i => list.Get(i).Value));
    }

    [Fact]
    public void Reads_the_lists_of_a_million_entries()
    {
        using var vectors = SharedVectors.Json("vectors", "status-list", "tsl_1m_vectors.json");
        foreach (var one in vectors.RootElement.EnumerateObject())
        {
            var bits = int.Parse(one.Name);
            var list = TokenStatusList.Decode(one.Value.GetProperty("lst").GetString()!, bits).Value;
            Assert.Equal(1 << 20, list.Count);
            var expected = one.Value.GetProperty("status").EnumerateObject()
                .ToDictionary(s => long.Parse(s.Name), s => s.Value.GetInt32());
            for (var i = 0L; i < list.Count; i++)
            {
                Assert.Equal(expected.GetValueOrDefault(i), list.Get(i).Value);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void What_is_set_is_read_again_after_packing(int bits)
    {
        var random = new Random(bits);
        var list = TokenStatusList.Create(1024, bits);
        var expected = Enumerable.Range(0, 1024).Select(_ => random.Next(1 << bits)).ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            list.Set(i, (1 << bits) - 1);
            list.Set(i, expected[i]);
        }

        var again = TokenStatusList.Decode(list.Encode(), bits).Value;
        Assert.Equal(expected, Enumerable.Range(0, 1024).Select(i => again.Get(i).Value));
    }

    [Fact]
    public void Refuses_an_index_out_of_range()
    {
        var list = TokenStatusList.Create(8, 1);
        Assert.Equal("tokenstatuslist/index-out-of-range", list.Get(8).Problem?.Code);
        Assert.Equal("tokenstatuslist/index-out-of-range", list.Get(-1).Problem?.Code);
        Assert.Equal("tokenstatuslist/index-out-of-range", list.Get(long.MaxValue).Problem?.Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Set(8, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Set(0, 2));
    }

    [Fact]
    public void Stops_at_a_bomb()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(new byte[TokenStatusList.UnpackedSizeMaxBytes + 1]);
        }

        Assert.Equal(
            "tokenstatuslist/too-large",
            TokenStatusList.Decode(Base64Url.EncodeToString(packed.ToArray()), 1).Problem?.Code);
    }

    [Theory]
    [InlineData("eNrbuRgAAhcBXQ=", 1, "tokenstatuslist/malformed")]
    [InlineData("AAAA", 1, "tokenstatuslist/malformed")]
    [InlineData("", 1, "tokenstatuslist/malformed")]
    [InlineData("ж", 1, "tokenstatuslist/malformed")]
    [InlineData("eNrbuRgAAhcBXQ", 3, "tokenstatuslist/unknown-bits")]
    [InlineData("eNrbuRgAAhcBXQ", 0, "tokenstatuslist/unknown-bits")]
    public void Refuses_a_malformed_list(string lst, int bits, string code) =>
        Assert.Equal(code, TokenStatusList.Decode(lst, bits).Problem?.Code);

    private static byte[] Token(TimeSpan? ttl = null, DateTimeOffset? expires = null)
    {
        var list = TokenStatusList.Create(131_072, 2);
        list.Set(42, (int)TokenStatus.Suspended);
        return StatusListToken.Sign(list, Uri, Now, expires, ttl, HandMade.Issuer, "did:web:example.kz#key-1");
    }

    private static string? Refusal(byte[] token, string uri = Uri, DateTimeOffset? now = null, PublicKey? issuer = null) =>
        StatusListToken.Read(token, issuer ?? Issuer, uri, now ?? Now, TimeSpan.FromMinutes(1)).Problem?.Code;

    [Fact]
    public void A_token_carries_the_list_and_typed_times()
    {
        var token = StatusListToken.Read(
            Token(TimeSpan.FromHours(12), Now.AddDays(1)), Issuer, Uri, Now, TimeSpan.FromMinutes(1)).Value;
        Assert.Equal((int)TokenStatus.Suspended, token.List.Get(42).Value);
        Assert.Equal((int)TokenStatus.Valid, token.List.Get(43).Value);
        Assert.Equal(TimeSpan.FromHours(12), token.TimeToLive);
        Assert.Equal(Now.AddDays(1), token.ExpiresAt);
        Assert.Equal("did:web:example.kz#key-1", token.KeyId);
    }

    [Fact]
    public void Refuses_another_address_key_or_time()
    {
        Assert.Equal("tokenstatuslist/other-list", Refusal(Token(), uri: Uri + "2"));
        Assert.Equal("jws/signature-invalid", Refusal(Token(), issuer: HandMade.Holder.ToPublicKey()));
        Assert.Equal("tokenstatuslist/expired", Refusal(Token(expires: Now.AddDays(1)), now: Now.AddDays(2)));
        Assert.Equal("tokenstatuslist/from-future", Refusal(Token(), now: Now.AddDays(-1)));
    }

    [Theory]
    [InlineData("JWT", """{"sub":"u","iat":1,"status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}""", "tokenstatuslist/type")]
    [InlineData("statuslist+jwt", """{"iat":1,"status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}""", "tokenstatuslist/malformed")]
    [InlineData("statuslist+jwt", """{"sub":"u","status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}""", "tokenstatuslist/malformed")]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1}""", "tokenstatuslist/malformed")]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"ttl":0,"status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}""", "tokenstatuslist/malformed-time")]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"ttl":43200000000,"status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}""", "tokenstatuslist/malformed-time")]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"ttl":"1h","status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}""", "tokenstatuslist/malformed-time")]
    public void Refuses_a_malformed_token(string type, string payload, string code)
    {
        var header = $$"""{"alg":"ES256","typ":"{{type}}"}""";
        var token = Jws.Sign(HandMade.Issuer, Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload));
        Assert.Equal(code, Refusal(token, uri: "u"));
    }

    [Fact]
    public void One_flipped_bit_is_refused()
    {
        var token = Token();
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token.ToArray();
            changed[i] ^= 2;
            Assert.True(Refusal(changed) is not null, $"byte {i}");
        }
    }
}
