using System.Net;
using System.Net.Mail;
using System.Text;

namespace Mortanba.Host.Mail;

/// <summary>Hands messages to an SMTP server, by STARTTLS unless the server is on this machine.</summary>
internal sealed class SmtpMailer(MailSettings settings, string? password, TimeProvider time) : IMailer
{
    // A server that says nothing more must not hold the queue up.
    private static readonly TimeSpan SendMax = TimeSpan.FromSeconds(30);

    public async Task SendAsync(Message message, CancellationToken cancel)
    {
        using var client = new SmtpClient(settings.Host!, settings.Port)
        {
            EnableSsl = !IsThisMachine(settings.Host!),
            Credentials = settings.User is { } user ? new NetworkCredential(user, password) : null,
        };
        using var mail = new MailMessage(settings.From, message.To)
        {
            Subject = message.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = message.Body,
            BodyEncoding = Encoding.UTF8,
        };
        mail.Headers.Add("Message-ID", $"<{message.Id}@{mail.From!.Host}>");
        using var sendTime = new CancellationTokenSource(SendMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, sendTime.Token);
        try
        {
            // Not every step of the client heeds the token.
            await client.SendMailAsync(mail, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException("The mail server did not answer in time.");
        }
        catch (SmtpException fault) when (fault.StatusCode is SmtpStatusCode.MailboxUnavailable
            or SmtpStatusCode.UserNotLocalTryAlternatePath or SmtpStatusCode.MailboxNameNotAllowed)
        {
            throw new RecipientRefusedException(fault);
        }
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
