using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// For whoever stores something about a diploma, or a certificate, that was read before the transaction: an erasure takes the same lock, so that it
/// waits and finds what is written, or came first and is seen (requirement DA-19). Before any lock of a row.
/// </summary>
internal static class NotErased
{
    public static async Task<Problem?> RefusalAsync(
        Installation home, DbTransaction transaction, AssetId asset, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        var state = (await home.Credentials.FindAsync(transaction, asset, cancel))?.State
            ?? (await home.Certificates.FindAsync(transaction, asset, cancel))?.State;
        return state is null or DiplomaState.Erased
            ? new Problem("me/erased-meanwhile", "The diploma was erased meanwhile.")
            : null;
    }
}
