using Mortanba.Storage;
using Mortanba.Storage.Tests;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>Disk full and database away in the middle of issuing: said in words, nothing half-done, gone on with later.</summary>
public sealed class TroubleTests
{
    private const int TryAgain = 75;

    [Fact]
    public async Task A_full_disk_while_issuing_is_said_and_the_list_goes_on_when_there_is_room()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var list = world.WriteLists(1, 60)[0];
        using var disk = SmallDisk.Mount(sizeKiB: 16 * 1024);
        var data = Path.Combine(disk.Folder, "data");
        CopyTree(world.Data, data);
        var filler = Path.Combine(disk.Folder, "filler");
        Fill(filler, leaveBytes: 64 * 1024);

        var full = await Program.RunAsync(data, World.IssueArgs(list, "--chunk", "10", "--lang", "ru"));

        Assert.Equal(TryAgain, full.Exit);
        Assert.Contains("На диске не осталось места", full.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", full.Error + full.Output, StringComparison.Ordinal);
        File.Delete(filler);
        disk.Grow(sizeKiB: 64 * 1024);
        Assert.Equal(0, (await Program.RunAsync(data, World.IssueArgs(list))).Exit);
        var audit = await Program.RunAsync(data, ["audit"]);
        Assert.True(audit.Exit == 0, audit.Output);
        Assert.Equal(0, (await Program.RunAsync(data, ["republish"])).Exit);
    }

    [Fact]
    public async Task A_database_that_goes_away_while_issuing_is_said_and_the_list_goes_on_when_it_is_back()
    {
        Assert.SkipUnless(PostgresCluster.IsPresent, "PostgreSQL's binaries are missing (/usr/lib/postgresql/*/bin/initdb).");
        using var cluster = new PostgresCluster();
        using var world = await World.CreateAsync(Dialect.Postgres, cluster.CreateDatabase());
        var before = (await world.NumbersAsync()).Count;
        var list = world.WriteLists(1, 300)[0];

        using (var issue = Program.Start(world.Data, World.IssueArgs(list, "--chunk", "2", "--lang", "kk")))
        {
            // The first chunks are in; the process stands still while the server goes.
            Assert.True(await issue.SaidAsync("300"));
            issue.Signal("STOP");
            cluster.Stop();
            issue.Signal("CONT");
            var ended = await issue.EndAsync();
            Assert.Equal(TryAgain, ended.Exit);
            Assert.Contains("Дерекқор жауап бермейді", ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", ended.Error + ended.Output, StringComparison.Ordinal);
        }

        // Also when it is away from the start.
        var away = await world.RunAsync(World.IssueArgs(list));
        Assert.Equal(TryAgain, away.Exit);
        Assert.Contains("host/database-away", away.Error, StringComparison.Ordinal);

        cluster.Start();
        var issued = (await world.NumbersAsync()).Count - before;
        Assert.InRange(issued, 2, 298);
        Assert.Equal(0, issued % 2);
        var rest = await world.RunAsync(World.IssueArgs(list, "--json"));
        Assert.Equal(0, rest.Exit);
        Assert.Contains($"\"issued\":{300 - issued},\"issuedBefore\":{issued}", rest.Output, StringComparison.Ordinal);
        Assert.Equal((300 + before, 300 + before), await DiplomasAsync(world));
    }

    private static async Task<(int, int)> DiplomasAsync(World world)
    {
        var (_, diplomas, delivered) = await world.AuditAsync();
        return ((int)diplomas, (int)delivered);
    }

    private static void CopyTree(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!file.Contains("/outbox/", StringComparison.Ordinal) && !file.Contains("/samples/", StringComparison.Ordinal))
            {
                File.Copy(file, target);
            }
        }
    }

    private static void Fill(string path, int leaveBytes)
    {
        var free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace - leaveBytes;
        Assert.True(free > 0, "The small disk is too small for the test.");
        using var file = File.Create(path);
        var zeros = new byte[4096];
        for (var left = free; left > 0; left -= zeros.Length)
        {
            file.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
        }
    }
}
