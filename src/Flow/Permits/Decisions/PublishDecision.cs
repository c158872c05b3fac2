using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// Publishes a decision on issue before the first asset (requirement DA-6). In: the signed document. Out:
/// <c>decision.published</c>, which commits to it and to its graduation order, and says the order's count in the clear; from the commit on, the public page shows it until it is closed.
/// </summary>
public sealed class PublishDecision(RuleBook rules, SignatureVerifier verify)
{
    public async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        ReadOnlyMemory<byte> document,
        string signature,
        DateTimeOffset at,
        OpenedOrder? order = null,
        CancellationToken cancel = default)
    {
        if (!DecisionDocument.Parse(document).TryGet(out var decision, out var problem)
            || !new WorkingCalendar(rules).DateOf(at).TryGet(out var date, out problem)
            || !rules.Resolve(RuleKeys.RecognisedTypes, date).TryGet(out var types, out problem)
            || !rules.Resolve(RuleKeys.Reconciliation, date).TryGet(out var papers, out problem))
        {
            return problem;
        }

        if (decision.Order is null && papers.Value.Order == Demanded.Required)
        {
            return WithoutOrder(decision.Id);
        }

        // Whoever publishes shows the order, so that the gate can count by programme.
        if (decision.Order != order?.Reference)
        {
            return new Problem(
                "permits/order-not-shown", "The decision commits to another order than the one that is shown.", ("decision", decision.Id));
        }

        if (types.Value.Find(decision.TypeCode) is null)
        {
            return new Problem(
                "permits/type-not-recognised",
                    "The type code is not on the list of recognised types.", ("type", decision.TypeCode));
        }

        foreach (var bin in new[] { decision.Initiator, decision.Operator })
        {
            if (await PermitRegister.FindOrganisationAsync(transaction, bin, cancel) is null)
            {
                return RegisterInstitution.Unknown(bin);
            }
        }

        if (await IssueDecisions.FindAsync(transaction, decision.Id, cancel) is not null)
        {
            return new Problem(
                "permits/decision-exists", "A decision of this number is published.", ("decision", decision.Id));
        }

        var keys = await PermitRegister.KeysAsync(transaction, decision.Initiator, cancel);
        if (!IsSignedBy(keys, signature, document.Span, at, verify))
        {
            return new Problem(
                "permits/decision-signature",
                "The decision is not signed with a key of the initiator that is in force.",
                ("bin", decision.Initiator.Value));
        }

        var salt = RandomNumberGenerator.GetBytes(Commitment.SaltSizeBytes);
        var commitment = Commitment.OfSalted(salt, document.Span);
        await transaction.ExecuteAsync(
            """
            INSERT INTO issue_decisions
                (id, initiator, operator, document, salt, document_commitment, signature, published_at, closed_at)
            VALUES (@id, @initiator, @operator, @document, @salt, @commitment, @signature, @at, NULL)
            """,
            cancel,
            ("id", decision.Id),
            ("initiator", decision.Initiator.Value),
            ("operator", decision.Operator.Value),
            ("document", document.ToArray()),
            ("salt", salt),
            ("commitment", commitment.ToString()),
            ("signature", signature),
            ("at", at.ToUnixTimeSeconds()));
        if (order is not null)
        {
            await OrderPlaces.KeepAsync(transaction, decision.Id, order, cancel);
        }

        return await AuthorityEntries.RecordAsync(
            transaction,
            Entry(LedgerEntryTypes.DecisionPublished, decision, commitment, at),
            cancel,
            decision: decision.Id);
    }

    internal static Problem WithoutOrder(string decision) => new(
        "permits/decision-without-order", "The decision names no graduation order.", ("decision", decision));

    /// <summary>True when the signature of the publication counts, or else the one that confirmed the decision.</summary>
    internal static bool IsSigned(IReadOnlyList<InstitutionKey> keys, IssueDecision decision, SignatureVerifier verify) =>
        IsSignedBy(keys, decision.Signature, decision.Bytes.Span, decision.PublishedAt, verify)
        || (decision.Confirmed is { } confirmed && IsSignedBy(keys, confirmed.Signature, decision.Bytes.Span, confirmed.At, verify));

    /// <summary>True when one of these keys, active at that time, signed the document.</summary>
    internal static bool IsSignedBy(
        IEnumerable<InstitutionKey> keys,
        string signature,
        ReadOnlySpan<byte> document,
        DateTimeOffset at,
        SignatureVerifier verify)
    {
        var kid = DecisionSignature.KeyIdOf(signature);
        // The ledger's time has no fractions; a key registered in the same second counts.
        var key = keys.FirstOrDefault(k => k.Kid == kid);
        return key is not null
            && key.IsActiveAt(at)
            && DecisionSignature.Verify(signature, document, key.Multibase, verify);
    }

    internal static LedgerEntry Entry(
        string type, DecisionDocument decision, Commitment commitment, DateTimeOffset at) =>
        LedgerEntry.Create(
            type,
            at,
            ("decision", decision.Id),
            ("initiator", decision.Initiator.Value),
            ("operator", decision.Operator.Value),
            ("document", commitment.ToString()),
            ("order", type == LedgerEntryTypes.DecisionPublished ? decision.Order?.Commitment.ToString() : null),
            ("count", type == LedgerEntryTypes.DecisionPublished ? decision.Order?.Count : null));
}
