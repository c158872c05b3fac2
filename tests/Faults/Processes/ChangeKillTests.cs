using Mortanba.Accounts;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Issuance;
using Mortanba.Rules;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 at every step of an order over a cohort: nothing is changed twice, nothing is left out, nobody is told twice.</summary>
public sealed class ChangeKillTests
{
    private const int Graduates = 50;

    private static readonly string[] Steps =
    [
        "in-change-chunk", "before-commit", "after-commit", "after-change-chunk:2", "in-change-chunk:2", "before-commit:2", "after-commit:2",
        "before-checkpoint", "after-checkpoint", "in-status-lists", "after-status-lists", "after-change-publication",
        "between-files:20", "after-change-delivery", "in-change-messages", "between-change-messages", "after-change-messages",
    ];

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    [Trait("Requirement", "DA-25")]
    public async Task A_cohort_is_corrected_once_however_often_the_program_is_killed(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        var list = world.WriteLists(1, Graduates)[0];
        Assert.Equal(0, (await world.RunAsync(World.IssueArgs(list))).Exit);
        var order = await ProposeAndApproveAsync(world);
        var before = await world.NumbersAsync();
        var kills = 0;
        foreach (var step in Steps)
        {
            var run = await Program.RunAsync(world.Data, ["changes", "--chunk", "7"], ("MORTANBA_CRASH_AT", step));
            Assert.True(run.Exit is Ended.Killed or 0, $"{step}: {run.Exit} {run.Error}");
            kills += run.Exit == Ended.Killed ? 1 : 0;
        }

        Assert.Equal(0, (await world.RunAsync("changes")).Exit);
        Assert.True(kills >= 10, $"only {kills} kills");
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var done = (await home.ChangeOrders.FindAsync(connection, list.Initiator, order))!;
        Assert.Equal((ChangeOrderState.Done, Graduates, 0), (done.State, done.DoneCount, done.RefusedCount));
        var rows = await home.ChangeOrders.Rows.PageAsync(connection, order, 0, 100);
        Assert.Equal(Graduates, rows.Select(r => r.Replacement).Distinct().Count());
        Assert.All(rows, r => Assert.True(r is { State: ChangeRowState.Done, Corrected: null, Told: not null }));
        Assert.Equal(before.Count + Graduates, (await world.NumbersAsync()).Count);
        // One message: all of them are held by one account.
        Assert.Single(await connection.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = 'change' AND subject = @id", r => r.GetString(0), default, ("id", order)));
        Assert.Equal(Graduates, (await connection.QueryAsync(
            "SELECT subject FROM trail WHERE what = 'changes/replaced'", r => r.GetString(0), default)).Distinct().Count());
        Assert.Equal(Graduates, (await connection.QueryAsync(
            "SELECT number FROM trail WHERE what = 'changes/replaced'", r => r.GetInt64(0), default)).Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
        await connection.DisposeAsync();
        await world.AuditAsync();
    }

    /// <summary>The second university-wide mistake: another number of the minutes on every diploma of the batch.</summary>
    private static async Task<string> ProposeAndApproveAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var flow = new DiplomaFlow(home);
        IReadOnlyList<CredentialSummary> cohort;
        string holder;
        await using (var connection = await home.Database.ConnectAsync())
        {
            var all = await home.Credentials.ListAsync(connection, 0, 1_000);
            cohort = [.. all.GroupBy(c => c.Batch).Single(b => b.Count() == Graduates)];
            holder = (await connection.QueryAsync("SELECT id FROM accounts ORDER BY id LIMIT 1", r => r.GetString(0), default)).Single();
        }

        await home.Database.WriteAsync(async t =>
        {
            foreach (var diploma in cohort)
            {
                Assert.True(await Delivery.Holdings.AddAsync(t, diploma.Asset, holder, home.Time.GetUtcNow()));
            }
        });
        var changes = (await new CorrectCohort(home, flow).SetAsync(
            cohort, "minutes-number", "199", (cohort[0].Series, "90000100"), CancellationToken.None)).Value;
        var proposed = (await new ProposeChange(home, flow).RunAsync(
            Actor.AtConsole("registrar-1"), null,
            new ChangeProposal(
                Guid.CreateVersion7().ToString(), cohort[0].Initiator, StateAct.Supersede, "correction", "Order 11", "registrar-1",
                home.Time.GetUtcNow(), "batch:" + cohort[0].Batch, changes),
            version: null)).Value;
        _ = (await new DecideChange(home).ApproveAsync(
            Actor.AtConsole("rector-1"), null, cohort[0].Initiator, proposed.Id, proposed.Version, "rector")).Value;
        return proposed.Id;
    }
}
