using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Storage;

namespace Mortanba.Host.Mail;

/// <summary>Hands queued messages over while the site runs.</summary>
internal sealed partial class MailSender(
    MailQueue queue, Database database, IMailer mailer, TimeProvider time, ILogger<MailSender> log)
    : BeatingService(TimeSpan.FromSeconds(2), time, log)
{
    private readonly TimeProvider clock = time;

    protected override Task BeatAsync(CancellationToken cancel) => queue.SendDueAsync(
        database, mailer, Refused, cancel, (t, bounced) => NoteBounce.ByMailAsync(t, bounced, clock.GetUtcNow(), cancel));

    // The exception of a mail server may quote the recipient: only its kind is written.
    private void Refused(Exception fault) => LogRefused(Log, fault.GetType().Name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message could not be handed over ({Kind}); it is tried again")]
    private static partial void LogRefused(ILogger log, string kind);
}
