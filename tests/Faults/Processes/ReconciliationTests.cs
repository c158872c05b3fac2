using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Reconciling;
using Mortanba.Ledger;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>The comparison that never ends: log, database, delivered files and status lists, a bounded step after the other.</summary>
public sealed class ReconciliationTests
{
    // More than a round of everything there is takes.
    private const int StepsMax = 20;

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task A_flipped_bit_of_a_stored_entry_freezes_the_log_names_the_entry_and_a_whole_copy_goes_on(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        var time = new LaterTime();
        long flipped;
        await using (var home = await OpenAsync(world, time))
        {
            // Full tiles behind it: nothing reads an old entry again but this.
            flipped = await home.Log.AppendAsync(
                [.. Enumerable.Range(0, 600).Select(i => LedgerEntry.Create("test.filler", home.Time.GetUtcNow(), ("n", i)).Bytes)]);
            await home.Log.PublishAsync();
        }

        await FlipAsync(world, flipped);
        await using (var home = await OpenAsync(world, time))
        {
            // The tail is whole, so the log would go on.
            await home.Log.AppendAsync([Filler(home, 1)]);
            await home.Log.PublishAsync();
            var frozen = await Assert.ThrowsAsync<LedgerFrozenException>(() => RoundAsync(home));
            Assert.Equal($"Entry {flipped.ToString(CultureInfo.InvariantCulture)} is not the one that was logged.", frozen.Message);
            await Assert.ThrowsAsync<LedgerFrozenException>(() => home.Log.AppendAsync([Filler(home, 2)]));
            await Assert.ThrowsAsync<LedgerFrozenException>(() => home.Log.PublishAsync());
        }

        // Starting it again helps nobody; the finding is an alarm from the first sight.
        await using (var home = await OpenAsync(world, time))
        {
            await Assert.ThrowsAsync<LedgerFrozenException>(() => home.Log.AppendAsync([Filler(home, 3)]));
            var alarm = Assert.Single((await ReportAsync(home)).Alarms);
            Assert.Equal(("ledger/entry-changed", flipped.ToString(CultureInfo.InvariantCulture)), (alarm.Problem.Code, alarm.Problem.Args["index"]));
        }

        // A replica has the same rows, this finding among them, without the flipped bit.
        await FlipAsync(world, flipped);
        await using (var home = await OpenAsync(world, time))
        {
            await home.Log.AppendAsync([Filler(home, 4)]);
            await home.Log.PublishAsync();
            await RoundAsync(home);
            // The ledger is whole again.
            Assert.DoesNotContain((await ReportAsync(home)).Findings, f => f.Problem.Code.StartsWith("ledger/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_does_not_agree_is_an_alarm_at_the_second_look_and_none_any_more_once_it_agrees()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var time = new LaterTime { Offset = TimeSpan.FromHours(2) };
        await using var home = await OpenAsync(world, time);
        // As a serving site does all the time: two hours passed for the lists, too.
        await new DiplomaFlow(home).PublishAsync(allStatusLists: true);
        await RoundAsync(home);
        var before = await ReportAsync(home);
        Assert.Empty(before.Findings);
        Assert.All(before.Parts, p => Assert.True(p.Round > 1 && p.Covered > 0, $"{p}"));
        Assert.True(before.Of(ReconciledPart.Files).Covered <= 2 * before.Of(ReconciledPart.Diplomas).Covered);

        var file = Directory.GetFiles(world.Outbox, "*.pdf").Order(StringComparer.Ordinal).First();
        File.Move(file, file + ".away");
        await home.Database.WriteAsync(t => t.ExecuteAsync("UPDATE status_values SET value = value + 1", default));
        try
        {
            await RoundAsync(home);
            var seen = await ReportAsync(home);
            Assert.Equal(["audit/not-delivered", "audit/status-value-changed"], Codes(seen.Findings));
            Assert.Empty(seen.Alarms);

            // Not yet: an act may still be half done.
            time.Offset += StoreReconciliation.Patience / 2;
            await RoundAsync(home);
            Assert.Empty((await ReportAsync(home)).Alarms);
            time.Offset += StoreReconciliation.Patience;
            await RoundAsync(home);
            var alarms = await ReportAsync(home);
            Assert.Equal(["audit/not-delivered", "audit/status-value-changed"], Codes(alarms.Alarms));
            Assert.Equal([0, 0, 1], alarms.Parts.Take(3).Select(p => alarms.AlarmsOf(p.Part)));
            Assert.True(alarms.IsOnceThrough);
        }
        finally
        {
            File.Move(file + ".away", file);
            await home.Database.WriteAsync(t => t.ExecuteAsync("UPDATE status_values SET value = value - 1", default));
        }

        time.Offset += StoreReconciliation.Patience;
        await RoundAsync(home);
        Assert.Empty((await ReportAsync(home)).Findings);

        // All files are gone: that is said, and not once for each of ten million.
        foreach (var gone in Directory.GetFiles(world.Outbox))
        {
            File.Delete(gone);
        }

        await RoundAsync(home, findingsMax: 2);
        Assert.Equal(2, (await ReportAsync(home)).Findings.Count);
    }

    [Theory]
    [InlineData("before-reconciled")]
    [InlineData("after-reconciled")]
    public async Task Killed_in_a_step_it_goes_on_and_skips_nothing(string step)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var time = new LaterTime { Offset = TimeSpan.FromMinutes(2) };
        // Whoever held it is through; and a clock that is two minutes back again makes nobody wait.
        await using (var earlier = await OpenAsync(world, time))
        {
            Assert.NotNull(await new StoreReconciliation(earlier).StepAsync());
        }

        var killed = await Node.StartToBeKilledAsync(world, step);
        if (killed is not null)
        {
            using (killed)
            {
                Assert.Equal(Ended.Killed, (await killed.EndedAsync()).Exit);
            }
        }

        // The dead process's minute has passed.
        await using var home = await OpenAsync(world, time);
        var before = await ReportAsync(home);
        await RoundAsync(home);
        var after = await ReportAsync(home);
        Assert.Empty(after.Alarms);
        Assert.All(after.Parts, p => Assert.True(p.Round > before.Of(p.Part).Round, $"{p}"));
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task Of_two_processes_one_works_at_a_time(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        var time = new LaterTime();
        await using var first = await OpenAsync(world, time);
        await using var second = await OpenAsync(world, time);
        await first.Database.WriteAsync(t => ReconciliationStore.TakeAsync(t, time.GetUtcNow(), TimeSpan.FromMinutes(1), default));
        Assert.Null(await new StoreReconciliation(second).StepAsync());
        time.Offset += TimeSpan.FromMinutes(2);
        Assert.NotNull(await new StoreReconciliation(second).StepAsync());
    }

    /// <summary>Until each part has begun a new round.</summary>
    private static async Task RoundAsync(Installation home, int findingsMax = 100)
    {
        var reconciliation = new StoreReconciliation(home) { FindingsMax = findingsMax };
        var goal = (await ReportAsync(home)).Parts.ToDictionary(p => p.Part, p => p.Round + (p.Position.Length == 0 ? 1 : 2));
        for (var step = 0; step < StepsMax; step++)
        {
            if ((await reconciliation.StepAsync())!.Parts.All(p => p.Round >= goal[p.Part]))
            {
                return;
            }
        }

        Assert.Fail("No round came to its end.");
    }

    private static async Task<ReconciliationReport> ReportAsync(Installation home)
    {
        await using var connection = await home.Database.ConnectAsync();
        return await StoreReconciliation.ReadAsync(connection);
    }

    private static string[] Codes(IEnumerable<ReconciliationFinding> findings) =>
        [.. findings.Select(f => f.Problem.Code).Distinct().Order(StringComparer.Ordinal)];

    private static ReadOnlyMemory<byte> Filler(Installation home, int n) => LedgerEntry.Create("test.filler", home.Time.GetUtcNow(), ("more", n)).Bytes;

    private static async Task<Installation> OpenAsync(World world, TimeProvider time) => (await Installation.OpenAsync(world.Data, time)).Value;

    /// <summary>One bit of an entry, past the program; the same again puts it right.</summary>
    private static async Task FlipAsync(World world, long index)
    {
        await using var database = Database.At(Settings.Load(world.Data).Value.DatabaseAddress(world.Data));
        await database.WriteAsync(async t =>
        {
            var entry = (await t.QueryAsync("SELECT entry FROM ledger_entries WHERE idx = @idx", r => r.GetFieldValue<byte[]>(0), default, ("idx", index))).Single();
            entry[entry.Length / 2] ^= 1;
            await t.ExecuteAsync("UPDATE ledger_entries SET entry = @entry WHERE idx = @idx", default, ("entry", entry), ("idx", index));
        });
    }

    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
    }
}
