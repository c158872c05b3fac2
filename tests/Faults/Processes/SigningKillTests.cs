using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// The web service is killed with kill -9 at every step of signing an approved list, and started again, until the list is
/// through: nothing is lost, nothing is there twice, and the pages' record says how often it went on.
/// </summary>
public sealed class SigningKillTests
{
    private const int Graduates = 40;

    /// <summary>A line of the service's log.</summary>
    private const string Signed = "A list is signed and has its receipt";

    private static readonly string[] Steps =
    [
        "after-signing-taken", "after-intake", "after-gate", "after-batch", "after-claim", "after-sign", "before-commit",
        "after-commit", "after-signing", "before-checkpoint", "after-checkpoint", "after-status-lists", "before-receipt",
        "in-receipt", "after-receipt",
    ];

    [Theory, Trait("Requirement", "X-13")]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task Killed_at_every_step_the_approved_list_is_signed_once(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        var before = (await world.NumbersAsync()).Count;
        var batch = await ApproveAsync(world);
        var kills = 0;
        foreach (var step in Steps)
        {
            if ((await JobAsync(world, batch)).State == SigningState.Done)
            {
                break;
            }

            using var node = Start(world, ("MORTANBA_CRASH_AT", step));
            var ended = node.EndAsync();
            // A step behind it is not reached any more; then the list gets through and the process lives on.
            kills += await node.SaidAsync(Signed) ? 0 : (await ended).Exit == Ended.Killed ? 1 : 0;
        }

        Assert.True(kills >= 10, $"only {kills} kills");
        using (var last = Start(world))
        {
            Assert.True((await JobAsync(world, batch)).State == SigningState.Done || await last.SaidAsync(Signed));
        }

        await AssertOnceAsync(world, batch, before, restartsMin: kills - 2);
    }

    [Theory, Trait("Requirement", "X-13")]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task Two_nodes_that_start_on_the_same_waiting_list_sign_it_once(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        var before = (await world.NumbersAsync()).Count;
        var batch = await ApproveAsync(world);
        using (var first = Start(world))
        using (var second = Start(world))
        {
            // Of the two, one says it.
            Assert.True(await await Task.WhenAny(first.SaidAsync(Signed), second.SaidAsync(Signed)));
        }

        await AssertOnceAsync(world, batch, before, restartsMin: 0);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        Assert.Single(await SigningJobs.StepsAsync(connection, batch), s => s.What is "started" or "restarted");
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task An_approval_killed_before_its_end_leaves_the_list_waiting()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var flow = new DiplomaFlow(home);
        var bin = Initiator(home);
        var draft = await DemoApprovals.SubmitAsync(home, flow, bin, DemoApprovals.List(home, 500_000, 3), CancellationToken.None);

        // What a kill inside the transaction leaves: it is rolled back, whatever was written in it.
        await Assert.ThrowsAsync<OperationCanceledException>(() => home.Database.WriteAsync(async t =>
        {
            _ = (await home.Drafts.ApprovedAsync(t, draft.Id, draft.Version, "batch-x", "rector", home.Time.GetUtcNow())).Value;
            await SigningJobs.QueueAsync(t, "batch-x", bin, draft.Id, draft.ListHash!, null, home.Time.GetUtcNow());
            throw new OperationCanceledException();
        }));

        await using var connection = await home.Database.ConnectAsync();
        Assert.Equal(DraftState.Submitted, (await home.Drafts.FindAsync(connection, bin, draft.Id))!.State);
        Assert.Null(await SigningJobs.FindAsync(connection, "batch-x"));
    }

    private static Program Start(World world, params (string, string)[] environment) => Program.Start(
        world.Data, ["serve", "--urls", "http://127.0.0.1:0"], environment);

    private static async Task<string> ApproveAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var flow = new DiplomaFlow(home);
        var draft = await DemoApprovals.SubmitAsync(
            home, flow, Initiator(home), DemoApprovals.List(home, 500_000, Graduates), CancellationToken.None);
        await using var services = DemoApprovals.Services(home, flow);
        return (await DemoApprovals.ApproveAsync(services, home, draft, CancellationToken.None)).Value;
    }

    private static Foundation.Bin Initiator(Installation home) =>
        DemoLists.Organisations(home.Settings.Site).First(o => o.Role == OrganisationRole.Initiator).Bin;

    private static async Task<SigningJob> JobAsync(World world, string batch)
    {
        await using var database = Database.At(Settings.Load(world.Data).Value.DatabaseAddress(world.Data));
        await using var connection = await database.ConnectAsync();
        return (await SigningJobs.FindAsync(connection, batch))!;
    }

    private static async Task AssertOnceAsync(World world, string batch, int before, int restartsMin)
    {
        var numbers = await world.NumbersAsync();
        Assert.Equal(before + Graduates, numbers.Count);
        Assert.All(numbers, n => Assert.Equal(1, n.Value));
        // The service has written the files, too: nothing is left to republish.
        var (_, diplomas, _) = await world.AuditAsync();
        Assert.Equal(before + Graduates, diplomas);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var receipt = BatchReceipt.Parse((await BatchReceipts.FindAsync(connection, Initiator(home), batch))!);
        Assert.Equal(Graduates, receipt.Count);
        Assert.Equal(Graduates, receipt.LastIndex - receipt.FirstIndex + 1);
        var steps = await SigningJobs.StepsAsync(connection, batch);
        Assert.Single(steps, s => s.What == "done");
        Assert.True(steps.Count(s => s.What == "restarted") >= restartsMin, string.Join(", ", steps.Select(s => s.What)));
    }
}
