using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>
/// The diplomas of an account, opened: those it claimed, and what replaced them for the same person. Whatever a holder's page
/// does with a diploma begins here, so that another's id is nobody's.
/// </summary>
public sealed class HeldDiplomas(Installation home)
{
    /// <summary>All of an account: in force first, then the newest award.</summary>
    public async Task<IReadOnlyList<StoredDiploma>> OfAsync(string account, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var held = new Dictionary<AssetId, StoredDiploma>();
        foreach (var asset in await Holdings.OfAccountAsync(connection, account, cancel))
        {
            await AddAsync(connection, held, account, asset, cancel);
        }

        return [.. held.Values
            .OrderBy(d => d.Summary.State == DiplomaState.Active ? 0 : 1)
            .ThenByDescending(d => d.Summary.AwardDate)
            .ThenByDescending(d => d.Summary.Id)];
    }

    /// <summary>One of them by its id; null when this account does not hold it.</summary>
    public async Task<StoredDiploma?> FindAsync(string account, AssetId asset, CancellationToken cancel)
    {
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await Holdings.HolderOfAsync(connection, asset, cancel) == account)
            {
                return await home.Credentials.LoadAsync(connection, asset, cancel);
            }
        }

        return (await OfAsync(account, cancel)).FirstOrDefault(d => d.Summary.Asset == asset);
    }

    /// <summary>The person behind a diploma, as the record of acts knows them.</summary>
    public ReadOnlyMemory<byte> PersonOf(StoredDiploma diploma) => Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin);

    private async Task AddAsync(
        DbConnection connection, Dictionary<AssetId, StoredDiploma> held, string account, AssetId asset, CancellationToken cancel)
    {
        var diploma = held.ContainsKey(asset) ? null : await home.Credentials.LoadAsync(connection, asset, cancel);
        while (diploma is not null && held.TryAdd(diploma.Summary.Asset, diploma))
        {
            diploma = await ReplacementAsync(connection, account, diploma, cancel);
        }
    }

    /// <summary>What replaced a diploma is the holder's without another claim: it is the same award of the same person.</summary>
    private async Task<StoredDiploma?> ReplacementAsync(
        DbConnection connection, string account, StoredDiploma older, CancellationToken cancel)
    {
        if (older.Summary.SupersededBy is not { } id
            || (await Holdings.HolderOfAsync(connection, id, cancel) is { } other && other != account)
            || await home.Credentials.LoadAsync(connection, id, cancel) is not { } newer)
        {
            return null;
        }

        return newer.Record.Content.Iin == older.Record.Content.Iin ? newer : null;
    }
}
