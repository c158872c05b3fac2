using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Issuance;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a recognition case that is over, and the ground for erasing it. Out: its words, files and key destroyed, its inquiries and messages with
/// them, its certificates ended as erased on the ledger, in one transaction. What stays is a row without a person, for the statistics.
/// </summary>
public sealed class EraseCase(Installation home, DiplomaFlow flow)
{
    public const int BasisLengthMax = 1_000;

    private readonly CaseDesk desk = new(home);
    private readonly InquiryStore inquiries = new(home.Vault);

    /// <param name="id">Of the case.</param>
    /// <param name="reasonCode">A reason of the rules for an erasure; stands on the ledger where there is a certificate.</param>
    /// <param name="basis">The document behind it; kept as a keyed fingerprint alone, since it may name the person.</param>
    /// <returns>
    /// When it was erased. Refusals: <c>recognition/no-case</c>, <c>recognition/case-erased</c>, <c>recognition/case-not-over</c>,
    /// <c>recognition/case-on-condition</c>, <c>recognition/retention-not-set</c>, <c>recognition/retention-not-known</c>,
    /// <c>recognition/retention-lock</c>, <c>recognition/own-case</c>, <c>recognition/no-words</c>, <c>issuance/unknown-reason</c>.
    /// </returns>
    public async Task<Outcome<DateTimeOffset>> RunAsync(
        Actor by, Role? role, string id, string reasonCode, string basis, CancellationToken cancel = default)
    {
        if (!flow.Reasons().TryGet(out var reasons, out var problem) || !HolderText.Of(basis, BasisLengthMax).TryGet(out var words, out problem))
        {
            return problem;
        }

        if (reasons.Find(StateAct.Erase, reasonCode) is null)
        {
            return new Problem("recognition/no-erase-reason", "Choose the reason of the erasure.");
        }

        var at = home.Time.GetUtcNow();
        var erased = await flow.WithLedgerAsync<DateTimeOffset>(
            async (transaction, append) =>
            {
                // In the order of everybody who takes both.
                await InquiryStore.LockAsync(transaction, cancel);
                if (!(await desk.Cases.LockAsync(transaction, id, null, cancel)).TryGet(out var open, out var refused))
                {
                    return await CaseStore.IsErasedAsync(transaction, id, cancel) ? Erased : refused;
                }

                if (open.Case.Applicant == by.Id)
                {
                    return CaseDesk.OwnCase;
                }

                if (Keeps(open.Case, reasonCode) is { } kept)
                {
                    return kept;
                }

                foreach (var certificate in await home.Certificates.OfCaseAsync(transaction, id, cancel))
                {
                    if (certificate.State != DiplomaState.Erased
                        && (await home.Certificates.EndAsync(transaction, append, certificate.Asset, DiplomaState.Erased, reasonCode, at, cancel: cancel))
                            .Problem is { } notEnded)
                    {
                        return notEnded;
                    }
                }

                await ForgetAsync(transaction, id, cancel);
                await CaseStore.EraseAsync(transaction, id, cancel);
                await AuditTrail.AppendAsync(
                    transaction, at,
                    new TrailEvent(
                        TrailAct.Destroy, "recognition/case-erased", by, new TrailSubject("recognition-case", id), role,
                        Facts: [("reason", reasonCode), ("basis", home.Credentials.FingerprintOfBasis(words))]),
                    cancel);
                CrashPoint.Reach("in-case-erasure");
                return at;
            },
            cancel);
        if (erased.IsDone)
        {
            CrashPoint.Reach("after-case-erasure");
            await home.Database.ForgetAsync([.. CaseStore.ErasedTables, "certificates", MailQueue.Table]);
            await flow.PublishAsync(allStatusLists: true, cancel);
        }

        return erased;
    }

    /// <summary>The last day on which a case that is over must be there for this reason; null when nothing keeps it, as what was never filed.</summary>
    /// <returns>Refusals: <c>recognition/retention-not-set</c>, <c>recognition/retention-not-known</c>. Each of them keeps it.</returns>
    public Outcome<DateOnly?> KeptUntil(RecognitionCase one, string reasonCode) =>
        one.SubmittedAt is null ? default(DateOnly?)
        : Terms() is { } terms ? one.KeptUntil(terms.Value, new WorkingCalendar(home.Rules), reasonCode)
        : new Problem("recognition/retention-not-set", "The body has not set how long it keeps cases.");

    /// <summary>How long the body keeps cases (rule <c>recognition-retention</c>); null while it has not set it.</summary>
    public Resolved<RetentionTerms>? Terms() =>
        home.Rules.Resolve(RuleKeys.RecognitionRetention, desk.Today()).TryGet(out var terms, out _) ? terms : null;

    private static Problem Erased { get; } = new("recognition/case-erased", "The case was erased.");

    private Problem? Keeps(RecognitionCase one, string reasonCode) =>
        !one.Stage.IsErasable() ? new Problem("recognition/case-not-over", "The case is not over yet.", ("stage", BasisRecord.Code(one.Stage)))
        : one.HasConditions() ? new Problem("recognition/case-on-condition", "A condition of the decision is open still.")
        : !KeptUntil(one, reasonCode).TryGet(out var until, out var notKnown) ? notKnown
        : until >= desk.Today()
            ? new Problem("recognition/retention-lock", $"The case must be kept until {until:O}.", [("until", $"{until:O}"), .. Terms()!.Reference.Source.Name.Args("act")])
        : null;

    private async Task ForgetAsync(DbTransaction transaction, string id, CancellationToken cancel)
    {
        foreach (var inquiry in await inquiries.OfCaseAsync(transaction, id, cancel))
        {
            await MailQueue.ForgetAsync(transaction, "inquiry", inquiry.Id, cancel);
        }

        await inquiries.ForgetAsync(transaction, id, cancel);
        await MailQueue.ForgetAsync(transaction, CaseMail.MailSubject, id, cancel);
    }
}
