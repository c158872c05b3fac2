using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>What somebody is written to about a case: its applicant, where nothing else is said.</summary>
public enum CaseNews
{
    Filed,
    Missing,
    AnswerReminder,
    AnswerLapsed,
    Unanswered,
    WaitBegan,
    WaitEnded,
    Decided,
    AppealDecided,
    ConditionDecided,
    ConditionLapsed,
    ConditionEnded,

    /// <summary>To the reviewer: whoever appealed took it back.</summary>
    AppealWithdrawn,

    /// <summary>To the officers and the decision maker: the ceiling of a treaty is near.</summary>
    CeilingNear,

    /// <summary>To the same: it is reached.</summary>
    CeilingReached,
}

/// <summary>
/// Writes to the applicant of a case, or to somebody of the body: that something happened, and where it is read. Nothing of the case itself stands in a message, and
/// of the applicant nothing but the address.
/// </summary>
/// <remarks>
/// The message is queued by the transaction of the event (<see cref="CaseDesk.With"/>): an event that is rolled back writes to nobody,
/// one that stands writes once. To an address that nobody proved nothing is sent; the page of the case says the same.
/// </remarks>
public sealed class CaseMail(Installation home, MailQueue mail, Texts texts)
{
    /// <summary>Subject of the messages in the queue; the thing is the id of the case, so that whoever erases it finds them.</summary>
    public const string MailSubject = "recognition-case";

    /// <summary>Ask before the act; give what comes to <see cref="CaseDesk.ActAsync(Accounts.Actor, Accounts.Role?, string, int, Func{RecognitionCase, DateTimeOffset, Outcome{CaseEvent}}, CancellationToken, CaseDesk.With?)"/>.</summary>
    /// <param name="applicant">Account of the applicant, or of whom else it is told.</param>
    /// <param name="also">Something else that is written with the same event, before the message.</param>
    /// <param name="page">Where it is read, by the id of the case; the applicant's page of it, where nothing else is said.</param>
    public async Task<CaseDesk.With> TellAsync(
        string applicant, CaseNews news, CancellationToken cancel, CaseDesk.With? also = null, Func<string, string>? page = null)
    {
        (string Email, Language? Language)? contact;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            contact = await HolderContacts.OfAccountAsync(connection, applicant, cancel);
        }

        if (contact is not var (email, chosen))
        {
            return also ?? ((_, _, _) => Task.CompletedTask);
        }

        // The number of a case that is filed is known only in its transaction, so the message is protected there. Protecting once before
        // makes sure that the key is there: making one would wait for that very transaction.
        _ = mail.Protect(email, "", "");
        var language = chosen ?? Language.Kk;
        return async (transaction, now, inner) =>
        {
            if (also is not null)
            {
                await also(transaction, now, inner);
            }

            var word = BasisRecord.Code(news);
            var message = mail.Protect(
                email, texts.Get(language, $"cases/mail.{word}.title", ("number", now.Case.Number)),
                texts.Get(
                    language, $"cases/mail.{word}", ("number", now.Case.Number),
                    ("link", $"{home.Settings.Site}/{language.Tag()}{page?.Invoke(now.Case.Id) ?? $"/me/cases/{now.Case.Id}"}")));
            await mail.AddAsync(transaction, MailSubject, now.Case.Id, message, inner);
        };
    }
}
