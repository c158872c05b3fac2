using System.Data.Common;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Webhooks;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a diploma, its correction and the permission for it, inside a transaction of the log. Out: the correction signed, the old
/// one superseded by it, and the new one in the hands of whoever had the old. The same for an order of change and for
/// <c>supersede</c>; the row of the record is the caller's.
/// </summary>
internal sealed class ReplaceDiploma(Installation home, DiplomaFlow flow)
{
    /// <param name="Entry">Announces that the old one is superseded.</param>
    /// <param name="Index">Where that entry stands in the ledger.</param>
    public sealed record Replaced(LedgerEntry Entry, AssetId By, long Index);

    public async Task<Outcome<Replaced>> RunAsync(
        LogTransaction log, ReasonCodes reasons, Issuer issuer, ChangeRequest request, StoredDiploma old, ValidatedDiploma corrected,
        IssuePermission permission, CancellationToken cancel)
    {
        // Held until the commit: a block that comes meanwhile waits, finds the replacement, and blocks it with the old one.
        if (await DataBlocks.HoldAsync(log.Transaction, request.Asset, cancel) is not null)
        {
            return BlockData.Blocked;
        }

        var (bin, at) = (old.Record.Initiator.Bin, home.Time.GetUtcNow());
        var key = await home.SigningKeyAsync(log.Transaction, bin, cancel);
        var order = new IssueOrder(permission, request.Decision, key.KeyId, key.Signer, home.Settings.Site, at);
        var status = await home.StatusLists.ClaimAsync(log.Transaction, bin, 1, cancel);
        var issued = issuer.Sign(order, [corrected], status, cancel)[0];
        if (!(await flow.AskAgainAsync(log.Transaction, order, [issued], old.Record.Content, cancel)).TryGet(out var places, out var ended))
        {
            // A suspicion passes: the replacement waits for its end and is not refused for ever.
            return ended.Code == "issuance/key-suspected" ? throw new SigningKeyAwayException(ended) : ended;
        }

        var last = 0L;
        var superseded = await new SupersedeDiploma(home.Credentials).RunAsync(
            log.Transaction,
            async entries =>
            {
                var first = await log.AppendAsync(entries, cancel);
                last = first + entries.Count - 1;
                return first;
            },
            reasons, request, issued, cancel);
        if (!superseded.TryGet(out var entry, out var problem))
        {
            return problem;
        }

        // Last: a refusal before this leaves the rows of others in the same transaction, and takes no place.
        if (await places.TakeAsync(log.Transaction, cancel) is { } gone)
        {
            throw new InvalidOperationException($"A place that was held is gone: {gone.Code}.");
        }

        CrashPoint.Reach("in-replacement");
        await HandOverAsync(log, request.Asset, issued.Asset, at, cancel);
        await WebhookQueue.AddAsync(
            log.Transaction, at, bin, WebhookQueue.DiplomaReplaced, request.Asset.ToString(),
            [("by", issued.Asset.ToString()), ("reason", request.ReasonCode)], cancel);
        return new Replaced(entry, issued.Asset, last);
    }

    /// <summary>
    /// Who held the old diploma holds the new one: rights that arose go on (DA-11), and nobody claims the same award twice. What
    /// was not claimed yet is delivered to the same address; the links and the code that were sent open the new one.
    /// </summary>
    private async Task HandOverAsync(LogTransaction log, AssetId old, AssetId replacement, DateTimeOffset at, CancellationToken cancel)
    {
        DbTransaction transaction = log.Transaction;
        // Read here: it may have been claimed between the reading of the chunk and the lock of the log.
        var standing = await home.Credentials.FindAsync(transaction, old, cancel);
        if (await Holdings.HolderOfAsync(transaction, old, cancel) is { } holder)
        {
            await Holdings.AddAsync(transaction, replacement, holder, at, cancel);
        }
        else
        {
            await SendDeliveries.FollowAsync(home, transaction, old, replacement, at, cancel);
        }

        if (standing is { TransferredAt: not null })
        {
            _ = (await new TransferDiploma(home.Credentials).RunAsync(
                transaction, entries => log.AppendAsync(entries, cancel), replacement, at, cancel)).Value;
        }
    }
}
