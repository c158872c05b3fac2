using System.Security.Cryptography;
using Xunit;

namespace Mortanba.Storage.Tests;

public sealed class RowSealsTests
{
    private static readonly byte[] Key = [1, 2, 3];

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Writers_of_one_row_at_the_same_time_wait_for_each_other_and_leave_a_seal_that_holds(Dialect dialect)
    {
        const int Writers = 8;
        const int Writes = 25;
        await using var test = await CreateAsync(dialect);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Writes; i++)
            {
                await AddAsync(test.Database);
            }
        })));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(Writers * Writes, Assert.Single(await connection.QueryAsync("SELECT n FROM counters", r => r.GetInt32(0), default)));
        Assert.Empty(await test.Database.Seals!.AuditAsync(connection));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Rows_that_are_written_while_they_are_looked_at_are_not_called_changed(Dialect dialect)
    {
        await using var test = await CreateAsync(dialect);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await AddAsync(test.Database);
            }
        });
        do
        {
            Assert.Empty(await test.Database.ReadAsync(t => test.Database.Seals!.AuditAsync(t)));
        }
        while (!writing.IsCompleted);

        await writing;
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_row_changed_past_the_program_is_named_and_not_sealed_by_the_next_write(Dialect dialect)
    {
        await using var test = await CreateAsync(dialect);
        await using var connection = await test.Database.ConnectAsync();
        await connection.ExecuteAsync("UPDATE counters SET n = 100", default);

        await Assert.ThrowsAsync<RowChangedException>(() => AddAsync(test.Database));

        Assert.Equal([("counters", "one")], await test.Database.Seals!.AuditAsync(connection));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Many_rows_announced_together_are_each_checked_and_each_sealed(Dialect dialect)
    {
        const int Count = 150;
        await using var test = await CreateAsync(dialect);
        Task WriteAsync(int from, int count, string sql) => test.Database.WriteAsync(async t =>
        {
            var rows = Enumerable.Range(from, count).Select(i => $"many-{i}").ToList();
            await t.TouchManyAsync("counters", rows.Select(id => new object[] { id }), default);
            foreach (var id in rows)
            {
                await t.ExecuteAsync(sql, default, ("id", id));
            }
        });
        await WriteAsync(0, Count, "INSERT INTO counters (id, n) VALUES (@id, 1)");
        await WriteAsync(0, Count, "UPDATE counters SET n = n + 1 WHERE id = @id");
        await WriteAsync(0, 70, "DELETE FROM counters WHERE id = @id");
        await using var connection = await test.Database.ConnectAsync();
        Assert.Empty(await test.Database.Seals!.AuditAsync(connection));

        // One of them changed past the program: none is written.
        await connection.ExecuteAsync("UPDATE counters SET n = 100 WHERE id = 'many-120'", default);
        var changed = await Assert.ThrowsAsync<RowChangedException>(() => WriteAsync(70, 80, "UPDATE counters SET n = 7 WHERE id = @id"));
        Assert.Equal("many-120", changed.Row);
        Assert.Equal([("counters", "many-120")], await test.Database.Seals!.AuditAsync(connection));
        Assert.Equal(0L, Assert.Single(await connection.QueryAsync("SELECT COUNT(*) FROM counters WHERE n = 7", r => r.GetInt64(0), default)));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_step_of_the_schema_seals_what_it_alters_anew_but_not_what_was_changed_before(Dialect dialect)
    {
        await using var test = await CreateAsync(dialect);
        await test.Database.WriteAsync(async t =>
        {
            await t.TouchAsync("counters", default, "two");
            await t.ExecuteAsync("INSERT INTO counters (id, n) VALUES ('two', 2)", default);
        });
        await using var connection = await test.Database.ConnectAsync();
        await connection.ExecuteAsync("UPDATE counters SET n = 100 WHERE id = 'two'", default);

        await test.Database.MigrateAsync([new Migration("test", 2, "ALTER TABLE counters ADD COLUMN note TEXT")]);

        Assert.Equal([("counters", "two")], await test.Database.Seals!.AuditAsync(connection));
        Assert.Equal(["one"], await test.Database.Seals.AgreeingAsync(connection, "counters", "1 = 1", r => r.GetString(0), default));
    }

    private static Task AddAsync(Database database) => database.WriteAsync(async t =>
    {
        await t.TouchAsync("counters", default, "one");
        await t.ExecuteAsync("UPDATE counters SET n = n + 1 WHERE id = 'one'", default);
    });

    private static async Task<TestDatabase> CreateAsync(Dialect dialect)
    {
        var test = await TestDatabase.CreateAsync(
            dialect,
            [new Migration("test", 1, "CREATE TABLE counters (id TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL)"), RowSeals.Migration]);
        test.Database.Seals = new RowSeals(row => HMACSHA256.HashData(Key, row), [new SealedTable("counters", ["id"])]);
        await test.Database.WriteAsync(async t =>
        {
            await t.TouchAsync("counters", default, "one");
            await t.ExecuteAsync("INSERT INTO counters (id, n) VALUES ('one', 0)", default);
        });
        return test;
    }
}
