using Mortanba.Foundation;
using Mortanba.Host.Explorer;
using Mortanba.Ledger;
using Mortanba.Rules;
using Mortanba.Storage;
using Mortanba.Storage.Tests;
using Xunit;

namespace Mortanba.Faults.Tests.Explorer;

/// <summary>The counts behind the charts of the ledger page: each entry once, by kind and by day of Kazakhstan.</summary>
public sealed class EntryCountsTests
{
    private const string Origin = "ledger.mortanba.example";

    // 23:30 UTC is the next day in Kazakhstan.
    private static readonly DateTimeOffset Evening = new(2026, 6, 26, 23, 30, 0, TimeSpan.Zero);

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Each_shown_entry_is_counted_once_though_two_nodes_count_and_more_come(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, LedgerSchema.Migrations, EntryCounts.Migrations);
        using var key = new Ed25519PrivateKey(Enumerable.Repeat((byte)7, 32).ToArray());
        var writer = new LogWriter(test.Database, key, Origin, TimeProvider.System);
        var rules = RuleBook.Load(RuleBook.DefaultFolder).Value;
        EntryCounts[] nodes = [.. Enumerable.Range(0, 2).Select(_ => new EntryCounts(test.Database, new LogReader(test.Database), rules))];
        Assert.Equal(0, await nodes[0].CatchUpAsync());

        await AddAsync(writer, LedgerEntryTypes.AssetRegistered, Evening, 5_000);
        await AddAsync(writer, LedgerEntryTypes.KeyRegistered, Evening.AddHours(-12), 3);
        // Committed and not under a checkpoint: strangers are not told of them yet.
        Assert.Equal(0, await nodes[0].CatchUpAsync());
        await writer.PublishAsync();
        await Task.WhenAll(nodes.Select(n => n.CatchUpAsync()));
        await AddAsync(writer, LedgerEntryTypes.AssetRegistered, Evening.AddDays(1), 2);
        await writer.AppendAsync(new byte[][] { [1, 2, 3] }.Select(e => new ReadOnlyMemory<byte>(e)).ToArray());
        await writer.PublishAsync();
        Assert.Equal(5_006, await nodes[1].CatchUpAsync());

        await using var connection = await test.Database.ConnectAsync();
        var lately = new DateOnly(2026, 6, 28);
        var (counted, kinds, days) = await EntryCounts.ReadAsync(connection, new DateOnly(2026, 6, 1), lately);
        Assert.Equal(5_006, counted);
        Assert.Equal(
            [new KindCount("asset.registered", 5_002, 2), new KindCount("key.registered", 3, 0), new KindCount("unreadable", 1, 0)], kinds);
        Assert.Equal(
            [(new DateOnly(2026, 6, 26), 3L), (new DateOnly(2026, 6, 27), 5_000L), (lately, 2L)],
            days.OrderBy(d => d.Key).Select(d => (d.Key, d.Value)));
        Assert.Equal(5_002, await EntryCounts.OfKindAsync(connection, LedgerEntryTypes.AssetRegistered));
    }

    private static Task AddAsync(LogWriter writer, string type, DateTimeOffset at, int count) => writer.AppendAsync(
        [.. Enumerable.Range(0, count).Select(i => LedgerEntry.Create(type, at, ("n", i)).Bytes)]);
}
