using System.Text;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Formats.Tests.TransparencyLog;

/// <summary>C2SP signed-note, tlog-checkpoint and tlog-cosignature.</summary>
public sealed class NoteTests
{
    public const string TesseraLogKey = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    public const string TesseraSigner =
        "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";

    public const string CheckpointText = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n";
    public const string LogLine =
        "— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n";

    public const string Witness1 = "witness.example/w1+0ad7d35e+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
    public const string Witness1Line =
        "— witness.example/w1 CtfTXgAAAABpINeAezy5+AVUk4HmoXeNQ18TU7t2XX2IEy68pgoqxYeR3LxzpQJnGV3rBx2gO2mW1w5LaAFgdzexUosGpAbwsz6YBg==\n";

    private const string FooKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private const string FooText = "This is an example message.\n";
    private const string FooLine =
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    private static readonly NoteVerifier Foo = NoteVerifier.Parse(FooKey).Value;

    [Fact]
    public void The_specifications_example_note_verifies()
    {
        var note = SignedNote.Parse(FooText + "\n" + FooLine).Value;

        Assert.Equal(FooText, note.Text);
        Assert.Equal([Foo], note.Verify(Foo).Value.Select(s => s.Key));
        Assert.Equal(FooKey, Foo.ToVkey());
    }

    [Fact]
    public void Signatures_of_unknown_keys_are_ignored()
    {
        const string Unknown = "— example.com/other Uw2QOkn8srV1yJGh\n";
        const string SameNameOtherId = "— example.com/foo AAAAAAAAAAAA\n";

        Assert.True(SignedNote.Parse(FooText + "\n" + Unknown + SameNameOtherId + FooLine).Value.Verify(Foo).IsDone);
        Assert.Equal("log/note-unsigned", SignedNote.Parse(FooText + "\n" + Unknown).Value.Verify(Foo).Problem?.Code);
    }

