using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Formats.Tests.TransparencyLog;

public sealed class AddCheckpointTests
{
    // The C2SP test log of transparency-dev/tessera: from 7 entries to 15.
    private const string Body =
        """
        old 7
        2Q0P5jSR+TdkwdXWyx+GbBWX0KZbNZkWzCjyTPSozsw=
        ThcgoV2DYcK+VCxBUDWAlNxmLy2r7dq7dK7+OlgQKWs=
        ycRkkNklus5eMVRUvkD1pK321vMrA+jjOiZKU8aOcY4=
        zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=
        5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=

        example.com/log/testdata
        15
        rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

        — example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=

        """;

    [Fact]
    public void A_request_is_read_and_written_byte_for_byte()
    {
        var read = AddCheckpoint.Parse(Body).Value;

        Assert.Equal(7, read.OldSize);
        Assert.Equal(5, read.Proof.Count);
        Assert.Equal(15, Checkpoint.Parse(SignedNote.Parse(read.Note).Value.Text).Value.Size);
        Assert.Equal(Body, read.Text());
    }

    [Fact]
    public void The_first_request_has_no_proof()
    {
        var note = Body[(Body.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];

        Assert.Equal(new AddCheckpoint(0, [], note).Text(), "old 0\n\n" + note);
        Assert.Empty(AddCheckpoint.Parse("old 0\n\n" + note).Value.Proof);
    }

    [Theory]
    [InlineData("old 7\nx\n", "is not 32 bytes of base64")]
    [InlineData("old 7\n2Q0P5jSR+TdkwdXWyx+GbBWX0KZbNZkWzCjyTPSozsx=\n", "is not 32 bytes of base64")]
    [InlineData("old 07\n", "plain number")]
    [InlineData("old -1\n", "plain number")]
    [InlineData("old 9223372036854775808\n", "plain number")]
    [InlineData("Old 7\n", "plain number")]
    [InlineData("", "plain number")]
    public void What_is_wrong_is_named(string head, string why)
    {
        var problem = AddCheckpoint.Parse(head + "\n\nnote").Problem!;

        Assert.Equal("log/add-checkpoint-malformed", problem.Code);
        Assert.Contains(why, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_63_hashes_are_refused_and_so_is_a_body_without_a_gap()
    {
        const string Hash = "2Q0P5jSR+TdkwdXWyx+GbBWX0KZbNZkWzCjyTPSozsw=\n";

        Assert.True(AddCheckpoint.Parse("old 7\n" + string.Concat(Enumerable.Repeat(Hash, 63)) + "\nnote").IsDone);
        Assert.False(AddCheckpoint.Parse("old 7\n" + string.Concat(Enumerable.Repeat(Hash, 64)) + "\nnote").IsDone);
        Assert.False(AddCheckpoint.Parse("old 7\n" + Hash).IsDone);
    }
}
