using Mortanba.Host.Acts;
using Mortanba.Storage;

namespace Mortanba.Host.Mail;

/// <summary>Hands queued messages over while the site runs.</summary>
internal sealed partial class MailSender(
    MailQueue queue, Database database, IMailer mailer, TimeProvider time, ILogger<MailSender> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await queue.SendDueAsync(
                    database, mailer, LogRefused, stoppingToken, (t, bounced) => NoteBounce.ByMailAsync(t, bounced, time.GetUtcNow(), stoppingToken));
            }
#pragma warning disable CA1031 // The database may be away for a while: what is queued stays queued.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFault(fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // The exception of a mail server may quote the recipient: only its kind is written.
    private void LogRefused(Exception fault) => LogRefusedKind(fault.GetType().Name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message could not be handed over ({Kind}); it is tried again")]
    private partial void LogRefusedKind(string kind);

    [LoggerMessage(Level = LogLevel.Error, Message = "The mail queue could not be read")]
    private partial void LogFault(Exception fault);
}
