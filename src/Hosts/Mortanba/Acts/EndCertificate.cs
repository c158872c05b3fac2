using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: an act after which no decision of recognition stands: the document turned out to be false, the applicant took the case back after a
/// return, the conditions were not fulfilled. Out: its event, and the certificate of the decision before it annulled with it, in one
/// transaction: a case never says that it ended while its certificate is in force.
/// </summary>
public sealed class EndCertificate(Installation home, DiplomaFlow flow, CaseDesk desk)
{
    /// <summary>Reason code of the certificate of a document that turned out to be false.</summary>
    public const string NotAuthentic = "not-authentic";

    /// <summary>Reason code of a certificate whose case was taken back while it was looked at again.</summary>
    public const string Withdrawn = "case-withdrawn";

    /// <summary>Reason code of the certificate of a conditional decision whose conditions were not fulfilled in time.</summary>
    public const string ConditionNotFulfilled = "condition-not-fulfilled";

    /// <summary>Written in the transaction of the act: the message to the applicant (<see cref="CaseMail"/>).</summary>
    public CaseDesk.With? With { get; init; }

    /// <param name="version">The version that was read.</param>
    /// <param name="reason">Code; stands on the public ledger where there is a certificate to end.</param>
    /// <returns>The case, or the refusals of <paramref name="act"/>, <see cref="CaseDesk"/> and <see cref="CertificateStore.EndAsync"/>.</returns>
    public async Task<Outcome<RecognitionCase>> RunAsync(
        Actor by, Role? role, string id, int version, string reason, Func<RecognitionCase, DateTimeOffset, Outcome<CaseEvent>> act,
        CancellationToken cancel = default)
    {
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            // Most cases have none; what is read here is looked at again under lock, by its version.
            if ((await desk.Cases.FindAsync(connection, id, cancel))?.Case is not { } read || Standing(read) is null)
            {
                return await desk.ActAsync(by, role, id, version, act, cancel, With);
            }
        }

        var ended = await flow.WithLedgerAsync<RecognitionCase>(
            async (transaction, append) =>
            {
                var at = home.Time.GetUtcNow();
                AssetId? standing = null;
                var done = await desk.InAsync(
                    transaction, by, role, id, version,
                    (_, now, _) =>
                    {
                        standing = Standing(now.Case);
                        return Task.FromResult(act(now.Case, at));
                    },
                    at, cancel, With);
                return done.IsDone && standing is { } asset
                    && (await home.Certificates.EndAsync(transaction, append, asset, DiplomaState.Annulled, reason, at, cancel: cancel)).Problem is { } notEnded
                        ? notEnded
                        : done;
            },
            cancel);
        if (ended.IsDone)
        {
            await flow.PublishAsync(allStatusLists: true, cancel);
        }

        return ended;
    }

    /// <summary>
    /// The certificate in force: of the decision, or of the one that was contested, since after a return nothing is decided yet and that
    /// one is in force still. Null when there is none.
    /// </summary>
    public static AssetId? Standing(RecognitionCase now) => AssetId.TryParse(
        (now.Decision ?? (now.Appeal is { Outcome: AppealOutcome.Return } returned ? returned.Original : null))?.Certificate, out var asset) ? asset : null;
}
