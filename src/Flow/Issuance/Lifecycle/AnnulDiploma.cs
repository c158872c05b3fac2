using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Issuance;

/// <summary>In: a diploma that should not stand. Out: annulled for ever; the award may be issued anew under another number.</summary>
public sealed class AnnulDiploma(CredentialStore store)
{
    public Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        AppendEntries append,
        ReasonCodes reasons,
        ChangeRequest request,
        CancellationToken cancel = default) =>
        StateChange.RunAsync(
            transaction, append, store, reasons, StateAct.Annul, DiplomaState.Annulled, request, cancel);
}
