using System.Text;
using Mortanba.Accounts;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
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
        "in-change-end", "after-change-end",
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
        var (order, corrected) = await ProposeAndApproveAsync(world, list);
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
        Assert.Equal(DraftState.Issued, (await home.Drafts.FindAsync(connection, list.Initiator, corrected))!.State);
        var rows = await home.ChangeOrders.Rows.PageAsync(connection, order, 0, 100);
        Assert.Equal(Graduates, rows.Select(r => r.Replacement).Distinct().Count());
        Assert.All(rows, r => Assert.True(r is { State: ChangeRowState.Done, Corrected: null, Told: not null }));
        Assert.Equal(before.Count + Graduates, (await world.NumbersAsync()).Count);
        // One message: all of them are held by one account.
        Assert.Single(await connection.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = 'change' AND subject = @id", r => r.GetString(0), default, ("id", order)));
        Assert.Equal(Graduates, (await connection.QueryAsync(
            "SELECT subject FROM trail WHERE what = 'changes/replaced' AND facts LIKE @order", r => r.GetString(0), default, ("order", $"%{order}%"))).Distinct().Count());
        Assert.Equal(Graduates, (await connection.QueryAsync(
            "SELECT number FROM trail WHERE what = 'changes/replaced' AND facts LIKE @order", r => r.GetInt64(0), default, ("order", $"%{order}%"))).Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
        await connection.DisposeAsync();
        await world.AuditAsync();
    }

    /// <summary>A university-wide mistake: another number of the minutes on every diploma of the batch, by its corrected list.</summary>
    private static async Task<(string Order, string List)> ProposeAndApproveAsync(World world, DemoList list)
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
        var draft = await CorrectedAsync(home, flow, list, cohort[0]);
        var changes = (await new CorrectCohort(home, flow).FromListAsync(
            list.Initiator, (await home.Drafts.OpenListAsync(draft)).Value, (cohort[0].Series, "90000100"), CancellationToken.None)).Value;
        var proposed = (await new ProposeChange(home, flow).RunAsync(
            Actor.AtConsole("registrar-1"), null,
            new ChangeProposal(
                Guid.CreateVersion7().ToString(), cohort[0].Initiator, StateAct.Supersede, "correction", "Order 11", "registrar-1",
                home.Time.GetUtcNow(), "draft:" + draft.Id, changes),
            version: null, draft)).Value;
        _ = (await new DecideChange(home).ApproveAsync(
            Actor.AtConsole("rector-1"), null, cohort[0].Initiator, proposed.Id, proposed.Version, "rector")).Value;
        return (proposed.Id, draft.Id);
    }

    private static async Task<Draft> CorrectedAsync(Installation home, DiplomaFlow flow, DemoList list, CredentialSummary one)
    {
        string minutes;
        await using (var connection = await home.Database.ConnectAsync())
        {
            minutes = (await home.Credentials.LoadAsync(connection, one.Asset))!.Record.Content.MinutesNumber;
        }

        var rows = (await File.ReadAllLinesAsync(list.GraduatesFile)).Select(line => line.Split(';')).ToList();
        var column = Array.IndexOf(rows[1], minutes);
        rows.Skip(1).ToList().ForEach(row => row[column] = "199");
        var text = Encoding.UTF8.GetBytes(string.Join("\r\n", rows.Select(row => string.Join(';', row))));
        var draft = (await UploadList.RunAsync(
            home, Actor.AtConsole("preparer-1"), null, list.Initiator, "Corrected", null, ListPurpose.Correct, ListBytes.OfMemory("c.csv", text),
            ListBytes.OfFile(Path.ChangeExtension(list.GraduatesFile, ".courses.csv")), asGuessed: true)).Value;
        _ = (await CheckDraft.RunAsync(home, flow, draft, new ListWatch())).Value;
        await using var reading = await home.Database.ConnectAsync();
        return (await home.Drafts.FindAsync(reading, list.Initiator, draft.Id))!;
    }
}
