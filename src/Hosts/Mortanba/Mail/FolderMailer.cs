using System.Text;

namespace Mortanba.Host.Mail;

/// <summary>The default: each message becomes a file <c>DIR/mail/ID.eml</c>, for trying out and for tests.</summary>
internal sealed class FolderMailer(string folder, string from, TimeProvider time) : IMailer
{
    public async Task SendAsync(Message message, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var text = new StringBuilder()
            .Append("From: ").Append(from).Append('\n')
            .Append("To: ").Append(message.To).Append('\n')
            .Append("Date: ").Append(time.GetUtcNow().ToString("r")).Append('\n')
            .Append("Message-ID: <").Append(message.Id).Append('@').Append(from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]).Append(">\n")
            .Append("Subject: =?utf-8?B?").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(message.Subject))).Append("?=\n")
            .Append("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n")
            .Append(message.Body).Append('\n');
        var path = Path.Combine(folder, message.Id + ".eml");
        // Whole or not at all: a reader of the folder never meets half a message.
        await File.WriteAllTextAsync(path + ".part", text.ToString(), cancel);
        File.Move(path + ".part", path, overwrite: true);
    }
}