    [Fact]
    public void A_failing_signature_of_a_known_key_rejects_the_whole_note()
    {
        var witness = NoteVerifier.Parse(Witness1).Value;
        var log = NoteVerifier.Parse(TesseraLogKey).Value;
        var bad = Witness1Line.Replace("eY1", "eY2", StringComparison.Ordinal).Replace("AVUk4", "AVUk5", StringComparison.Ordinal);

        var note = SignedNote.Parse(CheckpointText + "\n" + LogLine + bad).Value;

        Assert.True(note.Verify(log).IsDone);
        Assert.Equal("log/note-signature-invalid", note.Verify(log, witness).Problem?.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("\n— a AAAAAAAA\n")]
    [InlineData("text\n\n— a AAAAAAAA")]
    [InlineData("text\n\n- a AAAAAAAA\n")]
    [InlineData("text\n\n—a AAAAAAAA\n")]
    [InlineData("text\n\n—  AAAAAAAA\n")]
    [InlineData("text\n\n— a+b AAAAAAAA\n")]
    [InlineData("text\n\n— a\u00a0b AAAAAAAA\n")]
    [InlineData("text\n\n— a  AAAAAAAA\n")]
    [InlineData("text\n\n— a AAAAAAAA \n")]
    [InlineData("text\n\n— a AAAAAA==\n")]
    [InlineData("text\n\n— a AAAAAAB=\n")]
    [InlineData("text\n\n— a !!!!!!!!\n")]
    [InlineData("te\txt\n\n— a AAAAAAAA\n")]
    [InlineData("te\rxt\n\n— a AAAAAAAA\n")]
    [InlineData("te\0xt\n\n— a AAAAAAAA\n")]
    public void A_malformed_note_is_refused(string note) =>
        Assert.Equal("log/note-malformed", SignedNote.Parse(note).Problem?.Code);

    [Fact]
    public void Text_may_hold_empty_lines_and_sixteen_signatures_are_taken()
    {
        var lines = string.Concat(Enumerable.Range(0, 16).Select(i => $"— k{i} AAAAAAAA\n"));

        var note = SignedNote.Parse("one\n\ntwo\n\n" + lines).Value;

        Assert.Equal("one\n\ntwo\n", note.Text);
        Assert.Equal(16, note.Signatures.Count);
        Assert.False(SignedNote.Parse("one\n\n" + string.Concat(Enumerable.Repeat(lines, 5))).IsDone);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] note = [.. "text"u8, 0xff, .. "\n\n— a AAAAAAAA\n"u8];

        Assert.Equal("log/note-malformed", SignedNote.Parse(note).Problem?.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com/foo")]
    [InlineData("example.com/foo+530d903a")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example com+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k ")]
    public void A_malformed_verifier_key_is_refused(string vkey) =>
        Assert.Equal("log/key-malformed", NoteVerifier.Parse(vkey).Problem?.Code);

    [Fact]
    public void An_unknown_signature_type_is_named_as_such() => Assert.Equal(
        "log/key-type-unknown",
        NoteVerifier.Parse("example.com/foo+530d903a+" + Convert.ToBase64String([0x06, .. new byte[1312]])).Problem?.Code);

    [Fact]
    public void Signing_gives_the_bytes_that_other_implementations_gave()
    {
        var signer = NoteSigner.Parse(TesseraSigner).Value;

        var checkpoint = Checkpoint.Parse(CheckpointText).Value;

        Assert.Equal(CheckpointText + "\n" + LogLine, checkpoint.Sign(signer));
        Assert.Equal(TesseraLogKey, signer.Verifier().ToVkey());
    }

    [Fact]
    public void A_cosignature_is_as_in_the_vectors()
    {
        using var key = new Ed25519PrivateKey(Enumerable.Repeat((byte)1, 32).ToArray());
        var witness = new NoteSigner("witness.example/w1", key);
        var at = DateTimeOffset.FromUnixTimeSeconds(1763760000);

        Assert.Equal(Witness1, witness.Verifier(NoteKeyType.CosignatureV1).ToVkey());
        Assert.Equal(Witness1Line, witness.Cosign(CheckpointText, at).Line());
        var note = SignedNote.Parse(CheckpointText + "\n" + LogLine + Witness1Line).Value;
        Assert.Equal(at, note.Verify(NoteVerifier.Parse(Witness1).Value).Value.Single().Time);
    }

    [Fact]
    public void The_cosignature_file_verifies_as_a_whole()
    {
        using var file = SharedVectors.Json("vectors", "c2sp", "cosignature-v1.json");
        var keys = file.RootElement.GetProperty("witnesses").EnumerateArray()
            .Select(w => NoteVerifier.Parse(w.GetProperty("vkey").GetString()!).Value)
            .Append(NoteVerifier.Parse(file.RootElement.GetProperty("log_vkey").GetString()!).Value)
            .ToList();

        var note = SignedNote.Parse(file.RootElement.GetProperty("cosigned").GetString()!).Value;

        Assert.Equal(3, note.Verify(keys).Value.Count);
    }

    [Theory]
    [InlineData("example.com/log\n15\n")]
    [InlineData("example.com/log\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=")]
    [InlineData("\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n")]
    [InlineData("example.com/log\n015\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n")]
    [InlineData("example.com/log\n+15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n")]
    [InlineData("example.com/log\n-1\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n")]
    [InlineData("example.com/log\n9223372036854775808\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n")]
    [InlineData("example.com/log\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383c=\n")]
    [InlineData("example.com/log\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383ct=\n")]
    [InlineData("example.com/log\n0\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n")]
    [InlineData("example.com/log\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n")]
    public void A_malformed_checkpoint_is_refused(string text) =>
        Assert.Equal("log/checkpoint-malformed", Checkpoint.Parse(text).Problem?.Code);

    [Fact]
    public void A_checkpoint_of_another_origin_is_refused()
    {
        var signer = NoteSigner.Parse(TesseraSigner).Value;
        var other = new Checkpoint("example.com/other", 0, MerkleTree.EmptyRoot).Sign(signer);

        var opened = Checkpoint.Open(other, signer.Verifier(), signer.Name);

        Assert.Equal("log/checkpoint-other-origin", opened.Problem?.Code);
    }

    [Fact]
    public void Extension_lines_are_kept_and_signed()
    {
        var checkpoint = new Checkpoint("example.com/log/testdata", 0, MerkleTree.EmptyRoot, ["more"]);
        var signer = NoteSigner.Parse(TesseraSigner).Value;

        Assert.Equal(checkpoint, Checkpoint.Open(checkpoint.Sign(signer), signer.Verifier(), signer.Name).Value);
    }

    [Fact]
    public void Every_changed_byte_of_a_signed_checkpoint_is_refused()
    {
        var key = NoteVerifier.Parse(TesseraLogKey).Value;
        var note = Encoding.UTF8.GetBytes(CheckpointText + "\n" + LogLine);
        for (var i = 0; i < note.Length; i++)
        {
            var changed = (byte[])note.Clone();
            changed[i] ^= 1;

            var outcome = SignedNote.Parse(changed).Then(n => n.Verify(key));

            Assert.False(outcome.IsDone, $"byte {i}");
        }
    }
}
