using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Storage.Tests;

public sealed class LedgerCheckpointTests
{
    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_clock_set_back_stops_neither_entries_nor_checkpoints_and_nothing_shrinks(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(3));
        await bed.Writer.PublishAsync();
        bed.Clock.Now -= TimeSpan.FromDays(1);

        Assert.NotNull(await bed.Writer.PublishIfDueAsync(TimeSpan.FromMinutes(10)));
        Assert.Null(await bed.Writer.PublishIfDueAsync(TimeSpan.FromMinutes(10)));
        Assert.Equal(3, await bed.Writer.AppendAsync(LedgerTestBed.Entries(2, "later")));
        await bed.Writer.PublishAsync();
        Assert.Equal(5, await bed.Reader.ShownSizeAsync());
        Assert.True((await bed.AuditAsync()).IsClean);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_quiet_log_is_republished_on_its_rhythm_and_keeps_its_cosignatures(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        var interval = TimeSpan.FromMinutes(10);
        Assert.NotNull(await bed.Writer.PublishIfDueAsync(interval));
        Assert.Null(await bed.Writer.PublishIfDueAsync(interval));
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(5));
        var note = await bed.Writer.PublishIfDueAsync(interval);
        Assert.NotNull(note);
        using var key = new Ed25519PrivateKey(Enumerable.Repeat((byte)9, 32).ToArray());
        var witness = new NoteSigner("w.example", key);
        var verifier = witness.Verifier(NoteKeyType.CosignatureV1);
        var line = witness.Cosign(SignedNote.Parse(note).Value.Text, bed.Clock.Now);

        var cosigned = (await bed.Writer.AddCosignatureAsync(5, line, verifier)).Value;
        bed.Clock.Now += interval;
        var republished = await bed.Writer.PublishIfDueAsync(interval);

        Assert.Equal(cosigned, republished);
        Assert.Equal(2, SignedNote.Parse(cosigned).Value.Verify(bed.Writer.Key, verifier).Value.Count);
        Assert.Null(await bed.Writer.PublishIfDueAsync(interval));
        Assert.Equal("ledger/checkpoint-unknown", (await bed.Writer.AddCosignatureAsync(4, line, verifier)).Problem?.Code);
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "DA-15")]
    public async Task Each_checkpoint_continues_the_one_before(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        var before = default(Checkpoint);
        foreach (var count in new[] { 1, 254, 1, 1, 300, 2 })
        {
            await bed.Writer.AppendAsync(LedgerTestBed.Entries(count));
            var now = Checkpoint.Open(await bed.Writer.PublishAsync(), bed.Writer.Key, LedgerTestBed.Origin).Value;
            if (before is not null)
            {
                var proof = (await bed.Reader.ConsistencyProofAsync(before.Size, now.Size)).Select(h => new TreeHash(h.Span));
                Assert.Null(ConsistencyProof.Verify(before.Size, now.Size, [.. proof], before.Root, now.Root));
            }

            before = now;
        }

        var report = await bed.AuditAsync();
        Assert.True(report.IsClean);
        Assert.Equal(6, report.Checkpoints);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Tiles_and_bundles_are_those_of_the_tree_and_none_lies_beyond_it(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        var entries = LedgerTestBed.Entries(600);
        await bed.Writer.AppendAsync(entries);
        var leaves = entries.Select(e => MerkleTree.Leaf(e.Span)).ToArray();

        byte[] full = [.. leaves[256..512].SelectMany(l => l.ToArray())];
        byte[] open = [.. leaves[512..600].SelectMany(l => l.ToArray())];
        byte[] start = [.. leaves[..3].SelectMany(l => l.ToArray())];
        byte[] roots = [.. MerkleTree.Root(leaves.AsSpan(0, 256)).ToArray(), .. MerkleTree.Root(leaves.AsSpan(256, 256)).ToArray()];
        Assert.Equal(full, (await bed.Reader.TileAsync(new TileId(0, 1, 256)))!);
        Assert.Equal(open, (await bed.Reader.TileAsync(new TileId(0, 2, 88)))!);
        Assert.Equal(start, (await bed.Reader.TileAsync(new TileId(0, 0, 3)))!);
        Assert.Equal(roots, (await bed.Reader.TileAsync(new TileId(1, 0, 2)))!);
        Assert.Equal(
            EntryBundle.Write(entries[512..600]), (await bed.Reader.TileAsync(new TileId(TileId.EntriesLevel, 2, 88)))!);
        Assert.Null(await bed.Reader.TileAsync(new TileId(0, 2, 89)));
        Assert.Null(await bed.Reader.TileAsync(new TileId(0, 2, 256)));
        Assert.Null(await bed.Reader.TileAsync(new TileId(1, 0, 3)));
        Assert.Null(await bed.Reader.TileAsync(new TileId(TileId.EntriesLevel, 2, 256)));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_lost_tail_freezes_the_ledger_and_is_never_signed_over(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(10));
        await bed.Writer.PublishAsync();
        var frontier = new Frontier();
        frontier.Append(LedgerTestBed.Entries(9).Select(e => MerkleTree.Leaf(e.Span)).ToArray());
        await bed.Database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("DELETE FROM ledger_entries WHERE idx = 9", default);
            await t.ExecuteAsync("UPDATE ledger_tree SET size = 9, frontier = @f", default, ("f", frontier.Save()));
        });
        bed.Restart();

        await Assert.ThrowsAsync<LedgerFrozenException>(() => bed.Writer.PublishAsync());
        await Assert.ThrowsAsync<LedgerFrozenException>(() => bed.Writer.AppendAsync(LedgerTestBed.Entries(1)));
        Assert.Contains((await bed.AuditAsync()).Findings, f => f.Code == "ledger/checkpoint-beyond-tree");
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_rewritten_past_freezes_the_ledger_though_all_hashes_were_made_to_fit(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(10));
        await bed.Writer.PublishAsync();
        var entries = LedgerTestBed.Entries(10, "forged");
        var frontier = new Frontier();
        frontier.Append(entries.Select(e => MerkleTree.Leaf(e.Span)).ToArray());
        await bed.Database.WriteAsync(async t =>
        {
            for (var i = 0; i < entries.Length; i++)
            {
                await t.ExecuteAsync(
                    "UPDATE ledger_entries SET entry = @e, leaf_hash = @h WHERE idx = @i",
                    default,
                    ("e", entries[i].ToArray()),
                    ("h", MerkleTree.Leaf(entries[i].Span).ToArray()),
                    ("i", (long)i));
            }

            await t.ExecuteAsync("UPDATE ledger_tree SET frontier = @f", default, ("f", frontier.Save()));
        });
        bed.Restart();

        await Assert.ThrowsAsync<LedgerFrozenException>(() => bed.Writer.PublishAsync());
        Assert.Equal("ledger/checkpoint-changed", (await bed.AuditAsync()).Findings.Single().Code);
    }
}
