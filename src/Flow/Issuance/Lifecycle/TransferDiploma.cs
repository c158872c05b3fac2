using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// Records the transfer to the named holder: here rights arise (Law on Digital Assets, article 6(6); requirement
/// DA-11). The entry names no person. A second transfer is refused: a diploma passes to nobody else (DA-12).
/// </summary>
public sealed class TransferDiploma(CredentialStore store)
{
    public async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        AppendEntries append,
        AssetId asset,
        DateTimeOffset at,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (await store.FindAsync(transaction, asset, cancel) is not { } credential)
        {
            return new Problem("issuance/unknown-asset", "No diploma with this asset id was issued here.");
        }

        if (credential.TransferredAt is { } before)
        {
            return new Problem(
                "issuance/already-transferred",
                "The diploma was transferred to its holder before and passes to nobody else (Digital Code, article 21(3)).",
                ("at", LedgerEntry.Time(before)));
        }

        if (credential.State != DiplomaState.Active)
        {
            return new Problem(
                "issuance/state-not-allowed",
                $"A diploma that is {credential.State.Word()} cannot be transferred.",
                ("from", credential.State.Word()),
                ("to", "transferred"));
        }

        await transaction.TouchAsync("credentials", cancel, credential.Id);
        await transaction.ExecuteAsync(
            "UPDATE credentials SET transferred_at = @at WHERE id = @id",
            cancel,
            ("at", LedgerEntry.Time(at)),
            ("id", credential.Id));
        var entry = LedgerEntry.Create(LedgerEntryTypes.AssetTransferred, at, ("asset", asset.ToString()));
        await CredentialStore.AddEntryAsync(transaction, asset, entry.Type, await append([entry.Bytes]), cancel);
        return entry;
    }
}
