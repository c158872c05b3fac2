using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// Tells of the register, in the transaction of the event: an act that is rolled back writes to nobody, one that stands writes once to each. The
/// coordinators of all schools read that a system may no longer be used (requirement AI-8), those of the school that proposed one that it came back
/// or was rejected, a vendor that its answers are asked for, or once more (requirement AI-31).
/// </summary>
public sealed class SystemMail(Installation home, MailQueue mail, AiMail letters, Texts texts)
{
    /// <summary>Subject of the messages in the queue; the thing is the id of the system.</summary>
    public const string MailSubject = "ai-system";

    /// <summary>Ask before the act; give what comes to <see cref="SystemDesk.Tell"/>.</summary>
    public async Task<Func<DbTransaction, Stored<AiSystem>, CancellationToken, Task>> PrepareAsync(CancellationToken cancel)
    {
        List<(string Email, Language Language)> coordinators;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            coordinators = await CoordinatorsAsync(connection, cancel);
        }

        letters.MakeReady();
        return async (transaction, one, inner) =>
        {
            if (IsStopped(one))
            {
                await StoppedAsync(transaction, one.Now, coordinators, inner);
            }
            else if (one.Newest is SystemRejected or EthicsReviewed { Outcome: not EthicsOutcome.Favourable })
            {
                var key = one.Now.State == AiSystemState.Rejected ? "airegister/mail.rejected" : "airegister/mail.sent-back";
                await letters.TellAsync(transaction, MailSubject, one.Now.Id, await ProposersAsync(transaction, one, inner), key, inner);
            }

            if (one.Newest is VendorNamed or EthicsReviewed { Outcome: EthicsOutcome.SentBack } && one.Now.VendorAccount is { } vendor)
            {
                await letters.TellAsync(
                    transaction, MailSubject, one.Now.Id, [new AiLetter(vendor, $"{VendorPages.Base}/{one.Now.Id}")], "airegister/mail.vendor", inner);
            }
        };
    }

    // What stands suspended already was told when it was.
    private static bool IsStopped(Stored<AiSystem> one) => one.Newest is SystemSuspended || (one.Now.Approval is not null && one.Newest switch
    {
        SystemClassified { Forbidden.Count: > 0 } or SystemRejected => true,
        SystemEnded => one.Now.Suspension is null,
        _ => false,
    });

    private async Task StoppedAsync(
        DbTransaction transaction, AiSystem now, IReadOnlyList<(string Email, Language Language)> coordinators, CancellationToken cancel)
    {
        var cause = now.State is AiSystemState.Ended or AiSystemState.Rejected
            ? EventWords.Of(now.State)
            : EventWords.Of(now.Suspension?.Cause ?? SuspensionCause.ForbiddenFunction);
        foreach (var (email, language) in coordinators)
        {
            var message = mail.Protect(
                email, texts.Get(language, "airegister/mail.stopped.title", ("name", OneLine(now.Description.Name))),
                texts.Get(
                    language, "airegister/mail.stopped", ("name", now.Description.Name), ("cause", texts.Get(language, "airegister/cause." + cause)),
                    ("link", $"{home.Settings.Site}/{language.Tag()}/ai/register/{now.Id}")));
            await mail.AddAsync(transaction, MailSubject, now.Id, message, cancel);
        }
    }

    // Whoever coordinates at the school goes on with it, not who proposed it alone; the ministry's own are one person's.
    private static async Task<IReadOnlyList<AiLetter>> ProposersAsync(ReadFrom from, Stored<AiSystem> one, CancellationToken cancel)
    {
        if ((one.School ?? (Bin.TryParse(one.Now.TakenUpAt, out var taken) ? (Bin?)taken : null)) is not { } school)
        {
            return one.Now.ProposedBy is { } by ? [new AiLetter(by, $"{SystemPages.Base}/{one.Now.Id}")] : [];
        }

        return
        [
            .. (await SafetyPeople.HoldingAsync(from, school, [Right.ProposeSystems], cancel))
                .Select(a => new AiLetter(a, $"/console/{school}/ai/systems/{one.Now.Id}")),
        ];
    }

    // One letter to somebody who coordinates at two schools; none to an address that nobody proved.
    private static Task<List<(string Email, Language Language)>> CoordinatorsAsync(ReadFrom from, CancellationToken cancel) => from.QueryAsync(
        """
        SELECT DISTINCT a.email, a.language FROM memberships m JOIN accounts a ON a.id = m.account
        WHERE m.role = 'ai-coordinator' AND m.ended_at IS NULL AND a.blocked_at IS NULL AND a.email_confirmed = 1 ORDER BY a.email
        """,
        r => (r.GetString(0), Languages.TryParse(r.GetStringOrNull(1), out var language) ? language : Language.Kk), cancel);

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
