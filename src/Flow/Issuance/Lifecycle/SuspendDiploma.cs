using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Issuance;

/// <summary>In: an active diploma and a reason. Out: it is out of force until reinstated, and says so everywhere.</summary>
public sealed class SuspendDiploma(CredentialStore store)
{
    public Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        AppendEntries append,
        ReasonCodes reasons,
        ChangeRequest request,
        CancellationToken cancel = default) =>
        StateChange.RunAsync(
            transaction, append, store, reasons, StateAct.Suspend, DiplomaState.Suspended, request, cancel);
}
