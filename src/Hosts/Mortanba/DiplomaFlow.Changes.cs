using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host;

/// <summary>What comes after the issue: acts of authority, changes of state, correction, erasure.</summary>
public sealed partial class DiplomaFlow
{
    /// <summary>Runs one act that gives or takes authority; its entry and its row live or die together.</summary>
    public Task<Outcome<LedgerEntry>> ActAsync(
        Func<DbTransaction, Task<Outcome<LedgerEntry>>> act, CancellationToken cancel = default) =>
        InLogAsync(
            async log =>
            {
                var outcome = await act(log.Transaction);
                if (outcome.TryGet(out var entry, out _))
                {
                    var index = await log.AppendAsync(entry.Bytes, cancel);
                    await AuthorityEntries.SetIndexAsync(log.Transaction, entry, index, cancel);
                }

                return outcome;
            },
            cancel);

    /// <summary>Runs one change of state of a diploma; the use case appends its own entry.</summary>
    public Task<Outcome<LedgerEntry>> ChangeAsync(
        Func<DbTransaction, AppendEntries, Task<Outcome<LedgerEntry>>> change, CancellationToken cancel = default) =>
        InLogAsync(log => change(log.Transaction, entries => log.AppendAsync(entries, cancel)), cancel);

    /// <summary>Runs an act that stands in the ledger and in other stages' tables together: the claim.</summary>
    public Task<Outcome<T>> WithLedgerAsync<T>(
        Func<DbTransaction, AppendEntries, Task<Outcome<T>>> act, CancellationToken cancel = default) =>
        InLogAsync(log => act(log.Transaction, entries => log.AppendAsync(entries, cancel)), cancel);

    /// <summary>
    /// Corrects and replaces: the content of the old diploma, corrected, is signed under the authority it was issued
    /// under, and the old one is superseded by it in the same transaction.
    /// </summary>
    public async Task<Outcome<LedgerEntry>> SupersedeAsync(
        ChangeRequest request, Func<ValidatedDiploma, ValidatedDiploma> correct, CancellationToken cancel = default)
    {
        if (!Reasons().TryGet(out var reasons, out var problem))
        {
            return problem;
        }

        StoredDiploma? old;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            old = await home.Credentials.LoadAsync(connection, request.Asset, cancel);
        }

        if (old is null)
        {
            return new Problem("issuance/unknown-asset", "No diploma with this asset id was issued here.");
        }

        var corrected = correct(old.Record.Content);
        var (initiator, at) = (old.Record.Initiator.Bin, home.Time.GetUtcNow());
        var asked = await AskGateAsync(
            new GateRequest(initiator, old.Record.Permission.Decision, [Award(corrected, old.Record.Content)], at), cancel);
        if (!asked.TryGet(out var permission, out problem))
        {
            return problem;
        }

