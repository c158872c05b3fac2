using System.Data.Common;

namespace Mortanba.Storage;

/// <summary>Where a question is asked: an open connection, or the transaction that must see its own writes.</summary>
public readonly struct ReadFrom
{
    private readonly DbConnection? connection;
    private readonly DbTransaction? transaction;

    private ReadFrom(DbConnection? connection, DbTransaction? transaction)
    {
        this.connection = connection;
        this.transaction = transaction;
    }

    public static implicit operator ReadFrom(DbConnection connection) => new(connection, null);

    public static implicit operator ReadFrom(DbTransaction transaction) => new(null, transaction);

    public Task<List<T>> QueryAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] args) =>
        transaction is not null
            ? transaction.QueryAsync(sql, read, cancel, args)
            : connection!.QueryAsync(sql, read, cancel, args);
}
