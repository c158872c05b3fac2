using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Webhooks;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>What the holder showed on the way to the claim.</summary>
/// <param name="By">How they were known: <c>code</c>, <c>eds</c> or <c>account</c>.</param>
/// <param name="RiskVersion">Version and language of the notice they took note of, and when (requirement DA-18).</param>
public sealed record ClaimProof(AssetId Asset, string By, string RiskVersion, DateTimeOffset RiskAt);

/// <summary>
/// The holder takes their diploma: here rights arise (requirement DA-11). The ledger's <c>asset.transferred</c>, the holding, the
/// delivery's state, the announcement and the record stand together or not at all. The same claim again changes nothing;
/// another account's is refused.
/// </summary>
public sealed class ClaimDiploma(Installation home, DiplomaFlow flow)
{
    public async Task<Outcome<AssetId>> RunAsync(Actor holder, ClaimProof proof, CancellationToken cancel = default)
    {
        byte[] person;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await home.Credentials.LoadAsync(connection, proof.Asset, cancel) is not { } diploma)
            {
                return new Problem("delivery/unknown", "There is no such delivery here.");
            }

            person = Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin);
        }

        CrashPoint.Reach("before-claim");
        var claimed = await flow.WithLedgerAsync<AssetId>(
            async (t, append) =>
            {
                var at = home.Time.GetUtcNow();
                if (await NotErased.RefusalAsync(home, t, proof.Asset, cancel) is { } erased)
                {
                    return erased;
                }

                var credential = (await home.Credentials.FindAsync(t, proof.Asset, cancel))!;
                var row = await Deliveries.OpenAsync(t, proof.Asset, credential.Initiator, at, cancel);
                if (row.State == DeliveryState.Claimed)
                {
                    return await Holdings.HolderOfAsync(t, proof.Asset, cancel) == holder.Id ? proof.Asset : ClaimedBefore(row.ClaimedAt);
                }

                if (await DataBlocks.FindAsync(t, proof.Asset, cancel) is not null)
                {
                    return BlockData.Blocked;
                }

                if (credential.State != DiplomaState.Active)
                {
                    return new Problem("delivery/not-in-force", "The diploma is not in force now and cannot be claimed.");
                }

                // Handed over without a link before: the ledger has its entry, the holder gets the page.
                if (credential.TransferredAt is null)
                {
                    var transfer = await new TransferDiploma(home.Credentials).RunAsync(t, append, proof.Asset, at, cancel);
                    if (transfer.Problem is { } refused)
                    {
                        return refused;
                    }
                }

                var proven = await ProvenPersons.ProveAsync(t, holder.Id, person, cancel);
                if (proven.Problem is { } notTheirs)
                {
                    return notTheirs;
                }

                if (!await Holdings.AddAsync(t, proof.Asset, holder.Id, at, cancel))
                {
                    return ClaimedBefore(at);
                }

                await Deliveries.ClaimedAsync(t, proof.Asset, proof.By, proof.RiskVersion, proof.RiskAt, at, cancel);
                await WebhookQueue.AddAsync(
                    t, at, credential.Initiator, WebhookQueue.DeliveryClaimed, proof.Asset.ToString(), [("by", proof.By)], cancel);
                await AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.Transfer, "delivery/claimed", holder, new TrailSubject("diploma", proof.Asset.ToString()), null,
                        credential.Initiator, person, [("by", proof.By), ("risk", proof.RiskVersion)]),
                    cancel);
                CrashPoint.Reach("in-claim");
                return proof.Asset;
            },
            cancel);
        CrashPoint.Reach("after-claim-committed");
        return claimed;
    }

    private static Problem ClaimedBefore(DateTimeOffset? at) => new(
        "delivery/claimed-before", "The diploma was claimed before.", ("at", at is { } then ? LedgerEntry.Time(then) : ""));
}
