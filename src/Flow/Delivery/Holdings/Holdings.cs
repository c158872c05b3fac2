using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>
/// Which account holds which diploma: written once, at the claim, after the holder's identity step. An account is an opaque
/// id here. Nothing in it says who the person is.
/// </summary>
public static class Holdings
{
    /// <summary>The table that is sealed, and that an erasure takes rows from.</summary>
    public const string Table = "holdings";

    /// <summary>
    /// Notes that an account holds a diploma from now on. True when it does after this call, also when it did before;
    /// false when another account holds it: then nothing was written. Of two claims at once one gets it.
    /// </summary>
    public static async Task<bool> AddAsync(
        DbTransaction transaction, AssetId credential, string account, DateTimeOffset at, CancellationToken cancel = default)
    {
        // One writer of new rows at a time: a row that another is just making has a seal before it can be seen here.
        await Database.LockAsync(transaction, Table, cancel);
        await transaction.TouchAsync(Table, cancel, credential.ToString());
        await transaction.ExecuteAsync(
            """
            INSERT INTO holdings (credential, account, claimed_at) VALUES (@credential, @account, @at)
            ON CONFLICT (credential) DO NOTHING
            """,
            cancel, ("credential", credential.ToString()), ("account", account), ("at", LedgerEntry.Time(at)));
        return await HolderOfAsync(transaction, credential, cancel) == account;
    }

    /// <summary>The diplomas of an account, the one claimed last first.</summary>
    public static async Task<IReadOnlyList<AssetId>> OfAccountAsync(
        ReadFrom from, string account, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT credential FROM holdings WHERE account = @account ORDER BY claimed_at DESC, credential",
            r => AssetId.Parse(r.GetString(0)), cancel, ("account", account));

    /// <summary>The account that holds a diploma; null before its claim and after its erasure.</summary>
    public static async Task<string?> HolderOfAsync(ReadFrom from, AssetId credential, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT account FROM holdings WHERE credential = @credential", r => r.GetString(0), cancel,
            ("credential", credential.ToString()))).SingleOrDefault();

    /// <summary>Takes the holding away: an erased diploma is nobody's.</summary>
    public static async Task RemoveAsync(DbTransaction transaction, AssetId credential, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, credential.ToString());
        await transaction.ExecuteAsync(
            "DELETE FROM holdings WHERE credential = @credential", cancel, ("credential", credential.ToString()));
    }
}
