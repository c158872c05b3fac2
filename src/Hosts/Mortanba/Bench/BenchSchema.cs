using Mortanba.Storage;

namespace Mortanba.Host.Bench;

/// <summary>A new schema of a PostgreSQL database, dropped when disposed: what else stands in the database is not touched.</summary>
internal sealed class BenchSchema : IAsyncDisposable
{
    private readonly string database;
    private readonly string name = "mortanba_bench_" + Guid.NewGuid().ToString("N");

    private BenchSchema(string database) => this.database = database;

    /// <summary>Address of the database with this schema as the one where tables are made and found.</summary>
    public string Address => $"{database};Search Path={name}";

    public static async Task<BenchSchema> CreateAsync(string database, CancellationToken cancel)
    {
        var schema = new BenchSchema(database);
        await schema.RunAsync($"CREATE SCHEMA {schema.name}", cancel);
        return schema;
    }

    public async ValueTask DisposeAsync() => await RunAsync($"DROP SCHEMA {name} CASCADE", CancellationToken.None);

    private async Task RunAsync(string statement, CancellationToken cancel)
    {
        await using var plain = Database.At(database);
        await using var connection = await plain.ConnectAsync(cancel);
        await connection.ExecuteAsync(statement, cancel);
    }
}
