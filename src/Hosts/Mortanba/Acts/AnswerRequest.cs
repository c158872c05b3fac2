using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>
/// The answer to a holder's request: by the institution to a correction, by the data-protection officer to an erasure. It reads
/// the same version twice or not at all, and is recorded with the state alone; its words are for the holder.
/// </summary>
public sealed class AnswerRequest(Installation home, DiplomaFlow flow)
{
    public const int AnswerLengthMax = 1_000;
    public const string MailSubject = "request";

    private readonly HolderRequests requests = new(home.Vault);

    /// <summary>An institution ends a correction: done (the change itself is another act), or refused with reasons.</summary>
    /// <param name="message">To the holder, protected before; null when none is sent.</param>
    public async Task<Outcome<HolderRequest>> CorrectionAsync(
        Actor by, Bin institution, string id, int version, RequestState state, string answer, CancellationToken cancel,
        MailQueue? mail = null, ProtectedMessage? message = null)
    {
        if (!HolderText.Of(answer, AnswerLengthMax, isLong: true).TryGet(out var words, out var problem))
        {
            return problem;
        }

        var at = home.Time.GetUtcNow();
        return await home.Database.WriteAsync<Outcome<HolderRequest>>(
            async t =>
            {
                if (await requests.FindAsync(t, id, cancel) is not { Kind: RequestKind.Correct } request || request.Institution != institution)
                {
                    return new Problem("me/no-request", "There is no such request.");
                }

                var stored = await StoreAsync(t, requests, request, version, state, by, by.RoleFor(Right.ProposeChanges, institution), words, "me/request-answered", at, cancel);
                if (stored.IsDone && mail is not null && message is not null)
                {
                    await mail.AddAsync(t, MailSubject, id, message, cancel);
                }

                return stored;
            },
            cancel);
    }

    /// <summary>The data-protection officer refuses what was asked of them, with the reasons.</summary>
    public async Task<Outcome<HolderRequest>> RefuseAsync(Actor by, string id, int version, string answer, CancellationToken cancel)
    {
        if (!HolderText.Of(answer, AnswerLengthMax, isLong: true).TryGet(out var words, out var problem))
        {
            return problem;
        }

        var at = home.Time.GetUtcNow();
        return await home.Database.WriteAsync<Outcome<HolderRequest>>(
            async t => await requests.FindAsync(t, id, cancel) is { Kind: not RequestKind.Correct } request
                ? await StoreAsync(
                    t, requests, request, version, RequestState.Refused, by, by.PlatformRoleFor(Right.AnswerPersons), words, "me/request-answered", at, cancel)
                : new Problem("me/no-request", "There is no such request."),
            cancel);
    }

    /// <summary>
    /// Erases the diploma: the holder asked, the officer decides, so two people stand behind it. Refused, with its reason, while a
    /// law keeps the record; then nothing is changed and the officer answers with that reason. With the diploma go its shares,
    /// consents and requests, this one among them: what stays is the ledger's entry and the record of the act.
    /// </summary>
    public async Task<Outcome<LedgerEntry>> EraseAsync(
        Actor by, string id, int version, string reasonCode, string basis, CancellationToken cancel)
    {
        HolderRequest? request;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            request = await requests.FindAsync(connection, id, cancel);
        }

        if (request is not { Kind: RequestKind.Erase })
        {
            return new Problem("me/no-request", "There is no such request.");
        }

        if (!flow.Reasons().TryGet(out var reasons, out var problem)
            || !HolderText.Of(basis, AnswerLengthMax).TryGet(out var words, out problem)
            || !TwoPersons.Of(
                request.Account, by.Id, Role.DataProtectionOfficer.Word(), home.Time.GetUtcNow(), "Request of the holder")
                .TryGet(out var decision, out problem))
        {
            return problem;
        }

        return await flow.EraseAsync(
            reasons, new ChangeRequest(request.Credential, reasonCode, words, decision), by,
            // In the transaction itself: what was taken back a moment ago is not erased.
            async t => await requests.FindAsync(t, id, cancel) is { State: RequestState.Open } still && still.Version == version
                ? null
                : new Problem("me/request-answered", "This request was answered or taken back meanwhile."),
            cancel);
    }

    internal static async Task<Outcome<HolderRequest>> StoreAsync(
        DbTransaction transaction, HolderRequests requests, HolderRequest request, int version, RequestState state, Actor by, Role? role,
        string answer, string what, DateTimeOffset at, CancellationToken cancel)
    {
        var stored = await requests.AnswerAsync(transaction, request.Id, version, state, by.Id, answer, at, cancel);
        if (stored.IsDone)
        {
            await AuditTrail.AppendAsync(
                transaction, at,
                new TrailEvent(
                    TrailAct.Change, what, by, new TrailSubject("request", request.Id), role, request.Institution,
                    Facts: [("diploma", request.Credential.ToString()), ("state", state.Word())]),
                cancel);
        }

        return stored;
    }
}
