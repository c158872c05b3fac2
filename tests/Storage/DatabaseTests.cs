using Xunit;

namespace Mortanba.Storage.Tests;

public sealed class DatabaseTests
{
    private static readonly Migration[] Schema =
    [
        new("sample", 1, "CREATE TABLE sample (id {bigint} NOT NULL PRIMARY KEY, body {blob}, word TEXT)"),
        new("sample", 2, "CREATE TABLE counter (n {bigint} NOT NULL); INSERT INTO counter (n) VALUES (0)"),
    ];

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Migrations_are_applied_once(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, Schema);

        await test.Database.MigrateAsync(Schema);

        await using var connection = await test.Database.ConnectAsync();
        var applied = await connection.QueryAsync("SELECT number FROM migrations ORDER BY number", r => r.GetInt32(0), default);
        Assert.Equal([1, 2], applied);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Bulk_insert_keeps_every_row_and_null(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, Schema);
        var rows = Enumerable.Range(0, 1000).Select(i => new object?[] { (long)i, i % 3 == 0 ? null : new[] { (byte)(i % 256) }, "ә" + i });

        await test.Database.WriteAsync(t => t.BulkInsertAsync("sample", ["id", "body", "word"], rows));

        await using var connection = await test.Database.ConnectAsync();
        var read = await connection.QueryAsync(
            "SELECT id, body, word FROM sample ORDER BY id",
            r => (r.GetInt64(0), r.GetBytesOrNull(1), r.GetStringOrNull(2)),
            default);
        Assert.Equal(1000, read.Count);
        Assert.All(read, r => Assert.Equal((r.Item1 % 3 == 0, "ә" + r.Item1), (r.Item2 is null, r.Item3)));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task An_exception_rolls_the_whole_transaction_back(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, Schema);

        await Assert.ThrowsAsync<TimeoutException>(() => test.Database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("INSERT INTO sample (id) VALUES (1)", default);
            throw new TimeoutException();
        }));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Empty(await connection.QueryAsync("SELECT id FROM sample", r => r.GetInt64(0), default));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Writers_under_one_lock_lose_no_update(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, Schema);
        await using var other = Database.At(test.Address);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? test.Database : other).WriteAsync(async t =>
        {
            await Database.LockAsync(t, "counter");
            var n = (await t.QueryAsync("SELECT n FROM counter", r => r.GetInt64(0), default))[0];
            await Task.Yield();
            await t.ExecuteAsync("UPDATE counter SET n = @n", default, ("n", n + 1));
        })));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal([20], await connection.QueryAsync("SELECT n FROM counter", r => r.GetInt64(0), default));
    }
}
