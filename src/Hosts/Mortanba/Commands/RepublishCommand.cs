using System.CommandLine;
using Mortanba.Delivery;
using Mortanba.Host.Receipts;
using Mortanba.Issuance;

namespace Mortanba.Host.Commands;

/// <summary><c>republish</c>: signs a checkpoint, republishes status lists that are due, writes what the outbox misses.</summary>
internal static class RepublishCommand
{
    private const int Page = 1000;
    private const string RendererNote = ".renderer";

    public static Command Create()
    {
        var command = new Command("republish");
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>
    /// Delivers every diploma that has no files yet, or whose state changed since; gives their number. With
    /// <paramref name="redraw"/> also those drawn by another build of the program.
    /// </summary>
    public static async Task<int> DeliverMissingAsync(Installation home, CancellationToken cancel, bool redraw = false)
    {
        // One note for the folder: reading every file at each publication would take longer than the publication.
        var note = Path.Combine(home.Outbox, RendererNote);
        var isOlder = redraw && await DrawnByAsync(home.Outbox, note, cancel) is { } renderer && renderer != DiplomaPdf.Renderer;
        var count = await DeliverAsync(home, isOlder, cancel);
        if (redraw && Directory.Exists(home.Outbox))
        {
            await File.WriteAllTextAsync(note, DiplomaPdf.Renderer, cancel);
        }

        return count;
    }

    /// <summary>The build the folder was drawn by; without a note that of any file. Null when there is none.</summary>
    private static async Task<string?> DrawnByAsync(string outbox, string note, CancellationToken cancel)
    {
        if (File.Exists(note))
        {
            return await File.ReadAllTextAsync(note, cancel);
        }

        return Directory.Exists(outbox) && Directory.EnumerateFiles(outbox, "*.pdf").FirstOrDefault() is { } any
            ? DiplomaPdf.RendererOf(await File.ReadAllBytesAsync(any, cancel)) ?? ""
            : null;
    }

    private static async Task<int> DeliverAsync(Installation home, bool all, CancellationToken cancel)
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
            foreach (var erased in page.Where(c => c.State == DiplomaState.Erased))
            {
                // Left by a kill between the erasure and this.
                Outbox.Delete(home.Outbox, $"{erased.Series} {erased.Number}");
            }

            var missing = page.Where(c => c.State != DiplomaState.Erased && (all || IsMissing(home, c))).Select(c => c.Asset).ToList();
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
        await TrailAnchor.AnchorIfDueAsync(home, TimeSpan.Zero, cancel);
        await new VerificationReceipts(home).RecordIfDueAsync(TimeSpan.Zero, cancel);
        await new DiplomaFlow(home).PublishAsync(cancel: cancel);
        await TrustBundles.WriteAsync(home, cancel);
        if (await home.Log.QuorumProblemAsync(cancel) is { } missing)
        {
            speaker.Refuse(missing);
            return Trouble.TryAgain;
        }

        Console.WriteLine(speaker.Text("host/republish.done", ("delivered", await DeliverMissingAsync(home, cancel, redraw: true))));
        return 0;
    }
}
