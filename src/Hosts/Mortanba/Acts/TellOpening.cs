using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// The holder is written to when a share of theirs is opened, once per share and day, unless they turned it off. The message names
/// neither the recipient nor the diploma: it leads to the page that does.
/// </summary>
public sealed class TellOpening(Installation home, MailQueue mail, Texts texts)
{
    public const string SubjectKind = "share-opened";

    /// <summary>Protected before the transaction that notes the opening; null when none is due.</summary>
    public async Task<ProtectedMessage?> MessageAsync(Share share, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (!await HolderNotices.WantsOpeningsAsync(connection, share.Account, cancel)
            || await Shares.OpenedSinceAsync(connection, share.Id, DayOf(home), cancel) > 0
            || await HolderContacts.OfAccountAsync(connection, share.Account, cancel) is not var (email, own))
        {
            return null;
        }

        var language = own ?? Language.Kk;
        var me = $"{home.Settings.Site}/{language.Tag()}/me";
        return mail.Protect(
            email, texts.Get(language, "me/mail.opened.title"),
            texts.Get(language, "me/mail.opened.body", ("link", $"{me}/shares/{share.Id}"), ("off", $"{me}/data#notices")));
    }

    /// <summary>The beginning of today in Kazakhstan.</summary>
    internal static DateTimeOffset DayOf(Installation home)
    {
        var at = home.Time.GetUtcNow();
        var time = new WorkingCalendar(home.Rules).TimeAt(at).Value;
        return time.BeginningOf(time.DateOf(at)).ToUniversalTime();
    }
}
