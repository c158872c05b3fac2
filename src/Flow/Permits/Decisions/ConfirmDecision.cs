using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// Confirms a decision on issue whose signature fell with a compromised key. In: its id and the initiator's signature over the same
/// document with a key in force. Out: <c>decision.confirmed</c>; from then on the gate lets through what is issued or replaced under it.
/// </summary>
public sealed class ConfirmDecision(SignatureVerifier verify)
{
    public async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction, string id, string signature, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await IssueDecisions.FindAsync(transaction, id, cancel) is not { } decision)
        {
            return new Problem("permits/unknown-decision", "No decision of this number is published.", ("decision", id));
        }

        if (decision.ClosedAt is not null)
        {
            return new Problem("permits/decision-closed", "The decision is closed already.", ("decision", id));
        }

        var keys = await PermitRegister.KeysAsync(transaction, decision.Document.Initiator, cancel);
        if (PublishDecision.IsSigned(keys, decision, verify))
        {
            return new Problem("permits/decision-stands", "The decision carries a signature that is in force.", ("decision", id));
        }

        if (!PublishDecision.IsSignedBy(keys, signature, decision.Bytes.Span, at, verify))
        {
            return new Problem(
                "permits/decision-signature", "The decision is not signed with a key of the initiator that is in force.",
                ("bin", decision.Document.Initiator.Value));
        }

        await transaction.ExecuteAsync(
            "UPDATE issue_decisions SET confirmed_signature = @signature, confirmed_at = @at WHERE id = @id", cancel,
            ("signature", signature), ("at", at.ToUnixTimeSeconds()), ("id", id));
        return await AuthorityEntries.RecordAsync(
            transaction,
            PublishDecision.Entry(LedgerEntryTypes.DecisionConfirmed, decision.Document, decision.Commitment, at),
            cancel,
            decision: id);
    }
}
