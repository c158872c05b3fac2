using System.CommandLine;
using Mortanba.Delivery;
using Mortanba.Issuance;

namespace Mortanba.Host.Commands;

/// <summary><c>publish</c>: signs a checkpoint, republishes status lists that are due, writes what the outbox misses.</summary>
internal static class PublishCommand
{
    private const int Page = 1000;

    public static Command Create()
    {
        var command = new Command("publish", "Signs a checkpoint, republishes status lists, delivers what is missing.");
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Delivers every diploma that has no files yet, or whose state changed since; gives their number.</summary>
    public static async Task<int> DeliverMissingAsync(Installation home, CancellationToken cancel)
    {
        var delivery = new DeliverDiplomas(home);
        var count = 0;
        var after = 0L;
        while (true)
        {
            IReadOnlyList<CredentialSummary> page;
            await using (var connection = await home.Database.ConnectAsync(cancel))
            {
                page = await home.Credentials.ListAsync(connection, after, Page, cancel);
            }

            if (page.Count == 0)
            {
                return count;
            }

            after = page[^1].Id;
            var missing = page.Where(c => c.State != DiplomaState.Erased && IsMissing(home, c)).Select(c => c.Asset).ToList();
            count += (await delivery.RunAsync(missing, cancel: cancel)).Count;
        }
    }

    private static bool IsMissing(Installation home, CredentialSummary credential)
    {
        var name = Path.Combine(home.Outbox, Outbox.Name($"{credential.Series} {credential.Number}"));
        var (pdf, file) = (new FileInfo(name + ".pdf"), new FileInfo(name + ".diploma.json"));
        var changed = credential.TransferredAt > credential.StateAt ? credential.TransferredAt.Value : credential.StateAt;
        return !pdf.Exists || !file.Exists || pdf.LastWriteTimeUtc < changed.UtcDateTime || file.LastWriteTimeUtc < changed.UtcDateTime;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
            .TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        await new DiplomaFlow(home).PublishAsync(cancel: cancel);
        await TrustBundles.WriteAsync(home, cancel);
        Console.WriteLine(speaker.Text("host/publish.done", ("delivered", await DeliverMissingAsync(home, cancel))));
        return 0;
    }
}
