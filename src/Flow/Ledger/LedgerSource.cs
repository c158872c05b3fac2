using System.Data.Common;
using Mortanba.Storage;

namespace Mortanba.Ledger;

/// <summary>Where the ledger's rows are read: a connection of its own, or the open transaction that is about to write.</summary>
internal readonly struct LedgerSource
{
    private readonly DbConnection? connection;
    private readonly DbTransaction? transaction;

    private LedgerSource(DbConnection? connection, DbTransaction? transaction)
    {
        this.connection = connection;
        this.transaction = transaction;
    }

    public static implicit operator LedgerSource(DbConnection connection) => new(connection, null);

    public static implicit operator LedgerSource(DbTransaction transaction) => new(null, transaction);

    public Task<List<T>> QueryAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] args) =>
        transaction is not null
            ? transaction.QueryAsync(sql, read, cancel, args)
            : connection!.QueryAsync(sql, read, cancel, args);
}
