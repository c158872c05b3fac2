using Mortanba.Ledger;
using Mortanba.Ledger.Witnessing;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Storage.Tests.Witnessing;

/// <summary>What a witness sees when it follows a log that lies, goes away or comes back.</summary>
public sealed class FollowerTests
{
    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-12")]
    public async Task The_copy_has_every_entry_and_passes_the_audit_of_a_log(Dialect dialect)
    {
        await using var world = await FollowWorld.CreateAsync(dialect);
        foreach (var more in (int[])[1, 254, 2, 700, 3])
        {
            await world.GrowAsync(more);
            Assert.Equal([], (await world.Follower.LookAsync()).Findings);
        }

        var report = await LogAudit.RunAsync(world.Copies, world.Log.Writer.Key);
        Assert.Equal([], report.Findings);
        Assert.Equal(960, report.Size);
        Assert.Equal(await world.Log.Reader.CheckpointAsync(), await world.Follower.Copy.CheckpointAsync());
        Assert.Equal(
            (await world.Log.Reader.EntriesAsync(250, 100)).Select(e => e.ToArray()), (await world.Follower.Copy.EntriesAsync(250, 100)).Select(e => e.ToArray()));
    }

    [Fact]
    public async Task A_log_that_is_away_is_no_finding_and_is_named()
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        await world.GrowAsync(3);
        world.Shown.IsAway = true;

        var report = await world.Follower.LookAsync();

