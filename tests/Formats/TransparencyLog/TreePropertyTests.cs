using System.Runtime.InteropServices;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Formats.Tests.TransparencyLog;

public sealed class TreePropertyTests
{
    private const int SizeMax = 130;

    private static readonly TreeHash[] Leaves =
        [.. Enumerable.Range(0, 70_000).Select(i => MerkleTree.Leaf(BitConverter.GetBytes(i)))];

    [Fact]
    [Trait("Requirement", "DA-15")]
    public void Every_entry_of_every_small_tree_is_proved()
    {
        for (var size = 1; size <= SizeMax; size++)
        {
            var root = SlowRoot(Leaves.AsSpan(0, size));
            var tree = Tree(size);
            Assert.Equal(root, tree.Root());
            Assert.Equal(root, MerkleTree.Root(Leaves.AsSpan(0, size)));
            for (var index = 0; index < size; index++)
            {
                var proof = tree.InclusionProof(index);
                Assert.Null(InclusionProof.Verify(Leaves[index], index, size, proof, root));
            }
        }
    }

    [Fact]
    [Trait("Requirement", "DA-15")]
    public void Every_small_tree_grows_consistently_from_every_smaller_one()
    {
        for (var size = 1; size <= SizeMax; size++)
        {
            var tree = Tree(size);
            for (var earlier = 1; earlier <= size; earlier++)
            {
                var earlierRoot = MerkleTree.Root(Leaves.AsSpan(0, earlier));
                var proof = tree.ConsistencyProof(earlier);
                Assert.Null(ConsistencyProof.Verify(earlier, size, proof, earlierRoot, tree.Root()));
            }
        }
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(70000)]
    public void Proofs_out_of_tiles_hold_across_tile_borders(int size)
    {
        var tree = Tree(size);
        var root = MerkleTree.Root(Leaves.AsSpan(0, size));
        Assert.Equal(root, tree.Root());
        var random = new Random(size);
        foreach (var index in Enumerable.Range(0, 40).Select(_ => random.Next(size)).Append(0).Append(size - 1))
        {
            var proof = tree.InclusionProof(index);
            Assert.Null(InclusionProof.Verify(Leaves[index], index, size, proof, root));
            var earlierRoot = MerkleTree.Root(Leaves.AsSpan(0, index + 1));
            Assert.Null(ConsistencyProof.Verify(index + 1, size, tree.ConsistencyProof(index + 1), earlierRoot, root));
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(70000)]
    public void A_proof_needs_only_the_tiles_it_names(int size)
    {
        var random = new Random(size);
        for (var i = 0; i < 30; i++)
        {
            var index = random.Next(size);
            var tree = new TiledTree(size);
            Bring(tree, tree.MissingForInclusion(index));
            Assert.True(tree.MissingForInclusion(index).Count == 0);
            Assert.Null(InclusionProof.Verify(Leaves[index], index, size, tree.InclusionProof(index), tree.Root()));

            tree = new TiledTree(size);
            Bring(tree, tree.MissingForConsistency(index + 1));
            var root = MerkleTree.Root(Leaves.AsSpan(0, size));
            var earlierRoot = MerkleTree.Root(Leaves.AsSpan(0, index + 1));
            Assert.Null(ConsistencyProof.Verify(index + 1, size, tree.ConsistencyProof(index + 1), earlierRoot, root));
        }
    }

    [Fact]
    public void One_flipped_bit_anywhere_is_refused()
    {
        const int Size = 77;
        var tree = Tree(Size);
        var root = tree.Root();
        for (var index = 0; index < Size; index += 5)
        {
            var proof = tree.InclusionProof(index);
            for (var i = 0; i < proof.Length; i++)
            {
                var changed = (TreeHash[])proof.Clone();
                changed[i] = Flip(changed[i], index + i);
                Assert.NotNull(InclusionProof.Verify(Leaves[index], index, Size, changed, root));
            }

            Assert.NotNull(InclusionProof.Verify(Flip(Leaves[index], index), index, Size, proof, root));
            Assert.NotNull(InclusionProof.Verify(Leaves[index], index, Size, proof, Flip(root, index)));
            Assert.NotNull(InclusionProof.Verify(Leaves[index], index, Size, proof.AsSpan(0, proof.Length - 1), root));
            Assert.NotNull(InclusionProof.Verify(Leaves[index], index, Size, [.. proof, root], root));
        }

        for (var earlier = 1; earlier < Size; earlier++)
        {
            var earlierRoot = MerkleTree.Root(Leaves.AsSpan(0, earlier));
            var proof = tree.ConsistencyProof(earlier);
            for (var i = 0; i < proof.Length; i++)
            {
                var changed = (TreeHash[])proof.Clone();
                changed[i] = Flip(changed[i], earlier + i);
                Assert.NotNull(ConsistencyProof.Verify(earlier, Size, changed, earlierRoot, root));
            }

            Assert.NotNull(ConsistencyProof.Verify(earlier, Size, proof, Flip(earlierRoot, earlier), root));
            Assert.NotNull(ConsistencyProof.Verify(earlier, Size, [.. proof, root], earlierRoot, root));
        }
    }

    [Fact]
    public void A_stored_frontier_goes_on_as_if_never_stored()
    {
        for (var size = 0; size < SizeMax; size++)
        {
            var frontier = new Frontier();
            frontier.Append(Leaves.AsSpan(0, size));

            var loaded = Frontier.Load(size, frontier.Save()).Value;
            loaded.Append(Leaves[size]);

            Assert.Equal(MerkleTree.Root(Leaves.AsSpan(0, size + 1)), loaded.Root());
            Assert.False(Frontier.Load(size, [.. frontier.Save(), 1]).IsDone);
        }
    }

    [Fact]
    public void A_tile_of_another_length_is_refused()
    {
        var tree = new TiledTree(300);

        Assert.Equal("log/tile-malformed", tree.Add(0, 1, new byte[256 * 32])?.Code);
        Assert.Equal("log/tile-malformed", tree.Add(0, 2, new byte[32])?.Code);
        Assert.Null(tree.Add(0, 1, new byte[44 * 32]));
    }

    /// <summary>The definition, word for word (RFC 6962 section 2.1).</summary>
    private static TreeHash SlowRoot(ReadOnlySpan<TreeHash> leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return MerkleTree.Node(SlowRoot(leaves[..split]), SlowRoot(leaves[split..]));
    }

    private static TiledTree Tree(int size)
    {
        var tree = new TiledTree(size);
        var all = new List<TileId>();
        for (var level = 0; size >> (8 * level) > 0; level++)
        {
            for (var index = 0; TileId.WidthAt(level, index, size) is var width and > 0; index++)
            {
                all.Add(new TileId(level, index, width));
            }
        }

        Bring(tree, all);
        return tree;
    }

    private static void Bring(TiledTree tree, IEnumerable<TileId> ids)
    {
        foreach (var id in ids)
        {
            var span = 1 << (8 * id.Level);
            var hashes = Enumerable.Range(0, id.Width)
                .Select(i => MerkleTree.Root(Leaves.AsSpan((int)((id.Index * 256) + i) * span, span)))
                .ToArray();
            Assert.Null(tree.Add(id.Level, id.Index, MemoryMarshal.AsBytes(hashes.AsSpan())));
        }
    }

    private static TreeHash Flip(TreeHash hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8 % 32] ^= (byte)(1 << (bit % 8));
        return new TreeHash(bytes);
    }
}
