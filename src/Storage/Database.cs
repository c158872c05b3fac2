using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Mortanba.Storage;

public enum Dialect
{
    Sqlite,
    Postgres,
}

/// <summary>The one database of an installation: SQLite by default, PostgreSQL when it outgrows one machine.</summary>
/// <remarks>
/// Stages keep their own tables and migrations and are handed the transaction they write in; only the host's
/// DiplomaFlow opens one that several stages share. Plain SQL through ADO.NET, the same text for both (docs/adr/0005).
/// </remarks>
public sealed class Database : IAsyncDisposable
{
    private const string SqlitePrefix = "sqlite:";
    private const string PostgresPrefix = "postgres:";
    private const int BusyTimeoutSeconds = 60;

    /// <summary>How often a transaction is begun that the database ends for the sake of another's locks.</summary>
    public const int AttemptsMax = 4;

    // After a failover the new primary is found within this time, not after the driver's ten seconds.
    private const int HostRecheckSeconds = 1;

    private readonly string connectionString;
    private readonly NpgsqlDataSource? cluster;
    private readonly NpgsqlDataSource? readers;
    private readonly NpgsqlDataSource? writers;
    // SQLite has one writer; queueing here is fairer and cheaper than its busy handler.
    private readonly SemaphoreSlim sqliteWriter = new(1, 1);
    private long commitCount;

    private Database(Dialect dialect, string connectionString)
    {
        Dialect = dialect;
        this.connectionString = connectionString;
        if (dialect == Dialect.Postgres)
        {
            (cluster, readers, writers) = Sources(connectionString);
        }
    }

    public Dialect Dialect { get; }

    /// <summary>Seals of the rows that nothing else covers; none when null.</summary>
    public RowSeals? Seals { get; set; }

    /// <summary>
    /// Takes <c>sqlite:PATH</c> or <c>postgres:CONNECTION-STRING</c>. Throws <see cref="ArgumentException"/> for anything else.
    /// A connection string with several hosts (<c>Host=a:5432,b:5432</c>) names the nodes of one cluster: writes go to whichever is
    /// the primary now, reads go there too, and to a standby while there is none (docs/scaling.md).
    /// </summary>
    public static Database At(string address)
    {
        if (address.StartsWith(SqlitePrefix, StringComparison.Ordinal))
        {
            var builder = new SqliteConnectionStringBuilder
            {
                DataSource = address[SqlitePrefix.Length..],
                Mode = SqliteOpenMode.ReadWriteCreate,
                DefaultTimeout = BusyTimeoutSeconds,
                ForeignKeys = true,
            };
            return new Database(Dialect.Sqlite, builder.ToString());
        }

        return address.StartsWith(PostgresPrefix, StringComparison.Ordinal)
            ? new Database(Dialect.Postgres, address[PostgresPrefix.Length..])
            : throw new ArgumentException("A database address starts with 'sqlite:' or 'postgres:'.", nameof(address));
    }

    /// <summary>
    /// How many transactions this object committed: what was read at the same count was not changed by this process
    /// since. Other processes' writes do not count.
    /// </summary>
    public long CommitCount => Interlocked.Read(ref commitCount);

    /// <summary>An open connection for reading. The caller disposes it.</summary>
    public Task<DbConnection> ConnectAsync(CancellationToken cancel = default) => ConnectAsync(readers, cancel);

    private async Task<DbConnection> ConnectAsync(NpgsqlDataSource? postgres, CancellationToken cancel)
    {
        if (postgres is not null)
        {
            return await postgres.OpenConnectionAsync(cancel);
        }

        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancel);
            // FULL: a commit that was answered survives a power cut, also in WAL mode. Secure delete: what is deleted
            // is written over with zeros. The rest serves bulk issues: a diploma fills two pages, not four; an index
            // page that commit after commit touches goes into the main file once in 16 MiB; the indices stay in memory.
            await connection.ExecuteAsync(
                """
                PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;
                PRAGMA wal_autocheckpoint=2000; PRAGMA cache_size=-16000;
                """,
                cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the database as it stood at one moment, whoever writes meanwhile: for what compares one row with another.</summary>
    public async Task<T> ReadAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancel = default)
    {
        await using var connection = await ConnectAsync(cancel);
        await using var transaction = connection is SqliteConnection sqlite
            ? Deferred(sqlite)
            : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        return await work(transaction);
    }