        using var issuer = new Issuer(home.Vault);
        return await InLogAsync<LedgerEntry>(
            async log =>
            {
                var outcome = await new Acts.ReplaceDiploma(home, this).RunAsync(
                    log, reasons, issuer, request, old, corrected, permission, cancel);
                if (!outcome.TryGet(out var replaced, out var refused))
                {
                    return refused;
                }

                await Acts.ChangeState.RecordAsync(home, log.Transaction, StateAct.Supersede, request, old, replaced.By, cancel);
                return replaced.Entry;
            },
            cancel);
    }

    /// <summary>
    /// Erases a diploma, then its delivered files; refused while the rule <c>retention-terms</c> keeps the record. A kill between the two leaves files that the audit names
    /// and the next <c>republish</c> takes away.
    /// </summary>
    public Task<Outcome<LedgerEntry>> EraseAsync(
        ReasonCodes reasons, ChangeRequest request, CancellationToken cancel = default) =>
        EraseAsync(reasons, request, Actor.AtConsole(request.Decision.ApprovedBy), null, cancel);

    /// <inheritdoc cref="EraseAsync(ReasonCodes, ChangeRequest, CancellationToken)"/>
    /// <param name="by">Who decided.</param>
    /// <param name="ground">Asked in the transaction; what it gives refuses the erasure.</param>
    public async Task<Outcome<LedgerEntry>> EraseAsync(
        ReasonCodes reasons, ChangeRequest request, Actor by, Func<DbTransaction, Task<Problem?>>? ground, CancellationToken cancel = default)
    {
        CredentialSummary? credential;
        StoredDiploma? diploma;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            credential = await home.Credentials.FindAsync(connection, request.Asset, cancel);
            diploma = await home.Credentials.LoadAsync(connection, request.Asset, cancel);
        }

        var today = new WorkingCalendar(home.Rules).DateOf(request.Decision.At).Value;
        if (!home.Rules.Resolve(RuleKeys.RetentionTerms, today).TryGet(out var terms, out var problem))
        {
            return problem;
        }

        RetentionLock[] locks = credential is null
            ? []
            : [.. terms.Value.Terms
                .Where(term => term.Stops(request.ReasonCode))
                .Select(term => new RetentionLock(term.Code, term.LastDay(credential.AwardDate), terms.Reference.Source.Name))];
        var erased = await ChangeAsync(
            async (t, append) =>
            {
                if (ground is not null && await ground(t) is { } groundless)
                {
                    return groundless;
                }

                var outcome = await new EraseDiploma(home.Credentials).RunAsync(
                    t, append, reasons, request, today, locks, cancel);
                if (outcome.IsDone)
                {
                    await Deliveries.EraseAsync(t, request.Asset, cancel);
                    if (diploma?.Record is { } record
                        && !await new DiplomaRegister(home.Credentials).IsAwardKeptAsync(t, diploma.Summary, record.Content.Iin, cancel))
                    {
                        await home.Enrolments.ForgetAsync(t, record.Initiator.Bin, record.Content.Iin, record.Content.Programme.Code, cancel);
                    }

                    await MailQueue.ForgetAsync(t, Acts.SendDeliveries.MailSubject, request.Asset.ToString(), cancel);
                    foreach (var message in await ChangeRows.MessagesOfAsync(t, request.Asset, cancel))
                    {
                        await MailQueue.ForgetAsync(t, message, cancel);
                    }

                    var (shares, requests) = await HolderSchema.EraseOfAsync(t, request.Asset, cancel);
                    foreach (var (kind, subject) in shares.Select(s => (Acts.TellOpening.SubjectKind, s))
                        .Concat(requests.Select(r => (Acts.AnswerRequest.MailSubject, r))))
                    {
                        await MailQueue.ForgetAsync(t, kind, subject, cancel);
                    }

                    // Lists that hold the person: the one it was issued from, and those that correct it, however far they are.
                    if (credential?.Batch is { } batch)
                    {
                        await DraftStore.DestroyOfBatchAsync(t, batch, cancel);
                    }

                    if (diploma is not null)
                    {
                        var content = diploma.Record.Content;
                        var orders = await home.ChangeOrders.OfAssetAsync(t, request.Asset, cancel);
                        await home.Drafts.DestroyCorrectionsAsync(
                            t, diploma.Record.Initiator.Bin, [.. orders.Select(Acts.CorrectedList.IdOf).OfType<string>()],
                            [content.Iin.Value, content.Number, content.Series + content.Number], cancel);
                    }

                    await AuditTrail.AppendAsync(
                        t, request.Decision.At,
                        new TrailEvent(
                            TrailAct.Destroy, "me/diploma-erased", by,
                            new TrailSubject("diploma", request.Asset.ToString()), Institution: credential?.Initiator,
                            Facts: [("reason", request.ReasonCode)]),
                        cancel);
                    CrashPoint.Reach("in-erasure");
                }

                return outcome;
            },
            cancel);
        if (erased.IsDone && credential is not null)
        {
            Outbox.Delete(home.Outbox, $"{credential.Series} {credential.Number}");
        }

        if (erased.IsDone)
        {
            await home.Database.ForgetAsync(
                [.. CredentialStore.ErasedTables, .. Deliveries.ErasedTables, .. HolderSchema.ErasedTables, MailQueue.Table, "drafts", "draft_pages", "draft_steps"]);
        }

        return erased;
    }

    /// <summary>The reasons that the rules allow on this day.</summary>
    public Outcome<ReasonCodes> Reasons() =>
        home.Rules.Resolve(RuleKeys.ReasonCodes, Today()).Then<ReasonCodes>(r => r.Value);
}
