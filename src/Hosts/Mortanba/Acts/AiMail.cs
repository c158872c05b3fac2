using System.Data.Common;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;

namespace Mortanba.Host.Acts;

/// <summary>Somebody who is told something of a part of AI in education.</summary>
/// <param name="Account">Told at the address that they proved; who proved none reads it on the pages alone.</param>
/// <param name="Path">Where it is read, behind the language; asks for a sign-in.</param>
public sealed record AiLetter(string Account, string Path);

/// <summary>
/// Writes that there is something new and where it is read, never what: no name, no content. The messages are queued by the
/// transaction of the event, so an event that is rolled back writes to nobody and one that stands writes once to each.
/// </summary>
public sealed class AiMail(Installation home, MailQueue mail, Texts texts)
{
    /// <summary>Ask before the transaction: making the key that protects messages would wait for that very transaction.</summary>
    public void MakeReady() => _ = mail.Protect("nobody@mortanba.example", "", "");

    /// <summary>Queues a message to each, in the language they chose.</summary>
    /// <param name="subject">Kind of the thing it is about, for the queue.</param>
    /// <param name="key">Of the text, with a place for the <c>link</c>; that of its title ends in <c>.title</c>.</param>
    public async Task TellAsync(
        DbTransaction transaction, string subject, string id, IEnumerable<AiLetter> letters, string key, CancellationToken cancel)
    {
        foreach (var letter in letters.DistinctBy(l => l.Account))
        {
            if (await HolderContacts.OfAccountAsync(transaction, letter.Account, cancel) is var (email, chosen))
            {
                var language = chosen ?? Language.Kk;
                var message = mail.Protect(
                    email, texts.Get(language, key + ".title"),
                    texts.Get(language, key, ("link", $"{home.Settings.Site}/{language.Tag()}{letter.Path}")));
                await mail.AddAsync(transaction, subject, id, message, cancel);
            }
        }
    }

    /// <summary>The same as what is written with an act of <see cref="AiDesk"/>; ask before the act.</summary>
    public AiDesk.With<TState> With<TState>(string subject, IReadOnlyList<AiLetter> letters, string key)
        where TState : IFolded
    {
        MakeReady();
        return (transaction, now, cancel) => TellAsync(transaction, subject, now.Now.Id, letters, key, cancel);
    }
}
