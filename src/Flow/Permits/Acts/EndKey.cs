using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// Ends the use of a key. In: key id, whether it was compromised and since when. Out: <c>key.retired</c> or
/// <c>key.compromised</c>. A retired key keeps what it signed; of a compromised one stands what the log had, under a checkpoint
/// that strangers had seen, before its <c>since</c>.
/// </summary>
public static class EndKey
{
    public static async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction, Request request, CancellationToken cancel = default)
    {
        var key = await PermitRegister.FindKeyAsync(transaction, request.Kid, cancel);
        if (key is null)
        {
            return new Problem("permits/unknown-key", "No such key is registered.", ("kid", request.Kid));
        }

        // Retired keys can still turn out to have been stolen; anything else happens once.
        if (key.Compromised || (key.Ended is not null && !request.Compromised) || request.Since > request.At)
        {
            return new Problem("permits/key-ended", "The key is out of use already.", ("kid", request.Kid));
        }

        await transaction.ExecuteAsync(
            "UPDATE institution_keys SET ended_at = @ended, compromised = @compromised WHERE kid = @kid",
            cancel,
            ("ended", request.Since.ToUnixTimeSeconds()),
            ("compromised", request.Compromised ? 1L : 0L),
            ("kid", request.Kid));
        var type = request.Compromised ? LedgerEntryTypes.KeyCompromised : LedgerEntryTypes.KeyRetired;
        var did = request.Kid[..request.Kid.IndexOf('#', StringComparison.Ordinal)];
        return await AuthorityEntries.RecordAsync(
            transaction,
            RegisterKey.Entry(type, did, request.Kid, key.Multibase, request.Since, request.At, request.Size),
            cancel,
            bin: key.Bin);
    }

    /// <param name="Since">From when the key counts no more: now for a retirement, the first moment that is not safe for a
    /// theft.</param>
    /// <param name="Size">Theft: entries of the last checkpoint that was shown before <paramref name="Since"/>. A time is only
    /// written, and whoever has the key writes any; a place under such a checkpoint cannot be taken afterwards.</param>
    public sealed record Request(string Kid, bool Compromised, DateTimeOffset Since, DateTimeOffset At, long? Size = null);
}
