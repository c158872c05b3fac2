using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Mortanba.Foundation;

namespace Mortanba.Storage;

/// <summary>
/// One file with every row of every table, readable by both dialects: made on SQLite, restored on PostgreSQL, or back.
/// </summary>
/// <remarks>
/// Layout: the line <c>mortanba-backup 1</c>; for each table <c>T</c>, its name, its columns and its rows; <c>Z</c> and
/// the number of rows; SHA-256 over all of that. Rows stream both ways, so memory stays flat. What lies encrypted in the
/// database lies encrypted in the file; keys are not in it.
/// </remarks>
public static class Backup
{
    private const int RowsReadAtOnce = 1000;

    /// <summary>Writes the state of one instant; writers go on meanwhile. Gives the number of rows.</summary>
    public static async Task<long> WriteAsync(Database database, Stream file, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        // A snapshot: deferred in SQLite's WAL, repeatable read in PostgreSQL.
#pragma warning disable CA1849 // only the synchronous call can be deferred; SQLite has no other anyway
        await using DbTransaction snapshot = connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
#pragma warning restore CA1849
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var writer = new BackupWriter(file, hash);
        var rows = 0L;
        foreach (var table in await BackupTables.ListAsync(snapshot, database.Dialect, cancel))
        {
            rows += await WriteTableAsync(snapshot, table, writer, cancel);
        }

        await writer.FinishAsync(rows, cancel);
        return rows;
    }

    /// <summary>
    /// Fills a database that has the tables (migrated to the same steps) and no rows. All or nothing: a damaged file,
    /// another version or a row that is there already leaves the database as it was. Gives the number of rows.
    /// </summary>
    public static async Task<Outcome<long>> RestoreAsync(Database database, Stream file, CancellationToken cancel = default)
    {
        try
        {
            // Once: the file is read from its beginning to its end.
            return await database.WriteOnceAsync(t => RestoreAsync(t, database.Dialect, file, cancel), cancel);
        }
        catch (BackupException e)
        {
            return e.Problem;
        }
    }

    private static async Task<long> WriteTableAsync(
        DbTransaction snapshot, BackupTable table, BackupWriter writer, CancellationToken cancel)
    {
        await writer.StartTableAsync(table, cancel);
        await using var command = snapshot.Connection!.CreateCommand();
        command.Transaction = snapshot;
        command.CommandText = $"SELECT {string.Join(", ", table.Columns)} FROM {table.Name}";
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var values = new object[table.Columns.Count];
        var rows = 0L;
        while (await reader.ReadAsync(cancel))
        {
            reader.GetValues(values);
            await writer.RowAsync(values, cancel);
            rows++;
        }

        await writer.EndTableAsync(cancel);
        return rows;
    }

    private static async Task<long> RestoreAsync(
        DbTransaction transaction, Dialect dialect, Stream file, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Many small reads: the buffer is left undisposed, for the stream below is the caller's.
        var reader = new BackupReader(new BufferedStream(file, 256 * 1024), hash);
        reader.ReadHeader();
        var known = (await BackupTables.ListAsync(transaction, dialect, cancel)).ToDictionary(t => t.Name, StringComparer.Ordinal);
        if (dialect == Dialect.Sqlite)
        {
            // Rows of one table may name each other; the commit checks them all.
            await transaction.ExecuteAsync("PRAGMA defer_foreign_keys = ON", cancel);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rows = 0L;
        while (reader.NextTable() is { } table)
        {
            // The step of the schema decides what columns mean: another step is another version.
            if (!known.TryGetValue(table.Name, out var target)
                || !seen.Add(table.Name)
                || !target.Columns.Order(StringComparer.Ordinal).SequenceEqual(table.Columns.Order(StringComparer.Ordinal)))
            {
                throw new BackupException("storage/backup-other-version", "The backup was made with other tables.");
            }

            rows += table.Name == BackupTables.Migrations
                ? await CompareMigrationsAsync(transaction, reader, table, cancel)
                : await FillAsync(transaction, reader, table, target, cancel);
        }

        reader.ReadTrailer(rows);
        return seen.Count == known.Count
            ? rows
            : throw new BackupException("storage/backup-other-version", "The backup was made with other tables.");
    }

    private static async Task<long> FillAsync(
        DbTransaction transaction, BackupReader reader, BackupTable table, BackupTable target, CancellationToken cancel)
    {
        if ((await transaction.QueryAsync($"SELECT 1 FROM {table.Name} LIMIT 1", r => 1, cancel)).Count > 0)
        {
            throw new BackupException("storage/restore-not-empty", "The database to restore into holds rows already.");
        }

        var types = table.Columns.Select(c => target.TypeOf(c)).ToArray();
        var rows = 0L;
        var chunk = new List<object?[]>(RowsReadAtOnce);
        while (reader.NextRow(table.Columns.Count) is { } row)
        {
            chunk.Add([.. row.Select((value, i) => BackupTables.Convert(value, types[i]))]);
            rows++;
            if (chunk.Count == RowsReadAtOnce)
            {
                await transaction.BulkInsertAsync(table.Name, table.Columns, chunk, cancel);
                chunk.Clear();
            }
        }

        await transaction.BulkInsertAsync(table.Name, table.Columns, chunk, cancel);
        return rows;
    }

    private static async Task<long> CompareMigrationsAsync(
        DbTransaction transaction, BackupReader reader, BackupTable table, CancellationToken cancel)
    {
        var applied = (await transaction.QueryAsync(
            $"SELECT {string.Join(", ", table.Columns)} FROM {table.Name}", r => Key([r.GetValue(0), r.GetValue(1)]), cancel))
            .ToHashSet(StringComparer.Ordinal);
        var rows = 0L;
        while (reader.NextRow(table.Columns.Count) is { } row)
        {
            rows += applied.Contains(Key(row)) ? 1 : applied.Count + 1;
        }

        return rows == applied.Count
            ? rows
            : throw new BackupException("storage/backup-other-version", "The backup was made at another step of the schema.");

        static string Key(object?[] row) => string.Join('/', row.Select(v => System.Convert.ToString(v, CultureInfo.InvariantCulture)));
    }
}

/// <summary>Carries a refusal out of the transaction, so that it is rolled back.</summary>
internal sealed class BackupException(string code, string detail) : Exception(detail)
{
    public Problem Problem { get; } = new(code, detail);
}
