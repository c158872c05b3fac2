using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>Where the holder of a diploma is reached: the account that claimed it, else the address of the delivery.</summary>
internal static class HolderContacts
{
    /// <summary>Null when nobody claimed it and no address is known. The language is null when nobody chose one.</summary>
    public static async Task<(string Email, Language? Language)?> OfAsync(
        Installation home, ReadFrom from, AssetId asset, CancellationToken cancel)
    {
        if (await Holdings.HolderOfAsync(from, asset, cancel) is { } account && await OfAccountAsync(from, account, cancel) is { } own)
        {
            return own;
        }

        return await home.Deliveries.RecipientAsync(from, asset, cancel) is { Email: { } address } recipient
            ? (address, recipient.Language)
            : null;
    }

    /// <summary>The proved address of an account that is not blocked: to one that somebody merely typed nothing is sent.</summary>
    public static async Task<(string Email, Language? Language)?> OfAccountAsync(ReadFrom from, string account, CancellationToken cancel) =>
        (await from.QueryAsync<(string, Language?)?>(
            "SELECT email, language FROM accounts WHERE id = @id AND blocked_at IS NULL AND email_confirmed = 1",
            r => (r.GetString(0), Languages.TryParse(r.GetString(1), out var language) ? language : null),
            cancel, ("id", account))).SingleOrDefault();
}
