using System.Net;
using System.Net.Mail;
using System.Text;

namespace Mortanba.Host.Mail;

/// <summary>Hands messages to an SMTP server, by STARTTLS unless the server is on this machine.</summary>
internal sealed class SmtpMailer(MailSettings settings, string? password) : IMailer
{
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
        try
        {
            await client.SendMailAsync(mail, cancel);
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
