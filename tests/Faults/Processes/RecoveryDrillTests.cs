using System.Diagnostics;
using System.Net;
using Mortanba.Storage;
using Mortanba.Storage.Tests;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// The timed drill of docs/recovery.md on a PostgreSQL of its own: each part is destroyed and brought back as the page says, and nothing is
/// lost. The witness's drill is in <see cref="WitnessProcessTests"/>.
/// </summary>
public sealed class RecoveryDrillTests
{
    private const int TryAgain = 75;
    private const int Graduates = 40;

    [Fact]
    public async Task Web_log_database_and_keys_come_back_and_nothing_is_lost()
    {
        Assert.SkipUnless(PostgresCluster.IsPresent, "PostgreSQL's binaries are missing (/usr/lib/postgresql/*/bin/initdb).");
        using var cluster = new PostgresCluster();
        using var world = await World.CreateAsync(Dialect.Postgres, cluster.CreateDatabase());
        var wanted = (await world.NumbersAsync()).Keys.ToHashSet(StringComparer.Ordinal);
        var lists = world.WriteLists(2, Graduates);

        await LoseLogAsync(world, lists[0]);
        await LoseDatabaseAsync(world, lists[1], cluster);
        wanted.UnionWith(lists.SelectMany(World.NumbersOf));
        await AssertAllThereAsync(world, wanted);
        await LoseWebAsync(world);
        await LoseVaultAsync(world);
        await AssertAllThereAsync(world, wanted);
        await LoseMachineAsync(world, wanted);
    }

    /// <summary>The process that has the log ends between the commit and its answer; the same list goes on.</summary>
    private static async Task LoseLogAsync(World world, Host.Demo.DemoList list)
    {
        var killed = await Program.RunAsync(world.Data, World.IssueArgs(list, "--chunk", "5"), ("MORTANBA_CRASH_AT", "after-commit:2"));
        Assert.Equal(Ended.Killed, killed.Exit);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, (await world.RunAsync(World.IssueArgs(list))).Exit);
        RecoveryTable.Note(RecoveredPart.Log, watch.Elapsed);
    }

    /// <summary>The server of the database is killed twice while the same list is issued.</summary>
    private static async Task LoseDatabaseAsync(World world, Host.Demo.DemoList list, PostgresCluster cluster)
    {
        var (longest, broken) = (TimeSpan.Zero, 0);
        for (var kill = 0; kill < 2; kill++)
        {
            using (var issue = Program.Start(world.Data, World.IssueArgs(list, "--chunk", "1")))
            {
                Assert.True(await issue.SaidAsync($"{Graduates}"));
                issue.Signal("STOP");
                cluster.Kill();
                issue.Signal("CONT");
                // Quick as it is, it may be through before the second.
                var exit = (await issue.EndAsync()).Exit;
                Assert.True(exit is TryAgain or 0, $"{exit}");
                broken += exit == TryAgain ? 1 : 0;
            }

            var watch = Stopwatch.StartNew();
            cluster.Start();
            await world.NumbersAsync();
            longest = watch.Elapsed > longest ? watch.Elapsed : longest;
        }

        Assert.True(broken > 0);
        Assert.Equal(0, (await world.RunAsync(World.IssueArgs(list))).Exit);
        RecoveryTable.Note(RecoveredPart.Database, longest);
    }

    /// <summary>One of two nodes is killed; what it was asked, the other answers.</summary>
    private static async Task LoseWebAsync(World world)
    {
        using var first = await Node.StartAsync(world);
        using var second = await Node.StartAsync(world);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(first.Address + "/readyz")).StatusCode);
        await first.KillAsync();
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(first.Address + "/readyz"));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(second.Address + "/readyz")).StatusCode);
        RecoveryTable.Note(RecoveredPart.Web, watch.Elapsed);
    }

    /// <summary>Without its vault nothing starts; its copy signs a checkpoint again.</summary>
    private static async Task LoseVaultAsync(World world)
    {
        var vault = Path.Combine(world.Data, Host.Installation.VaultFileName);
        File.Move(vault, vault + ".copy");
        Assert.NotEqual(0, (await world.RunAsync("republish")).Exit);
        var watch = Stopwatch.StartNew();
        File.Move(vault + ".copy", vault, overwrite: true);
        Assert.Equal(0, (await world.RunAsync("republish")).Exit);
        RecoveryTable.Note(RecoveredPart.Vault, watch.Elapsed);
    }

    /// <summary>Another machine, from the last backup: it ends with an audit.</summary>
    private static async Task LoseMachineAsync(World world, HashSet<string> wanted)
    {
        var phrase = ("MORTANBA_VAULT_PASSPHRASE", File.ReadAllText(Path.Combine(world.Data, "vault.passphrase")));
        var folder = Directory.CreateTempSubdirectory("mortanba-drill-").FullName;
        try
        {
            var (file, data) = (Path.Combine(folder, "backup.zip"), Path.Combine(folder, "data"));
            Assert.Equal(0, (await world.RunAsync("backup", file, "--with-vault")).Exit);
            var watch = Stopwatch.StartNew();
            var restored = await Program.RunAsync(data, ["restore", file, "--db", "sqlite:restored.db"], phrase);
            Assert.True(restored.Exit == 0, restored.Output + restored.Error);
            Assert.Equal(0, (await Program.RunAsync(data, ["republish"], phrase)).Exit);
            Assert.Equal(wanted.Count, Directory.GetFiles(Path.Combine(data, "outbox"), "*.pdf").Length);
            RecoveryTable.Note(RecoveredPart.Backup, watch.Elapsed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AssertAllThereAsync(World world, HashSet<string> wanted)
    {
        var there = await world.NumbersAsync();
        Assert.True(wanted.SetEquals(there.Keys));
        Assert.All(there, n => Assert.Equal(1, n.Value));
        var (_, diplomas, delivered) = await world.AuditAsync();
        Assert.Equal((wanted.Count, wanted.Count), ((int)diplomas, (int)delivered));
    }
}
