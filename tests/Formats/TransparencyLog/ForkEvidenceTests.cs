using System.Text;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Formats.Tests.TransparencyLog;

public sealed class ForkEvidenceTests
{
    private const string Origin = "log.mortanba.example";
    private static readonly NoteSigner Log = new(Origin, new Ed25519PrivateKey(Enumerable.Repeat((byte)3, 32).ToArray()));
    private static readonly NoteVerifier Key = Log.Verifier();

    public static TheoryData<int, int> Sizes()
    {
        var sizes = new TheoryData<int, int>();
        foreach (var (earlier, later) in ((int, int)[])[(1, 1), (5, 5), (8, 8), (1, 2), (3, 7), (4, 5), (8, 13), (13, 16), (16, 33), (32, 33)])
        {
            sizes.Add(earlier, later);
        }

        return sizes;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Two_signed_checkpoints_that_contradict_each_other_are_confirmed_from_the_file_alone(int earlier, int later)
    {
        var (mine, other) = (Leaves(earlier, changed: 0), Leaves(later));
        var evidence = new ForkEvidence(Note(mine), Note(other), Root(other[..earlier]), Proof(other, earlier));

        var read = ForkEvidence.Parse(evidence.Write()).Value;

        var fork = read.Confirm(Key).Value;
        Assert.Equal((earlier, later), ((int)fork.Earlier.Size, (int)fork.Later.Size));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void A_log_that_only_grew_is_not_accused(int earlier, int later)
    {
        var leaves = Leaves(later);
        var honest = new ForkEvidence(Note(leaves[..earlier]), Note(leaves), Root(leaves[..earlier]), Proof(leaves, earlier));
        var forged = honest with { RootThen = Root(Leaves(earlier, changed: 0)) };

        Assert.Equal("log/fork-not-shown", honest.Confirm(Key).Problem!.Code);
        Assert.Equal("log/consistency-root-mismatch", forged.Confirm(Key).Problem!.Code);
    }

    [Fact]
    public void Each_part_has_to_be_right()
    {
        var (mine, other) = (Leaves(3, changed: 0), Leaves(7));
        var good = new ForkEvidence(Note(mine), Note(other), Root(other[..3]), Proof(other, 3));
        var stranger = new NoteSigner(Origin, new Ed25519PrivateKey(Enumerable.Repeat((byte)4, 32).ToArray()));
        var elsewhere = new NoteSigner("other.example", new Ed25519PrivateKey(Enumerable.Repeat((byte)3, 32).ToArray()));

        Assert.True(good.Confirm(Key).IsDone);
        Assert.Equal("log/note-unsigned", (good with { Earlier = Note(mine, stranger) }).Confirm(Key).Problem!.Code);
        Assert.Equal("log/note-unsigned", (good with { Later = Note(other, elsewhere) }).Confirm(Key).Problem!.Code);
        Assert.Equal("log/consistency-proof-length", (good with { Proof = [.. good.Proof.Skip(1)] }).Confirm(Key).Problem!.Code);
        Assert.Equal("log/consistency-sizes", new ForkEvidence(good.Later, good.Earlier, good.RootThen, good.Proof).Confirm(Key).Problem!.Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"v":2,"type":"MortanbaForkEvidence","earlier":"","later":"","rootThen":"","proof":[]}""")]
    [InlineData("""{"v":1,"type":"Other","earlier":"","later":"","rootThen":"","proof":[]}""")]
    [InlineData("""{"v":1,"type":"MortanbaForkEvidence","earlier":"","later":"","rootThen":"AAAA","proof":[]}""")]
    [InlineData("""{"v":1,"type":"MortanbaForkEvidence","earlier":"","later":"","rootThen":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","proof":["x"]}""")]
    [InlineData("""{"v":1,"type":"MortanbaForkEvidence","earlier":"","later":"","rootThen":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","proof":[],"more":1}""")]
    public void Another_file_is_refused(string json) =>
        Assert.Equal("log/fork-evidence-malformed", ForkEvidence.Parse(Encoding.UTF8.GetBytes(json)).Problem!.Code);

    private static TreeHash[] Leaves(int count, int changed = -1) =>
        [.. Enumerable.Range(0, count).Select(i => MerkleTree.Leaf(Encoding.UTF8.GetBytes(i == changed ? "changed" : $"entry {i}")))];

    private static TreeHash Root(TreeHash[] leaves) => MerkleTree.Root(leaves);

    private static string Note(TreeHash[] leaves, NoteSigner? signer = null)
    {
        var by = signer ?? Log;
        return new Checkpoint(by.Name, leaves.Length, Root(leaves)).Sign(by);
    }

    private static TreeHash[] Proof(TreeHash[] leaves, int earlier)
    {
        if (earlier == leaves.Length)
        {
            return [];
        }

        var tree = new TiledTree(leaves.Length);
        Assert.Null(tree.Add(0, 0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(leaves.AsSpan())));
        return tree.ConsistencyProof(earlier);
    }
}
