using Mortanba.Foundation;
using Mortanba.Ledger.Witnessing;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Storage.Tests.Witnessing;

public sealed class WitnessTests
{
    private static readonly DateTimeOffset Morning = new(2026, 6, 20, 9, 0, 0, TimeSpan.Zero);

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-12")]
    public async Task A_log_that_grows_is_cosigned_each_time_and_remembered(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await using var world = await WitnessWorld.CreateAsync(dialect, bed.Writer.Key);
        foreach (var more in (int[])[3, 1, 300, 700])
        {
            await bed.Writer.AppendAsync(LedgerTestBed.Entries(more, $"of {more}"));
            var note = await bed.Writer.PublishAsync();
            var line = (await world.AskAsync(bed, note)).Value;

            var cosigned = SignedNote.Parse(note).Value.With(line);
            var both = SignedNote.Parse(cosigned).Value.Verify(bed.Writer.Key, world.Witness.Key).Value;
            Assert.Equal([null, Morning], both.Select(s => s.Time));
            Assert.Equal(cosigned, (await world.Witness.LastAsync(LedgerTestBed.Origin))!.Note);
            await world.RestartAsync();
        }

        Assert.Empty(await world.Witness.FindingsAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Every_refusal_of_the_protocol_has_its_code_and_changes_nothing(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await using var world = await WitnessWorld.CreateAsync(dialect, bed.Writer.Key);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(5));
        var five = await bed.Writer.PublishAsync();
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(4, "later"));
        var nine = await bed.Writer.PublishAsync();
        var proof = await bed.Reader.Prover(9).ConsistencyProofAsync(5);
        Assert.True((await world.Witness.AddAsync(new AddCheckpoint(0, [], five).Text())).IsDone);
        var before = await world.Witness.LastAsync(LedgerTestBed.Origin);

        var other = new NoteSigner("other.example", LedgerTestBed.LogKey);
        var forger = new NoteSigner(LedgerTestBed.Origin, new Ed25519PrivateKey(Enumerable.Repeat((byte)9, 32).ToArray()));
        var signer = new NoteSigner(LedgerTestBed.Origin, LedgerTestBed.LogKey);
        (string Body, string Code)[] asked =
        [
            ("old 5\n", "log/add-checkpoint-malformed"),
            ("old 5\n\nno note\n", "log/note-malformed"),
            (new AddCheckpoint(5, proof, SignedNote.Write("a\nb\n", signer.Sign("a\nb\n"))).Text(), "log/checkpoint-malformed"),
            (new AddCheckpoint(0, [], new Checkpoint("other.example", 9, default).Sign(other)).Text(), "witness/log-unknown"),
            (new AddCheckpoint(5, proof, new Checkpoint(LedgerTestBed.Origin, 9, default).Sign(forger)).Text(), "witness/log-not-signed"),
            (new AddCheckpoint(10, proof, nine).Text(), "witness/old-too-large"),
            (new AddCheckpoint(0, [], nine).Text(), "witness/other-size"),
            (new AddCheckpoint(6, proof, nine).Text(), "witness/other-size"),
            (new AddCheckpoint(5, proof[1..], nine).Text(), "witness/inconsistent"),
            (new AddCheckpoint(5, [.. proof[..^1], proof[0]], nine).Text(), "witness/inconsistent"),
            (new AddCheckpoint(5, proof, five).Text(), "witness/inconsistent"),
        ];
        foreach (var (body, code) in asked)
        {
            Assert.Equal(code, (await world.Witness.AddAsync(body)).Problem?.Code);
        }

        Assert.Equal("5", (await world.Witness.AddAsync(asked[6].Body)).Problem!.Args["size"]);
        Assert.Equal(before, await world.Witness.LastAsync(LedgerTestBed.Origin));
        Assert.Empty(await world.Witness.FindingsAsync());
        Assert.True((await world.Witness.AddAsync(new AddCheckpoint(5, proof, nine).Text())).IsDone);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Two_roots_over_as_many_entries_are_refused_and_kept_as_proof(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await using var world = await WitnessWorld.CreateAsync(dialect, bed.Writer.Key);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(5));
        Assert.True((await world.AskAsync(bed, await bed.Writer.PublishAsync())).IsDone);
        var signer = new NoteSigner(LedgerTestBed.Origin, LedgerTestBed.LogKey);

        var refused = await world.Witness.AddAsync(new AddCheckpoint(5, [], new Checkpoint(LedgerTestBed.Origin, 5, default).Sign(signer)).Text());

        Assert.Equal("witness/inconsistent", refused.Problem?.Code);
        var finding = Assert.Single(await world.Witness.FindingsAsync());
        Assert.Equal("witness/fork", finding.Code);
        Assert.True(ForkEvidence.Parse(finding.Evidence!).Value.Confirm(bed.Writer.Key).IsDone);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Of_two_who_ask_at_once_from_the_same_size_one_is_told_the_new_size(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await using var world = await WitnessWorld.CreateAsync(dialect, bed.Writer.Key);
        var bodies = new List<string>();
        foreach (var i in Enumerable.Range(1, 4))
        {
            await bed.Writer.AppendAsync(LedgerTestBed.Entries(i, $"{i}"));
            bodies.Add(new AddCheckpoint(0, [], await bed.Writer.PublishAsync()).Text());
        }

        var answers = await Task.WhenAll(bodies.Select(body => world.Witness.AddAsync(body)));

        Assert.Equal(1, answers.Count(a => a.IsDone));
        Assert.All(answers.Where(a => !a.IsDone), a => Assert.Equal("witness/other-size", a.Problem!.Code));
    }

    [Fact]
    public async Task A_clock_set_back_gives_the_last_second_again()
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await using var world = await WitnessWorld.CreateAsync(Dialect.Sqlite, bed.Writer.Key);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(2));
        await world.AskAsync(bed, await bed.Writer.PublishAsync());
        world.Clock.Now = Morning.AddHours(-1);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(2, "more"));

        await world.AskAsync(bed, await bed.Writer.PublishAsync());

        Assert.Equal(Morning, (await world.Witness.LastAsync(LedgerTestBed.Origin))!.At);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_witness_restored_from_an_old_backup_freezes_when_it_sees_its_own_newer_word(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await using var world = await WitnessWorld.CreateAsync(dialect, bed.Writer.Key);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(2));
        await world.AskAsync(bed, await bed.Writer.PublishAsync());
        var old = (await world.Witness.LastAsync(LedgerTestBed.Origin))!;
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(3, "more"));
        await world.AskAsync(bed, await bed.Writer.PublishAsync());
        var newer = (await world.Witness.LastAsync(LedgerTestBed.Origin))!.Note;
        Assert.False(await world.Witness.FreezesAsync(newer));
        Assert.False(await world.Witness.FreezesAsync(old.Note));

        await world.PutBackAsync(old);
        Assert.True(await world.Witness.FreezesAsync(newer));

        await world.RestartAsync();
        Assert.Equal("witness/frozen", (await world.AskAsync(bed, await bed.Writer.PublishAsync())).Problem?.Code);
        Assert.Equal("witness/restored", await world.Witness.FrozenAsync());
        Assert.Equal("witness/restored", Assert.Single(await world.Witness.FindingsAsync()).Code);
    }

    [Fact]
    public async Task A_state_without_its_key_and_a_key_without_its_state_are_no_witness()
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await using var world = await WitnessWorld.CreateAsync(Dialect.Sqlite, bed.Writer.Key);
        var first = world.Witness.Key.ToVkey();

        // The vault was replaced: under the stored name it has another key.
        world.Keys.Clear();
        var refused = await Witness.OpenAsync(world.Database, "witness.example", world.KeyOrNew, [bed.Writer.Key], world.Clock);
        Assert.Equal("witness/other-key", refused.Problem?.Code);

        // The state was lost: the key that is in the vault still is not found again.
        await using var empty = await TestDatabase.CreateAsync(Dialect.Sqlite, WitnessSchema.Migrations);
        var fresh = await Witness.OpenAsync(empty.Database, "witness.example", world.KeyOrNew, [bed.Writer.Key], world.Clock);
        Assert.NotEqual(first, fresh.Value.Key.ToVkey());
    }
}
