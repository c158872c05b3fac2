using System.Data.Common;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// What the console, letters, lists and claims may read of a diploma: its content, or that it is blocked (requirements ).
/// A holder reads their own by <see cref="HeldDiplomas"/>.
/// </summary>
internal static class UnblockedData
{
    /// <summary>The content, and no block; or the block, and no content. Neither when it was erased or never was.</summary>
    public static async Task<(StoredDiploma? Diploma, DataBlock? Block)> OfAsync(
        Installation home, DbConnection from, AssetId asset, CancellationToken cancel) =>
        await DataBlocks.FindAsync(from, asset, cancel) is { } block
            ? (null, block)
            : (await home.Credentials.LoadAsync(from, asset, cancel), null);

    /// <summary>True when every one of these is blocked, so that nothing is left to be done with any.</summary>
    public static async Task<bool> AreAllAsync(Installation home, IReadOnlyList<AssetId> assets, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return assets.Count > 0 && (await DataBlocks.AmongAsync(connection, assets, cancel)).Count == assets.Distinct().Count();
    }

    /// <summary>
    /// Null when none of these is blocked. A blocked diploma is not replaced: the replacement would show what the officer blocked.
    /// </summary>
    public static async Task<Problem?> RefusalAsync(ReadFrom from, StateAct act, IReadOnlyList<AssetId> assets, CancellationToken cancel)
    {
        if (act != StateAct.Supersede || await DataBlocks.AmongAsync(from, assets, cancel) is not { Count: > 0 } blocked)
        {
            return null;
        }

        return new ChangesRefused(
            [.. assets.Select((asset, i) => (Asset: asset, Row: i + 1)).Where(a => blocked.Contains(a.Asset)).Select(a => (a.Row, BlockData.Blocked))]);
    }
}
