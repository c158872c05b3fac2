using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

[Collection(SharedWorldCollection.Name)]
public sealed class BlockRaceTests(SharedWorld shared)
{
    /// <summary>The officer blocks in another process between the signing of the replacement and its commit.</summary>
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    [Trait("Requirement", "X-6")]
    [Trait("Requirement", "DA-25")]
    public async Task Blocked_while_its_replacement_commits_both_are_blocked(Dialect dialect)
    {
        var world = await shared.OfAsync(dialect);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var officers = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var flow = new DiplomaFlow(home);
        var (old, permission) = await PermittedAsync(home, flow);
        var (asset, at) = (old.Summary.Asset, home.Time.GetUtcNow());
        var request = new ChangeRequest(asset, "correction", "Order 3", TwoPersons.Of("one", "two", "rector", at, "Order 3").Value);
        Task<Outcome<AssetId>>? blocking = null;
        using var issuer = new Issuer(home.Vault);

        var newer = await home.Log.RunAsync(async log =>
        {
            var replaced = await new ReplaceDiploma(home, flow).RunAsync(
                log, flow.Reasons().Value, issuer, request, old, old.Record.Content with { Number = "87654321" }, permission, default);
            blocking ??= Task.Run(() => new BlockData(officers).BlockAsync(Actor.AtConsole("dpo-1"), asset, "dispute", default));
            await WaitsOrIsDoneAsync(home, blocking);
            return replaced.Value.By;
        });

        Assert.True((await blocking!).IsDone);
        Assert.Equal(0, (await world.RunAsync("republish")).Exit);
        await using var connection = await home.Database.ConnectAsync();
        Assert.Equal(2, (await DataBlocks.AmongAsync(connection, [asset, newer])).Count);
    }

    /// <summary>Returns when the other process is seen to wait for a lock of this one; in SQLite it waits for the file.</summary>
    private static async Task WaitsOrIsDoneAsync(Installation home, Task other)
    {
        if (home.Database.Dialect == Dialect.Sqlite)
        {
            return;
        }

        await using var connection = await home.Database.ConnectAsync();
        while (!other.IsCompleted
            && (await connection.QueryAsync(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                r => 1, default)).Count == 0)
        {
            await Task.Yield();
        }
    }

    private static async Task<(StoredDiploma Old, IssuePermission Permission)> PermittedAsync(Installation home, DiplomaFlow flow)
    {
        StoredDiploma old;
        await using (var connection = await home.Database.ConnectAsync())
        {
            var one = (await home.Credentials.ListAsync(connection, 0, 100)).First(c => c.State == DiplomaState.Active && c.Supersedes is null);
            old = (await home.Credentials.LoadAsync(connection, one.Asset))!;
        }

        var asked = await flow.AskGateAsync(
            new GateRequest(
                old.Record.Initiator.Bin, old.Record.Permission.Decision, [DiplomaFlow.Award(old.Record.Content)], home.Time.GetUtcNow()),
            default);
        return (old, asked.Value);
    }
}
