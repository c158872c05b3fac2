using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Mortanba.Storage;

/// <summary>The few shapes of a database call, so that a store reads as its SQL.</summary>
public static class Sql
{
    // SQLITE_CONSTRAINT: the driver reports the extended code beside it, and no other constraint is in use.
    private const int SqliteConstraint = 19;

    // Of ADO.NET: seconds, and zero is no limit.
    private const int Endless = 0;

    /// <summary>Runs a statement; gives the number of rows it touched.</summary>
    public static Task<int> ExecuteAsync(
        this DbTransaction transaction, string sql, CancellationToken cancel, params (string Name, object? Value)[] args) =>
        ExecuteAsync(Connection(transaction), transaction, sql, args, cancel);

    public static Task<int> ExecuteAsync(
        this DbConnection connection, string sql, CancellationToken cancel, params (string Name, object? Value)[] args) =>
        ExecuteAsync(connection, null, sql, args, cancel);

    /// <summary>A statement that takes as long as the table is large: an index, a rewrite, a cleaning. No time ends it.</summary>
    internal static Task<int> ExecuteAtLengthAsync(this DbTransaction transaction, string sql, CancellationToken cancel) =>
        ExecuteAsync(Connection(transaction), transaction, sql, [], cancel, Endless);

    internal static Task<int> ExecuteAtLengthAsync(this DbConnection connection, string sql, CancellationToken cancel) =>
        ExecuteAsync(connection, null, sql, [], cancel, Endless);

    /// <summary>Reads every row through <paramref name="read"/>.</summary>
    public static Task<List<T>> QueryAsync<T>(
        this DbTransaction transaction,
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancel,
        params (string Name, object? Value)[] args) =>
        QueryAsync(Connection(transaction), transaction, sql, read, args, cancel);

    public static Task<List<T>> QueryAsync<T>(
        this DbConnection connection,
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancel,
        params (string Name, object? Value)[] args) =>
        QueryAsync(connection, null, sql, read, args, cancel);

    /// <summary>
    /// Inserts many rows: binary COPY in PostgreSQL, one prepared statement in SQLite. Values are string, long, int,
    /// bool, byte[] or null; rows stream, so memory stays flat.
    /// </summary>
    public static async Task BulkInsertAsync(
        this DbTransaction transaction,
        string table,
        IReadOnlyList<string> columns,
        IEnumerable<object?[]> rows,
        CancellationToken cancel = default)
    {
        var names = string.Join(", ", columns);
        if (Connection(transaction) is NpgsqlConnection postgres)
        {
            await using var copy = await postgres.BeginBinaryImportAsync($"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", cancel);
            foreach (var row in rows)
            {
                await copy.StartRowAsync(cancel);
                foreach (var value in row)
                {
                    await (value is null ? copy.WriteNullAsync(cancel) : copy.WriteAsync(value, cancel));
                }
            }

            await copy.CompleteAsync(cancel);
            return;
        }

        await using var insert = Connection(transaction).CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))})";
        for (var i = 0; i < columns.Count; i++)
        {
            var parameter = insert.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            insert.Parameters.Add(parameter);
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                insert.Parameters[i].Value = row[i] ?? DBNull.Value;
            }

            await insert.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Announces a write of one row of a sealed table: see <see cref="RowSeals.TouchAsync"/>.</summary>
    public static Task TouchAsync(
        this DbTransaction transaction, string table, CancellationToken cancel, params object[] key) =>
        RowSeals.TouchAsync(transaction, table, cancel, key);

    /// <summary>Announces a write of many rows: see <see cref="RowSeals.TouchManyAsync"/>.</summary>
    public static Task TouchManyAsync(
        this DbTransaction transaction, string table, IEnumerable<object[]> keys, CancellationToken cancel) =>
        RowSeals.TouchManyAsync(transaction, table, keys, cancel);

    public static byte[] GetBytes(this DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static string? GetStringOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static byte[]? GetBytesOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    /// <summary>
    /// True when PostgreSQL ended the transaction, or the part since the savepoint, because it and another waited for each
    /// other (40P01) or could not be put in one order (40001). SQLite has one writer and knows neither.
    /// </summary>
    public static bool IsEndedByLocks(this DbException fault) =>
        fault.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>True when a row was refused because another with the same key is there already.</summary>
    public static bool IsUniqueViolation(this DbException fault) => fault switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteConstraint,
        _ => fault.SqlState == PostgresErrorCodes.UniqueViolation,
    };

    private static DbConnection Connection(DbTransaction transaction) =>
        transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");

    private static async Task<int> ExecuteAsync(
        DbConnection connection, DbTransaction? transaction, string sql, (string Name, object? Value)[] args, CancellationToken cancel,
        int? seconds = null)
    {
        await using var command = Command(connection, transaction, sql, args);
        command.CommandTimeout = seconds ?? command.CommandTimeout;
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<List<T>> QueryAsync<T>(
        DbConnection connection,
        DbTransaction? transaction,
        string sql,
        Func<DbDataReader, T> read,
        (string Name, object? Value)[] args,
        CancellationToken cancel)
    {
        await using var command = Command(connection, transaction, sql, args);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static DbCommand Command(
        DbConnection connection, DbTransaction? transaction, string sql, (string Name, object? Value)[] args)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in args)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
