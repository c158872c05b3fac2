using System.Data.Common;
using Mortanba.Accounts;
using Xunit;

namespace Mortanba.Storage.Tests;

/// <summary>Two acts at one moment, each of which needs what the other holds: both come through, and nothing is done twice.</summary>
public sealed class LockOrderTests
{
    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Of_two_transactions_that_wait_for_each_other_one_is_begun_again(Dialect dialect)
    {
        await using var bed = await CreateAsync(dialect);
        var meeting = new Meeting(dialect);
        var runs = 0;
        Task AddAsync(string first, string second, int who) => bed.Database.WriteAsync(async t =>
        {
            Interlocked.Increment(ref runs);
            await CountAsync(t, first);
            await meeting.ArriveAsync(who);
            await CountAsync(t, second);
        });

        await Task.WhenAll(AddAsync("a", "b", 0), AddAsync("b", "a", 1));

        // PostgreSQL ends one of them, or at times both; SQLite lets them in one after the other.
        Assert.InRange(runs, dialect == Dialect.Postgres ? 3 : 2, dialect == Dialect.Postgres ? 2 * Database.AttemptsMax : 2);
        Assert.Equal([2, 2], await CountsAsync(bed));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task An_act_of_the_log_and_one_beside_it_that_wait_for_each_other_are_both_done_once(Dialect dialect)
    {
        await using var bed = await CreateAsync(dialect);
        var meeting = new Meeting(dialect);
        var inLog = bed.Writer.RunAsync(async log =>
        {
            await CountAsync(log.Transaction, "a");
            await meeting.ArriveAsync(0);
            await CountAsync(log.Transaction, "b");
            return await log.AppendAsync(LedgerTestBed.Entries(1));
        });
        var beside = bed.Database.WriteAsync(async t =>
        {
            await CountAsync(t, "b");
            await meeting.ArriveAsync(1);
            await CountAsync(t, "a");
        });

        await Task.WhenAll(inLog, beside);

        Assert.Equal([2, 2], await CountsAsync(bed));
        Assert.Equal(1, await bed.Reader.SizeAsync());
        Assert.True((await bed.AuditAsync()).IsClean);
    }

    /// <summary>Where the record is not the last thing locked, these wait for each other.</summary>
    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-6")]
    public async Task The_record_is_written_last_also_when_acts_share_a_group_of_the_log(Dialect dialect)
    {
        await using var bed = await CreateAsync(dialect);
        var meeting = new Meeting(dialect);
        var (runs, started, queued) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        // While this one runs, the next two come into one group.
        var before = bed.Writer.RunAsync(async _ =>
        {
            started.SetResult();
            await queued.Task;
            return 0;
        });
        await started.Task;
        Task<int> InLogAsync(Func<DbTransaction, Task> work) => bed.Writer.RunAsync(async log =>
        {
            Interlocked.Increment(ref runs);
            await work(log.Transaction);
            return 0;
        });
        var recording = InLogAsync(t => RecordAsync(t, "first of the group"));
        var writing = InLogAsync(async t =>
        {
            await meeting.ArriveAsync(0);
            await CountAsync(t, "a");
        });
        queued.SetResult();
        var beside = bed.Database.WriteAsync(async t =>
        {
            Interlocked.Increment(ref runs);
            await CountAsync(t, "a");
            await meeting.ArriveAsync(1);
            await RecordAsync(t, "beside");
        });

        await Task.WhenAll(before, recording, writing, beside);

        Assert.Equal(3, runs);
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal((2, null), await AuditTrail.CheckAsync(connection));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task What_an_act_of_a_group_recorded_goes_with_it_when_it_is_taken_back(Dialect dialect)
    {
        await using var bed = await CreateAsync(dialect);

        var failed = bed.Writer.RunAsync<int>(async log =>
        {
            await RecordAsync(log.Transaction, "taken back");
            throw new TimeoutException();
        });
        var kept = bed.Writer.RunAsync(async log =>
        {
            await RecordAsync(log.Transaction, "kept");
            return 0;
        });

        await Assert.ThrowsAsync<TimeoutException>(() => failed);
        await kept;
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal(["kept"], (await AuditTrail.OfInstitutionAsync(connection, null, null, 10)).Select(r => r.Subject.Id));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task One_that_is_called_off_between_two_runs_is_not_done_after_all(Dialect dialect)
    {
        await using var bed = await CreateAsync(dialect);
        using var called = new CancellationTokenSource();
        var runs = 0;
        var work = bed.Writer.RunAsync(
            async log =>
            {
                runs++;
                await CountAsync(log.Transaction, "a");
                await called.CancelAsync();
                return runs > 1 ? 0 : throw new EndedByLocks();
            },
            called.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        await bed.Writer.RunAsync(log => CountAsync(log.Transaction, "b"));

        Assert.Equal(1, runs);
        Assert.Equal([0, 1], await CountsAsync(bed));
    }

    private sealed class EndedByLocks : DbException
    {
        public override string SqlState => "40P01";
    }

    private static async Task<LedgerTestBed> CreateAsync(Dialect dialect)
    {
        var bed = await LedgerTestBed.CreateAsync(dialect);
        await bed.Database.MigrateAsync(
        [
            .. AccountsSchema.Migrations,
            new("counts", 1, "CREATE TABLE counts (name TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL); INSERT INTO counts VALUES ('a', 0), ('b', 0)"),
        ]);
        return bed;
    }

    private static Task<int> CountAsync(DbTransaction transaction, string name) =>
        transaction.ExecuteAsync("UPDATE counts SET n = n + 1 WHERE name = @name", default, ("name", name));

    private static async Task<List<int>> CountsAsync(LedgerTestBed bed)
    {
        await using var connection = await bed.Database.ConnectAsync();
        return await connection.QueryAsync("SELECT n FROM counts ORDER BY name", r => r.GetInt32(0), default);
    }

    private static Task RecordAsync(DbTransaction transaction, string subject) => AuditTrail.AppendAsync(
        transaction, new DateTimeOffset(2026, 6, 20, 9, 0, 0, TimeSpan.Zero),
        new TrailEvent(TrailAct.Change, "test/done", Actor.AtConsole("test"), new TrailSubject("test", subject)));

    /// <summary>Each of two waits until the other is there, the first time; in SQLite one comes after the other.</summary>
    private sealed class Meeting(Dialect dialect)
    {
        private readonly TaskCompletionSource[] arrived = [new(), new()];

        public Task ArriveAsync(int who)
        {
            arrived[who].TrySetResult();
            return dialect == Dialect.Sqlite ? Task.CompletedTask : arrived[1 - who].Task;
        }
    }
}
