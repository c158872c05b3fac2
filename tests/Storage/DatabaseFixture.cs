using Xunit;

namespace Mortanba.Storage.Tests;

/// <summary>
/// An empty database for one test, on either dialect:
/// <code>
/// [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
/// public async Task Keeps_what_was_written(Dialect dialect)
/// {
///     await using var test = await TestDatabase.CreateAsync(dialect, SomeSchema.Migrations);
///     await test.Database.WriteAsync(…);
/// }
/// </code>
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? directory;

    private TestDatabase(string address, string? directory)
    {
        Address = address;
        this.directory = directory;
        Database = Database.At(address);
    }

    /// <summary>Both dialects: every storage test runs on each.</summary>
    public static TheoryData<Dialect> Dialects { get; } = [Dialect.Sqlite, Dialect.Postgres];

    /// <summary>For <see cref="Storage.Database.At"/>: a second instance on it is a second process in all but name.</summary>
    public string Address { get; }

    public Database Database { get; }

    /// <summary>
    /// Makes an empty database and applies the migrations. Skips the test when PostgreSQL's binaries are missing.
    /// </summary>
    public static async Task<TestDatabase> CreateAsync(Dialect dialect, params IReadOnlyList<Migration>[] migrations)
    {
        Assert.SkipUnless(
            dialect == Dialect.Sqlite || PostgresCluster.IsPresent,
            "PostgreSQL's binaries are missing (/usr/lib/postgresql/*/bin/initdb).");
        TestDatabase test;
        if (dialect == Dialect.Sqlite)
        {
            var directory = Directory.CreateTempSubdirectory("mortanba-sqlite-").FullName;
            test = new TestDatabase("sqlite:" + Path.Combine(directory, "test.db"), directory);
        }
        else
        {
            test = new TestDatabase(PostgresCluster.NewDatabase(), null);
        }

        await test.Database.MigrateAsync(migrations.SelectMany(m => m));
        return test;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (directory is not null)
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
