using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Storage;
using Npgsql;

namespace Mortanba.Host.Commands;

/// <summary>
/// Trouble of the surroundings (disk full, database away) in words, at the edge of the command line. Whatever is not
/// named here is a fault of the program and comes out as such.
/// </summary>
internal static class Trouble
{
    /// <summary>Exit code: nothing is half-done, the same command can be run again (sysexits EX_TEMPFAIL).</summary>
    public const int TryAgain = 75;

    // errno of Linux, which .NET hands on as HResult.
    private const int NoSpace = 28;
    private const int FileTooBig = 27;
    private const int QuotaExceeded = 122;

    // https://sqlite.org/rescode.html
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteReadOnly = 8;
    private const int SqliteIo = 10;
    private const int SqliteCorrupt = 11;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteNotADatabase = 26;

    /// <summary>The words for an exception, or null when it is none of these.</summary>
    public static Problem? Of(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (OfOne(e) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static Problem? OfOne(Exception e) => e switch
    {
        LedgerFrozenException => new Problem("host/ledger-frozen", e.Message, ("reason", e.Message)),
        RowChangedException changed => new Problem(
            "host/row-changed", changed.Message, ("table", changed.Table), ("row", changed.Row)),
        SqliteException sqlite => OfSqlite(sqlite.SqliteErrorCode),
        PostgresException postgres => OfPostgres(postgres),
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => new Problem(
            "host/address-in-use", "Another program listens on that address."),
        SocketException => DatabaseAway(),
        // Anything else Npgsql says is about the connection, not about the statement.
        NpgsqlException or TimeoutException => DatabaseAway(),
        UnauthorizedAccessException => new Problem("host/no-access", "A file may not be read or written."),
        IOException { HResult: NoSpace or FileTooBig or QuotaExceeded } => DiskFull(),
        FileNotFoundException or DirectoryNotFoundException => new Problem("host/file-gone", "A file is not there."),
        IOException { HResult: > 0 } => new Problem("host/disk-failed", "A file could not be read or written."),
        _ => null,
    };

    private static Problem? OfSqlite(int code) => code switch
    {
        SqliteFull => DiskFull(),
        SqliteBusy or SqliteLocked => new Problem("host/database-busy", "Another process holds the database."),
        SqliteReadOnly => new Problem("host/no-access", "The database file may not be written."),
        SqliteIo => new Problem("host/disk-failed", "The disk could not read or write the database."),
        SqliteCorrupt or SqliteNotADatabase => new Problem("host/database-damaged", "The database file is damaged."),
        SqliteCannotOpen => DatabaseAway(),
        _ => null,
    };

    // Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static Problem? OfPostgres(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.DiskFull => DiskFull(),
        ['0', '8', ..] or ['5', '7', 'P', ..] or ['2', '8', ..] or ['3', 'D', ..] or PostgresErrorCodes.TooManyConnections =>
            DatabaseAway(),
        ['5', '8', ..] => new Problem("host/disk-failed", "The database's disk failed."),
        ['X', 'X', ..] => new Problem("host/database-damaged", "The database is damaged."),
        _ => null,
    };

    private static Problem DiskFull() => new("host/disk-full", "There is no space left on the disk.");

    private static Problem DatabaseAway() => new("host/database-away", "The database does not answer.");
}
