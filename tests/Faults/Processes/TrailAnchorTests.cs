using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>The end of the record of who did what cannot be cut off unseen, and a kill around the anchor leaves no half of it.</summary>
[Trait("Requirement", "X-6")]
public sealed class TrailAnchorTests
{
    /// <summary>What somebody does who knows the tables: what would tell of it inside the database goes, too.</summary>
    private const string HeadAndSeal = "; DELETE FROM trail_head; DELETE FROM row_seals WHERE table_name = 'trail_head'";

    [Theory]
    [InlineData("DELETE FROM trail WHERE number > 5")]
    [InlineData("DELETE FROM trail")]
    public async Task Rows_cut_off_with_head_and_seal_are_named(string cut)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        Assert.Equal(0, (await world.RunAsync("republish")).Exit);
        await world.AuditAsync();
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await home.Database.WriteAsync(t => t.ExecuteAsync(cut + HeadAndSeal, default));

        Assert.Contains((await Audit.RunAsync(home)).Findings, f => f.Code == "audit/trail-cut");
        Assert.Equal(0, (await world.RunAsync("republish")).Exit);
        await RecordAsync(home, 400);
        Assert.Equal(0, (await world.RunAsync("republish")).Exit);

        // Another record in its place, longer than the one that was cut, does not help.
        Assert.Contains((await Audit.RunAsync(home)).Findings, f => f.Code == "audit/trail-rewritten");
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task A_kill_around_the_anchor_leaves_entry_and_note_or_neither(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        foreach (var (step, told) in new[] { ("before-anchor", false), ("in-anchor", false), ("before-commit", false), ("after-commit", true), ("after-anchor", true) })
        {
            long rows;
            await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
            {
                await RecordAsync(home, 3);
                rows = await LookAsync(home, r => AuditTrail.HeadAsync(r), h => h.Number);
            }

            var killed = await Program.RunAsync(world.Data, ["republish"], ("MORTANBA_CRASH_AT", step));
            Assert.True(killed.Exit == Ended.Killed, $"{step}: {killed.Exit} {killed.Error}");
            await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
            {
                Assert.Equal(told, await LookAsync(home, r => AuditTrail.AnchoredAsync(r), a => a.Number) == rows);
                Assert.Equal(told, await AnchorsAsync(home) is [.., var last] && last == rows);
            }

            Assert.Equal(0, (await world.RunAsync("republish")).Exit);
            await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
            {
                var anchors = await AnchorsAsync(home);
                Assert.Equal(rows, anchors[^1]);
                Assert.Equal(anchors.Distinct().Order(), anchors);
            }

            await world.AuditAsync();
        }
    }

    private static async Task<T> LookAsync<TRead, T>(Installation home, Func<ReadFrom, Task<TRead>> read, Func<TRead, T> part)
    {
        await using var connection = await home.Database.ConnectAsync();
        return part(await read(connection));
    }

    private static async Task<IReadOnlyList<long>> AnchorsAsync(Installation home)
    {
        var rows = new List<long>();
        for (var first = 0L; await home.LogReader.EntriesAsync(first, 500, default) is { Count: > 0 } entries; first += entries.Count)
        {
            rows.AddRange(entries.Select(e => LedgerEntry.Parse(e).Value)
                .Where(e => e.Type == LedgerEntryTypes.TrailAnchored).Select(e => e.Number("rows")!.Value));
        }

        return rows;
    }

    private static Task RecordAsync(Installation home, int count) => home.Database.WriteAsync(t => AuditTrail.AppendAsync(
        t, home.Time.GetUtcNow(),
        [.. Enumerable.Range(0, count).Select(i => new TrailEvent(
            TrailAct.View, "diplomas/searched", Actor.AtConsole("test"), new TrailSubject("search", $"s-{i}")))]));
}
