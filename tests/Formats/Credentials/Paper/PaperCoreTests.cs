using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

public sealed class PaperCoreTests
{
    private const string KeyId = "did:web:localhost%3A5080:institutions:170240014901#key-1";

    private static readonly PaperCore Core = new(
        AssetId.Parse("urn:uuid:6f1c3c0e-5d5b-4b4e-9d5e-6d2a5a0b7f11"),
        "BD 00412867",
        "Сәрсенова Айдана Ерланқызы",
        "Aidana Yerlankyzy Sarsenova",
        "Ақпараттық-коммуникациялық технологиялар бакалавры",
        "Bachelor of Information and Communication Technologies",
        new DateOnly(2026, 6, 26),
        Bin.Parse("170240014901"),
        "«Қазына» политехникалық университеті",
        "http://localhost:5080/status-lists/5f3a9c2e/token",
        104233);

    [Fact]
    public void The_payload_is_canonical_and_reads_back()
    {
        var payload = Core.Write();
        using var document = System.Text.Json.JsonDocument.Parse(payload);

        Assert.Equal(Jcs.Canonicalize(document.RootElement), payload);
        Assert.Equal(Core, PaperCore.Parse(payload).Value);
    }

    [Fact]
    public void The_whole_code_has_600_to_900_bytes()
    {
        using var signer = new TestSigner();
        var text = Qr(signer).ToString();
        Assert.InRange(text.Length, 600, 900);
    }

    [Fact]
    public void A_signed_core_reads_back_and_is_signed_by_its_key_only()
    {
        using var signer = new TestSigner();
        using var other = new TestSigner();
        var qr = PaperQr.Parse(Qr(signer).ToString()).Value;
        var jws = PaperJws.Parse(qr.Jws!).Value;

        Assert.Equal(Core, jws.Core);
        Assert.Equal(KeyId, jws.KeyId);
        Assert.True(jws.IsSignedBy(signer.Key));
        Assert.False(jws.IsSignedBy(other.Key));
    }

    [Fact]
    public void No_changed_character_keeps_a_valid_signature()
    {
        using var signer = new TestSigner();
        var text = PaperJws.Sign(Core, signer, KeyId);
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Assert.False(PaperJws.Parse(changed).TryGet(out var jws, out _) && jws.IsSignedBy(signer.Key), $"at {i}");
        }
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"k","typ":"mortanba-paper+jwt","zip":"DEF"}""")]
    [InlineData("""{"alg":"ES384","kid":"k","typ":"mortanba-paper+jwt","zip":"DEF"}""")]
    [InlineData("""{"alg":"ES256","kid":"k","typ":"JWT","zip":"DEF"}""")]
    [InlineData("""{"alg":"ES256","kid":"k","typ":"mortanba-paper+jwt"}""")]
    [InlineData("""{"alg":"ES256","kid":"k","typ":"mortanba-paper+jwt","zip":"DEF","crit":["b64"]}""")]
    [InlineData("""{"alg":"ES256","alg":"none","kid":"k","typ":"mortanba-paper+jwt","zip":"DEF"}""")]
    public void Refuses_another_header(string header)
    {
        using var signer = new TestSigner();
        var parts = PaperJws.Sign(Core, signer, KeyId).Split('.');
        parts[0] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));
        Assert.Equal("credentials/paper-malformed", PaperJws.Parse(string.Join('.', parts)).Problem?.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("e30.e30.e30")]
    [InlineData("\0\u04d8.%.=")]
    public void Refuses_what_is_no_jws(string text) =>
        Assert.Equal("credentials/paper-malformed", PaperJws.Parse(text).Problem?.Code);

    [Fact]
    public void Refuses_a_payload_that_inflates_beyond_the_limit()
    {
        using var signer = new TestSigner();
        var parts = PaperJws.Sign(Core with { NameKk = new string('а', 5000) }, signer, KeyId);
        Assert.True(parts.Length < PaperJws.SizeMaxBytes);
        Assert.Equal("credentials/paper-malformed", PaperJws.Parse(parts).Problem?.Code);
    }

    [Theory]
    [InlineData("https://mortanba.example/q/AAAAAAAAAAAAAAAAAAAAAA", null)]
    [InlineData("https://mortanba.example/kk/q/AAAAAAAAAAAAAAAAAAAAAA#a.b.c", "a.b.c")]
    [InlineData("  http://localhost:5080/q/AAAAAAAAAAAAAAAAAAAAAA#a.b.c\n", "a.b.c")]
    public void Reads_a_link_with_and_without_the_core(string text, string? jws)
    {
        var qr = PaperQr.Parse(text).Value;
        Assert.Equal(jws, qr.Jws);
        Assert.EndsWith("/q/AAAAAAAAAAAAAAAAAAAAAA", qr.Link, StringComparison.Ordinal);
        Assert.DoesNotContain("/kk/", qr.Link, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("javascript:alert(1)//q/AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("https://mortanba.example/q/AAAA")]
    [InlineData("https://mortanba.example/q/AAAAAAAAAAAAAAAAAAAAAA?x=1")]
    [InlineData("https://mortanba.example/q/AAAAAAAAAAAAAAAAAAAAAA#<b>")]
    public void Refuses_another_text(string text) =>
        Assert.Equal("credentials/not-a-paper-code", PaperQr.Parse(text).Problem?.Code);

    private static PaperQr Qr(ISigner signer) =>
        new("http://localhost:5080", "AAAAAAAAAAAAAAAAAAAAAA", PaperJws.Sign(Core, signer, KeyId));

    private sealed class TestSigner : ISigner, IDisposable
    {
        public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public KeyKind Kind => KeyKind.P256;

        public ReadOnlyMemory<byte> PublicKey => ReadOnlyMemory<byte>.Empty;

        public byte[] Sign(ReadOnlySpan<byte> data) => Key.SignData(
            data.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        public void Dispose() => Key.Dispose();
    }
}
