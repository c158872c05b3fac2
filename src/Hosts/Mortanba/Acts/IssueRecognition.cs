using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Recognition;
using Mortanba.Rules;

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
    private const string Series = "RD";
    private const int NumberDigits = 10;
    private const int CapabilitySizeBytes = 16;

    /// <summary>Reason code of a certificate that a decision on appeal replaced.</summary>
    public const string ReplacedOnAppeal = "appeal-changed";

    /// <summary>Reason code of the certificate of a conditional decision whose conditions were fulfilled.</summary>
    public const string ConditionFulfilled = "condition-fulfilled";

    /// <summary>Reason code of the certificate of a conditional decision whose conditions were not fulfilled in time.</summary>
    public const string ConditionNotFulfilled = "condition-not-fulfilled";

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
    public async Task<Outcome<IssuedRecognition>> RunAsync(
        RecognitionDecisionFacts facts, AssetId? replaces, Func<DbTransaction, IssuedRecognition, Task<Problem?>> alongside,
        CancellationToken cancel = default)
    {
        if (facts.Check() is { } incomplete)
        {
            return incomplete;
        }

        if (!home.Rules.Resolve(RuleKeys.RecordHash, facts.Date).TryGet(out var hash, out var problem))
        {
            return problem;
        }

        CrashPoint.Reach("before-recognition");
        var issued = await flow.WithLedgerAsync(
            (transaction, append) => IssueAsync(facts, replaces, hash.Value.Algorithm, alongside, transaction, append, cancel), cancel);
        CrashPoint.Reach("after-recognition");
        return issued;
    }

    private async Task<Outcome<IssuedRecognition>> IssueAsync(
        RecognitionDecisionFacts facts, AssetId? replaces, string hash, Func<DbTransaction, IssuedRecognition, Task<Problem?>> alongside,
        DbTransaction transaction, AppendEntries append, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        if (!(await BodyAsync(transaction, at, cancel)).TryGet(out var body, out var problem))
        {
            return problem;
        }

        if (replaces is { } earlier && await WrongCaseAsync(transaction, facts, earlier, cancel) is { } wrong)
        {
            return wrong;
        }

        var key = await home.SigningKeyAsync(transaction, body.Bin, cancel);
        var status = (await home.StatusLists.ClaimAsync(transaction, body.Bin, 1, cancel))[0];
        var place = new CertificatePlace(
            AssetId.NewRandom(), NewNumber(), body.Bin, Bin.Parse(home.Settings.OperatorBin), body.Did, key.KeyId, home.Settings.Site,
            status.RevocationUri, status.SuspensionUri, status.TokenUri, status.Index, at, replaces);
        var certificate = RecognitionCertificate.Sign(facts, place, hash, key.Signer);
        var summary = new CertificateSummary(
            place.Asset, place.Number, facts.CaseId, body.Bin, at, DiplomaState.Active, at, null, replaces, null, status);
        var content = new CertificateContent(
            StoredFacts.Write(facts), certificate.SdJwt, certificate.Vc, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CapabilitySizeBytes)));

        var index = await append([certificate.Entry.Bytes]);
        await home.Certificates.InsertAsync(transaction, summary, content, certificate.Entry.Type, index, cancel);
        if (replaces is { } old
            && (await home.Certificates.EndAsync(transaction, append, old, DiplomaState.Superseded, ReplacedFor, at, place.Asset, cancel)).Problem
                is { } notEnded)
        {
            return notEnded;
        }

        var issued = new IssuedRecognition(place.Asset, place.Number, index, at);
        CrashPoint.Reach("in-recognition");
        return await alongside(transaction, issued) is { } refused ? refused : issued;
    }

    private static async Task<Outcome<Organisation>> BodyAsync(DbTransaction transaction, DateTimeOffset at, CancellationToken cancel)
    {
        var bodies = (await PermitRegister.OrganisationsAsync(transaction, cancel)).Where(o => o.Role == OrganisationRole.RecognitionBody).ToList();
        return bodies is [var body] && InstitutionKey.Signing(await PermitRegister.KeysAsync(transaction, body.Bin, cancel), at) is not null
            ? body
            : new Problem("recognition/no-body", "No recognition body with a key in force is registered here, or more than one.");
    }

    private async Task<Problem?> WrongCaseAsync(
        DbTransaction transaction, RecognitionDecisionFacts facts, AssetId earlier, CancellationToken cancel) =>
        await home.Certificates.FindAsync(transaction, earlier, cancel) is not { } old
            ? new Problem("issuance/unknown-asset", "No certificate with this asset id was issued here.")
            : old.CaseId == facts.CaseId
                ? null
                : new Problem("recognition/other-case", "The certificate that is to be replaced is of another case.");

    private static string NewNumber() => string.Create(
        CultureInfo.InvariantCulture, $"{Series} {RandomNumberGenerator.GetString("0123456789", NumberDigits)}");
}

/// <summary>A certificate that was issued, for the event of the case.</summary>
/// <param name="Number">As printed.</param>
/// <param name="LedgerIndex">Place of <c>recognition.decided</c>.</param>
public sealed record IssuedRecognition(AssetId Asset, string Number, long LedgerIndex, DateTimeOffset At);
