using System.Security.Cryptography;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Foundation;

/// <summary>FIPS 202 by eight messages at once, against the base class library's one by one.</summary>
public sealed class Sha3BatchTests
{
    // Around each end of a block (72 bytes), where the padding moves.
    private static readonly int[] Lengths = [0, 1, 70, 71, 72, 73, 143, 144, 145, 1_000, 16_000];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(23)]
    public void Every_message_of_a_batch_has_the_digest_it_has_alone(int count)
    {
        for (var first = 0; first < Lengths.Length; first++)
        {
            var messages = Enumerable.Range(0, count)
                .Select(i => (ReadOnlyMemory<byte>)RandomNumberGenerator.GetBytes(Lengths[(first + i) % Lengths.Length]))
                .ToArray();
            var digests = new byte[count * Sha3Batch.SizeBytes];

            Sha3Batch.Hash(messages, digests);

            Assert.Equal(messages.SelectMany(message => SHA3_512.HashData(message.Span)), digests);
        }
    }

    [Fact]
    public void Room_for_fewer_digests_than_messages_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Sha3Batch.Hash([new byte[1], new byte[1]], new byte[Sha3Batch.SizeBytes]));
}
