using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Issuance;

/// <summary>
/// Corrects and replaces (requirement DA-25). In: the old asset and the corrected diploma, signed, under a new number.
/// Out: the new one stored and registered, the old one superseded by it; each names the other.
/// </summary>
public sealed class SupersedeDiploma(CredentialStore store)
{
    public async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        AppendEntries append,
        ReasonCodes reasons,
        ChangeRequest request,
        IssuedDiploma corrected,
        CancellationToken cancel = default)
    {
        var check = await StateChange.CheckAsync(
            transaction, store, reasons, StateAct.Supersede, DiplomaState.Superseded, request, cancel);
        if (!check.TryGet(out var old, out var refused))
        {
            return refused;
        }

        if (corrected.Record.Initiator.Bin != old.Initiator)
        {
            return new Problem("issuance/other-initiator", "Only the institution that issued a diploma can replace it.");
        }

        // The holder may be found: he has the old diploma. Anything else must be refused before the first write.
        var known = await store.FindIssuedAsync(transaction, old.Initiator, [corrected.Record.Content], cancel);
        if (known.FirstOrDefault(k => k.SameNumber || k.Asset != old.Asset) is { } clash)
        {
            return clash.AsProblem();
        }

        await StateChange.ApplyAsync(
            transaction, old, DiplomaState.Superseded, request, corrected.Asset, cancel);
        var entry = StateChange.Entry(DiplomaState.Superseded, request, corrected.Asset);
        var first = await append([corrected.Entry, entry.Bytes]);
        var stored = await CredentialStore.InsertAsync(transaction, old.Batch, [corrected], first, old.Asset, cancel);
        if (stored.Problem is { } impossible)
        {
            throw new InvalidOperationException($"The corrected diploma was refused after its checks: {impossible.Code}.");
        }

        await CredentialStore.AddEntryAsync(transaction, old.Asset, entry.Type, first + 1, cancel);
        return entry;
    }
}
