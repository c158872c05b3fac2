using System.Globalization;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Foundation;

/// <summary>FIPS 202 known answers: the record hash is only as good as the library behind it.</summary>
public class Sha3Tests
{
    [Theory]
    [InlineData(
        "",
        "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a615b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26")]
    [InlineData(
        "abc",
        "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0")]
    [Trait("Requirement", "DA-14")]
    public void Sha3_512_gives_the_published_answers(string text, string hex)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.Equal(hex, Convert.ToHexStringLower(SHA3_512.HashData(bytes)));
        var commitment = Commitment.OfSigned(bytes);
        Assert.Equal(
            "sha3-512:" + System.Buffers.Text.Base64Url.EncodeToString(Convert.FromHexString(hex)), commitment.ToString());
        Assert.True(commitment.Matches(bytes));
        Assert.False(commitment.Matches([.. bytes, 0]));
    }

    [Fact]
    public void Sha3_256_gives_every_published_answer_of_whole_bytes()
    {
        var (sizeBits, message, count) = (0, Array.Empty<byte>(), 0);
        foreach (var line in File.ReadLines(SharedVectors.Require("vectors", "sha3", "ShortMsgKAT_SHA3-256.txt")))
        {
            var value = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim();
            switch (line.Split(' ')[0])
            {
                case "Len":
                    sizeBits = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "Msg":
                    message = Convert.FromHexString(value);
                    break;
                case "MD" when sizeBits % 8 == 0:
                    Assert.Equal(value, Convert.ToHexString(SHA3_256.HashData(message.AsSpan(0, sizeBits / 8))));
                    count++;
                    break;
                default:
                    break;
            }
        }

        Assert.True(count >= 256, $"{count} answers compared");
    }
}
