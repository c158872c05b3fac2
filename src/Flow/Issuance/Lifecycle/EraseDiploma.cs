using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>A duty to keep what someone wants erased: an archive term, the five years of AML law.</summary>
/// <param name="Code">Short name for the refusal.</param>
/// <param name="Until">Last day of the duty.</param>
/// <param name="Act">Act and article it rests on, as each reader knows them.</param>
public sealed record RetentionLock(string Code, DateOnly Until, LocalizedText Act);

/// <summary>
/// Destroys data key, name, salts and payload of a diploma (requirement DA-19). The commitments in the ledger stay and can
/// no longer be matched with anything; a verifier reads <c>erased</c>. The documents behind its decisions were written
/// down in free words, which may name the holder: a keyed fingerprint takes their place, so that whoever has the document
/// can still show which it was.
/// </summary>
public sealed class EraseDiploma(CredentialStore store)
{
    /// <param name="today">Civil date of the decision.</param>
    /// <param name="locks">Duties to keep this credential; one that still runs refuses the erasure and is named.</param>
    public async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        AppendEntries append,
        ReasonCodes reasons,
        ChangeRequest request,
        DateOnly today,
        IReadOnlyList<RetentionLock> locks,
        CancellationToken cancel = default)
    {
        if (locks.Where(l => l.Until >= today).MaxBy(l => l.Until) is { } running)
        {
            return new Problem(
                "issuance/retention-lock",
                $"The diploma must be kept until {running.Until:O} ({running.Act.En}).",
                [("until", $"{running.Until:O}"), ("lock", running.Code), .. running.Act.Args("act")]);
        }

        var check = await StateChange.CheckAsync(
            transaction, store, reasons, StateAct.Erase, DiplomaState.Erased, request, cancel);
        if (!check.TryGet(out var credential, out var refused))
        {
            return refused;
        }

        // Overwritten first, so that the database file does not keep the bytes in a page it merely marks as free.
        await transaction.ExecuteAsync(
            "UPDATE credential_payloads SET data_key = @key, name = @name, payload = @payload WHERE credential = @id",
            cancel,
            ("key", new byte[60]),
            ("name", new byte[1]),
            ("payload", new byte[1]),
            ("id", credential.Id));
        await transaction.ExecuteAsync(
            "DELETE FROM credential_payloads WHERE credential = @id", cancel, ("id", credential.Id));
        await store.ForgetBasesAsync(transaction, credential.Id, cancel);
        await ChangeOrders.ForgetAsync(transaction, credential.Asset, cancel);
        await StateChange.ApplyAsync(
            transaction,
            credential,
            DiplomaState.Erased,
            request with { Basis = store.FingerprintOfBasis(request.Basis) },
            supersededBy: null,
            cancel);
        var entry = StateChange.Entry(DiplomaState.Erased, request);
        await CredentialStore.AddEntryAsync(transaction, request.Asset, entry.Type, await append([entry.Bytes]), cancel);
        return entry;
    }
}
