using System.Data.Common;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// Writes to the coordinators of all schools that a system may no longer be used (requirement AI-8), in the transaction that takes it out of
/// use: an act that is rolled back writes to nobody, one that stands writes once to each.
/// </summary>
public sealed class SystemMail(Installation home, MailQueue mail, Texts texts)
{
    /// <summary>Subject of the messages in the queue; the thing is the id of the system.</summary>
    public const string MailSubject = "ai-system";

    /// <summary>Ask before the act; give what comes to <see cref="SystemDesk.Tell"/>.</summary>
    public async Task<Func<DbTransaction, AiSystem, CancellationToken, Task>> PrepareAsync(CancellationToken cancel)
    {
        List<(string Email, Language Language)> coordinators;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            coordinators = await CoordinatorsAsync(connection, cancel);
        }

        // Making the key of the protection would wait for the very transaction that the messages are written in.
        _ = mail.Protect("nobody@mortanba.example", "", "");
        return async (transaction, now, inner) =>
        {
            var cause = now.State == AiSystemState.Ended ? "ended" : EventWords.Of(now.Suspension?.Cause ?? SuspensionCause.ForbiddenFunction);
            foreach (var (email, language) in coordinators)
            {
                var message = mail.Protect(
                    email, texts.Get(language, "airegister/mail.stopped.title", ("name", OneLine(now.Description.Name))),
                    texts.Get(
                        language, "airegister/mail.stopped", ("name", now.Description.Name), ("cause", texts.Get(language, "airegister/cause." + cause)),
                        ("link", $"{home.Settings.Site}/{language.Tag()}/ai/register/{now.Id}")));
                await mail.AddAsync(transaction, MailSubject, now.Id, message, inner);
            }
        };
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
