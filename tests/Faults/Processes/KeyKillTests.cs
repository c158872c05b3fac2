using System.Text.Json;
using Mortanba.Host;
using Mortanba.Issuance;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// kill -9 at every step of a compromise: one entry in the ledger, one new key, every fallen diploma replaced once. Then at the steps
/// to a new log: it starts once.
/// </summary>
public sealed class KeyKillTests
{
    private const int Graduates = 6;

    private static readonly string[] Steps =
    [
        "in-key-decision", "in-key-act", "after-key-act", "in-key-reissue",
    ];

    [Fact, Trait("Requirement", "DA-25")]
    public async Task A_compromise_is_carried_out_once_however_often_the_program_is_killed()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var list = world.WriteLists(1, Graduates)[0];
        Assert.Equal(0, (await world.RunAsync(World.IssueArgs(list))).Exit);
        string since, numbers;
        await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        await using (var connection = await home.Database.ConnectAsync())
        {
            var all = (await home.Credentials.ListAsync(connection, 0, 1_000)).Where(c => c.Initiator == list.Initiator).ToList();
            since = Foundation.LedgerEntry.Time(all.Max(c => c.IssuedAt));
            numbers = string.Join(", ", all.Select(c => c.Series).Distinct().Select(s => s + " 90000100"));
        }

        var proposed = await world.RunAsync(
            "key", "compromise", "--institution", list.Initiator.Value, "--since", since, "--first-numbers", numbers,
            "--basis", "Act 4", "--by", "registrar-1", "--json");
        Assert.Equal(0, proposed.Exit);
        var order = JsonDocument.Parse(proposed.Output.Trim().Split('\n')[^1]).RootElement.GetProperty("order").GetString()!;
        var kills = 0;
        foreach (var step in Steps)
        {
            var args = step == "in-key-decision" ? new[] { "key", "confirm", "--order", order, "--by", "rector-1" } : ["key", "run"];
            if (kills == 1 && step == "in-key-act")
            {
                // The decision was taken back with its transaction: it is made again.
                args = ["key", "confirm", "--order", order, "--by", "rector-1"];
            }

            var run = await Program.RunAsync(world.Data, args, ("MORTANBA_CRASH_AT", step));
            Assert.True(run.Exit is Ended.Killed, $"{step}: {run.Exit} {run.Error}");
            kills++;
        }

        Assert.Equal(0, (await world.RunAsync("key", "run")).Exit);
        await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        await using (var connection = await home.Database.ConnectAsync())
        {
            var done = (await home.KeyOrders.FindAsync(connection, order))!;
            Assert.Equal((KeyOrderState.Done, Graduates), (done.State, done.Reissued));
            var keys = await Permits.PermitRegister.KeysAsync(connection, list.Initiator);
            Assert.Equal([(1, true), (2, false)], keys.Select(k => (k.Number, k.Compromised)));
            var change = Assert.Single(await home.ChangeOrders.OfOriginAsync(connection, list.Initiator, done.Origin));
            Assert.Equal((ChangeOrderState.Done, Graduates, 0), (change.State, change.DoneCount, change.RefusedCount));
        }

        string[] start =
        [
            "new-log", "--origin", "localhost:5080/log-2", "--why", "lost", "--basis", "Act 5", "--prepared-by", "operator-1", "--approved-by", "operator-2",
        ];
        foreach (var step in (string[])["after-new-log-settings", "before-commit"])
        {
            Assert.Equal(Ended.Killed, (await Program.RunAsync(world.Data, start, ("MORTANBA_CRASH_AT", step))).Exit);
        }

        Assert.Equal(0, (await world.RunAsync(start)).Exit);
        await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        {
            var past = Assert.Single(home.Settings.PastLogs!);
            Assert.Equal(past.Size + 1, await home.LogReader.SizeAsync());
        }

        await world.AuditAsync();
    }
}
