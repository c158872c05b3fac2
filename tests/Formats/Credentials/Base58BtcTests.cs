using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

public sealed class Base58BtcTests
{
    // draft-msporny-base58, "Test Vectors".
    [Theory]
    [InlineData("Hello World!", "z2NEpo7TZRRrLZSi2U")]
    [InlineData(
        "The quick brown fox jumps over the lazy dog.", "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z")]
    public void Published_vectors_come_out(string plain, string text) =>
        Assert.Equal(text, Base58Btc.Encode(Encoding.ASCII.GetBytes(plain)));

    [Fact]
    public void Zero_bytes_in_front_are_kept() => Assert.Equal("z11233QC4", Base58Btc.Encode([0, 0, 0x28, 0x7f, 0xb4, 0xcd]));

    [Fact]
    public void Bytes_of_every_length_read_back_as_they_were_written()
    {
        for (var length = 1; length < 130; length++)
        {
            var bytes = RandomNumberGenerator.GetBytes(length);
            bytes.AsSpan(0, length % 4).Clear();

            Assert.True(Base58Btc.TryDecode(Base58Btc.Encode(bytes), out var back));
            Assert.Equal(bytes, back);
        }
    }
}
