using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>The personal data of a diploma are blocked: nothing of them is used or given out from here until it is clarified.</summary>
/// <param name="Ground">One of <see cref="DataBlocks.Grounds"/>.</param>
/// <param name="By">Who decided; an id.</param>
public sealed record DataBlock(AssetId Credential, string Ground, string By, DateTimeOffset At);

/// <summary>
/// Which diplomas' personal data are blocked (Law on Personal Data, articles 1(10) and 25(2)(8); requirements X-6, X-8). Holds ids, a code
/// and times; who asked and why stands in the request and in the record.
/// </summary>
public static class DataBlocks
{
    public const string Table = "data_blocks";

    /// <summary>The holder asked; the data are in dispute; a breach of the law is alleged.</summary>
    public static IReadOnlyList<string> Grounds { get; } = [HolderAsked, "dispute", "alleged-violation"];

    public const string HolderAsked = "holder-asked";

    /// <summary>False, and nothing is written, when they are blocked already: of two at once one does it.</summary>
    public static async Task<bool> BlockAsync(DbTransaction transaction, DataBlock block, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, Table, cancel);
        if (await FindAsync(transaction, block.Credential, cancel) is not null)
        {
            return false;
        }

        await transaction.TouchAsync(Table, cancel, block.Credential.ToString());
        await transaction.ExecuteAsync(
            "INSERT INTO data_blocks (credential, ground, blocked_by, blocked_at) VALUES (@credential, @ground, @by, @at)", cancel,
            ("credential", block.Credential.ToString()), ("ground", block.Ground), ("by", block.By), ("at", LedgerEntry.Time(block.At)));
        return true;
    }

    /// <summary>Ends a block; false when there is none.</summary>
    public static async Task<bool> LiftAsync(DbTransaction transaction, AssetId credential, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, Table, cancel);
        await transaction.TouchAsync(Table, cancel, credential.ToString());
        return await transaction.ExecuteAsync(
            "DELETE FROM data_blocks WHERE credential = @credential", cancel, ("credential", credential.ToString())) == 1;
    }

    public static async Task<DataBlock?> FindAsync(ReadFrom from, AssetId credential, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT credential, ground, blocked_by, blocked_at FROM data_blocks WHERE credential = @credential", Read, cancel,
            ("credential", credential.ToString()))).SingleOrDefault();

    /// <summary>
    /// As <see cref="FindAsync"/>, and until the transaction ends nobody blocks or unblocks: for whoever copies the data.
    /// </summary>
    public static async Task<DataBlock?> HoldAsync(DbTransaction transaction, AssetId credential, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, Table, cancel);
        return await FindAsync(transaction, credential, cancel);
    }

    /// <summary>Which of these are blocked.</summary>
    public static async Task<IReadOnlySet<AssetId>> AmongAsync(
        ReadFrom from, IReadOnlyCollection<AssetId> credentials, CancellationToken cancel = default)
    {
        const int AskedAtOnce = 500;
        var blocked = new HashSet<AssetId>();
        foreach (var part in credentials.Distinct().Chunk(AskedAtOnce))
        {
            blocked.UnionWith(await from.QueryAsync(
                $"SELECT credential FROM data_blocks WHERE credential IN ({string.Join(", ", part.Select((_, i) => $"@a{i}"))})",
                r => AssetId.Parse(r.GetString(0)), cancel, [.. part.Select((a, i) => ($"a{i}", (object?)a.ToString()))]));
        }

        return blocked;
    }

    /// <summary>All that stand, the oldest first.</summary>
    public static async Task<IReadOnlyList<DataBlock>> AllAsync(ReadFrom from, CancellationToken cancel = default) =>
        await from.QueryAsync("SELECT credential, ground, blocked_by, blocked_at FROM data_blocks ORDER BY blocked_at, credential", Read, cancel);

    private static DataBlock Read(DbDataReader r) =>
        new(AssetId.Parse(r.GetString(0)), r.GetString(1), r.GetString(2), LedgerEntry.TimeOf(r.GetString(3)));
}
