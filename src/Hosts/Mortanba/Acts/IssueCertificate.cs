using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>A certificate that is to be issued.</summary>
/// <param name="Series">Letters before its number.</param>
/// <param name="Owner">Id of the case or portfolio it belongs to.</param>
/// <param name="Date">Civil day, for the rules.</param>
/// <param name="Facts">What it is made of, kept sealed beside it.</param>
/// <param name="Body">Finds who issues it, or the refusal.</param>
/// <param name="Sign">Signs it: facts, place and hash rule in, both forms and the entry out.</param>
/// <param name="Replaces">The certificate that this one takes the place of; null when there is none.</param>
/// <param name="ReplacedFor">Reason code of that one's end.</param>
public sealed record CertificateOrder(
    string Series, string Owner, DateOnly Date, byte[] Facts, Func<DbTransaction, DateTimeOffset, CancellationToken, Task<Outcome<Organisation>>> Body,
    Func<Organisation, CertificatePlace, string, ISigner, SignedCertificate> Sign, AssetId? Replaces = null, string ReplacedFor = "")
{
    /// <summary>Word of the points at which a test may end the process: <c>before-WORD</c>, <c>in-WORD</c>, <c>after-WORD</c>.</summary>
    public required string CrashPoint { get; init; }
}

/// <summary>A certificate that was issued, for the event of what it certifies.</summary>
/// <param name="Number">As printed.</param>
/// <param name="LedgerIndex">Place of its entry.</param>
/// <param name="Body">Who issued it.</param>
public sealed record IssuedCertificate(AssetId Asset, string Number, long LedgerIndex, DateTimeOffset At, Bin Body);

/// <summary>
/// In: an order. Out: its certificate, signed, stored and registered in the ledger, the one it replaces superseded by it. The event of what it
/// certifies is written in the same transaction: there is none without its certificate, and none the other way round.
/// </summary>
/// <remarks>After it, the checkpoint and the status lists are published as after an issue (<see cref="DiplomaFlow.PublishAsync"/>).</remarks>
public sealed class IssueCertificate(Installation home, DiplomaFlow flow)
{
    private const int NumberDigits = 10;
    private const int CapabilitySizeBytes = 16;

    /// <param name="alongside">
    /// Writes the event with what was issued. Its problem takes everything back. It may run twice when the database ends a transaction for
    /// another; nothing outside the transaction may come of it.
    /// </param>
    /// <returns>
    /// Refusals: the order's own; <c>recognition/other-case</c>, <c>issuance/unknown-asset</c> and <c>issuance/state-not-allowed</c> about the
    /// certificate that is to be replaced; the callback's own.
    /// </returns>
    public async Task<Outcome<IssuedCertificate>> RunAsync(
        CertificateOrder order, Func<DbTransaction, IssuedCertificate, Task<Problem?>> alongside, CancellationToken cancel = default)
    {
        if (!home.Rules.Resolve(RuleKeys.RecordHash, order.Date).TryGet(out var hash, out var problem))
        {
            return problem;
        }

        CrashPoint.Reach("before-" + order.CrashPoint);
        var issued = await flow.WithLedgerAsync(
            (transaction, append) => IssueAsync(order, hash.Value.Algorithm, alongside, transaction, append, cancel), cancel);
        CrashPoint.Reach("after-" + order.CrashPoint);
        return issued;
    }

    private async Task<Outcome<IssuedCertificate>> IssueAsync(
        CertificateOrder order, string hash, Func<DbTransaction, IssuedCertificate, Task<Problem?>> alongside, DbTransaction transaction,
        AppendEntries append, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        if (!(await order.Body(transaction, at, cancel)).TryGet(out var body, out var problem))
        {
            return problem;
        }

        if (order.Replaces is { } earlier && await WrongOwnerAsync(transaction, order.Owner, earlier, cancel) is { } wrong)
        {
            return wrong;
        }

        var key = await home.SigningKeyAsync(transaction, body.Bin, cancel);
        var status = (await home.StatusLists.ClaimAsync(transaction, body.Bin, 1, cancel))[0];
        var place = new CertificatePlace(
            AssetId.NewRandom(), NewNumber(order.Series), body.Bin, Bin.Parse(home.Settings.OperatorBin), body.Did, key.KeyId, home.Settings.Site,
            status.RevocationUri, status.SuspensionUri, status.TokenUri, status.Index, at, order.Replaces);
        var certificate = order.Sign(body, place, hash, key.Signer);
        var summary = new CertificateSummary(
            place.Asset, place.Number, order.Owner, body.Bin, at, DiplomaState.Active, at, null, order.Replaces, null, status);
        var content = new CertificateContent(
            order.Facts, certificate.SdJwt, certificate.Vc, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CapabilitySizeBytes)));

        var index = await append([certificate.Entry.Bytes]);
        await home.Certificates.InsertAsync(transaction, summary, content, certificate.Entry.Type, index, cancel);
        if (order.Replaces is { } old
            && (await home.Certificates.EndAsync(transaction, append, old, DiplomaState.Superseded, order.ReplacedFor, at, place.Asset, cancel)).Problem
                is { } notEnded)
        {
            return notEnded;
        }

        var issued = new IssuedCertificate(place.Asset, place.Number, index, at, body.Bin);
        CrashPoint.Reach("in-" + order.CrashPoint);
        return await alongside(transaction, issued) is { } refused ? refused : issued;
    }

    private async Task<Problem?> WrongOwnerAsync(DbTransaction transaction, string owner, AssetId earlier, CancellationToken cancel) =>
        await home.Certificates.FindAsync(transaction, earlier, cancel) is not { } old
            ? new Problem("issuance/unknown-asset", "No certificate with this asset id was issued here.")
            : old.CaseId == owner
                ? null
                : new Problem("recognition/other-case", "The certificate that is to be replaced is of another case.");

    private static string NewNumber(string series) => string.Create(
        CultureInfo.InvariantCulture, $"{series} {RandomNumberGenerator.GetString("0123456789", NumberDigits)}");
}
