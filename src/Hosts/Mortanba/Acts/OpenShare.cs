using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Mail;

namespace Mortanba.Host.Acts;

/// <summary>
/// Somebody opens a share. Unknown, lapsed, withdrawn and taken back are one answer. Each opening is written down with its time
/// before anything is shown; who it was, and from where, is not kept.
/// </summary>
public sealed class OpenShare(Installation home)
{
    private static readonly Actor Visitor = new(ActorKind.Visitor, "visitor", "", []);

    private readonly Shares shares = new(home.Vault);
    private readonly Consents consents = new(home.Vault);

    /// <summary>The share behind a link while it is active and its consent is valid (requirement X-7); else null.</summary>
    public async Task<Share?> FindAsync(string link, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await shares.BehindAsync(connection, link, at, cancel) is { } share
            && await consents.ValidForAsync(connection, share.Id, at, cancel) is not null
                ? share
                : null;
    }

    /// <summary>The personal data behind a share are blocked: whoever has the link is told so, and shown nothing.</summary>
    public async Task<bool> IsBlockedAsync(Share share, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await DataBlocks.FindAsync(connection, share.Credential, cancel) is not null;
    }

    /// <summary>The code of today for comparing with a ticket; null when the share asks for none.</summary>
    public async Task<string?> PinAsync(Share share, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await shares.SecretsAsync(connection, share.Id, cancel)).Pin;
    }

    public Task<Outcome<string>> TryPinAsync(Share share, string typed, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync(
            async t =>
            {
                var tried = await shares.TryPinAsync(t, share.Id, typed, at, cancel);
                if (!tried.IsDone && !share.IsLocked)
                {
                    await AuditTrail.AppendAsync(t, at, Event(TrailAct.Access, "me/share-pin-refused", share), cancel);
                }

                return tried;
            },
            cancel);
    }

    /// <summary>Writes the opening down; of the first of a day the holder is told by the given message.</summary>
    public Task NoteAsync(
        Share share, bool isDownload, CancellationToken cancel, MailQueue? mail = null, ProtectedMessage? message = null)
    {
        var (at, day) = (home.Time.GetUtcNow(), TellOpening.DayOf(home));
        return home.Database.WriteAsync(
            async t =>
            {
                if (await (isDownload ? Shares.NoteAsync(t, share.Id, "downloaded", at, cancel) : Shares.NoteOpenedAsync(t, share.Id, at, cancel)) == 0)
                {
                    return;
                }

                // Counted here, under the lock of the share: of two who open at once one is the first.
                if (mail is not null && message is not null && await Shares.OpenedSinceAsync(t, share.Id, day, cancel) == 1)
                {
                    await mail.AddAsync(t, TellOpening.SubjectKind, share.Id, message, cancel);
                    CrashPoint.Reach("in-opening-message");
                }

                await AuditTrail.AppendAsync(
                    t, at,
                    isDownload ? Event(TrailAct.Transfer, "me/share-downloaded", share) : Event(TrailAct.View, "me/share-opened", share),
                    cancel);
            },
            cancel);
    }

    private static TrailEvent Event(TrailAct act, string what, Share share) =>
        new(act, what, Visitor, new TrailSubject("share", share.Id), Facts: [("diploma", share.Credential.ToString())]);
}
