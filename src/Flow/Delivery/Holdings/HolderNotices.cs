using System.Data.Common;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>What a holder wants to be written to about. Who never chose is told of openings of their shares.</summary>
public static class HolderNotices
{
    public const string Table = "holder_notices";

    public static async Task<bool> WantsOpeningsAsync(ReadFrom from, string account, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT openings FROM holder_notices WHERE account = @account", r => r.GetInt32(0) == 1, cancel, ("account", account)))
            .SingleOrDefault(true);

    public static async Task SetOpeningsAsync(DbTransaction transaction, string account, bool wanted, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, Table, cancel);
        await transaction.TouchAsync(Table, cancel, account);
        await transaction.ExecuteAsync(
            """
            INSERT INTO holder_notices (account, openings) VALUES (@account, @openings)
            ON CONFLICT (account) DO UPDATE SET openings = excluded.openings
            """,
            cancel, ("account", account), ("openings", wanted ? 1 : 0));
    }
}