        Assert.Equal(["http://log.example"], report.Away);
        Assert.Empty(report.Findings);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(5, 9)]
    [InlineData(8, 300)]
    [InlineData(300, 8)]
    [InlineData(300, 5)]
    [Trait("Requirement", "DA-12")]
    public async Task A_log_that_shows_another_tree_is_caught_with_proof(int first, int then)
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        await world.GrowAsync(first);
        await world.Follower.LookAsync();
        await using var other = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await other.Writer.AppendAsync(LedgerTestBed.Entries(then, "another"));
        await other.Writer.PublishAsync();
        world.Shown.Log = other.Reader;

        var report = await world.Follower.LookAsync();

        Assert.Equal(["witness/fork"], report.Findings);
        var finding = Assert.Single(await world.Witness.Witness.FindingsAsync());
        var fork = ForkEvidence.Parse(finding.Evidence!).Value.Confirm(world.Log.Writer.Key).Value;
        Assert.Equal((Math.Min(first, then), Math.Max(first, then)), ((int)fork.Earlier.Size, (int)fork.Later.Size));
        Assert.Equal(first, await world.Follower.Copy.SizeAsync());
    }

    [Theory]
    [InlineData(1500, 0)]
    [InlineData(1900, 0)]
    [InlineData(1900, 900)]
    public async Task A_log_that_breaks_off_while_it_is_copied_and_comes_back_with_another_tree_is_caught_with_proof(int then, int shared)
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        await world.GrowAsync(1500);
        world.Shown.Change = (id, bytes) => id is { Level: TileId.EntriesLevel, Index: > 2 } ? throw new HttpRequestException("away") : bytes;
        Assert.NotEmpty((await world.Follower.LookAsync()).Away);
        Assert.Equal(768, await world.Follower.Copy.SizeAsync());
        Assert.Null(await world.Follower.Copy.CheckpointAsync());
        await using var other = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await other.Writer.AppendAsync(
            [.. shared == 0 ? [] : await world.Log.Reader.EntriesAsync(0, shared), .. LedgerTestBed.Entries(then - shared, "another")]);
        await other.Writer.PublishAsync();
        (world.Shown.Log, world.Shown.Change) = (other.Reader, (_, bytes) => bytes);

        // What was copied may be of both trees: then the copy goes on with the other one, and the word is held against it.
        Assert.Equal(["witness/fork"], (await world.Follower.LookAsync()).Findings);
        Assert.Equal(shared == 0 ? 768 : then, await world.Follower.Copy.SizeAsync());
        var finding = Assert.Single(await world.Witness.Witness.FindingsAsync());
        Assert.True(ForkEvidence.Parse(finding.Evidence!).Value.Confirm(world.Log.Writer.Key).IsDone);

    }

    [Fact]
    public async Task A_copy_that_was_broken_off_goes_on_with_the_same_tree_and_accuses_nobody()
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        await world.GrowAsync(1500);
        world.Shown.Change = (id, bytes) => id is { Level: TileId.EntriesLevel, Index: > 2 } ? throw new HttpRequestException("away") : bytes;
        Assert.NotEmpty((await world.Follower.LookAsync()).Away);
        await world.GrowAsync(400);
        world.Shown.Change = (_, bytes) => bytes;

        Assert.Equal([], (await world.Follower.LookAsync()).Findings);
        Assert.Equal(await world.Log.Reader.CheckpointAsync(), await world.Follower.Copy.CheckpointAsync());
        Assert.Equal([], (await LogAudit.RunAsync(world.Copies, world.Log.Writer.Key)).Findings);
    }

    [Fact]
    public async Task Another_tree_shown_to_a_peer_is_caught_though_this_witness_saw_nothing_of_it()
    {
        await using var other = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await other.Writer.AppendAsync(LedgerTestBed.Entries(40, "another"));
        await other.Writer.PublishAsync();
        foreach (var size in (int[])[10, 40, 90])
        {
            using var peer = new ShownLog(other.Reader);
            await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite, peer);
            await world.GrowAsync(size);

            Assert.Equal(["witness/fork"], (await world.Follower.LookAsync()).Findings);
        }
    }

    [Fact]
    public async Task A_peer_that_is_ahead_of_this_witness_accuses_nobody()
    {
        await using var log = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await log.Writer.AppendAsync(LedgerTestBed.Entries(7));
        var seven = await log.Writer.PublishAsync();
        using var peer = new ShownLog(log.Reader);
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite, peer);
        world.Shown.Log = log.Reader;
        Assert.Equal([], (await world.Follower.LookAsync()).Findings);
        await log.Writer.AppendAsync(LedgerTestBed.Entries(600, "more"));
        await log.Writer.PublishAsync();
        world.Shown.Note = seven;

        Assert.Equal([], (await world.Follower.LookAsync()).Findings);
        Assert.Equal(7, await world.Follower.Copy.SizeAsync());
    }

    [Theory]
    [InlineData(TileId.EntriesLevel)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_log_that_serves_other_bytes_than_it_signed_is_caught_and_nothing_of_it_is_kept(int level)
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        await world.GrowAsync(700);
        world.Shown.Change = (id, bytes) =>
        {
            if (id.Level == level)
            {
                bytes[^1] ^= 1;
            }

            return bytes;
        };

        var report = await world.Follower.LookAsync();

        Assert.Equal(["witness/consistency-root-mismatch"], report.Findings);
        Assert.Null(Assert.Single(await world.Witness.Witness.FindingsAsync()).Evidence);
        Assert.Equal(0, await world.Follower.Copy.SizeAsync());

        world.Shown.Change = (_, bytes) => bytes;
        Assert.Empty((await world.Follower.LookAsync()).Findings);
        Assert.Equal(700, await world.Follower.Copy.SizeAsync());
    }

    [Fact]
    public async Task A_checkpoint_that_another_key_signed_is_a_finding()
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        world.Shown.Note = new Checkpoint("other.example", 0, MerkleTree.EmptyRoot).Sign(new NoteSigner("other.example", LedgerTestBed.LogKey));

        Assert.Equal(["log/note-unsigned"], (await world.Follower.LookAsync()).Findings);
    }

    [Fact]
    public async Task Its_own_newer_word_under_the_logs_checkpoint_freezes_a_witness_from_a_backup()
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        await world.GrowAsync(4);
        await world.Witness.AskAsync(world.Log, (await world.Log.Reader.CheckpointAsync())!);
        var old = (await world.Witness.Witness.LastAsync(LedgerTestBed.Origin))!;
        await world.GrowAsync(4);
        await world.Witness.AskAsync(world.Log, (await world.Log.Reader.CheckpointAsync())!);
        world.Shown.Note = (await world.Witness.Witness.LastAsync(LedgerTestBed.Origin))!.Note;
        await world.Witness.PutBackAsync(old);

        Assert.Equal(["witness/restored"], (await world.Follower.LookAsync()).Findings);
        Assert.Equal("witness/restored", await world.Witness.Witness.FrozenAsync());
    }

    [Fact]
    public async Task Its_own_newer_word_at_a_peer_freezes_it_though_the_log_hides_it()
    {
        await using var idle = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        using var peer = new ShownLog(idle.Reader);
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite, peer);
        await world.GrowAsync(4);
        world.Shown.Note = (await world.Log.Reader.CheckpointAsync())!;
        await world.Witness.AskAsync(world.Log, world.Shown.Note);
        var old = (await world.Witness.Witness.LastAsync(LedgerTestBed.Origin))!;
        await world.GrowAsync(4);
        await world.Witness.AskAsync(world.Log, (await world.Log.Reader.CheckpointAsync())!);
        peer.Whole = (await world.Witness.Witness.LastAsync(LedgerTestBed.Origin))!.Note;
        await world.Witness.PutBackAsync(old);

        Assert.Equal(["witness/restored"], (await world.Follower.LookAsync()).Findings);
        Assert.Equal("witness/restored", await world.Witness.Witness.FrozenAsync());
    }

    [Fact]
    [Trait("Requirement", "DA-12")]
    public async Task A_tree_that_was_only_given_to_be_cosigned_is_compared_with_the_one_that_is_shown()
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        await using var hidden = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await hidden.Writer.AppendAsync(LedgerTestBed.Entries(10, "hidden"));
        Assert.True((await world.Witness.AskAsync(hidden, await hidden.Writer.PublishAsync())).IsDone);
        await world.GrowAsync(10);

        Assert.Equal(["witness/fork"], (await world.Follower.LookAsync()).Findings);
        Assert.NotNull(Assert.Single(await world.Witness.Witness.FindingsAsync()).Evidence);
    }

    [Fact]
    public async Task A_peer_that_talks_nonsense_is_named_and_accuses_nobody()
    {
        await using var idle = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        using var peer = new ShownLog(idle.Reader) { Note = "<html>" };
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite, peer);
        await world.GrowAsync(4);

        var report = await world.Follower.LookAsync();

        Assert.Equal(["http://log.example"], report.Away);
        Assert.Empty(report.Findings);
        Assert.Empty(await world.Witness.Witness.FindingsAsync());
    }

    [Fact]
    public async Task A_damaged_copy_is_this_witnesss_own_trouble_and_later_proof_against_the_log_is_kept_still()
    {
        await using var world = await FollowWorld.CreateAsync(Dialect.Sqlite);
        await world.GrowAsync(5);
        await world.Follower.LookAsync();
        await world.Copies.WriteAsync(t => t.ExecuteAsync("UPDATE ledger_entries SET leaf_hash = zeroblob(32) WHERE idx = 3", default));

        Assert.Equal(["witness/copy-damaged"], (await world.Follower.LookAsync()).Findings);
        Assert.Null(Assert.Single(await world.Witness.Witness.FindingsAsync()).Evidence);
    }

    /// <summary>A log, the witness that follows it, and the database of its copy.</summary>
    private sealed class FollowWorld : IAsyncDisposable
    {
        private readonly TestDatabase copies;
        private int grown;

        private FollowWorld(LedgerTestBed log, WitnessWorld witness, TestDatabase copies, ShownLog[] peers)
        {
            this.copies = copies;
            (Log, Witness, Shown) = (log, witness, new ShownLog(log.Reader));
            Follower = new LogFollower(witness.Witness, log.Writer.Key, copies.Database, Shown.Remote(), [.. peers.Select(p => p.Remote())])
            {
                StepMax = TileId.WidthMax,
            };
        }

        public LedgerTestBed Log { get; }

        public WitnessWorld Witness { get; }

        public ShownLog Shown { get; }

        public LogFollower Follower { get; }

        public Database Copies => copies.Database;

        public static async Task<FollowWorld> CreateAsync(Dialect dialect, params ShownLog[] peers)
        {
            var log = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
            return new FollowWorld(
                log, await WitnessWorld.CreateAsync(dialect, log.Writer.Key), await TestDatabase.CreateAsync(dialect, LedgerSchema.Migrations), peers);
        }

        public async Task GrowAsync(int more)
        {
            await Log.Writer.AppendAsync(LedgerTestBed.Entries(more, $"growth {grown++}"));
            await Log.Writer.PublishAsync();
        }

        public async ValueTask DisposeAsync()
        {
            Shown.Dispose();
            await copies.DisposeAsync();
            await Witness.DisposeAsync();
            await Log.DisposeAsync();
        }
    }
}
