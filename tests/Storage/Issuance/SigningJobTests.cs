using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

/// <summary>The queue of approved lists, its lease, and the quota, on both databases.</summary>
public sealed class SigningJobTests
{
    private static readonly Bin Initiator = Bin.Parse("940540002029");
    private static readonly DateTimeOffset At = IssuanceSamples.Now;

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Two_nodes_that_ask_at_once_do_not_both_get_the_list(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        await QueueAsync(bed, "batch-1");
        await using var other = Database.At(bed.Address);

        var taken = await Task.WhenAll(TakeAsync(bed.Database, "one", At), TakeAsync(other, "two", At));

        Assert.Single(taken, job => job is not null);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_lease_that_ran_out_or_whose_holder_is_gone_passes_on_and_the_late_one_commits_nothing(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        await QueueAsync(bed, "batch-1");
        Assert.NotNull(await TakeAsync(bed.Database, "one", At));

        Assert.Null(await TakeAsync(bed.Database, "two", At + SigningJobs.LeaseTerm - TimeSpan.FromSeconds(1)));
        Assert.NotNull(await TakeAsync(bed.Database, "two", At + SigningJobs.LeaseTerm));
        Assert.NotNull(await TakeAsync(bed.Database, "three", At + SigningJobs.LeaseTerm, name => name == "two"));

        Assert.Equal("issuance/lease-lost", (await WriteAsync(bed, t => SigningJobs.RenewAsync(t, "batch-1", "two", At)))?.Code);
        Assert.Equal("issuance/lease-lost", (await WriteAsync(bed, t => SigningJobs.FinishAsync(t, "batch-1", "one", At)))?.Code);
        Assert.Null(await WriteAsync(bed, t => SigningJobs.RenewAsync(t, "batch-1", "three", At)));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_stopped_list_waits_for_its_time_or_a_person_and_tells_why(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        await QueueAsync(bed, "batch-1");
        Assert.NotNull(await TakeAsync(bed.Database, "one", At));
        var why = new Problem("issuance/token-away", "Away.", ("token", "t"));
        Assert.Null(await WriteAsync(bed, t => SigningJobs.StopAsync(t, "batch-1", "one", why, At.AddSeconds(30), At)));

        Assert.Null(await TakeAsync(bed.Database, "one", At.AddSeconds(29)));
        var stopped = await bed.Database.ReadAsync(t => SigningJobs.FindAsync(t, "batch-1"));
        Assert.Equal(("issuance/token-away", "t"), (stopped!.Why!.Code, stopped.Why.Args["token"]));
        Assert.NotNull(await TakeAsync(bed.Database, "one", At.AddSeconds(30)));

        Assert.Null(await WriteAsync(bed, t => SigningJobs.StopAsync(t, "batch-1", "one", why, null, At)));
        Assert.Null(await TakeAsync(bed.Database, "one", At.AddDays(9)));
        Assert.Equal(
            "issuance/unknown-batch",
            (await WriteAsync(bed, t => SigningJobs.AskAgainAsync(t, Bin.Parse("980940003039"), "batch-1", At))).Problem?.Code);
        Assert.True((await WriteAsync(bed, t => SigningJobs.AskAgainAsync(t, Initiator, "batch-1", At))).IsDone);
        Assert.Equal(
            "issuance/signing-not-stopped",
            (await WriteAsync(bed, t => SigningJobs.AskAgainAsync(t, Initiator, "batch-1", At))).Problem?.Code);
        Assert.NotNull(await TakeAsync(bed.Database, "one", At));
        Assert.Null(await WriteAsync(bed, t => SigningJobs.FinishAsync(t, "batch-1", "one", At)));
        Assert.Null(await TakeAsync(bed.Database, "one", At.AddDays(9)));
        Assert.Equal(
            ["queued", "started", "stopped", "restarted", "stopped", "asked-again", "restarted", "done"],
            (await bed.Database.ReadAsync(t => SigningJobs.StepsAsync(t, "batch-1"))).Select(s => s.What));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Two_approvals_at_once_do_not_pass_the_quota_of_the_day_together(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var quota = new SigningQuota(PerDay: 10, PerList: 8, At.AddHours(-1));
        var ids = new List<string>();
        foreach (var (hash, count) in new[] { (1, 6), (2, 6), (3, 9) })
        {
            ids.Add((await bed.Database.WriteAsync(t => IssueBatches.PrepareAsync(
                t, Initiator, "D-1", new[] { (byte)hash }, count, "registrar", At))).Id);
        }

        await using var other = Database.At(bed.Address);
        var both = await Task.WhenAll(ApproveAsync(bed.Database, ids[0]), ApproveAsync(other, ids[1]));
        var large = await ApproveAsync(bed.Database, ids[2]);

        Assert.Single(both, o => o.IsDone);
        Assert.Equal("issuance/quota-day", both.Single(o => !o.IsDone).Problem!.Code);
        Assert.Equal("issuance/quota-list", large.Problem?.Code);
        Assert.Equal(6, await bed.Database.ReadAsync(t => quota.UsedAsync(t, Initiator)));
        // The next day begins at nothing.
        Assert.Equal(0, await bed.Database.ReadAsync(t => (quota with { DayStart = At.AddMinutes(1) }).UsedAsync(t, Initiator)));

        Task<Outcome<IssueBatch>> ApproveAsync(Database database, string id) => database.WriteAsync(
            t => IssueBatches.ApproveAsync(t, id, "rector", "rector", "Order 1", At, quota));
    }

    private static Task QueueAsync(IssuanceTestBed bed, string batch) => bed.Database.WriteAsync(
        t => SigningJobs.QueueAsync(t, batch, Initiator, "draft-1", new string('a', 64), null, At));

    private static Task<SigningJob?> TakeAsync(Database database, string owner, DateTimeOffset at, Func<string, bool>? isGone = null) =>
        database.WriteAsync(t => SigningJobs.TakeAsync(t, owner, isGone ?? (_ => false), at));

    private static Task<T> WriteAsync<T>(IssuanceTestBed bed, Func<System.Data.Common.DbTransaction, Task<T>> work) =>
        bed.Database.WriteAsync(work);
}
