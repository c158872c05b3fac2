using System.Text.Json.Nodes;
using Mortanba.Host;
using Mortanba.Storage;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>Trust bundles: each number once, whatever ends the process, and a reader who never goes back.</summary>
[Collection(SharedWorldCollection.Name)]
[Trait("Requirement", "DA-16")]
public sealed class TrustBundleTests(SharedWorld worlds)
{
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task A_kill_leaves_the_last_bundle_or_the_next_one_whole_and_no_number_twice(Dialect dialect)
    {
        var world = await worlds.OfAsync(dialect);
        var first = await ExportAsync(world);
        var number = first.Number;
        var days = 100;
        foreach (var (step, isKept) in new[] { ("in-trust", false), ("after-trust", true) })
        {
            SetDays(world, ++days);
            var killed = await Program.RunAsync(world.Data, ["trust", "export"], ("MORTANBA_CRASH_AT", step));
            Assert.True(killed.Exit == Ended.Killed, $"{step}: {killed.Exit} {killed.Error}");
            // The file is the old one, whole, until the new one is.
            Assert.NotEqual(days, Read(Path.Combine(world.Data, "trust.json")).GoodForDays);
            Assert.Equal(number + (isKept ? 1 : 0), await CountAsync(world));

            var next = await ExportAsync(world);
            Assert.Equal((number + 1, days), (next.Number, next.GoodForDays));
            Assert.Null(TrustBundleFile.WhyNotAfter(first, next));
            number = next.Number;
        }

        // Nothing changed: the same bundle, byte for byte.
        Assert.Equal(TrustBundleFile.Write(Read(Path.Combine(world.Data, "trust.json"))), TrustBundleFile.Write(await ExportAsync(world)));

        // Two processes that see the same change at once make one bundle of it.
        SetDays(world, ++days);
        await using var one = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var other = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var both = await Task.WhenAll(
            Task.Run(() => TrustBundles.CurrentAsync(one)), Task.Run(() => TrustBundles.CurrentAsync(other)));
        Assert.Equal([number + 1, number + 1], both.Select(b => b.Number));
    }

    [Fact]
    public async Task A_reader_takes_a_newer_bundle_and_neither_an_older_one_nor_one_of_another_operator()
    {
        var world = await worlds.OfAsync(Dialect.Sqlite);
        var folder = Directory.CreateTempSubdirectory("mortanba-reader-").FullName;
        try
        {
            await ExportAsync(world);
            var (old, held) = (Path.Combine(folder, "old.json"), Path.Combine(folder, "held.json"));
            File.Copy(Path.Combine(world.Data, "trust.json"), old);
            SetDays(world, 90);
            var key = (await ExportAsync(world)).TrustKey;
            async Task<Ended> ImportAsync(string file, params string[] more) =>
                await Program.RunAsync(folder, ["trust", "import", file, "--into", held, "--lang", "en", .. more]);

            var refused = await ImportAsync(old, "--trust-key", key.Replace("+", "+0", StringComparison.Ordinal));
            Assert.Equal((1, false), (refused.Exit, File.Exists(held)));
            var taken = await ImportAsync(Path.Combine(world.Data, "trust.json"));
            Assert.True(taken.Exit == 0, taken.Error);
            Assert.Contains(key, taken.Output, StringComparison.Ordinal);
            refused = await ImportAsync(old);
            Assert.Equal(1, refused.Exit);
            Assert.Contains("is older than no.", refused.Error, StringComparison.Ordinal);
            Assert.Equal(90, Read(held).GoodForDays);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<TrustBundle> ExportAsync(World world)
    {
        var done = await Program.RunAsync(world.Data, ["trust", "export"]);
        Assert.True(done.Exit == 0, done.Error);
        return Read(Path.Combine(world.Data, "trust.json"));
    }

    private static TrustBundle Read(string file) => TrustBundleFile.Parse(File.ReadAllBytes(file)).Value;

    private static async Task<long> CountAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        return (await connection.QueryAsync("SELECT COUNT(*) FROM trust_bundles", r => r.GetInt64(0), default)).Single();
    }

    private static void SetDays(World world, int days)
    {
        var file = Path.Combine(world.Data, Settings.FileName);
        var settings = JsonNode.Parse(File.ReadAllBytes(file))!.AsObject();
        settings["trustDays"] = days;
        File.WriteAllText(file, settings.ToJsonString());
    }
}
