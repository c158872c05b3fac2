using System.Text.Json;
using Mortanba.Storage;
using Mortanba.Storage.Tests;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>The commands <c>backup</c> and <c>restore</c>: what comes back audits clean and gives the same verdicts.</summary>
public sealed class BackupTests
{
    [Theory]
    [InlineData(Dialect.Sqlite, Dialect.Sqlite)]
    [InlineData(Dialect.Sqlite, Dialect.Postgres)]
    [InlineData(Dialect.Postgres, Dialect.Sqlite)]
    public async Task A_restored_installation_audits_clean_delivers_and_gives_the_same_verdicts(Dialect from, Dialect to)
    {
        using var world = await World.CreateAsync(from);
        Assert.SkipUnless(to == Dialect.Sqlite || PostgresCluster.IsPresent, "PostgreSQL's binaries are missing.");
        var phrase = ("MORTANBA_VAULT_PASSPHRASE", File.ReadAllText(Path.Combine(world.Data, "vault.passphrase")));
        var folder = Directory.CreateTempSubdirectory("mortanba-restore-").FullName;
        try
        {
            var file = Path.Combine(folder, "backup.zip");
            Assert.Equal(0, (await world.RunAsync("backup", file, "--with-vault")).Exit);
            var data = Path.Combine(folder, "data");
            var address = to == Dialect.Sqlite ? "sqlite:restored.db" : PostgresCluster.NewDatabase();

            var restored = await Program.RunAsync(data, ["restore", file, "--db", address, "--json"], phrase);

            Assert.True(restored.Exit == 0, restored.Output + restored.Error);
            Assert.Equal(OwnRules(world.Data), OwnRules(data));
            Assert.Contains("\"clean\":true", restored.Output, StringComparison.Ordinal);
            Assert.Equal(0, (await Program.RunAsync(data, ["republish"], phrase)).Exit);
            var audit = await Program.RunAsync(data, ["audit"], phrase);
            Assert.True(audit.Exit == 0, audit.Output);
            Assert.Equal(await VerdictsAsync(world.Data), await VerdictsAsync(data));

            // Into what is there already nothing is restored.
            var again = await Program.RunAsync(data, ["restore", file], phrase);
            Assert.Equal(1, again.Exit);
            Assert.Contains("host/restore-not-empty", again.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the installation's own body set, file by file.</summary>
    private static Dictionary<string, string> OwnRules(string data) =>
        Directory.GetFiles(Path.Combine(data, "rules"), "*.yaml").ToDictionary(f => Path.GetFileName(f), File.ReadAllText);

    [Fact]
    public async Task A_backup_holds_no_key_unless_asked_and_a_refused_restore_leaves_nothing()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var phrase = ("MORTANBA_VAULT_PASSPHRASE", File.ReadAllText(Path.Combine(world.Data, "vault.passphrase")));
        var folder = Directory.CreateTempSubdirectory("mortanba-restore-").FullName;
        try
        {
            var file = Path.Combine(folder, "backup.zip");
            Assert.Equal(0, (await world.RunAsync("backup", file)).Exit);
            var data = Path.Combine(folder, "data");

            var refused = await Program.RunAsync(data, ["restore", file], phrase);
            Assert.Equal(1, refused.Exit);
            Assert.Contains("host/restore-without-vault", refused.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(data));

            var vault = Path.Combine(world.Data, "vault.bin");
            var wrong = await Program.RunAsync(
                data, ["restore", file, "--vault", vault], ("MORTANBA_VAULT_PASSPHRASE", "another phrase"));
            Assert.Equal(1, wrong.Exit);
            Assert.False(Directory.Exists(data));

            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(Path.Combine(folder, "damaged.zip"), bytes);
            var damaged = await Program.RunAsync(
                data, ["restore", Path.Combine(folder, "damaged.zip"), "--vault", vault], phrase);
            Assert.Equal(1, damaged.Exit);
            Assert.Contains("storage/backup-damaged", damaged.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(data));

            Assert.Equal(0, (await Program.RunAsync(data, ["restore", file, "--vault", vault], phrase)).Exit);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>File name and verdict of everything in the outbox.</summary>
    private static async Task<SortedDictionary<string, string>> VerdictsAsync(string data)
    {
        var files = Directory.GetFiles(Path.Combine(data, "outbox"), "*.diploma.json");
        var run = await Program.RunAsync(
            data, ["verify", .. files, "--offline", "--json", "--trust", Path.Combine(data, "trust.json")]);
        var verdicts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            verdicts[Path.GetFileName(json.RootElement.GetProperty("file").GetString()!)] =
                json.RootElement.GetProperty("verdict").GetString()!;
        }

        Assert.Equal(files.Length, verdicts.Count);
        return verdicts;
    }
}
