using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: the facts of a decision of recognition that a person took. Out: its certificate, signed by the recognition body, stored and
/// registered in the ledger; on appeal, or when conditions were fulfilled, the earlier certificate superseded by it. The event of the case is written in the same
/// transaction: there is no decision without its certificate, and none the other way round.
/// </summary>
/// <remarks>
/// The recognition body is the one organisation of the register with the role <c>recognition-body</c>; it signs with its own key.
/// After it, the checkpoint and the status lists are published as after an issue (<see cref="DiplomaFlow.PublishAsync"/>).
/// </remarks>
public sealed class IssueRecognition(Installation home, DiplomaFlow flow)
{
    /// <summary>Letters before the number of every certificate of a decision of recognition.</summary>
    public const string Series = "RD";

    /// <summary>Reason code of a certificate that a decision on appeal replaced.</summary>
    public const string ReplacedOnAppeal = "appeal-changed";

    /// <summary>Reason code of the certificate of a conditional decision whose conditions were fulfilled.</summary>
    public const string ConditionFulfilled = "condition-fulfilled";

    /// <summary>Why the certificate before it is replaced.</summary>
    public string ReplacedFor { get; init; } = ReplacedOnAppeal;

    /// <param name="replaces">The certificate of the decision that this one takes the place of; null for a first decision.</param>
    /// <param name="alongside">
    /// Writes the event of the case with what was issued. Its problem takes everything back: nothing of the decision remains. It may run
    /// twice when the database ends a transaction for another; nothing outside the transaction may come of it.
    /// </param>
    /// <returns>
    /// Refusals: those of <see cref="RecognitionDecisionFacts.Check"/>; <c>recognition/no-body</c> when no recognition body is registered or
    /// its key is not in force; <c>recognition/other-case</c>, <c>issuance/unknown-asset</c> and <c>issuance/state-not-allowed</c> about the
    /// certificate that is to be replaced; the callback's own.
    /// </returns>
    public async Task<Outcome<IssuedCertificate>> RunAsync(
        RecognitionDecisionFacts facts, AssetId? replaces, Func<DbTransaction, IssuedCertificate, Task<Problem?>> alongside,
        CancellationToken cancel = default)
    {
        if (facts.Check() is { } incomplete)
        {
            return incomplete;
        }

        return await new IssueCertificate(home, flow).RunAsync(
            new CertificateOrder(
                Series, facts.CaseId, facts.Date, StoredFacts.Write(facts), BodyAsync,
                (_, place, hash, key) => RecognitionCertificate.Sign(facts, place, hash, key), replaces, ReplacedFor)
            {
                CrashPoint = "recognition",
            },
            alongside, cancel);
    }

    private static async Task<Outcome<Organisation>> BodyAsync(DbTransaction transaction, DateTimeOffset at, CancellationToken cancel)
    {
        var bodies = (await PermitRegister.OrganisationsAsync(transaction, cancel)).Where(o => o.Role == OrganisationRole.RecognitionBody).ToList();
        return bodies is [var body] && InstitutionKey.Signing(await PermitRegister.KeysAsync(transaction, body.Bin, cancel), at) is not null
            ? body
            : new Problem("recognition/no-body", "No recognition body with a key in force is registered here, or more than one.");
    }
}
