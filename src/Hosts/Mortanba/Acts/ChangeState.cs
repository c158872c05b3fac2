using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: one diploma and a decision of two people, at the command line. Out: it is suspended, reinstated or annulled, with its
/// ledger entry and its row of the record (requirement X-6) in one transaction.
/// </summary>
public sealed class ChangeState(Installation home, DiplomaFlow flow)
{
    public async Task<Outcome<LedgerEntry>> RunAsync(
        StateAct act, ReasonCodes reasons, ChangeRequest request, CancellationToken cancel = default)
    {
        StoredDiploma? diploma;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            diploma = await home.Credentials.LoadAsync(connection, request.Asset, cancel);
        }

        return await flow.ChangeAsync(
            async (t, append) =>
            {
                var outcome = await DoAsync(home.Credentials, act, t, append, reasons, request, cancel);
                if (outcome.IsDone)
                {
                    await RecordAsync(home, t, act, request, diploma, null, cancel);
                    CrashPoint.Reach("in-change-state");
                }

                return outcome;
            },
            cancel);
    }

    /// <summary>The act itself, in whoever's transaction; a replacement and an erasure are acts of their own.</summary>
    internal static Task<Outcome<LedgerEntry>> DoAsync(
        CredentialStore store, StateAct act, DbTransaction transaction, AppendEntries append, ReasonCodes reasons, ChangeRequest request,
        CancellationToken cancel) => act switch
        {
            StateAct.Suspend => new SuspendDiploma(store).RunAsync(transaction, append, reasons, request, cancel),
            StateAct.Reinstate => new ReinstateDiploma(store).RunAsync(transaction, append, reasons, request, cancel),
            StateAct.Annul => new AnnulDiploma(store).RunAsync(transaction, append, reasons, request, cancel),
            StateAct.Supersede or StateAct.Erase => throw new InvalidOperationException("Not an act of this kind."),
        };

    /// <summary>The code of an act in the record.</summary>
    internal static string CodeOf(StateAct act) => act switch
    {
        StateAct.Suspend => "changes/suspended",
        StateAct.Reinstate => "changes/reinstated",
        StateAct.Annul => "changes/annulled",
        StateAct.Supersede => "changes/replaced",
        StateAct.Erase => throw new InvalidOperationException("Not an act of this kind."),
    };

    /// <param name="diploma">Null when its content is gone: then nobody is named as the person.</param>
    /// <param name="replacement">What replaced it.</param>
    internal static Task RecordAsync(
        Installation home, DbTransaction transaction, StateAct act, ChangeRequest request, StoredDiploma? diploma, AssetId? replacement,
        CancellationToken cancel) =>
        AuditTrail.AppendAsync(
            transaction, request.Decision.At,
            new TrailEvent(
                TrailAct.Change, CodeOf(act), Actor.AtConsole(request.Decision.ApprovedBy),
                new TrailSubject("diploma", request.Asset.ToString()), null, diploma?.Record.Initiator.Bin,
                diploma is null ? null : Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin),
                [("reason", request.ReasonCode), .. replacement is { } by ? new[] { ("by", by.ToString()) } : []]),
            cancel);
}
