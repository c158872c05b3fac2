namespace Mortanba.Host.Mail;

/// <summary>One plain-text message to one recipient.</summary>
/// <param name="Id">Stable over attempts: becomes the Message-ID, so that a second delivery can be recognised.</param>
public sealed record Message(string Id, string To, string Subject, string Body);

/// <summary>
/// Port to the world's mail. Returns when the message was handed over; throws when it was not, and is asked again later.
/// Called by one sender at a time. <see cref="RecipientRefusedException"/> means that trying again is of no use.
/// </summary>
public interface IMailer
{
    Task SendAsync(Message message, CancellationToken cancel);
}

/// <summary>The server knows no such recipient (SMTP 550, 551, 553).</summary>
public sealed class RecipientRefusedException(Exception inner) : Exception("The mail server refused the recipient.", inner);
