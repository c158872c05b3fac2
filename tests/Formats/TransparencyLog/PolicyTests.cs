using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Formats.Tests.TransparencyLog;

/// <summary>C2SP tlog-policy and tlog-proof.</summary>
public sealed class PolicyTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly NoteSigner Log = Signer(99, "example.com/log");
    private static readonly NoteSigner[] Witnesses = [.. Enumerable.Range(1, 4).Select(i => Signer(i, "w" + i))];
    private static readonly Checkpoint Tree = new("example.com/log", 0, MerkleTree.EmptyRoot);

    private static readonly string Definitions =
        $"# Four nodes\n\nlog {Log.Verifier().ToVkey()} https://example.com/log\n"
        + string.Concat(Witnesses.Select((w, i) => $"\twitness w{i + 1}  {Vkey(w)} \n"));

    [Theory]
    [Trait("Requirement", "DA-15")]
    [InlineData("quorum none", "", true)]
    [InlineData("quorum w2", "2", true)]
    [InlineData("quorum w2", "13", false)]
    [InlineData("group g any w1 w2\nquorum g", "2", true)]
    [InlineData("group g any w1 w2\nquorum g", "34", false)]
    [InlineData("group g all w1 w2\nquorum g", "1", false)]
    [InlineData("group g all w1 w2\nquorum g", "12", true)]
    [InlineData("group g 3 w1 w2 w3 w4\nquorum g", "134", true)]
    [InlineData("group g 3 w1 w2 w3 w4\nquorum g", "14", false)]
    [InlineData("group a any w1 w2\ngroup b all w3 w4\ngroup g all a b\nquorum g", "234", true)]
    [InlineData("group a any w1 w2\ngroup b all w3 w4\ngroup g all a b\nquorum g", "123", false)]
    public void The_quorum_is_counted_as_written(string rule, string cosigners, bool isMet)
    {
        var policy = LogPolicy.Parse(Definitions + rule + "\n").Value;

        var evidence = policy.Evaluate(Note(cosigners)).Value;

        Assert.Equal(isMet ? null : "log/quorum-not-met", evidence.QuorumProblem?.Code);
        Assert.Equal(cosigners.Length, evidence.Cosignatures.Count);
        Assert.Equal(Tree, evidence.Checkpoint);
        Assert.All(evidence.Cosignatures, c => Assert.Equal(At, c.At));
    }

    [Fact]
    public void One_witness_signing_twice_counts_once()
    {
        var policy = LogPolicy.Parse(Definitions + "group g 2 w1 w2\nquorum g\n").Value;
        var twice = SignedNote.Write(
            Tree.Text(), Log.Sign(Tree.Text()), Witnesses[0].Cosign(Tree.Text(), At), Witnesses[0].Cosign(Tree.Text(), At.AddSeconds(1)));

        Assert.NotNull(policy.Evaluate(twice).Value.QuorumProblem);
    }

    [Fact]
    public void A_checkpoint_that_no_listed_log_signed_is_refused()
    {
        var policy = LogPolicy.Parse(Definitions + "quorum none\n").Value;
        var other = Signer(50, "example.com/other");

        Assert.Equal("log/note-unsigned", policy.Evaluate(Tree.Sign(other)).Problem?.Code);
        Assert.Equal(
            "log/note-unsigned",
            policy.Evaluate(SignedNote.Write(Tree.Text(), Witnesses[0].Cosign(Tree.Text(), At))).Problem?.Code);
    }

    [Fact]
    public void One_trusted_log_cannot_speak_for_another()
    {
        var policy = LogPolicy.Parse(Definitions + "quorum none\n").Value;
        var foreign = new Checkpoint("example.com/other", 0, MerkleTree.EmptyRoot);

        Assert.Equal("log/checkpoint-other-origin", policy.Evaluate(foreign.Sign(Log)).Problem?.Code);
    }

    [Fact]
    public void A_log_key_known_from_elsewhere_is_trusted_too()
    {
        var policy = LogPolicy.Parse("quorum none", Log.Verifier().ToVkey()).Value;

        Assert.True(policy.Evaluate(Note(string.Empty)).IsDone);
        Assert.True(LogPolicy.Parse(Definitions + "quorum none", Log.Verifier().ToVkey()).IsDone);
    }

    [Theory]
    [InlineData("")]
    [InlineData("quorum")]
    [InlineData("quorum w9")]
    [InlineData("quorum none\nquorum none")]
    [InlineData("group none any w1\nquorum none")]
    [InlineData("group g any none\nquorum g")]
    [InlineData("group g any\nquorum g")]
    [InlineData("group g 0 w1\nquorum g")]
    [InlineData("group g 2 w1\nquorum g")]
    [InlineData("group g 01 w1\nquorum g")]
    [InlineData("group g most w1\nquorum g")]
    [InlineData("group g any w9\nquorum g")]
    [InlineData("group g any g\nquorum g")]
    [InlineData("group g any w1 w1\nquorum g")]
    [InlineData("group g any w1\ngroup h any w1\nquorum h")]
    [InlineData("group w1 any w2\nquorum none")]
    [InlineData("quorum g\ngroup g any w1")]
    [InlineData("threshold 3\nquorum none")]
    [InlineData("quorum none\r")]
    [InlineData("quorum none x")]
    [InlineData("log\nquorum none")]
    [InlineData("witness w5\nquorum none")]
    [InlineData("log example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\nquorum none")]
    public void A_malformed_policy_is_refused(string rule) =>
        Assert.Equal("log/policy-malformed", LogPolicy.Parse(Definitions + rule).Problem?.Code);

    [Fact]
    public void Keys_listed_twice_or_of_the_wrong_type_are_refused()
    {
        var copy = new NoteVerifier("other.name", NoteKeyType.CosignatureV1, Witnesses[0].Verifier().PublicKey.Span);

        Assert.False(LogPolicy.Parse($"{Definitions}witness w5 {copy.ToVkey()}\nquorum none").IsDone);
        Assert.False(LogPolicy.Parse($"{Definitions}log {Log.Verifier().ToVkey()}\nquorum none").IsDone);
        Assert.False(LogPolicy.Parse($"log {Vkey(Witnesses[0])}\nquorum none").IsDone);
        Assert.False(LogPolicy.Parse($"witness w {Log.Verifier().ToVkey()}\nquorum none").IsDone);
    }

    [Fact]
    public void A_proof_file_round_trips_and_verifies()
    {
        var entry = "an entry"u8;
        var leaf = MerkleTree.Leaf(entry);
        var other = MerkleTree.Leaf("another"u8);
        var checkpoint = new Checkpoint("example.com/log", 2, MerkleTree.Node(leaf, other));
        var policy = LogPolicy.Parse(Definitions + "quorum none\n").Value;
        var proof = new TlogProof(new byte[] { 1, 2 }, 0, [other], checkpoint.Sign(Log));

        var read = TlogProof.Parse(proof.Write()).Value;

        Assert.Equal(proof.Write(), read.Write());
        Assert.True(read.Verify(entry, policy).IsDone);
        Assert.Equal("log/inclusion-root-mismatch", read.Verify("an antry"u8, policy).Problem?.Code);
        var strict = LogPolicy.Parse(Definitions + "quorum w1\n").Value;
        Assert.Equal("log/quorum-not-met", read.Verify(entry, strict).Problem?.Code);
    }

    [Fact]
    public void Another_implementations_proof_file_verifies()
    {
        var text = SharedVectors.Text("vectors", "c2sp", "index6-size15.tlog-proof");
        var entry = SharedVectors.Bytes("vectors", "c2sp", "index6.entry");
        var policy = LogPolicy.Parse($"log {NoteTests.TesseraLogKey}\nwitness w1 {NoteTests.Witness1}\nquorum w1\n").Value;

        var proof = TlogProof.Parse(text).Value;

        Assert.Equal(text, proof.Write());
        Assert.Equal(6, proof.Index);
        Assert.True(proof.Verify(entry, policy).IsDone);
    }

    [Fact]
    public void The_witness_requests_consistency_proof_verifies()
    {
        var lines = SharedVectors.Text("vectors", "c2sp", "add-checkpoint-7-15.txt").Split('\n');
        var proof = lines[1..6].Select(line => TreeHash.TryParse(line, out var hash) ? hash : default).ToArray();
        var earlier = SharedVectors.Text("vectors", "c2sp", "tessera-log", "checkpoint.7").Split("\n\n")[0] + "\n";

        var old = Checkpoint.Parse(earlier).Value;
        var now = Checkpoint.Parse(NoteTests.CheckpointText).Value;

        Assert.Null(ConsistencyProof.Verify(old.Size, now.Size, proof, old.Root, now.Root));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n")]
    public void A_malformed_proof_file_is_refused(string text) =>
        Assert.Equal("log/proof-malformed", TlogProof.Parse(text).Problem?.Code);

    private static NoteSigner Signer(int seed, string name) =>
        new(name, new Ed25519PrivateKey(Enumerable.Repeat((byte)seed, 32).ToArray()));

    private static string Vkey(NoteSigner witness) => witness.Verifier(NoteKeyType.CosignatureV1).ToVkey();

    private static string Note(string cosigners) => SignedNote.Write(
        Tree.Text(), [Log.Sign(Tree.Text()), .. cosigners.Select(c => Witnesses[c - '1'].Cosign(Tree.Text(), At))]);
}
