using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Issuance;

/// <summary>In: a suspended diploma. Out: it is in force again; the suspension stays in the ledger.</summary>
public sealed class ReinstateDiploma(CredentialStore store)
{
    public Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        AppendEntries append,
        ReasonCodes reasons,
        ChangeRequest request,
        CancellationToken cancel = default) =>
        StateChange.RunAsync(
            transaction, append, store, reasons, StateAct.Reinstate, DiplomaState.Active, request, cancel);
}
