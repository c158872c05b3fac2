using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Centres;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// The wait of a case for another information centre (requirements RQ-6, RQ-24): it begins with the inquiry and ends with its answer, or
/// when its term is over, in the transaction of either. Of several inquiries at once the last to end ends it.
/// </summary>
/// <remarks>A wait that an officer logged by hand is ended by hand.</remarks>
internal sealed class InquiryWait(Installation home, MailQueue mail, Texts texts)
{
    private readonly CaseDesk desk = new(home);
    private readonly InquiryStore store = new(home.Vault);

    /// <summary>Before the transaction opens: who applies, and the message to them; null when there is no such case.</summary>
    public async Task<(string Applicant, CaseDesk.With Tell)?> OfAsync(string? caseId, CaseNews news, CancellationToken cancel)
    {
        OpenCase? open;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            open = caseId is null ? null : await desk.Cases.FindAsync(connection, caseId, cancel);
        }

        return open is null ? null : (open.Case.Applicant, await new CaseMail(home, mail, texts).TellAsync(open.Case.Applicant, news, cancel));
    }

    /// <summary>Begins it, before the inquiry is stored: what this refuses is not asked.</summary>
    /// <param name="inquiry">Id of the inquiry; the wait has the same.</param>
    public async Task<Problem?> BeginAsync(
        DbTransaction transaction, Actor by, Role? role, string caseId, string inquiry, CentreSettings centre, EvidenceQuestion question,
        DateTimeOffset at, CaseDesk.With tell, CancellationToken cancel)
    {
        if (!(await desk.Cases.LockAsync(transaction, caseId, null, cancel)).TryGet(out var open, out var problem))
        {
            return problem;
        }

        return open.Case.Applicant == by.Id ? CaseDesk.OwnCase
            : BeginWait.Against(open.Case) is { } wrong ? wrong
            : open.Case.OpenWaits.Any(w => w.Wait.For == WaitFor.InformationCentre) ? null
            : (await desk.InAsync(
                transaction, by, role, caseId, null,
                (_, now, _) => Task.FromResult(BeginWait.Of(now.Case, by.Id, inquiry, WaitFor.InformationCentre, About(centre, question), at)),
                at, cancel, tell)).Problem;
    }

    /// <summary>Ends it, after the inquiry was ended; nothing happens to a case that is over or waits for another inquiry still.</summary>
    public async Task EndAsync(
        DbTransaction transaction, Actor by, Role? role, Inquiry ended, DateTimeOffset at, CaseDesk.With? tell, CancellationToken cancel)
    {
        // The case is locked before the others are counted: whoever asks meanwhile waits for this, and begins a wait of their own.
        if (ended is { Direction: InquiryDirection.Out, CaseId: { } caseId }
            && (await desk.Cases.LockAsync(transaction, caseId, null, cancel)).TryGet(out var open, out _)
            && open.Case.Stage.IsOpen()
            && open.Case.OpenWaits.FirstOrDefault(w => InquiryStore.IsId(w.Id)) is { } wait
            && (await store.ListAsync(transaction, InquiryState.Asked, caseId, 0, 1, cancel: cancel)).Count == 0)
        {
            _ = (await desk.InAsync(
                transaction, by, role, caseId, null, (_, now, _) => Task.FromResult(EndWait.Of(now.Case, by.Id, wait.Id, at)), at, cancel, tell)).Value;
        }
    }

    /// <summary>With the withdrawal of a case: letters about it that wait to be sent to other centres do not leave.</summary>
    public static CaseDesk.With TakeBack(Installation home) => async (transaction, now, cancel) =>
    {
        foreach (var inquiry in await new InquiryStore(home.Vault).OfCaseAsync(transaction, now.Case.Id, cancel))
        {
            await MailQueue.TakeBackAsync(transaction, "inquiry", inquiry.Id, cancel);
        }
    };

    /// <summary>Whether an answer is of use still: not for a case that is over or erased.</summary>
    public async Task<bool> IsWantedAsync(DbTransaction transaction, string? caseId, CancellationToken cancel) =>
        caseId is not null && (await desk.Cases.LockAsync(transaction, caseId, null, cancel)).TryGet(out var open, out _) && open.Case.Stage.IsOpen();

    /// <summary>A signed answer joins the evidence of the case; one that comes after the decision stays with the inquiry alone.</summary>
    public async Task KeepAsync(DbTransaction transaction, Actor by, Inquiry answered, CentreMessage reply, DateTimeOffset at, CancellationToken cancel)
    {
        var bytes = reply.Write();
        var document = new CaseDocument(
            CaseDesk.NewId("doc"), DocumentItems.Answer, $"{reply.Inquiry}.json", "application/json", bytes.Length,
            Convert.ToHexStringLower(SHA256.HashData(bytes)), EvidenceSource.Authority, at);
        if (answered.CaseId is { } caseId
            && (await desk.Cases.LockAsync(transaction, caseId, null, cancel)).TryGet(out var open, out _)
            && AddDocument.Of(open.Case, by.Id, document, at).IsDone)
        {
            _ = (await desk.InAsync(
                transaction, by, null, caseId, null, (_, now, _) => Task.FromResult(AddDocument.Of(now.Case, by.Id, document, at)), at, cancel,
                (t, now, inner) => CaseFiles.PutAsync(t, now, document.Id, new TakenFile(document.Sha256, bytes.Length, [bytes]), inner))).Value;
        }
    }

    // The applicant reads it, in whichever language.
    private string About(CentreSettings centre, EvidenceQuestion question) =>
        $"{centre.Name}: {string.Join(" · ", Languages.All.Select(l => texts.Get(l, "recognition/inquiry.question." + BasisRecord.Code(question))))}";
}