    /// <summary>
    /// Runs the work in one write transaction (BEGIN IMMEDIATE in SQLite) and commits it; durable when it returns.
    /// An exception rolls everything back and comes through. When PostgreSQL ends the transaction because it and another wait
    /// for each other, the work runs again from its beginning: it keeps nothing outside the transaction.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancel = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(work, cancel);
            }
            catch (DbException fault) when (attempt < AttemptsMax && fault.IsEndedByLocks())
            {
                // All of it was rolled back, and the other act has what this one held.
            }
        }
    }

    /// <summary>As <see cref="WriteAsync{T}"/>, but only once: for work that cannot run again, or whose caller sees to it.</summary>
    public async Task<T> WriteOnceAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancel = default)
    {
        if (Dialect == Dialect.Sqlite)
        {
            await sqliteWriter.WaitAsync(cancel);
        }

        try
        {
            await using var connection = await ConnectAsync(writers, cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            Seals?.Begin(transaction);
            BeforeCommit.Begin(transaction);
            try
            {
                var result = await work(transaction);
                // Twice, so that the seals of many rows are made before the locks of the last work are held.
                await RowSeals.SealAsync(transaction, cancel);
                await BeforeCommit.CarryOutAsync(transaction);
                await RowSeals.SealAsync(transaction, cancel);
                await transaction.CommitAsync(cancel);
                Interlocked.Increment(ref commitCount);
                return result;
            }
            finally
            {
                RowSeals.End(transaction);
                BeforeCommit.End(transaction);
            }
        }
        finally
        {
            if (Dialect == Dialect.Sqlite)
            {
                sqliteWriter.Release();
            }
        }
    }

    public Task WriteAsync(Func<DbTransaction, Task> work, CancellationToken cancel = default) =>
        WriteAsync(
            async transaction =>
            {
                await work(transaction);
                return true;
            },
            cancel);

    /// <summary>
    /// Holds a named lock until the transaction ends: one writer per log across processes. SQLite's IMMEDIATE
    /// transaction is that lock already; PostgreSQL takes a transaction-scoped advisory lock.
    /// </summary>
    public static async Task LockAsync(DbTransaction transaction, string name, CancellationToken cancel = default)
    {
        if (transaction is NpgsqlTransaction)
        {
            await transaction.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtext(@name))", cancel, ("name", name));
        }
    }

    /// <summary>
    /// Called after a commit that erased something: takes the bytes out of the files as far as the database can.
    /// SQLite moves the write-ahead log, where they may stand too, into the file that has zeros in their place, and
    /// empties it; PostgreSQL frees the dead rows. Whoever still reads an older state, or writes just then, delays it: SQLite is
    /// asked again at each beat of a running site (with no tables), PostgreSQL comes back by itself.
    /// </summary>
    /// <remarks>Nothing cancels it: whoever asked for the erasure may be gone, and it has happened.</remarks>
    public async Task ForgetAsync(IReadOnlyList<string> tables)
    {
        await using var connection = await ConnectAsync(writers, CancellationToken.None);
        if (Dialect == Dialect.Sqlite)
        {
            await connection.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", CancellationToken.None);
            return;
        }

        foreach (var table in tables)
        {
            await connection.ExecuteAtLengthAsync($"VACUUM {table}", CancellationToken.None);
        }
    }

    /// <summary>Applies the migrations that were not applied yet, in order, each in its own transaction.</summary>
    public async Task MigrateAsync(IEnumerable<Migration> migrations, CancellationToken cancel = default)
    {
        await WriteAsync(
            t => t.ExecuteAsync(
                "CREATE TABLE IF NOT EXISTS migrations (stage TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (stage, number))",
                cancel),
            cancel);
        foreach (var migration in migrations)
        {
            await WriteAsync(
                async t =>
                {
                    await LockAsync(t, "migrations", cancel);
                    var applied = await t.QueryAsync(
                        "SELECT 1 FROM migrations WHERE stage = @stage AND number = @number",
                        r => r.GetInt32(0),
                        cancel,
                        ("stage", migration.Stage),
                        ("number", migration.Number));
                    if (applied.Count == 0)
                    {
                        var altered = Seals is null ? [] : await Seals.BeforeStepAsync(t, migration.Sql, cancel);
                        await t.ExecuteAtLengthAsync(migration.SqlFor(Dialect), cancel);
                        if (Seals is not null)
                        {
                            await Seals.AfterStepAsync(t, altered, cancel);
                        }

                        if (migration == RowSeals.Migration && Seals is not null)
                        {
                            await Seals.AdoptAsync(t, cancel);
                        }

                        await t.ExecuteAsync(
                            "INSERT INTO migrations (stage, number) VALUES (@stage, @number)",
                            cancel,
                            ("stage", migration.Stage),
                            ("number", migration.Number));
                    }
                },
                cancel);
        }
    }

    private static (NpgsqlDataSource Cluster, NpgsqlDataSource Readers, NpgsqlDataSource Writers) Sources(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        if (builder.ConnectionStringBuilder.Host?.Contains(',', StringComparison.Ordinal) != true)
        {
            var one = builder.Build();
            return (one, one, one);
        }

        builder.ConnectionStringBuilder.HostRecheckSeconds = HostRecheckSeconds;
        var cluster = builder.BuildMultiHost();
        return (cluster, cluster.WithTargetSession(TargetSessionAttributes.PreferPrimary), cluster.WithTargetSession(TargetSessionAttributes.Primary));
    }

    // SQLite's driver has no other way; it does no more than send BEGIN.
    private static SqliteTransaction Deferred(SqliteConnection connection) => connection.BeginTransaction(deferred: true);

    public async ValueTask DisposeAsync()
    {
        sqliteWriter.Dispose();
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
        else
        {
            using var pooled = new SqliteConnection(connectionString);
            SqliteConnection.ClearPool(pooled);
        }
    }
}

/// <summary>One step of a stage's schema. <c>{blob}</c> and <c>{bigint}</c> stand for the dialect's type names.</summary>
/// <param name="Stage">The stage that owns the tables, for example <c>ledger</c>.</param>
/// <param name="Number">Counts from 1 within the stage; applied steps are never edited.</param>
/// <param name="Sql">One or more statements.</param>
/// <param name="Postgres">The same for PostgreSQL, where the two dialects have no words in common; null when one text does.</param>
public sealed record Migration(string Stage, int Number, string Sql, string? Postgres = null)
{
    public string SqlFor(Dialect dialect) => (dialect == Dialect.Postgres ? Postgres ?? Sql : Sql)
        .Replace("{blob}", dialect == Dialect.Sqlite ? "BLOB" : "BYTEA", StringComparison.Ordinal)
        .Replace("{bigint}", dialect == Dialect.Sqlite ? "INTEGER" : "BIGINT", StringComparison.Ordinal);
}
