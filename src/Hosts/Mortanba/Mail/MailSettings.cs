namespace Mortanba.Host.Mail;

/// <summary>How mail leaves: part <c>mail</c> of <c>settings.json</c>. Without a host it stays in <c>DIR/mail/</c>.</summary>
/// <param name="From">Address of the sender.</param>
/// <param name="User">For servers that want one; its password comes from <c>MORTANBA_SMTP_PASSWORD</c>.</param>
public sealed record MailSettings(string From, string? Host = null, int Port = 587, string? User = null)
{
    public static MailSettings Default { get; } = new("no-reply@mortanba.example");
}
