using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Formats.Tests.TransparencyLog;

/// <summary>C2SP tlog-tiles: paths, widths, entry bundles, and a whole log of transparency-dev/tessera.</summary>
public sealed class TileTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(3, 999, 8, "tile/3/999.p/8")]
    [InlineData(63, 1000, 255, "tile/63/x001/000.p/255")]
    [InlineData(TileId.EntriesLevel, 0, 15, "tile/entries/000.p/15")]
    [InlineData(TileId.EntriesLevel, 1000000, 256, "tile/entries/x001/x000/000")]
    public void A_tile_has_one_path(int level, long index, int width, string path)
    {
        var id = new TileId(level, index, width);

        Assert.Equal(path, id.Path());
        Assert.Equal(id, TileId.Parse(path).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile/0")]
    [InlineData("tile/64/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/xx01/000")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/8/")]
    [InlineData("tile/0/../000")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/data/000")]
    [InlineData("Tile/0/000")]
    public void Any_other_path_is_refused(string path) =>
        Assert.Equal("log/tile-path-malformed", TileId.Parse(path).Problem?.Code);

    [Fact]
    public void Widths_follow_the_size_as_in_the_specification()
    {
        Assert.Equal(256, TileId.WidthAt(0, 272, 70_000));
        Assert.Equal(112, TileId.WidthAt(0, 273, 70_000));
        Assert.Equal(0, TileId.WidthAt(0, 274, 70_000));
        Assert.Equal(256, TileId.WidthAt(1, 0, 70_000));
        Assert.Equal(17, TileId.WidthAt(1, 1, 70_000));
        Assert.Equal(1, TileId.WidthAt(2, 0, 70_000));
        Assert.Equal(0, TileId.WidthAt(3, 0, 70_000));
        Assert.Equal(112, TileId.WidthAt(TileId.EntriesLevel, 273, 70_000));
        Assert.Equal(0, TileId.WidthAt(0, 1, 256));
        Assert.Equal(0, TileId.WidthAt(63, 0, long.MaxValue));
    }

    [Fact]
    public void A_bundle_comes_back_as_it_was_written()
    {
        ReadOnlyMemory<byte>[] entries = [new byte[] { 1, 2, 3 }, ReadOnlyMemory<byte>.Empty, new byte[65535]];

        var bundle = EntryBundle.Write(entries);
        var read = EntryBundle.Parse(bundle, 3).Value;

        Assert.Equal(entries.Select(e => e.ToArray()), read.Select(e => e.ToArray()));
        Assert.Throws<ArgumentException>(() => EntryBundle.Write([new byte[65536]]));
    }

    [Fact]
    public void A_bundle_with_more_or_less_is_refused()
    {
        var bundle = EntryBundle.Write([new byte[] { 1, 2, 3 }, new byte[] { 4 }]);

        Assert.Equal("log/entry-bundle-malformed", EntryBundle.Parse(bundle, 1).Problem?.Code);
        Assert.Equal("log/entry-bundle-malformed", EntryBundle.Parse(bundle, 3).Problem?.Code);
        for (var length = 0; length < bundle.Length; length++)
        {
            Assert.False(EntryBundle.Parse(bundle.AsMemory(0, length), 2).IsDone);
        }
    }

    [Fact]
    public void Another_implementations_log_is_rebuilt_byte_for_byte()
    {
        var log = SharedVectors.Require("vectors", "c2sp", "tessera-log");
        var key = NoteVerifier.Parse(NoteTests.TesseraLogKey).Value;
        var last = File.ReadAllBytes(Path.Combine(log, new TileId(TileId.EntriesLevel, 0, 15).Path()));
        var leaves = EntryBundle.Parse(last, 15).Value.Select(e => MerkleTree.Leaf(e.Span)).ToArray();
        for (var size = 0; size <= 15; size++)
        {
            var note = File.ReadAllText(Path.Combine(log, "checkpoint." + size));
            var checkpoint = Checkpoint.Open(note, key, key.Name).Value;
            Assert.Equal((size, MerkleTree.Root(leaves.AsSpan(0, size))), (checkpoint.Size, checkpoint.Root));
            if (size > 0)
            {
                var tree = new TiledTree(size);
                Assert.Null(tree.Add(0, 0, File.ReadAllBytes(Path.Combine(log, new TileId(0, 0, size).Path()))));
                Assert.Equal(checkpoint.Root, tree.Root());
                var bundle = File.ReadAllBytes(Path.Combine(log, new TileId(TileId.EntriesLevel, 0, size).Path()));
                Assert.Equal(bundle, EntryBundle.Write(EntryBundle.Parse(last, 15).Value.Take(size).ToList()));
            }
        }
    }
}
