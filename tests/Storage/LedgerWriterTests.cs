using System.Text;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Storage.Tests;

public sealed class LedgerWriterTests
{
    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Indices_follow_each_other_and_every_entry_is_proved(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        Assert.Equal(0, await bed.Writer.AppendAsync(LedgerTestBed.Entries(3)));
        Assert.Equal(3, await bed.Writer.AppendAsync(LedgerTestBed.Entries(700)));
        bed.Restart();
        Assert.Equal(703, await bed.Writer.AppendAsync(LedgerTestBed.Entries(1)));

        var note = await bed.Writer.PublishAsync();

        var checkpoint = Checkpoint.Open(note, bed.Writer.Key, LedgerTestBed.Origin).Value;
        Assert.Equal(704, checkpoint.Size);
        var entries = await bed.Reader.EntriesAsync(0, 1000);
        Assert.Equal(704, entries.Count);
        for (var i = 0; i < entries.Count; i += 13)
        {
            var proof = await bed.Reader.InclusionProofAsync(i, checkpoint.Size);
            Assert.Null(InclusionProof.VerifyEntry(entries[i].Span, i, checkpoint.Size, proof, checkpoint.Root));
        }

        Assert.True((await bed.AuditAsync()).IsClean);
        Assert.Equal(note, await bed.Reader.CheckpointAsync());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Waiting_callers_are_committed_together_and_keep_their_own_answers(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        var groups = 0;
        bed.Writer.Interrupt = step => groups += step == CommitStep.AfterCommit ? 1 : 0;

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var text = LedgerTestBed.Entries(1 + (i % 3), "caller " + i);
            return (First: await bed.Writer.AppendAsync(text), Text: text);
        }));

        Assert.True(groups < 100);
        foreach (var (first, text) in answers)
        {
            var stored = await bed.Reader.EntriesAsync(first, text.Length);
            Assert.Equal(text.Select(t => t.ToArray()), stored.Select(t => t.ToArray()));
        }

        Assert.True((await bed.AuditAsync()).IsClean);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task One_callers_failure_takes_back_only_its_own_rows_and_entries(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);

        var tasks = Enumerable.Range(0, 20).Select(i => bed.Writer.RunAsync(async log =>
        {
            await LedgerTestBed.WriteOtherAsync(log, "row " + (i % 4 == 1 ? 0 : i));
            var first = await log.AppendAsync(LedgerTestBed.Entries(i == 6 ? 3000 : 2, "caller " + i));
            return i % 4 == 2 ? throw new TimeoutException() : first;
        })).ToList();

        for (var i = 0; i < tasks.Count; i++)
        {
            var failure = await Record.ExceptionAsync(() => tasks[i]);
            Assert.Equal(i % 4 is 1 or 2, failure is not null);
        }

        Assert.Equal(10, (await bed.OtherRowsAsync()).Count);
        Assert.Equal(20, await bed.Reader.SizeAsync());
        foreach (var i in Enumerable.Range(0, 20).Where(i => i % 4 is 0 or 3))
        {
            Assert.Equal($"caller {i} 0", Encoding.UTF8.GetString((await bed.Reader.EntriesAsync(await tasks[i], 1))[0].Span));
        }

        Assert.True((await bed.AuditAsync()).IsClean);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Two_writers_on_one_database_never_give_an_index_twice(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        await using var otherDatabase = Database.At(bed.Address);
        var other = bed.NewWriter(otherDatabase);

        var firsts = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            await Task.Yield();
            return await (i % 2 == 0 ? bed.Writer : other).AppendAsync(LedgerTestBed.Entries(10, "writer " + i));
        }));
        await Task.WhenAll(bed.Writer.PublishAsync(), other.PublishAsync());

        Assert.Equal(Enumerable.Range(0, 60).Select(i => i * 10L), firsts.Order());
        var report = await bed.AuditAsync();
        Assert.Empty(report.Findings);
        Assert.Equal(600, report.Size);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_cancelled_caller_that_waits_is_not_run(Dialect dialect)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        using var cancel = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        var holder = bed.Writer.RunAsync(async log =>
        {
            await gate.Task;
            return await log.AppendAsync(LedgerTestBed.Entries(1));
        });
        var waiter = bed.Writer.AppendAsync(LedgerTestBed.Entries(1), cancel.Token);

        await cancel.CancelAsync();
        gate.SetResult();

        Assert.Equal(0, await holder);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        Assert.Equal(1, await bed.Reader.SizeAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    public async Task An_entry_out_of_bounds_is_refused_before_anything_is_stored(int length)
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);

        await Assert.ThrowsAsync<ArgumentException>(() => bed.Writer.AppendAsync([new byte[1], new byte[length]]));

        Assert.Equal(0, await bed.Reader.SizeAsync());
    }

    public static TheoryData<Dialect, string> Failures
    {
        get
        {
            var rows = new TheoryData<Dialect, string>();
            foreach (var dialect in new[] { Dialect.Sqlite, Dialect.Postgres })
            {
                foreach (var step in new[] { "before append", "after append", "before commit", "after commit" })
                {
                    rows.Add(dialect, step);
                }
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task Broken_at_any_step_it_holds_all_or_nothing(Dialect dialect, string step)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(250));
        bed.Writer.Interrupt = at =>
        {
            if ((at == CommitStep.BeforeCommit && step == "before commit")
                || (at == CommitStep.AfterCommit && step == "after commit"))
            {
                throw new IOException(step);
            }
        };

        await Assert.ThrowsAsync<IOException>(() => bed.Writer.RunAsync(async log =>
        {
            await LedgerTestBed.WriteOtherAsync(log, "with the entries");
            if (step == "before append")
            {
                throw new IOException(step);
            }

            await log.AppendAsync(LedgerTestBed.Entries(300));
            return step == "after append" ? throw new IOException(step) : true;
        }));

        var isStored = step == "after commit";
        for (var restart = 0; restart < 2; restart++)
        {
            var report = await bed.AuditAsync();
            Assert.Empty(report.Findings);
            Assert.Equal((isStored ? 550 : 250) + restart, report.Size);
            Assert.Equal(isStored ? 1 : 0, (await bed.OtherRowsAsync()).Count);
            bed.Writer.Interrupt = null;
            Assert.Equal(report.Size, await bed.Writer.AppendAsync(LedgerTestBed.Entries(1)));
            bed.Restart();
        }

        var note = await bed.Writer.PublishAsync();
        Assert.Equal(isStored ? 552 : 252, Checkpoint.Open(note, bed.Writer.Key, LedgerTestBed.Origin).Value.Size);
        Assert.True((await bed.AuditAsync()).IsClean);
    }
}
